"""The buyers of stored orders as a table for mailing or import: one row per e-mail address, the newest order counts.

Pure. Cells are safe to open in a spreadsheet: what would be taken for a formula is written as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bridge.model.numbers import Holder, NumberError, identity
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["HEADINGS", "Table", "safe", "table", "written"]

HEADINGS: Final[tuple[Text, ...]] = (
    say("E-mail"), say("First name"), say("Last name"), say("Company"), say("Organisation number"),
    say("Phone"), say("Address"), say("Address 2"), say("Postcode"), say("City"), say("Country"),
    say("Orders"), say("Last order"), say("Shop"),
)  # fmt: skip
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins so; the buyer chose what stands in it."""
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Who can be written to, and who cannot."""

    rows: tuple[tuple[str, ...], ...]
    skipped: tuple[str, ...]
    """Numbers of the orders without a usable e-mail address."""


def table(orders: Iterable[Order]) -> Table:
    """One row per buyer, by e-mail address; those without are named."""
    newest: dict[str, Order] = {}
    count: dict[str, int] = {}
    skipped: list[str] = []
    for order in sorted(orders, key=lambda each: (each.created_at, each.ref)):
        email = order.customer.email.strip()
        if not _EMAIL.fullmatch(email):
            skipped.append(order.ref.number or order.ref.id)
            continue
        newest[email.casefold()] = order
        count[email.casefold()] = count.get(email.casefold(), 0) + 1
    rows = (_row(newest[email], count[email]) for email in sorted(newest))
    return Table(rows=tuple(rows), skipped=tuple(skipped))


def written(found: Table, headings: Iterable[str], *, bom: bool) -> bytes:
    """The file: semicolons, as a Swedish Excel expects, and UTF-8; ``bom`` tells Excel so."""
    text = io.StringIO()
    sheet = csv.writer(text, delimiter=";", lineterminator="\r\n")
    sheet.writerow([safe(each) for each in headings])
    sheet.writerows([safe(cell) for cell in row] for row in found.rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def safe(cell: str) -> str:
    """The cell as text, whatever a spreadsheet would make of it."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def _row(order: Order, orders: int) -> tuple[str, ...]:
    customer, home = order.customer, order.customer.billing
    return (
        customer.email.strip(),
        home.first_name,
        home.last_name,
        customer.company or home.company,
        _public(customer.org_number, home.country),
        customer.phone or home.phone,
        home.street,
        home.street_2,
        home.postcode,
        home.city,
        home.country,
        str(orders),
        f"{order.created_at:%Y-%m-%d}",
        order.ref.shop,
    )


def _public(number: str, country: str) -> str:
    """A company's number; a person's is nobody's business in a mailing list."""
    if not number.strip():
        return ""
    try:
        known = identity(number, country=country)
    except NumberError:
        return ""
    return known.number if known.holder is Holder.COMPANY else ""
