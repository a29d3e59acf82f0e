"""Random orders as a WooCommerce shop reckons them, for the öre-exact engine: one number, one order.

Written from the measured rounding (woocommerce facts, section j), without a word of the engine: prices with or
without VAT, VAT rounded per row or per order, coupons, shipping, fees, gift cards, refunds, odd quantities.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from random import Random

from bridge.erps.totals import Part, Target
from bridge.model.orders import LineKind

RATES = [Decimal(each) for each in ("25", "12", "6", "0", "19", "7", "25.5")]
PLACES = {"SEK": 2, "EUR": 2, "JPY": 0, "KWD": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """An order, as the engine is asked about it."""

    seed: int
    parts: tuple[Part, ...]
    target: Target
    by_order: bool
    """The shop rounds VAT on the order, not on each row: its rows need not add up."""

    @property
    def adds_up(self) -> bool:
        """The rows, as shown, come to the total."""
        return sum(part.gross for part in self.parts) == self.target.gross


@dataclass(slots=True)
class Shop:
    """Reckons one order."""

    luck: Random
    places: int
    with_vat: bool
    by_order: bool
    sign: int = 1
    parts: list[Part] = field(default_factory=list)
    exact_tax: dict[Decimal, Decimal] = field(default_factory=dict)
    exact_total: Decimal = Decimal(0)

    def cents(self, value: Decimal, way: str = ROUND_HALF_UP) -> Decimal:
        """To the currency's smallest unit."""
        return value.quantize(Decimal(1).scaleb(-self.places), rounding=way)

    def add(
        self, kind: LineKind, entered: Decimal, percent: Decimal, *, quantity: Decimal = Decimal(1),
        before: Decimal | None = None, with_vat: bool | None = None,
    ) -> None:  # fmt: skip
        """A row whose amount was entered with or without VAT."""
        net, tax = self.split(entered, percent, with_vat=self.with_vat if with_vat is None else with_vat)
        full = None if before is None else self.split(before, percent, with_vat=self.with_vat)
        self.parts.append(
            Part(
                kind=kind,
                name=f"{kind.value} {len(self.parts) + 1}",
                quantity=quantity * self.sign if kind is LineKind.PRODUCT else quantity,
                net=self.cents(net) * self.sign,
                tax=self.cents(tax) * self.sign,
                percent=percent,
                net_before=None if full is None else self.cents(full[0]) * self.sign,
                tax_before=None if full is None else self.cents(full[1]) * self.sign,
            )
        )
        self.exact_tax[percent] = self.exact_tax.get(percent, Decimal(0)) + tax * self.sign
        self.exact_total += (net + tax) * self.sign

    def split(self, entered: Decimal, percent: Decimal, *, with_vat: bool) -> tuple[Decimal, Decimal]:
        """Net and VAT; rounded here unless the shop rounds on the order."""
        if with_vat:
            entered = self.cents(entered)
            tax = entered * percent / (100 + percent)
            if not self.by_order:
                tax = self.cents(tax, ROUND_HALF_DOWN)
            return entered - tax, tax
        net = self.cents(entered)
        tax = net * percent / 100
        return net, tax if self.by_order else self.cents(tax)

    def target(self, currency: str) -> Target:
        """The order's total, and its VAT per rate."""
        vat: dict[Decimal, Decimal] = {}
        for part in self.parts:
            assert part.percent is not None
            vat[part.percent] = vat.get(part.percent, Decimal(0)) + part.tax
        gross = sum((part.gross for part in self.parts), Decimal(0))
        if self.by_order:
            vat = {percent: self.cents(tax) for percent, tax in self.exact_tax.items()}
            gross = self.cents(self.exact_total)
        return Target(gross=gross, vat={p: tax for p, tax in vat.items() if tax}, currency=currency)


def a_basket(seed: int, *, currencies: tuple[str, ...] = ("SEK", "SEK", "SEK", "EUR", "JPY")) -> Basket:
    """The order of this number."""
    luck = Random(seed)
    currency = luck.choice(currencies)
    shop = Shop(
        luck, PLACES[currency], with_vat=luck.random() < 0.7, by_order=luck.random() < 0.08,
        sign=-1 if luck.random() < 0.1 else 1,
    )  # fmt: skip
    rates = luck.sample(RATES, k=luck.choice([1, 1, 1, 2, 2, 3]))
    _goods(shop, rates)
    _extras(shop, rates)
    return Basket(seed=seed, parts=tuple(shop.parts), target=shop.target(currency), by_order=shop.by_order)


def _price(luck: Random) -> Decimal:
    whole = luck.choice(
        [luck.randint(0, 9), luck.randint(10, 99), luck.randint(100, 999), luck.randint(1000, 30000)]
    )
    cents = luck.choice(
        ["00", "00", "90", "95", "99", "50", f"{luck.randint(0, 99):02d}", f"{luck.randint(0, 99):02d}"]
    )
    return Decimal(f"{whole}.{cents}")


def _goods(shop: Shop, rates: list[Decimal]) -> None:
    luck = shop.luck
    count = luck.choices([luck.randint(1, 3), luck.randint(3, 8), luck.randint(20, 60)], weights=[60, 37, 3])[
        0
    ]
    percent_off = luck.choice([0, 0, 0, 10, 15, 33, 50, 100]) if luck.random() < 0.5 else 0
    fixed_off = (
        luck.choice([Decimal(50), Decimal("19.90"), Decimal(100)]) if luck.random() < 0.15 else Decimal(0)
    )
    shown = luck.random() < 0.5
    for at in range(count):
        price = _price(luck)
        quantity = Decimal(luck.choice(["1", "1", "1", "1", "2", "2", "3", "4", "7", "12", "13", "100"]))
        if luck.random() < 0.02:
            quantity = Decimal(luck.choice(["0.5", "1.5", "0.25", "2.37", "0.333"]))
        before = price * quantity
        after = before * (100 - percent_off) / 100
        after -= min(after, (fixed_off / count).quantize(Decimal("0.01"), ROUND_DOWN))
        percent = rates[at % len(rates)] if at < len(rates) else luck.choice(rates)
        shop.add(LineKind.PRODUCT, after, percent, quantity=quantity, before=before if shown else None)


def _extras(shop: Shop, rates: list[Decimal]) -> None:
    luck = shop.luck
    if luck.random() < 0.6:
        cost = luck.choice([Decimal("39.20"), Decimal(79), Decimal("49.90"), Decimal(0), _price(luck)])
        shop.add(LineKind.SHIPPING, cost, max(rates), with_vat=False)
    if luck.random() < 0.15:
        shop.add(
            LineKind.FEE, luck.choice([Decimal(29), Decimal("23.20"), _price(luck)]), rates[0], with_vat=False
        )
    if luck.random() < 0.1:  # a negative fee: VAT of every rate is taken off too
        for percent in rates:
            shop.add(LineKind.DISCOUNT, -_price(luck) / 10, percent, with_vat=False)
    if luck.random() < 0.1:
        taxed = shop.places and luck.random() < 0.3  # as the shop does with a fee of tax_status none
        shop.add(LineKind.GIFT_CARD, -_price(luck), rates[0] if taxed else Decimal(0), with_vat=False)
