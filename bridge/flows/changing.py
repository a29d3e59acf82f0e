"""Bring the books in line with an order edited or called off after booking: amend, or credit and make anew; cancel.

    main:1234:change:<digest>        decides: amends the document, or credits what is left of it
    main:1234:change:<digest>:new    right behind it: makes the new document, if the old one was credited
    main:1234:cancel                 cancels the document, or credits what is left of it

Every document has the key of its entry and is asked for before it is sent, so a kill between the two halves of a
change leaves a credit that is found and a new document that is still to come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, cast

from bridge import crash
from bridge.clock import Clock
from bridge.errors import Rejected
from bridge.flows.changes import (
    AfterBooking,
    CalledOff,
    ChangeRules,
    called_off,
    compared,
    paid_back,
    proposal,
    revival,
)
from bridge.flows.faults import from_problems
from bridge.flows.finalising import Afterwards
from bridge.flows.outcomes import Done, Failed, Outcome, Stuck
from bridge.flows.sending import Effect, Sending
from bridge.flows.standing import Choice, Standing, choice_of, decision_of, is_new, standing
from bridge.model.changes import Touch
from bridge.model.check import bought, order_problems
from bridge.model.codec import load_order
from bridge.model.documents import Correction, Document, Key, Purpose
from bridge.model.money import ZERO, plain
from bridge.model.orders import Order, Refund
from bridge.model.refunds import RefundRules, correction_of
from bridge.model.texts import Problem, Text, say
from bridge.ports import Amends, BooksCorrections, Cancels, Capability, Erp
from bridge.store import Store
from bridge.store.records import Claimed, Exchange, Fault, NewEntry, State

__all__ = ["Changer"]

Book = Callable[[Claimed], Outcome | Failed]
Mapped = Callable[[Order], Order]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A claimed entry with all that the decision needs."""

    claimed: Claimed
    now: Order
    stands: Standing
    choice: Choice | None

    @property
    def key(self) -> Key:
        """Of the entry."""
        return self.claimed.entry.key


