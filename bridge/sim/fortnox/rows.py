"""Rows of orders and invoices: what is sent, what is filled in, and what a PUT makes of them (section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bridge.sim.fortnox.errors import FortnoxError, inactive, missing, no_account
from bridge.sim.fortnox.fields import Field, amount, choice, flag, listed, quantity, text, whole
from bridge.sim.fortnox.registers import must_exist
from bridge.sim.fortnox.state import Entry, State
from bridge.sim.fortnox.totals import net_of, row_total
from bridge.sim.fortnox.wire import as_text

__all__ = ["INVOICE_ROWS", "ORDER_ROWS", "is_text", "laid", "shown_row", "total_of"]

ZERO = Decimal(0)
COLUMN = {
    "SEVAT": "SalesAccount",
    "EUREVERSEDVAT": "EUAccount",
    "EUVAT": "EUVATAccount",
    "EXPORT": "ExportAccount",
    "SEREVERSEDVAT": "ConstructionAccount",
}
"""The customer's VATType chooses the article's account (section 12) [D field texts; combination I]."""
HOUSEWORK = (
    "CONSTRUCTION ELECTRICITY GLASSMETALWORK GROUNDDRAINAGEWORK MASONRY PAINTINGWALLPAPERING "
    "MOVINGSERVICES ITSERVICES CLEANING TEXTILECLOTHING SNOWPLOWING GARDENING BABYSITTING OTHERCARE "
    "OTHERCOSTS"
).split()
MORE_HOUSEWORK = (
    "HVAC MAJORAPPLIANCEREPAIR SOLARCELLS STORAGESELFPRODUCEDELECTRICITY CHARGINGSTATIONELECTRICVEHICLE "
    "HOMEMAINTENANCE FURNISHING TRANSPORTATIONSERVICES WASHINGANDCAREOFCLOTHING"
).split()
BOTH: dict[str, Field] = {
    "AccountNumber": whole(1000, 9999, zero=True),  # 0 worked for one user's text rows (section 9) [1]
    "ArticleNumber": text(50),
    "CostCenter": text(6),
    "DeliveredQuantity": quantity(),
    "Description": text(255),
    "Discount": amount(),
    "DiscountType": choice("PERCENT", "AMOUNT"),
    "HouseWork": flag(),
    "HouseWorkHoursToReport": whole(0, 999),
    "Price": amount(),
    "Project": text(20),
    "RowId": whole(1),
    "StockPointCode": text(50),
    "Unit": text(20),
}
ORDER_ROWS = listed(
    BOTH
    | {
        "HouseWorkType": choice(*HOUSEWORK),
        "OrderedQuantity": quantity(),
        "StockPointId": text(50),
        "VAT": amount(),
        "VATCode": text(20),
    }
)
INVOICE_ROWS = listed(
    BOTH
    | {
        "HouseWorkType": choice(*HOUSEWORK, *MORE_HOUSEWORK),
        "VAT": amount(),  # a whole number by the OpenAPI file, but decimals are taken too [1 csharp issue 139]
        "VATCode": text(20),
    }
)
EMPTY: dict[str, Any] = {
    "AccountNumber": 0, "ArticleNumber": "", "CostCenter": "", "DeliveredQuantity": ZERO, "Description": "",
    "Discount": ZERO, "DiscountType": "PERCENT", "HouseWork": False, "HouseWorkHoursToReport": None,
    "HouseWorkType": None, "OrderedQuantity": ZERO, "Price": ZERO, "Project": "", "StockPointCode": None, "Unit": "",
    "VAT": ZERO, "VATCode": None,
}  # fmt: skip


def laid(state: State, document: Entry, sent: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows after a POST or PUT; every row gets a new RowId (section 9) [D fortpyx].

    Without any RowId rows are matched by position, what a row leaves out stays, and rows beyond those sent are gone.
    With one, rows are matched by it, those without are new, and those not named are gone.

    Raises:
        FortnoxError: what a row names does not exist, or it cannot be billed.
    """
    old = document.rows
    if any("RowId" in row for row in sent):
        by_id = {row["RowId"]: row for row in old}
        before = [by_id.get(row["RowId"]) if "RowId" in row else None for row in sent]
        if any("RowId" in row and kept is None for row, kept in zip(sent, before, strict=True)):
            raise FortnoxError(2000729, "Raden finns inte (RowId).")  # code [I]
    else:
        before = [*old[: len(sent)], *([None] * (len(sent) - len(old)))]
    return [_row(state, document, row, kept) for row, kept in zip(sent, before, strict=True)]


