"""Orders into Specter: customer, articles, order; each refusal and each lost answer by what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.answers import Answer
from bridge.erps.specter.client import Client
from bridge.erps.specter.errors import Duplicate, UnknownArticle
from bridge.errors import LostReply, Rejected, Transient, Unauthorised
from bridge.model.documents import DocumentKind
from bridge.model.orders import Address, Customer
from bridge.sim.faults import Kind
from tests.builders import a_line, an_order, key_of
from tests.support.specter_house import House, put

CREATE = "[articles]\nmissing = create\n"
ALWAYS_NEW = "[customers]\nignore_email = yes\nignore_org_number = yes\n"


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """A company that sells what ``an_order`` is about."""
    found = House(tmp_path, clock)
    yield found
    found.close()


def lose(house: House, action: str, *, kind: Kind = Kind.RESET) -> None:
    """The answer to the next call of this action gets lost after the work is done."""
    house.sim.faults.add(kind, match=lambda environ: f"action={action}" in environ["QUERY_STRING"])


def counted(house: House, action: str) -> int:
    """How often it was asked."""
    return house.actions().count(action)


def orders(house: House) -> list[tuple[str, str]]:
    """Key and number of each."""
    return [(each.key, each.number) for each in house.sim.booked()]


def test_order_is_booked_with_its_customer(house: House):
    """In two calls; the document is found again by its key, also after a restart."""
    document = put(house.adapter(), an_order())
    assert house.actions() == ["newCustomerSubmit", "newOrderSubmit"]
    assert orders(house) == [("main:1234:order", document.number)]
    assert (document.gross, document.currency, str(document.dated)) == (None, "SEK", "2026-11-21")
    assert [each.number for each in house.adapter().find_document(key_of(an_order()))] == [document.number]
    assert house.adapter(data="other").find_document(key_of(an_order())) == ()


def test_lost_answer_of_the_order_is_the_duplicate_that_follows(house: House):
    """Nobody knows at first; sent again, Specter refuses it and names the number, which is noted."""
    lose(house, "newOrderSubmit")
    with pytest.raises(LostReply):
        put(house.adapter(), an_order())
    again = house.adapter()
    assert again.find_document(key_of(an_order())) == ()
    document = put(again, an_order())
    assert orders(house) == [("main:1234:order", document.number)]
    assert any("No answer came" in str(note) for note in document.notes)
    assert put(again, an_order()).number == document.number
    assert not any("No answer came" in str(note) for note in put(again, an_order()).notes)


def test_specter_that_names_no_number_leaves_the_key(house: House):
    """What staff can look for there; when the feed tells the number, that is taken."""
    house.sim.account.duplicate_tells_number = False
    house.sim.account.feed_tells_key = True
    erp = house.adapter()
    lose(house, "newOrderSubmit")
    with pytest.raises(LostReply):
        put(erp, an_order())
    document = put(erp, an_order())
    assert document.number == "main:1234:order"
    assert any("Webbutikens ordernr" in str(note) for note in document.notes)
    ((_, number),) = orders(house)
    house.sim.deliver(number)
    erp.collect()
    assert [each.number for each in erp.find_document(key_of(an_order()))] == [number]
    assert put(erp, an_order()).number == number


def test_order_somebody_else_has_sent_waits_for_a_person(house: House):
    """A bridge that never sent it takes nobody else's for its own, however often it is tried."""
    put(house.adapter(data="first"), an_order())
    second = house.adapter(data="second")
    for _ in range(2):
        with pytest.raises(Rejected, match="does not remember sending") as caught:
            put(second, an_order())
        assert not isinstance(caught.value, Duplicate)
        assert caught.value.field == "externalOrderNo"
        assert "settle" in str(caught.value.advice)
        assert "different names" in str(caught.value.advice)
    assert len(orders(house)) == 1


def test_order_that_was_refused_has_not_left(house: House):
    """What another bridge books under the key meanwhile is not ours."""
    first, other = house.adapter(data="first"), house.adapter(data="other")
    order = an_order(a_line(sku="NEW-1"))
    with pytest.raises(UnknownArticle):
        put(first, order)
    house.sim.goods.put("NEW-1")
    put(other, order)
    with pytest.raises(Rejected, match="does not remember sending"):
        put(first, order)


def test_order_whose_answer_was_lost_stays_ours_through_a_refusal(house: House):
    """The refusal tells of the second try only; the first was made."""
    lose(house, "newOrderSubmit")
    with pytest.raises(LostReply):
        put(house.adapter(), an_order())
    house.sim.faults.add(
        Kind.ANSWER,
        status=200,
        body="0;;Underhåll".encode("latin-1"),
        match=lambda environ: "newOrderSubmit" in environ["QUERY_STRING"],
    )
    with pytest.raises(Rejected, match="Underhåll"):
        put(house.adapter(), an_order())
    document = put(house.adapter(), an_order())
    assert orders(house) == [("main:1234:order", document.number)]


