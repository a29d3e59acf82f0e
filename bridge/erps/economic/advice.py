"""What to do about e-conomic's refusals: by its code, else by the field it complains of.

The codes are those that were documented or seen (economic facts, section 6); any other gets its sentence as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bridge.model.texts import Text, say

__all__ = ["ADVICE", "BY_FIELD", "FIELDS", "RENEW", "ROLE", "SLOWER", "WAIT"]

RENEW: Final = say(
    "A grant ends when somebody at your company takes it back. Get a new token: bridge connect economic tells how. "
    "Copy both tokens whole; they are told apart by their names."
)
ROLE: Final = say(
    "An app has the role it was made with. Make one with the role SuperUser on e-conomic's page for developers, "
    "write its tokens under [erp], and let your company approve it: bridge connect economic tells how."
)
SLOWER: Final = say("The bridge waits and goes on by itself.")
WAIT: Final = say(
    "It passes by itself; the bridge tries again. If it stays, look at e-conomic's status page."
)

_REGISTER: Final = say(
    "Something the settings name is not in e-conomic any more. bridge check tells which; then press Retry."
)
_ARTICLE: Final = say("Make the article in e-conomic, or correct its number in the shop; then press Retry.")
_BARRED: Final = say(
    "Remove the bar on the article in e-conomic, or book the order on another one; then press Retry."
)
_TERMS: Final = say("Correct payment_terms in [erp], or terms: in [payments]; then press Retry.")
_ACCOUNT: Final = say("Correct the account in [payments], or open it in e-conomic; then press Retry.")
_CLOSED: Final = say("Open the accounting year or period in e-conomic, or book the order by hand.")
_PRICE: Final = say("This is a fault in the bridge: please report it with the code and the order's amounts.")
_CURRENCY: Final = say("Add the currency in e-conomic, then press Retry.")
_LENGTH: Final = say("Correct it in the shop, then press Retry.")

ADVICE: Final[Mapping[str, Text]] = {
    "E04041": _CLOSED,
    "E04500": _REGISTER,
    "E04730": _PRICE,
    "E04740": _PRICE,
    "E06600": _BARRED,
    "E07080": _TERMS,
    "E07150": _ACCOUNT,
    "E07180": _TERMS,
}
"""By e-conomic's code. E06000, "does not exist", is told by its field instead."""

BY_FIELD: Final[Mapping[str, Text]] = {
    "product": _ARTICLE,
    "productNumber": _ARTICLE,
    "currency": _CURRENCY,
    "paymentTerms": _TERMS,
    "contraAccount": _ACCOUNT,
    "layout": _REGISTER,
    "vatZone": _REGISTER,
    "unit": _REGISTER,
    "customerGroup": _REGISTER,
    "productGroup": _REGISTER,
    "departmentalDistribution": _REGISTER,
    "project": _REGISTER,
    "customer": say("Look whether the customer is still in e-conomic and not barred; then press Retry."),
    "name": _LENGTH,
    "address": _LENGTH,
    "zip": _LENGTH,
    "city": _LENGTH,
    "email": _LENGTH,
}

FIELDS: Final[Mapping[str, Text]] = {
    "accountingYear": say("accounting year"),
    "address": say("address"),
    "amount": say("amount"),
    "city": say("city"),
    "contraAccount": say("contra account"),
    "country": say("country"),
    "currency": say("currency"),
    "customer": say("customer"),
    "customerGroup": say("customer group"),
    "date": say("date"),
    "departmentalDistribution": say("departmental distribution"),
    "description": say("text"),
    "discountPercentage": say("discount"),
    "email": say("e-mail"),
    "exchangeRate": say("exchange rate"),
    "layout": say("layout"),
    "name": say("name"),
    "paymentTerms": say("terms of payment"),
    "paymentTermsType": say("terms of payment"),
    "product": say("article"),
    "productGroup": say("product group"),
    "productNumber": say("article number"),
    "project": say("project"),
    "quantity": say("quantity"),
    "references.other": say("reference"),
    "unit": say("unit"),
    "unitNetPrice": say("price"),
    "vatZone": say("VAT zone"),
    "zip": say("postcode"),
}
"""The vendor's name of a field in our words; any other is told as it is."""
