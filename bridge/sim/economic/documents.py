"""What orders and invoices have in common: the check of a whole document, and what it looks like when read.

Rules: economic facts, section 9 (orders) and 10 (invoices: the same fields, lengths and required set) [D19].
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from bridge.sim.economic.call import Call
from bridge.sim.economic.company import Terms
from bridge.sim.economic.errors import NO_QUANTITY, TERMS_TYPE
from bridge.sim.economic.reckoning import exchange_rate, in_base, ore, reckoned
from bridge.sim.economic.registers import terms_json, unit_ref, zone_json
from bridge.sim.economic.shape import Checker
from bridge.sim.economic.state import Doc, State
from bridge.sim.economic.tables import DOCUMENT
from bridge.sim.economic.wire import encoded

__all__ = ["body_of", "checked", "document_json", "due_date", "entries", "product_ref", "revise"]

Body = dict[str, Any]
MOST_RATE: Final = Decimal(999_999_999_999)  # exchangeRate (section 3) [D]
LEAST_QUANTITY: Final = Decimal("0.01")


def checked(call: Call, *, order: bool, put: bool = False) -> Body:
    """The document, if it may stand.

    Raises:
        Refusal: 400 with everything that is wrong.
    """
    checker = call.checker()
    body = checker.document(call.body, DOCUMENT)
    _currency(call.state, checker, body)
    _terms(call.state, checker, body, call.body)
    _people(call.state, checker, body)
    raw = call.body.get("lines")
    for place, line in enumerate(body.get("lines", [])):
        _line(checker, line, place, order=order)
        unit = raw[place].get("unit") if isinstance(raw[place], dict) else None
        if put and order and isinstance(unit, dict) and "name" not in unit:
            checker.problems.add(
                ("lines", place, "unit"), "unit.name is required.", code="E04500"
            )  # PUT [D19]
    _numbers(checker, body.get("lines", []))
    checker.problems.settle()
    return body


def _currency(state: State, checker: Checker, body: Body) -> None:
    """It must exist in the agreement (section 13) [D19]."""
    code = body.get("currency")
    if code is not None and code not in state.company.currencies and not checker.problems.at(("currency",)):
        checker.missing(("currency",), "currencies", code)
    rate = body.get("exchangeRate")
    if rate is not None and not 0 < rate <= MOST_RATE:
        checker.problems.add(("exchangeRate",), "exchangeRate is out of range.", value=rate)


def _terms(state: State, checker: Checker, body: Body, raw: Mapping[str, Any]) -> None:
    """A type that does not match is E07180; terms of type dueDate need the date (sections 6, 9) [L, D19]."""
    given = raw.get("paymentTerms")
    kind = given.get("paymentTermsType") if isinstance(given, dict) else None
    number = body.get("paymentTerms", {}).get("paymentTermsNumber")
    terms = state.company.terms.get(number)
    if kind is not None and (terms is None or terms.kind != kind):
        message = "Payment terms type does not match the type on the payment terms specified."
        checker.problems.add(("paymentTermsType",), message, code=TERMS_TYPE, value=kind)
    if terms is not None and terms.kind == "dueDate" and "dueDate" not in body:
        checker.problems.add(("dueDate",), "dueDate is required with these payment terms.", code="E04500")


def _people(state: State, checker: Checker, body: Body) -> None:
    """Contacts and places of delivery belong to the customer of the document [I]."""
    customer = state.customers.get(body.get("customer", {}).get("customerNumber"))
    if customer is None:
        return
    wanted = (
        (("recipient", "attention"), "customerContactNumber", customer.contacts, "contacts"),
        (("references", "customerContact"), "customerContactNumber", customer.contacts, "contacts"),
        (("deliveryLocation",), "deliveryLocationNumber", customer.locations, "delivery-locations"),
    )
    for path, name, table, collection in wanted:
        found: Any = body
        for part in path:
            found = found.get(part, {})
        if found and found[name] not in table:
            checker.missing(path, f"customers/{customer.number}/{collection}", found[name])


def _line(checker: Checker, line: Body, place: int, *, order: bool) -> None:
    here = ("lines", place)
    problems = checker.problems
    if "product" in line:
        if "quantity" not in line and not problems.at((*here, "quantity")):
            message = "Property quantity must have a value when product is set."
            problems.add((*here, "quantity"), message, code=NO_QUANTITY)
        if not line.get("description") and not problems.at((*here, "description")):
            problems.add(
                (*here, "description"), "description is required when product is set.", code="E04500"
            )
    elif not problems.at((*here, "product")) and ("quantity" in line or "unitNetPrice" in line):
        # the text is a live answer's, its code is not known (section 6) [L]
        message = "When quantity is set product must also be set."
        problems.add((*here, "product"), message, code="E04500")
    if order and line.get("quantity", LEAST_QUANTITY) < LEAST_QUANTITY:
        # an order as it is read has quantities of 0.01 and more, an invoice any: the schemas' minimum [D19];
        # that the server refuses others when they are written [I]
        problems.add((*here, "quantity"), "quantity must be 0.01 or more.", value=line["quantity"])


def _numbers(checker: Checker, lines: list[Body]) -> None:
    """``lineNumber`` is unique; whoever has none gets the next (section 9) [D19; the giving I]."""
    taken: set[int] = set()
    for place, line in enumerate(lines):
        number = line.get("lineNumber")
        if number in taken:
            checker.problems.add(("lines", place, "lineNumber"), "lineNumber is not unique.", value=number)
        if number is not None:
            taken.add(number)
    for place, line in enumerate(lines, 1):
        if "lineNumber" not in line:
            line["lineNumber"] = max(taken, default=0) + 1
            taken.add(line["lineNumber"])
        line.setdefault("sortKey", place)


def revise(state: State, doc: Doc, body: Body) -> None:
    """Put another body into a document and reckon it anew: a PUT replaces everything (section 3) [D19]."""
    doc.body = body
    doc.totals = reckoned(state, body.get("lines", []), body["recipient"]["vatZone"]["vatZoneNumber"])
    doc.touched = state.now


def due_date(body: Body, terms: Terms) -> str:
    """As the terms say, unless the document says itself."""
    day = date.fromisoformat(body["date"])
    if "dueDate" in body and terms.kind == "dueDate":
        return str(body["dueDate"])
    if terms.kind == "invoiceMonth":
        day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return f"{day + timedelta(days=terms.days):%Y-%m-%d}"


# --- reading


def product_ref(state: State, number: str) -> Body:
    """An article by number; the address in e-conomic's own writing (section 3)."""
    return {"productNumber": number, "self": state.link("products", encoded(number))}


