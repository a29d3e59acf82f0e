"""The tables of fields of an order or invoice draft, and what they take their values from. Pure.

Orders and invoice drafts have the same fields and lengths (economic facts, sections 9 and 10 [D19]).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import rounded
from bridge.erps.drafting import Draft
from bridge.erps.fields import Field
from bridge.model.texts import Text

__all__ = [
    "ADDRESS",
    "CITY",
    "HEAD",
    "HEADING",
    "LINE",
    "NAME",
    "ROW",
    "TEXT",
    "TO_ADDRESS",
    "TO_CITY",
    "TO_ZIP",
    "ZIP",
    "Facts",
    "Line",
    "Sheet",
    "Unit",
]

RATE_DECIMALS: Final = 6
"""Of ``exchangeRate`` (section 3 [D])."""
NAME, ADDRESS, CITY, ZIP = 250, 250, 250, 50
TO_ADDRESS, TO_CITY, TO_ZIP = 255, 50, 30
HEADING, TEXT, ROW = 250, 1000, 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the company's register."""

    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as e-conomic is given it."""

    position: int
    text: str
    article: str = ""
    """Empty: a row of text only, without quantity and price."""
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount: Decimal | None = None
    """In percent."""
    unit: Unit | None = None
    department: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the document needs besides the draft: read from e-conomic, the options and the clock."""

    key: str
    dated: date
    zone: int
    layout: int
    terms: int
    due: date | None = None
    """Only with terms that have no date of their own."""
    department: int | None = None
    customer: int | None
    """None: the customer does not exist yet; only a preview may be made without."""
    rate: Decimal | None = None
    """SEK for one unit of the document's currency; None: it is in the books' own."""
    about: str = ""
    """First row of the printed text: what a credit credits."""
    country: Callable[[str], str] = field(default=lambda code: code)
    """The name of a country; e-conomic has no field for its code (section 7 [D19])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The document in e-conomic's terms, every text fitted."""

    draft: Draft
    facts: Facts
    name: str
    address: str
    zip: str
    city: str
    to_address: str
    to_zip: str
    to_city: str
    heading: str
    text: str
    comment: str
    seller: int | None
    project: int | None
    lines: tuple[Line, ...]
    notes: tuple[Text, ...]


