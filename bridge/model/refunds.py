"""What a refund takes back of an order: rows, VAT and total with their signs turned. Pure arithmetic.

A shop refunds by row, by quantity, by a sum alone, or by nothing but a status. VAT is taken as the shop gave it;
where it gives none, the sum is divided as the order's own VAT is divided. What is left of an order is found by
taking back its earlier refunds one by one, so the last credit always ends at nothing, VAT included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bridge.model.documents import Correction
from bridge.model.money import ZERO, cents, plain
from bridge.model.orders import LineKind, Order, OrderLine, Refund, TaxLine, TaxPart, Totals
from bridge.model.texts import Problem, Text, say

__all__ = ["AmountOnly", "RefundRules", "correction_of"]

NAME: Final = "Återbetalning"
"""What a row without an article is called; documents in the books are Swedish."""

_ONE: Final = Decimal(1)


class AmountOnly(StrEnum):
    """What becomes of money paid back for no row: ``[orders] amount_only``."""

    SPLIT = "split"
    PARK = "park"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRules:
    """What the owner decided about refunds."""

    amount_only: AmountOnly = AmountOnly.SPLIT
    tolerance: Decimal = Decimal("0.05")
    """So much may the rows and the sum of a refund differ: it becomes a rounding row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Rows, VAT per rate and totals that belong together: all that is left, or what one refund takes."""

    rows: tuple[OrderLine, ...]
    tax_lines: tuple[TaxLine, ...]
    totals: Totals


def correction_of(
    order: Order, refund: Refund, *, earlier: Sequence[Refund], rules: RefundRules
) -> Correction | Problem:
    """What to book for ``refund``, or why a person must look.

    Args:
        order: as it was booked.
        refund: the one to be credited.
        earlier: those credited before it, in the order in which they were.
        rules: the owner's.
    """
    left = _left_after(order, earlier, tolerance=rules.tolerance)
    wrong = _problem(order, refund, earlier=earlier, left=left, rules=rules)
    if wrong is not None:
        return wrong
    taken = _taken(order, refund, left, tolerance=rules.tolerance)
    return Correction(
        order=order,
        rows=taken.rows,
        tax_lines=taken.tax_lines,
        totals=taken.totals,
        dated=refund.created_at,
        reason=refund.reason,
    )


def _problem(
    order: Order, refund: Refund, *, earlier: Sequence[Refund], left: _Part, rules: RefundRules
) -> Problem | None:
    where = f"order {order.ref.number or order.ref.id}, refund {refund.id}"
    if refund.gross <= 0:
        return Problem(
            where=where,
            what=say("Its sum is {sum}; a refund must be more than nothing.", sum=plain(refund.gross)),
            fix=say("Correct it in the shop, or credit it by hand and settle this entry."),
        )
    if refund.gross > left.totals.gross:
        return Problem(where=where, what=_too_much(order, refund, earlier, left), fix=_BY_HAND)
    rest = _rest(order, refund)
    if refund.gross == left.totals.gross or (refund.lines and abs(rest) <= rules.tolerance):
        return None
    if rest < 0:
        what = say(
            "Its rows come to {rows} {currency}, but only {sum} was paid back.",
            rows=plain(refund.gross - rest),
            sum=plain(refund.gross),
            currency=order.currency,
        )
        return Problem(where=where, what=what, fix=_BY_HAND)
    if rules.amount_only is AmountOnly.PARK:
        what = say(
            "{rest} {currency} of it was paid back for no row, so the shop does not say with which VAT.",
            rest=plain(rest),
            currency=order.currency,
        )
        fix = say(
            "Credit it by hand and settle this entry, or write amount_only = split in [orders] and press Retry."
        )
        return Problem(where=where, what=what, fix=fix)
    return None


_BY_HAND: Final = say(
    "Look at the order in the shop. Credit in the ERP by hand what is right, then settle this entry or drop it."
)


def _too_much(order: Order, refund: Refund, earlier: Sequence[Refund], left: _Part) -> Text:
    terms = " − ".join([plain(order.totals.gross), *(plain(each.gross) for each in earlier)])
    return say(
        "It takes back {sum} {currency}, but only {left} is left of the document: {terms} = {left}.",
        sum=plain(refund.gross),
        currency=order.currency,
        left=plain(left.totals.gross),
        terms=terms,
    )


def _left_after(order: Order, earlier: Iterable[Refund], *, tolerance: Decimal) -> _Part:
    """What of the order has not been taken back; an earlier refund settled by hand may have been anything."""
    left = _Part(rows=order.lines, tax_lines=order.tax_lines, totals=order.totals)
    for each in earlier:
        fits = _rest(order, each) >= -tolerance
        refund = each if fits else replace(each, lines=())
        left = _less(left, _taken(order, refund, left, tolerance=tolerance))
    return left


def _taken(order: Order, refund: Refund, left: _Part, *, tolerance: Decimal) -> _Part:
    """What the refund takes of what is left; all amounts negative, as far as they were positive."""
    if refund.gross == left.totals.gross:
        return _all_of(left)
    rows = _rows(order, refund)
    rest = _rest(order, refund)
    if rest > tolerance or not rows:
        standing = _less(left, _part(order, rows, gross=ZERO)).rows
        rows = (*rows, *_split(order, refund, rest, standing))
    return _part(order, rows, gross=-refund.gross)


def _part(order: Order, rows: tuple[OrderLine, ...], *, gross: Decimal) -> _Part:
    """Rows with the VAT they bear, rate by rate."""
    goods: dict[str, Decimal] = {}
    shipping: dict[str, Decimal] = {}
    for row in rows:
        pot = shipping if row.kind is LineKind.SHIPPING else goods
        for tax in row.taxes:
            pot[tax.rate_id] = pot.get(tax.rate_id, ZERO) + tax.tax
    return _Part(
        rows=rows,
        tax_lines=tuple(
            replace(line, tax=goods.get(line.rate_id, ZERO), shipping_tax=shipping.get(line.rate_id, ZERO))
            for line in order.tax_lines
        ),
        totals=Totals(gross=gross, tax=sum((row.tax for row in rows), ZERO)),
    )


def _all_of(left: _Part) -> _Part:
    """Everything that is left, taken back."""
    return _Part(
        rows=tuple(_turned(row) for row in left.rows if row.net or row.tax or row.net_before),
        tax_lines=tuple(
            replace(line, tax=-line.tax, shipping_tax=-line.shipping_tax) for line in left.tax_lines
        ),
        totals=Totals(gross=-left.totals.gross, tax=-left.totals.tax),
    )


def _turned(row: OrderLine) -> OrderLine:
    quantity = -(row.quantity or _ONE)
    return replace(
        row,
        quantity=quantity,
        net=-row.net,
        tax=-row.tax,
        net_before=None if row.net_before is None else -row.net_before,
        tax_before=None if row.tax_before is None else -row.tax_before,
        taxes=tuple(replace(part, tax=-part.tax) for part in row.taxes),
        unit_net=_unit(row, quantity=quantity, net=-row.net),
    )


def _less(left: _Part, taken: _Part) -> _Part:
    rows = {_place(row): row for row in left.rows}
    for row in taken.rows:
        before = rows.get(_place(row))
        rows[_place(row)] = row if before is None else _sum(before, row)
    return _Part(
        rows=tuple(rows.values()),
        tax_lines=tuple(
            replace(line, tax=line.tax + less.tax, shipping_tax=line.shipping_tax + less.shipping_tax)
            for line, less in zip(left.tax_lines, taken.tax_lines, strict=True)
        ),
        totals=Totals(gross=left.totals.gross + taken.totals.gross, tax=left.totals.tax + taken.totals.tax),
    )


def _sum(row: OrderLine, taken: OrderLine) -> OrderLine:
    taxes = {part.rate_id: part.tax for part in row.taxes}
    for part in taken.taxes:
        taxes[part.rate_id] = taxes.get(part.rate_id, ZERO) + part.tax
    return replace(
        row,
        quantity=row.quantity + taken.quantity,
        net=row.net + taken.net,
        tax=row.tax + taken.tax,
        net_before=_added(row.net_before, taken.net_before),
        tax_before=_added(row.tax_before, taken.tax_before),
        taxes=tuple(TaxPart(rate_id=rate, tax=tax) for rate, tax in taxes.items()),
    )


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _place(row: OrderLine) -> tuple[str, str]:
    """Which row of the order it is. Fees, discounts and gift cards are of one kind in a shop."""
    own = row.kind in {LineKind.PRODUCT, LineKind.SHIPPING}
    return (row.kind if own else LineKind.FEE, row.id)


def _rest(order: Order, refund: Refund) -> Decimal:
    """How much more was paid back than its rows say; negative: less."""
    return cents(refund.gross + sum((line.gross for line in refund.lines), ZERO), order.currency)


def _rows(order: Order, refund: Refund) -> tuple[OrderLine, ...]:
    """The refund's own rows, told in the words of the order's."""
    sold = {_place(row): row for row in order.lines}
    return tuple(
        _row(line, sold.get(_place(line), line), currency=order.currency)
        for line in refund.lines
        if line.net or line.tax
    )


def _row(line: OrderLine, sold: OrderLine, *, currency: str) -> OrderLine:
    quantity = -abs(line.quantity) or -_ONE  # 0: money for a row without taking pieces back
    return replace(
        sold,
        quantity=quantity,
        net=line.net,
        tax=line.tax,
        net_before=_before(sold.net_before, line.net, sold.net, currency),
        tax_before=_before(sold.tax_before, line.tax, sold.tax, currency),
        taxes=_fitted(line),
        unit_net=_unit(sold, quantity=quantity, net=line.net),
    )


def _before(before: Decimal | None, taken: Decimal, sold: Decimal, currency: str) -> Decimal | None:
    """The same part of the price before discount, so that the discount is taken back with the sale."""
    return None if before is None or not sold else cents(before * taken / sold, currency)


def _unit(row: OrderLine, *, quantity: Decimal, net: Decimal) -> Decimal | None:
    """The price of one piece, where that is what was paid back."""
    fits = row.unit_net is not None and abs(row.unit_net * quantity - net) < Decimal("0.005")
    return row.unit_net if fits else None


def _fitted(line: OrderLine) -> tuple[TaxPart, ...]:
    """VAT per rate that adds up to the row's: the shop's own may miss it by an öre (woocommerce facts, section j)."""
    if not line.taxes:
        return ()
    largest = max(range(len(line.taxes)), key=lambda at: abs(line.taxes[at].tax))
    missing = line.tax - sum((part.tax for part in line.taxes), ZERO)
    return tuple(
        replace(part, tax=part.tax + missing) if at == largest else part for at, part in enumerate(line.taxes)
    )


def _split(
    order: Order, refund: Refund, rest: Decimal, standing: tuple[OrderLine, ...]
) -> tuple[OrderLine, ...]:
    """A sum without rows, divided as the VAT of what still stands; what rounding leaves goes to the largest."""
    shares = {rate: share for rate, share in _by_rate(order, standing).items() if sum(share) > 0}
    shares = shares or {"": (_ONE, ZERO)}
    whole = sum((net + tax for net, tax in shares.values()), ZERO)
    parts = {rate: cents(rest * (net + tax) / whole, order.currency) for rate, (net, tax) in shares.items()}
    parts[max(parts, key=lambda rate: parts[rate])] += rest - sum(parts.values(), ZERO)
    rows = []
    for number, (rate, gross) in enumerate(parts.items(), 1):
        net, tax = shares[rate]
        vat = cents(gross * tax / (net + tax), order.currency)
        rows.append(
            OrderLine(
                kind=LineKind.PRODUCT,
                id=f"refund-{refund.id}-{number}",
                name=NAME,
                quantity=-_ONE,
                net=vat - gross,
                tax=-vat,
                taxes=(TaxPart(rate_id=rate, tax=-vat),) if rate else (),
                unit_net=gross - vat,
            )
        )
    return tuple(rows)


def _by_rate(order: Order, rows: Iterable[OrderLine]) -> dict[str, tuple[Decimal, Decimal]]:
    """Net and VAT per rate; a row with several rates is divided by what each says of the net."""
    percents = {line.rate_id: line.percent for line in order.tax_lines}
    pots: dict[str, tuple[Decimal, Decimal]] = {}
    for row in rows:
        charged = [part for part in row.taxes if part.tax]
        named = charged or [*row.taxes[:1], TaxPart(rate_id="", tax=ZERO)][:1]
        weights = [
            abs(part.tax) / (percents.get(part.rate_id) or _ONE) if charged else _ONE for part in named
        ]
        for part, weight in zip(named, weights, strict=True):
            net, tax = pots.get(part.rate_id, (ZERO, ZERO))
            pots[part.rate_id] = (net + row.net * weight / sum(weights, ZERO), tax + part.tax)
    return pots
