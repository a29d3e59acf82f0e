"""Contacts that are customers: which field gets what, whom a search means, what an update leaves alone. Pure.

A contact has one e-mail address, the one its invoices go to, and no phone; its addresses are things of their own
below it (Hogia facts, section 2.3 [1]).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bridge.erps.fields import Field, body
from bridge.erps.wire import Json
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.fitting import Limits
from bridge.model.numbers import compare_form
from bridge.model.orders import Address, Customer
from bridge.model.vat_area import HOME

__all__ = [
    "ADDRESS",
    "BILLING",
    "EMAIL",
    "LIMITS",
    "Known",
    "addresses_of",
    "changed_address",
    "known_of",
    "made_body",
    "merged",
]

LIMITS: Final = Limits(name=255, email=255, street=255, street_2=255, postcode=20, city=100, number=50)
"""How long anything may be stands nowhere: these are careful guesses [UNK]; letters are JSON's, so all of them."""

_FACT: Final = "section 2.3 [1]"
_WRITABLE: Final = frozenset(
    {"contactTypes", "businessType", "number", "companyName", "givenName", "surName", "identificationNumber",
     "vatNumber", "countryCode", "country", "language", "isOrganization", "customer"}
)  # fmt: skip
_WRITABLE_CUSTOMER: Final = frozenset(
    {"paymentTerms", "isActive", "selectedCurrencyCode", "isReverseCharge", "eInvoiceReceiverEmail",
     "invoiceReference", "glnNumber", "distributionMethod", "ediAddress", "customerDebtAccountNumber",
     "useDiscount", "discountPercent", "isRutRot", "rutRotType", "rutRotPropertyDescription",
     "rutRotBrfOrganizationNumber", "rutRotApartmentNumber"}
)  # fmt: skip
"""Fields of what is read that go back with an update; the others are Hogia's own [1]."""
_ADDRESS_FIELDS: Final = frozenset({"addressType", "street", "streetExtraLine", "zipCode", "city", "country"})


def _country(customer: Customer) -> str:
    return customer.billing.country or customer.shipping.country or HOME


BILLING: Final[Sequence[Field[Customer]]] = (
    Field(
        vendor="isOrganization",
        source="whether the buyer is a company",
        value=lambda c: bool(c.company),
        fact=_FACT,
    ),
    Field(
        vendor="companyName",
        source="the company; of somebody without any name the e-mail address",
        value=lambda c: c.company or ("" if c.billing.name else c.email or "?"),
        limit=LIMITS.name,
        fact=_FACT,
    ),
    Field(
        vendor="givenName",
        source="first name, of a person only",
        value=lambda c: "" if c.company else c.billing.first_name,
        limit=LIMITS.name,
        fact=_FACT,
    ),
    Field(
        vendor="surName",
        source="last name, of a person only",
        value=lambda c: "" if c.company else c.billing.last_name,
        limit=LIMITS.name,
        fact=_FACT,
    ),
    Field(
        vendor="identificationNumber",
        source="organisation or person number",
        value=lambda c: c.org_number,
        fact=_FACT,
    ),
    Field(vendor="vatNumber", source="VAT number", value=lambda c: c.vat_number, fact=_FACT),
    Field(
        vendor="countryCode",
        source="two letters of the bill's country, else of the delivery's; SE without any",
        value=_country,
        fact=_FACT,
    ),
)
EMAIL: Final[Sequence[Field[Customer]]] = (
    Field(
        vendor="customer.eInvoiceReceiverEmail",
        source="e-mail address",
        value=lambda c: c.email,
        limit=LIMITS.email,
        fact=f"{_FACT}: the only place for one",
    ),
)
ADDRESS: Final[Sequence[Field[Address]]] = (
    Field(vendor="street", source="street", value=lambda a: a.street, limit=LIMITS.street, fact=_FACT),
    Field(
        vendor="streetExtraLine",
        source="second address row",
        value=lambda a: a.street_2,
        limit=LIMITS.street_2,
        fact=_FACT,
    ),
    Field(vendor="zipCode", source="postcode", value=lambda a: a.postcode, limit=LIMITS.postcode, fact=_FACT),
    Field(vendor="city", source="city", value=lambda a: a.city, limit=LIMITS.city, fact=_FACT),
    Field(
        vendor="country",
        source="the country's two letters",
        value=lambda a: a.country,
        fact=f"{_FACT}; whether it is a name or a code [UNK]",
    ),
)
"""One address; ``addressType`` besides, by the profile's ``numbers.address`` and ``numbers.delivery_address``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A customer, as far as a search needs it."""

    record: CustomerRecord
    active: bool

    def fits(self, *, email: str, org_number: str) -> bool:
        """Whether it is the one with exactly this e-mail address or this number; one of the two is given."""
        if email:
            return _bare(self.record.email) == _bare(email)
        return compare_form(self.record.org_number) == compare_form(org_number)


