"""What every ERP adapter must do. No adapter is named here; see conftest for which are tried."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation

import pytest

from bridge.errors import (
    LostReply,
    Rejected,
    RemoteError,
    Throttled,
    Transient,
    Unauthorised,
)
from bridge.model.orders import Address, Customer, LineKind, Order, OrderRef, Totals
from bridge.sim.faults import Kind
from tests.builders import a_ref, an_order, key_of
from tests.contract.conftest import WRONG, Subject, goods, kind_of

HOSTILE = [
    "Å" * 300,
    "李小龍",
    "محمد \u200fالأحمد",
    "🎉 Maja 🐻\u200d❄️",
    "Robert'); DROP TABLE orders;--",
    '"quoted" \\ back\\"slash\\',
    "<script>alert(1)</script> &amp; {braces} %s {0}",
    "line\r\n#TRANS 1580 {} 1.00\nbreak\ttab\x00\x07",
    "=HYPERLINK(1)",
    " ",
]


def _discounted() -> Order:
    return an_order(
        goods("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00")),
        goods("44.64", "5.36", percent="12", id="2", net_before=Decimal("49.60"), tax_before=Decimal("5.95")),
    )


ORDERS = {
    "25": an_order(),
    "12": an_order(goods("88.39", "10.61", percent="12")),
    "6": an_order(goods("178.30", "10.70", percent="6")),
    "0": an_order(goods("500.00", "0.00", percent="0")),
    "mixed": an_order(
        goods("165.60", "41.40"), goods("141.07", "16.93", percent="12", id="2"),
        goods("178.30", "10.70", percent="6", id="3"), goods("0.07", "0.00", percent="0", id="4"),
    ),
    "vat not net times rate": an_order(goods("33.33", "8.34"), goods("0.07", "0.01", percent="6", id="2")),
    "foreign vat": an_order(goods("796.00", "151.24", percent="19"), country="DE"),
    "discount": _discounted(),
    "nothing to pay": an_order(goods("0.00", "0.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))),
    "six figures": an_order(goods("99999.20", "24999.80")),
    "sixty rows": an_order(*(goods("12.34", "3.09", id=str(each)) for each in range(60))),
}  # fmt: skip


def _amounts(row: Mapping[str, str]) -> set[Decimal]:
    found = set()
    for value in row.values():
        try:
            found.add(abs(Decimal(value)))
        except InvalidOperation:
            continue
    return found


def test_class_says_what_it_can(subject: Subject) -> None:
    """The flow reads these before it calls anything."""
    adapter = subject.adapter()
    assert adapter.name
    assert adapter.documents
    assert isinstance(adapter.fenced, bool)
    assert isinstance(adapter.settle, timedelta)


def test_check_with_right_settings_finds_nothing_and_books_nothing(subject: Subject) -> None:
    """A good set-up is told from a bad one, without a trace."""
    assert [str(each) for each in subject.adapter().check() if each.severe] == []
    assert subject.booked() == []


def test_book_twice_gives_one_document(subject: Subject) -> None:
    """The same adapter, then one after a restart: still the same document."""
    adapter = subject.adapter()
    numbers = {
        subject.book(an_order(), adapter=adapter).number,
        subject.book(an_order(), adapter=adapter).number,
        subject.book(an_order()).number,
    }
    assert numbers == {subject.only().number}


def test_book_answers_with_the_document_as_it_stands(subject: Subject) -> None:
    """Number, total and day are the ERP's own."""
    adapter = subject.adapter()
    document = subject.book(an_order(), adapter=adapter)
    booked = subject.only()
    assert document.kind in adapter.documents
    assert document.id
    assert (document.number, document.currency) == (booked.number, booked.currency)
    assert document.gross in (booked.gross, None), "None: the ERP does not tell"
    assert str(document.dated) == str(booked.dated)


def test_find_by_key_finds_exactly_that_key(subject: Subject) -> None:
    """Keys that look alike are different: a longer id, another shop."""
    wanted = an_order()
    others = [an_order(order_id=123), an_order(order_id=12345), an_order(ref=a_ref(shop="main2"))]
    for order in (wanted, *others):
        subject.book(order)
    (found,) = subject.found(key_of(wanted))
    assert found.number == next(each.number for each in subject.booked() if each.key == "main:1234:order")
    assert list(subject.found(key_of(an_order(order_id=99)))) == []


