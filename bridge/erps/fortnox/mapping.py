"""An order of a shop as the body of an order or invoice in Fortnox, and what was changed on the way. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bridge.erps.arithmetic import Arithmetic, Prices
from bridge.erps.currency import ExchangeRate
from bridge.erps.drafting import Draft, DraftSettings, draft, numbered
from bridge.erps.drafting.fitting import PlacedDraft, place
from bridge.erps.fields import Field, body
from bridge.erps.fortnox.letters import API_BLANK, fitting
from bridge.erps.fortnox.mapping_accounts import AccountRules, RowAccounts
from bridge.erps.fortnox.mapping_articles import RULE, ArticleNeed, holds
from bridge.erps.fortnox.mapping_head import INVOICE, KEY, LONG, ORDER, REFERENCE, Sheet, language_of
from bridge.erps.fortnox.mapping_rows import RowSheet, named, needs_of, rows_of, shown, wire_rows
from bridge.erps.wire import Json, dumps
from bridge.errors import Rejected
from bridge.model.documents import CustomerRecord, DocumentKind, Preview
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.orders import Customer, Order
from bridge.model.texts import Text, say
from bridge.model.vat import Treatment

__all__ = ["WRITABLE", "Made", "Plan", "Rules", "Wanted", "plan_of", "replacing"]

MEDIA_TYPE: Final = "application/json"
_ADDRESSES: Final = frozenset({"EmailInformation.EmailAddressTo", "EmailInformation.EmailAddressBCC"})
"""Half of one would be somebody else's."""
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_BOTH: Final = frozenset(
    "Address1 Address2 City Comments CostCenter Country CustomerName DeliveryAddress1 DeliveryAddress2 "
    "DeliveryCity DeliveryCountry DeliveryDate DeliveryName DeliveryZipCode ExternalInvoiceReference2 Language "
    "OurReference OutboundDate Phone1 Phone2 PriceList PrintTemplate Project Remarks TermsOfDelivery "
    "TermsOfPayment WayOfDelivery YourOrderNumber YourReference ZipCode".split()
)
WRITABLE: Final[Mapping[DocumentKind, frozenset[str]]] = {
    DocumentKind.ORDER: _BOTH | {"StockPointCode"},
    DocumentKind.INVOICE: _BOTH | {"DueDate", "InvoiceType", "OCR", "PaymentWay"},
}
"""What ``[fields] x = vendor:Name`` may name: texts and dates of the schema, not the bridge's own [D openapi]."""
_EMPTIED: Final = frozenset({"Phone1", "Phone2"})
"""What must not stay of the order as it was; addresses are whole by themselves."""
_LIMITS: Final = {field.vendor: field.limit for field in INVOICE}
_STAFF: Final = "Comments"
_REVERSE: Final = {
    "SV": "Omvänd betalningsskyldighet. Köparens momsnummer: {number}",
    "EN": "Reverse charge. VAT number of the buyer: {number}",
}
"""Printed, because Fortnox does not add it by itself (section 12 [I]) and the invoice must say so (directive
2006/112/EC, article 226 (11a)). Texts on the document are the buyer's, not the operator's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the owner decided about documents."""

    settings: DraftSettings
    accounts: AccountRules
    arithmetic: Arithmetic
    zone: ZoneInfo
    order_date: str = "created"
    unnumbered: str = ""
    by_article: bool = True
    """Rows that are no goods are booked on the articles of ``[articles]``, else on accounts."""
    price_list: str = ""
    print_template: str = ""
    stock_point: str = ""

    def dated(self, order: Order) -> date:
        """The document's day."""
        moments = {
            "created": order.created_at,
            "paid": order.payment.paid_at,
            "completed": order.completed_at,
        }
        return (moments[self.order_date] or order.created_at).astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be made."""

    order: Order
    """The order, or what a correction takes back as an order of its own."""
    key: str
    kind: DocumentKind
    customer: CustomerRecord | None
    dated: date
    rate: Decimal | None = None
    unit: Decimal = Decimal(1)
    source: ExchangeRate | None = None
    """Who says so of the rate, for the note."""
    prefer: Prices | None = None
    """None: as its buyer reads prices."""
    remarks: tuple[str, ...] = ()
    accounts: Mapping[str, int] = field(default_factory=dict)
    """Where articles stand in the document a credit takes back: there they are taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document ready to be sent."""

    kind: DocumentKind
    draft: Draft
    body: Mapping[str, Json]
    needs: tuple[ArticleNeed, ...]
    preview: Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A document but for the accounts that only the cards of its articles tell."""

    kind: DocumentKind
    draft: Draft
    head: Mapping[str, Json]
    needs: tuple[ArticleNeed, ...]
    """The articles its rows stand on."""
    rows: tuple[RowSheet, ...]
    accounts: RowAccounts
    prices: Prices
    gross: Decimal
    notes: tuple[Text, ...]
    before: Mapping[str, int]
    """Where articles stand in the document it takes back."""

    def made(self, known: Mapping[str, int | None]) -> Made:
        """The document; ``known``: the accounts of sales in Sweden of its articles, None for one that has none.

        Raises:
            Rejected: an article has none, and neither has ``[accounts]`` for such a sale.
        """
        rows = named(self.rows, self.accounts, {**known, **self.before})
        order = self.kind is DocumentKind.ORDER
        name, row_name = ("Order", "OrderRows") if order else ("Invoice", "InvoiceRows")
        filled = {**self.head, row_name: wire_rows(rows)}
        preview = Preview(
            payload=dumps({name: filled}),
            media_type=MEDIA_TYPE,
            gross=self.gross,
            currency=self.draft.currency,
            rows=shown(rows, self.prices),
            notes=self.notes,
        )
        return Made(kind=self.kind, draft=self.draft, body=filled, needs=self.needs, preview=preview)


