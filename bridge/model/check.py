"""What is wrong with an order though it could be read: found here and nowhere else, before it is sent.

A difference within the rounding tolerance is no problem: the ERP adapter books it as a visible row.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bridge.model.money import ZERO, decimals, plain
from bridge.model.orders import LineKind, Order
from bridge.model.texts import Problem, Text, say

__all__ = ["CURRENCIES", "bought", "order_problems", "sum_of_rows"]

CURRENCIES: Final = frozenset(
    (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
        "CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
        "GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP "
        "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
        "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
        "THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
    ).split()
)
"""ISO 4217, the currencies a shop can sell in (no funds, metals or test codes)."""


def sum_of_rows(order: Order) -> Decimal:
    """What the rows come to, VAT included."""
    return sum((line.gross for line in order.lines), ZERO)


def bought(order: Order) -> Decimal:
    """The total without the gift cards that pay; a card on which the shop reckoned VAT is no payment."""
    cards = (line.gross for line in order.lines if line.kind is LineKind.GIFT_CARD and not line.tax)
    return order.totals.gross - sum(cards, ZERO)


def order_problems(order: Order, *, tolerance: Decimal) -> tuple[Problem, ...]:
    """Everything that makes the order unfit to be booked; what its own reading found comes first."""
    return (*order.problems, *_problems(order, tolerance))


def _problems(order: Order, tolerance: Decimal) -> Iterator[Problem]:
    where = f"order {order.ref.number or order.ref.id}"
    if not order.lines:
        yield Problem(
            where=where,
            what=say("It has no rows."),
            fix=say("Add its articles in the shop, or drop it here."),
        )
    yield from _currency(order, where)
    yield from _negative(order, where)
    yield from _totals(order, where, tolerance)
    for number, line in enumerate(order.lines, 1):
        if line.quantity == 0 and line.kind is LineKind.PRODUCT:
            yield Problem(
                where=f"{where}, row {number}",
                what=say("The quantity of {name} is 0.", name=line.name),
                fix=say("Correct the quantity in the shop, or remove the row."),
            )
    yield from _rates(order, where)


def _currency(order: Order, where: str) -> Iterator[Problem]:
    if order.currency not in CURRENCIES:
        yield Problem(
            where=where,
            what=say("The currency {currency} is not one of ISO 4217.", currency=order.currency),
            fix=say("Correct the order's currency in the shop: three capital letters such as SEK."),
        )


def _negative(order: Order, where: str) -> Iterator[Problem]:
    """An order that pays the buyer is a credit, and a credit belongs to the document it takes back."""
    if order.totals.gross < 0:
        yield Problem(
            where=where,
            what=say(
                "Its total is negative: {total} {currency}.",
                total=plain(order.totals.gross),
                currency=order.currency,
            ),
            fix=say("Refund the first order in the shop instead, or book it by hand and settle the entry."),
        )


def _totals(order: Order, where: str, tolerance: Decimal) -> Iterator[Problem]:
    rows = sum_of_rows(order)
    vat = sum((line.tax for line in order.lines), ZERO)
    fix = say("Recalculate the order in the shop. If a plugin changes totals, ask its maker.")
    if abs(order.totals.gross - rows) > tolerance:
        yield Problem(where=where, what=_arithmetic(order, rows), fix=fix)
    if abs(order.totals.tax - vat) > max(tolerance, _vat_tolerance(order)):
        what = say(
            "Its rows hold {rows} VAT, but the order says {total}.",
            rows=plain(vat),
            total=plain(order.totals.tax),
        )
        yield Problem(where=where, what=what, fix=fix)


def _vat_tolerance(order: Order) -> Decimal:
    """Half the smallest unit per row: a shop that rounds VAT per order and not per row is off by that much, rightly.

    Ten rows of 3.33 differ by 0.04 (woocommerce facts, section j).
    """
    return Decimal("0.5").scaleb(-decimals(order.currency)) * len(order.lines)


def _arithmetic(order: Order, rows: Decimal) -> Text:
    return say(
        "Its rows come to {rows} ({terms}), but the order says {total}: {difference} {currency} apart.",
        rows=plain(rows),
        terms=_terms(order),
        total=plain(order.totals.gross),
        difference=plain(abs(order.totals.gross - rows)),
        currency=order.currency,
    )


def _terms(order: Order, most: int = 12) -> str:
    shown = [plain(line.gross) for line in order.lines[:most]]
    return " + ".join([*shown, "…"] if len(order.lines) > most else shown).replace("+ -", "− ")


def _rates(order: Order, where: str) -> Iterator[Problem]:
    """VAT that belongs to no known rate cannot be put on an account."""
    fix = say("Restore the tax rate under WooCommerce > Settings > Tax, then recalculate the order.")
    lines = {line.rate_id: line for line in order.tax_lines}
    charged = {line.rate_id: ZERO for line in order.tax_lines}
    for part in (part for line in order.lines for part in line.taxes):
        charged[part.rate_id] = charged.get(part.rate_id, ZERO) + part.tax
    for rate_id, on_rows in charged.items():
        line = lines.get(rate_id)
        tax = on_rows or (line.tax + line.shipping_tax if line else ZERO)
        if tax and (line is None or line.percent is None):
            what = say(
                "{tax} VAT was charged at a rate whose percentage the shop does not tell ({rate}).",
                tax=plain(tax),
                rate=line.label or rate_id if line else rate_id,
            )
            yield Problem(where=where, what=what, fix=fix)
    for number, row in enumerate(order.lines, 1):
        if row.tax and not row.taxes:
            what = say("{name} has {tax} VAT, but no rate.", name=row.name, tax=plain(row.tax))
            yield Problem(where=f"{where}, row {number}", what=what, fix=fix)
