"""Expected VAT against charged VAT: what looks wrong about the VAT of an order, for a person to look at.

The books follow what the buyer was charged, always; this only says so where the shop's settings look wrong. No
sentence here holds the buyer's number: it may be a person's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from bridge.model.money import ZERO, plain
from bridge.model.numbers import NumberError, identity
from bridge.model.orders import LineKind, Order, TaxLine
from bridge.model.texts import Problem, Text, say
from bridge.model.vat import HOME_RATES, Supply, VatScene, supply_of
from bridge.model.vat_area import HOME, Area
from bridge.model.vat_rates import rates_of

__all__ = ["expected_vs_charged"]


def expected_vs_charged(
    order: Order,
    *,
    on: date,
    home_rates: Collection[Decimal] = HOME_RATES,
    services: Collection[str] = (),
    gift_cards: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Everything about the order's VAT that is not as expected; ``on`` is the day whose rates count.

    ``services`` and ``gift_cards``: what the article numbers of these begin with.
    """
    looked = _Look(order, on=on, home_rates=home_rates, services=services, gift_cards=gift_cards)
    where = f"order {order.ref.number or order.ref.id}"
    return tuple(Problem(where=where, what=what, fix=fix, severe=False) for what, fix in looked.findings())


Finding = tuple[Text, Text]


class _Look:
    """One order, looked at."""

    def __init__(
        self,
        order: Order,
        *,
        on: date,
        home_rates: Collection[Decimal],
        services: Collection[str],
        gift_cards: Collection[str],
    ) -> None:
        self.order = order
        self.on = on
        charged = [tax for tax in order.tax_lines if tax.tax + tax.shipping_tax]
        countries = {tax.country for tax in charged}
        only = countries.pop() if len(countries) == 1 else ""
        self.scene = VatScene.of(order.customer, only_country=only, home_rates=home_rates)
        sold = [line for line in order.lines if line.kind is LineKind.PRODUCT and line.net]
        taxable = [line for line in sold if not (line.sku or "").lower().startswith(_lower(gift_cards))]
        self.services = bool(taxable) and all(
            supply_of(line, services=services) is Supply.SERVICE for line in taxable
        )
        self.supply = Supply.SERVICE if self.services else Supply.GOODS
        self.place = self.scene.place(self.supply)
        self.charged = charged
        self.untaxed = bool(taxable) and not charged
        self.taxed_throughout = bool(taxable) and all(line.tax for line in taxable)

    def findings(self) -> Iterator[Finding]:
        """What looks wrong, the most telling first."""
        for tax in self.charged:
            yield from self._rate(tax)
        yield from self._nothing_charged()
        yield from self._freight()
        yield from self._number()
        yield from self._organisation()

    def _rate(self, tax: TaxLine) -> Iterator[Finding]:
        """A rate its country does not have, or the VAT of a country the sale has nothing to do with."""
        percent = tax.percent
        if percent is None:
            return  # parked for that elsewhere
        country = self.scene.vat_country(percent, tax.country, supply=self.supply)
        rates = rates_of(country, self.on)
        if rates and percent not in rates:
            yield (
                say(
                    "{percent} % VAT was charged, but {country} had no such rate on {day}: it had {rates}.",
                    percent=_figure(percent),
                    country=country,
                    day=self.on.isoformat(),
                    rates=", ".join(f"{_figure(rate)} %" for rate in rates),
                ),
                say("Correct the tax rate in the shop; the order is booked as charged."),
            )
        if country == HOME and self.place.area is Area.OUTSIDE:
            yield (
                say(
                    "Swedish VAT was charged on what leaves the EU's VAT area, to {country}.",
                    country=self.place.country,
                ),
                say("An export is sold without VAT. Check the tax rates of the shop."),
            )
        elif country not in {HOME, self.place.country}:
            yield (
                say(
                    "The VAT of {country} was charged, but the order goes to {place}.",
                    country=country,
                    place=self.place.country,
                ),
                say("Check which address the shop reckons VAT by."),
            )

    def _nothing_charged(self) -> Iterator[Finding]:
        """No VAT, and no reason for it that the order shows."""
        if not self.untaxed:
            return
        number = self.scene.number
        if self.place.area is Area.HOME:
            yield (
                say("No VAT was charged on a sale of {net} in Sweden.", net=self._net()),
                say(
                    "Right for exempt articles only. Check the articles' tax class and the buyer's exemption."
                ),
            )
        elif self.place.area is Area.EU and (number is None or not number.reverses):
            yield (
                say(
                    "No VAT was charged to {country}, and the buyer gave no VAT number of another EU country.",
                    country=self.place.country,
                ),
                say("A consumer pays VAT. Check the tax rates of the shop and the buyer's exemption."),
            )

    def _freight(self) -> Iterator[Finding]:
        """Freight is part of the sale: where all goods bear VAT, so does it."""
        lines = self.order.lines
        free = sum((line.net for line in lines if line.kind is LineKind.SHIPPING and not line.tax), ZERO)
        if self.taxed_throughout and free > 0:
            yield (
                say(
                    "Shipping of {net} bears no VAT, though all goods do.",
                    net=f"{plain(free)} {self.order.currency}",
                ),
                say("Check the tax class of the shipping method in the shop."),
            )

    def _number(self) -> Iterator[Finding]:
        number = self.scene.number
        if number is None:
            return
        if not number.valid and (number.reverses or number.country == HOME):
            yield (
                say("The buyer's VAT number cannot be right: its form or check digit is wrong."),
                say("Ask the buyer for it, and look it up in VIES."),
            )
        elsewhere = number.country != self.place.country
        if self.charged and number.reverses and self.place.area is Area.EU:
            yield (
                say(
                    "VAT was charged though the buyer gave a VAT number of {country}.", country=number.country
                ),
                say("With a registered number the sale is without VAT: reverse charge. Booked as charged."),
            )
        elif elsewhere and (self.untaxed or self.place.area is Area.EU):
            yield (
                say(
                    "The VAT number is of {country}, but the order goes to {place}.",
                    country=number.country or "?",
                    place=self.place.country,
                ),
                say("Check that the sale may be without VAT, and which country to report it for."),
            )

    def _organisation(self) -> Iterator[Finding]:
        customer = self.order.customer
        if not customer.org_number.strip():
            return
        try:
            identity(customer.org_number, country=customer.billing.country or customer.shipping.country)
        except NumberError:
            yield (
                say("The buyer's organisation or person number cannot be right: a digit is wrong."),
                say("Ask the buyer for it before an invoice is sent."),
            )

    def _net(self) -> str:
        net = sum((line.net for line in self.order.lines), ZERO)
        return f"{plain(net)} {self.order.currency}"


def _lower(prefixes: Collection[str]) -> tuple[str, ...]:
    return tuple(each.lower() for each in prefixes if each)


def _figure(percent: Decimal) -> str:
    """``25``, ``25.5``."""
    text = format(percent, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
