"""Refusals in words nobody has seen: what they may mean, what they must not, and what is forgotten after them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.errors import Duplicate, KnownArticle
from bridge.erps.specter.profile import Action
from bridge.errors import LostReply, Rejected, RemoteError, Unauthorised
from bridge.sim.faults import Kind
from tests.builders import a_line, an_order, key_of
from tests.support.specter_house import House, put
from tests.support.specter_wire import Wire, client_of

CREATE = "[articles]\nmissing = create\n"


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """One company."""
    found = House(tmp_path, clock)
    yield found
    found.close()


def answer(house: House, action: str, text: str, *, times: int = 1) -> None:
    """The next calls of this action are answered so, and nothing is done."""
    house.sim.faults.add(
        Kind.ANSWER,
        status=200,
        body=text.encode("latin-1"),
        times=times,
        match=lambda environ: f"action={action}" in environ["QUERY_STRING"],
    )


def refusal(clock: ManualClock, action: Action, text: str) -> RemoteError:
    """What a call answered so raises."""
    form = {"customerId": "7", "name": "x", "articleNo_1": "A"}
    with pytest.raises(RemoteError) as caught:
        client_of(Wire().answer(text.encode("latin-1")), clock).put(action, form)
    return caught.value


@pytest.mark.parametrize(
    "said",
    [
        "Felaktig nyckel",
        "Ogiltig signatur",
        "API-nyckeln är felaktig",
        "Invalid key",
        "The key is incorrect",
        "Unknown sbmId",
        "Användaren saknar behörighet",
    ],
)
def test_refused_access_stops_everything(clock: ManualClock, said: str):
    """Every order would be refused alike."""
    assert isinstance(refusal(clock, Action.ORDER, f"0;;{said}"), Unauthorised)


@pytest.mark.parametrize(
    "said",
    [
        "externalDeliveryMethod: ogiltig extern nyckel flat_rate",
        "Leveranssättets nyckel flat_rate är ogiltig",
        "Invalid key for delivery method: flat_rate",
        "Artikel Nyckelring blå är felaktig",
        "Kunden 'Alicia Key' har felaktig adress",
        "Monkey Business AB: invalid address",
    ],
)
def test_word_key_in_one_orders_refusal_does_not_stop_the_others(clock: ManualClock, said: str):
    """That order waits for a person."""
    assert isinstance(refusal(clock, Action.ORDER, f"0;;{said}"), Rejected)


def test_article_that_is_there_is_as_good_as_made(house: House):
    """Specter may say so as a refusal, of one and of many at once: the others are made all the same."""
    house.sim.goods.put("OLD-1")
    answer(house, "newArticleSubmit", "0;12;Artikel 'OLD-1' finns redan", times=2)
    order = an_order(a_line(sku="OLD-1"), a_line(sku="NEW-1", id="2"))
    number = put(house.adapter(CREATE), order).number
    assert [each.number for each in house.sim.booked()] == [number]
    assert house.actions().count("newArticleSubmit") == 1  # the two before were answered on the way
    assert "NEW-1" in house.sim.goods.numbers()


def test_article_that_is_refused_otherwise_is_no_article(house: House, clock: ManualClock):
    """Nothing is sent on."""
    answer(house, "newArticleSubmit", "0;12;Artikelgruppen är spärrad")
    with pytest.raises(Rejected, match="spärrad"):
        put(house.adapter(CREATE), an_order(a_line(sku="NEW-1")))
    assert "newOrderSubmit" not in house.actions()
    assert isinstance(refusal(clock, Action.ARTICLE, "0;;Article A already exists"), KnownArticle)
    assert not isinstance(refusal(clock, Action.ORDER, "0;;Artikel A finns redan"), KnownArticle)


def test_what_is_remembered_is_doubted_after_a_refusal_nobody_understands(house: House):
    """Customer and article were removed in Specter, which says so in other words than are known: Retry helps."""
    erp = house.adapter(CREATE)
    put(erp, an_order(a_line(sku="NEW-1")))
    order = an_order(a_line(sku="NEW-1"), order_id=2)
    answer(house, "newOrderSubmit", "0;77;Registervård pågår")
    with pytest.raises(Rejected, match="Registervård"):
        put(erp, order)
    house.sim.state.customers.clear()
    del house.sim.state.articles["NEW-1"]
    assert put(erp, order).number
    assert len(house.sim.customers.kept()) == 1


def test_number_in_a_duplicates_refusal_is_looked_for_among_what_it_names(clock: ManualClock):
    """Our own key may stand there first."""
    found = refusal(clock, Action.ORDER, "0;;externalOrderNo 'main:1:order' är redan använt av order '4711'")
    assert isinstance(found, Duplicate)
    assert found.number == "4711"


def test_number_that_is_another_orders_is_not_taken(house: House):
    """Else deliveries of that one would be told of this one, and of neither in the end."""
    erp = house.adapter()
    first = put(erp, an_order(order_id=1)).number
    house.sim.faults.add(Kind.RESET, match=lambda env: "newOrderSubmit" in env["QUERY_STRING"])
    with pytest.raises(LostReply):
        put(erp, an_order(order_id=2))
    answer(house, "newOrderSubmit", f"0;;externalOrderNo är redan använt, senaste order '{first}'")
    assert put(erp, an_order(order_id=2)).number == "main:2:order"
    assert [str(each.id) for each in erp.find_document(key_of(an_order(order_id=1)))] == [first]


def test_refusal_nobody_understands_of_an_order_that_had_left_says_to_look_for_it(house: House):
    """It may be a duplicate's in other words: the owner is told where to look, and what to teach the bridge."""
    erp, order = house.adapter(), an_order()
    house.sim.faults.add(Kind.RESET, match=lambda env: "newOrderSubmit" in env["QUERY_STRING"])
    with pytest.raises(LostReply):
        put(erp, order)
    answer(house, "newOrderSubmit", "0;31;Dubbelt ordernummer från webbutik")
    with pytest.raises(Rejected, match="Dubbelt ordernummer") as caught:
        put(erp, order)
    assert "main:1234:order" in str(caught.value.advice)
    line = '"31" = { value = "duplicate order" }'
    assert line in str(caught.value.advice)
    answer(house, "newOrderSubmit", "0;0;Dubbelt ordernummer från webbutik")
    with pytest.raises(Rejected) as unnumbered:
        put(erp, order)
    assert "main:1234:order" in str(unnumbered.value.advice)
    assert "duplicate order" not in str(
        unnumbered.value.advice
    )  # a code that every refusal has teaches nothing
    answer(house, "newOrderSubmit", "0;31;Dubbelt ordernummer från webbutik")
    taught = house.adapter(**house.own(f"[errors.codes]\n{line}\n"))
    assert put(taught, order).number == "main:1234:order"
    assert len(house.sim.booked()) == 1
    answer(house, "newOrderSubmit", "0;31;Spärrad")
    with pytest.raises(Rejected) as caught:
        put(erp, an_order(order_id=2))
    assert "duplicate" not in str(caught.value.advice)
