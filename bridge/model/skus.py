"""The SKU an article had when its order was first seen.

WooCommerce reads a row's SKU live from the article: rename it and every old order changes, delete it and it is
gone (woocommerce facts, row 15). So the first sight is kept, and put back before anything is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bridge.model.codec import line_key
from bridge.model.orders import LineKind, Order

__all__ = ["skus_of", "with_first_skus"]


def skus_of(order: Order) -> dict[str, str | None]:
    """The SKU of each article row, by line key: what to keep at first sight."""
    return {line_key(line): line.sku for line in order.lines if line.kind is LineKind.PRODUCT}


def with_first_skus(order: Order, skus: Mapping[str, str | None]) -> Order:
    """The order with the SKUs of its first sight; a row added since keeps its own.

    A row that had none and has one now keeps the new one: the owner has mended the article.
    """
    lines = tuple(
        replace(line, sku=kept) if (kept := skus.get(line_key(line))) and kept != line.sku else line
        for line in order.lines
    )
    return (
        order
        if all(old is new for old, new in zip(order.lines, lines, strict=True))
        else replace(order, lines=lines)
    )
