"""Specter: what harmless calls find out, and that they are harmless."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.probe import probe
from bridge.erps.specter.profile import load
from bridge.model.probing import Learnt
from bridge.sim.faults import Kind as Fault
from bridge.sim.specter.orders import book
from bridge.sim.specter.state import Order, Row
from tests.support.specter_house import House


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """An account with an article that has changed, and an order, delivered in part."""
    house = House(tmp_path, clock)
    house.emptied()
    yield house
    house.close()


def busy(house: House, key: str = "main:1234:order") -> None:
    """Something waits in every queue."""
    house.sim.goods.put("A-1", name="Åtta", price="12.5", weight="0.25")
    house.sim.goods.set_stock("A-1", Decimal("7.5"))
    state = house.sim.state
    house.sim.customers.keep(name="Åsöga AB")
    rows = [Row(article="A-1", text="Åtta", price=Decimal(10), quantity=Decimal(2), vat=25)]
    data = {"paytypeidentifier": "", "paytypereference": ""}
    order = Order(
        no=state.next("order"), key=key, customer=1001, currency="SEK", site="1", dated=state.today, data=data,
        rows=rows,
    )  # fmt: skip
    book(state, order, own=False)
    house.sim.deliver(str(order.no), share=Decimal("0.5"), tracking="PN1")


def learn(house: House, more: str = "", **erp: Any) -> list[Learnt]:
    """Everything that is found out; nothing was made, and every line to write is one a profile may have."""
    house.sim.log.clear()
    before = (len(house.sim.state.orders), len(house.sim.state.articles), len(house.sim.state.customers))
    learnt = [*probe(house.core(more, **erp))]
    state = house.sim.state
    assert (len(state.orders), len(state.articles), len(state.customers)) == before
    assert not [each for each in house.actions() if each.startswith("new")]
    assert {each["method"] for each in house.sim.log} <= {"GET"}
    for each in learnt:
        if each.line:
            tomllib.loads(each.line)
            own = house.folder / "line.toml"
            own.write_text(each.line, "utf-8")
            load(own)
    return learnt


def about(learnt: list[Learnt], words: str) -> Learnt:
    """The one question that has these words."""
    (found,) = [each for each in learnt if words in str(each.asked)]
    return found


def test_quiet_account_teaches_what_it_can_and_keeps_nothing_open(house: House) -> None:
    """Every reading was empty and is acknowledged; that too is told."""
    learnt = learn(house)
    assert [each for each in learnt if each.good is False] == []
    for kind in ("orders", "stock", "articles"):
        assert (
            str(about(learnt, f"becomes of the reading of {kind}").found)
            == "It was empty and is acknowledged."
        )
        assert about(learnt, f"May {kind} be acknowledged twice").good is True
        assert "there was none" in str(about(learnt, f"a row of {kind} look").found)
    assert [queue.batch for queue in house.sim.state.queues.values()] == ["", "", ""]


def test_busy_account_loses_nothing(house: House) -> None:
    """What waits stays open under the number the bridge remembers, and the next reading has it."""
    busy(house)
    learnt = learn(house)
    assert [each.good for each in learnt if "What becomes of" in str(each.asked)] == [True] * 3
    assert not [each for each in house.actions() if each.startswith("update")]
    for kind, queue in ((Kind.ORDERS, "order"), (Kind.STOCK, "stock"), (Kind.ARTICLES, "article")):
        opened = house.sim.state.queues[queue].batch
        batch = house.core().batches.receive(kind)
        assert (batch.number, batch.foreign) == (opened, False)
        assert batch.answer.count("order" if kind is Kind.ORDERS else "article") > 0


def test_rows_teach_their_form(house: House) -> None:
    """Root, limit, sites, numbers, letters: as the simulator has them, which is as the profile says."""
    busy(house)
    learnt = learn(house)
    assert "specter, and in it APIresponse, responseMaxLimit, orders" in str(
        about(learnt, "changes of orders be read").found
    )
    assert str(about(learnt, "changes of stock come at once").found) == "At most 100."
    assert str(about(learnt, "name a stock site").found) == "By its number: 1, 2."
    assert ["12,5" in str(each.found) for each in learnt if "write numbers" in str(each.asked)] == [
        False,
        True,
    ]
    assert "Kontot är rätt inställt" in str(about(learnt, "access be tested").found)
    assert str(about(learnt, "å, ä and ö come through in articles").found) == "Yes."
    assert "same 1 rows, as text/xml" in str(about(learnt, "reading of orders be repeated").found)
    assert "noItemsAvailable" in str(about(learnt, "lines of text").found)
    assert "Nothing but what is known" in str(about(learnt, "a row of orders look").found)


def test_statuses_nobody_knows_are_named_with_an_order_and_a_line(house: House) -> None:
    """A person looks what they mean."""
    busy(house)
    learnt = learn(house)
    letter = about(learnt, "deliveryStatus P of")
    assert "order 100001 has it" in str(letter.found)
    assert letter.line == 'statuses.delivery."P" = { value = "nothing" }'
    assert about(learnt, "statusId 2 of").line == 'statuses.order."2" = { value = "nothing" }'
    own = house.own(
        'statuses.delivery.P = { value = "part delivered" }\nstatuses.order.2 = { value = "nothing" }\n'
    )
    assert str(about(learn(house, **own), "the statuses of orders").found) == "All that came are known."


@pytest.mark.parametrize(("told", "more", "good", "line"), [
    (False, {}, None, ""),
    (True, {}, True, ""),
    (False, {"webOrderNo": "main:1234:order"}, False, 'fields.order_key = { value = "webOrderNo" }'),
])  # fmt: skip
def test_whether_orders_come_with_our_number(
    house: House,
    told: bool,  # noqa: FBT001
    more: dict[str, str],
    good: bool | None,  # noqa: FBT001
    line: str,
) -> None:
    """It is then known by that, whatever became of an answer; perhaps it is called otherwise."""
    house.sim.account.feed_tells_key = told
    house.sim.account.feed_more = {"order": more}
    busy(house)
    learnt = about(learn(house), "with the web shop's number")
    assert (learnt.good, learnt.line) == (good, line)


def test_names_nobody_has_seen_are_told(house: House) -> None:
    """Perhaps quantities per row, or the VAT."""
    house.sim.account.feed_more = {"article": {"vatPercent": "25"}}
    busy(house)
    assert "Besides what is known: vatPercent." in str(about(learn(house), "a row of articles look").found)


@pytest.mark.parametrize(("name", "good", "line"), [
    ("warehouseId", False, 'fields.stock_site = { value = ["warehouseId"] }'), ("", None, ""),
])  # fmt: skip
def test_stock_site_named_otherwise(house: House, name: str, good: bool | None, line: str) -> None:  # noqa: FBT001
    """Until the profile knows, sites are added up."""
    house.sim.account.site_attribute = name
    busy(house)
    learnt = about(learn(house), "name a stock site")
    assert (learnt.good, learnt.line) == (good, line)
    if line:
        own = house.own(line)
        assert about(learn(house, **own), "name a stock site").good is True


def test_rows_of_another_name_are_told_and_stay(house: House) -> None:
    """Nothing that is not understood is acknowledged."""
    busy(house)
    own = house.own('batches.orders = { value = "orderRow" }')
    learnt = learn(house, **own)
    odd = about(learnt, "rows of orders where")
    assert (odd.good, odd.line) == (False, 'batches.orders = { value = "order" }')
    assert house.sim.state.queues["order"].batch


def test_limit_that_is_not_told(house: House) -> None:
    """Seen with article information only."""
    house.sim.account.limited = {"article"}
    learnt = learn(house)
    assert about(learnt, "changes of articles come at once").good is True
    assert about(learnt, "changes of stock come at once").good is None


@pytest.mark.parametrize(("scripts", "signed", "knows", "good", "words"), [
    ({"put", "get"}, "", True, True, "Yes: getInfo.asp, signed over nothing"),
    ({"put"}, "", True, True, "Yes: putInfo.asp, signed over nothing"),
    ({"get"}, "sbmId", True, True, "Yes: getInfo.asp, signed over '4711'"),
    ({"get"}, "apiUserId", True, None, "Felaktig nyckel (9001)"),
    ({"get"}, "", False, None, "Okänd action (9003)"),
])  # fmt: skip
def test_call_that_tests_access(
    house: House,
    scripts: set[str],
    signed: str,
    knows: bool,  # noqa: FBT001
    good: bool | None,  # noqa: FBT001
    words: str,
) -> None:
    """Only its name is documented: script and signature are tried."""
    house.sim.account.check_scripts, house.sim.account.knows_check = scripts, knows
    house.sim.account.check_signed_by = signed
    learnt = about(learn(house), "checkAccountSettings")
    assert learnt.good is good
    assert words in str(learnt.found)


@pytest.mark.parametrize(("said", "good", "line"), [
    ("Felaktig nyckel", True, ""), ("Nej tack", False, 'errors.codes."9001" = { value = "access" }'),
])  # fmt: skip
def test_words_of_a_wrong_key(house: House, said: str, good: bool, line: str) -> None:  # noqa: FBT001
    """What is not understood would put every order aside, one by one."""
    house.sim.account.wrong_key = said
    learnt = about(learn(house), "to a wrong key")
    assert (learnt.good, learnt.line) == (good, line)


def test_acknowledging_twice_in_words_nobody_knows(house: House) -> None:
    """The profile learns the code."""
    own = house.own('errors.words.unknown_batch = { value = ["never said"] }')
    learnt = about(learn(house, **own), "May orders be acknowledged twice")
    assert (learnt.good, learnt.line) == (False, 'errors.codes."9014" = { value = "unknown batch" }')
    house.sim.account.acknowledges_again = True
    assert str(about(learn(house), "May orders be acknowledged twice").found) == "Yes."


def test_wrong_access_ends_it(house: House) -> None:
    """Three more calls would teach the same; other ways to sign are tried where there are keys."""
    learnt = learn(house, api_user_key="wrong-key-0123456789")
    assert [each.good for each in learnt] == [None, False, None]
    assert "Not in any way there are keys for" in str(learnt[-1].found)


def test_keys_that_have_changed_places(house: House) -> None:
    """The most likely mistake."""
    options = house.sim.options
    turned = {"api_user_key": options["integration_key"], "integration_key": options["api_user_key"]}
    assert "exchange api_user_key and integration_key" in str(learn(house, **turned)[-1].found)


def test_other_signature(house: House) -> None:
    """With keys for both, the other one is tried; what it opens is remembered."""
    old = {"md5_key_1": house.sim.account.md5_key_1, "md5_key_2": house.sim.account.md5_key_2}
    house.sim.account.version = 1
    assert "write signature = v1" in str(learn(house, signature="v2", **old, **NEW)[-1].found)
    assert house.core(**old, signature="v1").batches.receive(Kind.ORDERS).foreign is False
    turned = {"md5_key_1": old["md5_key_2"], "md5_key_2": old["md5_key_1"]}
    assert "exchange md5_key_1 and md5_key_2" in str(learn(house, signature="v1", **turned)[-1].found)


NEW = {
    "api_user_id": "17",
    "api_user_key": "some-key-0123456789",
    "integration_key": "another-key-0123456789",
}


def test_folder_that_cannot_be_used(house: House) -> None:
    """No other access is tried for it."""
    (house.folder / "data").write_text("a file")
    learnt = learn(house)
    assert "cannot be used" in str(learnt[-1].found)
    assert len(learnt) == 2


@pytest.mark.parametrize(("fault", "how"), [
    (Fault.REFUSE, {}), (Fault.ANSWER, {"status": 503}), (Fault.HTML, {}), (Fault.ANSWER, {"status": 404}),
    (Fault.TIMEOUT, {}),
])  # fmt: skip
def test_whatever_goes_wrong_is_something_learnt(house: House, fault: Fault, how: dict[str, Any]) -> None:
    """Never an error."""
    house.sim.faults.add(fault, times=None, **how)
    learnt = learn(house)
    assert [each.good for each in learnt[1:4]] == [False] * 3
    assert not any(each.line for each in learnt)


def test_refusal_nobody_understands_may_be_about_access(house: House) -> None:
    """The line is offered, with that condition."""
    house.sim.account.wrong_key = "Nej tack"
    failed = about(learn(house, api_user_key="wrong-key-0123456789"), "changes of orders be read")
    assert "If this means that access is wrong" in str(failed.found)
    assert failed.line == 'errors.codes."9001" = { value = "access" }'


def test_change_that_comes_while_we_ask_is_not_acknowledged(house: House) -> None:
    """The first reading was empty; the last one, just before, is not."""
    house.sim.account.empty_opens = False
    house.sim.faults.add(Fault.RUN, skip=2, action=lambda: busy(house))
    learnt = learn_more(house)
    assert "there was none" in str(about(learnt, "a row of orders look").found)
    assert "stays open" in str(about(learnt, "becomes of the reading of orders").found)
    assert not [each for each in house.actions() if each.startswith("update")]
    assert house.core().batches.receive(Kind.ORDERS).answer.count("order") == 1


def learn_more(house: House) -> list[Learnt]:
    """While people work in Specter."""
    house.sim.log.clear()
    return [*probe(house.core())]


def test_faults_half_way_are_something_learnt(house: House) -> None:
    """Each question stands by itself."""
    busy(house)
    for skip in range(20):
        house.sim.faults.clear()
        house.sim.faults.add(Fault.HTML, skip=skip)
        assert learn(house)[-1].found.template.startswith("{count} entries of the profile")


def test_reader_beside_us_is_told(house: House) -> None:
    """Its batch is left to it."""
    house.sim.state.step("stock", "open", "SOMEBODY-ELSES", [])
    learnt = learn(house)
    assert "SOMEBODY-ELSES" in str(about(learnt, "becomes of the reading of stock").found)
    assert house.sim.state.queues["stock"].batch == "SOMEBODY-ELSES"


def test_text_where_xml_was_asked_for(house: House) -> None:
    """The parameter of the profile is wrong then."""
    busy(house)
    own = house.own('answers.reads = { value = "1" }\nbatches.all_sites = { value = "0" }\n')
    learnt = about(learn(house, **own), "changes of stock be read")
    assert (learnt.good, learnt.line) == (False, 'answers.reads = { value = "2" }')
