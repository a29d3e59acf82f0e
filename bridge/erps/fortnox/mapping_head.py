"""The heads of orders and invoices in Fortnox, field by field (fortnox facts, sections 9 and 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Prices
from bridge.erps.drafting import Draft, DraftAddress
from bridge.erps.fields import Field
from bridge.erps.fortnox.countries import country_name
from bridge.erps.fortnox.letters import API_BLANK
from bridge.erps.wire import Json
from bridge.model.documents import DocumentKind
from bridge.model.orders import Customer

__all__ = ["INVOICE", "KEY", "LONG", "ORDER", "REFERENCE", "Sheet", "language_of"]

KEY: Final = "ExternalInvoiceReference1"
SWEDISH: Final = "SV"
LONG: Final = 1024
"""Invoices' limit; orders state none and are taken to have the same (section 17) [I]."""
REFERENCE: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A document, with all that the fields of its head are made of."""

    kind: DocumentKind
    """ORDER; INVOICE for invoices and credits."""
    draft: Draft
    key: str
    customer: str
    """The customer's number; empty only in a preview made before the customer is known."""
    dated: date
    prices: Prices
    buyer: Customer
    rate: Decimal | None = None
    """What ``unit`` of the currency are worth; None: the document is in SEK."""
    unit: Decimal = Decimal(1)
    price_list: str = ""
    print_template: str = ""
    stock_point: str = ""
    remarks: tuple[str, ...] = field(default=())
    """Printed before what the draft says."""

    @property
    def language(self) -> str:
        """SV or EN."""
        return language_of(self.buyer)


def language_of(buyer: Customer) -> str:
    """Swedish for who lives in Sweden or nowhere known, English for everybody else."""
    country = buyer.billing.country or buyer.shipping.country
    return SWEDISH if country in {"", "SE"} else "EN"


Value = Callable[[Sheet], Json]


def _delivery_name(sheet: Sheet) -> str:
    """With the person who waits for the parcel: documents have no field of their own for it."""
    place = sheet.draft.shipping
    return f"{place.name}, att. {place.attention}" if place.attention else place.name


def _other_phone(sheet: Sheet) -> str:
    phone = sheet.draft.shipping.phone
    return phone if phone != sheet.draft.billing.phone else ""


def _remarks(sheet: Sheet) -> str:
    return "\n".join(text for text in (*sheet.remarks, sheet.draft.text) if text)


def _place(address: DraftAddress, part: str) -> str:
    """A part that this address lacks is emptied: left out, it would be that of the customer's card, another place."""
    found = country_name(address.country) if part == "country" else str(getattr(address, part))
    return found or (API_BLANK if any((address.rows, address.postcode, address.city)) else "")


_PLACE: Final = (
    ("Address1", "row_1", "address, first row"),
    ("Address2", "row_2", "address, the other rows"),
    ("ZipCode", "postcode", "postcode"),
    ("City", "city", "town"),
    ("Country", "country", "country, by name"),
)


def _field(
    vendor: str, source: str, value: Value, limit: int | None = None, *, fact: str = "section 9 [2+]"
) -> Field[Sheet]:
    return Field(vendor=vendor, source=source, value=value, limit=limit, fact=fact)


def _places(prefix: str, of: str, address: Callable[[Draft], DraftAddress]) -> Iterator[Field[Sheet]]:
    def value(part: str) -> Value:
        return lambda sheet: _place(address(sheet.draft), part)

    for name, part, words in _PLACE:
        fact = "section 1 [L]" if part == "country" else "section 9 [2+]"
        yield _field(f"{prefix}{name}", f"{of} {words}", value(part), LONG, fact=fact)


def _who(date_field: str) -> Iterator[Field[Sheet]]:
    yield _field(
        "CustomerNumber",
        "the customer, as [customers] finds or makes it",
        lambda sheet: sheet.customer,
        fact="section 9 [D]: required",
    )
    yield _field(
        KEY,
        "the bridge's own key of the document (main:1234:order), by which it is found again",
        lambda sheet: sheet.key,
        fact="section 6 [1]; 80 letters: invoices [D], orders [I]",
    )
    yield _field(
        "ExternalInvoiceReference2",
        "the shop's order number with its prefix",
        lambda sheet: sheet.draft.number,
        REFERENCE,
    )
    yield _field(
        date_field,
        "the day of the order that [erp] order_date names, in Swedish time; of a credit the day of the refund",
        lambda sheet: sheet.dated.isoformat(),
        fact="section 1 [D]",
    )


