"""Articles on their way from a shop to Fortnox: made or changed one by one (``TakesProducts``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bridge.erps.fortnox import mapping_articles as mapping
from bridge.erps.fortnox.articles import Articles, fit
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.mapping_articles import Making
from bridge.erps.wire import dumps
from bridge.errors import LostReply, NotFound, Rejected
from bridge.model.goods import Batch, Product
from bridge.model.texts import Problem, say

__all__ = ["Goods"]


class Goods:
    """Sends products."""

    def __init__(self, core: Core, articles: Articles) -> None:
        self._core = core
        self._articles = articles

    def put(self, products: Sequence[Product]) -> Batch:
        """Make or change each; one that is refused does not stop the others.

        A shop's description has no field in Fortnox and is left out.

        Raises:
            BridgeError: Fortnox cannot be reached; those before stand, and all may be sent again.
        """
        accepted: dict[str, None] = {}
        refused: dict[str, Problem] = {}
        for product in products:
            problem = self._one(product)
            if problem is None:
                accepted[product.sku] = None
            else:
                refused[product.sku] = problem
        return Batch(accepted=tuple(accepted), refused=refused)

    def _one(self, product: Product) -> Problem | None:
        where, sku = f"article {product.sku}", product.sku
        if not mapping.holds(sku):
            what = say(
                "Fortnox cannot have the article number {sku}. {rule}", sku=repr(sku), rule=mapping.RULE
            )
            return Problem(where=where, what=what, fix=say("Change the article number (SKU) in the shop."))
        try:
            self._write(product)
        except (Rejected, NotFound) as error:
            fix = error.advice or say(
                "Mend it in the shop or in Fortnox; it is sent again at the next change."
            )
            return Problem(where=where, what=error.text, fix=fix)
        return None

    def _write(self, product: Product) -> None:
        making = Making.of_product(product, account=self._articles.account(product.vat_percent))
        card = self._articles.card(product.sku)
        if card is None:
            self._make(product, making)
        else:
            body = mapping.changed(making, fit=partial(fit, sku=product.sku))
            self._articles.learn(product.sku, self._core.client.put(("articles", product.sku), dumps(body)))
        net = product.net_price
        if net is not None and not mapping.unpriced(net) and not self._has_price(card, product):
            self._articles.set_price(product.sku, net, new=card is None)

    def _make(self, product: Product, making: Making) -> None:
        unit = making.unit or ("" if product.service else self._core.options.unit)
        try:
            self._articles.made(
                replace(making, name=making.name or product.sku, unit=unit), fields=mapping.PRODUCT
            )
        except LostReply:
            if self._articles.card(product.sku) is None:  # surely not there now; all may be sent again
                raise

    def _has_price(self, card: Mapping[str, Any] | None, product: Product) -> bool:
        """Whether the price for everybody is this one already, as the article's card tells (section 8 [D])."""
        if card is None or self._core.options.price_list:
            return False
        told = self._core.read(mapping.product, card, wrote=False).net_price
        return told is not None and product.net_price is not None and told == mapping.ore(product.net_price)
