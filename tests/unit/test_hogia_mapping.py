"""The pure parts of Hogia's invoices at their corners: accounts, answers, figures, texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.arithmetic import Arithmetic, VatBy
from bridge.erps.chart import Chart
from bridge.erps.drafting import Draft, DraftRow, RowKind, draft
from bridge.erps.hogia_smart import mapping_figures
from bridge.erps.hogia_smart.mapping import Booked, Shape, sheet_of
from bridge.erps.hogia_smart.mapping_accounts import RowAccounts
from bridge.erps.hogia_smart.mapping_answers import document_of, guid_of, head_of, ident, rate_of
from bridge.erps.hogia_smart.mapping_figures import arithmetic_of, figures_of
from bridge.erps.hogia_smart.mapping_tables import Facts
from bridge.erps.hogia_smart.matrix import MATRIX
from bridge.erps.row_sales import SalesRules
from bridge.errors import Rejected
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.orders import LineKind, Order
from bridge.model.texts import say
from tests.builders import NOON, a_line, a_ref, an_order
from tests.support.drafts import context_of, recorded, settings_of
from tests.support.hogia_client import a_guid

MANY_ROWS = 148
KEY = Key(a_ref(), Purpose.ORDER)


def accounts(order: Order, **sections: dict[str, str]) -> RowAccounts:
    """With these lines in the configuration."""
    context = context_of(**sections)
    return RowAccounts(
        order,
        SalesRules(
            chart=Chart(context.accounts, context.payments),
            services=context.accounts.service_skus,
            gift_cards=context.accounts.gift_card_skus,
        ),
    )


def a_row(kind: RowKind = RowKind.PRODUCT, percent: str = "25", **changes: Any) -> DraftRow:
    """A row of 100 with that VAT."""
    values: dict[str, Any] = {
        "kind": kind, "article": "", "text": "Rad", "quantity": Decimal(1), "net": Decimal(100),
        "tax": Decimal(percent), "percent": Decimal(percent),
    }  # fmt: skip
    return DraftRow(**{**values, **changes})


def numbers(found: RowAccounts, row: DraftRow) -> list[str]:
    """The accounts a row may stand on, the best first."""
    return [each.number for each in found.of(row)]


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (a_row(), ["3001"]),
        (a_row(percent="0"), ["3004"]),
        (a_row(RowKind.SHIPPING, "12"), ["3520", "3002"]),
        (a_row(RowKind.FEE, "6"), ["3540", "3003"]),
        (a_row(RowKind.COD), ["3540", "3001"]),
        (a_row(RowKind.DISCOUNT, "12"), ["3730", "3002"]),
        (a_row(RowKind.GIFT_CARD, "0"), ["2421"]),
        (a_row(RowKind.ROUNDING, "0"), ["3740"]),
    ],
)
def test_account_of_a_row_and_what_may_take_its_place(row: DraftRow, wanted: list[str]) -> None:
    """That of its kind, then the goods' of the same rate."""
    assert numbers(accounts(an_order()), row) == wanted


def test_discount_abroad_lowers_the_sale_itself() -> None:
    """As on a voucher."""
    order = an_order(a_line(percent="19"), country="DE")
    row = a_row(RowKind.DISCOUNT, "19", country="DE")
    assert numbers(accounts(order), row) == ["3106"]


def test_gift_card_sold_is_a_debt() -> None:
    """By what its article number begins with, and only without VAT."""
    order = an_order(a_line("500", "0", percent="0", sku="PRESENT-500"), a_line(id="2", sku="PRESENT-9"))
    found = accounts(order, accounts={"gift_card_skus": "present"})
    assert numbers(found, a_row(percent="0", line="product:1")) == ["2421"]
    assert numbers(found, a_row(line="product:2")) == ["3001"]


def test_vat_has_the_account_of_its_country() -> None:
    """None without VAT."""
    order = an_order(a_line(percent="19"), country="DE")
    found = accounts(order)
    german = found.vat(a_row(percent="19", country="DE"))
    assert german is not None
    assert german.number == "2670"
    assert found.vat(a_row(percent="0")) is None


def test_reverse_charge_needs_every_row_without_vat() -> None:
    """One that bears VAT makes it no reverse charge."""
    order = recorded(139)
    found = accounts(order)
    rows = draft(order, settings_of()).rows
    assert found.is_reverse(rows)
    assert not found.is_reverse((*rows, a_row()))
    assert not accounts(an_order()).is_reverse((a_row(percent="0"),))


# --- answers


