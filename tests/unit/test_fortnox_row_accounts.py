"""Sales in Sweden stand on the article's account for Sweden, whatever VAT type Fortnox has on the customer's card.

The simulator chooses as Fortnox says it does: a row that names no account gets the one of the article's that the
customer's VAT type points at, or the customer's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected
from bridge.model.documents import Document, DocumentKind, Purpose
from bridge.model.orders import Address, LineKind
from tests.builders import a_line, an_order
from tests.support.fortnox_books import Books, key_of
from tests.unit.test_fortnox_changes import correction

ORDER, INVOICE = DocumentKind.ORDER, DocumentKind.INVOICE
SALE = an_order(
    a_line(),
    a_line("71.43", "8.57", percent="12", id="2", sku="TVAL-12"),
    a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="3", sku=None),
)
"""Goods of two rates and their freight, in Sweden."""
OTHERS = ["EXPORT", "EUREVERSEDVAT", "EUVAT", "SEREVERSEDVAT"]


@pytest.fixture
def books(tmp_path: Path, clock: ManualClock) -> Iterator[Books]:
    """A company."""
    made = Books(tmp_path, clock)
    yield made
    made.close()


def held(books: Books, document: Document) -> Any:
    """What Fortnox holds."""
    state = books.sim.state
    return (state.orders if document.kind is ORDER else state.invoices)[document.number]


def accounts(books: Books, document: Document) -> list[int]:
    """Where its rows stand."""
    return [row["AccountNumber"] for row in held(books, document).rows]


def card(books: Books, **values: Any) -> None:
    """What stands on the customer's card."""
    books.sim.state.customers[books.customer.number].values |= values


@pytest.mark.parametrize("kind", [ORDER, INVOICE])
@pytest.mark.parametrize("vat_type", ["SEVAT", *OTHERS])
def test_vat_type_on_the_card_chooses_no_account_of_a_sale_in_sweden(
    books: Books, kind: DocumentKind, vat_type: str
) -> None:
    """The buyer's first parcel may have gone anywhere."""
    card(books, VATType=vat_type)
    document = books.book(SALE, kind)
    assert accounts(books, document) == [3001, 3002, 3520]
    assert [row["VAT"] for row in held(books, document).rows] == [25, 12, 25]


def test_buyer_who_bought_abroad_first_buys_in_sweden_on_swedish_accounts(books: Books) -> None:
    """The card is the one the bridge itself made for the parcel to Norway."""
    there = Address(first_name="Kari", last_name="Berg", street="Gata 1", city="Oslo", country="NO")
    buyer = replace(SALE.customer, billing=there, shipping=there, email="kari@example.com")
    record = books.adapter().put_customer(buyer, existing=None)
    assert books.sim.state.customers[record.number].values["VATType"] == "EXPORT"
    document = books.adapter().put_document(SALE, key_of(SALE), ORDER, customer=record)
    assert accounts(books, document) == [3001, 3002, 3520]


@pytest.mark.parametrize("vat_type", OTHERS)
def test_article_without_account_in_sweden_stands_where_the_settings_say(books: Books, vat_type: str) -> None:
    """Left out, the VAT type would choose after all; the owner's account is the one such an article would get."""
    card(books, VATType=vat_type)
    for article in books.sim.state.articles.values():
        article.values["SalesAccount"] = 0
    assert accounts(books, books.book(SALE)) == [3001, 3002, 3520]


def test_sale_abroad_at_swedish_vat_stands_on_swedish_accounts(books: Books) -> None:
    """Goods for Norway that were sold with Swedish VAT, to a buyer whose card says export."""
    card(books, VATType="EXPORT")
    sale = an_order(a_line(), country="NO")
    sale = replace(sale, tax_lines=tuple(replace(tax, country="SE") for tax in sale.tax_lines))
    assert accounts(books, books.book(sale)) == [3001]


