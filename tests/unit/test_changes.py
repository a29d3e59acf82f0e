"""What differs between two versions of an order, and whether the books care."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.model.changes import (
    Difference,
    Fact,
    FactDifference,
    RowPart,
    Touch,
    difference,
    fingerprint,
    totals_only,
)
from bridge.model.orders import Address, LineKind, Order, OrderLine, TaxPart, Totals
from tests.builders import NOON, a_line, an_order

SOAP = a_line("80.00", "20.00", product_id="7")
COMB = a_line("40.00", "10.00", id="2", name="Kam", product_id="8")
WAS = an_order(SOAP, COMB)


def with_rows(*lines: OrderLine) -> Order:
    """The order with other rows and totals to fit."""
    return an_order(*lines)


def only_row(now: Order, was: Order = WAS):
    """The one row that differs."""
    (row,) = difference(was, now).rows
    return row


def test_ord_23_row_added_stands_alone_with_its_amount():
    """A new row is told as such, and by how much it moves the total."""
    row = only_row(with_rows(SOAP, COMB, a_line("16.00", "4.00", id="3", name="Borste")))
    assert (row.before, row.line.name, row.change, row.touch) == (
        None,
        "Borste",
        Decimal("20.00"),
        Touch.BOOKS,
    )


def test_ord_23_row_removed_stands_alone_with_its_amount():
    """A row that is gone is told as such."""
    row = only_row(with_rows(SOAP))
    assert (row.after, row.line.name, row.change) == (None, "Kam", Decimal("-50.00"))


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (
            {"quantity": Decimal(2), "net": Decimal("160.00"), "tax": Decimal("40.00")},
            {RowPart.QUANTITY, RowPart.AMOUNT, RowPart.VAT},
        ),
        ({"net": Decimal("60.00")}, {RowPart.AMOUNT}),
        ({"net_before": Decimal("100.00")}, {RowPart.AMOUNT}),
        ({"tax": Decimal("9.60"), "taxes": (TaxPart(rate_id="12", tax=Decimal("9.60")),)}, {RowPart.VAT}),
        ({"taxes": (TaxPart(rate_id="12", tax=Decimal("20.00")),)}, {RowPart.VAT}),
        ({"tax_before": Decimal("25.00")}, {RowPart.VAT}),
        ({"product_id": "9"}, {RowPart.ARTICLE}),
        ({"name": "Tvål, stor"}, {RowPart.NAME}),
        ({"meta": {"Storlek": "L"}}, {RowPart.DETAILS}),
    ],
)
def test_row_changed_says_what_of_it(changes: dict, parts: set[RowPart]):
    """Quantity, amount, VAT, article, name and details are told apart."""
    row = only_row(with_rows(replace(SOAP, **changes), COMB))
    assert set(row.parts) == parts
    assert (row.touch is Touch.TEXTS) == (parts <= {RowPart.NAME, RowPart.DETAILS})


@pytest.mark.parametrize("kind", [LineKind.SHIPPING, LineKind.FEE, LineKind.DISCOUNT, LineKind.GIFT_CARD])
def test_shipping_fee_and_discount_are_rows_too(kind: LineKind):
    """They are compared like goods."""
    row = only_row(with_rows(SOAP, COMB, a_line("39.20", "9.80", kind=kind, id="5")))
    assert row.line.kind is kind


def test_row_put_back_under_another_id_is_no_difference():
    """A shop that removes and adds the same row gives it a new id; the books see the same."""
    assert difference(WAS, with_rows(SOAP, replace(COMB, id="77"))).touch is Touch.NOTHING


def test_twin_rows_are_counted_not_merged():
    """Two equal rows where one stood are one row more."""
    now = with_rows(SOAP, replace(COMB, id="77"), replace(COMB, id="78"))
    row = only_row(now)
    assert row.before is None


def test_rate_with_a_new_id_is_the_same_rate():
    """A shop that makes its tax table anew gives 25 % another id."""
    rows = [
        replace(line, taxes=tuple(replace(part, rate_id="9") for part in line.taxes)) for line in (SOAP, COMB)
    ]
    taxes = tuple(replace(line, rate_id="9") for line in WAS.tax_lines)
    assert difference(WAS, replace(with_rows(*rows), tax_lines=taxes)).touch is Touch.NOTHING


def test_rate_of_another_country_touches_the_books():
    """25 % in Denmark stands on another account than 25 % in Sweden."""
    now = replace(WAS, tax_lines=tuple(replace(line, country="DK") for line in WAS.tax_lines))
    assert {part for row in difference(WAS, now).rows for part in row.parts} == {RowPart.VAT}


def test_rate_without_percent_is_known_by_its_id():
    """A deleted rate tells no percentage; the same id is the same rate."""
    taxes = tuple(replace(line, percent=None) for line in WAS.tax_lines)
    was = replace(WAS, tax_lines=taxes)
    assert difference(was, replace(was, status="completed")).touch is Touch.NOTHING


def customer(**changes):
    """The order with another buyer."""
    return replace(WAS, customer=replace(WAS.customer, **changes))


@pytest.mark.parametrize(
    ("now", "fact", "touch"),
    [
        (replace(WAS, totals=Totals(gross=Decimal("151.00"), tax=Decimal("30.00"))), Fact.TOTAL, Touch.BOOKS),
        (replace(WAS, currency="EUR"), Fact.CURRENCY, Touch.BOOKS),
        (replace(WAS, created_at=NOON - timedelta(days=1)), Fact.DATE, Touch.BOOKS),
        (replace(WAS, payment=replace(WAS.payment, method="swish")), Fact.PAYMENT, Touch.BOOKS),
        (customer(company="Kunden AB"), Fact.CUSTOMER, Touch.BOOKS),
        (customer(vat_number="DK12345678"), Fact.CUSTOMER, Touch.BOOKS),
        (customer(shipping=replace(WAS.customer.shipping, country="NO")), Fact.COUNTRY, Touch.BOOKS),
        (customer(email="other@example.com"), Fact.CONTACT, Touch.TEXTS),
        (customer(billing=replace(WAS.customer.billing, street="Storgatan 1")), Fact.BILLING, Touch.TEXTS),
        (customer(shipping=replace(WAS.customer.shipping, city="Lund")), Fact.DELIVERY, Touch.TEXTS),
        (replace(WAS, coupons=("JUL",)), Fact.COUPONS, Touch.TEXTS),
        (replace(WAS, note="Ring först"), Fact.NOTE, Touch.TEXTS),
        (replace(WAS, meta={"_ref": "Eva"}), Fact.REFERENCE, Touch.TEXTS),
    ],
)
def test_fact_changed_says_which_and_how_far(now: Order, fact: Fact, touch: Touch):
    """Each thing about an order besides its rows is told by name, with whether the books care."""
    found = difference(WAS, now, reference_meta={"_ref"})
    assert [(each.fact, each.touch) for each in found.facts] == [(fact, touch)]
    assert found.touch is touch


@pytest.mark.parametrize(
    "now",
    [
        replace(WAS, status="completed"),
        replace(WAS, refund_ids=("77",), refunded=Decimal("10.00")),
        replace(WAS, meta={"_plugin": "x"}),
        replace(WAS, document="N1"),
        replace(WAS, totals=Totals(gross=Decimal(150), tax=Decimal(30))),
        replace(WAS, payment=replace(WAS.payment, transaction_id="T1", paid_at=None)),
    ],
)
def test_what_the_books_never_see_is_no_difference(now: Order):
    """Status, refunds, plugins' meta, our mark, trailing zeroes and the payment's own number."""
    assert difference(WAS, now).touch is Touch.NOTHING


def test_summary_tells_totals_and_counts_without_a_name():
    """What is kept with the entry holds no personal data."""
    now = customer(company="Anna AB")
    text = str(difference(WAS, replace(now, lines=(SOAP,), totals=an_order(SOAP).totals)).summary)
    assert text == "1 rows and 1 other things differ; the total goes from 150.00 to 100.00 SEK."


def test_after_the_retention_only_totals_are_told():
    """The contents are erased; a total that moved can still be seen."""
    found = totals_only(Decimal("100.00"), "SEK", WAS)
    assert (found.whole, found.facts) == (
        False,
        (FactDifference(fact=Fact.TOTAL, before="100.00", after="150.00"),),
    )
    assert str(found.summary).endswith("from 100.00 to 150.00 SEK.")


def test_after_the_retention_an_equal_total_is_no_difference():
    """150 is 150.00."""
    assert totals_only(Decimal(150), "SEK", WAS).touch is Touch.NOTHING


def test_after_the_retention_another_currency_is_seen():
    """The same figure in euro is another total."""
    assert [each.fact for each in totals_only(Decimal("150.00"), "EUR", WAS).facts] == [Fact.CURRENCY]


def test_total_nobody_knows_any_more_is_not_compared():
    """An order that could not be read when it was booked left no total."""
    found = totals_only(None, "", WAS)
    assert found.touch is Touch.NOTHING
    assert str(found.summary) == "Its total is 150.00 SEK now."


def test_fingerprint_is_the_same_for_the_same_content():
    """What the books never see does not change the name of a change."""
    now = replace(
        WAS, status="completed", note="x", customer=replace(WAS.customer, shipping=Address(country="SE"))
    )
    assert fingerprint(WAS, after="a") == fingerprint(now, after="a")


@pytest.mark.parametrize(
    "now",
    [
        with_rows(SOAP),
        with_rows(replace(SOAP, quantity=Decimal(2)), COMB),
        replace(WAS, currency="EUR"),
        replace(WAS, totals=Totals(gross=Decimal("151.00"), tax=Decimal("30.00"))),
    ],
)
def test_fingerprint_is_another_for_other_books(now: Order):
    """Each content gets a name of its own."""
    assert fingerprint(now, after="a") != fingerprint(WAS, after="a")


def test_fingerprint_follows_on_what_is_booked():
    """Edited back and forth, each edit is a new fact."""
    assert fingerprint(WAS, after="main:1:order") != fingerprint(WAS, after="main:1:change:ab")


def test_no_difference_at_all():
    """The same order twice."""
    found = difference(WAS, WAS)
    assert found == Difference(before=Decimal("150.00"), after=Decimal("150.00"), currency="SEK")
    assert found.touch is Touch.NOTHING
