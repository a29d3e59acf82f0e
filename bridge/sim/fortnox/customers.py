"""Customers (fortnox facts, section 7)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bridge.sim.fortnox.countries import COUNTRIES
from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, amount, checked, choice, flag, part, text
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.registers import must_exist
from bridge.sim.fortnox.state import Call, Entry, Reply, State

__all__ = ["FIELDS", "KEYS", "create", "routes"]

NULLED = (
    "Address1 Address2 City Country Comments CostCenter CountryCode DeliveryAddress1 DeliveryAddress2 "
    "DeliveryCity DeliveryCountry DeliveryCountryCode DeliveryFax DeliveryName DeliveryPhone1 "
    "DeliveryPhone2 DeliveryZipCode ExternalReference Fax GLN GLNDelivery InvoiceAdministrationFee "
    "InvoiceDiscount InvoiceFreight Phone1 Phone2 SalesAccount VisitingAddress VisitingCity "
    "VisitingCountry VisitingCountryCode VisitingZipCode ZipCode"
).split()
"""Empty, these were recorded as null; all others as "" [L]."""
KEYS = (
    "Address1 Address2 City Country Comments Currency CostCenter CountryCode Active CustomerNumber "
    "DefaultDeliveryTypes DefaultTemplates DeliveryAddress1 DeliveryAddress2 DeliveryCity DeliveryCountry "
    "DeliveryCountryCode DeliveryFax DeliveryName DeliveryPhone1 DeliveryPhone2 DeliveryZipCode Email "
    "EmailInvoice EmailInvoiceBCC EmailInvoiceCC EmailOffer EmailOfferBCC EmailOfferCC EmailOrder "
    "EmailOrderBCC EmailOrderCC ExternalReference Fax GLN GLNDelivery InvoiceAdministrationFee "
    "InvoiceDiscount InvoiceFreight InvoiceRemark Name OrganisationNumber OurReference Phone1 Phone2 "
    "PriceList Project SalesAccount ShowPriceVATIncluded TermsOfDelivery TermsOfPayment Type VATNumber "
    "VATType VisitingAddress VisitingCity VisitingCountry VisitingCountryCode VisitingZipCode "
    "WayOfDelivery WWW YourReference ZipCode"
).split()
COUNTRY_OF = {
    "CountryCode": "Country",
    "DeliveryCountryCode": "DeliveryCountry",
    "VisitingCountryCode": "VisitingCountry",
}
REGISTERS = {
    "Currency": "Currency", "PriceList": "PriceList", "TermsOfPayment": "TermsOfPayment",
    "TermsOfDelivery": "TermsOfDelivery", "WayOfDelivery": "WayOfDelivery", "CostCenter": "CostCenter",
    "Project": "Project", "SalesAccount": "Account",
}  # fmt: skip


def _country() -> Field:
    code = text(exactly=2)

    def check(value: Any) -> str:
        if code.check(value) not in COUNTRIES:
            raise FortnoxError(2000359, f"Ogiltig landskod: {value}.")  # code [I]
        return str(value)

    return Field(check)


def _org_number() -> Field:
    """Ten digits, or twelve with the century, with a valid check digit; a number from abroad as it is.

    "Must be a valid number" (section 7); how strictly is [I].
    """
    any_number = text(30)

    def check(value: Any) -> str:
        number = str(any_number.check(value))
        digits = number.replace("-", "")
        if digits.isdecimal() and len(digits) in (10, 12) and not _valid(digits[-10:]):
            raise FortnoxError(2000637, f"Ogiltigt organisationsnummer: {number}.")  # code [I]
        return number

    return Field(check)


def _valid(digits: str) -> bool:
    doubled = (int(each) * (2 - place % 2) for place, each in enumerate(digits))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


MAIL = text(1024, pattern=r"|[^@\s]+@[^@\s]+\.[^@\s.]+", code=2000359)  # code [I]
LONG, SHORT = text(1024), text(128)
DELIVERY = choice("PRINT", "EMAIL", "PRINTSERVICE", "ELECTRONICINVOICE")
FIELDS: dict[str, Field] = {
    **dict.fromkeys(
        "Address2 City Comments DeliveryAddress1 DeliveryAddress2 DeliveryCity DeliveryFax DeliveryName "
        "DeliveryPhone1 DeliveryPhone2 ExternalReference Fax InvoiceRemark Phone1 Phone2".split(),
        LONG,
    ),
    **dict.fromkeys(
        "Email EmailInvoice EmailInvoiceBCC EmailInvoiceCC EmailOffer EmailOfferBCC EmailOfferCC "
        "EmailOrder EmailOrderBCC EmailOrderCC".split(),
        MAIL,
    ),
    **dict.fromkeys("VisitingAddress VisitingCity WWW".split(), SHORT),
    **dict.fromkeys("ZipCode DeliveryZipCode VisitingZipCode".split(), text(10)),
    **dict.fromkeys("OurReference YourReference".split(), text(50)),
    **dict.fromkeys(COUNTRY_OF, _country()),
    **dict.fromkeys("GLN GLNDelivery".split(), text(exactly=13, pattern=r"\d*", code=2000108)),
    **dict.fromkeys("Active ShowPriceVATIncluded".split(), flag()),
    **dict.fromkeys(
        "PriceList TermsOfPayment TermsOfDelivery WayOfDelivery CostCenter Project".split(), text(100)
    ),
    **dict.fromkeys(
        "InvoiceAdministrationFee InvoiceFreight".split(), text(20, pattern=r"-?\d+(\.\d+)?", code=2000108)
    ),
    "Address1": text(1024, shortest=1),
    "Currency": text(exactly=3),
    "CustomerNumber": text(1024, shortest=1, pattern=r"[\w\-+/]+"),
    "DefaultDeliveryTypes": part(dict.fromkeys(("Invoice", "Order", "Offer"), DELIVERY)),
    "DefaultTemplates": part(dict.fromkeys(("Order", "Offer", "Invoice", "CashInvoice"), text(50))),
    "InvoiceDiscount": amount(),
    "Name": LONG,
    "OrganisationNumber": _org_number(),
    "SalesAccount": text(exactly=4, pattern=r"\d{4}", code=2000108),
    "Type": choice("PRIVATE", "COMPANY"),
    # The full form only: SE556000123401 (section 12) [1 woohub]
    "VATNumber": text(30, pattern=r"|[A-Z]{2}[0-9A-Za-z+*.\- ]{2,26}", code=2000359),
    "VATType": choice("SEVAT", "SEREVERSEDVAT", "EUREVERSEDVAT", "EUVAT", "EXPORT"),
}


def _fresh() -> dict[str, Any]:
    values: dict[str, Any] = {key: None if key in NULLED else "" for key in KEYS}
    return values | {
        "Currency": "SEK",
        "Active": True,
        "DefaultDeliveryTypes": {"Invoice": "PRINT", "Order": "PRINT", "Offer": "PRINT"},
        "DefaultTemplates": dict.fromkeys(("Order", "Offer", "Invoice", "CashInvoice"), "DEFAULTTEMPLATE"),
        "PriceList": "A",
        "ShowPriceVATIncluded": False,
        "Type": "COMPANY",  # [L]
        "VATType": "SEVAT",  # [L]
    }


def _put(state: State, values: dict[str, Any], sent: dict[str, Any]) -> None:
    """Lay what was sent over what is there: only that changes (section 1, PUT is partial) [D]."""
    usual = _fresh()
    for name, value in sent.items():
        if name in REGISTERS and value:
            must_exist(state, REGISTERS[name], value)
        if isinstance(value, dict):
            values[name] = {**values[name], **{key: inner or "PRINT" for key, inner in value.items()}}
        else:
            values[name] = usual[name] if value is None else value
        if name in COUNTRY_OF:
            values[COUNTRY_OF[name]] = COUNTRIES[value] if value else None


def create(state: State, sent: dict[str, Any]) -> Entry:
    """Make one from checked values.

    Raises:
        FortnoxError: no name, or a number that was used before, also by a deleted one (2000637 [D]).
    """
    if not sent.get("Name"):
        raise FortnoxError(2000637, "Kundnamn saknas.")  # the code one vendor reports for it [junipeer]
    number = sent.get("CustomerNumber") or state.next("customers", state.used_customers)
    if number in state.used_customers:
        raise FortnoxError(2000637, f"Kundnummer {number} används redan. Kundnumret kan ha raderats.")
    values = _fresh()
    _put(state, values, {**sent, "CustomerNumber": number})
    state.used_customers.add(number)
    state.customers[number] = Entry(number=number, values=values, touched=state.now())
    return state.customers[number]


def _one(call: Call, number: str) -> Entry:
    if number not in call.state.customers:
        raise missing("Customer")
    return call.state.customers[number]


def _shown(call: Call, entry: Entry, *, fresh: bool = False) -> dict[str, Any]:
    values: dict[str, Any] = {"@url": call.url(f"customers/{quote(entry.number, safe='')}")}
    values |= {key: entry.values[key] for key in KEYS}
    if fresh and values["SalesAccount"]:
        values["SalesAccount"] = int(values["SalesAccount"])  # a number after POST, text after GET [L]
    return {"Customer": values}


def _listed(call: Call, entry: Entry) -> dict[str, Any]:
    names = "Address1 Address2 City CustomerNumber Email Name OrganisationNumber Phone ZipCode".split()
    known = {**entry.values, "Phone": entry.values["Phone1"]}
    url = {"@url": call.url(f"customers/{quote(entry.number, safe='')}")}
    return url | {name: known[name] or "" for name in names}


def _get(call: Call, number: str) -> Reply:
    return Reply(_shown(call, _one(call, number)))


def _post(call: Call) -> Reply:
    entry = create(call.state, checked(FIELDS, call.entity("Customer")))
    return Reply(_shown(call, entry, fresh=True), status=201, location="customers")


def _update(call: Call, number: str) -> Reply:
    entry = _one(call, number)
    sent = checked(FIELDS, call.entity("Customer"))
    if sent.pop("CustomerNumber", number) != number:
        raise FortnoxError(2001399, "Felaktigt fältnamn (CustomerNumber)")  # a number stays [I]
    if "Name" in sent and not sent["Name"]:
        raise FortnoxError(2000637, "Kundnamn saknas.")
    values = dict(entry.values)
    _put(call.state, values, sent)
    entry.values = values
    call.state.touch(entry)
    return Reply(_shown(call, entry))


def _delete(call: Call, number: str) -> Reply:
    """Only an unused one; its number stays used [I]."""
    _one(call, number)
    documents = [*call.state.orders.values(), *call.state.invoices.values()]
    if any(each.values["CustomerNumber"] == number for each in documents):
        raise FortnoxError(2000433, "Kunden används och kan inte tas bort.")  # code [I]
    del call.state.customers[number]
    return Reply(status=204)


def _phone(entry: Entry, wanted: str) -> bool:
    return any(wanted in (entry.values[name] or "") for name in ("Phone1", "Phone2"))


def routes(several: Any) -> list[Route]:
    """What can be asked of customers; ``several``: whether two search parameters are taken."""
    rules = Listing(
        plural="Customers",
        show=_listed,
        search={
            "customernumber": "CustomerNumber", "name": "Name", "zipcode": "ZipCode", "city": "City",
            "email": "Email", "phone": _phone, "organisationnumber": "OrganisationNumber", "gln": "GLN",
            "glndelivery": "GLNDelivery",
        },
        filters={
            "active": lambda _call, entry: bool(entry.values["Active"]),
            "inactive": lambda _call, entry: not entry.values["Active"],
        },
        sorts={"customernumber": "CustomerNumber", "name": "Name"},
        several=several,
    )  # fmt: skip
    return [
        route(
            "GET",
            "/3/customers",
            "customer",
            lambda call: listing(call, rules, call.state.customers.values()),
        ),
        route("POST", "/3/customers", "customer", _post),
        route("GET", "/3/customers/{number}", "customer", _get),
        route("PUT", "/3/customers/{number}", "customer", _update),
        route("DELETE", "/3/customers/{number}", "customer", _delete),
    ]
