"""What becomes of the fake ERP's documents once they stand: amended, cancelled, taken further step by step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from bridge.clock import Clock
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Document, DocumentKind, Key
from bridge.model.orders import Order
from bridge.model.texts import say
from tests.support.modes import Mode, misbehave

STEPS = ("invoice", "book", "pay", "mail")


@dataclass(kw_only=True)
class FakeAfterwards:
    """One half of ``FakeErp``. It looks before each step, and takes one twice if it was asked too early."""

    mails: bool = True
    frozen: bool = False  # paid: nothing of it can be amended or cancelled any more
    amended: list[tuple[str, Decimal]] = field(default_factory=list)
    at_present: dict[str, Document] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    wants: tuple[str, ...] = ()
    """What the settings want of a document: some of ``STEPS``."""
    refuses: str = ""
    """The step it does not take."""
    taken: list[tuple[float, str, str]] = field(default_factory=list)
    """Visible from (monotonic), the number the document was made with, the step."""

    clock: Clock = field(init=False)
    mode: Mode = field(init=False)
    late_by: timedelta = field(init=False)
    stored: list[tuple[float, Key, Document]] = field(init=False)

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """Let the document of this key say something else."""
        self._touch(original)
        self.amended.append((root(original), order.totals.gross))
        made_as = {stored for _, stored, document in self.stored if document.number == root(original)}
        assert not made_as or key in made_as
        amended = replace(original, gross=order.totals.gross, currency=order.currency)
        self.at_present[root(original)] = amended
        self._answer()
        return amended

    def cancel(self, key: Key, original: Document) -> Document:
        """Undo a document."""
        del key
        self._touch(original)
        self.cancelled.append(root(original))
        self._answer()
        return original

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """Whatever is set."""
        del order
        return bool(self.wants) and kind is not DocumentKind.VOUCHER

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """Take the steps that are not taken yet."""
        del order
        if self.mode in {Mode.DOWN, Mode.THROTTLED, Mode.LOCKED}:
            misbehave(self.mode)
        assert any(at == key and root(original) == document.number for _, at, document in self.stored)
        steps = [step for step in self.steps_of(original) if not self.has(original, step)]
        for step in steps:
            self._begin()
            if step == self.refuses:
                raise Rejected(
                    say("The period is closed."),
                    channel="erp",
                    field=step,
                    advice=say("Open the period, then press Retry."),
                )
            late = self.late_by.total_seconds() if self.mode is Mode.LATE else 0.0
            self.taken.append((self.clock.monotonic() + late, root(original), step))
            self._answer()
        return replace(self.shown(original), payload=" ".join((str(key), *steps)) if steps else "")

    def steps_of(self, document: Document) -> list[str]:
        """A credit is an invoice already, and nobody pays it."""
        credit = document.kind is DocumentKind.CREDIT
        return [step for step in self.wants if not (credit and step in {"invoice", "pay"})]

    def has(self, document: Document, step: str) -> bool:
        """Whether it can be seen that the step is taken."""
        now = self.clock.monotonic()
        return any((number, name) == (root(document), step) and at <= now for at, number, name in self.taken)

    def shown(self, document: Document) -> Document:
        """As it is at present: an order that became an invoice has another number."""
        found = self.at_present.get(root(document), document)
        if self.has(document, "invoice"):
            return replace(found, kind=DocumentKind.INVOICE, number=f"{root(document)}F")
        return found

    def taken_twice(self) -> list[tuple[str, str]]:
        """Two invoices of one order, two payments, two mails."""
        counts = Counter((number, step) for _, number, step in self.taken)
        return [each for each, count in counts.items() if count > 1]

    def _touch(self, original: Document) -> None:
        self._begin()
        if self.frozen or self.has(original, "book"):
            raise Rejected(say("Document {number} is paid.", number=original.number), channel="erp")

    def _begin(self) -> None:
        misbehave(self.mode)
        if self.mode is Mode.LOST_BEFORE:
            raise LostReply(say("No answer."), channel="erp")

    def _answer(self) -> None:
        if self.mode in {Mode.LOST_AFTER, Mode.LATE}:
            raise LostReply(say("No answer."), channel="erp")


def root(document: Document) -> str:
    """The number it was made with."""
    return document.number.removesuffix("F")
