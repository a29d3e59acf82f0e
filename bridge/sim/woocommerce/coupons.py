"""Discount codes: how the shop spreads them over the lines (woocommerce facts, table j, recorded orders)."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

from bridge.sim.woocommerce.money import ZERO, dec, half_up, number, stored, total_of
from bridge.sim.woocommerce.state import Coupon, Order, State

__all__ = ["UnknownCoupon", "apply_coupons"]

Line = dict[str, Any]


class UnknownCoupon(Exception):
    """The shop has no such code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def apply_coupons(state: State, order: Order, codes: list[str]) -> None:
    """Put the codes on the order, in this order; the lines' ``total`` is what is left of their ``subtotal``."""
    unknown = next((code for code in codes if code not in state.coupons), None)
    if unknown is not None:
        raise UnknownCoupon(unknown)
    lines = [line for line in order["line_items"] if dec(line["subtotal"]) > 0]
    gross = {line["id"]: half_up(dec(line["subtotal"]) * _factor(state, line)) for line in lines}
    left = dict(gross)
    net = {line["id"]: dec(line["subtotal"]) for line in lines}
    order["coupon_lines"] = []
    for code in codes:
        coupon = state.coupons[code]
        off = _spread(coupon, lines, left)
        left = {ident: amount - off[ident] for ident, amount in left.items()}
        net = {line["id"]: net[line["id"]] - stored(off[line["id"]] / _factor(state, line)) for line in lines}
        order["coupon_lines"].append(_coupon_line(state, order, coupon, lines, off))
    for line in lines:
        line["total"] = str(net[line["id"]] if left[line["id"]] else ZERO)
        line.pop("price", None)


def _factor(state: State, line: Line) -> Decimal:
    """Discounts are reckoned on the shop's own prices, which include its VAT."""
    article = state.products.get(line["variation_id"] or line["product_id"])
    if article is not None and article.get("tax_status", "taxable") != "taxable":
        return Decimal(1)
    percent = sum((rate.percent for rate in state.rates_for(state.country, line["tax_class"])), ZERO)
    return 1 + percent / 100


def _spread(coupon: Coupon, lines: list[Line], left: dict[int, Decimal]) -> dict[int, Decimal]:
    """What each line gives, in whole cents."""
    off = dict.fromkeys(left, ZERO)
    if coupon.kind == "percent":
        exact = {ident: amount * coupon.amount / 100 for ident, amount in left.items()}
        off = {ident: _floor(amount) for ident, amount in exact.items()}
        _remainder(off, left, half_up(total_of(exact.values())) - total_of(off.values()))
    elif coupon.kind == "fixed_product":
        for line in lines:
            off[line["id"]] = min(coupon.amount * line["quantity"], left[line["id"]])
    else:
        _fixed_cart(coupon.amount, lines, left, off)
    return off


def _fixed_cart(
    amount: Decimal, lines: list[Line], left: dict[int, Decimal], off: dict[int, Decimal]
) -> None:
    """The same amount per piece; what a cheap line cannot give goes round again, the last cents one by one."""
    while amount > 0:
        open_lines = [line for line in lines if left[line["id"]] > off[line["id"]]]
        pieces = sum(line["quantity"] for line in open_lines)
        each = _floor(amount / pieces) if pieces else ZERO
        if not each:
            _remainder(off, left, amount)
            return
        for line in open_lines:
            given = min(each * line["quantity"], left[line["id"]] - off[line["id"]])
            off[line["id"]] += given
            amount -= given


def _remainder(off: dict[int, Decimal], left: dict[int, Decimal], cents: Decimal) -> None:
    for ident, given in off.items():
        if cents <= 0:
            return
        if left[ident] - given >= Decimal("0.01"):
            off[ident] = given + Decimal("0.01")
            cents -= Decimal("0.01")


def _floor(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_FLOOR)


def _bare(amount: Decimal) -> str:
    """Without trailing noughts: 55.2 (recorded order 121)."""
    return f"{half_up(amount).normalize():f}"


def _coupon_line(
    state: State, order: Order, coupon: Coupon, lines: list[Line], off: dict[int, Decimal]
) -> Line:
    net = total_of(half_up(off[line["id"]] / _factor(state, line)) for line in lines)  # per line: order 129
    whole = total_of(off.values())
    info = f'[{100 + len(order["coupon_lines"])},"{coupon.code}","{coupon.kind}",{number(coupon.amount)}]'
    meta = {
        "id": state.next_id("item meta"),
        "key": "coupon_info",
        "value": info,
        "display_key": "coupon_info",
        "display_value": info,
    }
    return {
        "id": state.next_id("item"),
        "code": coupon.code,
        "discount": _bare(net),
        "discount_tax": _bare(whole - net),
        "meta_data": [meta],
        "discount_type": coupon.kind,
        "nominal_amount": number(coupon.amount),
        "free_shipping": coupon.free_shipping,
    }
