"""Articles on their way into e-conomic: made, or changed with what others keep on them left as it is.

A PUT replaces the whole article (economic facts, section 3 [D19]), so each is read, merged and written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.erps.economic.core import Core
from bridge.erps.economic.mapping_goods import GoodsPlace, product_body
from bridge.erps.economic.paths import path
from bridge.errors import NotFound, Rejected
from bridge.model.goods import Batch, Product
from bridge.model.texts import Problem, say

__all__ = ["Goods"]


class Goods:
    """What ``TakesProducts`` asks for."""

    def __init__(self, core: Core) -> None:
        self._client = core.client
        self._registers = core.registers

    def put(self, products: Sequence[Product]) -> Batch:
        """One by one; a refusal of one does not stop the others."""
        accepted: list[str] = []
        refused: dict[str, Problem] = {}
        for product in products:
            try:
                self._put(product)
            except Rejected as error:
                fix = error.advice or say("Correct the article, then send it again.")
                refused[product.sku] = Problem(where=product.sku, what=error.text, fix=fix)
            else:
                accepted.append(product.sku)
        return Batch(accepted=tuple(accepted), refused=refused)

    def _put(self, product: Product) -> None:
        there = self._there(product.sku)
        place = self._place(product, there)
        made = product_body(product, place, there=there)
        if there is None:
            self._client.post("products", made)
            return
        now = Product(sku=product.sku, name="", active=not there.get("barred"))
        if made != product_body(now, GoodsPlace(), there=there):
            self._client.put(path("products", product.sku), made)

    def _there(self, sku: str) -> dict[str, Any] | None:
        if not sku:
            raise Rejected(
                say("An article without a number cannot be made in e-conomic."),
                field="sku",
                advice=say("Give it an article number (SKU)."),
            )
        try:
            return self._client.get(path("products", sku))
        except NotFound:
            return None

    def _place(self, product: Product, there: dict[str, Any] | None) -> GoodsPlace:
        """The group for its VAT and the number of its unit; neither where the product says nothing of it."""
        group = None
        if product.vat_percent is not None:
            group = self._registers.group_of(product.vat_percent).number
        elif there is None:
            raise Rejected(
                say("Article {sku} has no VAT rate, and e-conomic needs its product group.", sku=product.sku),
                field="vat_percent",
                advice=say("Give it a VAT rate, or make it in e-conomic."),
            )
        if group is not None and there is not None:
            now = there["productGroup"]["productGroupNumber"]
            home = self._registers.zone("domestic").number
            if self._registers.rate(now, home) == product.vat_percent:
                group = None  # another group of the same rate is somebody's choice
        unit = self._registers.unit(product.unit or "")
        wanted = unit if product.unit or there is None else None
        return GoodsPlace(
            group=group,
            unit=wanted.number if wanted else None,
            inventory=there is None and self._registers.agreement().inventory,
        )