def plan_of(wanted: Wanted, rules: Rules) -> Plan:
    """The document, as far as it can be told without asking Fortnox.

    Raises:
        Rejected: it cannot be made as it is: rows and total do not meet, an article number Fortnox cannot have, an
            account that is missing, a field nobody may write.
    """
    order, kind = wanted.order, wanted.kind
    document = numbered(
        draft(order, rules.settings), unnumbered=rules.unnumbered, holds=holds, rule=RULE, needed=False
    )
    placed = place(
        document,
        rules.arithmetic,
        tax_lines=order.tax_lines,
        tolerance=rules.settings.tolerance,
        prefer=wanted.prefer or _usual(order.customer),
    )
    accounts, fit = RowAccounts(order, rules.accounts), fitting()
    rows = rows_of(
        placed.rows,
        kind=kind,
        accounts=accounts,
        rounding=rules.settings.articles.rounding,
        by_article=rules.by_article,
        stock_point=rules.stock_point if kind is not DocumentKind.ORDER else "",
        fitting=fit,
    )
    sheet = Sheet(
        kind=kind,
        draft=document,
        key=wanted.key,
        customer=wanted.customer.number if wanted.customer else "",
        dated=wanted.dated,
        prices=placed.fitted.prices,
        buyer=order.customer,
        rate=wanted.rate,
        unit=wanted.unit,
        price_list=rules.price_list,
        print_template=rules.print_template,
        stock_point=rules.stock_point,
        remarks=(*wanted.remarks, *_reverse_charge(order.customer, accounts, document)),
    )
    head = _head(sheet, fit)
    return Plan(
        kind=kind,
        draft=document,
        head=head,
        needs=needs_of(rows, accounts, placed.fitted.prices, rate=_per_one(wanted)),
        rows=rows,
        accounts=accounts,
        prices=placed.fitted.prices,
        gross=placed.fitted.computed.gross,
        notes=(*document.notes, *_rate_notes(wanted), *_rounding_notes(placed), *fit.notes()),
        before=wanted.accounts,
    )


