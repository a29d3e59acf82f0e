"""Credit one refund: ask the ERP whether it has it, and if not, make the document that takes it back.

What came of it is not written here; the dispatcher keeps that. The order rule of the outbox has seen to it that the
order itself, whatever became of it, is settled before its refund is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from bridge import crash
from bridge.clock import Clock
from bridge.errors import Rejected, UserError
from bridge.flows.faults import from_problems
from bridge.flows.finalising import Afterwards, unfinished
from bridge.flows.outcomes import Done, Failed, Outcome, Stuck
from bridge.flows.refunds import DELETED, deleted_fault
from bridge.flows.sending import Effect, Sending
from bridge.flows.standing import Standing, standing
from bridge.flows.stored import order_again
from bridge.model.codec import digest, dump_refund, line_key, load_refund
from bridge.model.documents import Correction, Document, Key, Preview, Purpose
from bridge.model.money import ZERO
from bridge.model.orders import Order, OrderLine, OrderRef, Refund, Unreadable
from bridge.model.refunds import RefundRules, correction_of
from bridge.model.texts import Problem, Text, say
from bridge.ports import BooksCorrections, Capability, Erp, Shop
from bridge.store import Store
from bridge.store.records import Claimed, Detail, Entry, Exchange, Fault, Filed, NewEntry, State

__all__ = ["Creditor"]


def _as_it_is(order: Order) -> Order:
    return order


def _as_they_are(rows: Sequence[OrderLine], _order: Order) -> tuple[OrderLine, ...]:
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything a credit is made of."""

    key: Key
    order: Order
    """As its document stands."""
    original: Document
    refund: Refund
    earlier: Sequence[Refund]
    unfinished: Key | None = None
    """What the original was made under, if it is still to be taken further, behind this refund."""


