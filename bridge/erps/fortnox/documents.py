"""Making documents in Fortnox: what would be sent, and sending it once (fortnox facts, sections 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final

from bridge.erps.arithmetic import FORTNOX
from bridge.erps.chart import Chart
from bridge.erps.context import ErpContext
from bridge.erps.currency import BASE
from bridge.erps.drafting import DraftSettings
from bridge.erps.fortnox.articles import Articles
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.mapping import Made, Plan, Rules, Wanted, plan_of
from bridge.erps.fortnox.mapping_accounts import AccountRules, When
from bridge.erps.fortnox.mapping_answers import document_of, rate_of, register_of
from bridge.erps.fortnox.options import Options
from bridge.erps.rate_file import conversion_of
from bridge.errors import NotFound, Rejected
from bridge.model.documents import CustomerRecord, Document, DocumentKind, Key, Preview
from bridge.model.orders import Order
from bridge.model.texts import Text, say
from bridge.ports import KnowsRates

__all__ = ["KINDS", "Documents", "Rates", "rules_of"]

KINDS: Final = frozenset({DocumentKind.ORDER, DocumentKind.INVOICE})


def rules_of(options: Options, context: ErpContext) -> Rules:
    """What the owner decided, for the mapping."""
    whole = frozenset({BASE}) if options.whole_kronor else frozenset()
    return Rules(
        settings=DraftSettings.of(context),
        accounts=AccountRules(
            chart=Chart(context.accounts, context.payments),
            when=When(options.row_accounts),
            services=context.accounts.service_skus,
            gift_cards=context.accounts.gift_card_skus,
        ),
        arithmetic=replace(FORTNOX, whole_in=whole),
        zone=context.timezone,
        order_date=options.order_date,
        unnumbered=context.articles.unnumbered,
        by_article=options.other_rows == "article",
        price_list=options.price_list,
        print_template=options.print_template,
        stock_point=options.stock_point,
    )


class Rates:
    """``KnowsRates``: the company's register of currencies, whose rates have no date: they are today's."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def exchange_rate(self, currency: str, *, on: date) -> Decimal | None:
        """What one unit is worth in SEK when selling; the day makes no difference to Fortnox."""
        del on
        try:
            answer = self._core.client.get(("currencies", currency))
        except NotFound:
            return None
        return self._core.read(rate_of, answer, wrote=False)


class Documents:
    """Previews and makes orders and invoices."""

    def __init__(self, core: Core, articles: Articles, *, rates: KnowsRates) -> None:
        self._core = core
        self._articles = articles
        self.rules = rules_of(core.options, core.context)
        self.conversion = conversion_of(core.context, erp=rates)

    def preview(self, order: Order, key: Key, kind: DocumentKind, customer: CustomerRecord | None) -> Preview:
        """What ``put`` would send; makes nothing, not even an article."""
        return self.shown(self.plan(order, key, kind, customer))

    def put(self, order: Order, key: Key, kind: DocumentKind, customer: CustomerRecord | None) -> Document:
        """Make it, by one call once its articles are known."""
        return self.post(self.plan(order, key, kind, customer))

    def plan(self, order: Order, key: Key, kind: DocumentKind, customer: CustomerRecord | None) -> Plan:
        """The document of an order, as far as it can be told without its articles.

        Raises:
            Rejected: see ``mapping.plan_of``; no exchange rate; a kind of document Fortnox does not have.
        """
        if kind not in KINDS:
            raise Rejected(
                say("Fortnox makes orders and invoices, not {kind}.", kind=str(kind)),
                field="document",
                advice=say("Write document = order or document = invoice, in [shop] and [payments]."),
            )
        dated = self.rules.dated(order)
        rate = self.conversion.of(order.currency, on=dated)
        wanted = Wanted(
            order=order,
            key=str(key),
            kind=kind,
            customer=customer,
            dated=dated,
            rate=rate.rate if rate else None,
            source=rate,
        )
        return plan_of(wanted, self.rules)

    def shown(self, plan: Plan) -> Preview:
        """The preview; says of an article that is missing what sending would say, and makes none."""
        seen = self._articles.foresee(plan.needs)
        preview = plan.made(seen.accounts).preview
        return replace(preview, notes=(*preview.notes, *seen.notes))

    def post(self, plan: Plan) -> Document:
        """Send it.

        Raises:
            Rejected: no customer, an article Fortnox does not have, or it refused; nothing was made.
            LostReply: nobody knows.
        """
        if not plan.head.get("CustomerNumber"):
            raise Rejected(
                say("A document in Fortnox needs a customer, and none is known."),
                field="CustomerNumber",
                advice=say("Press Retry: the customer is then looked for again."),
            )
        made, notes = self.know(plan)
        with self.asking_anew(made):
            answer = self._core.client.post(register_of(made.kind), made.preview.payload)
        document = self._core.read(partial(document_of, kind=made.kind), answer, wrote=True)
        return self.described(document, made, notes)

    def know(self, plan: Plan) -> tuple[Made, Sequence[Text]]:
        """See that every article of the rows is there, or is made where the owner wants it.

        The document, ready to be sent, and what was made for it.

        Raises:
            Rejected: one is missing; names it.
        """
        seen = self._articles.ensure(plan.needs)
        return plan.made(seen.accounts), seen.notes

    @contextmanager
    def asking_anew(self, made: Made) -> Iterator[None]:
        """For sending it: refused, its articles are asked for again, for one may have gone or changed its account."""
        try:
            yield
        except Rejected:
            self._articles.forget(need.number for need in made.needs)
            raise

    @staticmethod
    def described(document: Document, made: Made, notes: Sequence[Text] = ()) -> Document:
        """With what was sent and changed on the way."""
        preview = made.preview
        return replace(
            document,
            payload=preview.payload,
            media_type=preview.media_type,
            notes=(*preview.notes, *notes),
        )
