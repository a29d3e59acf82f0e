"""Master data as it is read (economic facts, sections 2, 7, 12) [D19]."""

from __future__ import annotations

from typing import Any

from bridge.sim.economic.call import Call, Reply, Route, absent
from bridge.sim.economic.company import Account, Group, Terms, VatCode, Zone
from bridge.sim.economic.listing import collection, whole
from bridge.sim.economic.state import State

__all__ = [
    "ROUTES",
    "account_ref",
    "customer_group_json",
    "group_json",
    "terms_json",
    "unit_ref",
    "zone_json",
]

Row = dict[str, Any]
ISO = {"SEK": "752", "EUR": "978", "DKK": "208", "NOK": "578", "USD": "840", "GBP": "826"}


# --- what the rows look like


def unit_ref(state: State, number: int) -> Row:
    """A unit where another document names it: with its name (section 9) [D19]."""
    return {
        "unitNumber": number,
        "name": state.company.units[number],
        "products": state.link("units", number, "products"),
        "self": state.link("units", number),
    }


def account_ref(state: State, number: int) -> Row:
    """An account by number."""
    return {"accountNumber": number, "self": state.link("accounts", number)}


def terms_json(state: State, terms: Terms, *, short: bool = False) -> Row:
    """Payment terms; ``short`` as a document shows them."""
    row: Row = {
        "paymentTermsNumber": terms.number,
        "name": terms.name,
        "paymentTermsType": terms.kind,
        "self": state.link("payment-terms", terms.number),
    }
    if terms.kind in ("net", "invoiceMonth"):
        row["daysOfCredit"] = terms.days
    if not short and terms.contra is not None:
        row["contraAccountForRemainderAmount"] = account_ref(state, terms.contra)
    if not short and terms.description:
        row["description"] = terms.description
    return row


def zone_json(state: State, zone: Zone) -> Row:
    """A VAT zone."""
    return {
        "vatZoneNumber": zone.number,
        "name": zone.name,
        "enabledForCustomer": zone.customers,
        "enabledForSupplier": zone.suppliers,
        "self": state.link("vat-zones", zone.number),
    }


def group_json(state: State, group: Group) -> Row:
    """A product group."""
    return {
        "productGroupNumber": group.number,
        "name": group.name,
        "inventoryEnabled": group.inventory,
        "salesAccounts": state.link("product-groups", group.number, "sales-accounts"),
        "products": state.link("product-groups", group.number, "products"),
        "self": state.link("product-groups", group.number),
    }


def account_json(state: State, account: Account) -> Row:
    """An account with the VAT code that goes with it."""
    row: Row = {
        **account_ref(state, account.number),
        "accountType": account.kind,
        "name": account.name,
        "debitCredit": "credit" if account.kind == "profitAndLoss" else "debit",
        "barred": account.barred,
        "accountingYears": state.link("accounts", account.number, "accounting-years"),
    }
    if account.vat:
        row["vatAccount"] = {"vatCode": account.vat, "self": state.link("vat-accounts", account.vat)}
    return row


def _vat_json(state: State, code: VatCode) -> Row:
    return {
        "vatCode": code.code,
        "name": code.name,
        "ratePercentage": code.rate,
        "barred": code.barred,
        "account": account_ref(state, code.account),
        "vatType": {"vatTypeNumber": 1, "name": "Utgående moms", "self": state.link("vat-types", 1)},
        "self": state.link("vat-accounts", code.code),
    }


def _simple(name: str, field: str) -> Any:
    def row(state: State, number: Any, text: str) -> Row:
        return {field: number, "name": text, "self": state.link(name, number)}

    return row


def _layout(state: State, number: int, text: str) -> Row:
    return _simple("layouts", "layoutNumber")(state, number, text)  # type: ignore[no-any-return]


def _currency(state: State, code: str, name: str) -> Row:
    return {"code": code, "isoNumber": ISO.get(code), "name": name, "self": state.link("currencies", code)}


def _unit(state: State, number: int, _name: str) -> Row:
    return unit_ref(state, number)


def _employee(state: State, number: int, name: str) -> Row:
    return {
        "employeeNumber": number,
        "name": name,
        "employeeGroup": {"employeeGroupNumber": 1, "self": state.link("employee-groups", 1)},
        "customers": state.link("employees", number, "customers"),
        "self": state.link("employees", number),
    }


def customer_group_json(state: State, number: int, name: str) -> Row:
    """A customer group."""
    return {
        "customerGroupNumber": number,
        "name": name,
        "account": account_ref(state, 1510),
        "customers": state.link("customer-groups", number, "customers"),
        "self": state.link("customer-groups", number),
    }


