"""From an order to a balanced voucher: pure, exact, and VAT taken as charged, never recomputed.

WooCommerce's own VAT differs from net x rate by an öre on one row in twenty (woocommerce facts, Money), so the
books take the order's tax lines as they are; what is left over stands visibly on the rounding account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bridge.config.sections import ShopSection
from bridge.erps.chart import Account, Chart
from bridge.erps.currency import Conversion, ExchangeRate
from bridge.erps.drafting.settings import DraftSettings
from bridge.erps.sie.objects import objects_of
from bridge.erps.sie.rates import Rate, Rates, Share
from bridge.erps.sie.voucher import Row, Voucher
from bridge.errors import Rejected
from bridge.model.documents import Key
from bridge.model.money import ZERO, cents, plain
from bridge.model.orders import LineKind, Order, OrderLine
from bridge.model.texts import Text, say
from bridge.model.vat import Supply, Treatment, VatScene, supply_of

__all__ = ["Rules", "to_voucher", "voucher_date"]

_NO_SALE: Final = {
    LineKind.GIFT_CARD: ("gift_card", "Presentkort"),
    LineKind.ROUNDING: ("rounding", "Öresavrundning"),
}
_LABELS: Final = {
    Supply.GOODS: "Försäljning",
    Supply.SERVICE: "Tjänster",
    Supply.SHIPPING: "Frakt",
    Supply.FEE: "Avgift",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the owner decided about vouchers."""

    timezone: ZoneInfo
    voucher_date: str
    tolerance: Decimal
    conversion: Conversion
    customer_names: bool = True
    services: tuple[str, ...] = ()
    """What the article numbers of services begin with."""
    gift_cards: tuple[str, ...] = ()
    """What the article numbers of gift cards for sale begin with."""
    cod_methods: tuple[str, ...] = ()
    """Payment methods whose fee is one for cash on delivery."""
    cards_pay: bool = False
    """A gift card used is a payment with a row of its own; otherwise all of them are one row."""
    shops: Mapping[str, ShopSection] = field(default_factory=dict)
    """Number prefix, cost centre and project of each shop."""
    articles: DraftSettings | None = None
    """Whose articles of rows that are no goods stand before the rows' texts; None: no articles there."""


def to_voucher(order: Order, key: Key, *, chart: Chart, rules: Rules) -> Voucher:
    """The voucher of an order.

    Raises:
        Rejected: it cannot be booked as it is: no account, no exchange rate, or the sum does not come out.
    """
    shop = rules.shops.get(order.ref.shop)
    order = _numbered(order, shop)
    dated = voucher_date(order, rules=rules)
    into_sek = rules.conversion.of(order.currency, on=dated)
    books = _Books(order, chart, Rates.of(order, known=chart.rates()), rules)
    books.fill()
    rest = books.rest()
    _check_rest(books, rest, tolerance=rules.tolerance)
    rows = _rows(books, into_sek=into_sek, names=rules.customer_names)
    return Voucher(
        key=key,
        dated=dated,
        text=_voucher_text(order, into_sek),
        rows=rows,
        objects=objects_of(shop),
        notes=(*books.rates.notes, *_gift_card_notes(order), *_rest_notes(rest, order, into_sek)),
    )


def _numbered(order: Order, shop: ShopSection | None) -> Order:
    """With the shop's prefix before its number, as it is to stand in the texts; the key stays the order's own."""
    if shop is None or not shop.number_prefix:
        return order
    number = f"{shop.number_prefix}{order.ref.number or order.ref.id}"
    return replace(order, ref=replace(order.ref, number=number))


def voucher_date(order: Order, *, rules: Rules) -> date:
    """The day of the voucher, in the time zone of the books."""
    wanted = {
        "paid": order.payment.paid_at,
        "created": order.created_at,
        "completed": order.completed_at,
    }[rules.voucher_date]
    return (wanted or order.created_at).astimezone(rules.timezone).date()


