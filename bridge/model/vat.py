"""How a sale is treated for VAT: found from what the shop charged and where it goes, never from a rate of our own.

A row with VAT follows the country whose VAT it bears; the order's tax lines say so. Only a row without VAT needs
the destination and the buyer's VAT number to tell reverse charge from export from exempt.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bridge.model.numbers import NumberError, vat_number
from bridge.model.orders import Customer, LineKind, OrderLine
from bridge.model.vat_area import EU, HOME, NORTHERN_IRELAND, Area, Place, place_of, place_of_country

__all__ = [
    "HOME_RATES",
    "BuyerNumber",
    "Supply",
    "Treatment",
    "VatScene",
    "buyer_number",
    "supply_of",
]

HOME_RATES: Final = (Decimal(25), Decimal(12), Decimal(6))


class Supply(StrEnum):
    """What is sold, as far as VAT and accounts tell apart."""

    GOODS = "sales"
    SERVICE = "service"
    SHIPPING = "shipping"
    FEE = "fee"


class Treatment(StrEnum):
    """What the law calls the sale."""

    DOMESTIC = "domestic"
    """Swedish VAT, in Sweden; or Swedish VAT on what leaves the union."""
    EXEMPT = "exempt"
    """No VAT, in Sweden: exempt articles, exempt buyers."""
    EU_HOME_RATE = "eu_home_rate"
    """A consumer in another member state, at Swedish VAT: below the threshold of 10 000 euro."""
    EU_OSS = "eu_oss"
    """A consumer in another member state, at that state's VAT: One Stop Shop."""
    EU_BUSINESS = "eu_business"
    """A buyer with a VAT number of another member state, without VAT: reverse charge."""
    EU_UNTAXED = "eu_untaxed"
    """To another member state without VAT and without such a number: the shop forgot something."""
    EXPORT = "export"
    """Out of the EU's VAT area, without VAT."""
    FOREIGN_VAT = "foreign_vat"
    """With the VAT of a country outside the union, where the seller is registered there."""

    @property
    def domestic(self) -> bool:
        """It stands on the accounts of sales in Sweden."""
        return self in {Treatment.DOMESTIC, Treatment.EXEMPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerNumber:
    """The buyer's VAT number."""

    country: str
    """Whose it says it is, ``GR`` for Greece; empty where nobody can tell."""
    valid: bool
    """Form and check digit are right; only the tax office knows whether it is registered."""

    @property
    def reverses(self) -> bool:
        """A number that can make a sale from Sweden one without VAT: of another member state."""
        return self.country in EU or self.country == NORTHERN_IRELAND


def buyer_number(customer: Customer) -> BuyerNumber | None:
    """What the buyer's VAT number tells; None: there is none.

    Buyers leave the country out; it is then the country of the bill.
    """
    bare = re.sub(r"[\W_]", "", customer.vat_number).upper()
    if not bare:
        return None
    letters = re.match(r"(CHE|[A-Z]{2})(?=[A-Z]?\d|[A-Z+*]{0,2}\d)", bare)
    country = letters[1][:2] if letters else customer.billing.country or customer.shipping.country
    whole = bare if letters else f"{'EL' if country == 'GR' else country}{bare}"
    if country == HOME and re.fullmatch(r"\d{10}", bare):
        whole += "01"  # an organisation number, which every Swedish VAT number is made of
    try:
        vat_number(whole)
    except NumberError:
        valid = False
    else:
        valid = True
    return BuyerNumber(country="GR" if country == "EL" else country, valid=valid)


def supply_of(line: OrderLine, *, services: Collection[str] = ()) -> Supply:
    """What a row is; an article whose number begins like one of ``services`` is a service, any other is goods."""
    if line.kind is LineKind.SHIPPING:
        return Supply.SHIPPING
    if line.kind is LineKind.FEE:
        return Supply.FEE
    sku = (line.sku or "").lower()
    return Supply.SERVICE if any(sku.startswith(each.lower()) for each in services) else Supply.GOODS


@dataclass(frozen=True, slots=True, kw_only=True)
class VatScene:
    """Who buys, and where it goes."""

    goods: Place
    services: Place
    number: BuyerNumber | None
    home_rates: Collection[Decimal] = HOME_RATES

    @classmethod
    def of(
        cls, customer: Customer, *, only_country: str = "", home_rates: Collection[Decimal] = HOME_RATES
    ) -> VatScene:
        """Goods go to the delivery address, services to where the buyer lives.

        ``only_country``: whose VAT was charged, for an order that has no address at all.
        """
        delivery = customer.shipping if customer.shipping.country else customer.billing
        home = customer.billing if customer.billing.country else customer.shipping
        known = bool(delivery.country)
        fallback = place_of_country(only_country or HOME)
        return cls(
            goods=place_of(delivery) if known else fallback,
            services=place_of(home, goods=False) if known else fallback,
            number=buyer_number(customer),
            home_rates=home_rates,
        )

    def place(self, supply: Supply) -> Place:
        """Where a supply of that kind goes; freight and fees go with the goods."""
        return self.services if supply is Supply.SERVICE else self.goods

    def vat_country(self, percent: Decimal, country: str, *, supply: Supply = Supply.GOODS) -> str:
        """Whose VAT it is; a rate for all countries (none in its code) is Sweden's own where Sweden has it."""
        if country:
            return place_of_country(country).country
        place = self.place(supply)
        return HOME if place.area is not Area.EU or percent in self.home_rates else place.country

    def treat(self, percent: Decimal, country: str, *, supply: Supply) -> Treatment:
        """What a row is that was charged ``percent`` VAT of ``country``; 0 is no VAT, whatever its rate's name."""
        place = self.place(supply)
        if not percent:
            return self._untaxed(place)
        charged = place_of_country(self.vat_country(percent, country, supply=supply))
        if charged.area is Area.HOME:
            return Treatment.EU_HOME_RATE if place.area is Area.EU else Treatment.DOMESTIC
        taxed_in_eu = charged.area is Area.EU or charged.country == NORTHERN_IRELAND
        return Treatment.EU_OSS if taxed_in_eu else Treatment.FOREIGN_VAT

    def _untaxed(self, place: Place) -> Treatment:
        if place.area is Area.HOME:
            return Treatment.EXEMPT
        if place.area is Area.OUTSIDE:
            return Treatment.EXPORT
        reverses = self.number is not None and self.number.reverses
        return Treatment.EU_BUSINESS if reverses else Treatment.EU_UNTAXED
