"""Expected against charged VAT: what is said about an order, and when nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bridge.model.orders import Address, Customer, LineKind, Order, TaxLine
from bridge.model.vat_check import expected_vs_charged
from bridge.model.vat_rates import rates_of
from tests.builders import a_line, an_order

TODAY = date(2026, 11, 21)
GERMAN = "DE129273398"
PERSON = "800101-0018"


def sold(to: str, *lines, vat_of: str | None = None, bill: str = "", **customer: str) -> Order:
    """An order to that country; ``vat_of``: whose VAT was charged, if not the country's own."""
    order = an_order(*lines, country=to)
    billing = replace(order.customer.billing, country=bill or to)
    taxes = tuple(replace(tax, country=to if vat_of is None else vat_of) for tax in order.tax_lines)
    return replace(order, customer=replace(order.customer, billing=billing, **customer), tax_lines=taxes)


def told(order: Order, *, on: date = TODAY, **prefixes: tuple[str, ...]) -> list[str]:
    """The sentences, none of them severe: the books follow what was charged."""
    found = expected_vs_charged(order, on=on, **prefixes)
    assert not any(each.severe for each in found)
    assert all(each.where == "order 1234" for each in found)
    return [str(each.what) for each in found]


FREE = a_line("100.00", "0.00", percent="0")


def at(percent: str, **changes):
    """A row of 100 at that rate."""
    return a_line("100.00", percent, percent=percent, **changes)


@pytest.mark.parametrize(
    "order",
    [
        sold("SE"),
        sold("SE", at("12"), at("6", id="2")),
        sold("DE", at("19"), at("7", id="2")),
        sold("FI", at("25.5")),
        sold("DK", vat_of="SE"),
        sold("DE", vat_of=""),
        sold("DE", at("19"), vat_of=""),
        sold("DE", FREE, vat_number=GERMAN),
        sold("NO", FREE),
        sold("NO", at("25")),
        sold("AX", FREE),
        sold("SE", vat_number="SE556016068001", org_number="556016-0680"),
        sold("SE", vat_number=GERMAN),
        sold("SE", a_line("0.00", "0.00")),
        sold("NO", FREE, org_number="999999999", vat_number="NO999999999MVA"),
        sold("GB", at("20"), vat_number="GB980780684"),
        an_order(customer=Customer()),
        an_order(at("19"), customer=Customer(), tax_lines=(
            TaxLine(rate_id="19", percent=Decimal(19), label="", country="DE", tax=Decimal(19)),)),
    ],
)  # fmt: skip
def test_m_11_order_as_expected_has_nothing_said_of_it(order):
    """A warning nobody needs hides the one somebody needs."""
    assert told(order) == []


def test_m_11_rate_the_country_does_not_have():
    """The rates it has on that day are named."""
    assert told(sold("DE", at("16"))) == [
        "16 % VAT was charged, but DE had no such rate on 2026-11-21: it had 19 %, 7 %."
    ]
    assert told(sold("SE", at("20"))) == [
        "20 % VAT was charged, but SE had no such rate on 2026-11-21: it had 25 %, 12 %, 6 %."
    ]


@pytest.mark.parametrize(("day", "expected"), [(date(2024, 8, 31), ["25.5 % VAT"]), (date(2024, 9, 1), [])])
def test_m_11_rates_have_dates(day, expected):
    """Finland went from 24 to 25.5 % on the first of September 2024."""
    assert [text[:10] for text in told(sold("FI", at("25.5")), on=day)] == expected


def test_m_11_rate_tables_hold_together():
    """Every member state has a standard rate of 15 % or more, which stands first, on any day."""
    for day in (date(2023, 1, 1), date(2024, 6, 1), date(2025, 7, 1), TODAY):
        for (
            country
        ) in "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split():
            rates = rates_of(country, day)
            assert rates[0] == max(rates) >= 15, country
    assert rates_of("NO", TODAY) == ()


@pytest.mark.parametrize(
    ("country", "last", "before", "after"),
    [("FI", date(2025, 12, 31), "14", "13.5"), ("EE", date(2025, 6, 30), "22", "24"),
     ("SK", date(2024, 12, 31), "20", "23"), ("RO", date(2025, 7, 31), "19", "21"),
     ("RO", date(2025, 7, 31), "5", "11"),
     ("LT", date(2025, 12, 31), "9", "12"), ("CZ", date(2023, 12, 31), "15", "12")],
)  # fmt: skip
def test_m_11_rates_change_on_the_day_they_changed(country, last, before, after):
    """The last day has the old rate, the next day the new one."""
    next_day = date.fromordinal(last.toordinal() + 1)
    assert Decimal(before) in rates_of(country, last)
    assert Decimal(after) in rates_of(country, next_day)
    assert Decimal(before) not in rates_of(country, next_day)


def test_m_11_rate_added_on_a_day():
    """Austria's food at 4.9 % since July 2026; the other rates stayed."""
    assert Decimal("4.9") not in rates_of("AT", date(2026, 6, 30))
    assert rates_of("AT", date(2026, 7, 1)) == (*rates_of("AT", date(2026, 6, 30)), Decimal("4.9"))


def test_m_11_vat_of_a_country_the_order_does_not_go_to():
    """A shop that reckons by the wrong address."""
    assert told(sold("FR", at("19"), vat_of="DE")) == ["The VAT of DE was charged, but the order goes to FR."]


