"""``config.example.ini``, written from the same declarations that read the real file."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bridge.config.binding import Spec, specs
from bridge.config.loading import CORE, Adapters
from bridge.config.sections import ErpSection, ShopSection
from bridge.model.texts import say

__all__ = ["render"]

WIDTH: Final = 100
HEADER: Final = (
    say("Orderbro: the configuration. Copy this file to config.ini and fill in the lines without # first."),
    say("An option with # first is at its default, or shows an example. Remove the # to set it."),
    say("Times: 90s, 15m, 6h, 2d. Lists: with commas. Paths are seen from this file."),
    say(
        "A secret is written as it is, or as env:NAME (environment variable), or as file:PATH "
        "(a file with only the secret in it)."
    ),
)
INTRODUCTIONS: Final = {
    "bridge": say("The bridge itself."),
    "web": say("The admin page."),
    "shop main": say("One section per shop. The name after shop stands in every document: never change it."),
    "erp": say("Where the orders are booked."),
    "orders": say("What becomes of an order."),
    "customers": say("Who the buyers are, for ERPs that keep customers of their own."),
    "articles": say("Article numbers of rows that are no goods, for ERPs that book by article."),
    "accounts": say(
        "Accounts, for ERPs that book by account. sales_25 is sales at 25 %, sales_DE_19 sales to Germany at 19 %."
    ),
    "payments": say(
        "One line per payment method of the shop: its id = the account where the payment is waited for."
    ),
    "shipping": say(
        "One line per shipping method of the shop: its id = article and way of delivery in the ERP."
    ),
    "fields": say(
        "One line per field of the checkout that follows to the ERP: its meta key = where it goes."
    ),
}
ORDER: Final = (
    "bridge",
    "web",
    "shop main",
    "erp",
    "orders",
    "customers",
    "articles",
    "accounts",
    "payments",
    "shipping",
    "fields",
)


def render(
    *, adapters: Adapters, translate: Callable[[str], str], shop: str = "woocommerce", erp: str = "sie"
) -> str:
    """The example for one kind of shop and ERP, its comments in the language of ``translate``."""
    lines: list[str] = []
    for text in HEADER:
        lines += _comment(text.render(translate))
    for section in ORDER:
        lines += ["", "", *_comment(INTRODUCTIONS[section].render(translate)), f"[{section}]"]
        for spec in _specs(_classes(section, adapters, shop=shop, erp=erp)):
            lines += ["", *_comment(translate(spec.meta.help)), *_lines(spec, translate)]
    return "\n".join(lines) + "\n"


def _classes(section: str, adapters: Adapters, *, shop: str, erp: str) -> Iterator[type]:
    if section == "shop main":
        yield from (ShopSection, adapters("shop", shop))
    elif section == "erp":
        yield from (ErpSection, adapters("erp", erp))
    else:
        yield CORE[section]


def _specs(classes: Iterable[type]) -> list[Spec]:
    """The type first, then what must be filled in, then what most never touch."""
    found = [spec for cls in classes for spec in specs(cls)]
    return sorted(found, key=lambda spec: (spec.name != "type", not spec.meta.required))


def _lines(spec: Spec, translate: Callable[[str], str]) -> Iterator[str]:
    meta = spec.meta
    if meta.choices:
        empty = say("(empty)").render(translate)
        allowed = ", ".join(each or empty for each in meta.choices)
        yield from _comment(say("Possible: {allowed}.", allowed=allowed).render(translate))
    if meta.pattern:
        yield f"#{meta.example}"
    elif meta.required:
        # Left empty even where there is an example: one that is not replaced would end up in the books.
        if meta.example:
            yield from _comment(say("For instance: {example}", example=meta.example).render(translate))
        yield f"{spec.name} ="
    else:
        yield f"#{spec.name} = {meta.example or meta.default or ''}".rstrip()


def _comment(text: str) -> Iterator[str]:
    yield from (f"# {line}" for line in textwrap.wrap(text, WIDTH - 2))
