"""Companies at Fortnox that are set up differently: what their settings ask of a document, it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox.matrix import MATRIX
from bridge.errors import Rejected
from bridge.model.documents import DocumentKind
from bridge.model.orders import Address, Customer, LineKind
from tests.builders import a_line, an_order
from tests.support.fortnox_books import Books

GERMAN = Address(first_name="Uwe", last_name="Meyer", street="Allee 1", city="Kiel", country="DE")
TO_GERMANY = an_order(
    a_line("80.00", "15.20", percent="19"), country="DE", customer=Customer(billing=GERMAN, shipping=GERMAN)
)
KINDS = (DocumentKind.ORDER, DocumentKind.INVOICE)

Open = Callable[..., Books]


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """A company, with these keys in [erp]."""
    made: list[Books] = []

    def build(orders: str = "", more: str = "", **erp: str) -> Books:
        made.append(Books(tmp_path, clock, orders=orders, more=more, **erp))
        return made[-1]

    yield build
    for books in made:
        books.close()


def test_warehouse_module_lets_the_delivered_quantity_be_written(opened: Open) -> None:
    """Only in the state "delivery"; without it every order would come to nothing."""
    books = opened()
    books.sim.company.warehouse = True
    document = books.book()
    assert document.gross == Decimal("100.00")
    assert books.sim.state.orders[document.number].values["DeliveryState"] == "delivery"


@pytest.mark.parametrize("kind", KINDS)
def test_stock_point_stands_where_the_warehouse_module_wants_it(opened: Open, kind: DocumentKind) -> None:
    """On orders in the head, on invoices on the row."""
    books = opened(stock_point="L1")
    books.sim.company.warehouse = True
    books.sim.company.stock_points = ["L1"]
    document = books.book(kind=kind)
    state = books.sim.state
    if kind is DocumentKind.ORDER:
        assert state.orders[document.number].values["StockPointCode"] == "L1"
    else:
        assert state.invoices[document.number].rows[0]["StockPointCode"] == "L1"


@pytest.mark.parametrize("kind", KINDS)
def test_simple_vat_takes_foreign_rates_with_their_accounts(opened: Open, kind: DocumentKind) -> None:
    """EasyVat refuses a rate of its own without an account: 2004167."""
    books = opened()
    books.sim.company.easy_vat = True
    assert books.book(TO_GERMANY, kind).gross == Decimal("95.20")


def test_simple_vat_refuses_foreign_rates_where_accounts_are_switched_off(opened: Open) -> None:
    """With Fortnox' code and what to do."""
    books = opened(row_accounts="never")
    books.sim.company.easy_vat = True
    with pytest.raises(Rejected, match="2004167") as caught:
        books.book(TO_GERMANY)
    assert "sales_DE_19" in str(caught.value.advice)


def test_rate_the_company_has_not_is_refused_with_what_to_do(opened: Open) -> None:
    """Nobody can ask which there are; nothing is made."""
    books = opened()
    books.sim.company.vat_rates.discard(Decimal(19))
    with pytest.raises(Rejected, match="moms") as caught:
        books.book(TO_GERMANY)
    assert caught.value.field == "VAT"
    assert books.sim.booked() == []


@pytest.mark.parametrize("kind", KINDS)
def test_whole_kronor_company_gets_whole_kronor(opened: Open, kind: DocumentKind) -> None:
    """A total in whole kronor is not rounded; rows a few öre beside it are mended by a row, not by Fortnox."""
    books = opened(whole_kronor="yes")
    books.sim.company.whole_kronor = True
    order = an_order(a_line("80.00", "20.00"), a_line("71.43", "8.57", percent="12", id="2", sku="TVAL-12"))
    assert books.book(order, kind).gross == Decimal("180.00")
    rest = replace(order, ref=replace(order.ref, id="2"))
    total = replace(rest.totals, gross=Decimal("180.00"))
    assert books.book(replace(rest, totals=total), kind).gross == Decimal("180.00")
    assert books.sim.state.orders == {} or kind is DocumentKind.ORDER


def test_whole_kronor_company_sells_in_euro_to_the_cent(opened: Open) -> None:
    """Only kronor are rounded."""
    books = opened(whole_kronor="yes")
    books.sim.company.whole_kronor = True
    order = replace(an_order(a_line("79.99", "20.00")), currency="EUR")
    assert books.book(order).gross == Decimal("99.99")


def test_customer_cards_own_discount_freight_and_fee_do_not_slip_in(opened: Open) -> None:
    """Whatever somebody once wrote there."""
    books = opened()
    card = books.sim.state.customers[books.customer.number].values
    card |= {"InvoiceDiscount": Decimal(10), "InvoiceFreight": "49", "InvoiceAdministrationFee": "29"}
    for kind in KINDS:
        assert books.book(kind=kind).gross == Decimal("100.00")


@pytest.mark.parametrize("kind", KINDS)
def test_customer_cards_own_address_does_not_slip_in(opened: Open, kind: DocumentKind) -> None:
    """Moved since: the old flat and floor must not stand under the new street."""
    books = opened()
    card = books.sim.state.customers[books.customer.number].values
    card |= {"Address2": "lgh 1302", "DeliveryAddress2": "plan 4", "DeliveryName": "Grannen"}
    document = books.book(kind=kind)
    state = books.sim.state
    there = state.orders if kind is DocumentKind.ORDER else state.invoices
    values = there[document.number].values
    assert (values["Address2"], values["DeliveryAddress2"]) == ("", "")
    assert values["DeliveryName"] == "Anna Öberg"


def test_company_without_our_articles_books_them_by_account(opened: Open) -> None:
    """No frakt, avgift or rabatt need be made."""
    books = opened(other_rows="account")
    for number in ("frakt", "avgift", "rabatt", "presentkort", "postforskott", "avrundning"):
        del books.sim.state.articles[number]
    freight = a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2", sku=None)
    assert books.book(an_order(a_line(), freight)).gross == Decimal("149.00")


def test_company_without_our_articles_is_told_which_one_is_missing(opened: Open) -> None:
    """By its number, before anything is made."""
    books = opened()
    del books.sim.state.articles["frakt"]
    freight = a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2", sku=None)
    with pytest.raises(Rejected, match="frakt"):
        books.book(an_order(a_line(), freight))
    assert books.sim.booked() == []


def test_matrix_says_of_every_field_what_goes_there_and_whence_the_rule() -> None:
    """No field twice under a heading; docs are made of these lines."""
    for heading, fields in MATRIX.items():
        names = [field.vendor for field in fields]
        assert len(set(names)) == len(names), heading
        assert all(field.source for field in fields), heading
    assert {"Order", "Invoice and credit", "Row", "Payment", "Customer"} <= set(MATRIX)
    assert all(field.fact for field in MATRIX["Order"])


@pytest.mark.parametrize("kind", KINDS)
def test_sale_in_sweden_on_an_export_card_has_its_account_where_every_row_names_one(
    opened: Open, kind: DocumentKind
) -> None:
    """The buyer's first parcel went abroad, and Fortnox chooses the article's account by the card."""
    books = opened(row_accounts="always")
    state = books.sim.state
    state.customers[books.customer.number].values["VATType"] = "EXPORT"
    document = books.book(an_order(), kind)
    entry = (state.orders if kind is DocumentKind.ORDER else state.invoices)[document.number]
    assert [(row["AccountNumber"], row["VAT"]) for row in entry.rows] == [(3001, Decimal(25))]
