"""Departments and their distributions, and the few registers that can be written (sections 7 and 8) [D19]."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.sim.economic.call import Call, Reply, Route, absent, created
from bridge.sim.economic.company import Company, Terms
from bridge.sim.economic.errors import Problems, Refusal
from bridge.sim.economic.listing import collection, whole
from bridge.sim.economic.registers import customer_group_json, terms_json, unit_ref
from bridge.sim.economic.state import State
from bridge.sim.economic.tables import CUSTOMER_GROUP, PAYMENT_TERMS, UNIT

__all__ = ["ROUTES"]

Row = dict[str, Any]


def _distribution(state: State, number: int) -> Row:
    """A department is a distribution of all to one (section 8 names it on products) [D19]."""
    company: Company = state.company
    single = number in company.departments
    name, shares = (company.departments[number], {number: 100}) if single else company.distributions[number]
    place = "departments" if single else "distributions"
    return {
        "departmentalDistributionNumber": number,
        "distributionType": "department" if single else "distribution",
        "name": name,
        "distributions": [
            {
                "department": {"departmentNumber": one, "self": state.link("departments", one)},
                "percentage": share,
            }
            for one, share in shares.items()
        ],
        "self": state.link("departmental-distributions", place, number),
    }


def _distributions(*attributes: str) -> Any:
    def listed(call: Call) -> Reply:
        numbers = (number for name in attributes for number in getattr(call.state.company, name))
        rows = (_distribution(call.state, number) for number in numbers)
        return collection(call, "distributions", whole(rows), by="departmentalDistributionNumber")

    return listed


def _one_distribution(attribute: str) -> Any:
    def single(call: Call, number: int) -> Reply:
        if number not in getattr(call.state.company, attribute):
            raise absent()
        return Reply(data=_distribution(call.state, number))

    return single


# --- writing


def _add_unit(call: Call) -> Reply:
    body = call.clean(UNIT)
    units = call.state.company.units
    number = max(units, default=0) + 1
    units[number] = body["name"]
    return created(unit_ref(call.state, number), call.state.link("units", number))


def _set_unit(call: Call, number: int) -> Reply:
    if number not in call.state.company.units:
        raise absent()
    call.state.company.units[number] = call.clean(UNIT)["name"]
    return Reply(data=unit_ref(call.state, number))


def _add_terms(call: Call) -> Reply:
    table = call.state.company.terms
    number = max(table, default=0) + 1
    table[number] = _terms_of(call, number)
    return created(terms_json(call.state, table[number]), call.state.link("payment-terms", number))


def _set_terms(call: Call, number: int) -> Reply:
    if number not in call.state.company.terms:
        raise absent()
    call.state.company.terms[number] = _terms_of(call, number)
    return Reply(data=terms_json(call.state, call.state.company.terms[number]))


def _terms_of(call: Call, number: int) -> Terms:
    body = call.clean(PAYMENT_TERMS)
    contra = body.get("contraAccountForRemainderAmount", {}).get("accountNumber")
    return Terms(
        number=number,
        name=body["name"],
        kind=body["paymentTermsType"],
        days=body.get("daysOfCredit", 0),
        contra=contra,
        description=body.get("description", ""),
    )


def _add_customer_group(call: Call) -> Reply:
    body = call.clean(CUSTOMER_GROUP)
    number, groups = body["customerGroupNumber"], call.state.company.customer_groups
    if number in groups:
        problems = Problems()
        problems.add(("customerGroupNumber",), "The number is in use.", value=number)
        problems.settle()
    groups[number] = body.get("name", "")
    return created(
        customer_group_json(call.state, number, groups[number]), call.state.link("customer-groups", number)
    )


def _set_customer_group(call: Call, number: int) -> Reply:
    """The number is read-only there [D19]."""
    groups = call.state.company.customer_groups
    if number not in groups:
        raise absent()
    checker = call.checker()
    table = {**CUSTOMER_GROUP, "account": replace(CUSTOMER_GROUP["account"], required=False)}
    body = checker.document({**(call.body or {}), "customerGroupNumber": number}, table)
    checker.problems.settle()
    groups[number] = body.get("name", "")
    return Reply(data=customer_group_json(call.state, number, groups[number]))


def _delete(attribute: str, name: str) -> Any:
    def remove(call: Call, number: int) -> Reply:
        """204; not while something refers to it [I]."""
        state, table = call.state, getattr(call.state.company, attribute)
        if number not in table:
            raise absent()
        holders = (state.customers, state.products, state.orders, state.drafts, state.booked)
        if any(_refers(each.body, name, number) for holder in holders for each in holder.values()):
            raise Refusal(400, "The resource is in use and cannot be deleted.")
        del table[number]
        return Reply(status=204)

    return remove


def _refers(value: Any, name: str, number: int) -> bool:
    if isinstance(value, list):
        return any(_refers(each, name, number) for each in value)
    if not isinstance(value, dict):
        return False
    return value.get(name) == number or any(_refers(each, name, number) for each in value.values())


ROUTES: list[Route] = [
    ("GET", "/departmental-distributions", "", _distributions("departments", "distributions")),
    ("GET", "/departmental-distributions/departments", "", _distributions("departments")),
    ("GET", "/departmental-distributions/distributions", "", _distributions("distributions")),
    ("GET", "/departmental-distributions/departments/:n", "", _one_distribution("departments")),
    ("GET", "/departmental-distributions/distributions/:n", "", _one_distribution("distributions")),
    ("POST", "/units", "", _add_unit),
    ("PUT", "/units/:n", "", _set_unit),
    ("DELETE", "/units/:n", "", _delete("units", "unitNumber")),
    ("POST", "/payment-terms", "", _add_terms),
    ("PUT", "/payment-terms/:n", "", _set_terms),
    ("DELETE", "/payment-terms/:n", "", _delete("terms", "paymentTermsNumber")),
    ("POST", "/customer-groups", "", _add_customer_group),
    ("PUT", "/customer-groups/:n", "", _set_customer_group),
    ("DELETE", "/customer-groups/:n", "", _delete("customer_groups", "customerGroupNumber")),
]