class _Books:
    """Amounts per account and label, in the order's currency, debit positive."""

    def __init__(self, order: Order, chart: Chart, rates: Rates, rules: Rules) -> None:
        self.order = order
        self.chart = chart
        self.rates = rates
        self.rules = rules
        self.gross = cents(order.totals.gross, order.currency)
        self.receivable = chart.receivable(order.payment.method)
        self._pots: dict[tuple[Account, str], Decimal] = {}
        self._scene = VatScene.of(
            order.customer, only_country=rates.only_country(), home_rates=chart.home_rates()
        )
        self._cod = order.payment.method in rules.cod_methods

    def fill(self) -> None:
        """Every line and every tax line."""
        for line in self.order.lines:
            for share in self.rates.shares(line):
                self._line(line, share)
        for tax in self.order.tax_lines:
            self._tax(self.rates.of_id(tax.rate_id), tax.tax + tax.shipping_tax)

    def pots(self) -> dict[tuple[Account, str], Decimal]:
        """Rounded to the currency's smallest unit, sums first: a shop may reckon in more decimals."""
        return {where: cents(amount, self.order.currency) for where, amount in self._pots.items()}

    def rest(self) -> Decimal:
        """What is missing for balance."""
        return -(self.gross + sum(self.pots().values(), ZERO))

    def arithmetic(self) -> str:
        """All rows as a person would add them up."""
        terms = (f"{label} {plain(-amount)}" for (_, label), amount in self.pots().items() if amount)
        return " + ".join(terms) or "0.00"

    def _line(self, line: OrderLine, share: Share) -> None:
        if line.kind in _NO_SALE:
            use, label = _NO_SALE[line.kind]
            if line.kind is LineKind.GIFT_CARD and self.rules.cards_pay:
                label = f"Betalt: {line.name}"
            self._add(self.chart.fixed(use), label, -share.net)
        elif _is_gift_card(line, share, self.rules.gift_cards):
            # Sold, it is a debt to whoever holds it; what it will buy, and its VAT, nobody knows yet.
            self._add(self.chart.fixed("gift_card"), "Presentkort", -share.net)
        else:
            self._sale(line, share)

    def _sale(self, line: OrderLine, share: Share) -> None:
        rate, supply = share.rate, supply_of(line, services=self.rules.services)
        treatment = self._scene.treat(rate.percent, rate.country, supply=supply)
        income = self.chart.income(
            supply,
            treatment,
            country=self._named_country(rate, treatment, supply),
            percent=rate.percent,
            fixed="cod" if self._cod and supply is Supply.FEE else "",
        )
        # Abroad a discount lowers the sale itself: the EU sales list and the OSS return ask for what was paid.
        discount = self.chart.fixed("discount") if treatment.domestic else income
        off = self._named("discount", f"Rabatt {rate.label}")
        if line.kind is LineKind.DISCOUNT:
            self._add(discount, off, -share.net)
            return
        label = self._named(self._article_use(supply), f"{_LABELS[supply]} {rate.label}", line)
        self._add(income, label, -(share.net + share.discount))
        if share.discount:
            self._add(discount, off, share.discount)

    def _article_use(self, supply: Supply) -> str:
        """The name in [articles]; empty: goods and services, whose own numbers are the shop's."""
        if supply is Supply.SHIPPING:
            return "shipping"
        if supply is Supply.FEE:
            return "cod" if self._cod else "fee"
        return ""

    def _named(self, use: str, label: str, line: OrderLine | None = None) -> str:
        """The text with its article before it, where that is wanted."""
        settings = self.rules.articles
        if settings is None or not use:
            return label
        own = settings.shipping_of(line.method).article if line and use == "shipping" else ""
        article = own or str(getattr(settings.articles, use))
        return f"{article}: {label}" if article else label

    def _named_country(self, rate: Rate, treatment: Treatment, supply: Supply) -> str:
        """The country in the name of an account per country: whose VAT it is, else where it goes."""
        if treatment in {Treatment.EU_OSS, Treatment.FOREIGN_VAT}:
            return self._scene.vat_country(rate.percent, rate.country, supply=supply)
        return self._scene.place(supply).country

    def _tax(self, rate: Rate, tax: Decimal) -> None:
        if tax:
            country = self._scene.vat_country(rate.percent, rate.country)
            self._add(self.chart.vat(country=country, percent=rate.percent), f"Moms {rate.label}", -tax)

    def _add(self, account: Account, label: str, amount: Decimal) -> None:
        self._pots[account, label] = self._pots.get((account, label), ZERO) + amount


