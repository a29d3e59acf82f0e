"""Customers at Hogia: found, made, brought up to date (Hogia facts, sections 2.2 and 2.3 [1]).

Contacts can be asked for by number only, so whoever is looked for by e-mail address or organisation number is looked
for among all of them. That list is kept for a minute.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final

from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.errors import SequenceUsed
from bridge.erps.hogia_smart.mapping_customers import (
    Known,
    addresses_of,
    changed_address,
    known_of,
    made_body,
    merged,
)
from bridge.erps.wire import Json, dumps
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Transient
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.orders import Customer
from bridge.model.texts import say

__all__ = ["Customers"]

log = logging.getLogger(__name__)

_LIFE: Final = 60
"""Seconds the list is good: reading it costs a call per five hundred contacts, and only so many calls are allowed.
Whom somebody else makes meanwhile is found a minute later."""
_HIGHEST: Final = 999_999_999


class Customers:
    """What ``BooksCustomers`` and ``ListsCustomers`` ask for. Threads may share it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._client = core.client
        self._kind = core.profile.number("numbers.customer")
        self._lock = threading.RLock()
        self._list: dict[str, Known] | None = None
        self._until = core.context.clock.monotonic()
        self._makings = count()

    def find(self, *, email: str = "", org_number: str = "", number: str = "") -> Sequence[CustomerRecord]:
        """As ``BooksCustomers.find_customers``. An inactive one counts only where no other fits, and is refused.

        Raises:
            Rejected: only inactive customers fit.
        """
        if number:
            found = self._numbered(number)
        else:
            found = [each for each in self._all() if each.fits(email=email, org_number=org_number)]
        active = [each.record for each in found if each.active]
        if found and not active:
            raise _inactive(found[0].record.number)
        return active

    def put(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """As ``BooksCustomers.put_customer``: contact and addresses in one call when new, else each by its own."""
        with self._lock:
            try:
                known = self._make(customer) if existing is None else self._change(customer, existing, parts)
            except RemoteError:
                self._list = None  # what we remember may be no longer so
                raise
            if self._list is not None:
                self._list[known.record.id] = known
            return known.record

    def every(self) -> Iterator[CustomerRecord]:
        """Every active customer, as the list is now."""
        seen: set[str] = set()
        for row in self._client.rows(*self._client.path("contacts")):
            known = self._known(row, Transient)
            if known is not None and known.active and known.record.id not in seen:
                seen.add(known.record.id)
                yield known.record

    def _all(self) -> list[Known]:
        clock = self._core.context.clock
        with self._lock:
            if self._list is None or clock.monotonic() >= self._until:
                began = clock.monotonic()
                rows = self._client.rows(*self._client.path("contacts"))
                found = [known for row in rows if (known := self._known(row, Transient)) is not None]
                self._list = {known.record.id: known for known in found}
                self._until = began + _LIFE
            return [*self._list.values()]

    def _numbered(self, number: str) -> list[Known]:
        """A filter may be by substring, so what comes is compared."""
        try:
            rows = [*self._client.rows(*self._client.path("contacts"), number=number)]
        except NotFound:
            return []  # a filter that fits nobody may be answered so
        found = [known for row in rows if (known := self._known(row, Transient)) is not None]
        return [each for each in found if each.record.number == number]

    def _make(self, customer: Customer) -> Known:
        places = self._addresses(customer, tuple(CustomerPart))
        content = made_body(customer, kind=self._kind, addresses=places)
        mark = hashlib.sha256(dumps(content).encode()).hexdigest()
        if self._core.profile.text("contact.number") == "bridge":
            content["number"] = self._next_number()
        content["sequenceId"] = self._core.sequence(f"contact/{mark}{self._always_new()}")
        try:
            row = self._read(self._client.post_made(dumps(content), *self._client.path("contacts")))
        except SequenceUsed as used:
            return self._made_before(content, used)
        known = self._known(row, LostReply)
        if known is None:
            raise _unnumbered() if row.get("id") else LostReply(_NOT_IT, channel="erp")
        self._settle_addresses(row, places)
        return known

    def _read(self, made: dict[str, Any] | str) -> dict[str, Any]:
        """The whole of a new contact, of which Hogia may have answered little but the GUID.

        Raises:
            LostReply: it is made, and cannot be read: it is looked for among the others.
        """
        own = made if isinstance(made, str) else "" if made.get("number") else str(made.get("id") or "")
        if not own and isinstance(made, dict):
            return made
        try:
            return self._client.get(*self._client.path("contacts", own))
        except RemoteError as error:
            raise LostReply(_NOT_IT, channel="erp") from error

    def _always_new(self) -> str:
        """Where every order is to make a new customer, the same buyer a second time is another one."""
        section = self._core.context.customers
        if section is None or not (section.ignore_email and section.ignore_org_number):
            return ""
        return f"/{self._core.context.clock.now().isoformat()}/{next(self._makings)}"

    def _made_before(self, content: Mapping[str, Any], used: SequenceUsed) -> Known:
        """Hogia has had this contact word for word: it is among the others, unless somebody removed it."""
        self._list = None
        email = str((content.get("customer") or {}).get("eInvoiceReceiverEmail", ""))
        number = str(content.get("identificationNumber", ""))
        fitting = [
            each
            for each in self._all()
            if each.active
            and ((email or number) != "")
            and (not email or each.fits(email=email, org_number=""))
            and (not number or each.fits(email="", org_number=number))
        ]
        if not fitting:
            raise Rejected(
                say("Hogia says that this customer has been made already, but the customer is not there."),
                **used.evidence(),
                field="customer",
                advice=say(
                    "Make the customer by hand in Hogia, with the buyer's e-mail address as the one for e-invoices. "
                    "Then press Retry."
                ),
            ) from used
        return fitting[-1]

    def _settle_addresses(self, row: Mapping[str, Any], places: Sequence[Mapping[str, Json]]) -> None:
        """What Hogia did not take with the contact it gets at its own address, as the one client does it [1].

        The customer stands already: a failure here must not make it twice, so it is told in the log and nowhere else.
        """
        for place in places:
            try:
                self._write_address(row, place)
            except RemoteError as error:
                # Hogia's own words may quote the address, and a log names nobody
                log.warning(
                    "customer=made address=missing number=%s status=%s", row.get("number"), error.status
                )

    def _change(self, customer: Customer, existing: CustomerRecord, parts: Collection[CustomerPart]) -> Known:
        place = self._client.path("contacts", existing.id)
        row = self._client.get(*place)
        known = self._known(row, Transient)
        if known is None or not known.active:
            raise _inactive(existing.number)
        changed = merged(row, customer, parts)
        if changed is not None:
            self._client.post_for_any(dumps(changed), *place)
            row = {**row, **changed}
            known = self._known(row, LostReply) or known
        for address in self._addresses(customer, parts):
            self._write_address(row, address)
        return known

    def _write_address(self, contact: Mapping[str, Any], wanted: Mapping[str, Json]) -> None:
        """Unless it stands so. A contact that does not show its addresses keeps those it has: they would double."""
        there = contact.get("addresses")
        if not isinstance(there, list):
            log.info("customer=%s addresses=unseen", contact.get("number"))
            return
        change = changed_address(there, wanted)
        if change is None:
            return
        own, content = change
        home = self._client.path("contacts", str(contact["id"]), *self._client.path("addresses"))
        self._client.post_for_any(dumps(content), *home, *([own] if own else []))

    def _addresses(self, customer: Customer, parts: Collection[CustomerPart]) -> list[dict[str, Json]]:
        numbers = self._core.profile.number
        bill, delivery = numbers("numbers.address"), numbers("numbers.delivery_address")
        return [*addresses_of(customer, parts, bill=bill, delivery=delivery)]

    def _next_number(self) -> str:
        """The next after the highest there is; inactive ones count, and so do contacts that are no customers."""
        self._list = None
        rows = self._client.rows(*self._client.path("contacts"))
        taken = [int(text) for row in rows if (text := str(row.get("number", ""))).isdecimal()]
        return str(1 + max((each for each in taken if each < _HIGHEST), default=0))

    def _known(self, row: Mapping[str, Any], kind: type[Transient]) -> Known | None:
        try:
            return known_of(row, kind=self._kind)
        except (KeyError, AttributeError) as odd:
            raise kind(_NOT_IT, channel="erp") from odd


_NOT_IT: Final = say("Hogia's answer is not the customer.")


def _unnumbered() -> Rejected:
    """It stands; as nothing finds it before it has a number, a second one would be made."""
    return Rejected(
        say("Hogia has made the customer and given no number, without which nothing can be invoiced."),
        channel="erp",
        field="number",
        advice=say(
            "Give the customer a number in Hogia, then press Retry. For those to come write {line} in a profile of "
            "your own.",
            line='contact.number = { value = "bridge" }',
        ),
    )


def _inactive(number: str) -> Rejected:
    return Rejected(
        say("Customer {number} is not active in Hogia: nothing can be invoiced to it.", number=number),
        channel="erp",
        field="customer",
        advice=say("Make the customer active in Hogia, then press Retry."),
    )
