"""The customer of an order in an ERP that keeps customers of its own: found, brought up to date, or made once.

Making a customer has the same doubt as making a document, and a cheaper way out: before a customer is made, what
is about to happen is written down; after a lost reply, or a kill, nobody makes that customer again before the ERP
has had its settle time and has been asked. A doubt here is never one about the document.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, TypeVar, cast

from bridge import crash
from bridge.clock import Clock
from bridge.config.customers import CustomersSection
from bridge.errors import LostReply, Rejected, RemoteError, Transient
from bridge.flows.matching import Collective, Match, Question, choose, numbered, only, parts_to_update
from bridge.flows.underway import Facts, Making, Makings, fingerprint
from bridge.model.documents import CustomerRecord, Document, Key, Preview
from bridge.model.fitting import fit_customer
from bridge.model.orders import Order
from bridge.model.texts import Problem, Text, say
from bridge.ports import BooksCustomers, Capability, Erp

__all__ = ["NOBODY", "Customers", "Ready"]

log = logging.getLogger(__name__)

T = TypeVar("T")

COLLECTIVE: Final = "[customers] collective_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The customer to book on."""

    record: CustomerRecord | None
    """None: the ERP keeps no customers of its own."""
    notes: tuple[Text, ...] = ()

    def on_document(self, document: Document) -> Document:
        """The document with what is to be said of its customer."""
        return replace(document, notes=(*document.notes, *self.notes)) if self.notes else document


NOBODY: Final = Ready(record=None)


