"""``fit``: the one way in. Sees that the question makes sense, tries net and gross, and judges what came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Arithmetic, Prices
from bridge.erps.totals.fitting import Attempt
from bridge.erps.totals.shapes import Fitted, Part, Target, Unfit
from bridge.erps.totals.table import table_of
from bridge.model.money import ZERO, decimals, plain
from bridge.model.texts import Text, say

__all__ = ["TOLERANCE", "fit"]

TOLERANCE: Final = Decimal("0.05")
RECALCULATE: Final = say("Recalculate the order in the shop. If a plugin changes totals, ask its maker.")


def fit(
    parts: Sequence[Part],
    arithmetic: Arithmetic,
    *,
    target: Target,
    tolerance: Decimal = TOLERANCE,
    prefer: Prices = Prices.GROSS,
) -> Fitted | Unfit:
    """The rows that this ERP will add up to the target, or why there are none.

    Pure and deterministic; the work grows with the number of rows, not with their combinations. ``prefer`` decides
    where net and gross prices fit equally well and the ERP takes both.
    """
    refused = _nonsense(parts, arithmetic, target)
    if refused is not None:
        return refused
    target = _complete(parts, target)
    best: Fitted | Unfit | None = None
    for prices in sorted(arithmetic.prices, key=lambda each: each is not prefer):
        found = _judged(parts, arithmetic, prices, target, tolerance)
        if best is None or _badness(found) < _badness(best):
            best = found
        if _badness(best) == _PERFECT:
            break
    if best is None:
        raise ValueError(f"{arithmetic.name} takes neither net nor gross prices")
    return best


def _complete(parts: Sequence[Part], target: Target) -> Target:
    """Where the order does not tell the VAT of a rate, it is that of the rows."""
    vat: dict[Decimal, Decimal] = {}
    for part in parts:
        percent = part.percent or Decimal(0)
        vat[percent] = vat.get(percent, ZERO) + part.tax
    return replace(target, vat={**vat, **target.vat})


_PERFECT: Final = (0, 0, ZERO, 0)


def _badness(found: Fitted | Unfit) -> tuple[int, int, Decimal, int]:
    if isinstance(found, Unfit):
        return (1, 0, ZERO, 0)
    return (0, len(found.vat_rows), abs(found.rounding_amount), found.moved)


def _judged(
    parts: Sequence[Part], arithmetic: Arithmetic, prices: Prices, target: Target, tolerance: Decimal
) -> Fitted | Unfit:
    attempt = Attempt(parts=parts, arithmetic=arithmetic, prices=prices, target=target)
    attempt.run()
    table = table_of(attempt.rows, parts, attempt.computed, target)
    fitted = attempt.fitted(table)
    for reason, advice, field in _faults(fitted, target, tolerance):
        return Unfit(reason=reason, advice=advice, field=field, table=table)
    return fitted


def _faults(fitted: Fitted, target: Target, tolerance: Decimal) -> Iterator[tuple[Text, Text, str]]:
    arithmetic, computed = fitted.arithmetic, fitted.computed
    rest = fitted.rounding_amount + computed.round_off
    if abs(rest) > tolerance:
        yield (
            say(
                "The order's total is {total}, but its rows come to {rows}: {arithmetic}. "
                "The difference {difference} is more than {tolerance}.",
                total=plain(target.gross),
                rows=plain(target.gross - rest),
                arithmetic=_sum(fitted),
                difference=plain(abs(rest)),
                tolerance=plain(tolerance),
            ),
            say("Recalculate the order in the shop, or raise [orders] rounding_tolerance."),
            "total",
        )
    if computed.gross != target.gross:
        yield (
            say(
                "{erp} would make {gross} of the order's {total} {currency}: it reckons in {places} decimals.",
                erp=arithmetic.name,
                gross=plain(computed.gross),
                total=plain(target.gross),
                currency=target.currency,
                places=min(arithmetic.decimals, arithmetic.price_decimals),
            ),
            say("Book this order by hand and settle the entry with the document's number."),
            "total",
        )
    yield from _vat_faults(fitted, target)
    if arithmetic.max_rows is not None and len(fitted.rows) > arithmetic.max_rows:
        yield _too_many(len(fitted.rows), arithmetic.max_rows, arithmetic.name)


def _vat_faults(fitted: Fitted, target: Target) -> Iterator[tuple[Text, Text, str]]:
    unit = Decimal(1).scaleb(-min(decimals(target.currency), fitted.arithmetic.decimals))
    for percent, charged in target.vat.items():
        vat = fitted.computed.vat.get(percent, ZERO)
        if abs(vat - charged) > unit:
            yield (
                say(
                    "The buyer was charged {charged} VAT at {percent} %, but {erp} makes {vat} of those rows.",
                    charged=plain(charged),
                    percent=f"{percent:f}",
                    erp=fitted.arithmetic.name,
                    vat=plain(vat),
                ),
                RECALCULATE,
                "tax_lines",
            )


def _sum(fitted: Fitted, most: int = 12) -> str:
    """The rows as a person would add them up."""
    rows = [plain(amount) for amount in fitted.computed.amounts]
    if fitted.rounding is not None:
        rows.pop()
    if fitted.prices is Prices.NET:
        rows += [plain(tax) for tax in fitted.computed.vat.values() if tax]
    shown = [*rows[:most], "…"] if len(rows) > most else rows
    return " + ".join(shown).replace("+ -", "− ") or "0"


def _too_many(rows: int, most: int, erp: str) -> tuple[Text, Text, str]:
    return (
        say("It has {rows} rows, and {erp} takes {most}.", rows=rows, erp=erp, most=most),
        say("Divide the order in the shop, or book it by hand and settle the entry."),
        "lines",
    )


def _nonsense(parts: Sequence[Part], arithmetic: Arithmetic, target: Target) -> Unfit | None:
    """Questions without an answer: VAT of no known rate, more than the ERP takes, öre where it has none."""
    for reason, advice, field in _refusals(parts, arithmetic, target):
        return Unfit(reason=reason, advice=advice, field=field, table=_as_charged(parts, target))
    return None


def _refusals(
    parts: Sequence[Part], arithmetic: Arithmetic, target: Target
) -> Iterator[tuple[Text, Text, str]]:
    for part in parts:
        if part.percent is None and part.tax:
            yield (
                say(
                    "{name} bears {tax} VAT, but the shop does not tell at how many percent.",
                    name=part.name or part.kind.value,
                    tax=plain(part.tax),
                ),
                say("Restore the tax rate under WooCommerce > Settings > Tax, then recalculate the order."),
                "tax_lines",
            )
    rates = {part.percent or Decimal(0) for part in parts}
    for percent, tax in target.vat.items():
        if tax and percent not in rates:
            yield (
                say(
                    "The order has {tax} VAT at {percent} %, but no row of that rate.",
                    tax=plain(tax),
                    percent=f"{percent:f}",
                ),
                RECALCULATE,
                "tax_lines",
            )
    if arithmetic.max_rows is not None and len(parts) > arithmetic.max_rows:
        yield _too_many(len(parts), arithmetic.max_rows, arithmetic.name)
    if arithmetic.max_amount is not None and abs(target.gross) > arithmetic.max_amount:
        yield (
            say(
                "Its total is {total}, and {erp} takes at most {most}.",
                total=plain(target.gross),
                erp=arithmetic.name,
                most=plain(arithmetic.max_amount),
            ),
            say("Divide the order in the shop, or book it by hand and settle the entry."),
            "total",
        )
    if target.currency in arithmetic.whole_in and target.gross != target.gross.to_integral_value():
        yield (
            say(
                "Its total is {total} {currency}, but {erp} rounds documents to whole units.",
                total=plain(target.gross),
                currency=target.currency,
                erp=arithmetic.name,
            ),
            say("Switch off rounding of totals in the ERP's settings: the buyer has paid the öre."),
            "total",
        )


def _as_charged(parts: Sequence[Part], target: Target) -> tuple[Mapping[str, str], ...]:
    """The rows of the shop, where it never came to rows of the ERP."""
    names = ("role", "kind", "text", "quantity", "price", "discount", "percent", "amount")
    rows = [
        {
            **dict.fromkeys(names, ""),
            "role": "part",
            "kind": part.kind.value,
            "text": part.name,
            "quantity": f"{part.quantity:f}",
            "percent": "" if part.percent is None else f"{part.percent:f}",
            "amount": plain(part.gross),
        }
        for part in parts
    ]
    return (*rows, {**dict.fromkeys(names, ""), "role": "shop", "amount": plain(target.gross)})
