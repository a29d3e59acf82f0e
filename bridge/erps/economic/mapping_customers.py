"""Customers: which field gets what, whom a search means, and what an update leaves alone. Pure.

e-conomic's customer has one address of several lines, no person beside the company and no delivery: that is a place
of delivery below it (economic facts, section 7 [D19]). VAT zone, group, terms and currency are set when it is made
and never touched again: from then on they are the company's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bridge.erps.economic.countries import country_name
from bridge.erps.fields import Field, body
from bridge.erps.wire import Json
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.fitting import Limits
from bridge.model.numbers import compare_form
from bridge.model.orders import Address, Customer
from bridge.model.vat import buyer_number
from bridge.model.vat_area import HOME, Area, place_of, place_of_country

__all__ = [
    "BILLING",
    "DELIVERY",
    "EMAIL",
    "LIMITS",
    "SETTINGS",
    "Settings",
    "delivery_body",
    "has_email",
    "has_number",
    "made_body",
    "merged",
    "merged_delivery",
    "record_of",
    "spellings",
    "zone_name",
]

LIMITS: Final = Limits(
    name=250, email=255, phone=50, street=124, street_2=125, postcode=15, city=50, number=40
)
"""The least of what customer, place of delivery and document take, so that all three say the same: the document's
name has 250 and its address 250 with the line break, the place's postcode 15 (sections 7 and 9 [D19])."""

_FACT: Final = "section 7 [D19]"
_LINKS: Final = frozenset(
    {"self", "metaData", "balance", "dueAmount", "lastUpdated", "contacts", "deliveryLocations", "templates",
     "totals", "invoices"}
)  # fmt: skip
"""Of what is read, not part of what is written: links and what e-conomic reckons."""
_CENTURIES: Final = ("16", "19", "20")
_BETWEEN: Final = re.compile(r"[\s;,]+")
"""Several e-mail addresses stand in one field with blanks between [D19]; people write commas too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a new customer gets that no order tells."""

    group: int
    terms: int
    zone: int
    currency: str


def _lines(address: Address) -> str:
    return "\n".join(filter(None, (address.street, address.street_2)))


BILLING: Final[Sequence[Field[Customer]]] = (
    Field(
        vendor="name",
        source="the company, else first and last name; where both are empty the e-mail address",
        value=lambda c: c.company or c.billing.name,
        limit=LIMITS.name,
        fact=_FACT,
    ),
    Field(
        vendor="address",
        source="street and second address row, a line each",
        value=lambda c: _lines(c.billing),
        fact=f"{_FACT}; several lines [I]",
    ),
    Field(vendor="zip", source="postcode", value=lambda c: c.billing.postcode, limit=15, fact=_FACT),
    Field(vendor="city", source="city", value=lambda c: c.billing.city, limit=50, fact=_FACT),
    Field(
        vendor="country",
        source="the country's name in English",
        value=lambda c: country_name(c.billing.country),
        limit=50,
        fact=f"{_FACT}; free text, no code",
    ),
    Field(
        vendor="telephoneAndFaxNumber",
        source="phone",
        value=lambda c: c.phone or c.billing.phone,
        limit=50,
        fact=_FACT,
    ),
    Field(
        vendor="corporateIdentificationNumber",
        source="organisation or person number",
        value=lambda c: c.org_number,
        fact=_FACT,
    ),
    Field(
        vendor="vatNumber",
        source="VAT number",
        value=lambda c: c.vat_number,
        fact=f"{_FACT}: only on agreements in SE, UK, DE, PL, FI",
    ),
)
EMAIL: Final[Sequence[Field[Customer]]] = (
    Field(vendor="email", source="e-mail address", value=lambda c: c.email, fact=_FACT),
)
SETTINGS: Final[Sequence[Field[Settings]]] = (
    Field(vendor="currency", source="[erp] customer_currency", value=lambda s: s.currency, fact=_FACT),
    Field(
        vendor="customerGroup.customerGroupNumber",
        source="[erp] customer_group or company_group",
        value=lambda s: s.group,
        fact=_FACT,
    ),
    Field(
        vendor="paymentTerms.paymentTermsNumber",
        source="[erp] payment_terms",
        value=lambda s: s.terms,
        fact=_FACT,
    ),
    Field(
        vendor="vatZone.vatZoneNumber",
        source="[erp] vat_zone_... by country and VAT number",
        value=lambda s: s.zone,
        fact="section 12 [D19, I]",
    ),
)
DELIVERY: Final[Sequence[Field[Address]]] = (
    Field(
        vendor="address",
        source="street and second address row of the delivery, a line each",
        value=_lines,
        limit=255,
        fact=f"{_FACT}; no field for the name",
    ),
    Field(vendor="postalCode", source="postcode", value=lambda a: a.postcode, limit=15, fact=_FACT),
    Field(vendor="city", source="city", value=lambda a: a.city, limit=50, fact=_FACT),
    Field(
        vendor="country",
        source="the country's name in English",
        value=lambda a: country_name(a.country),
        limit=50,
        fact=_FACT,
    ),
)