class Changer:
    """Carries out changes and cancellations."""

    def __init__(
        self,
        *,
        erp: Erp,
        store: Store,
        rules: ChangeRules,
        refund_rules: RefundRules,
        book: Book,
        mapped: Mapped,
        sending: Sending,
        clock: Clock,
        afterwards: Afterwards | None = None,
    ) -> None:
        self._erp = erp
        self._store = store
        self._rules = rules
        self._refund_rules = refund_rules
        self._book = book
        self._mapped = mapped
        self._sending = sending
        self._clock = clock
        self._afterwards = afterwards

    def change(self, claimed: Claimed) -> Outcome | Failed:
        """Carry out an entry of ``Purpose.CHANGE``.

        Raises:
            BridgeError: as the ERP's calls do, or a plugin failed.
        """
        case = self._case(claimed)
        if is_new(case.key):
            return self._new(case)
        if case.stands.live is None:
            return self._revival(case)
        found = compared(case.stands, case.now, self._rules)
        if found.touch is not Touch.BOOKS:
            return Done(document=None, note=say("The books say what the shop says; nothing is to be done."))
        if not found.whole or (case.choice is None and self._rules.edited is not AfterBooking.AMEND):
            return Stuck(fault=proposal(found), doubt=claimed.entry.doubt)
        return self._carry_out(case)

    def cancel(self, claimed: Claimed) -> Outcome | Failed:
        """Carry out an entry of ``Purpose.CANCEL``; raises as ``change``."""
        case = self._case(claimed)
        stands = case.stands
        nothing = self._nothing_to_cancel(case)
        if nothing is not None:
            return Done(document=None, note=nothing)
        if case.choice is None and self._rules.called_off is not CalledOff.CREDIT:
            return Stuck(fault=called_off(), doubt=claimed.entry.doubt)
        if Capability.CANCELS in self._erp.capabilities and not stands.refunds and not self._credited(case):
            done = self._cancelled(case, _document(stands))
            if done is not None:
                return done
        return self._credit(case)

    def _nothing_to_cancel(self, case: _Case) -> Text | None:
        if case.stands.live is None:
            return say("Nothing of the order stands in the books.")
        if case.claimed.entry.doubt is not None:
            return None  # a credit may have got through, and must be found before anything else is decided
        if _left(case.stands) == ZERO or paid_back(case.now):
            return say("All of it is taken back by its refunds.")
        if case.choice is None and self._rules.called_off is CalledOff.TELL:
            return say("Called off in the shop; the document is left as it is.")
        return None

    def _case(self, claimed: Claimed) -> _Case:
        entry = claimed.entry
        assert claimed.body is not None  # noqa: S101 - these entries are born with contents
        files = self._store.outbox.of_order(entry.key.ref)
        now = load_order(claimed.body)
        return _Case(
            claimed=claimed,
            now=replace(now, ref=replace(now.ref, number=entry.number)),
            stands=standing(files, below=entry.id),
            choice=choice_of(claimed.body),
        )

    def _revival(self, case: _Case) -> Outcome:
        """Nothing stands: either nothing ever did, or it was taken back."""
        if not case.stands.booked:
            return Done(document=None, note=say("The order was not booked; nothing is to be changed."))
        if case.choice is None:
            return Stuck(fault=revival(), doubt=case.claimed.entry.doubt)
        return Done(document=None, note=say("To be booked again."))

    def _new(self, case: _Case) -> Outcome | Failed:
        """The new document, if the entry before it took the old one back."""
        decided = self._store.reads.by_key(decision_of(case.key))
        carried_out = decided is not None and decided.entry.state is State.DONE
        if not carried_out or case.stands.live is not None or not case.stands.booked:
            return Done(document=None, note=say("No new document is needed."))
        outcome = self._book(case.claimed)
        if isinstance(outcome, Done) and outcome.document is not None:
            further = (each for each in outcome.follow if each.key.purpose is Purpose.FINALISE)
            return replace(outcome, follow=(*self._mark(case, outcome.document), *further))
        return outcome

    def _carry_out(self, case: _Case) -> Outcome | Failed:
        able = Capability.AMENDS in self._erp.capabilities
        known = None if case.claimed.entry.doubt is None else self._got_through(case)
        if known is not None:
            return known
        if case.choice is Choice.ANEW or (case.choice is None and not able):
            return self._take_back(case)
        if not able:
            return Stuck(fault=_CANNOT_AMEND, doubt=case.claimed.entry.doubt)
        outcome = self._amend(case)
        refused = isinstance(outcome, Failed) and isinstance(outcome.error, Rejected)
        if refused and case.choice is None:
            return self._take_back(case)
        return outcome

    def _got_through(self, case: _Case) -> Outcome | Failed | None:
        """What an earlier try did though its answer was lost, whatever is chosen now: never both."""
        if self._sending.may_stand(case.key):
            return self._take_back(case)
        made_as, booked = case.stands.made_as, case.stands.live
        assert made_as is not None  # noqa: S101 - a document stands
        assert booked is not None  # noqa: S101 - the same
        for document in self._erp.find_document(made_as):
            if document.gross == case.now.totals.gross != booked.entry.gross:
                return self._amended(case, _document(case.stands), document, None)
        return None

    def _amend(self, case: _Case) -> Outcome | Failed:
        """Let the document say what the order says now. Repeating it is harmless, so nobody asks first."""
        now, original = self._mapped(case.now), _document(case.stands)
        wrong = order_problems(now, tolerance=self._refund_rules.tolerance)
        if wrong:
            return Stuck(fault=from_problems("Rejected", wrong), doubt=case.claimed.entry.doubt)
        if now.totals.gross < _paid_back(case.stands):
            return Stuck(fault=_below(case.stands, now), doubt=case.claimed.entry.doubt)
        made_as = case.stands.made_as
        assert made_as is not None  # noqa: S101 - a document stands
        effect = Effect(
            what=say("the order"),
            gross=now.totals.gross,
            also=bought(now),
            currency=now.currency,
            put=lambda: cast("Amends", self._erp).amend(now, made_as, original),
            preview=lambda: self._erp.preview(now, made_as, original.kind),
            done=lambda document, _note, exchange: self._amended(case, original, document, exchange),
        )
        return self._sending.send(effect)

    def _amended(
        self, case: _Case, original: Document, document: Document, exchange: Exchange | None
    ) -> Done:
        return Done(
            document=document,
            note=say("{number} was amended.", number=document.number),
            exchange=exchange,
            follow=() if document.number == original.number else self._mark(case, document),
        )

    def _take_back(self, case: _Case) -> Outcome | Failed:
        """Credit before the new document; not where refunds stand against the old one."""
        if case.stands.refunds:
            return Stuck(fault=_refunded(case.stands), doubt=case.claimed.entry.doubt)
        if case.stands.document is None or case.stands.document.gross == ZERO:
            return Stuck(fault=_BY_HAND, doubt=case.claimed.entry.doubt)
        return self._credit(case)

    def _credit(self, case: _Case) -> Outcome | Failed:
        """Take back all that is left of the document."""
        content = case.stands.content
        if Capability.CREDITS not in self._erp.capabilities or content is None:
            return Stuck(fault=_BY_HAND, doubt=case.claimed.entry.doubt)
        correction = self._correction(case, self._mapped(content))
        if isinstance(correction, Problem):
            return Stuck(fault=from_problems("Rejected", [correction]), doubt=case.claimed.entry.doubt)
        original = _document(case.stands)
        books = cast("BooksCorrections", self._erp)
        effect = Effect(
            what=say("the credit"),
            gross=correction.totals.gross,
            currency=content.currency,
            put=lambda: books.put_correction(correction, case.key, original),
            preview=lambda: books.preview_correction(correction, case.key, original),
            done=lambda document, note, exchange: Done(
                document=document,
                note=note,
                exchange=exchange,
                follow=self._afterwards.entries(case.key, content, document) if self._afterwards else (),
                after=lambda: crash.point("finished"),
            ),
        )
        answer = self._sending.look(case.claimed, effect)
        return answer if answer is not None else self._sending.send(effect)

    def _correction(self, case: _Case, booked: Order) -> Correction | Problem:
        left = Refund(
            ref=booked.ref,
            id=case.key.detail or str(case.key.purpose),
            created_at=case.now.modified_at,
            reason=case.now.status if case.key.purpose is Purpose.CANCEL else "",
            gross=_left(case.stands),
            lines=(),
        )
        return correction_of(booked, left, earlier=case.stands.refunds, rules=self._refund_rules)

    def _credited(self, case: _Case) -> bool:
        """An earlier try may have credited it, its answer lost: then it is not to be cancelled too."""
        return case.claimed.entry.doubt is not None and self._sending.may_stand(case.key)

    def _cancelled(self, case: _Case, original: Document) -> Done | None:
        """Undo the document; None: the ERP will not, so it must be credited."""
        try:
            document = cast("Cancels", self._erp).cancel(case.key, original)
        except Rejected:
            return None
        crash.point("booked")
        return Done(document=document, note=say("{number} was cancelled.", number=document.number))

    def _mark(self, case: _Case, document: Document) -> tuple[NewEntry, ...]:
        """Tell the shop of the new number."""
        detail = f"{case.key.purpose}:{case.key.detail}"
        mark = NewEntry(
            key=Key(case.key.ref, Purpose.MARK, detail),
            due_at=self._clock.now(),
            digest=document.number,
            number=case.now.ref.number,
        )
        return (mark,)