def _row(state: State, document: Entry, sent: dict[str, Any], kept: dict[str, Any] | None) -> dict[str, Any]:
    row = _fresh(state, document, sent) if kept is None else {**kept, **_unblanked(sent)}
    if kept is not None and sent.get("ArticleNumber"):
        _article(state, row["ArticleNumber"])
    row["RowId"] = int(state.next("rows"))
    _valid(state, document, row, sent)
    return row


def _unblanked(sent: dict[str, Any]) -> dict[str, Any]:
    return {name: EMPTY.get(name) if value is None else value for name, value in sent.items()}


def _article(state: State, number: str) -> Entry:
    article = state.articles.get(number)
    if article is None:
        raise missing("Article", status=400)  # status [I]
    if not article.values["Active"]:
        raise inactive(f"Artikel {number}")  # refused [2+ plugin changelogs]; code [I]
    return article


def _fresh(state: State, document: Entry, sent: dict[str, Any]) -> dict[str, Any]:
    """What is missing comes from the article, the price list and the customer's card (section 9) [accodeing]."""
    customer = state.customers[document.values["CustomerNumber"]].values
    row = {**EMPTY, **_unblanked(sent)}
    given = {name for name, value in sent.items() if value is not None}
    if not row["ArticleNumber"]:
        if "AccountNumber" not in sent:
            raise no_account()  # neither article nor account: "Kunde inte hitta konto" [accodeing]
        if not row["AccountNumber"]:
            return row  # a text row
    else:
        _from_article(state, document, row, given)
    if row["AccountNumber"] and "VAT" not in given:
        row["VAT"] = _account_vat(state, row["AccountNumber"])
    if "Discount" not in sent and customer["InvoiceDiscount"]:
        row["Discount"] = customer["InvoiceDiscount"]  # the card's discount flows in (section 9) [1 woohub]
    return row


def _from_article(state: State, document: Entry, row: dict[str, Any], given: set[str]) -> None:
    customer = state.customers[document.values["CustomerNumber"]].values
    article = _article(state, row["ArticleNumber"])
    for name in ("Description", "Unit"):
        if name not in given:
            row[name] = article.values[name] or ""
    if "AccountNumber" not in given or not row["AccountNumber"]:
        column = COLUMN[customer["VATType"]]
        row["AccountNumber"] = int(customer["SalesAccount"] or article.values[column] or 0)
        if not row["AccountNumber"]:
            raise no_account(f"({column} på artikel {article.number})")
    if "Price" not in given:
        row["Price"] = _listed_price(state, document, row)


def _listed_price(state: State, document: Entry, row: dict[str, Any]) -> Decimal:
    """Of the document's price list, for the quantity; as it stands, also when prices include VAT [I]."""
    amounts = max(row["OrderedQuantity"], row["DeliveredQuantity"])
    found = [
        (start, entry.values["Price"])
        for (code, number, start), entry in state.prices.items()
        if (code, number) == (document.values["PriceList"], row["ArticleNumber"])
        and start <= max(amounts, ZERO)
    ]
    return max(found)[1] if found else ZERO


def _account_vat(state: State, number: int) -> Decimal:
    account = state.company.accounts.get(number)
    return account.vat if account else ZERO


