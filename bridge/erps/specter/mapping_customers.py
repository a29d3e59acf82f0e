"""A buyer as a customer of Specter: newCustomerSubmit (specter facts, section 5.1). Pure.

Specter matches by itself: first by e-mail address, then by organisation or person number [DOC, STW]; the flags are
those of ``[customers]``. An order has no addresses of its own there, so the customer's are where the goods go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.config.customers import CustomersSection
from bridge.erps.fields import Field
from bridge.erps.specter.letters import LETTERS
from bridge.erps.specter.mapping_wire import COUNTRIES, filled, language
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.fitting import Fitting, Limits
from bridge.model.orders import Address, Customer
from bridge.model.texts import say

__all__ = ["CUSTOMER", "FLAGS", "LIMITS", "Buyer", "customer_form"]

LIMITS: Final = Limits(repertoire=LETTERS, name=100, email=100, phone=50, number=20)
"""What is documented: a company's name, e-mail, telephone, organisation number (section 5.1 [DOC, A4S])."""

_FACT: Final = "5.1 [1 PS]"
_LENGTH: Final = "5.1 [1 PS]; length [DOC, A4S]"
_PART: Final = 50
"""Letters of a first name or surname."""
_NAMELESS: Final = "-"
"""Specter asks for both names of a person [DOC, A4S]; this stands for the one the order lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """A customer, with all that the fields are made of."""

    customer: Customer
    """``company`` is filled in exactly when it is one."""
    currency: str = ""
    languages: Sequence[str] = ()
    """The codes Specter knows for customers."""
    person_group: str = ""
    company_group: str = ""
    ignore_email: bool = False
    ignore_org_number: bool = False
    force_update: bool = False
    number: str = ""
    """Specter's id of the customer, where it is known whom the order means."""

    @property
    def company(self) -> str:
        """The company's name; empty: a person."""
        return self.customer.company

    @property
    def shipping(self) -> Address:
        """Where the goods go."""
        there = self.customer.shipping
        return there if there.street or there.postcode or there.city else self.customer.billing

    @classmethod
    def of(
        cls,
        customer: Customer,
        section: CustomersSection | None,
        *,
        currency: str,
        languages: Sequence[str],
        person_group: str = "",
        company_group: str = "",
        number: str = "",
    ) -> Buyer:
        """With the flags of ``[customers]``; None: nobody said, so Specter matches in its own way."""
        return cls(
            customer=customer,
            currency=currency,
            languages=languages,
            person_group=person_group,
            company_group=company_group,
            ignore_email=section is not None and section.ignore_email,
            ignore_org_number=section is not None and section.ignore_org_number,
            force_update=section is not None and section.force_update,
            number=number,
        )


def _first(buyer: Buyer) -> str:
    if buyer.company:
        return ""
    billing = buyer.customer.billing
    if billing.first_name.strip():
        return billing.first_name
    return _NAMELESS if billing.last_name.strip() else buyer.customer.email.partition("@")[0]


def _last(buyer: Buyer) -> str:
    return "" if buyer.company else buyer.customer.billing.last_name.strip() or _NAMELESS


def _contact(buyer: Buyer) -> str:
    return buyer.customer.billing.name if buyer.company else ""


def _country(address: Address) -> str:
    return COUNTRIES.get(address.country, address.country)


def _receiver(buyer: Buyer) -> str:
    return buyer.shipping.company or (buyer.company if not buyer.shipping.name else buyer.shipping.name)


def _attention(buyer: Buyer) -> str:
    return buyer.shipping.name if buyer.shipping.company else ""


def _yes(said: bool) -> Json:  # noqa: FBT001 - it is what the setting says
    return 1 if said else None


def _field(
    vendor: str,
    source: str,
    value: Callable[[Buyer], Json],
    limit: int | None = None,
    fact: str = _FACT,
) -> Field[Buyer]:
    return Field(vendor=vendor, source=source, value=value, limit=limit, fact=fact)


