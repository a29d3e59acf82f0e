"""Finding invoices again by the key they carry, as far as Hogia lets anybody read them.

No client was seen to read an invoice (Hogia facts, section 2.2 [UNK]). With ``invoice.list = try`` of the profile it
is asked. "None" is believed only of a list that has been seen to tell keys, whole and as they were sent (``proof``):
a second invoice would be worse than a question to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.mapping_answers import document_of, guid_of, head_of, is_cancelled
from bridge.erps.hogia_smart.proof import tells
from bridge.errors import NotFound, Rejected, RemoteError, Throttled, Transient, Unanswerable, Unauthorised
from bridge.model.documents import Document, Key
from bridge.model.texts import say

__all__ = ["Finding", "cancelled_before"]

BAD_REQUEST: Final = 400
NOT_SO: Final = frozenset({BAD_REQUEST, 403, 404, 405, 410})
"""No fault of today, but how the interface is. 403: an access that may write invoices and not read them."""
PERHAPS_THE_FILTER: Final = frozenset({BAD_REQUEST, 404})
"""One that is not known, or that fits nobody: without it the list may well be there."""
NO_LIST: Final = frozenset({200, 204, 500, 501})
"""So a way that was never made may be answered too: with a page, with nothing, with a fault."""


class Finding:
    """Asks; remembers only whether it makes sense to, and whether the answers have been seen to be true."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._field = core.profile.text("invoice.key")
        self._lists: bool | None = {"yes": True, "no": False}.get(core.profile.text("invoice.list"))
        self._shows = False if self._lists is False else None
        self._vouched = self._lists is True  # the owner says so
        self._made = ""
        self._whole = 0
        """Letters of the longest key that the filter has found."""
        self.fenced = core.profile.text("invoice.sequence") in {"replay", "refuse"}
        """Whether the profile says that the same ``sequenceId`` never makes a second invoice."""
        self._anew = core.profile.text("invoice.sequence") == "document"
        """Whether it says that it surely makes one."""

    def documents(self, key: Key) -> Sequence[Document]:
        """The invoices with exactly this key that stand; none of a fenced company may mean that it cannot be asked.

        Raises:
            Unanswerable: Hogia cannot be asked, and the ``sequenceId`` is not proven to be a fence.
            Rejected: it is there and cancelled, and the same ``sequenceId`` may give nothing but that one again.
        """
        rows = self._bearing(key)
        if rows is None:
            if self.fenced:
                return ()
            raise _silent(key)
        standing = [row for row in rows if not is_cancelled(row)]
        if rows and not standing and not self._anew:
            raise cancelled_before(self._read(rows[-1], key))
        return [self._read(row, key) for row in standing]

    def _bearing(self, key: Key) -> list[Mapping[str, Any]] | None:
        """Every invoice with this key, those that were cancelled too; None: Hogia cannot be asked."""
        if self._lists is False:
            return None
        try:
            return self._asked(str(key))
        except Throttled:
            raise
        except Transient as odd:
            if self._lists or odd.status not in NO_LIST or not self._is_well():
                raise
            return None

    def _asked(self, key: str) -> list[Mapping[str, Any]] | None:
        rows = self._legible(self._listed(key))
        if rows is None:
            return None
        same: list[Mapping[str, Any]] = [row for row in rows if self._key_in(row) == key]
        if same or self._vouched:
            return same
        if not rows:
            if self._believes(key):
                return []
            rows = self._legible(self._listed("")) or []
            same = [row for row in rows if self._key_in(row) == key]
        return same if same or tells([self._key_in(row) for row in rows], key) else None

    def _is_well(self) -> bool:
        """Whether the rest of Hogia answers: a list that never did is then not there, and no fault of today."""
        try:
            return bool(self._core.client.register(*self._core.client.path("currencies")))
        except RemoteError:
            return False

    def made(self, key: Key) -> None:
        """An invoice with this key was made: by it, a list that tells the truth can be known."""
        self._made = max(self._made, str(key), key=len)

    def _believes(self, key: str) -> bool:
        """Whether "none" may be believed: the filter has found one that is surely there, with a key no shorter."""
        if self._whole < len(key) <= len(self._made):
            rows = self._listed(self._made) or ()
            found = any(self._key_in(row) == self._made for row in rows)
            self._whole = len(self._made) if found else 0
        return self._whole >= len(key)

    def _legible(self, rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        """The rows; None if one of them may be ours and does not tell."""
        legible = rows is not None and all(head_of(row) is not None for row in rows)
        return rows if legible else None

    def _key_in(self, row: Mapping[str, Any]) -> str:
        return str((head_of(row) or {}).get(self._field) or "")

    def invoice(self, document: Document) -> Mapping[str, Any] | None:
        """The invoice as it is now; None: Hogia does not let it be read.

        Raises:
            Rejected: it is not there any more.
        """
        guid = guid_of(document)
        raw = self.by_guid(guid) if guid else None
        if raw is not None or not guid:
            return raw
        rows = [] if self._shows else self._every()
        if rows is None:
            return None
        found = next((row for row in rows if str(row.get("id", "")).lower() == guid), None)
        if found is not None:
            return found
        raise Rejected(
            say("Invoice {number} is not in Hogia.", number=document.number),
            channel="erp",
            field="document",
            advice=say("Look for it in Hogia by the order's number, then settle the entry by hand."),
        )

    def _every(self) -> list[dict[str, Any]] | None:
        """The list, where one invoice alone cannot be read; None: it cannot be either, or says nothing of them."""
        if self._lists is False:
            return None
        return self._legible(self._listed("")) or None

    def by_guid(self, guid: str) -> Mapping[str, Any] | None:
        """One invoice; None: there is none, or none can be read."""
        if self._shows is False:
            return None
        try:
            raw = self._core.client.get(*self._core.client.path("invoices", guid))
        except (NotFound, Rejected, Unauthorised) as refused:
            if refused.status not in NOT_SO:
                raise
            return None
        if head_of(raw) is None:
            self._shows = False
            return None
        self._shows = True
        return raw

    def shows_none(self) -> None:
        """An invoice made this moment could not be read: none can, and nobody need ask again."""
        self._shows = self._shows or False

    def _listed(self, key: str) -> list[dict[str, Any]] | None:
        """With a filter that may not be known, then without; None: neither can be had."""
        path = self._core.client.path("invoices")
        for params in ({self._field: key}, {}) if key else ({},):
            try:
                rows = list(self._core.client.rows(*path, **params))
            except (NotFound, Rejected, Unauthorised) as refused:
                if refused.status not in NOT_SO:
                    raise
                if refused.status in PERHAPS_THE_FILTER:
                    continue
                break
            self._lists = True
            return rows
        if self._lists is None:
            self._lists = False
        return None

    def _read(self, raw: Mapping[str, Any], key: Key) -> Document:
        try:
            return document_of(raw, key)
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as odd:
            raise Transient(say("Hogia's answer about an invoice cannot be read."), channel="erp") from odd


def _silent(key: Key) -> Unanswerable:
    return Unanswerable(
        say(
            "Hogia may have the invoice with the key {key} already, and the bridge cannot make sure of it.",
            key=str(key),
        ),
        channel="erp",
        field="customerOrderNumber",
        advice=say(
            "Look in Hogia for an invoice with {key} as the customer's order number (Kundens ordernummer). If it is "
            "there, settle the entry with the invoice's number. If it is not, press Retry: it is then sent.",
            key=str(key),
        ),
    )


def cancelled_before(document: Document) -> Rejected:
    """What the same ``sequenceId`` stands for is in no books any more, and perhaps no other can be made with it."""
    return Rejected(
        say(
            "Hogia has made this invoice before, as {number}, and it is cancelled there: the bridge cannot make it a "
            "second time.",
            number=document.number,
        ),
        channel="erp",
        field="isCanceled",
        advice=say("Make the invoice by hand in Hogia, then settle the entry with its number."),
    )
