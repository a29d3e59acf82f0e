"""The VAT treatment of a whole order: of each of its rows, and what the order is in one word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.model.money import ZERO
from bridge.model.orders import LineKind, Order, OrderLine
from bridge.model.texts import Text, say
from bridge.model.vat import HOME_RATES, Supply, Treatment, VatScene, supply_of

__all__ = ["WORDS", "OrderVat", "RowVat", "vat_of"]

WORDS: Final[Mapping[Treatment, Text]] = {
    Treatment.DOMESTIC: say("sale in Sweden"),
    Treatment.EXEMPT: say("sale in Sweden without VAT"),
    Treatment.EU_HOME_RATE: say("sale to an EU consumer at Swedish VAT"),
    Treatment.EU_OSS: say("sale to an EU consumer at the destination's VAT (One Stop Shop)"),
    Treatment.EU_BUSINESS: say("sale to an EU company without VAT (reverse charge)"),
    Treatment.EU_UNTAXED: say("sale to the EU without VAT and without a VAT number"),
    Treatment.EXPORT: say("export"),
    Treatment.FOREIGN_VAT: say("sale at the VAT of a country outside the EU"),
}
_NO_SALE: Final = frozenset({LineKind.GIFT_CARD, LineKind.ROUNDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVat:
    """What one row is."""

    line: OrderLine
    supply: Supply
    treatments: tuple[Treatment, ...]
    """One per rate it bears; empty for a payment, a rounding, and a rate whose percentage nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVat:
    """What the order is."""

    rows: tuple[RowVat, ...]

    @property
    def treatment(self) -> Treatment | None:
        """That of the goods and services that cost most together; None: it has none."""
        sums: dict[Treatment, Decimal] = {}
        for row in self.rows:
            if row.line.kind is LineKind.PRODUCT and row.treatments:
                first = row.treatments[0]
                sums[first] = sums.get(first, ZERO) + abs(row.line.net)
        return max(sums, key=lambda each: sums[each]) if sums else None


def vat_of(
    order: Order, *, services: Collection[str] = (), home_rates: Collection[Decimal] = HOME_RATES
) -> OrderVat:
    """The treatment of an order and of each of its rows, by what the shop charged.

    ``services``: what the article numbers of services begin with.
    """
    rates = {tax.rate_id: (tax.percent, tax.country) for tax in order.tax_lines}
    countries = {tax.country for tax in order.tax_lines}
    only = countries.pop() if len(countries) == 1 else ""
    scene = VatScene.of(order.customer, only_country=only, home_rates=home_rates)

    def row(line: OrderLine) -> RowVat:
        supply = supply_of(line, services=services)
        charged = [part.rate_id for part in line.taxes if part.tax] or [
            part.rate_id for part in line.taxes[:1]
        ]
        found = [rates.get(rate_id, (None, "")) for rate_id in charged] or [(ZERO, "")]
        treatments = (
            scene.treat(percent, country, supply=supply) for percent, country in found if percent is not None
        )
        return RowVat(
            line=line,
            supply=supply,
            treatments=() if line.kind in _NO_SALE else tuple(dict.fromkeys(treatments)),
        )

    return OrderVat(rows=tuple(row(line) for line in order.lines))
