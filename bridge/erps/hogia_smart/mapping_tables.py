"""The head of a customer invoice in both bodies, and what its fields take their values from. Pure.

Both bodies name most of the head alike, one below ``invoiceHeader``, the other below ``customerInvoice`` (Hogia
facts, section 2.3 [2+ the older, 1 the newer]). Lengths are stated nowhere [UNK].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from bridge.erps.currency import BASE
from bridge.erps.drafting import Draft, DraftAddress
from bridge.erps.fields import Field
from bridge.erps.hogia_smart.mapping_lines import Line
from bridge.model.texts import Text

__all__ = [
    "COMMENT",
    "NAME",
    "NEWER_HEAD",
    "OLDER_HEAD",
    "REFERENCE",
    "STREET",
    "Facts",
    "Sheet",
]

NAME, STREET, REFERENCE, COMMENT = 255, 255, 255, 1000
CITY, ZIP, NUMBER, SHORT = 100, 20, 50, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the invoice needs besides the draft."""

    key: str
    sequence: str
    dated: date
    due: date | None = None
    customer: str = ""
    """The customer's number at Hogia; empty: not known, and only a preview or the older body may do without."""
    number: str = ""
    """The buyer's organisation or person number."""
    vat_number: str = ""
    debt: str
    """The account on which the customer's debt is waited for."""
    rounding: str
    rate: Decimal | None = None
    """SEK for one unit; None: the invoice is in SEK."""
    reverse: bool = False
    about: str = ""
    """First text row of a credit: what it credits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The invoice in Hogia's terms, every text fitted."""

    draft: Draft
    facts: Facts
    name: str
    billing: DraftAddress
    shipping: DraftAddress
    comment: str
    ours: str
    yours: str
    own: Mapping[str, str]
    """Fields of [fields], by Hogia's name."""
    lines: tuple[Line, ...]
    notes: tuple[Text, ...]


def _day(day: date | None) -> str | None:
    """Without a zone (section 2.1 [1])."""
    return None if day is None else day.isoformat()


def _head(inside: str) -> tuple[Field[Sheet], ...]:
    """What both bodies have, below an object of different names."""
    rows: tuple[Field[Sheet], ...] = (
        Field(
            vendor="invoiceDate",
            source="the day the order was placed; of a credit, the day of the refund",
            value=lambda s: _day(s.facts.dated),
            fact="section 2.3 [2+]",
        ),
        Field(
            vendor="invoiceExpirationDate",
            source="that day and the days of terms: in [payments], else of [erp] payment_terms; left out without",
            value=lambda s: _day(s.facts.due),
            fact="section 2.3 [2+]",
        ),
        Field(
            vendor="customerOrderNumber",
            source="the bridge's own key, by which the invoice is found again: main:1234:order (profile invoice.key)",
            value=lambda s: s.facts.key,
            limit=SHORT,
            fact="section 2.3 [2+ the field, INF that it is free for us]",
        ),
        Field(
            vendor="supplierOrderNumber",
            source="the shop's order number with its prefix",
            value=lambda s: s.draft.number,
            limit=SHORT,
            fact="section 2.3 [2+]; that it is ours by its name [INF]",
        ),
        Field(
            vendor="comment",
            source="comments and the buyer's note; whether they are printed is not known",
            value=lambda s: s.comment,
            limit=COMMENT,
            fact="section 2.3 [2+]",
        ),
        Field(
            vendor="ourReference",
            source="our reference",
            value=lambda s: s.ours,
            limit=REFERENCE,
            fact="section 2.3 [2+]",
        ),
        Field(
            vendor="yourReference",
            source="your reference; of a company the buyer's name",
            value=lambda s: s.yours,
            limit=REFERENCE,
            fact="section 2.3 [2+]",
        ),
        *(
            Field(
                vendor=name,
                source=f"a checkout field sent to vendor:{name} in [fields]",
                value=lambda s, name=name: s.own.get(name),  # type: ignore[misc]
                limit=SHORT,
                fact="section 2.3 [2+]",
            )
            for name in ("customerProjectNumber", "invoiceReference")
        ),
    )
    return tuple(replace(each, vendor=f"{inside}.{each.vendor}") for each in rows)


_SEQUENCE: Final[Field[Sheet]] = Field(
    vendor="sequenceId",
    source="made from the company and the key, so the same for every repeat",
    value=lambda s: s.facts.sequence,
    fact="section 2.3 [2+]; what the same one twice does: profile invoice.sequence [UNK]",
)