def test_never_leaves_the_choice_to_fortnox(tmp_path: Path, clock: ManualClock) -> None:
    """As the owner wishes: the VAT type's account, or the one on the customer's card."""
    books = Books(tmp_path, clock, row_accounts="never")
    card(books, VATType="EXPORT")
    assert accounts(books, books.book()) == [3105]
    card(books, SalesAccount="3041")
    assert accounts(books, books.book(an_order(order_id=1235))) == [3041]
    books.close()


def test_known_articles_cost_no_call(books: Books) -> None:
    """Their accounts are known as they are: one call makes the document."""
    adapter = books.adapter()
    orders = [replace(SALE, ref=an_order(order_id=number).ref) for number in (1, 2)]
    for order in orders:
        with books.calls() as calls:
            adapter.put_document(order, key_of(order), ORDER, customer=books.customer)
    assert calls == ["POST /3/orders"]


def test_preview_shows_the_account_an_article_will_be_made_with(tmp_path: Path, clock: ManualClock) -> None:
    """What is shown is what is sent, though the article is made in between."""
    books = Books(tmp_path, clock, more="[articles]\nmissing = create\n")
    card(books, VATType="EXPORT")
    sale = an_order(a_line("71.43", "8.57", percent="12", sku="BOK-1"))
    adapter = books.adapter()
    preview = adapter.preview(sale, key_of(sale), ORDER, customer=books.customer)
    document = adapter.put_document(sale, key_of(sale), ORDER, customer=books.customer)
    assert document.payload == preview.payload
    assert [row["account"] for row in preview.rows] == ["3002"]
    assert accounts(books, document) == [3002]
    books.close()


def misplaced(books: Books, kind: DocumentKind) -> Document:
    """A document as it was made before: on the accounts of the card's VAT type."""
    card(books, VATType="EXPORT")
    document = books.book(SALE, kind)
    for row in held(books, document).rows:
        row["AccountNumber"] = 3105
    return document


@pytest.mark.parametrize("kind", [ORDER, INVOICE])
def test_amended_document_stands_on_swedish_accounts(books: Books, kind: DocumentKind) -> None:
    """Also one that stood elsewhere."""
    document = misplaced(books, kind)
    books.adapter().amend(SALE, key_of(SALE), document)
    assert accounts(books, document) == [3001, 3002, 3520]


@pytest.mark.parametrize("kind", [ORDER, INVOICE])
def test_credit_takes_back_from_where_the_sale_stands(books: Books, kind: DocumentKind) -> None:
    """Else exports would keep too much and Sweden too little; the preview says the same."""
    for original, wanted in ((books.book(an_order(order_id=7), kind), 3001), (misplaced(books, kind), 3105)):
        order = an_order(order_id=7) if wanted == 3001 else SALE
        refund = correction(order, str(order.totals.gross))
        key = key_of(order, Purpose.REFUND, "77")
        preview = books.adapter().preview_correction(refund, key, original)
        credit = books.adapter().put_correction(refund, key, original)
        assert credit.payload == preview.payload
        assert set(accounts(books, credit)) == {wanted}


def test_refused_document_asks_for_its_accounts_anew(books: Books) -> None:
    """Somebody mends the article in Fortnox and presses Retry: what was remembered must not be sent again."""
    adapter, values = books.adapter(), books.sim.state.articles["TVAL-1"].values
    values["SalesAccount"] = 3041
    books.sim.company.accounts[3041].active = False
    order = an_order()
    with pytest.raises(Rejected):
        adapter.put_document(order, key_of(order), ORDER, customer=books.customer)
    values["SalesAccount"] = 3001
    document = adapter.put_document(order, key_of(order), ORDER, customer=books.customer)
    assert accounts(books, document) == [3001]
    values["SalesAccount"] = 3041
    adapter.put_document(replace(order, ref=SALE.ref), key_of(order), ORDER, customer=books.customer)
    books.sim.company.accounts[3001].active = False
    with pytest.raises(Rejected):
        adapter.amend(order, key_of(order), document)
    books.sim.company.accounts[3041].active = True
    adapter.amend(order, key_of(order), document)
    assert accounts(books, document) == [3041]
