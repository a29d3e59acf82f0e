"""newCustomerSubmit: a customer is made, found again, or brought up to date (specter facts, section 5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bridge.sim.specter.account import Account
from bridge.sim.specter.reading import Fields
from bridge.sim.specter.refusals import BAD_VALUE, MISSING, UNKNOWN_CUSTOMER, Refusal
from bridge.sim.specter.state import Customer, State
from bridge.sim.specter.wire import Reply

__all__ = ["org_key", "submit"]

LENGTHS: Final = {
    # documented [DOC, A4S]; None: nobody says how long
    "name": 100, "firstName": 50, "surName": 50, "emailAddress": 100, "orgNo": 20, "vatNo": 30,
    "homepage": 50, "phoneNo": 50, "mobileNo": 50, "contactPerson": None, "attention": None,
    "invoiceCompanyName": None, "address": None, "addressRow2": None, "zipCodeEng": None, "city": None,
    "region": None, "deliveryCompanyName": None, "deliveryAttention": None, "deliveryAddress": None,
    "deliveryAddressRow2": None, "deliveryZipCodeEng": None, "deliveryCity": None, "deliveryregion": None,
}  # fmt: skip
COUNTRIES: Final = ("countryCode", "deliveryCountryCode")


def submit(state: State, given: Mapping[str, str]) -> Reply:
    """Make or find the customer; the answer has its id.

    Raises:
        Refusal: something is missing or wrong; nothing is kept then.
    """
    fields = Fields(given)
    data = _read(fields, state.account)
    force = fields.flag("forceCustomerUpdate")
    found = _found(state, fields, data)
    fields.leave_none(more=state.account.more_parameters, refuse=state.account.refuses_unknown)
    if found is None:
        made = Customer(id=state.next("customer"), data={name: each for name, each in data.items() if each})
        state.keep(made)
        return Reply(number=str(made.id), text="Kunden skapad")
    if not force:
        return Reply(number=str(found.id), text="Kunden finns")  # left as it is without the flag [1, DOC]
    _overwrite(fields, found, data)
    state.keep(found)
    return Reply(number=str(found.id), text="Kunden uppdaterad")


def _overwrite(fields: Fields, found: Customer, data: Mapping[str, str]) -> None:
    """What is sent, also when empty, is the customer's from now on; what is not sent stays [INF]."""
    for name, value in data.items():
        if fields.sent(name):
            found.data[name] = value
    if data["name"]:
        found.data.update(firstname="", surname="")
    elif data["firstname"]:
        found.data["name"] = ""


def _read(fields: Fields, account: Account) -> dict[str, str]:
    data = {name.lower(): fields.text(name, most=most) for name, most in LENGTHS.items()}
    data |= {name.lower(): fields.country(name) for name in COUNTRIES}
    form = fields.text("customerOrganizationalForm") or "C"  # the default is C [DOC, A4S]
    if form not in ("C", "P"):
        raise Refusal(BAD_VALUE, "customerOrganizationalForm ska vara C eller P")
    data["customerorganizationalform"] = form
    data["customergroupid"] = fields.one_of("customerGroupId", account.customer_groups)
    data["currency"] = fields.one_of("currency", account.currencies, default=account.currency)
    language = fields.text("language")
    data["language"] = language if language in account.customer_languages else "SE"  # (section 5.1) [1]
    if not data["name"] and not (data["firstname"] and data["surname"]):
        raise Refusal(MISSING, "name saknas, eller firstName och surName")
    if not data["emailaddress"] and account.email_required:
        raise Refusal(MISSING, "emailAddress saknas")
    return data


def _found(state: State, fields: Fields, data: Mapping[str, str]) -> Customer | None:
    """The customer meant: first by e-mail, then by organisation or person number [DOC, STW]."""
    by_id = fields.text("identifyByCustomerId")
    wanted = fields.text("customerId")
    ignore_email, ignore_org = fields.flag("ignoreControlEmail"), fields.flag("ignoreControlOrgNo")
    if by_id not in ("", "0"):
        # Documented is "match on the given Specter customer id" [DOC, A4S]; that the id stands in customerId and
        # this is a flag, or that the id stands here, is open: both are taken [INF].
        number = wanted or by_id
        if not number.isdecimal() or int(number) not in state.customers:
            raise Refusal(UNKNOWN_CUSTOMER, f"Kunden finns inte: {number}")
        return state.customers[int(number)]
    email, org = data["emailaddress"].lower(), org_key(data["orgno"])
    everyone = state.customers.values()  # of several that fit, the oldest [INF]
    if email and not ignore_email:
        for each in everyone:
            if each.data.get("emailaddress", "").lower() == email:
                return each
    if org and not ignore_org:
        for each in everyone:
            if org_key(each.data.get("orgno", "")) == org:
                return each
    return None


def org_key(number: str) -> str:
    """An organisation or person number to compare by: its digits, of twelve the last ten [INF]."""
    return re.sub(r"\D", "", number)[-10:]
