"""Orders and invoice drafts: put together, shown, made, and compared with what e-conomic reckons.

One path for all: an order, a credit, an amendment differ only in what is taken from the document they belong to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from bridge.erps.arithmetic import ECONOMIC
from bridge.erps.chart import Chart
from bridge.erps.currency import BASE, Conversion, ExchangeRate
from bridge.erps.drafting import Draft, RowKind, draft, numbered
from bridge.erps.drafting.fitting import PlacedDraft, place
from bridge.erps.economic.articles import Articles
from bridge.erps.economic.core import Core
from bridge.erps.economic.countries import country_name
from bridge.erps.economic.mapping import document_body, sheet_of, shown
from bridge.erps.economic.mapping_answers import Found, Place, document_of
from bridge.erps.economic.mapping_tables import Facts, Sheet
from bridge.erps.economic.mapping_vat import LONGEST, needs_of, zones_of
from bridge.erps.economic.paths import path
from bridge.erps.economic.vat import Settled, Vat
from bridge.erps.rate_file import conversion_of
from bridge.erps.wire import Json, dumps
from bridge.errors import BridgeError, LostReply, NotFound, Rejected
from bridge.model.documents import CustomerRecord, Document, Preview
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["MEDIA_TYPE", "Documents", "Like", "Prepared"]

MEDIA_TYPE: Final = "application/json"
DUE_DATE: Final = "dueDate"
RULE: Final = say("There it has 1 to 25 characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """What is taken from a document that stands, and not decided anew."""

    customer: int
    zone: int | None = None
    """None: by what the order is now."""
    conversion: Conversion | None = None
    about: str = ""
    dated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that may be sent."""

    placed: PlacedDraft
    sheet: Sheet
    settled: Settled
    body: Mapping[str, Json]
    payload: str
    notes: tuple[Text, ...]

    @property
    def gross(self) -> Decimal:
        """What e-conomic will make of it, if it reckons as we think."""
        return self.placed.fitted.computed.gross


