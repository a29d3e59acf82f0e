"""Prices of articles in price lists (fortnox facts, section 8)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, amount, checked, text
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.registers import must_exist
from bridge.sim.fortnox.state import STOCKHOLM, Call, Entry, Reply, State

__all__ = ["put", "routes"]

FIELDS: dict[str, Field] = {
    "ArticleNumber": text(50, shortest=1),
    "FromQuantity": amount(low="0"),
    "Percent": amount(),
    "Price": amount(),
    "PriceList": text(100, shortest=1),
}
SHORT = ("ArticleNumber", "FromQuantity", "Price", "PriceList")


def put(state: State, code: str, number: str, start: Decimal, changes: dict[str, Any]) -> Entry:
    """Set a price, new or not.

    Raises:
        FortnoxError: no such price list or article.
    """
    must_exist(state, "PriceList", code)
    if number not in state.articles:
        raise missing("Article", status=400)  # status [I]
    key = (code, number, start)
    if key not in state.prices:
        values = {
            "ArticleNumber": number,
            "FromQuantity": start,
            "PriceList": code,
            "Percent": Decimal(0),
            "Price": Decimal(0),
        }
        state.prices[key] = Entry(number=number, values=values, touched=state.now())
    entry = state.prices[key]
    entry.values.update({name: Decimal(0) if value is None else value for name, value in changes.items()})
    state.touch(entry)
    state.touch(state.articles[number])  # a new price is a change of the article [I]
    return entry


def _found(call: Call, code: str, number: str, start: str = "") -> Entry:
    """``FromQuantity`` 0 is the base price; without one, the first."""
    try:
        wanted = Decimal(start) if start else None
    except InvalidOperation:
        raise FortnoxError(2000108, "Värdet måste vara numeriskt.") from None
    for (its_code, its_number, its_start), entry in sorted(call.state.prices.items()):
        if (its_code, its_number) == (code, number) and wanted in (None, its_start):
            return entry
    raise missing("Price")


def _url(call: Call, values: dict[str, Any]) -> str:
    places = (values["PriceList"], values["ArticleNumber"], f"{values['FromQuantity']:f}")
    return call.url("prices/" + "/".join(quote(each, safe="") for each in places))


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    moment = entry.touched.astimezone(STOCKHOLM)
    values = {"@url": _url(call, entry.values), "ArticleNumber": entry.values["ArticleNumber"]}
    values |= {"Date": f"{moment:%Y-%m-%d}", "FromQuantity": entry.values["FromQuantity"]}
    return {"Price": values | {name: entry.values[name] for name in ("Percent", "Price", "PriceList")}}


def _listed(call: Call, entry: Entry) -> dict[str, Any]:
    return {"@url": _url(call, entry.values)} | {name: entry.values[name] for name in SHORT}


def _post(call: Call) -> Reply:
    sent = checked(FIELDS, call.entity("Price"))
    if not sent.get("ArticleNumber") or not sent.get("PriceList"):
        raise FortnoxError(2001392, "Uppgift saknas: ArticleNumber, PriceList.")  # required [D]; code [I]
    start = sent.pop("FromQuantity", None) or Decimal(0)
    code, number = sent.pop("PriceList"), sent.pop("ArticleNumber")
    if (code, number, start) in call.state.prices:
        raise FortnoxError(2000637, "Priset finns redan.")  # [I]
    entry = put(call.state, code, number, start, sent)
    return Reply(_shown(call, entry), status=201, location="prices")


def _change(call: Call, code: str, number: str, start: str = "") -> Reply:
    sent = checked(FIELDS, call.entity("Price"))
    entry = _found(call, code, number, start)
    kept = {name: value for name, value in sent.items() if name in ("Percent", "Price")}
    return Reply(_shown(call, put(call.state, code, number, entry.values["FromQuantity"], kept)))


def _one(call: Call, code: str, number: str, start: str = "") -> Reply:
    return Reply(_shown(call, _found(call, code, number, start)))


def _delete(call: Call, code: str, number: str, start: str) -> Reply:
    del call.state.prices[code, number, _found(call, code, number, start).values["FromQuantity"]]
    return Reply(status=204)


def _sublist(call: Call, code: str, number: str) -> Reply:
    return _list(
        call, (each for (its, sku, _), each in call.state.prices.items() if (its, sku) == (code, number))
    )


def _list(call: Call, entries: Iterable[Entry]) -> Reply:
    return listing(call, Listing(plural="Prices", show=_listed), entries)


def routes() -> list[Route]:
    """What can be asked of prices."""
    two = "/3/prices/{list}/{article}"
    return [
        route("GET", "/3/prices", "price", lambda call: _list(call, call.state.prices.values())),
        route("POST", "/3/prices", "price", _post),
        route("GET", "/3/prices/sublist/{list}/{article}", "price", _sublist),
        route("GET", two, "price", _one),
        route("PUT", two, "price", _change),
        route("GET", f"{two}/{{start}}", "price", _one),
        route("PUT", f"{two}/{{start}}", "price", _change),
        route("DELETE", f"{two}/{{start}}", "price", _delete),
    ]
