"""newArticleSubmit: articles are made, or brought up to date when forced (specter facts, section 5.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bridge.sim.specter.reading import Fields
from bridge.sim.specter.refusals import BAD_ARTICLE_NUMBER, BAD_VALUE, UNKNOWN_THING, Refusal
from bridge.sim.specter.state import Article, State
from bridge.sim.specter.wire import Reply

__all__ = ["FORBIDDEN", "submit"]

FORBIDDEN: Final = re.compile(r"[\s,;åäöÅÄÖ&%¤#€]")
"""Not in an article number (section 6) [DOC, ABI]; the semicolon because text answers are parted by it [INF]."""
TEXTS: Final = ("barCode", "supplierNo", "supplierName", "supplierArticleNo")
AMOUNTS: Final = {
    "buyPrice": 3, "stockPrice": 3, "supplierBuyPrice": 3, "productWeight": 3, "productVolume": 3
}  # fmt: skip
"""Decimals: three are known of the weight [1], the others by likeness [INF]."""


def submit(state: State, given: Mapping[str, str]) -> Reply:
    """All of the call or, if one of them is wrong, none [INF]; the answer has the first one's id [1: an id/number].

    Raises:
        Refusal: something is wrong.
    """
    fields, account = Fields(given), state.account
    force = fields.flag("forceArticleUpdate")
    fields.flag("addSupplier")
    numbers = fields.numbers("articleNo")
    if len(numbers) > account.articles_per_call:
        raise Refusal(BAD_VALUE, f"Högst {account.articles_per_call} artiklar per anrop")
    read = [_read(state, fields, number) for number in numbers]
    fields.leave_none(more=account.more_parameters, refuse=account.refuses_unknown)
    for article, opening in read:
        _store(state, article, opening, force=force)
    first = state.articles[read[0][0].no]
    return Reply(number=str(first.id), text=f"{len(read)} artiklar mottagna")


def _read(state: State, fields: Fields, number: int) -> tuple[Article, Decimal]:
    """An article as sent, without an id, and its opening stock."""
    no = fields.text(f"articleNo_{number}", required=True, most=state.account.longest_article_number)
    if FORBIDDEN.search(no):
        raise Refusal(BAD_ARTICLE_NUMBER, f"Ogiltigt tecken i artikelnumret: {no}")
    known = no in state.articles
    data = {name.lower(): fields.text(f"{name}_{number}") for name in TEXTS}
    for name, places in AMOUNTS.items():
        amount = fields.decimal(f"{name}_{number}", places=places)
        data[name.lower()] = "" if amount is None else str(amount)
    data["manufacturingcountrycode"] = fields.country(f"manufacturingCountryCode_{number}")
    vat = fields.whole(f"vatPercent_{number}")
    if vat is not None and vat not in state.account.vat_rates:
        raise Refusal(UNKNOWN_THING, f"Momssatsen finns inte: {vat}")
    price = fields.decimal(f"priceExclVAT_{number}", places=3)
    article = Article(
        id=0,
        no=no,
        name=fields.text(f"name_{number}", required=not known),
        data={name: value for name, value in data.items() if value},
        price=Decimal(0) if price is None else price,
        vat=25 if vat is None else vat,
        counted=fields.flag(f"createArticleStock_{number}"),
    )
    opening = fields.decimal(f"noItemsInStock_{number}", places=2)
    if known:
        old = state.articles[no]
        article.price = old.price if price is None else price
        article.vat = old.vat if vat is None else vat
    return article, Decimal(0) if opening is None else opening


def _store(state: State, sent: Article, opening: Decimal, *, force: bool) -> None:
    """Stock is Specter's own: only a new article may bring some (section 5.3) [DOC, WC]."""
    old = state.articles.get(sent.no)
    if old is not None:
        if not force:
            return  # an existing number is left untouched without force [DOC]
        old.name = sent.name or old.name
        old.data |= sent.data
        old.price, old.vat = sent.price, sent.vat
        state.keep(old)
    else:
        sent.id = state.next("article")
        if sent.counted:
            sent.in_stock[state.account.default_site] = opening
        state.keep(sent)
        if opening and sent.counted:
            state.changed("stock", sent.no, own=True)
    state.changed("article", sent.no, own=True)