def test_find_two_with_one_key_reports_both(subject: Subject) -> None:
    """The adapter never chooses; a person does."""
    adapter = subject.adapter()
    subject.book(an_order(), adapter=adapter)
    if not subject.can_be_asked(an_order()):
        pytest.skip("this ERP cannot be asked")
    if adapter.fenced:
        subject.simulator.twin("main:1234:order")
    else:
        subject.put(an_order(), adapter=adapter)
    assert len(subject.booked()) == 2
    assert len(adapter.find_document(key_of(an_order()))) == 2


@pytest.mark.parametrize("name", ORDERS)
def test_total_is_exact_to_the_ore(subject: Subject, name: str) -> None:
    """The ERP's own sum is the order's total."""
    order = ORDERS[name]
    subject.book(order)
    assert subject.only().gross == order.totals.gross


def test_rows_of_every_kind_survive(subject: Subject) -> None:
    """Discount, shipping, fee and gift card can each be seen in the document."""
    order = an_order(
        goods("320.00", "80.00"),
        goods("39.20", "9.80", kind=LineKind.SHIPPING, id="2"),
        goods("23.20", "5.80", kind=LineKind.FEE, id="3"),
        goods("-13.60", "-3.40", kind=LineKind.DISCOUNT, id="4"),
        goods("-111.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="5"),
    )
    subject.book(order)
    booked = subject.only()
    seen = {abs(row.amount) for row in booked.rows}
    assert booked.gross == order.totals.gross
    for line in order.lines:
        assert {abs(line.net), abs(line.gross)} & seen, line.kind


def test_rounding_rest_is_a_visible_row(subject: Subject) -> None:
    """Three öre between rows and total stand in the document; the total is the order's."""
    order = an_order(totals=Totals(gross=Decimal("100.03"), tax=Decimal("20.00")))
    subject.book(order)
    booked = subject.only()
    assert booked.gross == Decimal("100.03")
    assert any(abs(row.amount) == Decimal("0.03") for row in booked.rows)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_of_every_sort_are_booked_and_found(subject: Subject, name: str) -> None:
    """Nobody's name, and nothing in an article's, stops an order or changes another field."""
    address = Address(first_name=name, last_name=name, company=name, street=name, city=name, country="SE")
    order = an_order(
        goods(name=name),
        ref=OrderRef(shop="main", id="1234", number=name),
        customer=Customer(email="a@example.com", company=name, billing=address, shipping=address),
        note=name,
    )
    document = subject.book(order)
    booked = subject.only()
    assert (booked.key, booked.gross) == ("main:1234:order", Decimal("100.00"))
    assert [found.number for found in subject.found(key_of(order))] == [document.number]


def test_preview_is_what_is_then_booked(subject: Subject) -> None:
    """Total, currency and rows; previewing books nothing and repeats."""
    adapter = subject.adapter()
    order = ORDERS["mixed"]
    customer = subject.customer()
    preview = adapter.preview(order, key_of(order), kind_of(adapter), customer=customer)
    assert subject.booked() == []
    assert adapter.preview(order, key_of(order), kind_of(adapter), customer=customer) == preview
    document = subject.book(order, adapter=adapter)
    assert (document.payload, document.media_type) == (preview.payload, preview.media_type)
    booked = subject.only()
    assert (preview.gross, preview.currency, len(preview.rows)) == (
        booked.gross,
        booked.currency,
        len(booked.rows),
    )
    for shown, row in zip(preview.rows, booked.rows, strict=True):
        assert abs(row.amount) in _amounts(shown)
    assert len({tuple(row) for row in preview.rows}) == 1
    assert preview.payload


def test_unknown_article_is_rejected_and_named(subject: Subject) -> None:
    """An ERP that books by article says which one it lacks."""
    if not subject.simulator.needs_articles:
        pytest.skip("this ERP books without articles")
    with pytest.raises(Rejected, match="NO-SUCH-SKU"):
        subject.book(an_order(goods(sku="NO-SUCH-SKU")))
    assert subject.booked() == []


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT, Kind.TRUNCATE])
def test_lost_reply_then_again_gives_one_document(wired: Subject, kind: Kind) -> None:
    """The work was done and the answer lost: asked after the settle time, the ERP has it.

    One that cannot be asked takes the key no second time, or a person must look before anything is sent again. Half
    an answer may tell all there is to tell; then it tells the truth.
    """
    assert wired.simulator.faults is not None
    adapter = wired.adapter()
    wired.simulator.faults.add(kind, match=wired.makes_document)
    told = None
    with suppress(LostReply):
        told = wired.book(an_order(), adapter=adapter)
    assert told is None or (kind is Kind.TRUNCATE and told.number == wired.only().number)
    wired.settle(adapter)
    found = wired.knows(adapter, key_of(an_order()))
    if found is not None:
        assert found or adapter.fenced
        numbers = {wired.book(an_order(), adapter=wired.adapter()).number, *(each.number for each in found)}
        assert numbers <= {wired.only().number, str(key_of(an_order()))}
    assert wired.only().key == str(key_of(an_order()))


