"""Gift cards that pay, where plugins keep them: outside the rows, with the order's total lowered by them.

WooCommerce Gift Cards adds ``gift_cards`` to the order (id, code, amount), PW Gift Cards ``pw_gift_card_lines``
(card_number, amount), YITH since 4.11 ``yith_gift_card_lines`` (code, amount) and before the meta
``_ywgc_applied_gift_cards`` (code: amount). The two lists of lines are there only where a shop lets them into the
interface. A shop that uses negative fees has rows, and needs nothing of this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from bridge.model.money import ZERO, AmountError, amount
from bridge.model.orders import LineKind, OrderLine
from bridge.shops.woocommerce.fields import Fields

__all__ = ["with_gift_cards"]

_LISTS: Final = (("gift_cards", "code"), ("pw_gift_card_lines", "card_number"))
_YITH_LIST: Final = ("yith_gift_card_lines", "code")
_YITH_META: Final = "_ywgc_applied_gift_cards"
_NAME: Final = "Presentkort"
_SHORTEST: Final = 8
"""A shorter code shows no digits at all: the rest could be guessed, and a card is money."""


def with_gift_cards(
    lines: Sequence[OrderLine], fields: Fields, *, meta: dict[str, str], total: Decimal
) -> tuple[OrderLine, ...]:
    """The rows, and one per card, if the total without the cards is what the shop says.

    A plugin that also made a row or a coupon of its card is not believed twice: the cards only count where they
    explain why the total is less than the rows.
    """
    cards = [
        OrderLine(kind=LineKind.GIFT_CARD, id=f"card{number}", name=_name(code), net=-value, tax=ZERO)
        for number, (code, value) in enumerate(_cards(fields, meta), 1)
    ]
    apart = sum((line.gross for line in lines), ZERO) - total
    paid = -sum((card.net for card in cards), ZERO)
    return (*lines, *cards) if abs(apart - paid) < abs(apart) else tuple(lines)


def _cards(fields: Fields, meta: dict[str, str]) -> Iterator[tuple[str, Decimal]]:
    for name, code in _LISTS:
        yield from _listed(fields.values.get(name), code)
    name, code = _YITH_LIST
    yield from tuple(_listed(fields.values.get(name), code)) or _yith(meta.get(_YITH_META, ""))


def _listed(rows: object, code: str) -> Iterator[tuple[str, Decimal]]:
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield from _card(row.get(code), row.get("amount"))


def _card(code: object, raw: object) -> Iterator[tuple[str, Decimal]]:
    try:
        value = abs(
            amount(round(raw, 6) if isinstance(raw, Decimal) else raw)
        )  # PHP's float noise is cut off
    except (AmountError, ArithmeticError):
        return  # then rows and total differ, which is told with the arithmetic
    if value:
        yield (code if isinstance(code, str) else ""), value.normalize() + ZERO


def _yith(text: str) -> Iterator[tuple[str, Decimal]]:
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return
    for code, value in found.items() if isinstance(found, dict) else ():
        yield from _card(code, value)


def _name(code: str) -> str:
    """Which card, without the code that is as good as money."""
    return f"{_NAME} ***{code[-4:]}" if len(code) >= _SHORTEST else _NAME
