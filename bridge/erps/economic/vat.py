"""Sees before anything is sent that e-conomic will use the VAT the buyer was charged, and on which articles.

An article's product group decides its rate in each zone (economic facts, section 12 [D19, combination I]); rows that
are no goods go on the article of the settings if its group has the rate, else on the one of the same number with the
rate behind it (``frakt-12``).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.erps.chart import percent_text
from bridge.erps.economic.articles import Article, Articles, refused_number
from bridge.erps.economic.core import Core
from bridge.erps.economic.mapping_goods import NewArticle
from bridge.erps.economic.mapping_tables import Unit
from bridge.erps.economic.mapping_vat import Need, ZoneName, variant
from bridge.erps.economic.registers import Entry
from bridge.errors import Rejected
from bridge.model.texts import Text, say

__all__ = ["Chosen", "Settled", "Vat"]

CREATE: Final = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The article of a row."""

    number: str
    """Empty: a row of text only."""
    unit: Unit | None = None
    new: NewArticle | None = None
    """To be made first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A zone in which every row bears what the buyer was charged."""

    zone: int
    rows: tuple[Chosen, ...]

    @property
    def new(self) -> tuple[NewArticle, ...]:
        """What must be made first, each once."""
        return tuple({each.new.number: each.new for each in self.rows if each.new}.values())


