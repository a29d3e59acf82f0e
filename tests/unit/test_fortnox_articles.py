"""The articles a document names, against the simulator: asked for once, made where the owner wants it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox.articles import ArticleNeed, Articles, Seen
from bridge.erps.fortnox.remembering import REMEMBERED
from bridge.errors import LostReply, Rejected, Throttled, Transient
from bridge.sim.faults import Kind
from tests.support.fortnox import Office

MUG = ArticleNeed(
    number="MUG-01", name="Mugg ”stor” <30 cl>", percent=Decimal(12), net_price=Decimal("79.20")
)
CREATE = "[articles]\nmissing = create\n"


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that has consented, and whose owner lets articles be made."""
    office = Office(tmp_path, clock, more=CREATE)
    office.sim.limit = None
    yield office
    office.close()


def asked(office: Office, method: str = "GET") -> list[str]:
    """The paths of the calls so far."""
    return [
        each["path"] for each in office.sim.log if each["method"] == method and "oauth" not in each["path"]
    ]


def test_what_is_there_is_asked_for_once(office: Office) -> None:
    """Whatever documents name it later, and however often one names it."""
    articles = Articles(office.core())
    need = ArticleNeed(number="TVAL-1", name="Tvål")
    for _ in range(3):
        seen = articles.ensure([need, need, ArticleNeed(number="frakt", name="Frakt", service=True)])
        assert seen == Seen(accounts={"TVAL-1": 3001, "frakt": 3520})
    assert sorted(asked(office)) == ["/3/articles/TVAL-1", "/3/articles/frakt"]
    articles.forget(["TVAL-1"])
    articles.ensure([need])
    assert len(asked(office)) == 3


def test_account_somebody_changes_is_seen_after_some_hours(office: Office) -> None:
    """Not only after a restart; one more call for each article that is sold, so often."""
    articles, need = Articles(office.core()), ArticleNeed(number="TVAL-1", name="Tvål")
    articles.ensure([need])
    office.sim.state.articles["TVAL-1"].values["SalesAccount"] = 3041
    office.clock.advance(REMEMBERED.total_seconds() - 1)
    assert articles.ensure([need]).accounts == {"TVAL-1": 3001}
    assert len(asked(office)) == 1
    office.clock.advance(1)
    assert articles.ensure([need]).accounts == {"TVAL-1": 3041}
    assert len(asked(office)) == 2


def test_card_that_anybody_reads_is_remembered(office: Office) -> None:
    """A feed's, or the answer to a change: no call of its own, and never what stood there before."""
    articles, need = Articles(office.core()), ArticleNeed(number="TVAL-1", name="Tvål")
    card = articles.card("TVAL-1")
    assert card is not None
    assert articles.ensure([need]).accounts == {"TVAL-1": 3001}
    articles.learn("TVAL-1", {**card, "SalesAccount": "3041"})
    assert articles.foresee([need]).accounts == {"TVAL-1": 3041}
    assert len(asked(office)) == 1
    for odd in ({"Active": False}, {"SalesAccount": "?"}):
        articles.learn("TVAL-1", {**card, **odd})
        assert articles.ensure([need]).accounts == {"TVAL-1": 3001}
    assert len(asked(office)) == 3


def test_card_whose_account_cannot_be_read_is_no_article_without_account(office: Office) -> None:
    """Not now: nothing is booked on a guess."""
    body = b'{"Article": {"ArticleNumber": "TVAL-1", "Active": true, "SalesAccount": "?"}}'
    office.sim.faults.add(Kind.ANSWER, match=("GET", "/3/articles/"), status=200, body=body)
    articles, need = Articles(office.core()), ArticleNeed(number="TVAL-1", name="Tvål")
    with pytest.raises(Transient):
        articles.ensure([need])
    assert articles.ensure([need]).accounts == {"TVAL-1": 3001}


