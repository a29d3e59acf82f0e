"""The articles a document names: there, or made, before it is sent (fortnox facts, section 8)."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from bridge.erps.fortnox.remembering import Cards
from bridge.erps.wire import dumps
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Transient
from bridge.model.texts import Text, say
from bridge.model.vat import Supply, Treatment
from bridge.model.vat_area import HOME

__all__ = ["ArticleNeed", "Articles", "Seen", "fit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found out about the articles of a document."""

    notes: tuple[Text, ...] = ()
    accounts: Mapping[str, int | None] = field(default_factory=dict)
    """The account of sales in Sweden of each; None: it has none."""


class Articles:
    """Sees to articles; what was there is not asked for again for some hours. Threads may share it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._chart = Chart(core.context.accounts, core.context.payments)
        self._lock = threading.Lock()
        self._cards = Cards(core.clock)
        self._asking: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._list: str | None = None

    def ensure(self, needs: Sequence[ArticleNeed]) -> Seen:
        """See to it that all of these are there; their accounts, and what is to be said of those that were made.

        The document itself has not been sent yet, so a lost answer in here is no doubt about it and comes as
        ``Transient``. The number is ours, so making an article twice is impossible.

        Raises:
            Rejected: one cannot be an article, is inactive, or is missing and ``[articles] missing`` refuses it.
        """
        return self._see_to(needs, make=self._core.settings.articles.missing == "create")

    def foresee(self, needs: Sequence[ArticleNeed]) -> Seen:
        """The same for a preview: what would be made is only told, with the account it would get.

        Raises:
            Rejected: as ``ensure``.
        """
        return self._see_to(needs, make=None if self._core.settings.articles.missing == "create" else False)

    def known(self, number: str) -> bool:
        """Whether there is such an article, in use; for rows that can do without one."""
        if not mapping.holds(number):
            return False
        with self._one_at_a_time(number):
            if self._cards.of(number) is not None:
                return True
            card = self.card(number)
            return card is not None and self._core.read(_is_active, card, wrote=False)

    def forget(self, numbers: Iterable[str]) -> None:
        """Ask for these again next time: a document with them was refused."""
        self._cards.forget(numbers)

    def card(self, number: str) -> Mapping[str, Any] | None:
        """A single article; None: there is none, which Fortnox says with a 404 or a 400 (section 5 [1]).

        Remembered, whoever asks for it: what the feeds read spares documents their calls.
        """
        try:
            card = self._core.client.get(("articles", number))
        except NotFound:
            return None
        except Rejected as refused:
            if refused.status == 400 and refused.code in mapping.MISSING:
                return None
            raise
        self.learn(number, card)
        return card

    def learn(self, number: str, card: Mapping[str, Any]) -> None:
        """Remember what an article's card tells; one that cannot be used, or read, is asked for again."""
        try:
            account, usable = mapping.sales_account(card), _is_active(card)
        except ValueError:
            account, usable = None, False
        if usable:
            self._cards.keep(number, account)
        else:
            self._cards.forget([number])

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

    def _see_to(self, needs: Sequence[ArticleNeed], *, make: bool | None) -> Seen:
        notes: list[Text] = []
        accounts: dict[str, int | None] = {}
        for need in {each.number: each for each in reversed(needs)}.values():
            if not mapping.holds(need.number):
                raise _impossible(need.number)
            with self._one_at_a_time(need.number):
                known = self._cards.of(need.number)
                said, account = ([], known.account) if known else self._ask(need, make=make)
            notes += said
            accounts[need.number] = account
        return Seen(notes=tuple(notes), accounts=accounts)

    def _one_at_a_time(self, number: str) -> threading.Lock:
        with self._lock:
            return self._asking[number]

    def _ask(self, need: ArticleNeed, *, make: bool | None) -> tuple[list[Text], int | None]:
        """What is to be said, and its account."""
        card = self.card(need.number)
        if card is None:
            if make is False:
                raise _missing(need)
            account = self.account(need.percent)
            if make is None:
                said = say("Article {sku} is not in Fortnox; it would be made.", sku=need.number)
                return [said], account
            return self._make(need, account)
        if not self._core.read(_is_active, card, wrote=False):
            raise _inactive(need.number)
        return [], self._core.read(mapping.sales_account, card, wrote=False)

    def _make(self, need: ArticleNeed, account: int | None) -> tuple[list[Text], int | None]:
        """One made without account gets Fortnox' own; its first documents go by ``[accounts]``, as foreseen."""
        try:
            self.made(Making.of_need(need, unit=self._core.options.unit, account=account))
            self._cards.keep(need.number, account)
        except (LostReply, Rejected) as unsure:
            # The number is ours: somebody, or our own lost call, may have made it meanwhile.
            card = self.card(need.number)
            if card is None:
                raise _not_now(unsure) from unsure
            account = self._core.read(mapping.sales_account, card, wrote=False)
        notes = [say("Article {sku} was missing in Fortnox and has been made.", sku=need.number)]
        return [*notes, *self._priced(need)], account

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
    return Transient(unsure.text, **unsure.evidence(), advice=unsure.advice, retry_after=unsure.retry_after)


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
