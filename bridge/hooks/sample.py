"""An order to try hooks on: made up, Swedish, with one of everything. A hook knows it by its shop, ``sample``."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import (
    Address,
    Customer,
    LineKind,
    Order,
    OrderLine,
    OrderRef,
    Payment,
    TaxLine,
    TaxPart,
    Totals,
)

__all__ = ["SAMPLE", "SAMPLE_DOCUMENT"]

_AT: Final = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_HOME: Final = Address(
    first_name="Test", last_name="Testsson", company="Exempel AB", street="Provgatan 1", postcode="111 11",
    city="Stockholm", country="SE", phone="08-123 45 67",
)  # fmt: skip


def _row(kind: LineKind, ident: str, name: str, *, net: str, tax: str, rate: str, sku: str = "") -> OrderLine:
    goods = kind is LineKind.PRODUCT
    return OrderLine(
        kind=kind,
        id=ident,
        name=name,
        quantity=Decimal(2 if goods else 1),
        net=Decimal(net),
        tax=Decimal(tax),
        net_before=Decimal(net) if goods else None,
        tax_before=Decimal(tax) if goods else None,
        taxes=(TaxPart(rate_id=rate, tax=Decimal(tax)),),
        sku=sku or None,
        product_id="1" if goods else "",
        method="" if goods else "flat_rate:1",
        meta={"Färg": "Grön"} if goods else {},
    )


SAMPLE: Final = Order(
    ref=OrderRef(shop="sample", id="0", number="SAMPLE"),
    status="processing",
    currency="SEK",
    created_at=_AT,
    modified_at=_AT,
    customer=Customer(
        email="test@example.com", phone="08-123 45 67", company="Exempel AB", billing=_HOME, shipping=_HOME
    ),
    payment=Payment(method="bacs", title="Förskott", paid_at=_AT),
    lines=(
        _row(LineKind.PRODUCT, "1", "Provvara", net="160.00", tax="40.00", rate="1", sku="PROV-1"),
        _row(LineKind.PRODUCT, "2", "Provbok", net="200.00", tax="12.00", rate="2", sku="PROV-2"),
        _row(LineKind.SHIPPING, "3", "Frakt", net="39.20", tax="9.80", rate="1"),
    ),
    tax_lines=(
        TaxLine(rate_id="1", percent=Decimal(25), label="Moms 25 %", country="SE", tax=Decimal("40.00"),
                shipping_tax=Decimal("9.80")),
        TaxLine(rate_id="2", percent=Decimal(6), label="Moms 6 %", country="SE", tax=Decimal("12.00")),
    ),
    totals=Totals(gross=Decimal("461.00"), tax=Decimal("61.80")),
    note="En provorder.",
    created_via="checkout",
    meta={"_billing_reference": "Test"},
)  # fmt: skip
"""All hooks are called with it by ``bridge check``."""

SAMPLE_DOCUMENT: Final = Document(
    kind=DocumentKind.ORDER,
    id="sample",
    number="SAMPLE",
    gross=SAMPLE.totals.gross,
    currency=SAMPLE.currency,
    dated=_AT.date(),
)
