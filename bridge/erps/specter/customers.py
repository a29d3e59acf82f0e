"""The customer of an order: Specter matches by itself, and tells the number it made or found (specter facts, 5.1).

What was answered is kept with the order's key before anything else is sent, so that a repeat of the order asks for no
second customer: with both matching flags of ``[customers]`` off, each asking makes one.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bridge import crash
from bridge.erps.specter.core import Core
from bridge.erps.specter.letters import fitting
from bridge.erps.specter.mapping_customers import Buyer, customer_form
from bridge.erps.specter.profile import Action
from bridge.errors import LostReply, Rejected, Transient
from bridge.model.buyers import understood
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Customers", "Introduced"]

EITHER: Final = "either"
"""Who is a company where nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """A buyer, ready to be told of."""

    buyer: Buyer
    form: Mapping[str, str]
    notes: tuple[Text, ...]

    def of(self, number: str) -> Mapping[str, str]:
        """The form that means the customer with this number, and brings its card up to date."""
        return customer_form(replace(self.buyer, number=number), fitting())

    @property
    def fingerprint(self) -> str:
        """The same for the same form; tells nothing of the buyer."""
        return hashlib.sha256(json.dumps(dict(self.form), sort_keys=True).encode()).hexdigest()


class Customers:
    """Introduces buyers to Specter."""

    def __init__(self, core: Core) -> None:
        self._core = core
        # Two orders of one buyer at the same moment: the second must be matched with what the first one made.
        self._asking = threading.Lock()

    @property
    def matched(self) -> bool:
        """Whether asking once more finds the same customer: not where each asking makes one."""
        section = self._core.context.customers
        return section is None or not (section.ignore_email and section.ignore_org_number)

    def introduced(self, order: Order) -> Introduced:
        """The buyer as Specter is told of; asks nobody.

        Raises:
            Rejected: Specter cannot have a customer like this.
        """
        options, section = self._core.options, self._core.context.customers
        customer, notes = understood(order.customer, company_when=section.company_when if section else EITHER)
        buyer = Buyer.of(
            customer,
            section,
            currency=order.currency,
            languages=self._core.profile.texts("languages.customers"),
            person_group=options.person_group,
            company_group=options.company_group,
        )
        fit = fitting()
        form = customer_form(buyer, fit)
        return Introduced(buyer=buyer, form=form, notes=(*notes, *fit.notes()))

    def number(self, buyer: Introduced, key: str) -> str:
        """Specter's id of the buyer, made, found or kept from an earlier try of the same order.

        Raises:
            Rejected: refused, or made without telling the id; surely no order was made.
            Transient: nobody knows whether the customer was made; surely no order was.
        """
        ledger = self._core.ledger
        known = ledger.of(key)
        if known is not None and known.customer and known.form == buyer.fingerprint:
            return known.customer
        form = buyer.form
        if known is not None and known.customer and not self.matched:
            form = buyer.of(known.customer)  # made for this order; elsewhere it may be somebody else's
        try:
            with self._asking:
                answer = self._core.client.put(Action.CUSTOMER, form)
        except LostReply as lost:
            raise Transient(
                lost.text,
                channel="erp",
                call=lost.call,
                status=lost.status,
                code=lost.code,
                excerpt=lost.excerpt,
                advice=lost.advice,
            ) from lost
        except Rejected:
            if form is not buyer.form:  # the card is gone, or cannot be named so: a Retry makes another
                self.forget(key)
            raise
        crash.point("customer-made")
        if not answer.id:
            raise Rejected(
                say(
                    "Specter took the customer and did not tell its number, without which there is no order."
                ),
                channel="erp",
                field="customerId",
                advice=say(
                    "Show this to whoever helps you with the bridge: the file named in [erp] profile can say, under "
                    "[answers] made, where the number stands."
                ),
            )
        ledger.bought_by(key, answer.id, form=buyer.fingerprint)
        return answer.id

    def forget(self, key: str) -> None:
        """Specter no longer has the customer that is kept for this order."""
        self._core.ledger.bought_by(key, "", form="")