def _left(stands: Standing) -> Decimal:
    """What the document that stands still comes to, its refunds taken off."""
    gross = stands.live.entry.gross if stands.live else None
    return (gross or ZERO) - _paid_back(stands)


def _paid_back(stands: Standing) -> Decimal:
    return sum((refund.gross for refund in stands.refunds), ZERO)


def _document(stands: Standing) -> Document:
    assert stands.document is not None  # noqa: S101 - nothing is done without a document
    return stands.document


def _refunded(stands: Standing) -> Fault:
    return Fault(
        kind="Edited",
        text=say(
            "{sum} of its document has been credited for refunds, so it cannot be taken back and made anew.",
            sum=plain(_paid_back(stands)),
        ),
        advice=_MEND_BY_HAND,
    )


def _below(stands: Standing, now: Order) -> Fault:
    return Fault(
        kind="Edited",
        text=say(
            "The order comes to {total} now, but {sum} of its document has been credited for refunds.",
            total=plain(now.totals.gross),
            sum=plain(_paid_back(stands)),
        ),
        advice=_MEND_BY_HAND,
    )


_MEND_BY_HAND: Final[Text] = say(
    "Correct the document in the ERP by hand. Then settle this entry with its number, or leave it as it is."
)
_BY_HAND: Final = Fault(
    kind="Edited", text=say("The ERP cannot take this document back."), advice=_MEND_BY_HAND
)
_CANNOT_AMEND: Final = Fault(
    kind="Edited",
    text=say("The ERP cannot amend a document."),
    advice=say("Choose to take it back and make a new one, or leave it as it is."),
)
