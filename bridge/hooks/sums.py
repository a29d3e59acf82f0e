"""What no plugin may change: which order it is, and what the buyer paid for it, in all and in VAT of every rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from bridge.model.codec import line_key
from bridge.model.money import ZERO, plain
from bridge.model.orders import Order, OrderLine
from bridge.model.texts import Text, say

__all__ = ["broken", "terms"]


def broken(before: Order, after: Order) -> Text | None:
    """How the mapped order breaks with the shop's, or None.

    Rows that did not come to the order's total before need not do so now (the bridge's own check tells that),
    but then they come to what they came to.
    """
    return next(_broken(before, after), None)


def _broken(before: Order, after: Order) -> Iterator[Text]:
    fixed = {
        "ref": (str(before.ref), str(after.ref)),
        "currency": (before.currency, after.currency),
        "totals.gross": (plain(before.totals.gross), plain(after.totals.gross)),
        "totals.tax": (plain(before.totals.tax), plain(after.totals.tax)),
    }
    for name, (old, new) in fixed.items():
        if old != new:
            yield say("It changed {field} from {old} to {new}.", field=f"order.{name}", old=old, new=new)
    yield from _rows(before, after)
    yield from _vat(before, after)
    had = Counter(line_key(line) for line in before.lines)
    for key, times in Counter(line_key(line) for line in after.lines).items():
        if times > max(1, had[key]):
            yield say("It made {times} rows with the same id, {key}.", times=times, key=key)


def _rows(before: Order, after: Order) -> Iterator[Text]:
    rows, shop = _sum(line.gross for line in after.lines), before.totals.gross
    if rows not in {_sum(line.gross for line in before.lines), shop}:
        yield say(
            "Its rows come to {rows} ({terms}), but the shop charged {total}: {difference} {currency} apart.",
            rows=plain(rows),
            terms=terms(after.lines),
            total=plain(shop),
            difference=plain(abs(rows - shop)),
            currency=before.currency,
        )


def _vat(before: Order, after: Order) -> Iterator[Text]:
    rows = _sum(line.tax for line in after.lines)
    if rows not in {_sum(line.tax for line in before.lines), before.totals.tax}:
        yield say(
            "Its rows hold {rows} VAT, but the shop charged {total}.",
            rows=plain(rows),
            total=plain(before.totals.tax),
        )
    old, new = _per_rate(before), _per_rate(after)
    labels = {line.rate_id: line.label or line.rate_id for line in before.tax_lines}
    for rate in sorted({*old, *new}):
        if old.get(rate, ZERO) != new.get(rate, ZERO):
            yield say(
                "Its rows hold {rows} VAT at the rate {rate}, but the shop charged {total} at it.",
                rows=plain(new.get(rate, ZERO)),
                rate=labels.get(rate, rate),
                total=plain(old.get(rate, ZERO)),
            )


def _per_rate(order: Order) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for part in (part for line in order.lines for part in line.taxes):
        found[part.rate_id] = found.get(part.rate_id, ZERO) + part.tax
    return found


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def terms(lines: Sequence[OrderLine], most: int = 12) -> str:
    """The rows as a sum: ``100.00 + 25.00 − 10.00``."""
    shown = [plain(line.gross) for line in lines[:most]]
    return " + ".join([*shown, "…"] if len(lines) > most else shown).replace("+ -", "− ")
