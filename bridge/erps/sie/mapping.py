"""From an order to a balanced voucher: pure, exact, and VAT taken as charged, never recomputed.

WooCommerce's own VAT differs from net x rate by an öre on one row in twenty (woocommerce facts, Money), so the
books take the order's tax lines as they are; what is left over stands visibly on the rounding account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bridge.erps.sie.accounts import EU, HOME, Chart
from bridge.erps.sie.currency import Conversion
from bridge.erps.sie.rates import Rate, Rates, Share
from bridge.erps.sie.voucher import Account, Row, Voucher
from bridge.errors import Rejected
from bridge.model.documents import Key
from bridge.model.money import ZERO, cents, plain
from bridge.model.orders import LineKind, Order, OrderLine
from bridge.model.texts import Text, say

__all__ = ["Rules", "to_voucher"]

_USES: Final = {
    LineKind.SHIPPING: ("shipping", "Frakt"),
    LineKind.FEE: ("fee", "Avgift"),
    LineKind.DISCOUNT: ("discount", "Rabatt"),
    LineKind.GIFT_CARD: ("gift_card", "Presentkort"),
    LineKind.ROUNDING: ("rounding", "Öresavrundning"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the owner decided about vouchers."""

    timezone: ZoneInfo
    voucher_date: str
    tolerance: Decimal
    conversion: Conversion
    customer_names: bool = True


def to_voucher(order: Order, key: Key, *, chart: Chart, rules: Rules) -> Voucher:
    """The voucher of an order.

    Raises:
        Rejected: it cannot be booked as it is: no account, no exchange rate, or the sum does not come out.
    """
    into_sek = rules.conversion.of(order.currency)
    books = _Books(order, chart, Rates.of(order, known=chart.rates()))
    books.fill()
    rest = books.rest()
    _check_rest(books, rest, tolerance=rules.tolerance)
    rows = _rows(books, into_sek=into_sek, names=rules.customer_names)
    return Voucher(
        key=key,
        dated=voucher_date(order, rules=rules),
        text=_voucher_text(order, into_sek),
        rows=rows,
        notes=(*books.rates.notes, *_gift_card_notes(order), *_rest_notes(rest, order, into_sek)),
    )


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

    def __init__(self, order: Order, chart: Chart, rates: Rates) -> None:
        self.order = order
        self.chart = chart
        self.rates = rates
        self.gross = cents(order.totals.gross, order.currency)
        self.receivable = chart.receivable(order.payment.method)
        self._pots: dict[tuple[Account, str], Decimal] = {}
        address = order.customer.shipping.country or order.customer.billing.country
        self._to = address or rates.only_country() or HOME
        self._business = bool(order.customer.vat_number.strip())

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
        if line.kind is LineKind.PRODUCT:
            self._product(share)
            return
        use, label = _USES[line.kind]
        if line.kind not in {LineKind.GIFT_CARD, LineKind.ROUNDING}:
            label = f"{label} {share.rate.label}"
        self._add(self.chart.fixed(use), label, -share.net)

    def _product(self, share: Share) -> None:
        rate = share.rate
        vat_country = self._vat_country(rate) if rate.percent else ""
        account = self.chart.sales(
            to=vat_country if vat_country not in {"", HOME} else self._to,
            vat_country=vat_country,
            percent=rate.percent,
            business=self._business,
        )
        self._add(account, f"Försäljning {rate.label}", -(share.net + share.discount))
        if share.discount:
            self._add(self.chart.fixed("discount"), f"Rabatt {rate.label}", share.discount)

    def _tax(self, rate: Rate, tax: Decimal) -> None:
        if tax:
            account = self.chart.vat(country=self._vat_country(rate), percent=rate.percent)
            self._add(account, f"Moms {rate.label}", -tax)

    def _vat_country(self, rate: Rate) -> str:
        """Whose VAT it is. A rate for all countries (no country in its code) is the seller's own, if we know it."""
        if rate.country:
            return rate.country
        own = self._to not in EU or self.chart.charges_home_vat(rate.percent)
        return HOME if own else self._to

    def _add(self, account: Account, label: str, amount: Decimal) -> None:
        self._pots[account, label] = self._pots.get((account, label), ZERO) + amount


def _rows(books: _Books, *, into_sek: Decimal | None, names: bool) -> tuple[Row, ...]:
    """The receivable, then one row per pot, then what rounding left over."""
    order = books.order
    pots = books.pots()
    rate = into_sek or Decimal(1)
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


def _rest_notes(rest: Decimal, order: Order, into_sek: Decimal | None) -> tuple[Text, ...]:
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
                "{gross} {currency} converted to SEK at {rate}.",
                gross=plain(order.totals.gross),
                currency=order.currency,
                rate=plain(into_sek),
            )
        )
    return tuple(notes)


def _voucher_text(order: Order, into_sek: Decimal | None) -> str:
    text = f"Order {order.ref.number or order.ref.id}"
    if into_sek is None:
        return text
    return f"{text}, {order.currency} {plain(order.totals.gross)} kurs {plain(into_sek)}"


def _receivable_text(order: Order, *, names: bool) -> str:
    number = f"Order {order.ref.number or order.ref.id}"
    buyer = order.customer.company or order.customer.billing.company or order.customer.billing.name
    return f"{number}, {buyer}" if names and buyer.strip() else number