def test_server_error_on_writing_is_not_taken_for_a_refusal(wired: Subject) -> None:
    """A 500 after a write tells nothing about whether it was done."""
    assert wired.simulator.faults is not None
    wired.simulator.faults.add(Kind.ANSWER, match=wired.makes_document, status=500, work=True)
    with pytest.raises(LostReply):
        wired.book(an_order())


def test_html_with_200_is_no_success(wired: Subject) -> None:
    """A maintenance page is an answer nobody can read."""
    assert wired.simulator.faults is not None
    wired.simulator.faults.add(Kind.HTML, times=None)
    adapter = wired.adapter()
    with pytest.raises(RemoteError):
        wired.book(an_order(), adapter=adapter)
    wired.simulator.faults.clear()
    wired.simulator.faults.add(Kind.HTML, times=None, match=wired.makes_document)
    with pytest.raises(LostReply):
        wired.put(an_order(), adapter=adapter)
    wired.simulator.faults.clear()
    assert wired.booked() == []


def test_too_many_calls_is_throttled_with_seconds(wired: Subject) -> None:
    """The ERP's wish for a pause reaches the flow."""
    assert wired.simulator.faults is not None
    wired.simulator.faults.add(Kind.ANSWER, times=None, status=429, headers={"Retry-After": "17"})
    with pytest.raises(Throttled) as caught:
        wired.book(an_order())
    assert caught.value.retry_after == 17


def test_out_of_service_is_transient(wired: Subject) -> None:
    """503 passes by itself."""
    assert wired.simulator.faults is not None
    wired.simulator.faults.add(Kind.ANSWER, times=None, status=503)
    with pytest.raises(Transient):
        wired.book(an_order())
    wired.simulator.faults.clear()
    wired.book(an_order())
    assert wired.only().gross == Decimal("100.00")


def test_wrong_token_is_unauthorised_and_reported_by_check(wired: Subject) -> None:
    """Booking raises, so that the channel pauses; the check reports and does not raise."""
    adapter = wired.with_wrong_token()
    with pytest.raises(Unauthorised):
        wired.book(an_order(), adapter=adapter)
    assert any(problem.severe and str(problem.fix) for problem in adapter.check())
    assert wired.booked() == []


def test_no_secret_is_ever_shown(wired: Subject, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a log line of any level, not in an error, not in a repr."""
    assert wired.simulator.faults is not None
    caplog.set_level(logging.DEBUG)
    shown = [repr(wired.config().erp_options)]
    adapter = wired.adapter()
    shown.append(repr(adapter))
    wired.book(an_order(), adapter=adapter)
    secrets = wired.secrets()
    assert secrets
    echo = " ".join((*secrets, WRONG)).encode()
    for failing in (wired.adapter(), wired.with_wrong_token()):
        for status in (400, 401, 500):
            wired.simulator.faults.add(Kind.ANSWER, status=status, body=echo)
            try:
                wired.book(replace(an_order(), ref=a_ref(77)), adapter=failing)
            except RemoteError as error:
                shown += [str(error), repr(error), repr(vars(error)), str(error.text), error.excerpt]
    shown += [record.getMessage() for record in caplog.records]
    for secret in (*secrets, WRONG):
        assert not any(secret in text for text in shown), re.sub(secret, "<secret>", "\n".join(shown))
