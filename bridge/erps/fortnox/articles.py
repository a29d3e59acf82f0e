"""The articles a document names: there, or made, before it is sent (fortnox facts, section 8)."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from bridge.erps.chart import Chart
from bridge.erps.fields import Field
from bridge.erps.fortnox import mapping_articles as mapping
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.letters import fitting
from bridge.erps.fortnox.mapping_articles import ArticleNeed, Making
from bridge.erps.fortnox.reading import text, truth
from bridge.erps.wire import dumps
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Transient
from bridge.model.texts import Text, say
from bridge.model.vat import Supply, Treatment
from bridge.model.vat_area import HOME

__all__ = ["ArticleNeed", "Articles", "fit"]


class Articles:
    """Sees to articles; what was there once is not asked for again in this process. Threads may share it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._chart = Chart(core.context.accounts, core.context.payments)
        self._lock = threading.Lock()
        self._there: set[str] = set()
        self._asking: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._list: str | None = None

    def ensure(self, needs: Sequence[ArticleNeed]) -> tuple[Text, ...]:
        """See to it that all of these are there; what is to be said of those that were made.

        The document itself has not been sent yet, so a lost answer in here is no doubt about it and comes as
        ``Transient``. The number is ours, so making an article twice is impossible.

        Raises:
            Rejected: one cannot be an article, is inactive, or is missing and ``[articles] missing`` refuses it.
        """
        return self._see_to(needs, make=self._core.settings.articles.missing == "create")

    def foresee(self, needs: Sequence[ArticleNeed]) -> tuple[Text, ...]:
        """The same for a preview: what would be made is only told.

        Raises:
            Rejected: as ``ensure``.
        """
        return self._see_to(needs, make=None if self._core.settings.articles.missing == "create" else False)

    def known(self, number: str) -> bool:
        """Whether there is such an article, in use; for rows that can do without one."""
        if not mapping.holds(number):
            return False
        with self._one_at_a_time(number):
            if number in self._there:
                return True
            card = self.card(number)
            if card is None or not self._core.read(_is_active, card, wrote=False):
                return False
            self._there.add(number)
            return True

    def forget(self, numbers: Iterable[str]) -> None:
        """Ask for these again next time: a document with them was refused."""
        with self._lock:
            self._there -= set(numbers)

    def card(self, number: str) -> Mapping[str, Any] | None:
        """A single article; None: there is none, which Fortnox says with a 404 or a 400 (section 5 [1])."""
        try:
            return self._core.client.get(("articles", number))
        except NotFound:
            return None
        except Rejected as refused:
            if refused.status == 400 and refused.code in mapping.MISSING:
                return None
            raise

    def account(self, percent: Decimal | None) -> int | None:
        """The sales account of a rate in Sweden, which decides an article's rate; None: no rate of Sweden's."""
        if percent is None or percent not in {Decimal(0), *self._chart.home_rates()}:
            return None
        treatment = Treatment.DOMESTIC if percent else Treatment.EXEMPT
        return int(self._chart.income(Supply.GOODS, treatment, country=HOME, percent=percent).number)

    def price_list(self) -> str:
        """The price list for everybody: the configured one, else the one the company has preselected, else A [L]."""
        if self._core.options.price_list:
            return self._core.options.price_list
        if self._list is None:
            lists = [row for page in self._core.client.pages("pricelists", "PriceLists") for row in page]
            chosen = [
                str(row.get("Code")) for row in lists if self._core.read(_is_preselected, row, wrote=False)
            ]
            self._list = next(iter(chosen), "A")
        return self._list

    def made(self, making: Making, *, fields: Sequence[Field[Making]] = mapping.ARTICLE) -> str:
        """Make an article; what was changed of its texts is not told, for the number is what counts."""
        body = mapping.made(making, fields=fields, fit=partial(fit, sku=making.sku))
        return text(self._core.client.post("articles", dumps(body)).get("ArticleNumber"))

    def set_price(self, sku: str, net: Decimal, *, new: bool) -> None:
        """The base price in the list for everybody; ``new``: it surely has none there yet.

        One that is there is changed, one that is not is made, and which of the two is found out by trying: no answer
        lost between them does harm.
        """
        listed = self.price_list()
        body = dumps(mapping.priced(sku, net, price_list=listed))
        client = self._core.client
        ways = (
            lambda: client.put(("prices", listed, sku, mapping.BASE), body),
            lambda: client.post("prices", body),
        )
        first, second = reversed(ways) if new else ways
        try:
            first()
        except (NotFound, Rejected):
            second()

    def _see_to(self, needs: Sequence[ArticleNeed], *, make: bool | None) -> tuple[Text, ...]:
        notes: list[Text] = []
        for need in {each.number: each for each in reversed(needs)}.values():
            if not mapping.holds(need.number):
                raise _impossible(need.number)
            with self._one_at_a_time(need.number):
                if need.number not in self._there:
                    notes += self._ask(need, make=make)
        return tuple(notes)

    def _one_at_a_time(self, number: str) -> threading.Lock:
        with self._lock:
            return self._asking[number]

    def _ask(self, need: ArticleNeed, *, make: bool | None) -> list[Text]:
        card = self.card(need.number)
        notes: list[Text] = []
        if card is None:
            if make is False:
                raise _missing(need)
            if make is None:
                return [say("Article {sku} is not in Fortnox; it would be made.", sku=need.number)]
            notes = self._make(need)
        elif not self._core.read(_is_active, card, wrote=False):
            raise _inactive(need.number)
        self._there.add(need.number)
        return notes

    def _make(self, need: ArticleNeed) -> list[Text]:
        making = Making.of_need(need, unit=self._core.options.unit, account=self.account(need.percent))
        try:
            self.made(making)
        except (LostReply, Rejected) as unsure:
            # The number is ours: somebody, or our own lost call, may have made it meanwhile.
            if self.card(need.number) is None:
                raise _not_now(unsure) from unsure
        notes = [say("Article {sku} was missing in Fortnox and has been made.", sku=need.number)]
        return [*notes, *self._priced(need)]

    def _priced(self, need: ArticleNeed) -> list[Text]:
        """The price list is for documents to come; this one carries its own prices, so it does not wait for it."""
        if need.net_price is None or mapping.unpriced(need.net_price):
            return []
        try:
            self.set_price(need.number, need.net_price, new=True)
        except RemoteError as failed:
            return [say("Its price could not be set in Fortnox: {why}", why=failed.text)]
        return []


