"""Between table rows and records: times are integer milliseconds in the tables, aware datetimes outside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import Text, say
from bridge.store.records import Doubt, Entry, Event, Exchange, Fault, Seen, State

__all__ = [
    "ENTRY",
    "EVENT",
    "EXCHANGE",
    "LINK",
    "PAST",
    "SEEN",
    "at",
    "decimal_or_none",
    "document_of",
    "entry_of",
    "event_of",
    "exchange_of",
    "fault_json",
    "ms",
    "past_of",
    "seen_of",
]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

ENTRY: Final = (
    "id, shop, shop_ref, number, purpose, detail, state, attempts, claim, doubt_since, doubt_asks, due_at, "
    "claimed_at, digest, gross, currency, fault, created_at, updated_at, finished_at, document"
)
PAST: Final = (
    "id, shop, shop_ref, number, purpose, detail, state, attempts, claim, digest, gross, currency, created_at, "
    "finished_at, document"
)
LINK: Final = "link.kind, document_id, link.number, link.link, link.gross, link.currency, dated, notes"
EVENT: Final = "at, before, after, who, note"
EXCHANGE: Final = "at, payload, media_type, answer, note"
SEEN: Final = (
    "shop, shop_ref, number, status, digest, reason, code, skus, gross, currency, first_seen_at, seen_at, "
    "modified_at"
)


def ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment - EPOCH) // _MILLISECOND


def at(stored: int) -> datetime:
    """The moment of so many milliseconds."""
    return EPOCH + timedelta(milliseconds=stored)


def _maybe_at(stored: int | None) -> datetime | None:
    return None if stored is None else at(stored)


def decimal_or_none(stored: str | None) -> Decimal | None:
    """An amount as it was, or none."""
    return None if stored is None else Decimal(stored)


def entry_of(row: Sequence[Any]) -> Entry:
    """An entry of the columns ``ENTRY``."""
    return Entry(
        id=row[0],
        key=Key(OrderRef(shop=row[1], id=row[2], number=row[3]), Purpose(row[4]), row[5]),
        number=row[3],
        state=State(row[6]),
        attempts=row[7],
        claim=row[8],
        doubt=None if row[9] is None else Doubt(since=at(row[9]), asks=row[10]),
        due_at=at(row[11]),
        claimed_at=_maybe_at(row[12]),
        digest=row[13],
        gross=decimal_or_none(row[14]),
        currency=row[15],
        fault=None if row[16] is None else _fault_of(row[16]),
        created_at=at(row[17]),
        updated_at=at(row[18]),
        finished_at=_maybe_at(row[19]),
        document=row[20],
    )


def past_of(row: Sequence[Any]) -> Entry:
    """What is left of an entry after the retention, of the columns ``PAST``."""
    finished = at(row[13])
    return Entry(
        id=row[0],
        key=Key(OrderRef(shop=row[1], id=row[2], number=row[3]), Purpose(row[4]), row[5]),
        number=row[3],
        state=State(row[6]),
        attempts=row[7],
        claim=row[8],
        doubt=None,
        due_at=finished,
        claimed_at=None,
        digest=row[9],
        gross=decimal_or_none(row[10]),
        currency=row[11],
        fault=None,
        created_at=at(row[12]),
        updated_at=finished,
        finished_at=finished,
        document=row[14],
    )


def fault_json(fault: Fault | None) -> str | None:
    """A fault as one line."""
    if fault is None:
        return None
    return json.dumps(
        {
            "kind": fault.kind,
            "text": fault.text.to_json(),
            "advice": None if fault.advice is None else fault.advice.to_json(),
            "field": fault.field,
            "status": fault.status,
            "code": fault.code,
            "request_id": fault.request_id,
            "excerpt": fault.excerpt,
        }
    )


def _fault_of(stored: str) -> Fault:
    parts = json.loads(stored)
    text, advice = Text.from_json(parts.pop("text")), Text.from_json(parts.pop("advice"))
    return Fault(text=text or say("No reason was given."), advice=advice, **parts)


def document_of(row: Sequence[Any]) -> Document:
    """A document of the columns ``LINK``."""
    notes = (Text.from_json(note) for note in json.loads(row[7] or "[]"))
    return Document(
        kind=DocumentKind(row[0]),
        id=row[1],
        number=row[2],
        link=row[3],
        gross=decimal_or_none(row[4]),
        currency=row[5],
        dated=None if row[6] is None else date.fromisoformat(row[6]),
        notes=tuple(note for note in notes if note is not None),
    )


def event_of(row: Sequence[Any]) -> Event:
    """An event of the columns ``EVENT``."""
    return Event(
        at=at(row[0]),
        before=None if row[1] is None else State(row[1]),
        after=State(row[2]),
        who=row[3],
        note=Text.from_json(row[4]) or say(""),
    )


def exchange_of(row: Sequence[Any]) -> Exchange:
    """An exchange of the columns ``EXCHANGE``."""
    return Exchange(at=at(row[0]), payload=row[1], media_type=row[2], answer=row[3], note=row[4])


def seen_of(row: Sequence[Any]) -> Seen:
    """A seen order of the columns ``SEEN``."""
    return Seen(
        ref=OrderRef(shop=row[0], id=row[1], number=row[2]),
        status=row[3],
        digest=row[4],
        reason=Text.from_json(row[5]),
        code=row[6],
        skus=json.loads(row[7]),
        gross=decimal_or_none(row[8]),
        currency=row[9],
        first_seen_at=at(row[10]),
        seen_at=at(row[11]),
        modified_at=_maybe_at(row[12]),
    )
