"""Customers with their contacts, places of delivery and templates (economic facts, section 7) [D19]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bridge.sim.economic.call import Call, Reply, Route, absent, created
from bridge.sim.economic.errors import Problems, Refusal
from bridge.sim.economic.invoices import booked_of, drafts_of, remainder
from bridge.sim.economic.listing import Entry, collection, whole
from bridge.sim.economic.shape import Checker
from bridge.sim.economic.state import Customer, State
from bridge.sim.economic.tables import CONTACT, CUSTOMER, DELIVERY_LOCATION

__all__ = ["ROUTES", "customer_json"]

Body = dict[str, Any]
REFS = {
    "customerGroup": ("customer-groups", "customerGroupNumber"),
    "paymentTerms": ("payment-terms", "paymentTermsNumber"),
    "vatZone": ("vat-zones", "vatZoneNumber"),
    "layout": ("layouts", "layoutNumber"),
    "salesPerson": ("employees", "employeeNumber"),
    "priceGroup": ("price-groups", "priceGroupNumber"),
}
BELOW = {
    "attention": ("contacts", "customerContactNumber"),
    "customerContact": ("contacts", "customerContactNumber"),
    "defaultDeliveryLocation": ("delivery-locations", "deliveryLocationNumber"),
}


def customer_json(state: State, customer: Customer) -> Body:
    """A customer as it is read, alone and in the collection."""
    home = state.link("customers", customer.number)
    shown: Body = {"customerNumber": customer.number, **customer.body}
    for name, (path, number) in REFS.items():
        if name in shown:
            found = shown[name][number]
            link = {"self": state.link(path, found)}
            shown[name] = (
                link if name == "priceGroup" else {number: found, **link}
            )  # no number there [setono]
    for name, (path, number) in BELOW.items():
        if name in shown:
            found = shown[name][number]
            shown[name] = {number: found, "self": f"{home}/{path}/{found}"}
    return {
        **shown,
        "balance": _balance(state, customer),
        "lastUpdated": f"{customer.touched:%Y-%m-%dT%H:%M:%SZ}",
        "contacts": f"{home}/contacts",
        "deliveryLocations": f"{home}/delivery-locations",
        "templates": {"invoice": f"{home}/templates/invoice", "self": f"{home}/templates"},
        "totals": {
            "drafts": f"{home}/totals/drafts",
            "booked": f"{home}/totals/booked",
            "self": f"{home}/totals",
        },
        "invoices": {
            "drafts": f"{home}/invoices/drafts",
            "booked": f"{home}/invoices/booked",
            "self": f"{home}/invoices",
        },
        "self": home,
    }


def _is_of(body: Body, customer: Customer) -> bool:
    return bool(body["customer"]["customerNumber"] == customer.number)


def _found(call: Call, number: int) -> Customer:
    customer = call.state.customers.get(number)
    if customer is None:
        raise absent()
    return customer


def _entries(state: State, customers: Iterable[Customer]) -> Iterator[Entry]:
    for each in customers:
        view = {
            **each.body,
            "customerNumber": each.number,
            "lastUpdated": f"{each.touched:%Y-%m-%dT%H:%M:%SZ}",
            "balance": lambda each=each: _balance(state, each),
        }
        yield view, lambda each=each: customer_json(state, each)  # type: ignore[misc]


def _balance(state: State, customer: Customer) -> Decimal:
    rests = (remainder(doc) for doc in state.booked.values() if _is_of(doc.body, customer))
    return sum(rests, Decimal("0.00"))


def _listed(call: Call) -> Reply:
    return collection(
        call, "customers", _entries(call.state, call.state.customers.values()), by="customerNumber"
    )


def _in_group(call: Call, number: int) -> Reply:
    if number not in call.state.company.customer_groups:
        raise absent()
    every = call.state.customers.values()
    found = (each for each in every if each.body["customerGroup"]["customerGroupNumber"] == number)
    return collection(call, "customers", _entries(call.state, found), by="customerNumber")


def _of_employee(call: Call, number: int) -> Reply:
    if number not in call.state.company.employees:
        raise absent()
    every = call.state.customers.values()
    found = (each for each in every if each.body.get("salesPerson", {}).get("employeeNumber") == number)
    return collection(call, "customers", _entries(call.state, found), by="customerNumber")


def _single(call: Call, number: int) -> Reply:
    return Reply(data=customer_json(call.state, _found(call, number)))


def _checked(call: Call, customer: Customer | None) -> Body:
    checker = call.checker()
    body = checker.document(call.body, CUSTOMER)
    code = body.get("currency")
    if (
        code is not None
        and code not in call.state.company.currencies
        and not checker.problems.at(("currency",))
    ):
        checker.missing(("currency",), "currencies", code)
    for name, (path, number) in BELOW.items():
        if name in body:
            _below(checker, body, name, number, customer, path)
    checker.problems.settle()
    return body


def _below(
    checker: Checker, body: Body, name: str, number: str, customer: Customer | None, path: str
) -> None:
    """PUT only: a new customer has none of its own yet (section 7) [D19]."""
    table: Any = () if customer is None else customer.contacts if path == "contacts" else customer.locations
    if body[name][number] not in table:
        checker.missing((name,), path, body[name][number])


def _create(call: Call) -> Reply:
    """The number may be given; without one the next is taken (section 7) [D19]."""
    state = call.state
    body = _checked(call, None)
    number = body.pop("customerNumber", None)
    if number is not None and number in state.customers:
        problems = Problems()
        problems.add(("customerNumber",), "The customer number is in use.", value=number)
        problems.settle()
    if number is None:
        number = state.next("customer", taken=state.customers.__contains__)
    state.customers[number] = Customer(number=number, body=body, touched=state.now)
    return created(customer_json(state, state.customers[number]), state.link("customers", number))


def _replace(call: Call, number: int) -> Reply:
    """What is left out is cleared (section 3) [D19]."""
    customer = _found(call, number)
    body = _checked(call, customer)
    if body.pop("customerNumber", number) != number:
        raise Refusal(400, "The customer number does not match the address.")
    customer.body = body
    customer.touched = call.state.now
    return Reply(data=customer_json(call.state, customer))


def _delete(call: Call, number: int) -> Reply:
    """204; not while documents stand on the customer [I]."""
    customer, state = _found(call, number), call.state
    for table in (state.orders, state.drafts, state.booked):
        if any(_is_of(doc.body, customer) for doc in table.values()):
            raise Refusal(400, "The customer is in use and cannot be deleted.")
    del state.customers[number]
    return Reply(status=204)


# --- contacts and places of delivery


class _Below:
    """A collection below a customer."""

    def __init__(
        self, path: str, number: str, table: Callable[[Customer], dict[int, Body]], wanted: Any
    ) -> None:
        self._path, self._number, self._table, self._shape = path, number, table, wanted

    def row(self, state: State, customer: Customer, number: int) -> Body:
        """One as it is read."""
        home = state.link("customers", customer.number)
        return {
            self._number: number,
            **self._table(customer)[number],
            "customer": {"customerNumber": customer.number, "self": home},
            "self": f"{home}/{self._path}/{number}",
        }

    def listed(self, call: Call, customer: int) -> Reply:
        """The whole collection."""
        owner = _found(call, customer)
        rows = (self.row(call.state, owner, number) for number in self._table(owner))
        return collection(call, self._path, whole(rows), by=self._number)

    def single(self, call: Call, customer: int, number: int) -> Reply:
        """One of them."""
        owner = self._owner(call, customer, number)
        return Reply(data=self.row(call.state, owner, number))

    def create(self, call: Call, customer: int) -> Reply:
        """Numbers are the server's."""
        owner = _found(call, customer)
        body = call.clean(self._shape)
        table = self._table(owner)
        number = max(table, default=0) + 1
        table[number] = body
        owner.touched = call.state.now
        row = self.row(call.state, owner, number)
        return created(row, row["self"])

    def replace(self, call: Call, customer: int, number: int) -> Reply:
        """The whole one."""
        owner = self._owner(call, customer, number)
        self._table(owner)[number] = call.clean(self._shape)
        owner.touched = call.state.now
        return Reply(data=self.row(call.state, owner, number))

    def delete(self, call: Call, customer: int, number: int) -> Reply:
        """204."""
        owner = self._owner(call, customer, number)
        del self._table(owner)[number]
        for name, (path, field) in BELOW.items():
            if path == self._path and owner.body.get(name, {}).get(field) == number:
                del owner.body[name]
        return Reply(status=204)

    def _owner(self, call: Call, customer: int, number: int) -> Customer:
        owner = _found(call, customer)
        if number not in self._table(owner):
            raise absent()
        return owner

    def routes(self) -> list[Route]:
        """All of them."""
        home = f"/customers/:n/{self._path}"
        return [
            ("GET", home, "Sales", self.listed),
            ("POST", home, "Sales", self.create),
            ("GET", f"{home}/:n", "Sales", self.single),
            ("PUT", f"{home}/:n", "Sales", self.replace),
            ("DELETE", f"{home}/:n", "Sales", self.delete),
        ]