def test_several_threads_ask_once_too(office: Office) -> None:
    """Two orders with the same new article at the same moment make one article."""
    articles = Articles(office.core())
    start = threading.Barrier(4)

    def one(_: int) -> int:
        start.wait()
        return len(articles.ensure([MUG]).notes)

    with ThreadPoolExecutor(4) as pool:
        notes = list(pool.map(one, range(4)))
    assert sorted(notes) == [0, 0, 0, 1]
    assert asked(office, "POST") == ["/3/articles", "/3/prices"]


def test_a_missing_article_is_made_with_number_name_rate_and_price(office: Office) -> None:
    """Letters that Fortnox does not take are spelled otherwise; the price goes to the price list."""
    seen = Articles(office.core()).ensure([MUG])
    assert ["MUG-01" in str(note) for note in seen.notes] == [True]
    assert seen.accounts == {"MUG-01": 3002}
    made = office.sim.state.articles["MUG-01"].values
    assert made["Description"].startswith("Mugg ’’stor’’")
    assert (made["SalesAccount"], made["Unit"], made["Type"]) == (3002, "st", "STOCK")
    assert office.sim.state.prices["A", "MUG-01", Decimal(0)].values["Price"] == Decimal("79.20")


@pytest.mark.parametrize(("percent", "account"), [(Decimal(0), 3004), (Decimal(19), 3001), (None, 3001)])
def test_only_rates_of_sweden_choose_the_account(
    office: Office, percent: Decimal | None, account: int
) -> None:
    """A rate of another country says nothing of what the article bears at home; without a price there is none."""
    Articles(office.core()).ensure([replace(MUG, percent=percent, net_price=None)])
    assert office.sim.state.articles["MUG-01"].values["SalesAccount"] == account
    assert office.sim.state.prices == {}


def test_the_price_goes_to_the_list_that_is_configured(office: Office) -> None:
    """And to the company's preselected one else; a price of nothing goes nowhere."""
    Articles(office.core(price_list="B")).ensure(
        [MUG, replace(MUG, number="FREE", net_price=Decimal("0.001"))]
    )
    assert list(office.sim.state.prices) == [("B", "MUG-01", Decimal(0))]
    assert Articles(office.core()).price_list() == "A"
    for entry in office.sim.state.registers["PriceList"].values():
        entry.values["PreSelected"] = entry.number == "B"
    assert Articles(office.core()).price_list() == "B"


def test_without_leave_a_missing_article_is_refused_by_name(office: Office) -> None:
    """And asked for again next time: the owner may have made it meanwhile."""
    office.more = ""
    articles = Articles(office.core())
    with pytest.raises(Rejected, match="MUG-01") as caught:
        articles.ensure([ArticleNeed(number="TVAL-1", name="Tvål"), MUG])
    assert caught.value.advice is not None
    assert asked(office, "POST") == []
    office.sim.goods.put("MUG-01")
    assert articles.ensure([MUG]) == Seen(accounts={"MUG-01": 3001})


def test_a_preview_makes_nothing(office: Office) -> None:
    """It tells what would be made, or that it would be refused."""
    articles = Articles(office.core())
    seen = articles.foresee([MUG])
    assert ["would be made" in str(note) for note in seen.notes] == [True]
    assert seen.accounts == {"MUG-01": 3002}
    assert asked(office, "POST") == []
    office.more = ""
    with pytest.raises(Rejected, match="MUG-01"):
        Articles(office.core()).foresee([MUG])


def test_an_inactive_article_has_a_sentence_of_its_own(office: Office) -> None:
    """Fortnox would refuse the whole document without saying why."""
    office.sim.state.articles["TVAL-1"].values["Active"] = False
    articles = Articles(office.core())
    with pytest.raises(Rejected, match="inactive"):
        articles.ensure([ArticleNeed(number="TVAL-1", name="Tvål")])
    assert not articles.known("TVAL-1")


