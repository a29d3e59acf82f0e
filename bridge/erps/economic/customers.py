"""Customers in e-conomic: found, made, brought up to date (economic facts, section 7)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from bridge.erps.economic.core import Core
from bridge.erps.economic.filters import Filter, fitting
from bridge.erps.economic.mapping_customers import (
    Settings,
    delivery_body,
    has_email,
    has_number,
    made_body,
    merged,
    merged_delivery,
    record_of,
    spellings,
    zone_name,
)
from bridge.erps.economic.paths import path
from bridge.erps.wire import Json
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Transient
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.orders import Customer
from bridge.model.texts import Text, say

__all__ = ["Customers"]

log = logging.getLogger(__name__)

_HIGHEST: Final = 999_999_999
_UNREADABLE: Final = say("e-conomic's answer is not the customer.")


class Customers:
    """What ``BooksCustomers`` and ``ListsCustomers`` ask for."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._client = core.client

    def find(self, *, email: str = "", org_number: str = "", number: str = "") -> Sequence[CustomerRecord]:
        """As ``BooksCustomers.find_customers``. A barred one counts only where no other fits, and is refused.

        Raises:
            Rejected: only barred customers fit.
        """
        rows = self._found(email=email, org_number=org_number, number=number)
        free = [row for row in rows if not row.get("barred")]
        if rows and not free:
            raise _barred(rows[0])
        return [_record(row, Transient) for row in free]

    def put(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """As ``BooksCustomers.put_customer``."""
        if existing is None:
            return self._make(customer)
        row = self._client.get(path("customers", existing.number))
        if row.get("barred"):
            raise _barred(row)
        changed = merged(row, customer, parts)
        if changed is not None:
            row = self._client.put(path("customers", existing.number), changed)
        if CustomerPart.DELIVERY in parts:
            self._deliver(existing.number, customer, default=row.get("defaultDeliveryLocation"))
        return _record(row, LostReply)

    def every(self) -> Iterator[CustomerRecord]:
        """Every customer that is not barred, by number; each page starts behind the last number of the one before.

        Page numbers would skip somebody whenever a customer before them is deleted meanwhile.
        """
        after = 0
        while True:
            question = Filter.gte("customerNumber", after + 1)
            page = self._client.page("customers", filter=question, sort="customerNumber")
            yield from (_record(row, Transient) for row in page.rows if not row.get("barred"))
            if page.last:
                return
            newest = max(_number(row) for row in page.rows)
            if newest <= after:
                raise Transient(say("e-conomic's list of customers does not go on."), channel="erp")
            after = newest

    def _found(self, *, email: str, org_number: str, number: str) -> list[Mapping[str, Any]]:
        if number:
            return self._numbered(number)
        asked: list[Filter]
        fits: Callable[[Mapping[str, Any]], bool]
        if email:  # with $eq: a customer with two addresses would be missed (section 7 [I])
            asked, fits = [Filter.contains("email", email.strip())], lambda row: has_email(row, email)
        else:
            ways = [Filter.eq("corporateIdentificationNumber", each) for each in spellings(org_number)]
            asked, fits = list(fitting(ways)), lambda row: has_number(row, org_number)
        rows = (row for question in asked for row in self._client.rows("customers", filter=question))
        return list({row.get("customerNumber"): row for row in rows if fits(row)}.values())

    def _numbered(self, number: str) -> list[Mapping[str, Any]]:
        if not number.isdecimal() or not 1 <= int(number) <= _HIGHEST:
            return []  # no such number can be
        try:
            row = self._client.get(path("customers", number))
        except NotFound:
            return []
        return [row] if str(row.get("customerNumber", "")) == number else []

    def _make(self, customer: Customer) -> CustomerRecord:
        body = made_body(customer, self._settings(customer))
        try:
            row = self._client.post("customers", body)
        except Rejected:
            self._core.registers.forget()  # a group or zone may be gone: what we remember of them is worth nothing
            raise
        record = _record(row, LostReply)
        place = delivery_body(customer)
        if place:
            self._first_delivery(record.number, customer, place)
        return record

    def _first_delivery(self, number: str, customer: Customer, place: Mapping[str, Json]) -> None:
        """The place of delivery of somebody just made, who stands already: a failure here must not make them twice.

        Every document says its own delivery, so a customer without this place lacks nothing but a convenience.
        """
        try:
            self._client.post(path("customers", number, "delivery-locations"), place)
        except RemoteError as first:
            log.info("customer=made delivery=again number=%s reason=%s", number, first.code or first.status)
            try:
                self._deliver(number, customer, default=None)
            except RemoteError as second:
                log.warning("customer=made delivery=missing number=%s: %s", number, second)

    def _deliver(self, number: str, customer: Customer, *, default: object) -> None:
        """Bring the default place of delivery up to date, else the first; make one where there is none."""
        home = path("customers", number, "delivery-locations")
        rows = [row for row in self._client.rows(home) if not row.get("barred")]
        wanted = default.get("deliveryLocationNumber") if isinstance(default, Mapping) else None
        row = next((each for each in rows if each.get("deliveryLocationNumber") == wanted), None)
        row = row or next(iter(rows), None)
        if row is None:
            place = delivery_body(customer)
            if place:
                self._client.post(home, place)
            return
        changed = merged_delivery(row, customer)
        if changed is not None:
            self._client.put(
                path("customers", number, "delivery-locations", row["deliveryLocationNumber"]), changed
            )

    def _settings(self, customer: Customer) -> Settings:
        """What a new customer gets that no order tells.

        Raises:
            Rejected: a register of e-conomic lacks what the settings name.
        """
        registers, options = self._core.registers, self._core.options
        zone = zone_name(customer, own_zones=[code.upper() for code in options.vat_zones])
        return Settings(
            group=registers.customer_group(company=bool(customer.company)),
            terms=registers.terms().number,
            zone=registers.zone(zone).number,
            currency=options.customer_currency.upper() or registers.agreement().currency,
        )


def _record(row: Mapping[str, Any], kind: type[Transient]) -> CustomerRecord:
    try:
        return record_of(row)
    except KeyError as odd:
        raise kind(_UNREADABLE, channel="erp") from odd


def _number(row: Mapping[str, Any]) -> int:
    number = row.get("customerNumber")
    return number if isinstance(number, int) else 0


def _barred(row: Mapping[str, Any]) -> Rejected:
    what: Text = say(
        "Customer {number} is barred in e-conomic: nothing can be invoiced to it.",
        number=row.get("customerNumber"),
    )
    return Rejected(
        what,
        channel="erp",
        field="customer",
        advice=say("Remove the bar from the customer card in e-conomic, then press Retry."),
    )