def answer(**changes: Any) -> dict[str, Any]:
    """An invoice as Hogia answers it."""
    return {
        "id": a_guid(),
        "invoiceHeader": {
            "invoiceNumber": 7,
            "invoiceDate": "2026-11-21T00:00:00",
            "customer": {"number": "5"},
        },
        "currencyInfo": {"currency": {"code": "SEK"}, "exchangeRate": Decimal(1)},
        "grossAmount": Decimal("99.50"),
        **changes,
    }


def test_total_is_what_is_to_be_paid() -> None:
    """Else gross and rounding."""
    assert document_of(answer(amountToPay=Decimal(100)), KEY).gross == Decimal(100)
    assert document_of(answer(), KEY).gross == Decimal("99.50")
    assert document_of(answer(roundingAmount=Decimal("0.50")), KEY).gross == Decimal(100)


@pytest.mark.parametrize(
    ("purpose", "gross", "kind"),
    [
        (Purpose.ORDER, "100", DocumentKind.INVOICE),
        (Purpose.CHANGE, "-100", DocumentKind.CREDIT),
        (Purpose.CHANGE, "100", DocumentKind.INVOICE),
        (Purpose.REFUND, "0", DocumentKind.CREDIT),
        (Purpose.CANCEL, "-100", DocumentKind.CREDIT),
    ],
)
def test_kind_follows_the_key_and_the_sign(purpose: Purpose, gross: str, kind: DocumentKind) -> None:
    """A refund of nothing is a credit too."""
    key = Key(a_ref(), purpose, "" if purpose is Purpose.ORDER else "1")
    assert document_of(answer(amountToPay=Decimal(gross)), key).kind is kind


def test_head_of_the_newer_body_is_read_as_well() -> None:
    """Should it ever be answered so; without a head nothing is believed."""
    raw = answer()
    head = {**raw.pop("invoiceHeader"), "customerNumber": "5", "currency": {"code": "EUR"}}
    del head["customer"], raw["currencyInfo"]
    newer = {**raw, "customerInvoice": head}
    document = document_of(newer, KEY)
    assert (document.currency, document.id) == ("EUR", ident(a_guid(), "5"))
    assert rate_of(newer) is None
    assert head_of({"id": "1"}) is None
    with pytest.raises(KeyError):
        document_of({"id": a_guid()}, KEY)


def test_id_without_guid_leads_nowhere() -> None:
    """And keeps the customer."""
    document = replace(document_of(answer(), KEY), id=ident("", "5"))
    assert guid_of(document) == ""


# --- figures


def test_unsure_rounding_is_noted_with_what_the_other_way_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the other way has no rows at all."""
    order = recorded(MANY_ROWS)
    made, settings = draft(order, settings_of()), settings_of()
    arithmetic = arithmetic_of("older", "line")

    def figures() -> str:
        found = figures_of(made, arithmetic, tax_lines=order.tax_lines, tolerance=settings.tolerance)
        assert found.placed.fitted.computed.gross == order.totals.gross
        return str(found.notes[0])

    first = figures()
    assert "if on the sum of each rate, it makes 20721.92 SEK" in first
    place = mapping_figures.place

    def only_lines(draft: Draft, arithmetic: Arithmetic, **more: Any) -> Any:
        if arithmetic.vat is VatBy.RATE:
            raise Rejected(say("No rows."))
        return place(draft, arithmetic, **more)

    monkeypatch.setattr(mapping_figures, "place", only_lines)
    assert figures() == first


def test_newer_body_has_no_discounts() -> None:
    """Its priced row lacks the field."""
    assert not arithmetic_of("newer", "rate").discounts
    assert arithmetic_of("older", "rate").discounts


def test_matrix_shows_every_field_with_its_fact() -> None:
    """Under a heading per table."""
    assert all(fields for fields in MATRIX.values())
    assert all(each.fact and each.source for fields in MATRIX.values() for each in fields)


def test_buyers_own_order_number_is_printed() -> None:
    """As a row of text."""
    order = replace(an_order(a_line(kind=LineKind.FEE, sku=None)), meta={"_po": "PO-7"})
    settings = settings_of(fields={"_po": "order_reference"})
    figures = figures_of(
        draft(order, settings),
        arithmetic_of("older", "line"),
        tax_lines=order.tax_lines,
        tolerance=Decimal(0),
    )
    account = accounts(order).rounding()
    facts = Facts(key="k", sequence="s", dated=NOON.date(), debt="1510", rounding="3740")
    shape = Shape(newer=False, key="customerOrderNumber", unit="st", row_articles=False)
    sheet = sheet_of(figures.placed, facts, [Booked(account=account, vat=None)], shape)
    assert "Ert ordernummer: PO-7" in [line.text for line in sheet.lines]
