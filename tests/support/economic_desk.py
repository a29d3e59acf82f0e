"""The whole e-conomic adapter in front of the simulated agreement, with a customer to book on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.erps.economic import Economic
from bridge.model.documents import CustomerRecord, Document, DocumentKind
from bridge.model.orders import Order
from bridge.sim.economic import Simulator
from tests.builders import key_of
from tests.contract.conftest import ARTICLES, BUYER
from tests.support.economic_office import Office


@dataclass
class Desk:
    """One company that sells the contract's articles, and one adapter; ``again`` is as after a restart."""

    folder: Path
    clock: ManualClock
    more: str = ""
    """Sections besides [shop main] and [erp]."""
    shop: str = ""
    """Lines of [shop main]."""
    lines: dict[str, str] = field(default_factory=dict)
    """Lines of [erp]."""
    _customer: CustomerRecord | None = None

    def __post_init__(self) -> None:
        self.office = Office(self.folder, self.clock)
        self.sim: Simulator = self.office.sim
        self.sim.stock_up(ARTICLES)
        self._open: list[Economic] = []
        self.erp = self.again()

    def again(self, more: str | None = None, *, shop: str | None = None, **lines: str) -> Economic:
        """A fresh adapter, with other settings where they are given."""
        core = self.office.core(
            self.more if more is None else more,
            shop=self.shop if shop is None else shop,
            **{**self.lines, **lines},
        )
        self.erp = Economic(core.options, core.context)
        self._open.append(self.erp)
        return self.erp

    def customer(self) -> CustomerRecord:
        """Whom everything is booked on."""
        if self._customer is None:
            self._customer = self.erp.put_customer(BUYER, existing=None)
        return self._customer

    def book(self, order: Order, kind: DocumentKind = DocumentKind.ORDER) -> Document:
        """Make the document, without asking first."""
        return self.erp.put_document(order, key_of(order), kind, customer=self.customer())

    def read(self, document: Document) -> dict[str, Any]:
        """The document as the simulator shows it now."""
        place = {"order": "orders/drafts", "draft": "invoices/drafts", "invoice": "invoices/booked"}
        word = document.id.partition("-")[0]
        return self.office.core().client.get(f"{place[word]}/{document.number}")

    def calls(self, method: str, path: str = "") -> list[dict[str, Any]]:
        """What was asked of the simulator."""
        return [each for each in self.office.said(method) if path in each["path"]]

    def close(self) -> None:
        """Let go of the connections."""
        for each in self._open:
            each.close()
        self.office.close()
