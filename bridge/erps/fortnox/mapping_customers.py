"""A buyer as a customer of Fortnox, and back. Pure.

Names and longest texts: fortnox facts, section 7 [D]; the list of customers and a single one name things differently
and write "nothing" as null or as an empty text [L].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from bridge.erps.fields import Field, body
from bridge.erps.fortnox.letters import LETTERS
from bridge.erps.fortnox.reading import text, truth
from bridge.erps.wire import Json
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.fitting import Limits
from bridge.model.numbers import compare_form
from bridge.model.orders import Address, Customer
from bridge.model.vat import Supply, VatScene, buyer_number
from bridge.model.vat_area import EU, HOME, NORTHERN_IRELAND, Area

__all__ = [
    "BILLING",
    "DELIVERY",
    "EMAIL",
    "LIMITS",
    "NEW",
    "REVERSED",
    "has_email",
    "has_number",
    "is_active",
    "made",
    "record",
    "spellings",
    "updated",
    "vat_type",
]

LIMITS: Final = Limits(
    repertoire=LETTERS,
    name=1024,
    email=1024,
    phone=1024,
    street=1024,
    street_2=1024,
    postcode=10,
    city=1024,
    number=30,
)
"""What a customer's fields hold (section 7 [D]). The flow fits every customer to this before it comes here."""

REVERSED: Final = "SEREVERSEDVAT"
"""Reverse charge inside Sweden, for builders. No order tells it, so it is never set here and never taken away."""

_NAMELESS: Final = "Okänd kund"
"""A customer must have a name (section 7 [L]); this one stands on documents, so in the books' language."""
_CITY: Final = "{} city, with the state in Australia, Canada and the USA"
_STATES: Final = frozenset({"AU", "CA", "US"})
"""Where the state belongs to the postal address; Fortnox has no field for it."""
_HOMES: Final = {"EL": "GR", NORTHERN_IRELAND: "GB"}
"""VAT's own names of countries; a customer's country is one of ISO 3166 (section 7 [D])."""
_ORG_NUMBER: Final = re.compile(r"\d{10}", re.ASCII)


def _country(address: Address) -> str:
    return _HOMES.get(address.country, address.country)


def _city(address: Address) -> str:
    state = address.region if address.country in _STATES else ""
    return f"{address.city} {state}".strip()


def _delivery_name(customer: Customer) -> str:
    return customer.shipping.company or customer.shipping.name


def _vat_number(customer: Customer) -> str:
    """The number in full form, ``SE556000123401``: the short one is refused (section 12 [1]).

    One of a country outside the union is left out: nothing in Fortnox is decided by it.
    """
    number = buyer_number(customer)
    ours = number is not None and number.country in {HOME, NORTHERN_IRELAND, *EU}
    return customer.vat_number if ours and customer.vat_number[:2].isalpha() else ""


def vat_type(customer: Customer, *, consumers: str = "EUVAT") -> str:
    """Which column of an article's accounts a sale to this customer takes (section 12 [D, combination I]).

    By where the goods go: Sweden SEVAT; another EU country EUREVERSEDVAT with a VAT number of another member state,
    else ``consumers`` (EUVAT, or SEVAT where One Stop Shop is set up the old way); everywhere else EXPORT.
    """
    scene = VatScene.of(customer)
    area = scene.place(Supply.GOODS).area
    if area is Area.HOME:
        return "SEVAT"
    if area is Area.OUTSIDE:
        return "EXPORT"
    number = scene.number
    reverses = number is not None and number.reverses and number.valid
    return "EUREVERSEDVAT" if reverses else consumers


def _named(customer: Customer) -> str:
    return customer.company or customer.billing.name


def _field(
    vendor: str, source: str, value: Callable[[Customer], str], limit: int | None = None, fact: str = "7 [D]"
) -> Field[Customer]:
    return Field(vendor=vendor, source=source, value=value, limit=limit, fact=fact)


_NAME: Final = _field("Name", "the company, else the buyer's name", _named, 1024, "7 [L]")
_NEW_NAME: Final = _field(
    "Name",
    "the company, else the buyer's name, else the e-mail address",
    lambda buyer: _named(buyer) or buyer.shipping.name or buyer.email or _NAMELESS,
    1024,
    "7 [L]",
)
_ADDRESS: Final = (
    _field(
        "Type", "COMPANY for a company, else PRIVATE", lambda buyer: "COMPANY" if buyer.company else "PRIVATE"
    ),
    _field(
        "OrganisationNumber", "the organisation or person number, checked", lambda buyer: buyer.org_number, 30
    ),
    _field("VATNumber", "the VAT number, of EU countries only", _vat_number, 30, "7, 12 [1]"),
    _field("Address1", "billing address, row 1", lambda buyer: buyer.billing.street, 1024),
    _field("Address2", "billing address, row 2", lambda buyer: buyer.billing.street_2, 1024),
    _field("ZipCode", "billing postcode", lambda buyer: buyer.billing.postcode, 10),
    _field("City", _CITY.format("billing"), lambda buyer: _city(buyer.billing), 1024),
    _field("CountryCode", "billing country", lambda buyer: _country(buyer.billing)),
    _field(
        "Phone1",
        "the buyer's phone, else the billing address's",
        lambda buyer: buyer.phone or buyer.billing.phone,
        1024,
    ),
)