@pytest.mark.parametrize("number", ["A B", "x" * 51, "A|B", ".", ""])
def test_a_number_fortnox_cannot_have_is_never_sent(office: Office, number: str) -> None:
    """The sentence tells what may stand in a number."""
    articles = Articles(office.core())
    with pytest.raises(Rejected, match="letters, digits"):
        articles.ensure([ArticleNeed(number=number, name="x")])
    assert not articles.known(number)
    assert asked(office) == []


def test_known_tells_without_making(office: Office) -> None:
    """For rows that can do without an article."""
    articles = Articles(office.core())
    assert articles.known("frakt")
    assert articles.known("frakt")
    assert not articles.known("MUG-01")
    assert len(asked(office)) == 2


@pytest.mark.parametrize(
    ("status", "code", "missing"),
    [(404, "2000428", True), (400, "2000428", True), (400, "2000729", True), (400, "2000108", False)],
)
def test_missing_is_said_in_two_ways(office: Office, status: int, code: str, *, missing: bool) -> None:
    """404 and 400; any other refusal is one."""
    body = f'{{"ErrorInformation": {{"error": 1, "message": "x", "code": {code}}}}}'.encode()
    office.sim.faults.add(Kind.ANSWER, match=("GET", "/3/articles/"), status=status, body=body)
    articles = Articles(office.core())
    if missing:
        assert articles.card("TVAL-1") is None
    else:
        with pytest.raises(Rejected):
            articles.card("TVAL-1")


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT])
def test_lost_answer_to_making_one_does_no_harm(office: Office, kind: Kind) -> None:
    """The number is ours: it is there, so all is well. Never a doubt about the document."""
    articles = Articles(office.core())
    office.sim.faults.add(kind, match=("POST", "/3/articles"))
    assert len(articles.ensure([MUG]).notes) == 1
    assert "MUG-01" in office.sim.state.articles


def test_lost_question_to_make_one_is_only_not_now(office: Office) -> None:
    """It is not there, and the document has not been sent."""
    articles = Articles(office.core())
    office.sim.faults.add(Kind.DROP, match=("POST", "/3/articles"))
    with pytest.raises(Transient) as caught:
        articles.ensure([MUG])
    assert not isinstance(caught.value, LostReply)
    assert len(articles.ensure([MUG]).notes) == 1


def test_somebody_else_made_it_meanwhile(office: Office) -> None:
    """Fortnox refuses the second one, and then it is there."""
    articles = Articles(office.core())
    office.sim.faults.add(
        Kind.RUN, match=("POST", "/3/articles"), action=lambda: office.sim.goods.put("MUG-01", name="Mugg")
    )
    assert articles.ensure([MUG]).accounts == {"MUG-01": 3001}
    assert office.sim.goods.numbers().count("MUG-01") == 1


def test_article_fortnox_refuses_is_refused(office: Office) -> None:
    """A unit the company does not have."""
    with pytest.raises(Rejected, match="2000432"):
        Articles(office.core(unit="hink")).ensure([MUG])


def test_a_price_that_cannot_be_set_holds_nothing_up(office: Office) -> None:
    """The document carries its own prices; it is said, and the article is made once."""
    articles = Articles(office.core())
    office.sim.faults.add(Kind.ANSWER, match=("*", "/3/prices"), times=None, status=500)
    _, why = articles.ensure([MUG]).notes
    assert "price" in str(why)
    assert articles.ensure([MUG]) == Seen(accounts={"MUG-01": 3002})


def test_outage_is_not_missing(office: Office) -> None:
    """Nothing is made because somebody did not answer."""
    articles = Articles(office.core())
    articles.ensure([ArticleNeed(number="TVAL-1", name="Tvål")])
    office.sim.faults.add(Kind.ANSWER, match=("GET", "/3/articles"), times=None, status=429)
    with pytest.raises(Throttled):
        articles.ensure([MUG])
    office.sim.faults.clear()
    office.sim.faults.add(Kind.HTML, match=("GET", "/3/articles"), times=None)
    with pytest.raises(Transient):
        articles.ensure([MUG])
    assert asked(office, "POST") == []