HEAD: Final[Sequence[Field[Sheet]]] = (
    Field(
        vendor="date",
        source="the day the order was placed",
        value=lambda s: s.facts.dated.isoformat(),
        fact="section 9 [D19]",
    ),
    Field(
        vendor="dueDate",
        source="the same day, where the terms of payment ask for a date",
        value=lambda s: s.facts.due.isoformat() if s.facts.due else None,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="currency",
        source="the order's currency",
        value=lambda s: s.draft.currency,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="exchangeRate",
        source="SEK for 100 units, from [orders] exchange_rates; left out in SEK",
        value=lambda s: None if s.facts.rate is None else rounded(s.facts.rate * 100, RATE_DECIMALS),
        fact="section 3 [D19]",
    ),
    Field(
        vendor="customer.customerNumber",
        source="the customer the order is booked on",
        value=lambda s: s.facts.customer,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="layout.layoutNumber",
        source="[erp] layout",
        value=lambda s: s.facts.layout,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="paymentTerms.paymentTermsNumber",
        source="terms: of the payment method in [payments], else [erp] payment_terms; their type is never sent",
        value=lambda s: s.facts.terms,
        fact="sections 6 [L] and 9 [D19]",
    ),
    Field(
        vendor="recipient.name",
        source="the billing address: company or name, as [orders] company_first says",
        value=lambda s: s.name,
        limit=NAME,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="recipient.address",
        source="contact and street rows of the billing address",
        value=lambda s: s.address,
        limit=ADDRESS,
        fact="section 9 [D19]; several rows in one text [I]",
    ),
    Field(
        vendor="recipient.zip", source="postcode", value=lambda s: s.zip, limit=ZIP, fact="section 9 [D19]"
    ),
    Field(vendor="recipient.city", source="city", value=lambda s: s.city, limit=CITY, fact="section 9 [D19]"),
    Field(
        vendor="recipient.country",
        source="the country's name",
        value=lambda s: s.facts.country(s.draft.billing.country),
        limit=50,
        fact="section 7 [D19]",
    ),
    Field(
        vendor="recipient.vatZone.vatZoneNumber",
        source="[erp] vat_zone_...: by what VAT the shop charged and where the order goes",
        value=lambda s: s.facts.zone,
        fact="section 12 [D19, combination I]",
    ),
    Field(
        vendor="delivery.address",
        source="name and street rows of the delivery address",
        value=lambda s: s.to_address,
        limit=TO_ADDRESS,
        fact="section 9 [D19]; the name in the address [I]",
    ),
    Field(
        vendor="delivery.zip",
        source="postcode of the delivery",
        value=lambda s: s.to_zip,
        limit=TO_ZIP,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="delivery.city",
        source="city of the delivery",
        value=lambda s: s.to_city,
        limit=TO_CITY,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="delivery.country",
        source="the name of the country of delivery",
        value=lambda s: s.facts.country(s.draft.shipping.country),
        limit=50,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="delivery.deliveryTerms",
        source="delivery: of the shipping method in [shipping], else the method's name",
        value=lambda s: s.draft.delivery.way or s.draft.delivery.title,
        limit=100,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="references.other",
        source="the bridge's own key, by which it finds the document again: main:1234:order",
        value=lambda s: s.facts.key,
        limit=250,
        fact="section 5 [D19, L shop26]",
    ),
    Field(
        vendor="references.salesPerson.employeeNumber",
        source="our reference, where it is an employee's number",
        value=lambda s: s.seller,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="notes.heading",
        source="the shop's order number with its prefix",
        value=lambda s: s.heading,
        limit=HEADING,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="notes.textLine1",
        source="your reference, our reference where it is a name, the buyer's order number, and printed texts",
        value=lambda s: s.text,
        limit=TEXT,
        fact="section 9 [D19]; names need a contact or an employee there, so they are text [I]",
    ),
    Field(
        vendor="notes.textLine2",
        source="comments and the buyer's note; e-conomic has no field for the staff alone, so they are printed",
        value=lambda s: s.comment,
        limit=TEXT,
        fact="section 9 [D19 by absence]",
    ),
    Field(
        vendor="project.projectNumber",
        source="project of the [shop] section",
        value=lambda s: s.project,
        fact="section 9 [D19]",
    ),
)
"""The head of an order or an invoice."""

LINE: Final[Sequence[Field[Line]]] = (
    Field(vendor="lineNumber", source="1, 2, 3", value=lambda line: line.position, fact="section 9 [D19]"),
    Field(vendor="sortKey", source="1, 2, 3", value=lambda line: line.position, fact="section 9 [D19]"),
    Field(
        vendor="product.productNumber",
        source="the SKU; other rows: the article of [articles] or [shipping], with its rate behind it where needed",
        value=lambda line: line.article,
        limit=25,
        fact="sections 8 and 9 [D19]",
    ),
    Field(
        vendor="description",
        source="the row's text in the shop with the choices made; the count, where one piece has no exact price",
        value=lambda line: line.text,
        limit=ROW,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="unit.unitNumber",
        source="the article's unit, else [erp] unit",
        value=lambda line: line.unit.number if line.unit and line.article else None,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="quantity",
        source="quantity",
        value=lambda line: line.quantity,
        fact="section 9 [D19]; two decimals [I]",
    ),
    Field(
        vendor="unitNetPrice",
        source="net price of one piece so that e-conomic's own sum is the shop's",
        value=lambda line: line.price,
        fact="section 6, E04740: two decimals [D19]",
    ),
    Field(
        vendor="discountPercentage",
        source="the row's discount in percent; left out without one",
        value=lambda line: line.discount or None,
        fact="section 9 [D19]",
    ),
    Field(
        vendor="departmentalDistribution.departmentalDistributionNumber",
        source="result_unit of the [shop] section",
        value=lambda line: line.department,
        fact="section 9 [D19]",
    ),
)
"""One row. A priced row needs an article, one of text only has neither quantity nor price (section 6 [L])."""
