"""An adapter that takes documents further, with the settings for it, and what its ERP really holds."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, cast

from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import Order
from bridge.ports import Erp, Finalises
from bridge.sim.booked import MovesDocuments
from tests.builders import an_order, key_of
from tests.contract.conftest import Sections, Subject, goods, kind_of

__all__ = ["ORDER", "Finishing"]

ORDER = an_order(
    goods("165.60", "41.40", id="1", quantity=Decimal(3), unit_net=Decimal("55.20")),
    goods("141.07", "16.93", percent="12", id="2", unit_net=Decimal("141.07")),
)
"""365.00, paid in advance to a bank account."""
ALL = {"invoice_orders": "yes", "book_invoices": "yes", "register_payments": "yes", "invoice_mail": "yes"}


class Finishing:
    """An adapter with settings, and what its ERP really holds."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.there = cast("MovesDocuments", subject.simulator)

    def sections(self, **orders: str) -> Sections:
        """What an owner writes beside [erp]; the ERP's own words for the way of payment, if it has some."""
        own = getattr(self.subject.simulator, "settings", {})
        payments = {} if "payments" in own else {"payments": {"bacs": "1930"}}
        return {"orders": orders or ALL, **payments}

    def adapter(self, *, token: str | None = None, **orders: str) -> Any:
        """A fresh one."""
        options = dict.fromkeys(self.subject.secret_names(), token) if token else {}
        return self.subject.adapter(sections=self.sections(**orders), **options)

    @property
    def kind(self) -> DocumentKind:
        """What the ERP makes of an order: an order where it has some."""
        return kind_of(self.subject.adapter())

    def book(self, order: Order = ORDER, kind: DocumentKind | None = None) -> Document:
        """As the bridge does it; nothing is finished by that."""
        erp, key = cast("Erp", self.adapter()), key_of(order)
        customer = self.subject.customer()
        return self.subject.made(key, erp.put_document(order, key, kind or self.kind, customer=customer))

    def needs_a_person(self, order: Order = ORDER) -> bool:
        """Whether the ERP cannot tell what was done: after a lost answer, or behind our back, somebody must look."""
        return self.subject.knows(cast("Erp", self.adapter()), key_of(order)) is None

    def finalise(self, original: Document, order: Order = ORDER, **orders: str) -> Document:
        """With a fresh adapter, as after a restart."""
        return cast("Finalises", self.adapter(**orders)).finalise(order, key_of(order), original)

    def found(self, order: Order = ORDER) -> Document:
        """The one document that has the order's key."""
        (document,) = self.subject.found(key_of(order), adapter=cast("Erp", self.adapter()))
        return document

    def payments(self) -> dict[str, Decimal]:
        """Those that wait in a journal are booked first."""
        book = getattr(self.subject.simulator, "book_journal", None)
        if book is not None:
            book()
        return {number: amount for number, amount in self.there.payments.items() if amount}

    def all_is_done_once(self, order: Order = ORDER) -> None:
        """One invoice over the order's total, paid once and whole, mailed once."""
        (booked,) = [each for each in self.subject.booked() if each.key == str(key_of(order))]
        assert booked.gross == order.totals.gross
        found = self.found(order)
        assert (found.kind, found.number, found.gross) == (
            DocumentKind.INVOICE, booked.number, order.totals.gross
        )  # fmt: skip
        assert self.payments()[booked.number] == order.totals.gross
        mails = Counter(self.there.mails)
        assert mails[booked.number] == int(getattr(self.subject.simulator, "sends_mail", True))