class Creditor:
    """Carries out refund entries."""

    def __init__(
        self,
        *,
        store: Store,
        erp: Erp,
        shops: Mapping[str, Shop],
        rules: RefundRules,
        clock: Clock,
        redact: Callable[[str], str],
        mapped: Callable[[Order], Order] = _as_it_is,
        rows: Callable[[Sequence[OrderLine], Order], tuple[OrderLine, ...]] = _as_they_are,
        afterwards: Afterwards | None = None,
    ) -> None:
        self._store = store
        self._erp = erp
        self._shops = shops
        self._rules = rules
        self._clock = clock
        self._mapped = mapped
        self._rows = rows
        self._afterwards = afterwards
        self._sending = Sending(erp=erp, clock=clock, redact=redact)

    def credit(self, claimed: Claimed) -> Outcome | Failed:
        """Carry out a refund entry.

        Raises:
            BridgeError: as the ERP's or the shop's calls do; the dispatcher knows what each means.
        """
        entry = claimed.entry
        if entry.key.detail.endswith(DELETED):
            return self._deleted(claimed)
        if Capability.CREDITS not in self._erp.capabilities:
            return Stuck(fault=_no_credits(self._erp.name))
        case = self._case(entry, self._refund(claimed))
        if not isinstance(case, _Case):
            return case
        answer = self._sending.look(claimed, self._effect(case))
        return answer or self._sending.send(self._effect(self._taken_further(case)))

    def _taken_further(self, case: _Case) -> _Case:
        """So that it is the invoice which is credited.

        A refund that came before its order was booked stands before the step that makes the invoice; that step then
        finds it made.
        """
        if self._afterwards is None or case.unfinished is None:
            return case
        original = self._afterwards.take_further(case.order, case.unfinished, case.original)
        return replace(case, original=original)

    def follow_up(self, key: Key, document: Document, *, number: str) -> tuple[NewEntry, ...]:
        """What is to happen once the credit stands: the shop's order gets its number."""
        mark = NewEntry(
            key=Key(key.ref, Purpose.MARK, f"{key.purpose}:{key.detail}"),
            due_at=self._clock.now(),
            digest=document.number,
            number=number,
        )
        return (mark,)

    def preview(self, detail: Detail) -> Preview:
        """What would be sent for this refund; sends nothing and writes nothing.

        Raises:
            UserError: there is nothing to credit yet, or no more.
            Rejected: it cannot become a credit as it is.
        """
        if Capability.CREDITS not in self._erp.capabilities:
            raise UserError(_no_credits(self._erp.name).text)
        case = self._case(detail.entry, load_refund(detail.body) if detail.body else None)
        if isinstance(case, _Case):
            return self._books.preview_correction(self._correction(case), case.key, case.original)
        raise UserError(case.note if isinstance(case, Done) else _not_yet(detail, case.fault.text))

    def _case(self, entry: Entry, refund: Refund | None) -> _Case | Done | Stuck:
        ref = entry.key.ref
        files = self._store.outbox.of_order(ref)
        stands = standing(files, below=entry.id)
        if stands.document is None:
            # A doubt stays: should the credit be there after all, a person can find it by its key.
            return (
                self._nothing_stands(stands) if entry.doubt is None else Stuck(fault=_GONE, doubt=entry.doubt)
            )
        if refund is None:
            return Stuck(fault=_refund_gone(entry.key.detail), doubt=entry.doubt)
        order = stands.content or order_again(self._store, self._shops, ref)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems), doubt=entry.doubt)
        return _Case(
            key=entry.key,
            order=self._mapped(order),
            original=stands.document,
            refund=self._as_sold(refund, order),
            unfinished=stands.made_as if unfinished(files, stands) else None,
            earlier=tuple(
                self._as_sold(each, order)
                for each in (*self._forgotten(files, below=entry.id), *stands.refunds)
            ),
        )

    def _as_sold(self, refund: Refund, order: Order) -> Refund:
        """The refund by the rows the plugins made of the order's: a bundle comes back by its parts."""
        sold = {line_key(row): row for row in order.lines}
        rows = [
            replace(
                sold.get(line_key(line), line),
                quantity=line.quantity,
                net=line.net,
                tax=line.tax,
                net_before=line.net_before,
                tax_before=line.tax_before,
                taxes=line.taxes,
            )
            for line in refund.lines
        ]
        return replace(refund, lines=self._rows(rows, order))

    @staticmethod
    def _nothing_stands(stands: Standing) -> Done | Stuck:
        if not stands.booked:
            return Stuck(fault=_NEVER_BOOKED)
        return Done(
            document=None,
            note=say("Nothing to credit: the order's document has been taken back whole already."),
        )

    def _refund(self, claimed: Claimed) -> Refund | None:
        """What is stored; else, of one nobody could read at first, what the shop says now, stored from now on."""
        entry = claimed.entry
        if claimed.body is not None:
            return load_refund(claimed.body)
        refund = self._in_shop(entry.key.ref).get(entry.key.detail)
        if refund is not None:
            body, mark = dump_refund(refund), digest(refund)
            self._store.outbox.fill(entry, body=body, digest=mark, gross=-refund.gross)
        return refund

    def _in_shop(self, ref: OrderRef) -> dict[str, Refund]:
        return {refund.id: refund for refund in self._shops[ref.shop].refunds(ref)}

    def _forgotten(self, files: Sequence[Filed], *, below: int) -> list[Refund]:
        """Earlier credits without contents, after the retention: the shop knows them, or only their sum is left."""
        entries = [
            filed.entry
            for filed in files
            if filed.entry.id < below
            and filed.entry.key.purpose is Purpose.REFUND
            and filed.entry.state is State.DONE
            and filed.document is not None
            and filed.body is None
            and not filed.entry.key.detail.endswith(DELETED)
        ]
        if not entries:
            return []
        known = self._in_shop(entries[0].key.ref)
        return [
            known.get(entry.key.detail)
            or Refund(
                ref=entry.key.ref,
                id=entry.key.detail,
                created_at=entry.created_at,
                reason="",
                gross=-(entry.gross or ZERO),
                lines=(),
            )
            for entry in entries
        ]

    def _effect(self, case: _Case) -> Effect:
        return Effect(
            what=say("the refund"),
            gross=-case.refund.gross,
            currency=case.order.currency,
            put=lambda: self._books.put_correction(self._correction(case), case.key, case.original),
            preview=lambda: self._books.preview_correction(self._correction(case), case.key, case.original),
            done=lambda document, note, exchange: self._done(case, document, note, exchange),
        )

    @property
    def _books(self) -> BooksCorrections:
        return cast("BooksCorrections", self._erp)  # it says so in its capabilities, which were asked

    def _correction(self, case: _Case) -> Correction:
        found = correction_of(case.order, case.refund, earlier=case.earlier, rules=self._rules)
        if isinstance(found, Problem):
            raise Rejected(found.what, field=found.where, channel="bridge", advice=found.fix)
        return found

    def _done(self, case: _Case, document: Document, note: Text, exchange: Exchange | None) -> Done:
        further = self._afterwards.entries(case.key, case.order, document) if self._afterwards else ()
        return Done(
            document=document,
            note=note,
            exchange=exchange,
            follow=(*self.follow_up(case.key, document, number=case.order.ref.number), *further),
            after=lambda: crash.point("finished"),
        )

    def _deleted(self, claimed: Claimed) -> Outcome:
        """Somebody pressed Retry on the news that a credited refund was deleted; ask whether it still is."""
        entry = claimed.entry
        refund_id = entry.key.detail.removesuffix(DELETED)
        if refund_id in self._in_shop(entry.key.ref):
            return Done(document=None, note=say("Refund {id} is in the shop again.", id=refund_id))
        return Stuck(fault=replace(deleted_fault(refund_id, entry.digest)))


def _not_yet(detail: Detail, otherwise: Text) -> Text:
    """The order of a refund that waits need not have been dropped; mostly it goes first."""
    return say("The order itself is not booked yet.") if detail.waits_for else otherwise


def _no_credits(erp: str) -> Fault:
    return Fault(
        kind="NoCredits",
        text=say("{erp} cannot make credits.", erp=erp),
        advice=say("Credit it by hand in the ERP, then settle this entry with the credit's number."),
    )


def _refund_gone(refund_id: str) -> Fault:
    return Fault(
        kind="NotFound",
        text=say("The shop has no refund {id} on this order (now).", id=refund_id),
        advice=say("If it was deleted, drop this entry; else press Retry."),
    )


_NEVER_BOOKED = Fault(
    kind="NoDocument",
    text=say("The order itself was dropped here, so there is no document to credit."),
    advice=say(
        "If the order was booked by hand, credit it by hand too and settle this entry; else drop this entry."
    ),
)
_GONE = Fault(
    kind="NoDocument",
    text=say("The answer to this credit got lost, and the order's document has been taken back since."),
    advice=say("Look in the ERP for a credit of this refund: settle this entry with its number, or drop it."),
)
