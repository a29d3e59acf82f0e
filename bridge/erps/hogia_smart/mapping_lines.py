"""The rows of a customer invoice in both bodies, and what their fields take their values from. Pure.

Hogia facts, section 2.3 [2+ the older body, 1 the newer]. Lengths are stated nowhere [UNK].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.erps.chart import Account
from bridge.erps.drafting.fitting import PlacedRow
from bridge.erps.fields import Field
from bridge.erps.wire import Json

__all__ = ["NEWER_LINE", "NEWER_TEXT", "OLDER_LINE", "OLDER_TEXT", "TEXT", "Line"]

TEXT, NUMBER, UNIT = 255, 50, 20
MAIN: Final = 1
"""``dimensionLevel`` of cost centres; the newer body calls it One [INF]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as Hogia is given it: what goes back has a negative quantity, a price is never negative."""

    text: str
    placed: PlacedRow | None = None
    """None: a row of text only."""
    quantity: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    account: Account | None = None
    vat_account: Account | None = None
    unit: str = ""
    cost_centre: str = ""
    project: str = ""

    @property
    def fraction(self) -> Decimal:
        """The VAT as Hogia writes it: 0.25."""
        percent = self.placed.figures.percent if self.placed else Decimal(0)
        return (percent / 100).normalize() if percent else Decimal(0)


def _number(account: Account | None) -> Json:
    return int(account.number) if account else None


_OLDER_DIMENSION: Final[Field[Line]] = Field(
    vendor="dimensions",
    source="result_unit of the [shop] section, in the first dimension",
    value=lambda line: (
        [{"dimensionNumber": line.cost_centre, "dimensionLevel": MAIN}] if line.cost_centre else None
    ),
    fact="section 2.3 [1]; which dimension is the cost centre [INF]",
)
_NEWER_DIMENSION: Final[Field[Line]] = Field(
    vendor="dimensions",
    source="result_unit of the [shop] section, in the dimension One",
    value=lambda line: [{"type": "One", "number": line.cost_centre}] if line.cost_centre else None,
    fact="section 2.3 [1]; which dimension is the cost centre [INF]",
)
_TEXT: Final = (
    "the row's text in the shop with the choices made, its article number first where row_articles = yes"
)
_PRICED: Final[Sequence[Field[Line]]] = (
    Field(
        vendor="unitPrice",
        source="net price of one piece so that Hogia's own sum is the shop's; never negative",
        value=lambda line: line.price,
        fact="section 2.3 [2+]; net [INF], two decimals [INF]",
    ),
    Field(
        vendor="unitType",
        source="[erp] unit, on rows of goods",
        value=lambda line: line.unit,
        limit=UNIT,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="quantity",
        source="quantity; negative for what goes back, for discounts and for gift cards used",
        value=lambda line: line.quantity,
        fact="section 2.3 [2+]; negative [1, of the sister interface]",
    ),
    Field(
        vendor="salesAccountNumber",
        source="the account of [accounts] for the sale; gift cards, discounts and rounding have theirs",
        value=lambda line: _number(line.account),
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="projectNumber",
        source="project of the [shop] section",
        value=lambda line: line.project,
        limit=NUMBER,
        fact="section 2.3 [2+]",
    ),
)

OLDER_LINE: Final[Sequence[Field[Line]]] = (
    Field(vendor="type", source="InvoiceLine", value=lambda _: "InvoiceLine", fact="section 2.3 [2+]"),
    Field(vendor="name", source=_TEXT, value=lambda line: line.text, limit=TEXT, fact="section 2.3 [2+]"),
    *_PRICED,
    Field(
        vendor="vat.percent",
        source="the VAT charged, as a fraction: 0.25",
        value=lambda line: line.fraction,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="vat.accountNumber",
        source="the account of [accounts] for that VAT; left out without VAT",
        value=lambda line: _number(line.vat_account),
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="discountPercent",
        source="the row's discount in percent; 0 where it has none, so that the customer's own does not slip in",
        value=lambda line: line.placed.figures.discount_percent if line.placed else None,
        fact="section 2.3 [2+]; 10 for 10 % [1, INF]",
    ),
    _OLDER_DIMENSION,
)
"""A priced row of the older body."""

OLDER_TEXT: Final[Sequence[Field[Line]]] = (
    Field(
        vendor="type", source="TextInvoiceLine", value=lambda _: "TextInvoiceLine", fact="section 2.3 [2+]"
    ),
    Field(
        vendor="name",
        source="the order's number, what a credit credits, where the goods go, printed texts",
        value=lambda line: line.text,
        limit=TEXT,
        fact="section 2.3 [2+]",
    ),
)
"""A row of text in the older body."""

NEWER_LINE: Final[Sequence[Field[Line]]] = (
    Field(
        vendor="description", source=_TEXT, value=lambda line: line.text, limit=TEXT, fact="section 2.3 [1]"
    ),
    *_PRICED,
    _NEWER_DIMENSION,
)
"""A priced row of the newer body (``invoiceLine``). Its row by article (``itemInvoiceLine``) has no price, so what
the buyer paid could not be said with it."""

NEWER_TEXT: Final[Sequence[Field[Line]]] = (
    Field(
        vendor="description",
        source="the order's number, what a credit credits, where the goods go, printed texts",
        value=lambda line: line.text,
        limit=TEXT,
        fact="section 2.3 [1]",
    ),
)
"""A row of text in the newer body (``textInvoiceLine``)."""
