"""The company's articles: asked for once, kept for the process, made where the settings say so.

Only what is there and may be sold is kept: a person who makes an article or lifts its bar presses Retry, and must not
be told yesterday's answer.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bridge.erps.economic.client import Client
from bridge.erps.economic.mapping_goods import NewArticle, new_body
from bridge.erps.economic.mapping_tables import Unit
from bridge.erps.economic.paths import path
from bridge.errors import LostReply, NotFound, Rejected, Transient
from bridge.model.texts import say

__all__ = ["Article", "Articles", "raw_article", "refused_number"]

MOST: Final = 20_000
"""Articles kept; beyond that the memory is emptied and filled again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What of an article decides a row."""

    number: str
    name: str
    group: int
    unit: Unit | None = None
    barred: bool = False


class Articles:
    """Threads may share it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept: dict[str, Article] = {}
        self._making = threading.Lock()

    def get(self, number: str) -> Article | None:
        """The article; None: there is none."""
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        try:
            row = self._client.get(path("products", number))
        except NotFound:
            return None
        return self._keep(row)

    def forget(self, bases: Collection[str]) -> None:
        """Ask anew, when next needed, for these articles and those of the same number with something behind it."""
        for number in filter(
            lambda each: each.startswith(tuple(bases)), list(self._kept)
        ):  # threads share it
            self._kept.pop(number, None)

    def make(self, new: NewArticle) -> Article:
        """Make it; one that is there by now is taken as it is.

        Raises:
            Transient: it, or its answer, got lost. Article numbers are unique (economic facts, section 8 [D19]), so
                the next try finds it; surely no document was made.
        """
        with self._making:  # two orders with the same new article make it once
            there = self.get(new.number)
            if there is not None:
                return there
            try:
                return self._keep(self._client.post("products", new_body(new)))
            except LostReply as lost:
                raise Transient(
                    say("No answer came to making article {number}.", number=new.number), **lost.evidence()
                ) from lost

    def _keep(self, row: Mapping[str, Any]) -> Article:
        article = raw_article(row)
        if not article.barred:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[article.number] = article
        return article


def raw_article(row: Mapping[str, Any]) -> Article:
    """Read one.

    Raises:
        Transient: the answer is no article.
    """
    try:
        unit = row.get("unit")
        return Article(
            number=str(row["productNumber"]),
            name=str(row.get("name", "")),
            group=int(row["productGroup"]["productGroupNumber"]),
            unit=Unit(number=int(unit["unitNumber"]), name=str(unit.get("name", ""))) if unit else None,
            barred=bool(row.get("barred", False)),
        )
    except (KeyError, TypeError, ValueError) as odd:
        raise Transient(say("e-conomic's answer is no article."), channel="erp") from odd


def refused_number(number: str) -> Rejected:
    """An article that is not there and is not to be made."""
    return Rejected(
        say("e-conomic has no article {number}.", number=number),
        channel="erp",
        field="article",
        advice=say(
            "Make the article in e-conomic, or correct its number (SKU) in the shop; or write missing = create in "
            "[articles]. Then press Retry."
        ),
    )
