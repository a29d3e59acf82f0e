"""Contacts and their addresses (Hogia facts, sections 2.2 and 2.3) [1]."""

from __future__ import annotations

from typing import Any, Final

from bridge.sim.hogia_smart.errors import Refusal
from bridge.sim.hogia_smart.listing import PAGING, listed
from bridge.sim.hogia_smart.shape import Shape, clean, shape
from bridge.sim.hogia_smart.state import Body, Call, Contact, Reply, Route, State

__all__ = ["ROUTES", "create"]

_CONTACT: Final = """
    number text 50
    companyName text 255
    givenName text 255
    surName text 255
    identificationNumber text 50
    vatNumber text 50
    country text 100
    language text 10
    businessType whole
    isOrganization flag
    sequenceId guid
    addresses list
    addresses.addressType! whole
    addresses.street text 255
    addresses.streetExtraLine text 255
    addresses.zipCode text 20
    addresses.city text 100
    addresses.country text 100
    customer object
    customer.paymentTerms terms
    customer.isActive flag
    customer.selectedCurrencyCode text 3
    customer.isReverseCharge flag
    customer.eInvoiceReceiverEmail text 255
    customer.invoiceReference text 255
    customer.glnNumber text 50
    customer.distributionMethod whole
    customer.ediAddress object
    customer.ediAddress.id text 50
    customer.ediAddress.scheme whole
    customer.customerDebtAccountNumber whole
    customer.useDiscount flag
    customer.discountPercent number 2
    customer.isRutRot flag
    customer.rutRotType whole
    customer.rutRotPropertyDescription text 255
    customer.rutRotBrfOrganizationNumber text 50
    customer.rutRotApartmentNumber text 50
"""
CREATE: Final[Shape] = shape(f"{_CONTACT}    contactTypes! wholes\n    countryCode! text 2")
"""That these two, and a name, are required is [INF]."""
UPDATE: Final[Shape] = shape(f"{_CONTACT}    contactTypes wholes\n    countryCode text 2")
ADDRESS: Final[Shape] = CREATE["addresses"].inner | shape("sequenceId guid")


def _list(call: Call) -> Reply:
    """Filters ``number`` (exactly [INF]), ``embed``, ``version``; what the last two change is [UNK]."""
    call.only(*PAGING, "number", "embed")
    wanted = call.args.get("number")
    found = [each for each in call.state.contacts.values() if wanted in (None, each.body["number"])]
    return listed(call, found, lambda contact: _json(call.state, contact))


def _one(call: Call, own: str) -> Reply:
    call.only("embed", "version")
    return Reply(data=_json(call.state, _found(call.state, own)))


def _post(call: Call) -> Reply:
    """A new contact; the answer is the whole of it, as the one client parses it [1]."""
    call.only("version")
    body = clean(call.body, CREATE)
    work = lambda: Reply(data=_json(call.state, create(call.state, body)), status=201)  # noqa: E731
    return call.state.once("contact", body.pop("sequenceId", None), work)


def create(state: State, body: Body) -> Contact:
    """Keep a new one; a number is made where none is given [INF].

    Raises:
        Refusal: something in it does not go together.
    """
    numbers = {each.body["number"] for each in state.contacts.values()}
    if not body.get("number"):
        body["number"] = next(str(at) for at in range(1, len(numbers) + 2) if str(at) not in numbers)
    _check(state, body, numbers)
    contact = Contact(id=state.fresh("contact"), body=body)
    for address in body.pop("addresses", []):
        contact.addresses[state.fresh("address")] = address
    state.contacts[contact.id] = contact
    return contact


def _put(call: Call, own: str) -> Reply:
    """POST to a contact's own address changes it (section 2.2) [1]; what is left out stays [INF].

    Addresses have a place of their own, so here they are refused [INF].
    """
    call.only("version")
    contact = _found(call.state, own)
    body = clean(call.body, UPDATE)
    if "addresses" in body:
        raise Refusal("Addresses are changed at their own place.", field="addresses")
    body.pop("sequenceId", None)
    others = {each.body["number"] for each in call.state.contacts.values() if each is not contact}
    merged = {**contact.body, **body}
    if "customer" in body:
        merged["customer"] = {**contact.body.get("customer", {}), **body["customer"]}
    _check(call.state, merged, others)
    contact.body = merged
    contact.revision += 1
    return Reply(data=_json(call.state, contact))


def _check(state: State, body: Body, numbers: set[str]) -> None:
    """A name, a free number, and registers that exist [INF, all of it]."""
    if body["number"] in numbers:
        raise Refusal(f"The number {body['number']} is taken.", rule=True)
    if len(body["countryCode"]) != 2 or not body["countryCode"].isupper():
        raise Refusal("The country code must be two letters.", field="countryCode")
    person = body.get("givenName", "") + body.get("surName", "")
    if not (
        body.get("companyName", "") if body.get("isOrganization") else body.get("companyName", "") + person
    ):
        raise Refusal("A contact must have a name.", field="companyName")
    customer = body.get("customer", {})
    if customer.get("selectedCurrencyCode"):
        state.known_currency(customer["selectedCurrencyCode"])
    if "customerDebtAccountNumber" in customer:
        state.account(customer["customerDebtAccountNumber"], state.year(state.now.date()))


def _new_address(call: Call, own: str) -> Reply:
    call.only("version")
    contact = _found(call.state, own)
    body = clean(call.body, ADDRESS)

    def work() -> Reply:
        at = call.state.fresh("address")
        contact.addresses[at] = body
        contact.revision += 1
        return Reply(data=_address(call.state, contact, at), status=201)

    return call.state.once(f"address {own}", body.pop("sequenceId", None), work)


def _change_address(call: Call, own: str, at: str) -> Reply:
    call.only("version")
    contact = _found(call.state, own)
    if at not in contact.addresses:
        raise Refusal("There is no such address.", status=404)
    body = clean(call.body, ADDRESS)
    body.pop("sequenceId", None)
    contact.addresses[at] = {**contact.addresses[at], **body}
    contact.revision += 1
    return Reply(data=_address(call.state, contact, at))


def _found(state: State, own: str) -> Contact:
    contact = state.contacts.get(own.lower())
    if contact is None:
        raise Refusal("There is no such contact.", status=404)
    return contact


def _json(state: State, contact: Contact) -> dict[str, Any]:
    person = " ".join(filter(None, (contact.body.get("givenName"), contact.body.get("surName"))))
    return {
        "id": contact.id,
        "version": contact.revision,
        "rowVersion": contact.revision,
        "organizationId": state.company.id,
        "isOrganization": not person,
        **contact.body,
        "addresses": [_address(state, contact, at) for at in contact.addresses],
        "contactChannels": [],
    }


def _address(state: State, contact: Contact, at: str) -> dict[str, Any]:
    return {
        "id": at,
        "contactId": contact.id,
        "organizationId": state.company.id,
        **contact.addresses[at],
    }


ROUTES: Final[list[Route]] = [
    ("GET", "contacts", _list),
    ("GET", "contacts/*", _one),
    ("POST", "contacts", _post),
    ("POST", "contacts/*", _put),
    ("POST", "contacts/*/addresses", _new_address),
    ("POST", "contacts/*/addresses/*", _change_address),
]