CUSTOMER: Final[Sequence[Field[Buyer]]] = (
    _field("name", "the company; nothing for a person", lambda b: b.company, LIMITS.name, _LENGTH),
    _field(
        "firstName",
        "the person's first name, else a hyphen; where both names are empty what stands before the @",
        _first,
        _PART,
        _LENGTH,
    ),
    _field("surName", "the person's last name, else a hyphen", _last, _PART, _LENGTH),
    _field("contactPerson", "the person who ordered for a company", _contact, 100),
    _field("attention", "the same", _contact, 100),
    _field(
        "customerOrganizationalForm",
        "C for a company, P for a person",
        lambda b: "C" if b.company else "P",
        fact="5.1 [1 PS, DOC A4S]",
    ),
    _field(
        "customerGroupId",
        "[erp] company_group or person_group",
        lambda b: b.company_group if b.company else b.person_group,
        fact="5.1 [1 PS, DOC WC]",
    ),
    _field(
        "orgNo", "the organisation or person number, checked", lambda b: b.customer.org_number, 20, _LENGTH
    ),
    _field("vatNo", "the VAT number", lambda b: b.customer.vat_number, 30, _LENGTH),
    _field("currency", "the order's currency", lambda b: b.currency),
    _field(
        "language",
        "SE, NO, or EN for everybody else, by the country of the bill",
        lambda b: language(b.customer.billing.country, b.languages),
    ),
    _field(
        "invoiceCompanyName", "the company, else the person", lambda b: b.company or b.customer.billing.name
    ),
    _field("address", "billing address, row 1", lambda b: b.customer.billing.street),
    _field("addressRow2", "billing address, row 2", lambda b: b.customer.billing.street_2),
    _field("zipCodeEng", "billing postcode", lambda b: b.customer.billing.postcode),
    _field("city", "billing city", lambda b: b.customer.billing.city),
    _field("countryCode", "billing country, in two letters", lambda b: _country(b.customer.billing)),
    _field("region", "billing region or state", lambda b: b.customer.billing.region),
    _field("deliveryCompanyName", "who gets the goods: the company, else the person", _receiver),
    _field("deliveryAttention", "the person who gets them at a company", _attention),
    _field("deliveryAddress", "delivery address, row 1", lambda b: b.shipping.street),
    _field("deliveryAddressRow2", "delivery address, row 2", lambda b: b.shipping.street_2),
    _field("deliveryZipCodeEng", "delivery postcode", lambda b: b.shipping.postcode),
    _field("deliveryCity", "delivery city", lambda b: b.shipping.city),
    _field("deliveryCountryCode", "delivery country, in two letters", lambda b: _country(b.shipping)),
    _field("deliveryregion", "delivery region or state", lambda b: b.shipping.region),
    _field("emailAddress", "the buyer's e-mail address", lambda b: b.customer.email, 100, _LENGTH),
    _field(
        "phoneNo",
        "the buyer's telephone, else the billing address's",
        lambda b: b.customer.phone or b.customer.billing.phone,
        50,
        _LENGTH,
    ),
    _field("mobileNo", "the delivery address's telephone", lambda b: b.shipping.phone, 50, _LENGTH),
)

FLAGS: Final[Sequence[Field[Buyer]]] = (
    _field(
        "ignoreControlEmail",
        "1 with [customers] ignore_email: matched by organisation or person number only",
        lambda b: _yes(b.ignore_email),
        fact="5.1 [DOC STW, ABI]; spelling [INF]",
    ),
    _field(
        "ignoreControlOrgNo",
        "1 with [customers] ignore_org_number: matched by e-mail only; with both always a new customer",
        lambda b: _yes(b.ignore_org_number),
        fact="5.1 [DOC STW, ABI, WC]; spelling [INF]",
    ),
    _field(
        "forceCustomerUpdate",
        "1 with [customers] force_update, and on the card of the same order: what the order says goes over what "
        "Specter has",
        lambda b: _yes(b.force_update or bool(b.number)),
        fact="5.1 [1 PS, DOC WC, A4S, STW]",
    ),
    _field(
        "identifyByCustomerId",
        "the customer's number in Specter, where every order makes a customer (both of [customers] ignore_email and "
        "ignore_org_number) and the buyer was corrected before a Retry: the card made at the first try is meant",
        # The number and no 1: should it be looked for here, a 1 would be customer 1. As a flag it is as true.
        lambda b: b.number,
        fact="5.1 [DOC A4S]; spelling, and whether the number stands here or in customerId [INF]",
    ),
    _field("customerId", "the same number", lambda b: b.number, fact="5.1 [INF]"),
)


def customer_form(buyer: Buyer, fit: Fitting) -> Mapping[str, str]:
    """What makes the customer, finds it again or brings it up to date.

    Raises:
        Rejected: Specter demands an e-mail address and the order has none it can take.
    """
    form = {**filled(CUSTOMER, buyer, fit), **filled(FLAGS, buyer, fit)}
    if "emailAddress" not in form:
        raise Rejected(
            say("The buyer has no e-mail address that Specter can take, and it demands one."),
            channel="erp",
            field="emailAddress",
            advice=say("Write the buyer's e-mail address into the order in the shop, then press Retry."),
        )
    for name in ("name",) if buyer.company else ("firstName", "surName"):
        form.setdefault(name, _NAMELESS)  # one of letters that leave no trace in Specter's
    return form
