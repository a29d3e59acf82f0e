"""What orders and invoices have in common: the header, its defaults from the customer's card, and the totals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from bridge.sim.fortnox.company import Company
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, amount, choice, day, flag, listed, part, text, whole
from bridge.sim.fortnox.registers import code_of, must_exist
from bridge.sim.fortnox.rows import is_text, laid, total_of
from bridge.sim.fortnox.state import Entry, State
from bridge.sim.fortnox.totals import Sum, Totals, reckon, row_total

__all__ = [
    "HEADER",
    "TEMPLATES",
    "amounts",
    "change_header",
    "from_card",
    "lay_rows",
    "mail_fields",
    "totals_of",
    "url_keys",
]

ZERO = Decimal(0)
LONG = text(1024)  # of invoices; assumed for orders, whose lengths nobody gives (section 17) [I]
TEMPLATES = {"offer": {"of": "Offert"}, "order": {"oc": "Orderbekräftelse"}, "invoice": {"st": "Standard"}}
TEXTS = (
    "Address1 Address2 City Comments CustomerName DeliveryAddress1 DeliveryAddress2 DeliveryCity "
    "DeliveryName DeliveryZipCode Phone1 Phone2 Remarks ZipCode"
).split()
HEADER: dict[str, Field] = {
    **dict.fromkeys(TEXTS, LONG),
    # A country is a name here, "Sverige" or "Norway" (section 1) [L]; that a code is refused is [I].
    **dict.fromkeys(("Country", "DeliveryCountry"), text(1024, pattern=r"|.|(?s:.{3,})", code=2000359)),
    **dict.fromkeys(("ExternalInvoiceReference1", "ExternalInvoiceReference2"), text(80)),  # orders: [I]
    **dict.fromkeys(("OurReference", "YourReference"), text(50)),
    **dict.fromkeys(
        "CostCenter PriceList Project PrintTemplate TermsOfDelivery TermsOfPayment WayOfDelivery".split(),
        LONG,
    ),
    **dict.fromkeys(("AdministrationFee", "Freight"), amount()),
    **dict.fromkeys(("DeliveryDate", "OutboundDate"), day()),
    **dict.fromkeys(("NotCompleted", "VATIncluded"), flag()),
    "Currency": text(exactly=3),
    "CurrencyRate": amount(decimals=6, low="0.000001"),
    "CurrencyUnit": amount(low="1"),
    "CustomerNumber": text(1024, shortest=1),
    "DocumentNumber": text(20, shortest=1, pattern=r"\d+", code=2000108),
    "Labels": listed({"Id": whole(1)}),
    "Language": choice("SV", "EN"),
    "TaxReductionType": choice("none", "rot", "rut", "green"),
    "YourOrderNumber": text(75),
}
FROM_CARD = (
    "Address1 Address2 City DeliveryAddress1 DeliveryAddress2 DeliveryCity DeliveryName DeliveryZipCode "
    "Phone1 Phone2 ZipCode OurReference YourReference CostCenter Project PriceList TermsOfDelivery "
    "WayOfDelivery TermsOfPayment Currency Country DeliveryCountry OrganisationNumber"
).split()
EMPTIED = frozenset({*TEXTS, "Country", "DeliveryCountry", "CostCenter", "Project", "OurReference"}) | {
    "YourReference",
    "TermsOfDelivery",
    "WayOfDelivery",
}
"""Cleared, these are empty; terms of payment, price list, currency and the like go back to their default [I]."""
BRACES = "{}"  # "{no}" and "{name}" are filled in, so braces must be let pass in a mail [I]
REGISTERS = (
    "CostCenter",
    "PriceList",
    "Project",
    "TermsOfDelivery",
    "TermsOfPayment",
    "WayOfDelivery",
    "Currency",
)


def mail_fields() -> Field:
    """EmailInformation (section 9)."""
    addresses = dict.fromkeys(
        ("EmailAddressFrom", "EmailAddressTo", "EmailAddressCC", "EmailAddressBCC"), LONG
    )
    texts = {"EmailSubject": text(100, also=BRACES), "EmailBody": text(20000, also=BRACES)}
    return part(addresses | texts)


def from_card(state: State, number: str, *, mail: str, dated: date) -> dict[str, Any]:
    """What a new document takes from the customer's card, and a new document's other defaults.

    Raises:
        FortnoxError: there is no such customer.
    """
    if number not in state.customers:
        raise missing("Customer", status=400)  # status [I]
    card = state.customers[number].values
    values: dict[str, Any] = {name: card[name] or "" for name in FROM_CARD}
    values["TermsOfPayment"] = values["TermsOfPayment"] or state.company.terms_of_payment
    return values | {
        "CustomerNumber": number,
        "CustomerName": card["Name"],
        "Comments": "",
        "Remarks": card["InvoiceRemark"],
        "AdministrationFee": Decimal(card["InvoiceAdministrationFee"] or 0),
        "Freight": Decimal(card["InvoiceFreight"] or 0),
        "VATIncluded": card["ShowPriceVATIncluded"],
        "DeliveryDate": None,
        "OutboundDate": dated.isoformat(),
        "ExternalInvoiceReference1": "",
        "ExternalInvoiceReference2": "",
        "Labels": [],
        "Language": "SV",
        "NotCompleted": False,
        "TaxReductionType": "none",
        "YourOrderNumber": "",
        "Cancelled": False,
        "Sent": False,
        "EmailInformation": {
            "EmailAddressFrom": None,
            "EmailAddressTo": card[f"Email{mail}"] or card["Email"] or "",
            "EmailAddressCC": None,
            "EmailAddressBCC": None,
            "EmailSubject": f"{'Faktura' if mail == 'Invoice' else 'Order'} {{no}} bifogas",
            "EmailBody": " ",
        },
    }


def change_header(state: State, values: dict[str, Any], sent: dict[str, Any], usual: dict[str, Any]) -> None:
    """Lay what was sent over the header; "API_BLANK" clears texts and gives all else its default.

    Raises:
        FortnoxError: it names something that does not exist, or a date outside every financial year.
    """
    for name, value in sent.items():
        if value is None and name in EMPTIED:
            values[name] = ""  # a plain text is cleared, whatever the card has (section 1) [2+]
        elif name == "EmailInformation" and value is not None:
            values[name] = {**values[name], **value}
        else:
            values[name] = usual.get(name, "") if value is None else value
    for name in REGISTERS:
        if values[name]:
            values[name] = code_of(state, name, values[name]) if name == "TermsOfPayment" else values[name]
            must_exist(state, name, values[name])
    if values["PrintTemplate"] not in {code for kind in TEMPLATES.values() for code in kind}:
        raise FortnoxError(2000729, "Kunde inte hitta utskriftsmallen.")  # code [I]
    for label in values["Labels"]:
        if str(label.get("Id")) not in state.registers["Label"]:
            raise missing("Label", status=400)  # [I]
    _currency(state.company, values, sent)
    dated = values.get("OrderDate") or values["InvoiceDate"]
    if state.company.year_of(date.fromisoformat(dated)) is None:
        raise FortnoxError(2000423, f"Räkenskapsår saknas för {dated}.")  # gotcha 17 [junipeer]; code [I]


def _currency(company: Company, values: dict[str, Any], sent: dict[str, Any]) -> None:
    """The rate is SEK per CurrencyUnit units; one not given comes from the register (section 9) [1]."""
    if values["Currency"] == "SEK":
        values |= {"CurrencyRate": Decimal(1), "CurrencyUnit": Decimal(1)}
        return
    touched = {"Currency", "CurrencyRate", "CurrencyUnit"} & set(sent)
    if "CurrencyRate" in values and not touched:
        return
    if sent.get("CurrencyRate"):
        values["CurrencyUnit"] = sent.get("CurrencyUnit") or Decimal(1)
        return
    asked = "CurrencyUnit" in sent and sent["CurrencyUnit"] is None
    found = Decimal(company.rates[values["Currency"]])
    values["CurrencyRate"] = Decimal(1) if company.rate_falls_to_one and not asked else found
    values["CurrencyUnit"] = Decimal(1)


def lay_rows(state: State, entry: Entry, sent: Any) -> None:
    """``sent``: the checked rows; None: "API_BLANK" for all of them."""
    entry.rows = laid(state, entry, sent or [])


def _sums(company: Company, entry: Entry) -> Iterator[Sum]:
    for row in entry.rows:
        if not is_text(row):
            before = row_total(row["DeliveredQuantity"], row["Price"], ZERO, percent=True)
            yield Sum(amount=total_of(row), vat=row["VAT"], before=before)
    for name, account in (("Freight", company.freight_account), ("AdministrationFee", company.fees_account)):
        if entry.values[name]:
            yield Sum(amount=entry.values[name], vat=company.accounts[account].vat)


def totals_of(company: Company, entry: Entry) -> Totals:
    """Of the whole document; only SEK is rounded to whole kronor, foreign money not (section 9) [I]."""
    return reckon(
        _sums(company, entry),
        included=entry.values["VATIncluded"],
        whole=company.whole_kronor and entry.values["Currency"] == "SEK",
    )


def fee_vat(company: Company, entry: Entry, name: str) -> Decimal:
    """``FreightVAT`` and ``AdministrationFeeVAT``: by settings (section 9) [1]."""
    account = company.freight_account if name == "Freight" else company.fees_account
    one = Sum(amount=entry.values[name], vat=company.accounts[account].vat)
    return reckon([one], included=entry.values["VATIncluded"], whole=False).vat


def url_keys(base: str, plural: str, number: str) -> dict[str, str]:
    """The two addresses every document begins with [L]."""
    return {
        "@url": f"{base}/3/{plural}/{number}",
        "@urlTaxReductionList": f"{base}/3/taxreductions?filter={plural}&referencenumber={number}",
    }


def amounts(company: Company, entry: Entry) -> dict[str, Decimal]:
    """The read-only amounts of a header."""
    totals = totals_of(company, entry)
    return {
        "AdministrationFeeVAT": fee_vat(company, entry, "AdministrationFee"),
        "FreightVAT": fee_vat(company, entry, "Freight"),
        "Gross": totals.gross,
        "Net": totals.net,
        "RoundOff": totals.round_off,
        "Total": totals.total,
        "TotalToPay": totals.total,
        "TotalVAT": totals.vat,
    }
