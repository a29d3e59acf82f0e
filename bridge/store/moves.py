"""The moves of whoever holds a claim: finish, postpone, park.

Each is one guarded update: id, state and claim must be as they were. An entry that was recovered or dropped in
the meantime is not ours any more, and saying so is part of the promise.
"""

# ruff: noqa: S608 - every statement is put together from constants

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from bridge.model.documents import Document, Key, Purpose
from bridge.model.texts import Text
from bridge.store.ledger import Ledger
from bridge.store.records import Claimed, Doubt, Entry, Exchange, Fault, NewEntry, State
from bridge.store.rows import ENTRY, LINK, document_of, entry_of, fault_json, ms

__all__ = ["Moves", "about"]

_GUARD: Final = "WHERE id = ? AND state = 'sending' AND claim = ?"
_CLAIMED: Final = f"SELECT {ENTRY}, body FROM entry LEFT JOIN snapshot ON entry_id = id WHERE id = ?"
_LINK: Final = f"SELECT {LINK} FROM link LEFT JOIN link_note ON link_id = id WHERE key = ?"


class Moves:
    """What a worker does with a claimed entry."""

    def __init__(self, books: Ledger) -> None:
        self._books = books

    def finish(
        self,
        entry: Entry,
        *,
        document: Document | None,
        note: Text,
        exchange: Exchange | None = None,
        follow: Sequence[NewEntry] = (),
        claim_follow: bool = False,
    ) -> tuple[Claimed, ...]:
        """SENDING to DONE, with its document and what is to be done next, in one transaction.

        ``claim_follow``: the follow-ups that are due are claimed at once and returned, which saves a commit.

        Raises:
            LostClaim: somebody else moved it; nothing was changed.
            ValueError: an order without a document.
        """
        if document is None and entry.key.purpose is Purpose.ORDER:
            raise ValueError(f"{entry.key} cannot be done without a document")
        now = self._books.clock.now()
        with self._books.saving():
            moved = self._books.run(
                "UPDATE entry SET state = 'done', head = 0, doubt_since = NULL, doubt_asks = NULL, "
                f"fault_kind = NULL, fault = NULL, document = ?, finished_at = ?, updated_at = ? {_GUARD}",
                ("" if document is None else document.number, ms(now), ms(now), entry.id, entry.claim),
            )
            self._books.must(moved, entry)
            self._completed(entry, document, now=now, who="bridge", note=note)
            self._books.exchange(entry.id, exchange)
            added = [
                self._insert(new, who="bridge", note=note) for new in follow if not self._exists(new.key)
            ]
            if not claim_follow:
                return ()
            claimed = (self._claim_one(entry_id, now=ms(now), who="bridge") for entry_id in added)
            return tuple(one for one in claimed if one is not None)

    def _completed(
        self, entry: Entry, document: Document | None, *, now: datetime, who: str, note: Text
    ) -> None:
        if document is not None:
            self._books.link(entry.key, document, at=ms(now))
        self._books.event(entry.id, at=ms(now), before=entry.state, after=State.DONE, who=who, note=note)
        self._books.count(entry.key, State.DONE, at=now)
        self._books.advance(entry.key)

    def postpone(
        self,
        entry: Entry,
        *,
        due_at: datetime,
        fault: Fault | None,
        note: Text,
        charge: bool = True,
        doubt: Doubt | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        """SENDING to WAITING: later. ``doubt`` takes the place of the entry's doubt; None says there is none.

        Raises:
            LostClaim: somebody else moved it; nothing was changed.
        """
        now = self._books.now()
        with self._books.saving():
            moved = self._books.run(
                "UPDATE entry SET state = 'waiting', attempts = attempts + ?, due_at = ?, doubt_since = ?, "
                f"doubt_asks = ?, fault_kind = ?, fault = ?, updated_at = ? {_GUARD}",
                (int(charge), ms(due_at), *_doubt(doubt), *_fault(fault), now, entry.id, entry.claim),
            )
            self._books.must(moved, entry)
            self._books.exchange(entry.id, exchange)
            self._books.event(
                entry.id, at=now, before=State.SENDING, after=State.WAITING, who="bridge", note=note
            )

    def park(
        self, entry: Entry, *, fault: Fault, exchange: Exchange | None = None, doubt: Doubt | None = None
    ) -> None:
        """SENDING to PARKED: a person must look. ``doubt`` as for ``postpone``.

        Raises:
            LostClaim: somebody else moved it; nothing was changed.
        """
        now = self._books.clock.now()
        with self._books.saving():
            moved = self._books.run(
                "UPDATE entry SET state = 'parked', attempts = attempts + 1, doubt_since = ?, doubt_asks = ?, "
                f"fault_kind = ?, fault = ?, updated_at = ? {_GUARD}",
                (*_doubt(doubt), *_fault(fault), ms(now), entry.id, entry.claim),
            )
            self._books.must(moved, entry)
            self._books.exchange(entry.id, exchange)
            self._books.event(
                entry.id, at=ms(now), before=State.SENDING, after=State.PARKED, who="bridge", note=fault.text
            )
            self._books.count(entry.key, State.PARKED, at=now)

    def note(self, entry: Entry, *, note: Text) -> None:
        """Add a sentence to an entry's timeline; it stays where it is. Nothing, if the entry is gone."""
        with self._books.saving():
            for (state,) in self._books.run("SELECT state FROM entry WHERE id = ?", (entry.id,)).fetchall():
                at = self._books.now()
                self._books.event(
                    entry.id, at=at, before=State(state), after=State(state), who="bridge", note=note
                )

    def fill(self, entry: Entry, *, body: str, digest: str, gross: Decimal | None) -> None:
        """Give a claimed entry the contents it was born without, because they could not be read.

        Raises:
            LostClaim: somebody else moved it; nothing was changed.
        """
        now = self._books.now()
        with self._books.saving():
            filled = self._books.run(
                f"UPDATE entry SET digest = ?, gross = ?, updated_at = ? {_GUARD}",
                (digest, None if gross is None else str(gross), now, entry.id, entry.claim),
            )
            self._books.must(filled, entry)
            self._keep_body(entry.id, body, now=now)

    def _exists(self, key: Key) -> bool:
        found = self._books.run(
            "SELECT 1 FROM entry WHERE key = ? UNION ALL SELECT 1 FROM past WHERE key = ?",
            (str(key), str(key)),
        )
        return found.fetchone() is not None

    def _insert(self, new: NewEntry, *, who: str, note: Text) -> int:
        if new.state not in {State.WAITING, State.PARKED}:
            raise ValueError(f"{new.key} cannot begin as {new.state}")
        now, ref = self._books.clock.now(), new.key.ref
        entry_id = self._books.run(
            "INSERT INTO entry (key, shop, shop_ref, number, purpose, detail, state, head, due_at, digest, gross, "
            "currency, fault_kind, fault, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, NOT EXISTS (SELECT 1 "
            "FROM entry WHERE shop_ref = ? AND shop = ? AND state IN ('waiting', 'sending', 'parked')), "
            "?, ?, ?, ?, ?, ?, ?, ?)",
            (
                str(new.key),
                ref.shop,
                ref.id,
                new.number,
                new.key.purpose.value,
                new.key.detail,
                new.state.value,
                ref.id,
                ref.shop,
                ms(new.due_at),
                new.digest,
                None if new.gross is None else str(new.gross),
                new.currency,
                *_fault(new.error),
                ms(now),
                ms(now),
            ),
        ).lastrowid
        assert entry_id is not None  # noqa: S101 - an INSERT that did not raise has a row
        self._keep_body(entry_id, new.body, now=ms(now))
        self._books.event(entry_id, at=ms(now), before=None, after=new.state, who=who, note=note)
        if new.state is State.PARKED:
            self._books.count(new.key, State.PARKED, at=now)
        return entry_id

    def _keep_body(self, entry_id: int, body: str | None, *, now: int) -> None:
        if body is not None:
            self._books.run(
                "REPLACE INTO snapshot (entry_id, at, body) VALUES (?, ?, ?)", (entry_id, now, body)
            )

    def _claim_one(self, entry_id: int, *, now: int, who: str) -> Claimed | None:
        taken = self._books.run(
            "UPDATE entry SET state = 'sending', claim = claim + 1, claimed_at = ?, updated_at = ? "
            "WHERE id = ? AND state = 'waiting' AND head = 1 AND due_at <= ?",
            (now, now, entry_id, now),
        )
        if taken.rowcount != 1:
            return None
        self._books.event(
            entry_id, at=now, before=State.WAITING, after=State.SENDING, who=who, note=_CLAIM_NOTE
        )
        *columns, body = self._books.run(_CLAIMED, (entry_id,)).fetchone()
        entry = entry_of(columns)
        return Claimed(entry=entry, body=body, document=self._document(entry.key))

    def _document(self, key: Key) -> Document | None:
        row = self._books.run(_LINK, (str(about(key)),)).fetchone()
        return None if row is None else document_of(row)


def about(key: Key) -> Key:
    """Whose document an entry works on: the order's, or what its detail names (a mark's ``refund:77``)."""
    names = key.purpose in {Purpose.MARK, Purpose.FINALISE} and key.detail
    return Key.parse(f"{key.ref}:{key.detail}") if names else Key(key.ref, Purpose.ORDER)


_CLAIM_NOTE: Final = Text("Taken for sending.")


def _doubt(doubt: Doubt | None) -> tuple[int | None, int | None]:
    return (None, None) if doubt is None else (ms(doubt.since), doubt.asks)


def _fault(fault: Fault | None) -> tuple[str | None, str | None]:
    return (None, None) if fault is None else (fault.kind, fault_json(fault))
