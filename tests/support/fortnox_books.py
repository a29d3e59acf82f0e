"""The Fortnox adapter in front of a simulated company, with one customer and the articles of the contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.erps.fortnox import Fortnox
from bridge.model.documents import CustomerRecord, Document, DocumentKind, Key, Purpose
from bridge.model.orders import Order
from bridge.sim.faults import Kind
from tests.builders import an_order, key_of
from tests.support.fortnox import Office

RATES = "[orders]\nexchange_rates = EUR 11.45\n"
RATE = {"TVAL-1": 25, "TVAL-12": 12, "TVAL-6": 6, "TVAL-0": 0}


class Books:
    """A company with a shop's articles, and an adapter; every ``adapter()`` is as after a restart."""

    def __init__(
        self, folder: Path, clock: ManualClock, *, orders: str = "", more: str = "", **erp: str
    ) -> None:
        self.office = Office(folder, clock, more=f"{RATES}{orders}\n{more}", erp=erp)
        self.sim = self.office.sim
        self.sim.stock_up({sku: Decimal(rate) for sku, rate in RATE.items()})
        number = self.sim.customers.keep(name="Anna Öberg", email="anna.oberg@example.com")
        self.customer = CustomerRecord(id=number, number=number)
        self._open: list[Fortnox] = []

    def adapter(self) -> Fortnox:
        """A fresh one."""
        self._open.append(Fortnox(self.office.options(), self.office.context()))
        return self._open[-1]

    def book(
        self, order: Order | None = None, kind: DocumentKind = DocumentKind.ORDER, *, key: Key | None = None
    ) -> Document:
        """Make the document of an order."""
        wanted = order or an_order()
        return self.adapter().put_document(wanted, key or key_of(wanted), kind, customer=self.customer)

    def find(
        self, order: Order | None = None, purpose: Purpose = Purpose.ORDER, detail: str = ""
    ) -> list[Document]:
        """What the adapter finds."""
        return list(self.adapter().find_document(key_of(order or an_order(), purpose, detail)))

    def sent(self, method: str = "") -> list[str]:
        """Calls so far: ``PUT /3/orders/1``; those for the token left out."""
        return [
            f"{each['method']} {each['path']}"
            for each in self.sim.log
            if "oauth" not in each["path"] and each["method"].startswith(method)
        ]

    @contextmanager
    def calls(self) -> Iterator[list[str]]:
        """The calls made inside."""
        made: list[str] = []
        before = len(self.sent())
        yield made
        made += self.sent()[before:]

    def lose(self, part: str, method: str = "PUT") -> None:
        """The next such call is carried out, and its answer lost."""
        self.sim.faults.add(Kind.RESET, match=(method, part))

    def meanwhile(self, part: str, action: Callable[[], Any], method: str = "PUT") -> None:
        """Somebody at Fortnox does this just before the next such call."""
        self.sim.faults.add(Kind.RUN, match=(method, part), action=action)

    def close(self) -> None:
        """Let go of everything."""
        for adapter in self._open:
            adapter.close()
        self.office.close()
