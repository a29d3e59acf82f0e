"""Test data made by hand: small, valid, and only what the test changes stands in the test."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bridge.model.documents import Key, Purpose
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

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def a_ref(order_id: int | str = 1234, *, shop: str = "main", number: str | None = None) -> OrderRef:
    """``main:1234``, with the id as number unless told."""
    return OrderRef(shop=shop, id=str(order_id), number=str(order_id) if number is None else number)


def key_of(order: Order, purpose: Purpose = Purpose.ORDER, detail: str = "") -> Key:
    """``main:1234:order``."""
    return Key(order.ref, purpose, detail)


def a_line(
    net: str = "80.00",
    tax: str = "20.00",
    *,
    percent: str = "25",
    kind: LineKind = LineKind.PRODUCT,
    **changes: Any,
) -> OrderLine:
    """A row of 100 kr with 25 % VAT; its rate id is its percent."""
    line: dict[str, Any] = {
        "kind": kind,
        "id": "1",
        "name": "Tvål",
        "quantity": Decimal(1),
        "net": Decimal(net),
        "tax": Decimal(tax),
        "net_before": Decimal(net) if kind is LineKind.PRODUCT else None,
        "tax_before": Decimal(tax) if kind is LineKind.PRODUCT else None,
        "taxes": (TaxPart(rate_id=percent, tax=Decimal(tax)),) if Decimal(percent) else (),
        "sku": "TVAL-1" if kind is LineKind.PRODUCT else None,
        "unit_net": Decimal(net),
    }
    return OrderLine(**{**line, **changes})


def an_order(*lines: OrderLine, order_id: int | str = 1234, country: str = "SE", **changes: Any) -> Order:
    """A paid order; tax lines and totals are the sums of its lines unless given."""
    rows = lines or (a_line(),)
    per_rate: dict[str, Decimal] = {}
    shipping: dict[str, Decimal] = {}
    for row in rows:
        for part in row.taxes:
            goods = row.kind is not LineKind.SHIPPING
            pot = per_rate if goods else shipping
            pot[part.rate_id] = pot.get(part.rate_id, Decimal("0.00")) + part.tax
    address = Address(
        first_name="Anna", last_name="Öberg", street="Vasagatan 12", postcode="411 24", city="Göteborg",
        country=country,
    )  # fmt: skip
    order: dict[str, Any] = {
        "ref": a_ref(order_id),
        "status": "processing",
        "currency": "SEK",
        "created_at": NOON,
        "modified_at": NOON,
        "customer": Customer(email="anna.oberg@example.com", billing=address, shipping=address),
        "payment": Payment(method="bacs", title="Förskott", paid_at=NOON),
        "lines": rows,
        "tax_lines": tuple(
            TaxLine(
                rate_id=rate,
                percent=Decimal(rate),
                label=f"Moms {rate} %",
                country=country,
                tax=per_rate.get(rate, Decimal("0.00")),
                shipping_tax=shipping.get(rate, Decimal("0.00")),
            )
            for rate in sorted({*per_rate, *shipping})
        ),
        "totals": Totals(
            gross=sum((r.gross for r in rows), Decimal(0)), tax=sum((r.tax for r in rows), Decimal(0))
        ),
    }
    return Order(**{**order, **changes})
