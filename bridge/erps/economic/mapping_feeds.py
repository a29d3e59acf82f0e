"""What e-conomic tells of articles and documents, in our words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bridge.erps.economic.mapping_answers import Found, Place, amount_of, document_of
from bridge.model.documents import Document, Key
from bridge.model.fulfilment import Fulfilment, Stage
from bridge.model.goods import Price, Product, StockLevel

__all__ = [
    "changed_at",
    "fulfilment_of",
    "group_number",
    "moment",
    "price_of",
    "product_of",
    "stamp",
    "stock_of",
]


def changed_at(row: Mapping[str, Any]) -> datetime | None:
    """``lastUpdated`` in UTC and whole seconds; None: it has none that can be read (section 3: UTC, with a Z)."""
    return moment(str(row.get("lastUpdated", "")))


def moment(text: str) -> datetime | None:
    """A moment as e-conomic writes it, or as ``stamp`` made it; None: it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.replace(microsecond=0)


def stamp(found: datetime) -> str:
    """``2026-11-22T08:15:00Z``."""
    return f"{found:%Y-%m-%dT%H:%M:%SZ}"


def product_of(
    row: Mapping[str, Any], *, percent: Decimal | None, counted: Collection[int] | None
) -> Product:
    """An article; ``percent``: its VAT at home, ``counted``: see ``keeps_stock``.

    Weights are left out: e-conomic does not say in what they are (section 8).

    Raises:
        KeyError: the answer is none.
    """
    unit = row.get("unit")
    return Product(
        sku=str(row["productNumber"]),
        name=str(row.get("name", "")),
        description=row.get("description"),
        ean=row.get("barCode"),
        unit=str(unit.get("name", "")) or None if isinstance(unit, Mapping) else None,
        vat_percent=percent,
        net_price=amount_of(row, "salesPrice"),
        keeps_stock=keeps_stock(row, counted),
        active=not row.get("barred", False),
        changed_at=changed_at(row),
    )


def keeps_stock(row: Mapping[str, Any], counted: Collection[int] | None) -> bool:
    """Whether there are figures, and somebody counts: they are shown for services too, as 0.

    ``counted``: the product groups with ``inventoryEnabled``; None: no group has it, and the figures alone tell [I].
    """
    if not isinstance(row.get("inventory"), Mapping):
        return False
    return counted is None or group_number(row) in counted


def group_number(row: Mapping[str, Any]) -> int | None:
    """The article's product group; None: the answer does not say."""
    group = row.get("productGroup")
    return group.get("productGroupNumber") if isinstance(group, Mapping) else None


def stock_of(row: Mapping[str, Any], *, counted: Collection[int] | None) -> StockLevel | None:
    """How much there is; None: nobody counts it. ``available`` is what lies there less what is ordered (section 8).

    Raises:
        KeyError: the answer is no article.
    """
    if not keeps_stock(row, counted):
        return None
    there = row["inventory"]
    in_stock = amount_of(there, "inStock") or Decimal(0)
    available = amount_of(there, "available")
    ordered = amount_of(there, "orderedByCustomers") or Decimal(0)
    return StockLevel(
        sku=str(row["productNumber"]),
        in_stock=in_stock,
        available=in_stock - ordered if available is None else available,
    )


def price_of(sku: str, amount: Decimal | None, *, currency: str, price_list: str = "") -> Price | None:
    """A price, always net (section 8); None where the article has none in this list."""
    if amount is None:
        return None
    return Price(sku=sku, amount=amount, currency=currency, gross=False, price_list=price_list)


def fulfilment_of(key: Key, document: Document, found: Sequence[Found]) -> Fulfilment:
    """Where a document stands: ``found`` is everything that carries its key now; empty: it is gone.

    An order and its invoice are one. Several booked invoices of one key are paid when nothing is left of any. Nothing
    is told of deliveries: REST has none per row (section 9), and "registered as sent" is said of the paper.
    """
    booked = sorted(
        (each for each in found if each.place is Place.INVOICE_BOOKED), key=lambda each: each.number
    )
    drafts = [each for each in found if each.place is Place.INVOICE_DRAFT]
    stages: set[Stage] = set()
    if not found:
        stages.add(Stage.CANCELLED)
    if booked:
        stages.add(Stage.INVOICED)
        left = [amount_of(each.raw, "remainder") for each in booked]
        if not drafts and all(rest == 0 for rest in left):  # a missing one may mean null (section 13)
            stages.add(Stage.PAID)
    invoice = next((document_of(each) for each in (*booked, *drafts)), None)
    same = invoice is not None and invoice.id == document.id
    return Fulfilment(
        key=key,
        document=replace(document, payload="", media_type="", notes=()),
        stages=frozenset(stages),
        invoice=None if same and not booked else invoice,
    )
