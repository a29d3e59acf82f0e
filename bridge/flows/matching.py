"""Who a buyer is to the ERP: which numbers count, whom to look for, in which order. Pure.

The meaning of the settings is that of the reference product (specter facts, 5.1, matching flags).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.config.customers import CustomersSection
from bridge.errors import Rejected
from bridge.model.buyers import understood
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.numbers import compare_form
from bridge.model.orders import Customer, Order
from bridge.model.texts import Text, say

__all__ = ["Collective", "Match", "Plan", "Question", "choose", "numbered", "only", "parts_to_update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to look for; exactly one is filled in."""

    email: str = ""
    org_number: str = ""

    @property
    def mark(self) -> str:
        """Two questions that mean the same have the same mark."""
        return f"email:{_mailbox(self.email)}" if self.email else f"number:{compare_form(self.org_number)}"

    @property
    def what(self) -> Text:
        """In the middle of a sentence."""
        return say("e-mail address") if self.email else say("organisation or person number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collective:
    """The one customer for all guests."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Look for the customer, make a new one if there is none."""

    customer: Customer
    """With checked numbers only; ``company`` is filled in exactly when it is one."""
    questions: tuple[Question, ...]
    """In this order, until one is answered; none: always a new customer."""
    traces: tuple[Question, ...]
    """Everything by which a customer made of this can be recognised, whatever the settings ignore."""
    notes: tuple[Text, ...] = ()


Plan = Collective | Match


def numbered(order: Order, settings: CustomersSection) -> Order:
    """The order with the buyer's numbers out of the configured fields, where those are filled in."""
    customer = replace(
        order.customer,
        org_number=_first(order.meta, settings.org_number_fields) or order.customer.org_number,
        vat_number=_first(order.meta, settings.vat_number_fields) or order.customer.vat_number,
    )
    return order if customer == order.customer else replace(order, customer=customer)


def choose(customer: Customer, settings: CustomersSection) -> Plan:
    """What to do about the customer of an order, before anybody is asked."""
    buyer, notes = understood(customer, company_when=settings.company_when)
    if settings.collective_customer and not buyer.shop_id and not buyer.company:
        return Collective(number=settings.collective_customer)
    email, number = buyer.email, buyer.org_number
    by_email = (Question(email=email),) if email else ()
    by_number = (Question(org_number=number),) if number else ()
    return Match(
        customer=buyer,
        questions=(
            *(() if settings.ignore_email else by_email),
            *(() if settings.ignore_org_number else by_number),
        ),
        traces=(*by_email, *by_number),
        notes=notes,
    )


def only(found: Sequence[CustomerRecord], question: Question) -> CustomerRecord | None:
    """The one customer, or none.

    Raises:
        Rejected: there are several, and choosing one would be a guess.
    """
    each = list({record.id: record for record in found}.values())
    if len(each) < 2:
        return each[0] if each else None
    raise Rejected(
        say(
            "The ERP has {count} customers with the buyer's {what}: {numbers}.",
            count=len(each),
            what=question.what,
            numbers=", ".join(record.number for record in each),
        ),
        channel="erp",
        field="customer",
        advice=say(
            "Join them in the ERP, or let only one of them keep the {what}; then press Retry. "
            "Find the others with: bridge customers duplicates",
            what=question.what,
        ),
    )


def parts_to_update(
    match: Match, record: CustomerRecord, settings: CustomersSection
) -> tuple[tuple[CustomerPart, ...], tuple[Text, ...]]:
    """What of a found customer to overwrite, and what to tell of it.

    Two firms may have one purchaser with one e-mail address: a customer with another number is used, because
    e-mail counts first, but never turned into the other firm.
    """
    theirs, ours = compare_form(record.org_number), compare_form(match.customer.org_number)
    if theirs and ours and theirs != ours and not settings.ignore_org_number:
        return (), (
            say(
                "Customer {number} was found by e-mail address, but has another organisation or person number. "
                "It was used and not changed.",
                number=record.number,
            ),
        )
    if not settings.force_update:
        return (), ()
    return tuple(CustomerPart(part) for part in settings.update_parts), ()


def _first(meta: Mapping[str, str], names: Iterable[str]) -> str:
    return next((found for name in names if (found := meta.get(name, "").strip())), "")


def _mailbox(email: str) -> str:
    return "".join(email.split()).casefold()