def body_of(state: State, doc: Doc, *, lines: bool) -> Body:
    """All the fields a document has in every collection; without ``lines`` as collections show it (section 4)."""
    body, customer = doc.body, doc.body["customer"]["customerNumber"]
    terms = state.company.terms[body["paymentTerms"]["paymentTermsNumber"]]
    shown: Body = {
        "date": body["date"],
        "currency": body["currency"],
        "exchangeRate": exchange_rate(state, body),
        "netAmount": doc.totals.net,
        "netAmountInBaseCurrency": in_base(state, body, doc.totals.net),
        "grossAmount": doc.totals.gross,
        "grossAmountInBaseCurrency": in_base(state, body, doc.totals.gross),
        "vatAmount": doc.totals.vat,
        "roundingAmount": Decimal("0.00"),
        "dueDate": due_date(body, terms),
        "paymentTerms": terms_json(state, terms, short=True),
        "customer": {"customerNumber": customer, "self": state.link("customers", customer)},
        "recipient": _recipient(state, body, customer),
        "layout": {
            "layoutNumber": body["layout"]["layoutNumber"],
            "self": state.link("layouts", body["layout"]["layoutNumber"]),
        },
        "lastUpdated": f"{doc.touched:%Y-%m-%dT%H:%M:%SZ}",
    }
    for name in ("delivery", "notes"):
        if body.get(name):
            shown[name] = body[name]
    if "deliveryLocation" in body:
        number = body["deliveryLocation"]["deliveryLocationNumber"]
        link = state.link("customers", customer, "delivery-locations", number)
        shown["deliveryLocation"] = {"deliveryLocationNumber": number, "self": link}
    if "project" in body:
        number = body["project"]["projectNumber"]
        shown["project"] = {"projectNumber": number, "self": state.link("projects", number)}
    if body.get("references"):
        shown["references"] = _references(state, body["references"], customer)
    if lines:
        shown["lines"] = [_line_json(state, doc, place) for place in range(len(body.get("lines", [])))]
    return shown


