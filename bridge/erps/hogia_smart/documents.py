"""Customer invoices: put together, shown, checked against Hogia's registers, and made by one call.

One path for orders and credits: a credit differs only in what is taken from the invoice it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from bridge.erps.chart import Account
from bridge.erps.currency import BASE, Conversion, ExchangeRate
from bridge.erps.drafting import Draft, draft
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.errors import SequenceUsed
from bridge.erps.hogia_smart.finding import Finding, cancelled_before
from bridge.erps.hogia_smart.mapping import Shape, document_body, sheet_of, shown
from bridge.erps.hogia_smart.mapping_accounts import RowAccounts
from bridge.erps.hogia_smart.mapping_answers import (
    document_of,
    guid_in,
    head_of,
    ident,
    is_cancelled,
    kind_of,
    unnumbered,
)
from bridge.erps.hogia_smart.mapping_figures import arithmetic_of, figures_of
from bridge.erps.hogia_smart.mapping_tables import Facts, Sheet
from bridge.erps.hogia_smart.settling import Settling
from bridge.erps.hogia_smart.years import Use
from bridge.erps.rate_file import conversion_of
from bridge.erps.row_sales import SalesRules
from bridge.erps.wire import dumps
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Unanswerable
from bridge.model.documents import CustomerRecord, Document, Key, Preview
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["MEDIA_TYPE", "Documents", "Like", "Prepared"]

MEDIA_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """What a credit takes from the invoice it belongs to."""

    customer: str
    about: str
    dated: datetime
    rate: Decimal | None = None
    """SEK for one unit, as it was booked; None: Hogia does not tell, so by the day of the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An invoice that may be sent."""

    key: Key
    sheet: Sheet
    gross: Decimal
    """What Hogia will make of it, if it reckons as we think."""
    payload: str
    notes: tuple[Text, ...]


class Documents:
    """Prepares and makes."""

    def __init__(self, core: Core, finding: Finding) -> None:
        context, profile = core.context, core.profile
        self._core = core
        self._finding = finding
        self._settling = Settling(core.years, by_account=profile.text("invoice.vat") == "account")
        self._shape = Shape(
            newer=profile.text("invoice.body") == "newer",
            key=profile.text("invoice.key"),
            unit=core.options.unit,
            row_articles=core.options.row_articles,
        )
        self._arithmetic = arithmetic_of(profile.text("invoice.body"), profile.text("invoice.vat_rounding"))
        self._rounding_is_a_guess = profile.entries["invoice.vat_rounding"] in profile.unsure()
        self._rules = SalesRules(
            chart=core.chart,
            services=context.accounts.service_skus,
            gift_cards=context.accounts.gift_card_skus,
        )
        self._conversion = conversion_of(context)

    def prepare(
        self, order: Order, key: Key, *, customer: CustomerRecord | None = None, like: Like | None = None
    ) -> Prepared:
        """Everything decided and nothing sent; asks Hogia for the year and its accounts.

        Raises:
            Rejected: it cannot become an invoice; names the field and what to do.
        """
        zone = self._core.zone
        dated = (like.dated if like else order.created_at).astimezone(zone).date()
        rate = self._rate(order, like)
        made = draft(order, self._core.settings)
        figures = figures_of(
            made, self._arithmetic, tax_lines=order.tax_lines, tolerance=self._core.settings.tolerance
        )
        if not figures.sure and self._shape.newer and self._rounding_is_a_guess:
            raise _unsure(figures.notes[0])
        accounts = RowAccounts(order, self._rules)
        booked, notes = self._settling.settle(figures.placed, accounts, dated)
        facts = Facts(
            key=str(key),
            sequence=self._core.sequence(str(key)),
            dated=dated,
            due=None if like else self._due(made, dated),
            customer=like.customer if like else customer.number if customer else "",
            number=order.customer.org_number,
            vat_number=order.customer.vat_number,
            debt=self._debt(order).number,
            rounding=accounts.rounding().number,
            rate=rate.rate if rate else None,
            reverse=accounts.is_reverse(made.rows),
            about=like.about if like else "",
        )
        sheet = sheet_of(figures.placed, facts, booked, self._shape)
        self._core.years.check(dated, self._uses(sheet))
        return Prepared(
            key=key,
            sheet=sheet,
            gross=figures.placed.fitted.computed.gross,
            payload=dumps(document_body(sheet, self._shape)),
            notes=(*sheet.notes, *figures.notes, *notes, *self._rate_notes(rate)),
        )

    @property
    def needs_customer(self) -> bool:
        """Whether an invoice says whose it is by nothing but the customer's number."""
        return self._shape.newer

    def preview(self, prepared: Prepared) -> Preview:
        """As it would be sent."""
        return Preview(
            payload=prepared.payload,
            media_type=MEDIA_TYPE,
            gross=prepared.gross,
            currency=prepared.sheet.draft.currency,
            rows=shown(prepared.sheet),
            notes=prepared.notes,
        )

    def make(self, prepared: Prepared) -> Document:
        """Make it, by one call.

        Raises:
            Rejected: refused; surely nothing was made.
            LostReply: nobody knows.
        """
        if self.needs_customer and not prepared.sheet.facts.customer:
            raise Rejected(
                say("Hogia needs a customer on every invoice, and there is none for this order."),
                channel="erp",
                field="customer",
                advice=say("See the section [customers] of the configuration, then press Retry."),
            )
        path = self._core.client.path("invoices")
        try:
            document = self._answered(self._core.client.post_made(prepared.payload, *path), prepared)
        except SequenceUsed as used:
            document = self._there_already(prepared, used)
        except (Rejected, NotFound):
            self._core.years.forget()  # something we remember may be no longer so
            raise
        self._finding.made(prepared.key)
        return replace(
            document,
            payload=prepared.payload,
            media_type=MEDIA_TYPE,
            notes=(*prepared.notes, *document.notes),
        )

    def _answered(self, made: Mapping[str, Any] | str, prepared: Prepared) -> Document:
        """Of the whole invoice, or of nothing but its GUID."""
        if isinstance(made, str):
            return self._told(made, prepared)
        if head_of(made) is None and (guid := guid_in(made)):
            return self._told(guid, prepared)
        try:
            document = document_of(made, prepared.key)
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as odd:
            text = say("Hogia's answer is not the invoice.")
            raise LostReply(text, channel="erp", call="POST /customerinvoices") from odd
        if is_cancelled(made):
            raise cancelled_before(document)
        return document

    def _told(self, guid: str, prepared: Prepared) -> Document:
        """An answer that is nothing but the GUID: the invoice is read, where that is possible.

        It stands, whatever becomes of the reading.

        Raises:
            Rejected: it stood long ago, and somebody has cancelled it.
        """
        try:
            raw = self._finding.by_guid(guid)
            if raw is None:
                self._finding.shows_none()
                return self._nameless(prepared, guid)
            document = document_of(raw, prepared.key)
        except (RemoteError, KeyError, TypeError, ValueError, ArithmeticError, AttributeError):
            return self._nameless(prepared, guid)  # it stands, and its number is in Hogia
        if is_cancelled(raw):
            raise cancelled_before(document)
        return document

    def _there_already(self, prepared: Prepared, used: SequenceUsed) -> Document:
        """The ``sequenceId`` is made of the key, so what has it is the invoice of this key: ours.

        Raises:
            Rejected: it is cancelled.
            SequenceUsed: several have the key, or nothing proves that Hogia refuses only what is there.
        """
        try:
            found = self._finding.documents(prepared.key)
        except Unanswerable:
            found = ()
        if len(found) == 1:
            return found[0]
        if found or not self._finding.fenced:
            raise used
        return self._nameless(prepared, "")

    def _nameless(self, prepared: Prepared, guid: str) -> Document:
        """One whose number Hogia does not tell: a person finds it by the key."""
        sheet = prepared.sheet
        return Document(
            kind=kind_of(prepared.key, prepared.gross),
            id=ident(guid, sheet.facts.customer),
            number=str(prepared.key),
            currency=sheet.draft.currency,
            dated=sheet.facts.dated,
            notes=(unnumbered(prepared.key),),
        )

    def _uses(self, sheet: Sheet) -> Iterator[Use]:
        """Every account that is sent, once, with the first row it stands on."""
        seen: dict[str, Text] = {}
        for line in sheet.lines:
            if line.account is not None:
                seen.setdefault(line.account.number, say("row {text}", text=line.text))
            if line.vat_account is not None and not self._shape.newer:
                seen.setdefault(line.vat_account.number, say("VAT of row {text}", text=line.text))
        if not self._shape.newer:
            seen.setdefault(sheet.facts.debt, say("the customer's debt"))
            seen.setdefault(sheet.facts.rounding, say("rounding"))
        return (Use(account=account, what=what) for account, what in seen.items())

    def _debt(self, order: Order) -> Account:
        """A registered payment takes the debt to the account of its method; else it is waited for there at once."""
        if self._core.context.orders.register_payments:
            return self._core.chart.fixed("receivable")
        return self._core.chart.receivable(order.payment.method)

    def _due(self, made: Draft, dated: date) -> date | None:
        terms = made.main_payment.terms or self._core.options.payment_terms
        if not terms:
            return None
        if not (terms.isascii() and terms.isdecimal() and len(terms) <= len("999")):
            raise Rejected(
                say("{terms} is no number of days to pay in.", terms=terms),
                field=f"[payments] {made.main_payment.method}",
                advice=say("Write terms: and the number of days there, like terms:30, then press Retry."),
            )
        return dated + timedelta(days=int(terms))

    def _rate(self, order: Order, like: Like | None) -> ExchangeRate | None:
        """None where Hogia takes its own: in SEK, and in the newer body, which has no place for one."""
        if self._shape.newer or order.currency == BASE:
            return None
        if like and like.rate:
            booked = Conversion({order.currency: like.rate}, source=say("as the order was booked"))
            return booked.of(order.currency, on=like.dated.date())
        on = order.created_at.astimezone(self._core.zone).date()
        return self._conversion.of(order.currency, on=on)

    def _rate_notes(self, rate: ExchangeRate | None) -> Sequence[Text]:
        if rate is None:
            return ()
        told = say(
            "{currency} at {rate}: {source}.",
            currency=rate.currency,
            rate=plain(rate.rate),
            source=rate.source,
        )
        return (told,)


def _unsure(why: Text) -> Rejected:
    """The newer body is answered by a GUID, so nobody would see that Hogia's total is another."""
    return Rejected(
        why,
        channel="erp",
        field="invoice.vat_rounding",
        advice=say(
            "Ask Hogia whether VAT is rounded on each row (line) or on the sum of a rate (rate). Write {line}, or "
            "rate there, in a profile of your own, then press Retry.",
            line='invoice.vat_rounding = { value = "line" }',
        ),
    )
