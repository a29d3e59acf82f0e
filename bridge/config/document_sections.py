"""The sections that say what a document looks like: [orders], [articles], [payments], [shipping], [fields]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.config import checks
from bridge.config.lines import (
    FieldRule,
    PaymentRule,
    ShippingRule,
    field_rule,
    line_problems,
    payment_rule,
    readable,
    shipping_rule,
)
from bridge.config.option import option
from bridge.model.texts import Problem, say

__all__ = ["ArticlesSection", "FieldsSection", "OrdersSection", "PaymentsSection", "ShippingSection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSection:
    """[orders]: what the document looks like."""

    refunded_before_booking: str = option(
        "book",
        choices=("book", "skip"),
        help="Orders paid back whole before they were booked: book sale and credit both, or skip them.",
    )
    amount_only: str = option(
        "split",
        choices=("split", "park"),
        help="Money paid back for no row: split over the order's own VAT rates, or park it for a person.",
    )
    zero_total: str = option(
        "book", choices=("book", "skip"), help="Orders that cost nothing: book them, or skip them."
    )
    after_booking: str = option(
        "ask",
        choices=("ask", "amend", "tell"),
        help="When a booked order is edited in the shop. ask: it waits on the page, row by row, for a person to "
        "choose. amend: the document is amended, or credited and made anew, by itself. tell: only a line in its "
        "history.",
    )
    cancelled_after_booking: str = option(
        "ask",
        choices=("ask", "credit", "tell"),
        help="When a booked order is called off in the shop. ask: it waits on the page for a person. credit: the "
        "document is cancelled where the ERP still can, else credited. tell: only a line in its history.",
    )
    rounding_tolerance: Decimal = option(
        "0.05",
        least="0",
        most="1",
        help="Largest rounding row, in the order's currency. More than that is parked.",
    )
    exchange_rates: Mapping[str, str] = option(
        "",
        example="EUR 11.45, DKK 1.53",
        help="What one unit of a foreign currency is worth in SEK. Goes before the ERP's own rate and the file's.",
    )
    exchange_rates_file: str = option(
        "",
        example="rates.csv",
        help="File of dated rates, one per line: 2026-11-20;EUR;11.45. The newest not after the order's date counts.",
    )
    exchange_rates_days: int = option(
        "7", least="0", most="31", help="How many days old a rate of the file may be on the order's date."
    )
    vat_check: str = option(
        "warn",
        choices=("warn", "park", "off"),
        help="When the VAT charged is not what the address, the VAT number and the country's rates let expect: warn "
        "notes it on the document, park leaves the order for a person, off says nothing.",
    )
    zero_shipping: bool = option(
        "yes", help="Whether free shipping is a row with the amount 0, so that the method shows: yes or no."
    )
    zero_fee: bool = option(
        "no", help="Whether a payment fee of 0 is a row on the document. Example: an invoice fee waived."
    )
    zero_cod: bool = option(
        "no",
        help="Whether every order with cash on delivery gets a row for it, with the amount 0 where the shop charges "
        "nothing. Example: yes, when the ERP books cash on delivery with the carrier because of that article.",
    )
    cod_methods: tuple[str, ...] = option(
        "cod", help="Payment methods that are cash on delivery, by the shop's id. Their fee is such a row."
    )
    discounts: str = option(
        "percent",
        choices=("percent", "rows", "net"),
        help="Coupons and other price cuts. percent: on each row. rows: full prices, and rows of their own "
        "with a minus, one per VAT rate. net: the lower price, the discount not shown.",
    )
    gift_cards: str = option(
        "row",
        choices=("row", "payment"),
        help="Gift cards used. row: a row with a minus on the account [accounts] gift_card; the document comes to "
        "what is left to pay. payment: it comes to what was bought, and the card is one of its payments.",
    )
    bundles: str = option(
        "as_is",
        choices=("as_is", "bundle", "parts"),
        help="Bundles from a bundle plugin. as_is: the bundle's row and its parts, as in the shop. bundle: that "
        "row only, with the parts' price. parts: the parts only. A row that costs something is never lost.",
    )
    company_first: bool = option(
        "no",
        help="yes: the buyer's name on top and the company in address row 1. no: the company on top, the buyer as "
        "contact. Example of yes: Anna Berg / Berg AB / Storgatan 1.",
    )
    order_mail: bool = option(
        "no",
        help="Whether the ERP sends the order confirmation to the buyer. With yes, switch off the shop's own.",
    )
    order_mail_copy: str = option(
        "", example="order@example.se", help="Address that gets a copy of each confirmation the ERP sends."
    )
    invoice_orders: bool = option(
        "no",
        help="Whether an order in the ERP becomes an invoice at once: yes or no. no: somebody makes the invoice "
        "there, when the goods leave.",
    )
    book_invoices: bool = option(
        "no",
        help="Whether the ERP books an invoice at once: yes or no. A booked invoice can no longer be changed, only "
        "credited.",
    )
    register_payments: bool = option(
        "no",
        help="Whether what the buyer has paid is registered as a payment of the booked invoice, on the account of "
        "[payments]: yes or no. Needs book_invoices = yes.",
    )
    invoice_mail: bool = option(
        "no", help="Whether the ERP mails the invoice to the buyer: yes or no. Only where the ERP can."
    )
    our_reference: str = option("", example="Eva Berg", help="Our reference on every document.")
    customer_note: str = option(
        "comment",
        choices=("comment", "text", "off"),
        help="What the buyer wrote at the checkout. comment: for the staff. text: printed on the document. "
        "off: left out.",
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """Exchange rates that are no rates, a copy to what is no address."""
        return [
            *checks.rates(f"{where} exchange_rates", self.exchange_rates),
            *_mail_problems(f"{where} order_mail_copy", self.order_mail_copy, sends=self.order_mail),
            *_payment_problems(f"{where} register_payments", self),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesSection:
    """[articles]: article numbers of rows that are no goods, for ERPs that book by article."""

    shipping: str = option(
        "frakt", help="Article number of shipping rows; [shipping] may name another per method."
    )
    fee: str = option("avgift", help="Article number of fee rows. Example: the invoice fee.")
    discount: str = option("rabatt", help="Article number of discount rows.")
    gift_card: str = option("presentkort", help="Article number of gift card rows.")
    cod: str = option("postforskott", help="Article number of rows for cash on delivery.")
    rounding: str = option("avrundning", help="Article number of rounding rows.")
    unnumbered: str = option(
        "",
        example="ovrigt",
        help="Article number for goods that have none in the shop, or one the ERP cannot hold. Empty: the ERP's row "
        "has no article where it can do without; elsewhere the order waits for a person.",
    )
    missing: str = option(
        "refuse",
        choices=("refuse", "create"),
        help="When an order has an article the ERP does not know. refuse: the order waits for a person. create: the "
        "article is made in the ERP, with number, name, price and VAT from the order.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsSection:
    """[payments]: one line per payment method of the shop: its id = account, and what else it decides."""

    entries: Mapping[str, str] = option(
        "",
        pattern=True,
        example="bacs = 1510",
        help="Payment method id of the shop = account; after it, where wished, the document (order, invoice), the "
        "ERP's terms of payment and its way of payment. Example: kco = 1580 document:invoice terms:30 mode:PAYOUT",
    )

    @property
    def rules(self) -> dict[str, PaymentRule]:
        """By the method's id in lower case."""
        return {method.lower(): rule for method, rule in readable(self.entries, payment_rule).items()}

    @property
    def accounts(self) -> dict[str, str]:
        """Method id as written, to account; methods without one are left out."""
        return {
            key: rule.account for key, rule in readable(self.entries, payment_rule).items() if rule.account
        }

    def problems(self, where: str) -> Sequence[Problem]:
        """Accounts that are no numbers, words nobody knows."""
        return list(line_problems(where, self.entries, payment_rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingSection:
    """[shipping]: one line per shipping method of the shop."""

    entries: Mapping[str, str] = option(
        "",
        pattern=True,
        example="flat_rate = article:FRAKT delivery:postnord_mypack",
        help="Shipping method id of the shop = article number and the ERP's way of delivery (its code or external "
        "key), one of them or both. flat_rate:3 = ... is for that one of several flat rates only.",
    )

    @property
    def rules(self) -> dict[str, ShippingRule]:
        """By the method's id in lower case."""
        return {method.lower(): rule for method, rule in readable(self.entries, shipping_rule).items()}

    def problems(self, where: str) -> Sequence[Problem]:
        """Words nobody knows."""
        return list(line_problems(where, self.entries, shipping_rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsSection:
    """[fields]: one line per checkout field that follows to the ERP."""

    entries: Mapping[str, str] = option(
        "",
        pattern=True,
        example="_billing_reference = your_reference",
        help="Meta key of the order = where it goes: your_reference, our_reference, order_reference (the buyer's "
        "own order number), text (printed), comment (for the staff), or vendor:Name for a field of the ERP.",
    )

    @property
    def rules(self) -> dict[str, FieldRule]:
        """By the meta key, in the order of the file."""
        return readable(self.entries, field_rule)

    def problems(self, where: str) -> Sequence[Problem]:
        """Places nobody knows."""
        return list(line_problems(where, self.entries, field_rule))


def _payment_problems(where: str, orders: OrdersSection) -> Iterator[Problem]:
    if orders.register_payments and not orders.book_invoices:
        yield Problem(
            where=where,
            what=say("Only a booked invoice can be paid, and invoices are not booked."),
            fix=say("Write book_invoices = yes, or register_payments = no."),
        )


def _mail_problems(where: str, address: str, *, sends: bool) -> Iterator[Problem]:
    name, at, domain = address.partition("@")
    if address and not (name and at and "." in domain and " " not in address and "@" not in domain):
        yield Problem(
            where=where,
            what=say("{value} is no e-mail address.", value=address),
            fix=say("Write one address, like order@example.se."),
        )
    elif address and not sends:
        yield Problem(
            where=where,
            what=say("The ERP sends no confirmations, so there is nothing to copy."),
            fix=say("Write order_mail = yes, or leave this empty."),
            severe=False,
        )