# --- templates and documents


def _templates(call: Call, number: int) -> Reply:
    return Reply(data=customer_json(call.state, _found(call, number))["templates"])


def _template(call: Call, number: int) -> Reply:
    """An invoice draft filled in from the customer: terms, layout, recipient (section 7) [D19]."""
    state, customer = call.state, _found(call, number)
    body, shown = customer.body, customer_json(call.state, customer)
    terms = state.company.terms[body["paymentTerms"]["paymentTermsNumber"]]
    today = date.fromisoformat(f"{state.today:%Y-%m-%d}")
    recipient = {
        name: body[name] for name in ("name", "address", "zip", "city", "country", "ean") if name in body
    }
    return Reply(
        data={
            "date": f"{today:%Y-%m-%d}",
            "dueDate": f"{today + timedelta(days=terms.days):%Y-%m-%d}",
            "currency": body["currency"],
            "customer": {"customerNumber": number, "self": shown["self"]},
            "paymentTerms": shown["paymentTerms"],
            "layout": shown.get("layout"),
            "recipient": {**recipient, "vatZone": shown["vatZone"]},
        }
    )


def _drafts(call: Call, number: int) -> Reply:
    customer = _found(call, number)
    return drafts_of(call, (doc for doc in call.state.drafts.values() if _is_of(doc.body, customer)))


def _booked(call: Call, number: int) -> Reply:
    customer = _found(call, number)
    return booked_of(call, (doc for doc in call.state.booked.values() if _is_of(doc.body, customer)))


ROUTES: list[Route] = [
    ("GET", "/customers", "Sales", _listed),
    ("POST", "/customers", "Sales", _create),
    ("GET", "/customers/:n", "Sales", _single),
    ("PUT", "/customers/:n", "Sales", _replace),
    ("DELETE", "/customers/:n", "Sales", _delete),
    *_Below("contacts", "customerContactNumber", lambda each: each.contacts, CONTACT).routes(),
    *_Below(
        "delivery-locations", "deliveryLocationNumber", lambda each: each.locations, DELIVERY_LOCATION
    ).routes(),
    ("GET", "/customer-groups/:n/customers", "Sales", _in_group),
    ("GET", "/employees/:n/customers", "Sales", _of_employee),
    ("GET", "/customers/:n/templates", "Sales", _templates),
    ("GET", "/customers/:n/templates/invoice", "Sales", _template),
    ("GET", "/customers/:n/invoices/drafts", "Sales", _drafts),
    ("GET", "/customers/:n/invoices/booked", "Sales", _booked),
]