def known_of(row: Mapping[str, Any], *, kind: int) -> Known | None:
    """What a contact is to us; ``kind`` is the contact type of customers. None: it is none, or has no number.

    Raises:
        KeyError: the answer is no contact.
    """
    types = row.get("contactTypes")
    number = str(row.get("number") or "").strip()
    if not number or (isinstance(types, list) and kind not in types):
        return None
    customer = row.get("customer") or {}
    person = " ".join(filter(None, (_text(row.get("givenName")), _text(row.get("surName")))))
    addresses = row.get("addresses") or []
    return Known(
        record=CustomerRecord(
            id=str(row["id"]),
            number=number,
            name=_text(row.get("companyName")) or person,
            email=_text(customer.get("eInvoiceReceiverEmail")),
            org_number=_text(row.get("identificationNumber")),
            postcode=next((_text(each.get("zipCode")) for each in addresses if each.get("zipCode")), ""),
        ),
        active=customer.get("isActive") is not False,
    )


def made_body(customer: Customer, *, kind: int, addresses: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """What makes a customer. Terms, currency and language are left to Hogia's own defaults."""
    return {
        "contactTypes": [kind],
        **_merge(body(BILLING, customer), body(EMAIL, customer), {"customer": {"isActive": True}}),
        **({"addresses": list(addresses)} if addresses else {}),
    }


def addresses_of(
    customer: Customer, parts: Collection[CustomerPart], *, bill: int, delivery: int
) -> Iterator[dict[str, Json]]:
    """The addresses the order tells, each with its type; the delivery only where it is another than the bill's."""
    at_home, there = body(ADDRESS, customer.billing), body(ADDRESS, customer.shipping)
    if CustomerPart.BILLING in parts and _is_place(at_home):
        yield {"addressType": bill, **at_home}
    if CustomerPart.DELIVERY in parts and _is_place(there) and there != at_home:
        yield {"addressType": delivery, **there}


def merged(
    row: Mapping[str, Any], customer: Customer, parts: Collection[CustomerPart]
) -> dict[str, Json] | None:
    """The contact as it is to be: what was read, and the chosen parts; None: it is so already.

    Whether a field left out is kept or cleared is not known [INF], so all that may be written goes back as it came. A
    person who has become a company loses the person's name, and the other way round; no other blank takes anything
    away.
    """
    kept = {name: value for name, value in row.items() if name in _WRITABLE and value is not None}
    inner = kept.get("customer") or {}
    kept["customer"] = {
        name: value for name, value in inner.items() if name in _WRITABLE_CUSTOMER and value is not None
    }
    new = dict(kept)
    if CustomerPart.BILLING in parts:
        said = body(BILLING, customer)
        if not (customer.billing.country or customer.shipping.country):
            said.pop("countryCode")
        if not (customer.company or customer.billing.name):
            said = {name: said[name] for name in said if name not in {"isOrganization", "companyName"}}
        new = _merge(new, said)
        if new.get("isOrganization") is not kept.get("isOrganization"):
            gone = ("givenName", "surName") if customer.company else ("companyName",)
            new |= {name: "" for name in gone if new.get(name)}
    if CustomerPart.EMAIL in parts:
        new = _merge(new, body(EMAIL, customer))
    return None if new == kept else new


def changed_address(
    there: Sequence[Mapping[str, Any]], wanted: Mapping[str, Json]
) -> tuple[str, dict[str, Json]] | None:
    """Where an address is to be written, and what: below an existing one of its type, or "" for a new one.

    None: it stands so already. Of several of a type the last one counts.
    """
    same = [each for each in there if each.get("addressType") == wanted["addressType"]]
    if not same:
        return "", dict(wanted)
    old = {name: value for name, value in same[-1].items() if name in _ADDRESS_FIELDS and value is not None}
    if all(old.get(name) == value for name, value in wanted.items()):
        return None
    # whoever moves from c/o somebody does not take that row along
    moved = wanted.get("street") not in (None, old.get("street")) and old.get("streetExtraLine")
    stale: dict[str, Json] = {"streetExtraLine": ""} if moved else {}
    return str(same[-1]["id"]), {**stale, **wanted}


def _is_place(address: Mapping[str, Json]) -> bool:
    """A country alone is no address."""
    return any(name != "country" for name in address)


def _merge(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Later ones go before; objects are laid over each other."""
    made: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            before = made.get(name)
            inner = isinstance(before, Mapping) and isinstance(value, Mapping)
            made[name] = {**before, **value} if inner else value  # type: ignore[dict-item]
    return made


def _bare(email: str) -> str:
    return "".join(email.split()).casefold()


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
