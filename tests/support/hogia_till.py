"""A company at the simulated Hogia whose owner has payments registered."""

from __future__ import annotations

from decimal import Decimal

from bridge.erps.hogia_smart.finalising import Finalising
from bridge.model.documents import Document, Key
from bridge.model.orders import LineKind, Order
from tests.builders import a_line, an_order
from tests.support.hogia_desk import Desk, key_of

__all__ = ["CARD", "Till", "notes"]

PAYING = (
    "[orders]\nbook_invoices = yes\nregister_payments = yes\nexchange_rates = EUR 11.45\n{orders}"
    "[payments]\n{payments}\n"
)
CARD = a_line("-60.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", name="Presentkort")


class Till:
    """A company whose owner registers payments."""

    def __init__(self, desk: Desk, profile: str) -> None:
        self.desk = desk
        self.sim = desk.sim
        self.profile = profile
        self.again()

    def again(self, *, orders: str = "", payments: str = "bacs = 1930\nkco = 1686", **own: str) -> None:
        """A restart; ``own``: entries of a profile, ``payment_way`` for ``payment.way``."""
        entries = {name.replace("_", ".", 1): value for name, value in own.items()}
        sections = PAYING.format(orders=orders, payments=payments)
        self.desk.again(sections, own=entries, profile=self.profile)
        self.finalising = Finalising(self.desk.core, self.desk.finding)

    def finalise(self, document: Document, order: Order, key: Key | None = None) -> Document:
        """As the flow does it."""
        return self.finalising.finalise(order, key or key_of(order), document)

    def sold(self, order: Order | None = None) -> tuple[Document, Order]:
        """An invoice that stands."""
        order = order or an_order()
        return self.desk.book(order), order

    @property
    def paid(self) -> list[tuple[Decimal, int]]:
        """Every payment there is: amount and account."""
        found = [each for invoice in self.sim.state.invoices.values() for each in invoice.payments]
        return [(each["amount"], each["accountNumber"]) for each in found]

    def sent(self, *match: str) -> int:
        """Calls so far."""
        method, path = match
        return sum(each["method"] == method and each["path"].endswith(path) for each in self.sim.log)


def notes(document: Document) -> str:
    """What is told."""
    return " ".join(map(str, document.notes))