def _money() -> Iterator[Field[Sheet]]:
    yield _field("Currency", "the order's currency", lambda sheet: sheet.draft.currency, fact="section 9 [1]")
    yield _field(
        "CurrencyRate",
        "what one unit is worth in SEK; only in foreign currency; of a credit as the original has it",
        lambda sheet: sheet.rate,
        fact="section 9 [1]: SEK per CurrencyUnit",
    )
    yield _field(
        "CurrencyUnit",
        "1, with CurrencyRate; of a credit as the original has it",
        lambda sheet: int(sheet.unit) if sheet.rate else None,
        fact="section 9 [1]; a whole number [D openapi]",
    )
    yield _field(
        "VATIncluded",
        "yes for private buyers, no for companies; the other way round where only that meets the total",
        lambda sheet: sheet.prices is Prices.GROSS,
        fact="section 9 [1]",
    )
    yield _field(
        "AdministrationFee",
        "0: fees are rows, and the customer card's own must not slip in",
        lambda _: 0,
        fact="section 9 [1]",
    )
    yield _field(
        "Freight",
        "0: shipping is a row, whose VAT is then the one charged",
        lambda _: 0,
        fact="section 9 [1]",
    )


def _addresses() -> Iterator[Field[Sheet]]:
    yield _field(
        "CustomerName",
        "the name on the bill, as this order has it",
        lambda sheet: sheet.draft.billing.name,
        LONG,
    )
    yield from _places("", "billing", lambda draft: draft.billing)
    yield _field(
        "Phone1", "billing phone", lambda sheet: sheet.draft.billing.phone or sheet.buyer.phone, LONG
    )
    yield _field(
        "DeliveryName", "the name on the parcel; a company with the person after it", _delivery_name, LONG
    )
    yield from _places("Delivery", "delivery", lambda draft: draft.shipping)
    yield _field("Phone2", "delivery phone, where it is another", _other_phone, LONG)
    yield _field(
        "EmailInformation.EmailAddressTo",
        "the buyer's e-mail address, whole or not at all",
        lambda sheet: sheet.buyer.email,
        LONG,
    )
    yield _field(
        "EmailInformation.EmailAddressBCC",
        "[orders] order_mail_copy, where Fortnox sends the order confirmation; the buyer does not see it",
        lambda sheet: sheet.draft.mail.copy_to,
        LONG,
    )


def _references() -> Iterator[Field[Sheet]]:
    yield _field(
        "OurReference",
        "[orders] our_reference, or the field that [fields] names",
        lambda sheet: sheet.draft.references.ours,
        50,
        fact="section 9 [D]",
    )
    yield _field(
        "YourReference",
        "the field that [fields] names, else the person who ordered for a company",
        lambda sheet: sheet.draft.references.yours,
        50,
        fact="section 9 [D]",
    )
    yield _field(
        "YourOrderNumber",
        "the buyer's own order number, from [fields]",
        lambda sheet: sheet.draft.references.order,
        75,
        fact="section 6 [D]",
    )
    yield _field(
        "Remarks",
        "what is printed: what a credit takes back, reverse charge, texts of [fields], the buyer's note where wished",
        _remarks,
        LONG,
        fact="section 9 [D]",
    )
    yield _field(
        "Comments",
        "what is for the staff: the buyer's note, comments of [fields]",
        lambda sheet: sheet.draft.comment,
        LONG,
        fact="section 9 [D]; the limit on orders [I]",
    )


def _codes() -> Iterator[Field[Sheet]]:
    yield _field(
        "Language",
        "SV for buyers in Sweden, EN for others",
        lambda sheet: sheet.language,
        fact="section 9 [D]",
    )
    yield _field(
        "TermsOfPayment",
        "terms: of the payment method in [payments]; without, the customer's own",
        lambda sheet: sheet.draft.main_payment.terms.upper(),
        fact="section 10: Fortnox writes these codes in capitals [L]",
    )
    yield _field(
        "WayOfDelivery",
        "delivery: of the shipping method in [shipping]; without, the customer's own",
        lambda sheet: sheet.draft.delivery.way,
    )
    yield _field("PriceList", "[erp] price_list; empty: the customer's own", lambda sheet: sheet.price_list)
    yield _field(
        "PrintTemplate", "[erp] print_template; empty: Fortnox' own", lambda sheet: sheet.print_template
    )
    yield _field("CostCenter", "[shop] result_unit", lambda sheet: sheet.draft.cost_centre)
    yield _field("Project", "[shop] project", lambda sheet: sheet.draft.project)


def _warehouse() -> Iterator[Field[Sheet]]:
    yield _field(
        "DeliveryState",
        "delivery: with the warehouse module no delivered quantity may be written otherwise",
        lambda _: "delivery",
        fact="section 9 [D]; without the module it is so from the start [L], and taken [I]",
    )
    yield _field(
        "StockPointCode",
        "[erp] stock_point",
        lambda sheet: sheet.stock_point,
        fact="section 9 [D]: needed where there are stock points",
    )


def _fields(date_field: str) -> tuple[Field[Sheet], ...]:
    return (*_who(date_field), *_money(), *_addresses(), *_references(), *_codes())


ORDER: Final[Sequence[Field[Sheet]]] = (*_fields("OrderDate"), *_warehouse())
INVOICE: Final[Sequence[Field[Sheet]]] = _fields("InvoiceDate")