def _valid(state: State, document: Entry, row: dict[str, Any], sent: dict[str, Any]) -> None:
    company = state.company
    if row["DiscountType"] == "PERCENT" and row["Discount"] > 100:
        raise FortnoxError(2000108, "Ogiltig rabatt. Får inte överstiga 100 %.")  # words: accodeing; code [I]
    if row["DeliveredQuantity"] > 0 and not row["Description"] and not row["ArticleNumber"]:
        raise FortnoxError(2003977, "En fakturerbar rad saknar text eller artikelnummer.")
    if is_text(row):
        if row["Price"] or row["DeliveredQuantity"]:
            raise no_account()
        return
    must_exist(state, "Account", row["AccountNumber"])
    if row["VAT"] not in company.vat_rates:
        raise FortnoxError(2000108, "Kunde inte hämta/hitta moms.")  # words: accodeing, junipeer; code [I]
    if company.easy_vat and row["VAT"] not in company.easy_rates and not sent.get("AccountNumber"):
        raise FortnoxError(2004167, "Konto måste anges för egen momssats när Enkel moms används.")
    _named(state, document, row)


def _named(state: State, document: Entry, row: dict[str, Any]) -> None:
    company = state.company
    for name in ("Unit", "CostCenter", "Project"):
        if row[name]:
            must_exist(state, name, row[name])
    centre = row["CostCenter"] or document.values["CostCenter"]
    if company.accounts[row["AccountNumber"]].cost_centre == "MANDATORY" and not centre:
        raise FortnoxError(2000947, "Kostnadsställe måste anges för konto.")  # code [I]
    if row["StockPointCode"] and row["StockPointCode"] not in company.stock_points:
        raise FortnoxError(2000729, "Lagerstället finns inte.")  # code [I]


def is_text(row: dict[str, Any]) -> bool:
    """A row that only says something."""
    return not row["ArticleNumber"] and not row["AccountNumber"]


def total_of(row: dict[str, Any]) -> Decimal:
    """By what is delivered, never by what was ordered (section 9) [L]."""
    percent = row["DiscountType"] == "PERCENT"
    if not row["DeliveredQuantity"]:
        return ZERO
    return row_total(row["DeliveredQuantity"], row["Price"], row["Discount"], percent=percent)


def shown_row(row: dict[str, Any], *, order: bool, included: bool) -> dict[str, Any]:
    """As recorded, key by key: quantities are text, contributions too [L]."""
    total = total_of(row)
    shown = {
        "AccountNumber": row["AccountNumber"],
        "ArticleNumber": row["ArticleNumber"],
        "ContributionPercent": "0",
        "ContributionValue": "0",
        "Cost": 0,
        "CostCenter": row["CostCenter"],
        "DeliveredQuantity": as_text(row["DeliveredQuantity"]),
        "Description": row["Description"],
        "Discount": row["Discount"],
        "DiscountType": row["DiscountType"],
        "HouseWork": row["HouseWork"],
        "HouseWorkHoursToReport": row["HouseWorkHoursToReport"],
        "HouseWorkType": row["HouseWorkType"],
    }
    if order:
        shown |= {"OrderedQuantity": as_text(row["OrderedQuantity"]), "Price": row["Price"]}
        shown |= {"Project": row["Project"], "ReservedQuantity": "0", "RowId": row["RowId"]}
        shown |= {"StockPointCode": row["StockPointCode"], "StockPointId": None, "Total": total}
        return shown | {"Unit": row["Unit"], "VAT": row["VAT"]}
    shown |= {"Price": row["Price"], "PriceExcludingVAT": net_of(row["Price"], row["VAT"], included=included)}
    shown |= {"Project": row["Project"], "RowId": row["RowId"], "StockPointCode": row["StockPointCode"]}
    shown |= {"Total": total, "TotalExcludingVAT": net_of(total, row["VAT"], included=included)}
    return shown | {"Unit": row["Unit"], "VAT": row["VAT"], "VATCode": row["VATCode"]}