class Documents:
    """Prepares and makes."""

    def __init__(self, core: Core, articles: Articles, vat: Vat) -> None:
        context = core.context
        self._core = core
        self._articles = articles
        self._vat = vat
        self._home_rates = Chart(context.accounts, context.payments).home_rates()
        self.conversion = conversion_of(context)

    def prepare(
        self, order: Order, key: str, *, customer: CustomerRecord | None = None, like: Like | None = None
    ) -> Prepared:
        """Everything decided and nothing sent; asks e-conomic for articles and registers.

        Raises:
            Rejected: it cannot become a document, or the books are not in SEK; names the field and what to do.
        """
        self._sees_the_books_currency()
        dated = (like.dated if like and like.dated else order.created_at).astimezone(self._core.zone).date()
        conversion = like.conversion if like and like.conversion else self.conversion
        rate = conversion.of(order.currency, on=dated)
        placed = place(
            self._draft(order),
            ECONOMIC,
            tax_lines=order.tax_lines,
            tolerance=self._core.settings.tolerance,
        )
        settled = self._settle(order, placed, like, rate)
        facts = self._facts(placed.draft, key, dated, settled.zone, rate)
        number = like.customer if like else _customer(customer)
        facts = replace(facts, customer=number, about=like.about if like else "")
        sheet = sheet_of(placed, facts, [(each.number, each.unit) for each in settled.rows])
        body = document_body(sheet)
        return Prepared(
            placed=placed,
            sheet=sheet,
            settled=settled,
            body=body,
            payload=dumps(body),
            notes=(*sheet.notes, *_rate_notes(rate), *_new_notes(settled)),
        )

    def preview(self, prepared: Prepared) -> Preview:
        """As it would be sent."""
        return Preview(
            payload=prepared.payload,
            media_type=MEDIA_TYPE,
            gross=prepared.gross,
            currency=prepared.placed.draft.currency,
            rows=shown(prepared.placed, prepared.sheet),
            notes=prepared.notes,
        )

    def make(self, prepared: Prepared, where: Place) -> Document:
        """Make its new articles, then the document; what e-conomic answers.

        Raises:
            Rejected: refused; or made with a wholly other total than the order's and deleted again.
            LostReply: nobody knows.
        """
        if "customer" not in prepared.body:
            raise Rejected(
                say("e-conomic needs a customer on every document, and there is none for this order."),
                channel="erp",
                field="customer",
                advice=say("See the section [customers] of the configuration, then press Retry."),
            )
        for new in prepared.settled.new:
            self._articles.make(new)
        document = self.answered(where, self._write("POST", prepared, where), prepared)
        self._compare(document, prepared, where)
        return document

    def replaced(self, prepared: Prepared, found: Found) -> Document:
        """Write it over the draft ``found``; repeating it is harmless.

        Raises:
            Rejected: refused; the draft is as it was.
        """
        for new in prepared.settled.new:
            self._articles.make(new)
        raw = self._write("PUT", prepared, path(found.place, found.number))
        return self.answered(found.place, raw, prepared)

    def answered(self, where: Place, raw: Mapping[str, Any], prepared: Prepared) -> Document:
        """The document in an answer to writing it.

        Raises:
            LostReply: the answer is not the document.
        """
        try:
            document = document_of(Found(place=where, raw=raw))
        except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
            text = say("e-conomic's answer is not the document.")
            raise LostReply(text, channel="erp", call=f"POST /{where}") from odd
        return replace(document, payload=prepared.payload, media_type=MEDIA_TYPE, notes=prepared.notes)

    def _write(self, method: str, prepared: Prepared, where: str) -> dict[str, Any]:
        send = self._core.client.put if method == "PUT" else self._core.client.post
        try:
            return send(where, prepared.payload)
        except (Rejected, NotFound):
            # Something we remember is no longer so: the next try reads it anew.
            self._forget(prepared)
            raise

    def _forget(self, prepared: Prepared) -> None:
        self._articles.forget({each.number for each in prepared.settled.rows if each.number})
        self._core.registers.forget()

    def _compare(self, document: Document, prepared: Prepared, where: Place) -> None:
        """Öre are the flow's business: it parks the entry and a person looks. More is another VAT than charged.

        Such a draft is in nobody's interest. It was made a moment ago and is ours, so it is deleted by its number;
        only when that has surely worked is the order told as refused, else it stands and the flow parks it.
        """
        gross = document.gross
        if gross is None or abs(gross - prepared.gross) <= self._core.settings.tolerance:
            return
        self._forget(prepared)
        try:
            self._core.client.delete(path(where, document.number))
        except BridgeError:
            return
        raise Rejected(
            say(
                "e-conomic made {theirs} {currency} of the rows, and the shop charged {ours}. The draft was deleted "
                "again.",
                theirs=plain(gross),
                ours=plain(prepared.gross),
                currency=document.currency,
            ),
            channel="erp",
            field="total",
            advice=say(
                "Compare the VAT of the product groups in e-conomic with the shop's (bridge check), then press Retry."
            ),
        )

    def _sees_the_books_currency(self) -> None:
        """Our rates are in SEK: in other books e-conomic would take them for its own money (section 3 [D19])."""
        books = self._core.registers.agreement().currency
        if books != BASE:
            raise Rejected(
                say(
                    "The books of this agreement are in {currency}; the bridge books in SEK.", currency=books
                ),
                channel="erp",
                field="currency",
                advice=say("Take the grant token of a company with books in SEK."),
            )

    def _draft(self, order: Order) -> Draft:
        """Only a row that costs something needs an article; a free one may be text."""
        made = draft(order, self._core.settings)
        bare = (row for row in made.rows if row.kind is RowKind.PRODUCT and not row.article)
        return numbered(
            made,
            unnumbered=self._core.settings.articles.unnumbered,
            holds=lambda number: len(number) <= LONGEST,
            rule=RULE,
            needed=any(row.net or row.tax or row.discount_net for row in bare),
        )

    def _settle(
        self, order: Order, placed: PlacedDraft, like: Like | None, rate: ExchangeRate | None
    ) -> Settled:
        in_sek = rate.rate if rate else Decimal(1)
        needs = needs_of(placed, self._core.settings.articles, rate=in_sek)
        zones: Sequence[str] = ()
        if like is None or like.zone is None:
            services = self._core.context.accounts.service_skus
            zones = zones_of(order, services=services, home_rates=self._home_rates)
        booked_in = "" if like is None or like.zone is None else str(like.zone)
        return self._vat.settle(needs, zones, booked_in=booked_in)

    def _facts(self, made: Draft, key: str, dated: date, zone: int, rate: ExchangeRate | None) -> Facts:
        registers = self._core.registers
        method = made.main_payment
        where = f"[payments] {method.method}" if method.terms else "[erp] payment_terms"
        terms = registers.terms(method.terms, where=where)
        where = "[shop] result_unit"
        return Facts(
            key=key,
            dated=dated,
            zone=zone,
            layout=registers.layout(),
            terms=terms.number,
            due=dated if terms.raw.get("paymentTermsType") == DUE_DATE else None,
            department=registers.distribution(made.cost_centre, where=where) if made.cost_centre else None,
            customer=None,
            rate=rate.rate if rate else None,
            country=country_name,
        )


def _customer(record: CustomerRecord | None) -> int | None:
    return None if record is None else int(record.number)


def _rate_notes(rate: ExchangeRate | None) -> tuple[Text, ...]:
    if rate is None:
        return ()
    return (
        say(
            "{currency} at {rate}: {source}.",
            currency=rate.currency,
            rate=plain(rate.rate),
            source=rate.source,
        ),
    )


def _new_notes(settled: Settled) -> tuple[Text, ...]:
    return tuple(
        say("Article {number} is made in e-conomic first.", number=new.number) for new in settled.new
    )
