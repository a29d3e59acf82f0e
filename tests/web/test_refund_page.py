"""The page of a refund that is credited, and of one that was deleted in the shop afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from bridge.flows import notices
from bridge.flows.refunds import deleted_fault
from bridge.model.codec import digest, dump_refund
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import LineKind, OrderLine, Refund
from bridge.model.texts import Problem, say
from bridge.store.records import NewEntry, State
from tests.builders import NOON, a_line, a_ref, an_order
from tests.web.site import Site, post


def a_refund(*lines: OrderLine, reason: str = "Trasig vid leverans") -> Refund:
    """Refund 77 of order 1234."""
    return Refund(
        ref=a_ref(),
        id="77",
        created_at=NOON + timedelta(days=1),
        reason=reason,
        gross=Decimal("100.00"),
        lines=lines,
    )


def put(site: Site, refund: Refund) -> int:
    """The order is booked, the refund waits."""
    site.done()
    new = NewEntry(
        key=Key(a_ref(), Purpose.REFUND, refund.id), due_at=site.bridge.clock.now(), body=dump_refund(refund),
        digest=digest(refund), number="1234", gross=-refund.gross, currency="SEK",
    )  # fmt: skip
    site.store.outbox.add(new, who="bridge", note=say("Refund 77 of 100.00 SEK in the shop."))
    detail = site.store.reads.by_key(new.key)
    assert detail is not None
    return detail.entry.id


def test_page_of_a_refund_shows_what_was_paid_back(site: Site, person: FlaskClient) -> None:
    """Rows, sum, day and reason; no order table, and no JSON."""
    freight = a_line("-39.20", "-9.80", kind=LineKind.SHIPPING, id="2", name="Frakt")
    number = put(site, a_refund(a_line("-40.80", "-10.20"), freight))
    text = person.get(f"/entry/{number}").text
    for part in (
        "Refund 77 of order 1234",
        "What was paid back",
        "Trasig vid leverans",
        "Frakt",
        "−49.00",
        "−100.00",
    ):
        assert part in text, part
    assert "as the shop sent it" not in text
    assert "The shop names no rows" not in text


def test_page_of_a_refund_without_rows_says_what_becomes_of_it(site: Site, person: FlaskClient) -> None:
    """A person will ask with which VAT."""
    assert "split over the order" in person.get(f"/entry/{put(site, a_refund(reason=''))}").text


def test_order_names_its_refunds_and_a_credit_tells_how_the_shop_was_told(
    site: Site, person: FlaskClient
) -> None:
    """One story: booking, credit, and the word to the shop."""
    number = put(site, a_refund())
    now, outbox = site.bridge.clock.now(), site.store.outbox
    claimed = outbox.claim(now, purposes=[Purpose.REFUND])
    assert claimed is not None
    mark = NewEntry(key=Key(a_ref(), Purpose.MARK, "refund:77"), due_at=now, digest="K5", number="1234")
    credit = Document(
        kind=DocumentKind.CREDIT, id="K5", number="K5", gross=Decimal("-100.00"), currency="SEK"
    )
    (told,) = outbox.finish(
        claimed.entry, document=credit, note=say("Booked."), follow=[mark], claim_follow=True
    )
    outbox.finish(told.entry, document=None, note=say("The shop's order bears number {number}.", number="K5"))
    order = site.store.reads.by_key(Key(a_ref(), Purpose.ORDER))
    assert order is not None
    text = person.get(f"/entry/{order.entry.id}").text
    assert "Credit refund 77" in text
    assert "document K5" in text
    own = person.get(f"/entry/{number}").text
    assert 'id="telling"' in own
    assert "bears number K5" in own
    assert "Refund 77 of order 1234" in own


def test_refund_deleted_in_the_shop_is_put_before_a_person_who_ends_it(
    site: Site, person: FlaskClient
) -> None:
    """It counts on the front page, says what to do, and goes with Drop."""
    site.done()
    fault = deleted_fault("77", "K5")
    key = Key(a_ref(), Purpose.REFUND, "77:deleted")
    site.store.outbox.add(
        NewEntry(
            key=key,
            due_at=site.bridge.clock.now(),
            digest="K5",
            number="1234",
            state=State.PARKED,
            error=fault,
        ),
        who="bridge",
        note=fault.text,
    )
    detail = site.store.reads.by_key(key)
    assert detail is not None
    number = detail.entry.id
    text = person.get(f"/entry/{number}").text
    for part in (
        "Refund 77 of order 1234, deleted in the shop",
        "credited as K5. The credit stands.",
        "by hand",
    ):
        assert part in text, part
    order = site.store.reads.by_key(Key(a_ref(), Purpose.ORDER))
    assert order is not None
    assert "Refund 77 was deleted in the shop" in person.get(f"/entry/{order.entry.id}").text
    assert post(person, f"/entry/{number}/drop", at=f"/entry/{number}", reason="seen").status_code == 303
    assert site.state(number) == "dropped"


def test_shop_whose_list_of_refunds_fails_is_told_on_the_front_page(site: Site, person: FlaskClient) -> None:
    """Though its orders are read."""
    problem = Problem(where="[shop main]", what=say("The key may only write."), fix=say("Make a new key."))
    notices.keep(site.store, "refunds:main", [problem])
    assert "The key may only write." in person.get("/").text


@pytest.mark.parametrize("code", ["refunded"])
def test_order_paid_back_before_booking_has_words_for_its_reason(
    site: Site, person: FlaskClient, code: str
) -> None:
    """In the list of orders that are not sent."""
    site.skipped(code=code)
    assert "Paid back before booking" in person.get("/skipped").text


def test_preview_of_a_refund_is_one_press_away(site: Site, person: FlaskClient) -> None:
    """What would be sent, or why nothing can be; of something that is no refund there is none."""
    number = put(site, a_refund())
    assert f"/entry/{number}/preview" in person.get(f"/entry/{number}").text
    assert "Exactly this" in person.get(f"/entry/{number}/preview").text
    large = replace(a_refund(), id="78", gross=Decimal("666.00"))
    site.store.outbox.add(
        NewEntry(
            key=Key(a_ref(), Purpose.REFUND, "78"), due_at=site.bridge.clock.now(), body=dump_refund(large),
            digest="d", gross=-large.gross, currency="SEK",
        ),
        who="bridge",
        note=say("New."),
    )  # fmt: skip
    detail = site.store.reads.by_key(Key(a_ref(), Purpose.REFUND, "78"))
    assert detail is not None
    assert "It takes back too much." in person.get(f"/entry/{detail.entry.id}/preview").text
    order = site.store.reads.by_key(Key(a_ref(), Purpose.ORDER))
    assert order is not None
    assert "Exactly this" in person.get(f"/entry/{order.entry.id}/preview").text
    _, mark = site.told(an_order(order_id=5))
    for path in (mark, 99999, 2**63):
        assert person.get(f"/entry/{path}/preview").status_code == 404
