"""Who a buyer is: a company or a person, and which of the numbers on the order can be right. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bridge.model.numbers import Holder, Identity, NumberError, identity, vat_number
from bridge.model.orders import Customer
from bridge.model.texts import Text, say

__all__ = ["understood"]

_UNION: Final = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()
)


def understood(customer: Customer, *, company_when: str) -> tuple[Customer, tuple[Text, ...]]:
    """The customer with checked numbers only and ``company`` filled in exactly when it is one; what was left out.

    ``company_when``: as in ``[customers]``.
    """
    country = customer.billing.country or customer.shipping.country
    notes: list[Text] = []
    known = _identity(customer.org_number, country, notes)
    vat = _vat(customer.vat_number, country, notes)
    return replace(
        customer,
        company=_company(customer, known, company_when),
        email=customer.email.strip(),
        org_number=known.number if known else "",
        vat_number=vat,
    ), tuple(notes)


def _identity(raw: str, country: str, notes: list[Text]) -> Identity | None:
    if not raw.strip():
        return None
    try:
        return identity(raw, country=country)
    except NumberError as error:
        notes.append(say("{why} It was not used to find the customer.", why=error.text))
        return None


def _vat(raw: str, country: str, notes: list[Text]) -> str:
    """The number if it can be right, or of a country whose numbers we do not know."""
    number = raw.strip()
    if not number:
        return ""
    try:
        return _valid_vat(number, country)
    except NumberError as error:
        if number[:2].upper() not in _UNION and country not in {*_UNION, ""}:
            return number
        notes.append(say("{why} It was not given to the ERP.", why=error.text))
        return ""


def _valid_vat(number: str, country: str) -> str:
    try:
        return vat_number(number)
    except NumberError:
        if country not in _UNION or number[:2].isalpha():
            raise
        return vat_number(f"{'EL' if country == 'GR' else country}{number}")


def _company(customer: Customer, known: Identity | None, company_when: str) -> str:
    """The company's name; empty for a person."""
    name = (customer.company or customer.billing.company).strip()
    holder = known.holder if known else None
    by_number = holder is Holder.COMPANY or (holder is Holder.FOREIGN and bool(name))
    told = {"company": bool(name), "number": by_number, "either": bool(name) or by_number}
    return (name or customer.billing.name) if told[company_when] else ""