def _is_gift_card(line: OrderLine, share: Share, prefixes: tuple[str, ...]) -> bool:
    sku = (line.sku or "").lower()
    own = sku.startswith(tuple(each.lower() for each in prefixes))
    return own and line.kind is LineKind.PRODUCT and not share.rate.percent


def _rows(books: _Books, *, into_sek: ExchangeRate | None, names: bool) -> tuple[Row, ...]:
    """The receivable, then one row per pot, then what rounding left over."""
    order = books.order
    pots = books.pots()
    rate = into_sek.rate if into_sek else Decimal(1)
    first = Row(
        account=books.receivable, amount=cents(books.gross * rate), text=_receivable_text(order, names=names)
    )
    others = [
        Row(account=account, amount=cents(amount * rate), text=label)
        for (account, label), amount in pots.items()
    ]
    kept = [row for row in others if row.amount] or others[:1]
    left = -(first.amount + sum((row.amount for row in kept), ZERO))
    if left:
        label = "Öresavrundning" if into_sek is None else "Avrundning vid omräkning"
        kept.append(Row(account=books.chart.fixed("rounding"), amount=left, text=label))
    elif not kept:
        kept.append(Row(account=books.chart.fixed("rounding"), amount=ZERO, text="Order utan belopp"))
    return (first, *kept)


def _check_rest(books: _Books, rest: Decimal, *, tolerance: Decimal) -> None:
    order = books.order
    if abs(rest) > tolerance:
        raise Rejected(
            say(
                "The order's total is {gross} {currency}, but its rows come to {rows}: {arithmetic}. "
                "The difference {difference} is more than {tolerance}.",
                gross=plain(books.gross),
                currency=order.currency,
                rows=plain(books.gross + rest),
                arithmetic=books.arithmetic(),
                difference=plain(abs(rest)),
                tolerance=plain(tolerance),
            ),
            field="total",
            advice=say("Recalculate the order in the shop, or raise [orders] rounding_tolerance."),
        )
    taxes = sum((line.tax + line.shipping_tax for line in order.tax_lines), ZERO)
    if abs(taxes - order.totals.tax) > tolerance:
        raise Rejected(
            say(
                "The order's VAT is {total}, but its tax lines come to {lines}.",
                total=plain(order.totals.tax),
                lines=plain(taxes),
            ),
            field="total_tax",
            advice=say("Recalculate the order in the shop, or raise [orders] rounding_tolerance."),
        )


def _gift_card_notes(order: Order) -> tuple[Text, ...]:
    """A shop that takes VAT off with a gift card pays too little VAT, but its order is what the buyer has."""
    vat = sum((line.tax for line in order.lines if line.kind is LineKind.GIFT_CARD), ZERO)
    if not vat:
        return ()
    return (
        say(
            "The shop reckoned {vat} VAT on the gift card and took it off the order's VAT; booked as charged. "
            "Ask your accountant.",
            vat=plain(vat),
        ),
    )


def _rest_notes(rest: Decimal, order: Order, into_sek: ExchangeRate | None) -> tuple[Text, ...]:
    notes: list[Text] = []
    if rest:
        notes.append(
            say(
                "Rounding: {amount} {currency} on a row of its own.",
                amount=plain(rest),
                currency=order.currency,
            )
        )
    if into_sek is not None:
        notes.append(
            say(
                "{gross} {currency} converted to SEK at {rate}: {source}.",
                gross=plain(order.totals.gross),
                currency=order.currency,
                rate=plain(into_sek.rate),
                source=into_sek.source,
            )
        )
    return tuple(notes)


def _voucher_text(order: Order, into_sek: ExchangeRate | None) -> str:
    text = f"Order {order.ref.number or order.ref.id}"
    if into_sek is None:
        return text
    return f"{text}, {order.currency} {plain(order.totals.gross)} kurs {plain(into_sek.rate)}"


def _receivable_text(order: Order, *, names: bool) -> str:
    number = f"Order {order.ref.number or order.ref.id}"
    buyer = order.customer.company or order.customer.billing.company or order.customer.billing.name
    return f"{number}, {buyer}" if names and buyer.strip() else number
