"""VAT through the whole bridge: what is said of it and where, what is parked, and the orders no books should see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.model.orders import OrderRef
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.support.whole import PASSWORD, Whole
from tests.woo import raw_order, raw_with_row

Start = Callable[..., Whole]
ID = 1234
PERSON = "19800101-0018"


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Start]:
    """Start a bridge before a shop with this order, with these lines under [orders]."""
    made: list[Whole] = []

    def build(order: dict[str, Any], **orders: str) -> Whole:
        sim = ShopSim(now=clock.now, catalogue=False)
        sim.place(order)
        lines = "\n".join(f"{key} = {value}" for key, value in orders.items())
        made.append(Whole(tmp_path, clock, {"main": sim}, more=f"[orders]\n{lines}\n"))
        made[-1].work()
        return made[-1]

    yield build
    for whole in made:
        whole.close()


def german(*, vat_number: str = "", tax: bool = True) -> dict[str, Any]:
    """An order to Germany over 80 net, with German VAT or none."""
    order = raw_order()
    line = order["line_items"][0]
    for part in ("billing", "shipping"):
        order[part]["country"] = "DE"
    if tax:
        order["tax_lines"][0] |= {"rate_code": "DE-MWST-1", "rate_percent": 19, "tax_total": "15.20"}
        order |= {"total": "95.20", "total_tax": "15.20"}
        line |= {
            "total_tax": "15.20",
            "subtotal_tax": "15.20",
            "taxes": [{"id": 1, "total": "15.20", "subtotal": "15.20"}],
        }
    else:
        order |= {"total": "80.00", "total_tax": "0.00", "tax_lines": []}
        line |= {"total_tax": "0.00", "subtotal_tax": "0.00", "taxes": []}
    return order | {"meta_data": [{"id": 1, "key": "_billing_vat_number", "value": vat_number}]}


def notes(whole: Whole) -> list[str]:
    """What the booked document says of itself."""
    (document,) = whole.bridge.store.reads.documents(OrderRef(shop="main", id=str(ID)))
    return [str(note) for note in document.notes]


def why(whole: Whole) -> str:
    """Why it is parked."""
    found = whole.detail(ID)
    assert found is not None
    assert found.entry.state is State.PARKED
    assert found.entry.fault is not None
    assert whole.booked() == {}
    return f"{found.entry.fault.text} {found.entry.fault.advice}"


def test_m_11_expected_against_charged_is_noted_and_booked_as_charged(start: Start):
    """On the document, on its page and in the preview, in the reader's language; the books are the shop's figures."""
    whole = start(german(vat_number="DE129273398"))
    said = "VAT was charged though the buyer gave a VAT number of DE."
    assert [note for note in notes(whole) if said in note]
    assert whole.booked()[f"main:{ID}:order"].gross == Decimal("95.20")
    preview = whole.bridge.operator.preview(OrderRef(shop="main", id=str(ID)))
    assert any(said in str(note) for note in preview.notes)
    person = whole.page().test_client()
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', person.get("/login").text)
    assert token
    person.post("/login", data={"csrf": token[1], "password": PASSWORD, "name": "Anna"})
    detail = whole.detail(ID)
    assert detail
    for page in (f"/entry/{detail.entry.id}", f"/order/main/{ID}/preview"):
        assert (
            "Moms debiterades fast köparen angav ett momsregistreringsnummer i DE." in person.get(page).text
        )


def test_m_11_order_as_expected_has_no_note(start: Start):
    """A German consumer at 19 %."""
    assert notes(start(german())) == []


def test_m_11_park_leaves_the_order_for_a_person(start: Start):
    """Who wants to look first is asked first; retry with the setting changed books it."""
    whole = start(german(tax=False), vat_check="park")
    assert "No VAT was charged to DE, and the buyer gave no VAT number" in why(whole)
    assert "write vat_check = warn in [orders], then press Retry" in why(whole)
    preview = whole.bridge.operator.preview(OrderRef(shop="main", id=str(ID)))
    assert str(preview.notes[-2]) == "Kind of sale: sale to the EU without VAT and without a VAT number."


def test_m_11_off_says_nothing(start: Start):
    """Neither noted nor parked."""
    whole = start(german(tax=False), vat_check="off")
    assert whole.state(ID) is State.DONE
    assert notes(whole) == []
    preview = whole.bridge.operator.preview(OrderRef(shop="main", id=str(ID)))
    assert not any("VAT" in str(note) for note in preview.notes)


def test_bad_input_vat_number_of_another_country_is_stated(start: Start):
    """A French number on goods to Germany: reverse charge as the shop charged it, and a person is told."""
    whole = start(german(vat_number="FR40303265045", tax=False))
    assert any("The VAT number is of FR, but the order goes to DE." in note for note in notes(whole))
    rows = {row.code for row in whole.booked()[f"main:{ID}:order"].rows}
    assert "3108" in rows


def test_bad_input_organisation_number_with_wrong_check_digit_is_stated_and_not_repeated(start: Start):
    """Booked, noted, and the number, which may be a person's, is nowhere in the note."""
    order = raw_order(meta_data=[{"id": 1, "key": "_billing_org_nr", "value": PERSON}])
    whole = start(order)
    told = [note for note in notes(whole) if "organisation or person number cannot be right" in note]
    assert len(told) == 1
    assert PERSON not in told[0]
    assert "0018" not in told[0]


def test_bad_input_tax_line_without_rate_is_parked_and_says_which(start: Start):
    """A deleted tax rate: WooCommerce no longer tells its percentage."""
    order = raw_order()
    order["tax_lines"][0] |= {"rate_percent": None, "label": "Gammal moms"}
    assert "20.00 VAT was charged at a rate whose percentage the shop does not tell (Gammal moms)" in why(
        start(order)
    )


def test_bad_input_row_with_vat_and_no_rate_is_parked_and_named(start: Start):
    """The tax line is there, the row does not say that it bears it."""
    assert "Tvål & tjära has 20.00 VAT, but no rate." in why(start(raw_with_row(taxes=[])))


def test_bad_input_negative_total_is_parked_with_the_way_out(start: Start):
    """An order that pays the buyer is a credit."""
    order = raw_with_row(
        total="-80.00", subtotal="-80.00", total_tax="-20.00", subtotal_tax="-20.00", price=-80,
        taxes=[{"id": 1, "total": "-20.00", "subtotal": "-20.00"}],
    )  # fmt: skip
    order |= {"total": "-100.00", "total_tax": "-20.00"}
    order["tax_lines"][0]["tax_total"] = "-20.00"
    text = why(start(order))
    assert "Its total is negative: -100.00 SEK." in text
    assert "Refund the first order in the shop instead" in text


def test_bad_input_coupon_of_100_percent_is_booked_at_nothing(start: Start):
    """The sale and its discount stand against each other; nothing is to be paid."""
    order = raw_with_row(
        total="0.00", total_tax="0.00", price=0, taxes=[{"id": 1, "total": "0.00", "subtotal": "20.00"}]
    )
    order |= {
        "total": "0.00",
        "total_tax": "0.00",
        "coupon_lines": [{"id": 5, "code": "allt", "discount": "80.00"}],
    }
    order["tax_lines"][0]["tax_total"] = "0.00"
    whole = start(order)
    booked = whole.booked()[f"main:{ID}:order"]
    assert booked.gross == 0
    assert {row.code: str(row.amount) for row in booked.rows} == {
        "1580": "0.00", "3001": "-80.00", "3730": "80.00",
    }  # fmt: skip