def made_body(customer: Customer, settings: Settings) -> dict[str, Json]:
    """What makes a customer; the five required fields are always there."""
    name = {"name": customer.email or "?"}
    return {**name, **body(BILLING, customer), **body(EMAIL, customer), **body(SETTINGS, settings)}


def delivery_body(customer: Customer) -> dict[str, Json]:
    """The place of delivery; empty where the order has none, or none but the bill's."""
    there = body(DELIVERY, customer.shipping)
    return {} if there == body(DELIVERY, customer.billing) else there


def merged(
    row: Mapping[str, Any], customer: Customer, parts: Collection[CustomerPart]
) -> dict[str, Json] | None:
    """The whole customer as it is to be: all that was read, and the chosen parts; None: it is so already.

    A PUT clears what it leaves out (section 3 [D19]), so fields nobody here knows go back as they came. So do several
    e-mail addresses, where the order's is one of them.
    """
    kept = {name: value for name, value in row.items() if name not in _LINKS and value is not None}
    new = dict(kept)
    if CustomerPart.BILLING in parts:
        new |= body(BILLING, customer)
    if CustomerPart.EMAIL in parts and not has_email(row, customer.email):
        new |= body(EMAIL, customer)
    return None if new == kept else new


def merged_delivery(row: Mapping[str, Any], customer: Customer) -> dict[str, Json] | None:
    """A place of delivery as it is to be; None: it is so already, or the order tells none."""
    kept = {
        name: value for name, value in row.items() if name not in {"self", "customer"} and value is not None
    }
    new = {**kept, **body(DELIVERY, customer.shipping)}
    return None if new == kept else new


def record_of(row: Mapping[str, Any]) -> CustomerRecord:
    """As the rest of the bridge knows a customer.

    Raises:
        KeyError: the answer is none.
    """
    number = str(row["customerNumber"])
    return CustomerRecord(
        id=number,
        number=number,
        name=str(row.get("name", "")),
        email=str(row.get("email", "")),
        org_number=str(row.get("corporateIdentificationNumber", "")),
        postcode=str(row.get("zip", "")),
    )


def has_email(row: Mapping[str, Any], wanted: str) -> bool:
    """Whether one of the customer's addresses is exactly this one, without case."""
    found = _BETWEEN.split(str(row.get("email", "")).casefold())
    return "".join(wanted.split()).casefold() in found


def has_number(row: Mapping[str, Any], wanted: str) -> bool:
    """Whether it is the customer's organisation or person number, however either is written."""
    return compare_form(str(row.get("corporateIdentificationNumber", ""))) == compare_form(wanted)


def spellings(number: str) -> tuple[str, ...]:
    """The ways people write a number: e-conomic compares letter by letter."""
    bare = compare_form(number)
    written: Iterable[str] = (number.strip(), bare)
    if re.fullmatch(r"\d{10}", bare):
        hyphened = f"{bare[:6]}-{bare[6:]}"
        centuries = (f"{century}{form}" for century in _CENTURIES for form in (bare, hyphened))
        written = (number.strip(), bare, hyphened, f"{bare[:6]} {bare[6:]}", *centuries)
    return tuple(dict.fromkeys(filter(None, written)))


def zone_name(customer: Customer, *, own_zones: Collection[str]) -> str:
    """Which VAT zone a new customer gets: ``domestic``, ``eu``, ``abroad``, or the country of ``own_zones``.

    Only what somebody who makes an invoice by hand starts from: every document of ours says its own.
    """
    address = customer.billing if customer.billing.country else customer.shipping
    place = place_of(address) if address.country else place_of_country(HOME)
    if place.area is Area.OUTSIDE:
        return "abroad"
    number = buyer_number(customer)
    if place.area is Area.EU and number is not None and number.reverses:
        return "eu"
    return place.country if place.area is Area.EU and place.country in own_zones else "domestic"