BILLING: Final[Sequence[Field[Customer]]] = (_NAME, *_ADDRESS)
"""Overwritten with ``billing``; VATType goes with it."""

DELIVERY: Final[Sequence[Field[Customer]]] = (
    _field("DeliveryName", "the delivery address's company, else its name", _delivery_name, 1024),
    _field("DeliveryAddress1", "delivery address, row 1", lambda buyer: buyer.shipping.street, 1024),
    _field("DeliveryAddress2", "delivery address, row 2", lambda buyer: buyer.shipping.street_2, 1024),
    _field("DeliveryZipCode", "delivery postcode", lambda buyer: buyer.shipping.postcode, 10),
    _field("DeliveryCity", _CITY.format("delivery"), lambda buyer: _city(buyer.shipping), 1024),
    _field("DeliveryCountryCode", "delivery country", lambda buyer: _country(buyer.shipping)),
    _field("DeliveryPhone1", "the delivery address's phone", lambda buyer: buyer.shipping.phone, 1024),
)

EMAIL: Final[Sequence[Field[Customer]]] = (
    _field("Email", "the buyer's e-mail address", lambda buyer: buyer.email, 1024),
)

NEW: Final[Sequence[Field[Customer]]] = (
    _NEW_NAME,
    *_ADDRESS,
    *DELIVERY,
    *EMAIL,
    # Where documents are mailed. Never overwritten: a company may have an address of its own for invoices.
    _field("EmailOrder", "the buyer's e-mail address", lambda buyer: buyer.email, 1024),
    _field("EmailInvoice", "the buyer's e-mail address", lambda buyer: buyer.email, 1024),
)
"""A customer who is made; VATType, ShowPriceVATIncluded and what the options say besides."""

_PARTS: Final = {
    CustomerPart.BILLING: BILLING,
    CustomerPart.DELIVERY: DELIVERY,
    CustomerPart.EMAIL: EMAIL,
}


def made(
    customer: Customer, *, consumers: str = "EUVAT", price_list: str = "", terms: str = ""
) -> dict[str, Json]:
    """The body that makes a customer. What is not said here stands as the company has set up for new customers."""
    told = body(NEW, customer)
    told["VATType"] = vat_type(customer, consumers=consumers)
    told["ShowPriceVATIncluded"] = not customer.company
    told |= {name: code for name, code in (("PriceList", price_list), ("TermsOfPayment", terms)) if code}
    return {"Customer": told}


def updated(
    customer: Customer, parts: Collection[CustomerPart], *, current: str, consumers: str = "EUVAT"
) -> dict[str, Json]:
    """The body that overwrites ``parts``, without blanks: what is not sent stays as it is (section 1 [D]).

    ``current``: the VAT type the customer has now. Nothing is sent for parts of which the order knows nothing.
    """
    fields = tuple(field for part in CustomerPart if part in parts for field in _PARTS[part])
    told = body(fields, customer)
    if (
        told
        and CustomerPart.BILLING in parts
        and (wanted := vat_type(customer, consumers=consumers)) != current
    ):
        placed = bool(customer.billing.country or customer.shipping.country)
        # Without a country nothing is known; and who builds in Sweden stays who they are.
        if placed and not (current == REVERSED and wanted == "SEVAT"):
            told["VATType"] = wanted
    return {"Customer": told} if told else {}


def record(row: Mapping[str, Any]) -> CustomerRecord:
    """A customer as Fortnox tells of it, in a list or alone.

    Raises:
        KeyError: it has no number: this is no customer.
    """
    number = text(row["CustomerNumber"])
    if not number:
        raise KeyError("CustomerNumber")
    return CustomerRecord(
        id=number,
        number=number,
        name=text(row.get("Name")),
        email=text(row.get("Email")),
        org_number=text(row.get("OrganisationNumber")),
        postcode=text(row.get("ZipCode")),
    )


def is_active(row: Mapping[str, Any]) -> bool:
    """Whether a customer, told of alone, is in use; lists do not say (section 7 [L]).

    Raises:
        ValueError: neither yes nor no.
    """
    return "Active" not in row or truth(row["Active"])


def spellings(number: str) -> tuple[str, ...]:
    """How to look for an organisation or person number so that every spelling of it is found.

    Fortnox looks for parts of the text (section 4 [D]), so ten digits find themselves with a century before them, and
    so does the form with a hyphen; the two do not find each other [I].
    """
    bare = compare_form(number)
    forms = (
        (bare, f"{bare[:6]}-{bare[6:]}") if _ORG_NUMBER.fullmatch(bare) else (" ".join(number.split()), bare)
    )
    return tuple(dict.fromkeys(form for form in forms if form))


def has_number(found: CustomerRecord, number: str) -> bool:
    """Whether a customer's number is exactly this one, however it is written."""
    return compare_form(found.org_number) == compare_form(number)


def has_email(found: CustomerRecord, email: str) -> bool:
    """Whether a customer's e-mail address is exactly this one: looking for anna@x.se also finds johanna@x.se."""
    return _mailbox(found.email) == _mailbox(email)


def _mailbox(email: str) -> str:
    return "".join(email.split()).casefold()