@pytest.mark.parametrize("action", ["newCustomerSubmit", "newArticleSubmit"])
def test_lost_answer_before_the_order_is_no_doubt_about_it(house: House, action: str):
    """It is tried again as if nothing had happened; nothing is there twice."""
    before = house.sim.goods.numbers()
    order = an_order(a_line(sku="NEW-1"))
    erp = house.adapter(CREATE)
    lose(house, action)
    with pytest.raises(Transient) as caught:
        put(erp, order)
    assert not isinstance(caught.value, LostReply)
    assert orders(house) == []
    document = put(erp, order)
    assert orders(house) == [("main:1234:order", document.number)]
    assert len(house.sim.customers.kept()) == 1
    assert house.sim.goods.numbers() == [*before, "NEW-1"]


def test_repeat_makes_no_second_customer(house: House):
    """Not even where every order is to make one."""
    erp = house.adapter(ALWAYS_NEW)
    lose(house, "newOrderSubmit")
    with pytest.raises(LostReply):
        put(erp, an_order())
    put(house.adapter(ALWAYS_NEW), an_order())
    assert (counted(house, "newCustomerSubmit"), len(house.sim.customers.kept())) == (1, 1)
    put(erp, an_order(order_id=1235))
    assert len(house.sim.customers.kept()) == 2


def test_buyer_who_was_corrected_is_told_of_again(house: House):
    """The goods go where the customer's card says: an address mended before a retry must get there."""
    more = "[customers]\nforce_update = yes\n"
    order = an_order(a_line(sku="NEW-1"))
    with pytest.raises(UnknownArticle):
        put(house.adapter(more), order)
    house.sim.goods.put("NEW-1")
    moved = replace(order.customer.billing, street="Nya gatan 1")
    put(
        house.adapter(more),
        replace(order, customer=replace(order.customer, billing=moved, shipping=Address())),
    )
    (kept,) = house.sim.customers.kept()
    assert (kept.street, kept.delivery_street) == ("Nya gatan 1", "Nya gatan 1")


def test_corrected_buyer_keeps_the_card_of_the_same_order(house: House):
    """Where every order makes a customer, a correction makes no second one for the order."""
    order = an_order(a_line(sku="NEW-1"))
    with pytest.raises(UnknownArticle):
        put(house.adapter(ALWAYS_NEW), order)
    house.sim.goods.put("NEW-1")
    moved = replace(order.customer.billing, street="Nya gatan 1")
    corrected = replace(order, customer=replace(order.customer, billing=moved, shipping=Address()))
    put(house.adapter(ALWAYS_NEW), corrected)
    (kept,) = house.sim.customers.kept()
    assert (kept.street, kept.delivery_street) == ("Nya gatan 1", "Nya gatan 1")


def test_card_of_the_same_order_that_was_removed_is_made_anew(house: House):
    """The refusal is told once; Retry helps."""
    order = an_order(a_line(sku="NEW-1"))
    with pytest.raises(UnknownArticle):
        put(house.adapter(ALWAYS_NEW), order)
    house.sim.goods.put("NEW-1")
    house.sim.state.customers.clear()
    corrected = replace(order, customer=replace(order.customer, email="ny@example.com"))
    with pytest.raises(Rejected, match="Kunden finns inte"):
        put(house.adapter(ALWAYS_NEW), corrected)
    assert put(house.adapter(ALWAYS_NEW), corrected).number
    assert len(house.sim.customers.kept()) == 1


def test_customer_who_was_removed_is_made_anew(house: House):
    """What is remembered goes with the refusal, so that Retry helps."""
    erp = house.adapter()
    order = an_order(a_line(sku="NEW-1"))
    with pytest.raises(UnknownArticle):
        put(erp, order)
    house.sim.state.customers.clear()
    house.sim.goods.put("NEW-1")
    with pytest.raises(Rejected, match="Kunden finns inte"):
        put(erp, order)
    assert put(erp, order).number
    assert len(house.sim.customers.kept()) == 1


def test_company_is_told_from_a_person_as_the_settings_say(house: House):
    """And a number that cannot be right is noted and not sent."""
    firm = Customer(
        email="a@example.com",
        company="Bolaget AB",
        org_number="556016-0681",
        billing=Address(first_name="Eva", last_name="Berg", street="Vägen 1", city="Umeå", country="SE"),
    )
    order = an_order(customer=firm)
    document = put(house.adapter(), order)
    put(
        house.adapter("[customers]\ncompany_when = number\nignore_email = yes\n"),
        replace(order, ref=an_order(order_id=2).ref),
    )
    assert [(each.name, each.company, each.org_number) for each in house.sim.customers.kept()] == [
        ("Bolaget AB", True, ""),
        ("Eva Berg", False, ""),
    ]
    assert any("was not used to find the customer" in str(note) for note in document.notes)


