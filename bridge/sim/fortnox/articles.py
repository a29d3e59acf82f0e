"""Articles (fortnox facts, section 8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, amount, checked, choice, flag, text, whole
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.registers import must_exist
from bridge.sim.fortnox.state import Call, Entry, Reply, State
from bridge.sim.fortnox.wire import as_text

__all__ = ["ACCOUNTS", "FIELDS", "create", "routes", "sales_price"]

ZERO = Decimal(0)
ACCOUNTS = (
    "ConstructionAccount", "EUAccount", "EUVATAccount", "ExportAccount", "PurchaseAccount", "SalesAccount",
)  # fmt: skip
KEYS = (
    "ArticleNumber Bulky ConstructionAccount Depth Description DisposableQuantity EAN EUAccount "
    "EUVATAccount ExportAccount Height Housework HouseworkType Active Manufacturer "
    "ManufacturerArticleNumber Note PurchaseAccount PurchasePrice QuantityInStock ReservedQuantity "
    "SalesAccount StockGoods StockPlace StockValue StockWarning SupplierName SupplierNumber Type Unit VAT "
    "WebshopArticle Weight Width Expired SalesPrice CostCalculationMethod StockAccount StockChangeAccount "
    "DirectCost FreightCost OtherCost DefaultStockPoint DefaultStockLocation CommodityCode"
).split()
HOUSEWORK = (
    "CONSTRUCTION ELECTRICITY GLASSMETALWORK GROUNDDRAINAGEWORK MASONRY PAINTINGWALLPAPERING HVAC "
    "CLEANING TEXTILECLOTHING COOKING SNOWPLOWING GARDENING BABYSITTING OTHERCARE TUTORING FURNISHING "
    "HOMEMAINTENANCE TRANSPORTATIONSERVICES WASHINGANDCAREOFCLOTHING SOLARCELLS "
    "STORAGESELFPRODUCEDELECTRICITY CHARGINGSTATIONELECTRICVEHICLE EMPTYHOUSEWORK OTHERCOSTS"
).split()
SIZE = whole(0, 999_999_999)
FIELDS: dict[str, Field] = {
    **dict.fromkeys("Active Bulky Expired Housework StockGoods WebshopArticle".split(), flag()),
    **dict.fromkeys(ACCOUNTS, whole(1000, 99999)),
    **dict.fromkeys("StockAccount StockChangeAccount".split(), whole(1000, 99999)),
    **dict.fromkeys("Depth Height Weight Width".split(), SIZE),
    **dict.fromkeys("DirectCost FreightCost OtherCost PurchasePrice StockWarning VAT".split(), amount()),
    # letters (also å ä ö [I]), digits, - + / . _; no spaces (section 8)
    "ArticleNumber": text(50, shortest=1, pattern=r"[\w\-+/.]+"),
    "CostCalculationMethod": choice("MANUAL", "LAST_RELEASED_INBOUND"),
    "DefaultStockLocation": text(100),
    "DefaultStockPoint": text(100),
    "Description": text(200, shortest=1),
    "EAN": text(30),
    "HouseworkType": choice(*HOUSEWORK),
    "Manufacturer": text(50),
    "ManufacturerArticleNumber": text(50),
    "Note": text(10000),
    "QuantityInStock": amount(),
    "StockPlace": text(100),
    "SupplierNumber": text(50),
    "Type": choice("STOCK", "SERVICE"),
    "Unit": text(20),
}
"""What may be sent. DisposableQuantity, ReservedQuantity, StockValue, SalesPrice and SupplierName are read-only."""


def _fresh(state: State) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(KEYS)
    values |= dict.fromkeys("Bulky Housework StockGoods WebshopArticle Expired".split(), False)
    values |= dict.fromkeys(
        "Depth Height Weight Width PurchasePrice QuantityInStock ReservedQuantity".split(), ZERO
    )
    values |= dict.fromkeys("EAN ManufacturerArticleNumber Note CommodityCode".split(), "")
    return values | {"Active": True, "Type": "STOCK"} | dict(state.company.defaults)


def create(state: State, sent: dict[str, Any]) -> Entry:
    """Make one from checked values. Only accounts that were sent are looked up: a default may not exist (section 8).

    Raises:
        FortnoxError: no description, a number in use, an account, unit or VAT rate that does not exist.
    """
    if not sent.get("Description"):
        raise FortnoxError(2001392, "Benämning saknas.")  # code [I]
    number = sent.get("ArticleNumber") or state.next("articles", state.articles)
    if number in state.articles:
        raise FortnoxError(2000637, f"Artikelnummer {number} används redan.")  # code [I]
    values = _fresh(state)
    _lay(state, values, {**sent, "ArticleNumber": number})
    for name in ACCOUNTS:
        if sent.get(name):
            must_exist(state, "Account", sent[name])
    state.articles[number] = Entry(number=number, values=values, touched=state.now())
    return state.articles[number]


def _lay(state: State, values: dict[str, Any], sent: dict[str, Any]) -> None:
    usual = _fresh(state)
    if "QuantityInStock" in sent and state.company.warehouse:
        raise FortnoxError(2001399, "Lagersaldot sköts av lagermodulen (QuantityInStock).")  # [I]
    if sent.get("Unit"):
        must_exist(state, "Unit", sent["Unit"])
    if sent.get("VAT") is not None and sent["VAT"] not in state.company.vat_rates:
        raise FortnoxError(2000108, "Kunde inte hämta/hitta moms.")  # words: accodeing, junipeer; code [I]
    values.update(
        {name: usual[name] if value is None else value for name, value in sent.items() if name != "VAT"}
    )


def vat_of(state: State, entry: Entry) -> Decimal:
    """The rate follows the sales account, whatever was sent (section 8)."""
    account = state.company.accounts.get(entry.values["SalesAccount"])
    return account.vat if account else ZERO


def sales_price(state: State, number: str) -> Decimal | None:
    """Of the pre-selected price list, from quantity 0."""
    chosen = [code for code, each in state.registers["PriceList"].items() if each.values["PreSelected"]]
    found = state.prices.get((chosen[0], number, ZERO)) if chosen else None
    return found.values["Price"] if found else None


def _one(call: Call, number: str) -> Entry:
    if number not in call.state.articles:
        raise missing("Article")
    return call.state.articles[number]


def _computed(state: State, entry: Entry) -> dict[str, Any]:
    held, reserved = entry.values["QuantityInStock"], entry.values["ReservedQuantity"]
    if state.company.warehouse:
        places = [both for (sku, _), both in state.stock.items() if sku == entry.number]
        held, reserved = (sum((both[place] for both in places), ZERO) for place in (0, 1))
    return {
        "QuantityInStock": held,
        "ReservedQuantity": reserved,
        "DisposableQuantity": held - reserved,
        "StockValue": max(held, ZERO) * (entry.values["PurchasePrice"] or ZERO),
        "VAT": vat_of(state, entry),
        "SalesPrice": sales_price(state, entry.number),
    }


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    known = {**entry.values, **_computed(call.state, entry)}
    url = {"@url": call.url(f"articles/{quote(entry.number, safe='')}")}
    return {"Article": url | {key: known[key] for key in KEYS}}


def _listed(call: Call, entry: Entry) -> dict[str, Any]:
    """Short, numbers as text, and a VAT that is always 25 (section 4) [issue softwerkab 302; types L]."""
    known = {**entry.values, **_computed(call.state, entry), "VAT": Decimal(25)}
    names = (
        "ArticleNumber Description DisposableQuantity EAN Housework PurchasePrice SalesPrice QuantityInStock "
        "ReservedQuantity StockPlace StockValue Unit VAT WebshopArticle"
    ).split()
    shown: dict[str, Any] = {"@url": call.url(f"articles/{quote(entry.number, safe='')}")}
    return shown | {
        name: as_text(known[name]) if isinstance(known[name], Decimal) else known[name] for name in names
    }


def _post(call: Call) -> Reply:
    entry = create(call.state, checked(FIELDS, call.entity("Article")))
    return Reply(_shown(call, entry), status=201, location="articles")


def _update(call: Call, number: str) -> Reply:
    """Only what was sent changes; but every account on the card is looked up again (section 8) [accodeing]."""
    entry = _one(call, number)
    sent = checked(FIELDS, call.entity("Article"))
    if sent.pop("ArticleNumber", number) != number:
        raise FortnoxError(
            2001399, "Felaktigt fältnamn (ArticleNumber)"
        )  # cannot be changed later [D]; code [I]
    if "Description" in sent and not sent["Description"]:
        raise FortnoxError(2001392, "Benämning saknas.")
    values = dict(entry.values)
    _lay(call.state, values, sent)
    for name in ACCOUNTS:
        account = values[name]
        if account and account not in call.state.company.accounts:
            label = "Inköpskonto" if name == "PurchaseAccount" else name
            raise FortnoxError(
                2001304, f'{label} inte uppdaterat. Kontot "{account}" existerar inte. ({name})'
            )  # code [I]
    entry.values = values
    call.state.touch(entry)
    return Reply(_shown(call, entry))


def _delete(call: Call, number: str) -> Reply:
    """Only one no document names [I]."""
    _one(call, number)
    documents = [*call.state.orders.values(), *call.state.invoices.values()]
    if any(row["ArticleNumber"] == number for each in documents for row in each.rows):
        raise FortnoxError(2000428, "Artikeln används och kan inte tas bort.")  # code [I]
    del call.state.articles[number]
    return Reply(status=204)


def routes(several: Any) -> list[Route]:
    """What can be asked of articles; ``several``: whether two search parameters are taken."""
    rules = Listing(
        plural="Articles",
        show=_listed,
        search={
            "articlenumber": "ArticleNumber", "description": "Description", "ean": "EAN",
            "suppliernumber": "SupplierNumber", "manufacturer": "Manufacturer",
            "manufacturerarticlenumber": "ManufacturerArticleNumber", "webshop": "WebshopArticle",
        },
        filters={
            "active": lambda _call, entry: bool(entry.values["Active"]),
            "inactive": lambda _call, entry: not entry.values["Active"],
        },
        sorts={
            "articlenumber": "ArticleNumber", "quantityinstock": "QuantityInStock",
            "reservedquantity": "ReservedQuantity", "stockvalue": "StockValue",
        },
        several=several,
    )  # fmt: skip
    return [
        route(
            "GET", "/3/articles", "article", lambda call: listing(call, rules, call.state.articles.values())
        ),
        route("POST", "/3/articles", "article", _post),
        route(
            "GET",
            "/3/articles/{number}",
            "article",
            lambda call, number: Reply(_shown(call, _one(call, number))),
        ),
        route("PUT", "/3/articles/{number}", "article", _update),
        route("DELETE", "/3/articles/{number}", "article", _delete),
    ]