def replacing(made: Made) -> Mapping[str, Json]:
    """The body of a PUT: telephones that are gone are emptied; what the staff wrote is left alone."""
    kept = {name: value for name, value in made.body.items() if name != _STAFF}
    return {**kept, **dict.fromkeys(sorted(_EMPTIED - set(kept)), API_BLANK)}


def _usual(buyer: Customer) -> Prices:
    """Companies read prices without VAT, everybody else with."""
    return Prices.NET if buyer.company or buyer.billing.company else Prices.GROSS


def _per_one(wanted: Wanted) -> Decimal:
    return wanted.rate / wanted.unit if wanted.rate else Decimal(1)


def _reverse_charge(buyer: Customer, accounts: RowAccounts, document: Draft) -> tuple[str, ...]:
    if not any(accounts.treatment(row) is Treatment.EU_BUSINESS for row in document.rows):
        return ()
    return (_REVERSE[language_of(buyer)].format(number=buyer.vat_number.strip()),)


def _head(sheet: Sheet, fit: Fitting) -> dict[str, Json]:
    """The head, its texts in letters and lengths Fortnox takes; ``fit`` remembers what was changed."""
    if fit.whole(sheet.key, where=say("key"), most=REFERENCE) != sheet.key:
        raise Rejected(
            say("The key {key} cannot stand in Fortnox as it is.", key=sheet.key),
            field=KEY,
            advice=say("Give the shop's section a shorter name, of letters and digits only."),
        )
    fields = ORDER if sheet.kind is DocumentKind.ORDER else INVOICE
    made = body([_fitted(each, sheet, fit) for each in fields], sheet)
    return made | _vendor(sheet, fit)


def _fitted(each: Field[Sheet], sheet: Sheet, fit: Fitting) -> Field[Sheet]:
    value = each.value(sheet)
    if isinstance(value, str) and each.limit is not None:
        value = _fit(value, each.vendor, each.limit, fit)
    return replace(each, value=lambda _: value)


def _fit(text: str, name: str, most: int, fit: Fitting) -> str:
    where = say("{field} in Fortnox", field=name)
    if name in _ADDRESSES:
        return fit.whole(text, where=where, most=most if _MAIL.fullmatch(text.strip()) else 0)
    lines = [fit.fit(line, where=where, most=most) for line in text.splitlines()]
    written = "\n".join(line for line in lines if line)
    return written if len(written) <= most else fit.fit(written, where=where, most=most)


def _vendor(sheet: Sheet, fit: Fitting) -> dict[str, Json]:
    """The fields of ``[fields]``; on a credit those that orders and invoices share, so no due date and no OCR."""
    writable = WRITABLE.get(sheet.kind, _BOTH)
    unknown = sorted(set(sheet.draft.vendor) - writable)
    if unknown and sheet.kind in WRITABLE:
        raise Rejected(
            say("Fortnox has no text field {name} that may be written on this document.", name=unknown[0]),
            field=f"[fields] vendor:{unknown[0]}",
            advice=say("Correct the line in [fields], then press Retry. Example: vendor:YourOrderNumber."),
        )
    found = {
        name: _fit(value, name, _LIMITS.get(name) or LONG, fit)
        for name, value in sheet.draft.vendor.items()
        if name in writable
    }
    return {name: value for name, value in found.items() if value}


def _rate_notes(wanted: Wanted) -> tuple[Text, ...]:
    if wanted.source is None:
        return ()
    return (
        say(
            "{currency} at {rate}: {source}.",
            currency=wanted.source.currency,
            rate=plain(wanted.source.rate),
            source=wanted.source.source,
        ),
    )


def _rounding_notes(placed: PlacedDraft) -> tuple[Text, ...]:
    rest = placed.fitted.rounding_amount
    if not rest:
        return ()
    return (
        say(
            "Rounding: {amount} {currency} on a row of its own.",
            amount=plain(rest),
            currency=placed.draft.currency,
        ),
    )
