"""The customers of Fortnox: found, made, brought up to date (fortnox facts, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from bridge.erps.fortnox import mapping_customers as mapping
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.reading import text
from bridge.erps.fortnox.walking import Walk
from bridge.erps.wire import dumps
from bridge.errors import NotFound, Rejected
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.orders import Customer
from bridge.model.texts import say

__all__ = ["Customers"]

_IN_USE: Final = "active"
"""A customer made inactive is out of use by somebody's decision, mostly because two were joined into one. It is not
found, so the buyer is booked on the one in use, or on a new one; parking every order of a buyer cleaned away would
help nobody. Only where the owner names the customer by number (the one for guests) nothing else can be taken."""


class Customers:
    """What ``BooksCustomers`` and ``ListsCustomers`` ask for."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def find(self, *, email: str = "", org_number: str = "", number: str = "") -> Sequence[CustomerRecord]:
        """The customers in use with exactly this; exactly one is given.

        Raises:
            Rejected: the customer of this number is there and inactive.
        """
        if number:
            return self._numbered(number)
        if email:
            return self._searched("email", [email.strip()], lambda record: mapping.has_email(record, email))
        return self._searched(
            "organisationnumber",
            mapping.spellings(org_number),
            lambda record: mapping.has_number(record, org_number),
        )

    def put(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """Make a customer, or overwrite ``parts`` of one.

        Raises:
            Rejected: not as it is; the field is Fortnox' name.
            LostReply: nobody knows whether it was made.
        """
        if existing is None:
            return self._make(customer)
        current = self._vat_type(existing) if CustomerPart.BILLING in parts else ""
        body = mapping.updated(
            customer, parts, current=current, consumers=self._core.options.eu_consumers_vat_type
        )
        if not body:
            return existing
        answer = self._core.client.put(("customers", existing.number), dumps(body))
        return self._core.read(mapping.record, answer, wrote=True)

    def all(self) -> Iterator[CustomerRecord]:
        """Every customer in use, each once, by number."""
        client = self._core.client
        pages = Walk(
            lambda: client.pages(
                "customers", "Customers", filter=_IN_USE, sortby="customernumber", sortorder="ascending"
            ),
            "CustomerNumber",
            deletes=True,
        )
        for rows, _ in pages:
            for row in rows:
                yield self._core.read(mapping.record, row, wrote=False)

    def _make(self, customer: Customer) -> CustomerRecord:
        options = self._core.options
        body = mapping.made(customer, consumers=options.eu_consumers_vat_type, price_list=options.price_list)
        return self._core.read(mapping.record, self._core.client.post("customers", dumps(body)), wrote=True)

    def _vat_type(self, existing: CustomerRecord) -> str:
        """What the customer is now: one for whom VAT is reversed in Sweden stays so."""
        card = self._core.client.get(("customers", existing.number))
        return text(card.get("VATType"))

    def _numbered(self, number: str) -> Sequence[CustomerRecord]:
        try:
            card = self._core.client.get(("customers", number))
        except NotFound:
            return ()
        found = self._core.read(mapping.record, card, wrote=False)
        if not self._core.read(mapping.is_active, card, wrote=False):
            raise Rejected(
                say(
                    "Customer {number} is inactive in Fortnox, so nothing can be booked on it.", number=number
                ),
                channel="erp",
                field="Active",
                advice=say("Make the customer active in Fortnox, or name another one."),
            )
        return (found,) if found.number.casefold() == number.strip().casefold() else ()

    def _searched(
        self, parameter: str, forms: Sequence[str], is_meant: Callable[[CustomerRecord], bool]
    ) -> Sequence[CustomerRecord]:
        """Every page of every spelling: Fortnox looks for parts of the text, so the right one may be on the last."""
        found: dict[str, CustomerRecord] = {}
        for form in forms:
            question = {parameter: form, "filter": _IN_USE}
            for page in self._core.client.pages("customers", "Customers", **question):
                records = (self._core.read(mapping.record, row, wrote=False) for row in page)
                found |= {record.id: record for record in records if is_meant(record)}
        return tuple(found.values())
