"""The rows of an order or invoice in Fortnox (fortnox facts, section 9)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Prices, rounded, vat_of
from bridge.erps.drafting import RowKind
from bridge.erps.drafting.fitting import PlacedRow
from bridge.erps.fields import Field, body
from bridge.erps.fortnox.letters import API_BLANK
from bridge.erps.fortnox.mapping_accounts import RowAccounts
from bridge.erps.fortnox.mapping_articles import ArticleNeed
from bridge.erps.wire import Json
from bridge.model.documents import DocumentKind
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.texts import say
from bridge.model.vat import Treatment

__all__ = [
    "DESCRIPTION",
    "ROWS",
    "TEXT_ROWS",
    "RowSheet",
    "named",
    "needs_of",
    "rows_of",
    "shown",
    "wire_rows",
]

DESCRIPTION: Final = 255
"""Letters of a row's text (section 9 [D])."""
MOST_TEXT: Final = 4 * DESCRIPTION
"""A longer text goes on in text rows below, so many at most."""
NAMELESS: Final = "Artikel"
"""A row that costs something needs a text or an article: 2003977 (section 5 [sharespine])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSheet:
    """One row, with all that its fields are made of."""

    placed: PlacedRow
    kind: DocumentKind
    article: str
    account: str
    own: bool = False
    """It is to name its article's own account, which nobody has looked up yet."""
    text: str = ""
    """Its first 255 letters, in letters Fortnox takes."""
    more: tuple[str, ...] = ()
    """What did not fit."""
    stock_point: str = ""


def _quantity(sheet: RowSheet) -> str:
    """As text, which is what the schema says of both quantities [D]."""
    return plain(sheet.placed.figures.quantity.normalize())


def _ordered(sheet: RowSheet) -> Json:
    return _quantity(sheet) if sheet.kind is DocumentKind.ORDER else None


def _discount(sheet: RowSheet) -> Decimal:
    return sheet.placed.figures.discount_amount or sheet.placed.figures.discount_percent


def _discount_type(sheet: RowSheet) -> str:
    return "AMOUNT" if sheet.placed.figures.discount_amount else "PERCENT"


def _percent(sheet: RowSheet) -> Json:
    """A whole number where it is one: for invoices the schema says integer, though 25.5 is taken [1 csharp #139]."""
    percent = sheet.placed.figures.percent
    return int(percent) if percent == percent.to_integral_value() else percent


ROWS: Final[Sequence[Field[RowSheet]]] = (
    Field(
        vendor="ArticleNumber",
        source="the article number (SKU); of shipping, fees, discounts, gift cards and rounding that of [articles]",
        value=lambda sheet: sheet.article,
        fact="section 9 [2+]: without one the row names an account",
    ),
    Field(
        vendor="Description",
        source="the row's text; what is longer goes on in text rows below it",
        value=lambda sheet: sheet.text,
        limit=DESCRIPTION,
        fact="section 9 [D]",
    ),
    Field(
        vendor="OrderedQuantity",
        source="the number of pieces; on orders only",
        value=_ordered,
        fact="section 9 [2+]",
    ),
    Field(
        vendor="DeliveredQuantity",
        source="the same: totals follow it, and left out it is 0",
        value=_quantity,
        fact="section 9 [L]",
    ),
    Field(
        vendor="Price",
        source="the price of one piece, with or without VAT as the document says",
        value=lambda sheet: sheet.placed.figures.price,
        fact="section 9 [L]: two decimals",
    ),
    Field(
        vendor="Discount",
        source="the row's discount; 0 where it has none, so that the customer card's own does not slip in",
        value=_discount,
        fact="section 9 [1]",
    ),
    Field(
        vendor="DiscountType",
        source="PERCENT, or AMOUNT of the whole row where no percentage meets the amount",
        value=_discount_type,
        fact="section 9 [2+]; that an amount is of the whole row [I]",
    ),
    Field(
        vendor="VAT",
        source="the percentage the buyer was charged",
        value=_percent,
        fact="section 12 [D]: it must exist in the company",
    ),
    Field(
        vendor="AccountNumber",
        source="in Sweden the article's own sales account, so that the VAT type on the customer's card chooses none; "
        "that of [accounts] where that would be wrong: abroad, without VAT, gift cards, rows without an article, "
        "articles without one; of a credit the account its original has; [erp] row_accounts decides",
        value=lambda sheet: int(sheet.account) if sheet.account else None,
        fact="section 12 [D]",
    ),
    Field(
        vendor="StockPointCode",
        source="[erp] stock_point, on goods of invoices; orders have it once, in the head",
        value=lambda sheet: sheet.stock_point,
        fact="section 9 [D]",
    ),
)


def _emptied(name: str) -> Field[str]:
    return Field(
        vendor=name,
        source="emptied, which makes it a text row",
        value=lambda _: API_BLANK,
        fact="section 9 [1]",
    )