def fit(written: str, longest: int | None, *, sku: str) -> str:
    """A text of an article in letters Fortnox takes; a name that is nothing but blanks is the number."""
    return written and (fitting().fit(written, where=say("article {sku}", sku=sku), most=longest) or sku)


def _is_active(card: Mapping[str, Any]) -> bool:
    return truth(card.get("Active", True))


def _is_preselected(row: Mapping[str, Any]) -> bool:
    return truth(row.get("PreSelected"))


def _not_now(unsure: RemoteError) -> RemoteError:
    """A refusal as it is; a lost answer without the doubt: it is not about the document."""
    if not isinstance(unsure, LostReply):
        return unsure
    return Transient(
        unsure.text, channel=unsure.channel, call=unsure.call, status=unsure.status, code=unsure.code,
        excerpt=unsure.excerpt, advice=unsure.advice, retry_after=unsure.retry_after,
    )  # fmt: skip


def _impossible(number: str) -> Rejected:
    return Rejected(
        say("Fortnox cannot have the article number {sku}. {rule}", sku=repr(number), rule=mapping.RULE),
        channel="erp",
        field="ArticleNumber",
        advice=say("Change the article number (SKU) in the shop, then press Retry."),
    )


def _missing(need: ArticleNeed) -> Rejected:
    return Rejected(
        say("Fortnox has no article {sku} ({name}).", sku=need.number, name=need.name or need.number),
        channel="erp",
        field="ArticleNumber",
        advice=say(
            "Make the article in Fortnox with exactly this number, or write missing = create under [articles], then "
            "press Retry."
        ),
    )


def _inactive(number: str) -> Rejected:
    return Rejected(
        say("Article {sku} is inactive in Fortnox.", sku=number),
        channel="erp",
        field="ArticleNumber",
        advice=say(
            "Make the article active in Fortnox, or give the goods another one in the shop; then press Retry."
        ),
    )
