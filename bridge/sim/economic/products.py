"""Articles: net prices, prices in other currencies, and stock with the inventory module only (section 8) [D19]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from bridge.sim.economic.call import Call, Reply, Route, absent, created
from bridge.sim.economic.documents import product_ref
from bridge.sim.economic.errors import MISSING, Problems, Refusal
from bridge.sim.economic.listing import Entry, collection, whole
from bridge.sim.economic.registers import group_json, unit_ref
from bridge.sim.economic.state import Product, State
from bridge.sim.economic.tables import PRICE, PRODUCT

__all__ = ["ROUTES", "product_json"]

Body = dict[str, Any]


def product_json(state: State, product: Product) -> Body:
    """An article as it is read, alone and in the collection."""
    body, company = product.body, state.company
    ref = product_ref(state, body["productNumber"])
    group = company.groups[body["productGroup"]["productGroupNumber"]]
    shown: Body = {**body, "productGroup": group_json(state, group)}
    if "unit" in body:
        shown["unit"] = unit_ref(state, body["unit"]["unitNumber"])
    if "departmentalDistribution" in body:
        number = body["departmentalDistribution"]["departmentalDistributionNumber"]
        link = state.link("departmental-distributions", number)
        shown["departmentalDistribution"] = {"departmentalDistributionNumber": number, "self": link}
    if company.inventory:
        shown["inventory"] = {
            **body.get("inventory", {}),
            "available": product.in_stock - product.reserved,
            "inStock": product.in_stock,
            "orderedByCustomers": product.reserved,
            "orderedFromSuppliers": Decimal("0.00"),
            "inventoryLastUpdated": f"{product.touched:%Y-%m-%dT%H:%M:%SZ}",
        }
    return {
        **shown,
        "lastUpdated": f"{product.touched:%Y-%m-%dT%H:%M:%SZ}",
        "invoices": {"drafts": f"{ref['self']}/invoices/drafts", "booked": f"{ref['self']}/invoices/booked"},
        "self": ref["self"],
    }


def _found(call: Call, number: str) -> Product:
    product = call.state.products.get(number)
    if product is None:
        raise absent()
    return product


def _entries(state: State, products: Iterable[Product]) -> Iterator[Entry]:
    for each in products:
        view = {**each.body, "lastUpdated": f"{each.touched:%Y-%m-%dT%H:%M:%SZ}"}
        yield view, lambda each=each: product_json(state, each)  # type: ignore[misc]


def _listed(call: Call) -> Reply:
    return collection(
        call, "products", _entries(call.state, call.state.products.values()), by="productNumber"
    )


def _single(call: Call, number: str) -> Reply:
    return Reply(data=product_json(call.state, _found(call, number)))


def _of_group(call: Call, number: int) -> Reply:
    if number not in call.state.company.groups:
        raise absent()
    every = call.state.products.values()
    found = (each for each in every if each.body["productGroup"]["productGroupNumber"] == number)
    return collection(call, "products", _entries(call.state, found), by="productNumber")


def _of_unit(call: Call, number: int) -> Reply:
    if number not in call.state.company.units:
        raise absent()
    every = call.state.products.values()
    found = (each for each in every if each.body.get("unit", {}).get("unitNumber") == number)
    return collection(call, "products", _entries(call.state, found), by="productNumber")


def _checked(call: Call) -> Body:
    checker = call.checker()
    body = checker.document(call.body, PRODUCT)
    if call.state.company.inventory:
        # with the module costPrice is read-only and the recommended one required (section 8) [D19]
        body.pop("costPrice", None)
        if "recommendedCostPrice" not in body.get("inventory", {}):
            path = ("inventory", "recommendedCostPrice")
            checker.problems.add(path, "recommendedCostPrice is required with inventory.", code=MISSING)
    else:
        body.pop("inventory", None)
    checker.problems.settle()
    return body


def _create(call: Call) -> Reply:
    state = call.state
    body = _checked(call)
    number = body["productNumber"]
    if number in state.products:
        problems = Problems()
        problems.add(("productNumber",), "The product number is in use.", value=number)
        problems.settle()
    state.products[number] = Product(body=body, touched=state.now)
    shown = product_json(state, state.products[number])
    return created(shown, shown["self"])


def _replace(call: Call, number: str) -> Reply:
    product = _found(call, number)
    body = _checked(call)
    if body["productNumber"] != number:
        raise Refusal(400, "The product number does not match the address.")
    product.body = body
    product.touched = call.state.now
    return Reply(data=product_json(call.state, product))


def _delete(call: Call, number: str) -> Reply:
    """A product in use cannot be deleted (section 8) [D19]."""
    _found(call, number)
    state = call.state
    for table in (state.orders, state.drafts, state.booked):
        for doc in table.values():
            if any(
                line.get("product", {}).get("productNumber") == number for line in doc.body.get("lines", [])
            ):
                raise Refusal(400, "The product is in use and cannot be deleted.")
    del state.products[number]
    return Reply(status=204)


# --- prices in other currencies


def _price_json(state: State, number: str, code: str) -> Body:
    ref = product_ref(state, number)
    # the schema of the answer says currencyCode, the documented body code (section 8) [D19]: both stand there
    return {
        "currency": {"code": code, "currencyCode": code, "self": state.link("currencies", code)},
        "price": state.products[number].prices[code],
        "product": ref,
        "self": f"{ref['self']}/pricing/currency-specific-sales-prices/{code}",
    }


def _prices(call: Call, number: str) -> Reply:
    product = _found(call, number)
    rows = (_price_json(call.state, number, code) for code in product.prices)
    return collection(call, "prices", whole(rows), by="price")


def _price(call: Call, number: str, code: str) -> Reply:
    if code not in _found(call, number).prices:
        raise absent()
    return Reply(data=_price_json(call.state, number, code))


def _code_of(call: Call, given: Body) -> str:
    """``code``, as the schema of POST has it; the one of PUT says ``currencyCode`` [D19]."""
    currency = given.get("currency", {})
    code = currency.get("code", currency.get("currencyCode"))
    checker = call.checker()
    if code is None:
        checker.problems.add(("currency",), "currency is required.", code=MISSING)
    elif code not in call.state.company.currencies:
        checker.missing(("currency",), "currencies", code)
    checker.problems.settle()
    return str(code)


def _set_price(call: Call, number: str, code: str | None = None) -> Reply:
    product = _found(call, number)
    body = call.clean(PRICE)
    wanted = code or _code_of(call, body)
    new = wanted not in product.prices
    product.prices[wanted] = body["price"]
    product.touched = call.state.now
    shown = _price_json(call.state, number, wanted)
    return created(shown, shown["self"]) if new else Reply(data=shown)


def _delete_price(call: Call, number: str, code: str) -> Reply:
    if _found(call, number).prices.pop(code, None) is None:
        raise absent()
    return Reply(status=204)


_PRICES = "/products/:s/pricing/currency-specific-sales-prices"
ROUTES: list[Route] = [
    ("GET", "/products", "Sales", _listed),
    ("POST", "/products", "Sales", _create),
    ("GET", "/products/:s", "Sales", _single),
    ("PUT", "/products/:s", "Sales", _replace),
    ("DELETE", "/products/:s", "Sales", _delete),
    ("GET", "/product-groups/:n/products", "Sales", _of_group),
    ("GET", "/units/:n/products", "Sales", _of_unit),
    ("GET", _PRICES, "Sales", _prices),
    ("POST", _PRICES, "Sales", _set_price),
    ("GET", f"{_PRICES}/:s", "Sales", _price),
    ("PUT", f"{_PRICES}/:s", "Sales", _set_price),
    ("DELETE", f"{_PRICES}/:s", "Sales", _delete_price),
]