class Vat:
    """Asks articles and registers; makes nothing."""

    def __init__(self, core: Core, articles: Articles) -> None:
        self._core = core
        self._registers = core.registers
        self._articles = articles
        self._create = core.context.articles.missing == CREATE

    def settle(self, needs: Sequence[Need], zones: Sequence[ZoneName], *, booked_in: str = "") -> Settled:
        """The first zone that fits, with the articles; ``booked_in``: a zone's number that is settled already.

        Before anybody is told that something does not fit, e-conomic is asked anew: what we remember of its articles
        and accounts may be yesterday's.

        Raises:
            Rejected: an article is missing or barred, or no article has the rate; names it, its group, both rates and
                the remedy.
        """
        try:
            return self._settle(needs, zones, booked_in)
        except Rejected:
            self._articles.forget({number for need in needs for number in need.bases})
            self._registers.forget()
            return self._settle(needs, zones, booked_in)

    def _settle(self, needs: Sequence[Need], zones: Sequence[ZoneName], booked_in: str) -> Settled:
        if booked_in:
            return self._in(self._registers.find("vat-zones", booked_in, where="vatZone"), needs)
        likeliest, *others = zones
        try:
            return self._in(self._registers.zone(likeliest), needs)
        except Rejected:
            for name in others:
                with suppress(Rejected):
                    return self._in(self._registers.zone(name), needs)
            raise

    def _in(self, zone: Entry, needs: Sequence[Need]) -> Settled:
        found: dict[Need, Chosen] = {}
        for need in needs:
            if need not in found:
                found[need] = self._choose(need, zone) if need.base else Chosen(number="")
        return Settled(zone=zone.number, rows=tuple(found[need] for need in needs))

    def _choose(self, need: Need, zone: Entry) -> Chosen:
        base = self._sellable(need.base)
        if base is not None:
            rate = self._rate(base.group, zone)
            if rate == need.percent or (need.free and rate is not None):
                return self._chosen(base)
        homes = self._homes(need.percent, zone)
        for number in need.candidates(homes)[1:]:
            article = self._sellable(number)
            if article is not None and self._rate(article.group, zone) == need.percent:
                return self._chosen(article)
        if self._create and (base is None or need.variants):
            return self._to_make(need, zone, homes, base)
        if base is None and not need.variants:
            raise refused_number(need.base)
        raise self._misfit(need, zone, homes, base)

    def _sellable(self, number: str) -> Article | None:
        """None: there is none.

        Raises:
            Rejected: it is barred, which e-conomic itself would say only at booking (section 13 [D19]).
        """
        article = self._articles.get(number)
        if article is None or not article.barred:
            return article
        raise Rejected(
            say("Article {number} is barred in e-conomic.", number=number),
            channel="erp",
            field="article",
            advice=say(
                "Remove the bar in e-conomic, or sell the goods under another number; then press Retry."
            ),
        )

    def _chosen(self, article: Article) -> Chosen:
        return Chosen(number=article.number, unit=article.unit or self._unit())

    def _unit(self) -> Unit | None:
        unit = self._registers.unit()
        return Unit(number=unit.number, name=unit.name) if unit else None

    def _rate(self, group: int, zone: Entry) -> Decimal | None:
        return self._registers.rate(group, zone.number)

    def _homes(self, percent: Decimal, zone: Entry) -> tuple[Decimal, ...]:
        """The rates at home of the groups that have this rate in the zone, the highest first."""
        home = self._registers.zone("domestic")
        groups = [each.number for each in self._registers.entries("product-groups")]
        found = {self._rate(group, home) for group in groups if self._rate(group, zone) == percent}
        return tuple(sorted((rate for rate in found if rate is not None), reverse=True))

    def _to_make(self, need: Need, zone: Entry, homes: Sequence[Decimal], base: Article | None) -> Chosen:
        """One that has the rate. Of goods nobody can say abroad which rate they have at home, if several fit."""
        if not homes:
            raise self._no_group(need, zone)
        if not need.variants and len(homes) > 1:
            raise Rejected(
                say(
                    "e-conomic has no article {number}, and this order does not tell its Swedish VAT: it may be "
                    "{rates} %.",
                    number=need.base,
                    rates=", ".join(percent_text(rate) for rate in homes),
                ),
                channel="erp",
                field="article",
                advice=say("Make the article in e-conomic in the right product group, then press Retry."),
            )
        rate = homes[0]
        plainly = base is None and not need.variants
        number = need.base if plainly else variant(need.base, rate)
        there = self._articles.get(number)
        if there is not None:  # a number of ours in a group of somebody else's
            raise self._misfit(need, zone, homes, there)
        unit = self._unit()
        new = NewArticle(
            number=number,
            name=need.name if plainly else f"{need.name} {percent_text(rate)} %",
            group=self._registers.group_of(rate).number,
            unit=unit,
            price=need.net_price if plainly and need.net_price else None,
            inventory=self._registers.agreement().inventory,
        )
        return Chosen(number=new.number, unit=unit, new=new)

    def _misfit(self, need: Need, zone: Entry, homes: Sequence[Decimal], base: Article | None) -> Rejected:
        if base is None:
            what = say("e-conomic has no article {number}.", number=need.base)
        else:
            what = self._wrong_rate(need, zone, base)
        return Rejected(what, channel="erp", field="article", advice=self._remedy(need, zone, homes))

    def _wrong_rate(self, need: Need, zone: Entry, base: Article) -> Text:
        rate = self._rate(base.group, zone)
        named = {
            "number": base.number,
            "group": self._group(base.group),
            "zone": str(zone),
            "charged": percent_text(need.percent),
        }
        if rate is None:
            return say(
                "Article {number} is in product group {group}, which has no sales account in VAT zone {zone}; the "
                "shop charged {charged} % VAT.",
                **named,
            )
        return say(
            "Article {number} is in product group {group}, so e-conomic reckons {rate} % VAT in VAT zone {zone}, but "
            "the shop charged {charged} %.",
            rate=percent_text(rate),
            **named,
        )

    def _remedy(self, need: Need, zone: Entry, homes: Sequence[Decimal]) -> Text:
        percent = percent_text(need.percent)
        if need.variants:
            number = variant(need.base, homes[0] if homes else need.percent)
            return say(
                "Make article {number} in e-conomic, in a product group with {percent} % VAT in zone {zone}, or "
                "write missing = create in [articles]. Then press Retry.",
                number=number,
                percent=percent,
                zone=str(zone),
            )
        return say(
            "Move the article in e-conomic to a product group with {percent} % VAT in zone {zone}, or correct the "
            "article's tax class in the shop. Then press Retry, or book the order by hand.",
            percent=percent,
            zone=str(zone),
        )

    def _no_group(self, need: Need, zone: Entry) -> Rejected:
        return Rejected(
            say(
                "No product group of e-conomic has {percent} % VAT in zone {zone}; article {number} cannot be made.",
                percent=percent_text(need.percent),
                zone=str(zone),
                number=need.base,
            ),
            channel="erp",
            field="article",
            advice=say("Ask your accountant to set up a product group with that VAT, then press Retry."),
        )

    def _group(self, number: int) -> str:
        groups = self._registers.entries("product-groups")
        return next((str(each) for each in groups if each.number == number), str(number))
