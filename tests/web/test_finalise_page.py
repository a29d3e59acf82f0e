"""A document that goes further after the booking, as the page tells of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from flask.testing import FlaskClient

from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.texts import say
from bridge.store.records import Doubt, Entry, Fault, NewEntry
from tests.builders import a_ref
from tests.web.site import Site, post

CLOSED = Fault(
    kind="Rejected",
    text=say("The period is closed."),
    advice=say("Open the period in the ERP, then press Retry."),
)
INVOICE = Document(kind=DocumentKind.INVOICE, id="88", number="F88", gross=Decimal("100.00"), currency="SEK")


def taken_on(site: Site) -> Entry:
    """A booked order whose document is being finished at this moment."""
    site.done()
    now, outbox = site.bridge.clock.now(), site.store.outbox
    further = NewEntry(key=Key(a_ref(), Purpose.FINALISE), due_at=now, digest="A77", number="1234")
    outbox.add(further, who="bridge", note=say("Booked."))
    claimed = outbox.claim(now, purposes=[Purpose.FINALISE])
    assert claimed is not None
    return claimed.entry


def order_page(site: Site, person: FlaskClient) -> str:
    """Of the order it belongs to."""
    order = site.store.reads.by_key(Key(a_ref(), Purpose.ORDER))
    assert order is not None
    return person.get(f"/entry/{order.entry.id}").text


def test_invoice_an_order_became_stands_on_its_page_with_the_word_to_the_shop(
    site: Site, person: FlaskClient
) -> None:
    """One story: booked, finished, told."""
    entry = taken_on(site)
    mark = NewEntry(
        key=Key(a_ref(), Purpose.MARK, "finalise"),
        due_at=site.bridge.clock.now(),
        digest="F88",
        number="1234",
    )
    (told,) = site.store.outbox.finish(
        entry,
        document=INVOICE,
        note=say("It is document {number} in the ERP now.", number="F88"),
        follow=[mark],
        claim_follow=True,
    )
    site.store.outbox.finish(
        told.entry, document=None, note=say("The shop's order bears number {number}.", number="F88")
    )
    text = order_page(site, person)
    assert "Finish in the ERP" in text
    assert "document F88" in text
    assert text.index("A77") < text.index("F88 ·")
    own = person.get(f"/entry/{entry.id}").text
    assert "Finishing order 1234 in the ERP" in own
    assert 'id="telling"' in own
    assert "bears number F88" in own


def test_step_that_is_refused_needs_somebody_and_can_be_left(site: Site, person: FlaskClient) -> None:
    """It counts on the front page; what to do stands beside it, and nobody is offered a preview of nothing."""
    entry = taken_on(site)
    site.store.outbox.park(entry, fault=CLOSED)
    assert "1 step after a booking needs you" in person.get("/").text
    assert f"/entry/{entry.id}" in person.get("/outbox?what=after&state=parked").text
    text = person.get(f"/entry/{entry.id}").text
    for part in ("The period is closed.", "Open the period", "Leave it as it is", "Retry"):
        assert part in text, part
    assert "Never send it" not in text
    assert "Show what would be sent" not in text
    assert person.get(f"/entry/{entry.id}/preview").status_code == 404
    left = post(person, f"/entry/{entry.id}/drop", at=f"/entry/{entry.id}", reason="stays an order")
    assert left.status_code == 303
    assert site.state(entry.id) == "dropped"


def test_step_in_doubt_says_what_the_bridge_will_do(site: Site, person: FlaskClient) -> None:
    """It looks how far the document has come; nobody can hurry it."""
    entry = taken_on(site)
    now = site.bridge.clock.now()
    site.store.outbox.postpone(
        entry, due_at=now + timedelta(minutes=2), fault=CLOSED, note=say("Later."), doubt=Doubt(since=now)
    )
    text = person.get(f"/entry/{entry.id}").text
    assert "the bridge looks how far the document has come in the ERP" in text
    assert "Send now" not in text


def test_document_that_kept_its_number_is_listed_once(site: Site, person: FlaskClient) -> None:
    """A mailed order is the same order."""
    entry = taken_on(site)
    mailed = Document(
        kind=DocumentKind.VOUCHER, id="77", number="A77", gross=Decimal("100.00"), currency="SEK"
    )
    site.store.outbox.finish(entry, document=mailed, note=say("{number} is where the settings want it."))
    assert order_page(site, person).count("A77 ·") == 1
