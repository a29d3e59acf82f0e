"""Articles on their way into Specter: many in one call (specter facts, section 5.3 [1 PS]).

Existing ones are overwritten as far as we tell something of them; their stock is Specter's own and is never sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bridge.erps.specter.client import Client
from bridge.erps.specter.letters import fitting
from bridge.erps.specter.mapping_articles import RULE, article_forms, holds, offered
from bridge.erps.specter.profile import Action, Profile
from bridge.errors import Rejected
from bridge.model.goods import Batch, Product
from bridge.model.texts import Problem, Text, say

__all__ = ["Goods"]

_AGAIN: Final[Text] = say("Correct the article, then send it again.")


class Goods:
    """``TakesProducts``."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    def put_products(self, products: Sequence[Product]) -> Batch:
        """As ``TakesProducts``.

        Whether a refused call was refused whole or in part is not known [UNK]. So it is sent again in halves, down to
        the one that Specter will not have; to overwrite the others twice does no harm.
        """
        refused: dict[str, Problem] = {}
        good: list[Product] = []
        for product in products:
            fault = self._fault(product)
            if fault is None:
                good.append(product)
            else:
                refused[product.sku] = fault
        most = self._profile.number("numbers.articles_per_call")
        accepted: list[str] = []
        for start in range(0, len(good), most):
            for sku, problem in self._sent(good[start : start + most]):
                if problem is None:
                    accepted.append(sku)
                else:
                    refused[sku] = problem
        return Batch(accepted=tuple(sku for sku in accepted if sku not in refused), refused=refused)

    def _sent(self, products: Sequence[Product]) -> Iterator[tuple[str, Problem | None]]:
        """What became of each."""
        makings = [offered(product, self._profile) for product in products]
        try:
            for form in article_forms(makings, self._profile, fitting(), force=True):
                self._client.put(Action.ARTICLE, form)
        except Rejected as error:
            if len(products) == 1:
                sku = products[0].sku
                yield sku, Problem(where=sku, what=error.text, fix=error.advice or _AGAIN)
                return
            middle = len(products) // 2
            yield from self._sent(products[:middle])
            yield from self._sent(products[middle:])
        else:
            yield from ((product.sku, None) for product in products)

    def _fault(self, product: Product) -> Problem | None:
        """Why it need not be sent at all."""
        if not holds(product.sku, self._profile):
            what = say(
                "Specter cannot have an article with the number {sku}. {rule}",
                sku=repr(product.sku),
                rule=RULE,
            )
            return Problem(
                where=product.sku,
                what=what,
                fix=say("Change the article number (SKU) in the shop, then send it again."),
            )
        if not product.active:
            return Problem(
                where=product.sku,
                what=say(
                    "Specter cannot be told by the bridge that article {sku} is no longer sold.",
                    sku=product.sku,
                ),
                fix=say("Mark it as such in Specter."),
            )
        return None
