"""The rows of a draft: which, in what order, with which article, and how a discount shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bridge.erps.drafting.draft import DraftRow, RowKind
from bridge.erps.drafting.settings import Discounts, DraftSettings
from bridge.erps.drafting.shares import Share, shares_of
from bridge.model.codec import line_key
from bridge.model.money import ZERO
from bridge.model.orders import LineKind, Order, OrderLine

__all__ = ["FREE", "ROUNDING", "rows_of"]

COD: Final = "Postförskott"
DISCOUNT: Final = "Rabatt"
ROUNDING: Final = "Öresavrundning"
"""Texts on the document are the buyer's, not the operator's: Swedish, as on the vouchers."""

FREE: Final = Decimal(0)

_KINDS: Final = {
    LineKind.PRODUCT: RowKind.PRODUCT,
    LineKind.SHIPPING: RowKind.SHIPPING,
    LineKind.FEE: RowKind.FEE,
    LineKind.DISCOUNT: RowKind.DISCOUNT,
    LineKind.GIFT_CARD: RowKind.GIFT_CARD,
    LineKind.ROUNDING: RowKind.ROUNDING,
}


def rows_of(lines: Iterable[OrderLine], order: Order, settings: DraftSettings) -> tuple[DraftRow, ...]:
    """The rows of these lines: goods, their discounts, the rest in the shop's order.

    Raises:
        Rejected: VAT of a rate whose percentage nobody tells.
    """
    found = [row for line in lines for row in _line(line, order, settings)]
    if settings.discounts is Discounts.ROWS:
        found = _discounts_apart(found, order, settings)
    wanted = [row for row in found if _wanted(row, settings)]
    return (*wanted, *_cash_on_delivery(wanted, order, settings))


def _line(line: OrderLine, order: Order, settings: DraftSettings) -> Iterator[DraftRow]:
    kind = _kind(line, order, settings)
    shares = shares_of(line, order)
    for number, share in enumerate(shares):
        yield DraftRow(
            kind=kind,
            article=_article(kind, line, settings),
            text=_text(line),
            # Only one of the rows a line becomes may move stock; the others are one piece of its price.
            quantity=line.quantity if number == _largest(shares) else Decimal(1),
            net=share.net,
            tax=share.tax,
            percent=share.percent,
            country=share.country,
            discount_net=FREE if settings.discounts is Discounts.NET else share.discount_net,
            discount_tax=FREE if settings.discounts is Discounts.NET else share.discount_tax,
            account=settings.gift_card_account if kind is RowKind.GIFT_CARD else "",
            line=line_key(line),
        )


def _largest(shares: Sequence[Share]) -> int:
    return max(range(len(shares)), key=lambda at: abs(shares[at].net))


def _kind(line: OrderLine, order: Order, settings: DraftSettings) -> RowKind:
    if line.kind is LineKind.FEE and settings.is_cod(order):
        return RowKind.COD
    return _KINDS[line.kind]


def _article(kind: RowKind, line: OrderLine, settings: DraftSettings) -> str:
    if kind is RowKind.PRODUCT:
        return line.sku or ""
    if kind is RowKind.SHIPPING:
        return settings.shipping_of(line.method).article or settings.articles.shipping
    article: str = getattr(settings.articles, kind.value)
    return article


def _text(line: OrderLine) -> str:
    """The article's name, and what the buyer chose of it where the name does not say: ``Ring (Gravyr: Anna)``."""
    if line.kind is not LineKind.PRODUCT:
        return line.name
    chosen = ", ".join(f"{name}: {value}" for name, value in line.meta.items() if value not in line.name)
    return f"{line.name} ({chosen})" if chosen else line.name


def _discounts_apart(rows: Sequence[DraftRow], order: Order, settings: DraftSettings) -> list[DraftRow]:
    """Goods at their full price, then one negative row per VAT rate for what was taken off."""
    off: dict[tuple[Decimal, str], tuple[Decimal, Decimal]] = {}
    full: list[DraftRow] = []
    for row in rows:
        if row.discount_net or row.discount_tax:
            net, tax = off.get((row.percent, row.country), (ZERO, ZERO))
            off[row.percent, row.country] = (net + row.discount_net, tax + row.discount_tax)
        full.append(_at_full_price(row))
    codes = ", ".join(order.coupons)
    apart = [
        DraftRow(
            kind=RowKind.DISCOUNT,
            article=settings.articles.discount,
            text=f"{DISCOUNT} {codes}".strip(),
            quantity=Decimal(1),
            net=-net,
            tax=-tax,
            percent=percent,
            country=country,
        )
        for (percent, country), (net, tax) in off.items()
    ]
    goods = sum(row.kind is RowKind.PRODUCT for row in full)
    full.sort(key=lambda row: row.kind is not RowKind.PRODUCT)  # stable: the shop's order within each
    return [*full[:goods], *apart, *full[goods:]]


def _at_full_price(row: DraftRow) -> DraftRow:
    if not (row.discount_net or row.discount_tax):
        return row
    return replace(
        row,
        net=row.net + row.discount_net,
        tax=row.tax + row.discount_tax,
        discount_net=FREE,
        discount_tax=FREE,
    )


def _wanted(row: DraftRow, settings: DraftSettings) -> bool:
    """Rows of zero that are no goods are there by choice."""
    if row.net or row.tax:
        return True
    by_choice = {
        RowKind.SHIPPING: settings.zero_shipping,
        RowKind.FEE: settings.zero_fee,
        RowKind.COD: settings.zero_cod,
    }
    return by_choice.get(row.kind, True)


def _cash_on_delivery(rows: Sequence[DraftRow], order: Order, settings: DraftSettings) -> Iterator[DraftRow]:
    """An ERP that books cash on delivery by its article needs the row also where it is free."""
    if not (settings.zero_cod and settings.is_cod(order)) or any(row.kind is RowKind.COD for row in rows):
        return
    yield DraftRow(
        kind=RowKind.COD,
        article=settings.articles.cod,
        text=COD,
        quantity=Decimal(1),
        net=ZERO,
        tax=ZERO,
        percent=max((row.percent for row in rows), default=FREE),
    )
