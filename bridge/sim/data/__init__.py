"""What a real shop answered, shipped with the package: our own recordings of a shop set up for this purpose.

WooCommerce 10.5.0, SEK, prices entered with VAT, Europe/Stockholm; every name and address in it is made up.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

__all__ = ["customers", "notes", "orders", "products", "refunds", "variations"]


def _load(name: str) -> Any:
    return json.loads(resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))


def orders() -> list[dict[str, Any]]:
    """All recorded orders, by id, the trashed one too."""
    return list(_load("orders"))


def refunds() -> dict[int, list[dict[str, Any]]]:
    """The refunds of the refunded orders, by order id."""
    return {int(order): rows for order, rows in _load("refunds").items()}


def notes() -> dict[int, list[dict[str, Any]]]:
    """The notes of some orders, by order id."""
    return {int(order): rows for order, rows in _load("notes").items()}


def products() -> list[dict[str, Any]]:
    """The catalogue, the trashed article too; variations apart."""
    return list(_load("products"))


def variations() -> dict[int, list[dict[str, Any]]]:
    """The variations, by the id of the product they belong to."""
    return {int(parent): rows for parent, rows in _load("variations").items()}


def customers() -> list[dict[str, Any]]:
    """The registered customers."""
    return list(_load("customers"))