def entries(
    state: State, docs: Iterable[Doc], number: str, show: Callable[..., Body]
) -> Iterator[tuple[Body, Callable[[], Body]]]:
    """For a collection: what can be filtered stands in the stored body as it does in the shown one."""
    for doc in docs:
        view = {
            **doc.body,
            number: doc.number,
            "exchangeRate": lambda doc=doc: exchange_rate(state, doc.body),
        }
        contact = doc.body.get("references", {}).get("customerContact")
        if contact is not None:
            named = {**contact, "customer": doc.body["customer"]}
            view["references"] = {**doc.body["references"], "customerContact": named}
        yield view, lambda doc=doc: show(state, doc, lines=False)  # type: ignore[misc]


def document_json(state: State, doc: Doc, *, lines: bool) -> Body:
    """The same with margins, which booked invoices have not (schemas) [D19]."""
    cost = sum((_cost(state, line) for line in doc.body.get("lines", [])), Decimal("0.00"))
    margin = in_base(state, doc.body, doc.totals.net) - cost
    return {
        **body_of(state, doc, lines=lines),
        "marginInBaseCurrency": margin,
        "marginPercentage": _percent(margin, in_base(state, doc.body, doc.totals.net)),
        "costPriceInBaseCurrency": cost,
    }


def _recipient(state: State, body: Body, customer: int) -> Body:
    shown = {name: value for name, value in body["recipient"].items() if name not in ("vatZone", "attention")}
    shown["vatZone"] = zone_json(state, state.company.zones[body["recipient"]["vatZone"]["vatZoneNumber"]])
    if "attention" in body["recipient"]:
        shown["attention"] = _contact(state, customer, body["recipient"]["attention"])
    return shown


def _contact(state: State, customer: int, ref: Body) -> Body:
    number = ref["customerContactNumber"]
    return {"customerContactNumber": number, "self": state.link("customers", customer, "contacts", number)}


def _references(state: State, given: Body, customer: int) -> Body:
    shown: Body = {"other": given["other"]} if "other" in given else {}
    for name in ("salesPerson", "vendorReference"):
        if name in given:
            number = given[name]["employeeNumber"]
            shown[name] = {"employeeNumber": number, "self": state.link("employees", number)}
    if "customerContact" in given:
        shown["customerContact"] = {
            **_contact(state, customer, given["customerContact"]),
            "customer": {"customerNumber": customer, "self": state.link("customers", customer)},
        }
    return shown


def _line_json(state: State, doc: Doc, place: int) -> Body:
    line = doc.body["lines"][place]
    shown: Body = {"lineNumber": line["lineNumber"], "sortKey": line["sortKey"]}
    for name in ("description", "accrual"):
        if name in line:
            shown[name] = line[name]
    if "unit" in line:
        shown["unit"] = unit_ref(state, line["unit"]["unitNumber"])
    if "departmentalDistribution" in line:
        number = line["departmentalDistribution"]["departmentalDistributionNumber"]
        link = state.link("departmental-distributions", number)
        shown["departmentalDistribution"] = {"departmentalDistributionNumber": number, "self": link}
    if "product" not in line:
        return shown
    net = in_base(state, doc.body, doc.totals.per_line[place])
    margin = net - _cost(state, line)
    return {
        **shown,
        "product": product_ref(state, line["product"]["productNumber"]),
        "quantity": line["quantity"],
        "unitNetPrice": line.get("unitNetPrice", Decimal("0.00")),
        "discountPercentage": line.get("discountPercentage", Decimal("0.00")),
        "unitCostPrice": _unit_cost(state, line),
        "totalNetAmount": doc.totals.per_line[place],
        "marginInBaseCurrency": margin,
        "marginPercentage": _percent(margin, net),
    }


def _unit_cost(state: State, line: Body) -> Decimal:
    own: Decimal = state.products[line["product"]["productNumber"]].body.get("costPrice", Decimal("0.00"))
    given: Decimal = line.get("unitCostPrice", own)
    return given


def _cost(state: State, line: Body) -> Decimal:
    return ore(_unit_cost(state, line) * line["quantity"]) if "product" in line else Decimal("0.00")


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return ore(part * 100 / whole) if whole else Decimal("0.00")