class Customers:
    """Sees to the customer before the document is made."""

    def __init__(self, *, erp: Erp, settings: CustomersSection, facts: Facts, clock: Clock) -> None:
        able = Capability.CUSTOMERS in erp.capabilities
        self._erp = cast("BooksCustomers", erp) if able else None
        self._settle = erp.settle
        self._settings = settings
        self._makings = Makings(facts, clock=clock)
        self._clock = clock
        # Two orders of one buyer at the same moment: the second must see what the first one made.
        self._lock = threading.Lock()
        self._made: dict[str, tuple[float, CustomerRecord]] = {}

    def check(self) -> Sequence[Problem]:
        """Whether the collective customer is there, where one is configured. Never raises a ``BridgeError``."""
        number = self._settings.collective_customer
        if not number:
            return ()
        if self._erp is None:
            what = say("This ERP keeps no customers of its own: {number} is without effect.", number=number)
            fix = say("Remove the line.")
            return (Problem(where=COLLECTIVE, what=what, fix=fix, severe=False),)
        try:
            self._collective(self._erp, Collective(number=number))
        except RemoteError as error:
            fix = error.advice or say("Try again when the ERP answers.")
            return (Problem(where=COLLECTIVE, what=error.text, fix=fix),)
        return ()

    def numbered(self, order: Order) -> Order:
        """The order with the buyer's numbers out of the configured fields, whatever ERP it goes to."""
        return numbered(order, self._settings)

    def on_preview(self, order: Order, preview: Preview) -> Preview:
        """The preview with what can be told of the customer without asking."""
        notes = self._foreseen(order)
        return replace(preview, notes=(*preview.notes, *notes)) if notes else preview

    def _foreseen(self, order: Order) -> tuple[Text, ...]:
        if self._erp is None:
            return ()
        plan = choose(order.customer, self._settings)
        if isinstance(plan, Collective):
            return (say("Booked on the collective customer {number}.", number=plan.number),)
        return (*plan.notes, *fit_customer(plan.customer, self._erp.limits)[1])

    def looked_up(self, order: Order) -> tuple[Text, ...]:
        """Whose document it would be, asked of the ERP; nothing is made or changed.

        Raises:
            Rejected: several customers fit, or the one for guests is missing.
        """
        if self._erp is None:
            return ()
        plan = choose(order.customer, self._settings)
        if isinstance(plan, Collective):
            self._collective(self._erp, plan)
            return ()
        for question in plan.questions:
            record = only(_ask(self._erp, question), question)
            if record is not None:
                return (
                    say("Customer {number} was found by {what}.", number=record.number, what=question.what),
                )
        return (say("No customer fits: one would be made for this buyer."),)

    def ready(self, order: Order, key: Key) -> Ready:
        """Find or make the customer of ``order``; ``key`` is the document's.

        Raises:
            Rejected: several customers fit, or the ERP does not take this one.
            Transient: not now; never as ``LostReply``, which would mean the document.
        """
        if self._erp is None:
            return NOBODY
        plan = choose(order.customer, self._settings)
        with self._lock:
            if isinstance(plan, Collective):
                return self._collective(self._erp, plan)
            return self._match(self._erp, plan, str(key))

    def _collective(self, erp: BooksCustomers, plan: Collective) -> Ready:
        found = _certain(lambda: erp.find_customers(number=plan.number))
        if len(found) != 1:
            raise Rejected(
                say("The ERP has no customer {number}, the one for guests.", number=plan.number),
                channel="erp",
                field=COLLECTIVE,
                advice=say("Make that customer in the ERP, or write the right number in the configuration."),
            )
        return Ready(record=found[0])

    def _match(self, erp: BooksCustomers, plan: Match, key: str) -> Ready:
        open_ones = self._waited_for(plan, key)
        for question in plan.questions:
            record = only(_ask(erp, question), question)
            if record is not None:
                self._makings.swap(open_ones)
                return self._update(erp, plan, record, question)
        record = self._just_made(plan) or self._recovered(erp, plan, key, open_ones)
        if record is not None:
            self._makings.swap(open_ones)
            return Ready(record=record, notes=(*plan.notes, _belongs(record)))
        self._ask_once_more(open_ones)
        return self._make(erp, plan, key, open_ones)

    def _update(self, erp: BooksCustomers, plan: Match, record: CustomerRecord, question: Question) -> Ready:
        parts, told = parts_to_update(plan, record, self._settings)
        found = say("Customer {number} was found by {what}.", number=record.number, what=question.what)
        if not parts:
            return Ready(record=record, notes=(*plan.notes, *(told or (found,))))
        customer, notes = fit_customer(plan.customer, erp.limits)
        # Repeating an update is harmless, so a lost answer is only "not now".
        updated = _certain(lambda: erp.put_customer(customer, existing=record, parts=parts))
        log.info("customer=updated number=%s", updated.number)
        return Ready(record=updated, notes=(*plan.notes, *notes, found, say("It was brought up to date.")))

    def _make(self, erp: BooksCustomers, plan: Match, key: str, open_ones: Sequence[Making]) -> Ready:
        before = () if plan.questions else tuple(record.id for record in _traces(erp, plan))
        marks = tuple(fingerprint(trace.mark) for trace in plan.traces)
        mine = Making(key=key, since=self._clock.now(), marks=marks, before=before)
        customer, notes = fit_customer(plan.customer, erp.limits)
        self._makings.swap(open_ones, new=[mine])
        try:
            record = erp.put_customer(customer, existing=None)
        except LostReply as lost:
            raise _later(lost, wait=self._settle) from lost  # it stays on the list
        except RemoteError:
            self._makings.swap([mine])  # surely not made
            raise
        crash.point("customer-made")
        self._makings.swap([mine])
        until = self._clock.monotonic() + self._settle.total_seconds()
        self._made |= {question.mark: (until, record) for question in plan.questions}
        log.info("customer=made number=%s", record.number)
        return Ready(record=record, notes=(*plan.notes, *notes, _belongs(record)))

    def _just_made(self, plan: Match) -> CustomerRecord | None:
        """The customer made for the order before, where the ERP's search lags behind its register."""
        now = self._clock.monotonic()
        self._made = {mark: made for mark, made in self._made.items() if made[0] > now}
        return next((self._made[q.mark][1] for q in plan.questions if q.mark in self._made), None)

    def _waited_for(self, plan: Match, key: str) -> list[Making]:
        """The unfinished makings this order has to do with, once the ERP has had its time.

        Raises:
            Transient: it has not.
        """
        marks = {fingerprint(question.mark) for question in plan.questions}
        mine = self._makings.of(key, marks)
        now = self._clock.now()
        if any(each.since > now for each in mine):  # the clock was put back: count from here
            mine, late = [replace(each, since=min(each.since, now)) for each in mine], mine
            self._makings.swap(late, new=mine)
        wait = max((each.since + self._settle - now for each in mine), default=timedelta())
        if wait > timedelta():
            raise Transient(
                say("Nobody knows yet whether the customer was made. The ERP is asked when it had time to."),
                channel="erp",
                retry_after=wait.total_seconds(),
            )
        return mine

    def _ask_once_more(self, open_ones: Sequence[Making]) -> None:
        """Before anything is repeated the ERP is asked twice, a settle time apart, as for documents.

        Raises:
            Transient: it has been asked once.
        """
        if all(each.asked for each in open_ones):
            return
        now = self._clock.now()
        self._makings.swap(open_ones, new=[replace(each, asked=True, since=now) for each in open_ones])
        raise Transient(
            say(
                "Asked the ERP: the customer is not there yet. It will be asked once more before one is made."
            ),
            channel="erp",
            retry_after=self._settle.total_seconds(),
        )

    def _recovered(
        self, erp: BooksCustomers, plan: Match, key: str, open_ones: Sequence[Making]
    ) -> CustomerRecord | None:
        """Where every order makes a new customer: the one this order made before its reply was lost."""
        lost = next((each for each in open_ones if each.key == key), None)
        if plan.questions or lost is None:
            return None
        if not plan.traces:
            self._makings.swap(open_ones)  # the person who looked and pressed Retry has decided
            raise Rejected(
                say("Nobody knows whether the customer was made: the ERP's answer was lost, and without e-mail "
                    "address and number it cannot be asked."),
                channel="erp",
                field="customer",
                advice=say("Look for the customer in the ERP; remove it if it is there, then press Retry."),
            )  # fmt: skip
        new = [record for record in _traces(erp, plan) if record.id not in lost.before]
        return only(new, plan.traces[0])


def _ask(erp: BooksCustomers, question: Question) -> Sequence[CustomerRecord]:
    if question.email:
        return _certain(lambda: erp.find_customers(email=question.email))
    return _certain(lambda: erp.find_customers(org_number=question.org_number))


def _traces(erp: BooksCustomers, plan: Match) -> list[CustomerRecord]:
    found = [record for trace in plan.traces for record in _ask(erp, trace)]
    return list({record.id: record for record in found}.values())


def _certain(call: Callable[[], T]) -> T:
    """The answer to what may be repeated: a lost one is only "not now"."""
    try:
        return call()
    except LostReply as lost:
        raise _later(lost, wait=timedelta()) from lost


def _later(lost: LostReply, *, wait: timedelta) -> Transient:
    """The same failure without the doubt: it is not about the document."""
    return Transient(
        lost.text,
        **lost.evidence(),
        advice=lost.advice,
        retry_after=max(wait.total_seconds(), lost.retry_after or 0.0) or None,
    )


def _belongs(record: CustomerRecord) -> Text:
    return say("Customer {number} was made for this buyer.", number=record.number)
