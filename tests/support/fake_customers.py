"""A fake ERP that keeps customers of its own, and misbehaves about them when told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

from bridge.config.customers import CustomersSection
from bridge.errors import LostReply
from bridge.model.documents import CustomerPart, CustomerRecord, Document, DocumentKind, Key
from bridge.model.fitting import LATIN1, Limits
from bridge.model.numbers import compare_form
from bridge.model.orders import Customer, Order
from bridge.model.texts import say
from bridge.ports import Capability
from tests.support.configs import SHOP, read
from tests.support.fakes import FakeErp, Mode, misbehave


def customer_settings(**changes: object) -> CustomersSection:
    """The section as it comes without a line of its own, but for ``changes``."""
    return replace(read(SHOP).customers, **changes)  # type: ignore[arg-type] # the test names what it changes


@dataclass(kw_only=True)
class Card:
    """A customer in the register."""

    record: CustomerRecord
    customer: Customer
    visible_from: float = 0.0


@dataclass
class FakeCustomerErp(FakeErp):
    """Makes every customer it is told to make, twice if told twice."""

    capabilities: frozenset[Capability] = frozenset({Capability.CUSTOMERS, Capability.LISTS_CUSTOMERS})
    limits: ClassVar[Limits] = Limits(repertoire=LATIN1, name=60, postcode=10, number=30)
    cards: list[Card] = field(default_factory=list)
    customer_mode: Mode = Mode.GOOD
    """How the next makings and updates go."""
    asking_mode: Mode = Mode.GOOD
    """How the next questions go."""
    search_lag: timedelta = timedelta()
    """How long its search does not see a new card."""
    questions: list[str] = field(default_factory=list)
    updates: list[tuple[str, tuple[CustomerPart, ...]]] = field(default_factory=list)
    booked_on: list[str] = field(default_factory=list)
    """Number of the customer of each document."""

    def add(self, **fields: str) -> CustomerRecord:
        """A customer who is there already, from the till or by hand."""
        number = str(1001 + len(self.cards))
        record = CustomerRecord(id=f"id-{number}", number=number, **fields)
        self.cards.append(Card(record=record, customer=Customer()))
        return record

    def find_customers(
        self, *, email: str = "", org_number: str = "", number: str = ""
    ) -> Sequence[CustomerRecord]:
        """As the port says."""
        self.questions.append(email or org_number or number)
        misbehave(self.asking_mode)
        if self.asking_mode is Mode.LOST_BEFORE:
            raise LostReply(say("No answer."), channel="erp")
        now = self.clock.monotonic()
        return [
            card.record
            for card in self.cards
            if card.visible_from <= now
            and (
                (email and card.record.email.casefold() == email.casefold())
                or (org_number and compare_form(card.record.org_number) == compare_form(org_number))
                or (number and card.record.number == number)
            )
        ]

    def put_customer(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """Keep it, or not, as the mode says."""
        misbehave(self.customer_mode)
        if self.customer_mode is Mode.LOST_BEFORE:
            raise LostReply(say("No answer."), channel="erp")
        if existing is not None:
            self.updates.append((existing.number, tuple(parts)))
            record = existing
        else:
            record = self.add(
                name=customer.company or customer.billing.name,
                email=customer.email,
                org_number=customer.org_number,
                postcode=customer.billing.postcode,
            )
            lag = self.late_by if self.customer_mode is Mode.LATE else self.search_lag
            self.cards[-1].visible_from = self.clock.monotonic() + lag.total_seconds()
            self.cards[-1].customer = customer
        if self.customer_mode in {Mode.LOST_AFTER, Mode.LATE}:
            raise LostReply(say("No answer."), channel="erp")
        return record

    def customers(self) -> Iterator[CustomerRecord]:
        """All cards."""
        yield from (card.record for card in self.cards)

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """As ever; remembers on whom it was booked."""
        document = super().put_document(order, key, kind, customer=customer)
        self.booked_on.append(customer.number if customer else "")
        return document
