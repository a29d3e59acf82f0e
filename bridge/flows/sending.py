"""Make one document in the ERP exactly once: ask what is there, and only if it is not, send.

Shared by everything that makes documents: bookings, credits, corrections. What is made, and what it must come
to, the caller says; the doubt protocol stands here and nowhere else. Nothing in here writes to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge import crash
from bridge.clock import Clock
from bridge.errors import BridgeError, RemoteError, Unanswerable
from bridge.flows.faults import fault_of
from bridge.flows.outcomes import Again, Done, Failed, Outcome, Stuck
from bridge.model.documents import Document, DocumentKind, Key, Preview
from bridge.model.money import plain
from bridge.model.texts import Text, say
from bridge.ports import Erp
from bridge.store.records import Claimed, Doubt, Exchange, Fault

__all__ = ["ASKS_BEFORE_REPEAT", "Effect", "Sending", "mismatch", "still_too_early"]

ASKS_BEFORE_REPEAT: Final = 2
"""After a lost reply an ERP without a fence is asked so often, a settle time apart, before we send again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What is to stand in the ERP once this is done."""

    what: Text
    """What the document is made of, in the middle of a sentence: ``the order``."""
    gross: Decimal
    """Two documents may bear one key by accident or by hand; only the one with this total is ours."""
    also: Decimal | None = None
    """Another total that is right: all that was bought, where gift cards are payments of the document."""
    currency: str
    put: Callable[[], Document]
    """Make it."""
    preview: Callable[[], Preview]
    """What ``put`` sends; looked at only when ``put`` failed."""
    done: Callable[[Document, Text, Exchange | None], Done]
    """It stands: what follows."""

    def mismatch(self, document: Document) -> Fault | None:
        """Why ``document`` cannot be this; None: it may be."""
        totals = {self.gross, self.also}
        return mismatch(document, totals=totals, gross=self.gross, currency=self.currency, what=self.what)


class Sending:
    """Carries out effects."""

    def __init__(self, *, erp: Erp, clock: Clock, redact: Callable[[str], str]) -> None:
        self._erp = erp
        self._clock = clock
        self._redact = redact

    def look(self, claimed: Claimed, effect: Effect) -> Outcome | None:
        """What is already known to have happened, or None: nothing has, go on and send."""
        if self._erp.fenced and claimed.entry.claim == 1 and claimed.entry.doubt is None:
            return None  # the first try of an ERP that takes no key twice
        doubt = claimed.entry.doubt
        try:
            found = self._erp.find_document(claimed.entry.key)
        except Unanswerable as silent:
            return self._unanswered(claimed, silent)
        if len(found) > 1:
            return Stuck(fault=_several(found, effect), doubt=doubt)
        if found:
            return self._found(claimed, effect, found[0])
        note = say("Asked the ERP: not there yet. It will be asked once more before anything is sent again.")
        return still_too_early(self._erp, claimed, note)

    def _unanswered(self, claimed: Claimed, silent: Unanswerable) -> Outcome | None:
        """What is surely not sent yet goes out; what may have been waits until a person has looked.

        Who presses Retry then says that it is not there: the doubt counts as asked. A crash or a lost answer after
        that begins a doubt of its own, and the question is put again.
        """
        doubt = claimed.entry.doubt
        if doubt is None or self._erp.fenced:
            return None
        if doubt.asks >= ASKS_BEFORE_REPEAT:
            return None
        return Stuck(fault=fault_of(silent), doubt=Doubt(since=doubt.since, asks=ASKS_BEFORE_REPEAT))

    def may_stand(self, key: Key) -> bool:
        """Whether a document with this key is there; True too where nobody can say: ``look`` then asks a person.

        Raises:
            BridgeError: as ``Erp.find_document``.
        """
        try:
            return bool(self._erp.find_document(key))
        except Unanswerable:
            return True

    def send(self, effect: Effect) -> Outcome | Failed:
        """Make the document; only after ``look`` has said that it is not there."""
        crash.point("claimed")
        try:
            document = effect.put()
        except BridgeError as error:
            return Failed(error=error, exchange=self._attempt(effect, error))
        crash.point("booked")
        answer = f"{document.kind} {document.number} {document.link}".strip()
        exchange = self._exchange(document.payload, document.media_type, answer)
        wrong = effect.mismatch(document)
        if wrong is not None:
            return Stuck(fault=wrong, exchange=exchange, doubt=Doubt(since=self._clock.now()))
        return effect.done(document, say("Booked as {number}.", number=document.number), exchange)

    def _found(self, claimed: Claimed, effect: Effect, document: Document) -> Outcome:
        wrong = effect.mismatch(document)
        if wrong is not None:
            return Stuck(fault=wrong, doubt=claimed.entry.doubt)
        doubt = claimed.entry.doubt
        if doubt is None:
            note = say("The ERP had it already as {number}; not sent again.", number=document.number)
        else:
            note = say(
                "No answer came at {time} UTC. Asked the ERP and found {number}; not sent twice.",
                time=f"{doubt.since:%H:%M:%S}",
                number=document.number,
            )
        return effect.done(document, note, None)

    def _attempt(self, effect: Effect, error: BridgeError) -> Exchange | None:
        """What a failed call had sent; None when there could not even be a payload."""
        try:
            preview = effect.preview()
        except BridgeError:
            return None  # the same refusal, which is told already
        answer = error.excerpt if isinstance(error, RemoteError) else ""
        return self._exchange(preview.payload, preview.media_type, answer)

    def _exchange(self, payload: str, media_type: str, answer: str) -> Exchange:
        return Exchange(
            at=self._clock.now(),
            payload=self._redact(payload),
            media_type=media_type,
            answer=self._redact(answer),
        )


def still_too_early(erp: Erp, claimed: Claimed, note: Text) -> Again | None:
    """Wait another settle time before anything is repeated whose answer was lost; None: it has had its time.

    What such an ERP does late it does in all that time, and nothing but time tells "late" from "never".
    """
    doubt = claimed.entry.doubt
    if doubt is None or erp.fenced or doubt.asks + 1 >= ASKS_BEFORE_REPEAT:
        return None
    return Again(
        fault=claimed.entry.fault,
        wait=erp.settle,
        charge=False,
        doubt=Doubt(since=doubt.since, asks=doubt.asks + 1),
        note=note,
    )


def mismatch(
    document: Document, *, totals: Collection[Decimal | None], gross: Decimal, currency: str, what: Text
) -> Fault | None:
    """A document whose total is none of ``totals``; ``gross`` is the one to tell of. None: it fits, or hides it.

    A voucher, and its credit, is in the currency of the books; what the buyer gets is in the order's.
    """
    if document.currency and document.currency != currency and document.kind in _IN_ITS_CURRENCY:
        return Fault(
            kind="TotalMismatch",
            text=say(
                "The ERP's document {number} is in {theirs}, {what} in {ours}.",
                number=document.number,
                theirs=document.currency,
                what=what,
                ours=currency,
            ),
            advice=_COMPARE,
            field="currency",
        )
    if document.gross is None or document.currency != currency or document.gross in totals:
        return None
    return Fault(
        kind="TotalMismatch",
        text=say(
            "The ERP's document {number} comes to {theirs} {currency}, {what} to {ours} {currency}.",
            number=document.number,
            theirs=plain(document.gross),
            what=what,
            ours=plain(gross),
            currency=currency,
        ),
        advice=_COMPARE,
        field="total",
    )


_IN_ITS_CURRENCY: Final = frozenset({DocumentKind.ORDER, DocumentKind.INVOICE})
_COMPARE: Final = say(
    "Compare the two. If the document is right, settle the entry with its number; else correct it."
)


def _several(found: Sequence[Document], effect: Effect) -> Fault:
    return Fault(
        kind="SeveralFound",
        text=say(
            "The ERP has {count} documents for {what}: {numbers}.",
            count=len(found),
            what=effect.what,
            numbers=", ".join(document.number for document in found),
        ),
        advice=say(
            "Remove the one too many in the ERP, then settle the entry with the number of the one that stays."
        ),
        field="key",
    )