def _terms(state: State, _number: int, terms: Terms) -> Row:
    return terms_json(state, terms)


def _zone(state: State, _number: int, zone: Zone) -> Row:
    return zone_json(state, zone)


def _group(state: State, _number: int, group: Group) -> Row:
    return group_json(state, group)


def _account(state: State, _number: int, account: Account) -> Row:
    return account_json(state, account)


def _vat(state: State, _code: str, code: VatCode) -> Row:
    return _vat_json(state, code)


# --- reading


def _register(
    path: str, attribute: str, number: str, row: Any, *, kind: str = "registers", role: str = ""
) -> list[Route]:
    """A list and its single documents; its marks in the listing under ``kind``."""

    def listed(call: Call) -> Reply:
        table = getattr(call.state.company, attribute)
        rows = (row(call.state, key, value) for key, value in table.items())
        return collection(call, kind, whole(rows), by=number)

    def single(call: Call, key: Any) -> Reply:
        table = getattr(call.state.company, attribute)
        if key not in table:
            raise absent()
        return Reply(data=row(call.state, key, table[key]))

    part = ":n" if attribute not in ("currencies", "vat_codes") else ":s"
    return [("GET", f"/{path}", role, listed), ("GET", f"/{path}/{part}", role, single)]


def _sales_accounts(call: Call, number: int) -> Reply:
    """Per VAT zone the account, and by it the VAT code (section 12) [D19]."""
    state, group = call.state, call.state.company.groups.get(number)
    if group is None:
        raise absent()
    rows = (
        {
            "vatZone": zone_json(state, state.company.zones[zone]),
            "salesAccount": account_json(state, state.company.accounts[account]),
            "self": state.link("product-groups", number, "sales-accounts", zone),
        }
        for zone, account in sorted(group.accounts.items())
    )
    return collection(call, "sales-accounts", whole(rows), by="salesAccount.accountNumber")


def _self(call: Call) -> Reply:
    """The agreement: base currency, modules, roles (section 2) [D19]."""
    state, company = call.state, call.state.company
    roles = {"Sales": 2, "Bookkeeping": 3, "SuperUser": 1, "ProjectEmployee": 4}
    modules = [(1, "Kund- och leverantörsreskontra"), *([(10, "Inventory")] if company.inventory else [])]
    return Reply(
        data={
            "agreementNumber": company.agreement,
            "userName": "API",
            "company": {
                "name": company.name,
                "country": "Sweden",
                "companyIdentificationNumber": company.number,
                "vatNumber": company.vat_number,
            },
            "settings": {"baseCurrency": company.base_currency},
            "modules": [
                {"moduleNumber": number, "name": name, "self": state.link("modules", number)}
                for number, name in modules
            ],
            "application": {
                "appNumber": 1,
                "name": "Orderbro",
                "requiredRoles": [
                    {"roleNumber": roles.get(role, 9), "name": role, "self": state.link("app-roles", role)}
                    for role in sorted(company.roles)
                ],
                "self": state.link("apps", 1),
            },
            "self": state.link("self"),
        }
    )


def _root(call: Call) -> Reply:
    names = "customers products orders invoices product-groups payment-terms vat-zones units layouts".split()
    return Reply(data={**{name: call.state.link(name) for name in names}, "self": call.state.address})


ROUTES: list[Route] = [
    ("GET", "/", "", _root),
    ("GET", "/self", "", _self),
    *_register("units", "units", "unitNumber", _unit),
    *_register("layouts", "layouts", "layoutNumber", _layout),
    *_register("payment-terms", "terms", "paymentTermsNumber", _terms),
    *_register("vat-zones", "zones", "vatZoneNumber", _zone),
    *_register("vat-accounts", "vat_codes", "vatCode", _vat),
    *_register("currencies", "currencies", "code", _currency),
    *_register("employees", "employees", "employeeNumber", _employee, kind="employees"),
    *_register("product-groups", "groups", "productGroupNumber", _group),
    *_register(
        "customer-groups",
        "customer_groups",
        "customerGroupNumber",
        customer_group_json,
        kind="customer-groups",
    ),
    *_register("accounts", "accounts", "accountNumber", _account, kind="accounts", role="Bookkeeping"),
    *_register("departments", "departments", "departmentNumber", _simple("departments", "departmentNumber")),
    *_register("projects", "projects", "projectNumber", _simple("projects", "projectNumber")),
    ("GET", "/product-groups/:n/sales-accounts", "", _sales_accounts),
]