def test_buyer_without_address_for_mail_is_refused_before_anything_is_sent(house: House):
    """Specter demands one; the preview says the same."""
    order = an_order(customer=replace(an_order().customer, email=""))
    erp = house.adapter()
    for call in (erp.preview, erp.put_document):
        with pytest.raises(Rejected, match="no e-mail address"):
            call(order, key_of(order), DocumentKind.ORDER)
    assert house.actions() == []


def test_article_is_made_once_where_the_settings_say_so(house: House):
    """With its name and price; the second order does not send it again, and stock is never sent."""
    erp = house.adapter(CREATE)
    order = an_order(a_line("80.00", "20.00", sku="NEW-1", name="Ny tvål"))
    put(erp, order)
    put(erp, replace(order, ref=an_order(order_id=2).ref))
    article = house.sim.state.articles["NEW-1"]
    assert (article.name, article.price, article.vat) == ("Ny tvål", Decimal(80), 25)
    assert counted(house, "newArticleSubmit") == 1
    put(house.adapter(CREATE), replace(order, ref=an_order(order_id=3).ref))
    assert counted(house, "newArticleSubmit") == 2
    assert house.sim.state.articles["NEW-1"] == article


def test_article_of_specter_stays_as_it_is(house: House):
    """Name and price there are the company's own."""
    house.sim.goods.put("TVAL-1", name="Tvål, stor", price="92")
    put(house.adapter(CREATE), an_order(a_line(sku="TVAL-1", name="Tvål")))
    article = house.sim.state.articles["TVAL-1"]
    assert (article.name, article.price) == ("Tvål, stor", Decimal(92))


def test_missing_article_is_refused_and_named(house: House):
    """It is made by hand and the order passes."""
    order = an_order(a_line(sku="NEW-1"))
    with pytest.raises(Rejected, match="NEW-1") as caught:
        put(house.adapter(), order)
    assert "missing = create" in str(caught.value.advice)
    assert "NEW-1" not in house.sim.goods.numbers()
    house.sim.goods.put("NEW-1")
    assert put(house.adapter(), order).number


def test_article_somebody_removed_is_made_again(house: House):
    """The refusal tells that what is remembered is no longer so."""
    erp = house.adapter(CREATE)
    put(erp, an_order(a_line(sku="NEW-1")))
    del house.sim.state.articles["NEW-1"]
    order = an_order(a_line(sku="NEW-1"), order_id=2)
    with pytest.raises(UnknownArticle):
        put(erp, order)
    assert put(erp, order).number
    assert "NEW-1" in house.sim.goods.numbers()


def test_ord_28_prepared_shipment_follows_the_order(house: House):
    """What a checkout plugin for shipping has written on the order, by a line of [fields]."""
    order = replace(an_order(), meta={"_kco_shipment": "SHIP-77"})
    put(house.adapter("[fields]\n_kco_shipment = vendor:preparedShipmentId\n"), order)
    (kept,) = house.sim.state.orders.values()
    assert kept.data["preparedshipmentid"] == "SHIP-77"


def test_only_orders_are_made(house: House):
    """No known call makes an invoice."""
    order = an_order()
    with pytest.raises(Rejected, match="orders in Specter only") as caught:
        house.adapter().put_document(order, key_of(order), DocumentKind.INVOICE)
    assert caught.value.field == "document"
    assert house.actions() == []


def test_nothing_is_sent_that_could_not_be_remembered(house: House, tmp_path: Path):
    """The bridge's own folder cannot be used: every order waits."""
    (tmp_path / "blocked").write_text("no folder")
    with pytest.raises(Unauthorised, match=r"specter\.sqlite"):
        put(house.adapter(data="blocked"), an_order())
    assert house.actions() == []


@pytest.mark.parametrize("mute", ["customer", "order"])
def test_success_without_a_number(house: House, monkeypatch: pytest.MonkeyPatch, mute: str):
    """Without a customer's there can be no order; an order's own is found in Specter by our key."""
    real = Client.put

    def quiet(client: Client, action: str, form: dict[str, str]) -> Answer:
        answer = real(client, action, form)  # type: ignore[arg-type]
        return replace(answer, id="") if action == mute else answer

    monkeypatch.setattr(Client, "put", quiet)
    if mute == "customer":
        with pytest.raises(Rejected, match="did not tell its number"):
            put(house.adapter(), an_order())
        assert orders(house) == []
    else:
        document = put(house.adapter(), an_order())
        assert document.number == "main:1234:order"
        assert len(orders(house)) == 1
