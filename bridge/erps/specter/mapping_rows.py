"""The rows of newOrderSubmit (specter facts, section 5.2): numbered, net, discounts as rows with a minus. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Prices, rounded, vat_of
from bridge.erps.drafting import RowKind
from bridge.erps.drafting.fitting import PlacedRow
from bridge.erps.fields import Field
from bridge.erps.specter.mapping_articles import RULE, ArticleNeed, holds
from bridge.erps.specter.mapping_wire import filled, fixed, numbered
from bridge.erps.specter.profile import Profile
from bridge.errors import Rejected
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.texts import say

__all__ = ["ROWS", "RowSheet", "needs_of", "row_form", "sheets_of", "shown"]

_NAME: Final = 255
"""Letters of a row's text; what Specter takes is not stated, so this is ours [UNK]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSheet:
    """One row, with all that its fields are made of."""

    placed: PlacedRow
    article: str
    price: str
    quantity: str
    percent: str


ROWS: Final[Sequence[Field[RowSheet]]] = (
    Field(
        vendor="articleNo",
        source="the article number (SKU); of shipping, fees, discounts, gift cards and rounding that of [articles]",
        value=lambda sheet: sheet.article,
        fact="5.2 [2+]; it must exist [DOC, VEN]",
    ),
    Field(
        vendor="articleName",
        source="the row's text",
        value=lambda sheet: sheet.placed.text,
        limit=_NAME,
        fact="5.2 [2+]; its length [UNK]",
    ),
    Field(
        vendor="priceExclVAT",
        source="the price of one piece without VAT, three decimals; with a minus on discounts and gift cards used",
        value=lambda sheet: sheet.price,
        fact="5.2 [2+ the name, 1 PS the decimals and the minus]",
    ),
    Field(
        vendor="noOfItems",
        source="the number of pieces",
        value=lambda sheet: sheet.quantity,
        fact="5.2 [2+]; two decimals [INF]",
    ),
    Field(
        vendor="vatPercent",
        source="the percentage the buyer was charged, a whole number",
        value=lambda sheet: sheet.percent,
        fact="5.2 [1 PS]",
    ),
)


def sheets_of(placed: Sequence[PlacedRow], *, rounding: str, profile: Profile) -> tuple[RowSheet, ...]:
    """The rows to send; ``rounding`` is the article of those the engine added.

    Raises:
        Rejected: a VAT rate Specter cannot be told, or an article of ``[articles]`` it cannot have.
    """
    return tuple(_sheet(each, rounding, profile) for each in placed)


def _sheet(each: PlacedRow, rounding: str, profile: Profile) -> RowSheet:
    figures = each.figures
    price, quantity = figures.price, figures.quantity
    if quantity < 0:  # only prices have a minus in Specter (section 5.2 [1 PS])
        price, quantity = -price, -quantity
    percent = fixed(figures.percent, profile.number("numbers.vat_decimals"))
    if Decimal(percent) != figures.percent:
        raise Rejected(
            say(
                "Specter takes whole VAT percentages only; {text} was charged {percent} %.",
                text=each.text,
                percent=plain(figures.percent.normalize()),
            ),
            channel="erp",
            field="vatPercent",
            advice=say(
                "Make this order in Specter by hand and settle it here. If Specter takes decimals, say so in [erp] "
                "profile: numbers.vat_decimals."
            ),
        )
    article = each.draft.article if each.draft else rounding
    if not holds(article, profile):  # of goods it was seen to before
        raise Rejected(
            say(
                "The row {text} stands on article {sku}, which Specter cannot have. {rule}",
                text=each.text,
                sku=repr(article),
                rule=RULE,
            ),
            channel="erp",
            field="articleNo",
            advice=say("Correct the number in [articles] or [shipping], then press Retry."),
        )
    return RowSheet(
        placed=each,
        article=article,
        price=fixed(price, profile.number("numbers.price_decimals")),
        quantity=plain(quantity.normalize()),
        percent=percent,
    )


def row_form(sheets: Sequence[RowSheet], fit: Fitting) -> Mapping[str, str]:
    """As they are sent, numbered from 1."""
    return numbered([filled(ROWS, sheet, fit) for sheet in sheets])


def shown(sheets: Sequence[RowSheet]) -> tuple[Mapping[str, str], ...]:
    """The rows for a table."""
    return tuple(
        {
            "article": sheet.article,
            "text": sheet.placed.text,
            "quantity": sheet.quantity,
            "price": sheet.price,
            "vat": sheet.percent,
            "net": plain(rounded(sheet.placed.amount, 2)),
            "amount": plain(
                rounded(
                    sheet.placed.amount
                    + vat_of(sheet.placed.amount, sheet.placed.figures.percent, Prices.NET, 2),
                    2,
                )
            ),
        }
        for sheet in sheets
    )


def needs_of(sheets: Sequence[RowSheet], *, home: bool) -> tuple[ArticleNeed, ...]:
    """The articles the rows stand on, each once; ``home``: the prices are in the books' currency."""
    found: dict[str, ArticleNeed] = {}
    for sheet in sheets:
        found.setdefault(sheet.article, _need(sheet, home=home))
    return tuple(found.values())


def _need(sheet: RowSheet, *, home: bool) -> ArticleNeed:
    row, figures = sheet.placed.draft, sheet.placed.figures
    goods = row is not None and row.kind is RowKind.PRODUCT
    # Where the ERP cannot be told the price of one, the row is one piece of all of them.
    price = figures.price / (figures.pieces if not figures.counted and figures.pieces else 1)
    return ArticleNeed(
        number=sheet.article,
        name=row.text if row else sheet.placed.text,
        percent=figures.percent,
        net_price=abs(price) if goods and home else None,
        stocked=goods,
    )