def _address(name: str, of: str) -> tuple[Field[Sheet], ...]:
    def place(sheet: Sheet) -> DraftAddress:
        return sheet.billing if of == "billing" else sheet.shipping

    parts: tuple[tuple[str, str, int], ...] = (
        ("street", "row_1", STREET),
        ("streetExtraLine", "row_2", STREET),
        ("zipCode", "postcode", ZIP),
        ("city", "city", CITY),
        ("country", "country", CITY),
    )
    return tuple(
        Field(
            vendor=f"invoiceHeader.{name}.{part}",
            source=f"the {of} address: {attribute.replace('_', ' ')}",
            value=lambda s, attribute=attribute: str(getattr(place(s), attribute)),  # type: ignore[misc]
            limit=limit,
            fact="section 2.3 [2+]",
        )
        for part, attribute, limit in parts
    )


OLDER_HEAD: Final[Sequence[Field[Sheet]]] = (
    _SEQUENCE,
    *_head("invoiceHeader"),
    Field(
        vendor="invoiceHeader.customer.name",
        source="the billing address: company or name, as [orders] company_first says",
        value=lambda s: s.name,
        limit=NAME,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="invoiceHeader.customer.number",
        source="the customer the order is booked on",
        value=lambda s: s.facts.customer,
        limit=NUMBER,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="invoiceHeader.customer.identificationNumber",
        source="organisation or person number",
        value=lambda s: s.facts.number,
        limit=NUMBER,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="invoiceHeader.customer.vatNumber",
        source="the buyer's VAT number",
        value=lambda s: s.facts.vat_number,
        limit=NUMBER,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="invoiceHeader.customer.countryCode",
        source="country of the billing address, two letters",
        value=lambda s: s.billing.country,
        limit=2,
        fact="section 2.3 [2+]",
    ),
    *_address("billingAddress", "billing"),
    *_address("shippingAddress", "delivery"),
    Field(
        vendor="currencyInfo.currency.code",
        source="the order's currency",
        value=lambda s: s.draft.currency,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="currencyInfo.accountingCurrency.code",
        source="SEK: the bridge books in no other",
        value=lambda _: BASE,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="currencyInfo.exchangeRate",
        source="SEK for one unit, from [orders] exchange_rates; 1 in SEK",
        value=lambda s: s.facts.rate or Decimal(1),
        fact="section 2.3 [2+]; of one unit, not of a hundred [INF]",
    ),
    Field(
        vendor="currencyInfo.roundingFactor",
        source="0: the buyer paid the öre, nothing is rounded to kronor",
        value=lambda _: Decimal(0),
        fact="section 2.3 [2+ the field, INF its meaning]",
    ),
    Field(
        vendor="isReverseCharge",
        source="yes where a company in another EU country bought by its VAT number and no VAT was charged",
        value=lambda s: s.facts.reverse,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="customerDebtAccountNumber",
        source="account of the payment method in [payments]; [accounts] receivable without one, and where payments "
        "are registered",
        value=lambda s: int(s.facts.debt),
        fact="section 2.3 [1]",
    ),
    Field(
        vendor="roundingAccountNumber",
        source="[accounts] rounding",
        value=lambda s: int(s.facts.rounding),
        fact="section 2.3 [1]",
    ),
)
"""The head in the older body; the document itself says who the customer is."""

NEWER_HEAD: Final[Sequence[Field[Sheet]]] = (
    _SEQUENCE,
    *_head("customerInvoice"),
    Field(
        vendor="customerInvoice.customerNumber",
        source="the customer the order is booked on; name and addresses are that contact's",
        value=lambda s: s.facts.customer,
        limit=NUMBER,
        fact="section 2.3 [1]",
    ),
    Field(
        vendor="customerInvoice.currency.code",
        source="the order's currency; its rate is Hogia's own",
        value=lambda s: s.draft.currency,
        fact="section 2.3 [1]; that the rate of the day is taken [INF]",
    ),
    Field(
        vendor="customerInvoice.isReverseCharge",
        source="yes where a company in another EU country bought by its VAT number and no VAT was charged",
        value=lambda s: s.facts.reverse,
        fact="section 2.3 [1]",
    ),
)
"""The head in the newer body."""
