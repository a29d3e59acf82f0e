"""Taxes and totals of an order, with today's rates (woocommerce facts, rows 4 and 8, table j).

The order is the shop's: product lines first, then shipping (whose class follows the goods), then fees, negative
ones last, since they are spread over all that is positive.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from bridge.sim.woocommerce.money import ZERO, dec, half_down, half_up, number, stored, total_of
from bridge.sim.woocommerce.state import Order, Rate, State

__all__ = ["recompute"]

CLASSES = ("", "reduced-12", "reduced-6")  # the order in which freight looks for a class among the goods
Taxes = dict[int, Decimal]


def recompute(state: State, order: Order) -> None:
    """Work out every tax line and total anew from the net amounts of the lines."""
    country = _country(state, order)
    exempt = any(row["key"] == "is_vat_exempt" and row["value"] == "yes" for row in order["meta_data"])
    book = _Book(state, country, exempt=exempt)
    for line in order["line_items"]:
        taxed = line["tax_class"] if _taxable(state, line) else None
        _put_taxes(
            state, line, book.taxes(dec(line["total"]), taxed), book.taxes(dec(line["subtotal"]), taxed)
        )
    freight = _freight_class(state, order)
    for line in order["shipping_lines"]:
        _put_taxes(state, line, book.taxes(dec(line["total"]), freight))
    for line in sorted(order["fee_lines"], key=lambda fee: dec(fee["total"]) < 0):
        _put_taxes(state, line, _fee_taxes(book, order, line, freight))
    order["tax_lines"] = _tax_lines(state, order, book)
    _sum_up(state, order)


class _Book:
    """The rates of one address."""

    def __init__(self, state: State, country: str, *, exempt: bool) -> None:
        self._state, self._country, self._exempt = state, country, exempt
        self.used: dict[int, Rate] = {}

    def taxes(self, net: Decimal, tax_class: str | None) -> Taxes:
        """Tax on a net amount per rate, to six decimals; none for an exempt buyer or a country without rates."""
        if tax_class is None or self._exempt:
            return {}
        rates = self._state.rates_for(self._country, tax_class)
        self.used |= {rate.id: rate for rate in rates}
        return {rate.id: stored(net * rate.percent / 100) for rate in rates}


def _country(state: State, order: Order) -> str:
    """Tax follows the shipping address, else the billing one, else the shop's own country; pick-up is at home."""
    if any(line["method_id"] == "local_pickup" for line in order["shipping_lines"]):
        return state.country
    return str(order["shipping"]["country"] or order["billing"]["country"] or state.country)


def _taxable(state: State, line: dict[str, Any]) -> bool:
    article = state.products.get(line["variation_id"] or line["product_id"])
    return article is None or article.get("tax_status", "taxable") == "taxable"


def _freight_class(state: State, order: Order) -> str | None:
    """Table j: with a 25 % article among others the freight has 25 %, with a 12 % article alone 12 %."""
    found = {line["tax_class"] for line in order["line_items"] if _taxable(state, line)}
    if not order["line_items"]:
        return ""
    return next((name for name in CLASSES if name in found), None)


def _fee_taxes(book: _Book, order: Order, fee: dict[str, Any], freight: str | None) -> Taxes:
    total = dec(fee["total"])
    if total >= 0:
        return book.taxes(total, fee["tax_class"] if fee["tax_status"] == "taxable" else None)
    # row 8: a negative fee is taxed whatever its tax_status says, spread over all that the order charges
    worth: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
    for line in order["line_items"]:
        worth[line["tax_class"]] += max(dec(line["total"]), ZERO)
    for line in order["shipping_lines"]:
        worth[freight] += max(dec(line["total"]), ZERO)
    for line in order["fee_lines"]:
        taxed = line["tax_class"] if line["tax_status"] == "taxable" else None
        worth[taxed] += max(dec(line["total"]), ZERO)
    whole = total_of(worth.values())
    found: Taxes = defaultdict(lambda: ZERO)
    for name, part in worth.items():
        if whole and name is not None:
            for rate, tax in book.taxes(total * part / whole, name).items():
                found[rate] += tax
    return dict(found)


def _put_taxes(state: State, line: dict[str, Any], taxes: Taxes, before: Taxes | None = None) -> None:
    line.pop("price", None)
    line["total_tax"] = str(_rounded_sum(state, taxes))
    if before is not None:
        line["subtotal_tax"] = str(_rounded_sum(state, before))
    line["taxes"] = [
        {"id": rate, "total": str(tax), "subtotal": "" if before is None else str(before.get(rate, ZERO))}
        for rate, tax in taxes.items()
    ]


def _rounded_sum(state: State, taxes: Taxes) -> Decimal:
    """A line's tax is rounded per rate, half a cent down; with rounding at subtotal it is not rounded (table j)."""
    if state.round_at_subtotal:
        return total_of(taxes.values())
    return total_of(half_down(tax) for tax in taxes.values())


def _tax_lines(state: State, order: Order, book: _Book) -> list[dict[str, Any]]:
    goods: Taxes = defaultdict(lambda: ZERO)
    freight: Taxes = defaultdict(lambda: ZERO)
    for kind, sums in (("line_items", goods), ("fee_lines", goods), ("shipping_lines", freight)):
        for line in order[kind]:
            for tax in line["taxes"]:
                amount = dec(tax["total"])
                sums[tax["id"]] += amount if state.round_at_subtotal else half_down(amount)
    held = {line["rate_id"]: line["id"] for line in order["tax_lines"]}
    return [
        {
            "id": held.get(rate) or state.next_id("item"),
            "rate_code": book.used[rate].code,
            "rate_id": rate,
            "label": book.used[rate].label,
            "compound": False,
            "tax_total": str(half_down(goods[rate])),
            "shipping_tax_total": str(half_down(freight[rate])),
            "rate_percent": number(book.used[rate].percent),
            "meta_data": [],
        }
        for rate in dict.fromkeys([*goods, *freight])
    ]


def _sum_up(state: State, order: Order) -> None:
    def rounded(value: Any) -> Decimal:
        return dec(value) if state.round_at_subtotal else half_up(dec(value))

    lines = order["line_items"]
    goods, before = (
        total_of(rounded(line["total"]) for line in lines),
        total_of(rounded(line["subtotal"]) for line in lines),
    )
    fees = total_of(rounded(line["total"]) for line in order["fee_lines"])
    freight = total_of(rounded(line["total"]) for line in order["shipping_lines"])
    cart_tax = total_of(dec(line["tax_total"]) for line in order["tax_lines"])
    freight_tax = total_of(dec(line["shipping_tax_total"]) for line in order["tax_lines"])
    taxes = [tax for line in lines for tax in line["taxes"]]  # unrounded: order 113 has 13.61, not 13.60
    tax_before = total_of(dec(tax["subtotal"]) for tax in taxes)
    tax_after = total_of(dec(tax["total"]) for tax in taxes)
    order |= {
        "discount_total": str(half_up(before - goods)),
        "discount_tax": str(half_down(tax_before - tax_after)),
        "shipping_total": str(half_up(freight)),
        "shipping_tax": str(freight_tax),
        "cart_tax": str(cart_tax),
        "total_tax": str(cart_tax + freight_tax),
        "total": str(half_up(goods + fees + freight + cart_tax + freight_tax)),
    }