TEXT_ROWS: Final[Sequence[Field[str]]] = (
    Field(
        vendor="Description", source="the rest of the text above", value=lambda text: text, limit=DESCRIPTION
    ),
    *(_emptied(name) for name in ("ArticleNumber", "AccountNumber", "Price", "DeliveredQuantity")),
)


def rows_of(
    placed: Sequence[PlacedRow],
    *,
    kind: DocumentKind,
    accounts: RowAccounts,
    rounding: str,
    by_article: bool,
    stock_point: str,
    fitting: Fitting,
) -> tuple[RowSheet, ...]:
    """The rows to send.

    ``rounding``: the article of rows the engine added. ``by_article``: rows that are no goods are booked on the
    articles of ``[articles]``; otherwise on accounts, without an article.
    """

    def sheet(each: PlacedRow) -> RowSheet:
        row = each.draft
        goods = row is not None and row.kind is RowKind.PRODUCT
        article = (row.article if row else rounding) if goods or by_article else ""
        account = accounts.of(row, article=article) if row else accounts.rounding(article=article)
        first, *more = _pieces(each.text, fitting) or ["" if article else NAMELESS]
        return RowSheet(
            placed=each,
            kind=kind,
            article=article,
            account=account,
            own=row is not None and accounts.is_own(row, article=article),
            text=first,
            more=tuple(more),
            stock_point=stock_point if goods and article else "",
        )

    return tuple(sheet(each) for each in placed)


def named(
    sheets: Sequence[RowSheet], accounts: RowAccounts, known: Mapping[str, int | None]
) -> tuple[RowSheet, ...]:
    """The rows with their articles' accounts in Sweden, as ``known``; of one that has none, with ``[accounts]``' own.

    Left out, the customer's VAT type would choose after all, or Fortnox refuse the row.

    Raises:
        Rejected: ``[accounts]`` has none for this sale either.
    """

    def account(sheet: RowSheet) -> str:
        row, found = sheet.placed.draft, known.get(sheet.article)
        if row is None or not sheet.own:
            return sheet.account
        return str(found) if found else accounts.home(row)

    return tuple(replace(sheet, account=account(sheet)) for sheet in sheets)


def _pieces(text: str, fitting: Fitting) -> list[str]:
    written = fitting.fit(text, where=say("row text"), most=MOST_TEXT)
    return textwrap.wrap(written, DESCRIPTION)


def wire_rows(sheets: Sequence[RowSheet]) -> list[Mapping[str, Json]]:
    """As they go over the wire, each followed by what did not fit into its text."""

    def made() -> Iterator[Mapping[str, Json]]:
        for sheet in sheets:
            yield body(ROWS, sheet)
            yield from (body(TEXT_ROWS, text) for text in sheet.more)

    return list(made())


def shown(sheets: Sequence[RowSheet], prices: Prices) -> tuple[Mapping[str, str], ...]:
    """The rows for a table; text rows are told by the payload alone."""

    def row(sheet: RowSheet) -> Mapping[str, str]:
        figures, amount = sheet.placed.figures, sheet.placed.amount
        tax = vat_of(amount, figures.percent, prices, 2)
        return {
            "article": sheet.article,
            "account": sheet.account,
            "text": sheet.text,
            "quantity": _quantity(sheet),
            "price": plain(figures.price),
            "discount": plain(_discount(sheet)),
            "vat": plain(figures.percent),
            "net": plain(rounded(amount - tax if prices is Prices.GROSS else amount, 2)),
            "amount": plain(amount),
        }

    return tuple(row(sheet) for sheet in sheets)


def needs_of(
    sheets: Sequence[RowSheet], accounts: RowAccounts, prices: Prices, *, rate: Decimal
) -> tuple[ArticleNeed, ...]:
    """The articles the rows stand on, each once. ``rate``: what one unit of the currency is worth in the books'."""
    found: dict[str, ArticleNeed] = {}
    for sheet in sheets:
        if sheet.article and sheet.article not in found:
            found[sheet.article] = _need(sheet, accounts, prices, rate)
    return tuple(found.values())


def _need(sheet: RowSheet, accounts: RowAccounts, prices: Prices, rate: Decimal) -> ArticleNeed:
    row, figures = sheet.placed.draft, sheet.placed.figures
    price = figures.price if figures.counted or not figures.pieces else figures.price / figures.pieces
    tax = vat_of(price, figures.percent, prices, 2) if prices is Prices.GROSS else Decimal(0)
    goods = row is not None and row.kind is RowKind.PRODUCT
    treatment = accounts.treatment(row) if row else None
    return ArticleNeed(
        number=sheet.article,
        name=sheet.text,
        percent=figures.percent if treatment in _SWEDISH else None,
        net_price=rounded((price - tax) * rate, 2) if goods else None,
        service=row is None or accounts.is_service(row),
    )


_SWEDISH: Final = frozenset({Treatment.DOMESTIC, Treatment.EXEMPT, Treatment.EU_HOME_RATE})
"""Sales that tell the article's VAT in Sweden."""