def test_m_11_swedish_vat_on_an_export():
    """Åland is outside the VAT area, whatever country the shop thinks it is in."""
    order = sold("FI", at("25"), vat_of="SE")
    address = replace(order.customer.shipping, postcode="22100")
    assert told(replace(order, customer=replace(order.customer, shipping=address))) == [
        "Swedish VAT was charged on what leaves the EU's VAT area, to FI."
    ]


def test_m_11_no_vat_in_sweden():
    """Said of an order without any VAT, exempt or not; not of a gift card sold, nor of free samples."""
    expected = ["No VAT was charged on a sale of 100.00 SEK in Sweden."]
    assert told(sold("SE", FREE)) == expected
    assert told(replace(sold("SE", FREE), tax_exempt=True)) == expected
    card = replace(FREE, sku="PRESENT-500")
    assert told(sold("SE", card), gift_cards=("present",)) == []
    assert told(sold("SE", card, FREE), gift_cards=("present",)) == [
        "No VAT was charged on a sale of 200.00 SEK in Sweden."
    ]


@pytest.mark.parametrize(
    ("number", "more"),
    [("", []), ("SE556016068001", ["The VAT number is of SE, but the order goes to DE."]),
     ("GB980780684", ["The VAT number is of GB, but the order goes to DE."])],
)  # fmt: skip
def test_m_11_no_vat_to_the_eu_without_a_number_of_the_eu(number, more):
    """A consumer, a Swedish company and a British one all pay VAT on goods sent to Germany."""
    assert told(sold("DE", FREE, vat_number=number)) == [
        "No VAT was charged to DE, and the buyer gave no VAT number of another EU country.", *more,
    ]  # fmt: skip


def test_m_11_vat_charged_to_a_buyer_with_a_number():
    """Reverse charge was possible; the order is booked as charged."""
    assert told(sold("DE", at("19"), vat_number=GERMAN)) == [
        "VAT was charged though the buyer gave a VAT number of DE."
    ]


def test_vat_number_of_another_country_than_the_delivery():
    """Goods without VAT to France on a German number: may be right, a person must know."""
    assert told(sold("FR", FREE, vat_number=GERMAN)) == ["The VAT number is of DE, but the order goes to FR."]
    assert told(sold("SE", FREE, vat_number=GERMAN)) == [
        "No VAT was charged on a sale of 100.00 SEK in Sweden.",
        "The VAT number is of DE, but the order goes to SE.",
    ]
    nowhere = sold("DE", FREE, vat_number="12", bill="")
    gone = replace(nowhere.customer, billing=Address(), shipping=Address())
    assert "of ?, but the order goes to SE" in told(replace(nowhere, customer=gone))[1]


def test_vat_number_with_a_wrong_check_digit():
    """German and Swedish ones can be checked; a Norwegian one we leave alone."""
    wrong = "The buyer's VAT number cannot be right: its form or check digit is wrong."
    assert told(sold("DE", FREE, vat_number="DE129273399")) == [wrong]
    assert told(sold("SE", vat_number="SE556016068101")) == [wrong]
    assert told(sold("NO", FREE, vat_number="NO1")) == []


def test_organisation_number_with_a_wrong_check_digit_is_not_repeated():
    """It may be a person's, mistyped: nobody reads it in a note."""
    found = expected_vs_charged(sold("SE", org_number=PERSON), on=TODAY)
    assert [str(each.what) for each in found] == [
        "The buyer's organisation or person number cannot be right: a digit is wrong."
    ]
    assert "0018" not in str(found)
    away = replace(sold("SE", org_number=PERSON).customer, billing=Address())
    assert len(told(replace(sold("SE"), customer=away))) == 1


def test_m_11_rate_the_shop_does_not_tell_is_parked_elsewhere():
    """Nothing is expected of a rate without percentage; freight alone is no sale."""
    order = sold("SE")
    taxes = tuple(replace(tax, percent=None) for tax in order.tax_lines)
    assert told(replace(order, tax_lines=taxes)) == []
    assert told(sold("SE", replace(FREE, kind=LineKind.SHIPPING))) == []


def test_m_11_freight_without_vat_on_goods_with_vat():
    """A shipping method whose tax status is "none"; free of charge, or beside an exempt article, nothing is said."""
    freight = replace(FREE, kind=LineKind.SHIPPING, id="9")
    goods, exempt = a_line(), replace(FREE, id="8")
    assert told(sold("SE", goods, freight)) == ["Shipping of 100.00 SEK bears no VAT, though all goods do."]
    assert told(sold("SE", goods, exempt, freight)) == []
    assert told(sold("SE", goods, replace(freight, net=Decimal("0.00")))) == []
    assert told(sold("SE", goods, a_line(kind=LineKind.SHIPPING, id="9"))) == []


def test_m_11_a_service_is_judged_by_where_the_buyer_lives():
    """A course for a Norwegian, its certificate sent to Sweden: no VAT is right."""
    course = replace(FREE, sku="KURS-1")
    order = sold("SE", course, bill="NO")
    assert told(order) == ["No VAT was charged on a sale of 100.00 SEK in Sweden."]
    assert told(order, services=("KURS",)) == []
