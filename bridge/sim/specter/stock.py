"""Stock as orders and deliveries move it. A SET article moves its parts (specter facts, section 6) [DOC]."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from bridge.sim.specter.state import Article, State

__all__ = ["available", "deliver", "owners", "reserve"]


def available(state: State, article: Article, site: str) -> Decimal:
    """What may be sold; of a set as many as the scarcest part allows."""
    if not article.parts:
        return article.available(site)
    return min(
        (state.articles[no].available(site) / each).to_integral_value(ROUND_FLOOR)
        for no, each in article.parts.items()
    )


def reserve(state: State, no: str, site: str, quantity: Decimal, *, own: bool = False) -> None:
    """So many are spoken for; negative: no longer."""
    for article, pieces in _moved(state, no, quantity):
        article.reserved[site] = article.reserved.get(site, Decimal(0)) + pieces
        _tell(state, article, own=own)


def deliver(state: State, no: str, site: str, quantity: Decimal) -> None:
    """So many that were spoken for have left: what is available stays as it is."""
    for article, pieces in _moved(state, no, quantity):
        article.reserved[site] = article.reserved.get(site, Decimal(0)) - pieces
        article.in_stock[site] = article.in_stock.get(site, Decimal(0)) - pieces
        state.keep(article)


def owners(state: State, no: str) -> Iterator[str]:
    """The SET articles it is a part of."""
    return (each.no for each in state.articles.values() if no in each.parts)


def _moved(state: State, no: str, quantity: Decimal) -> Iterator[tuple[Article, Decimal]]:
    article = state.articles[no]
    if article.parts:
        for part, each in article.parts.items():
            yield state.articles[part], each * quantity
    elif article.counted:
        yield article, quantity


def _tell(state: State, article: Article, *, own: bool) -> None:
    state.keep(article)
    state.changed("stock", article.no, own=own)
    if state.account.sets_have_stock:
        for owner in owners(state, article.no):
            state.changed("stock", owner, own=own)
