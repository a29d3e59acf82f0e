"""Which VAT zone an order belongs to, and which articles a row may be booked on. Pure.

e-conomic decides VAT by two things only, the recipient's zone and the article's product group (economic facts,
section 12 [D19, combination I]). The zone follows from what the shop charged and where the order goes; the article
must then be one whose group has, in that zone, the rate the buyer paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.config.sections import ArticlesSection
from bridge.erps.chart import percent_text
from bridge.erps.drafting import Draft, RowKind
from bridge.erps.drafting.fitting import PlacedDraft, PlacedRow
from bridge.erps.totals import Role
from bridge.model.money import ZERO, cents
from bridge.model.orders import Order
from bridge.model.vat import Treatment, VatScene
from bridge.model.vat_order import OrderVat, vat_of

__all__ = ["Need", "ZoneName", "needs_of", "variant", "zones_of"]

LONGEST: Final = 25
"""Of an article number (section 8 [D19])."""

ZoneName = str
"""``domestic``, ``eu``, ``abroad``, ``exempt``, or a country's two letters: what stands behind ``vat_zone_``."""

_ZONES: Final[Mapping[Treatment, ZoneName]] = {
    Treatment.DOMESTIC: "domestic",
    Treatment.EU_HOME_RATE: "domestic",
    Treatment.EU_BUSINESS: "eu",
    Treatment.EU_UNTAXED: "eu",
    Treatment.EXPORT: "abroad",
}
_BY_COUNTRY: Final = frozenset({Treatment.EU_OSS, Treatment.FOREIGN_VAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the article of one row must be."""

    base: str
    """Its number; empty: a row of text only."""
    percent: Decimal
    """The rate the buyer was charged."""
    variants: bool
    """Whether an article of the same number with a rate behind it will do: ``frakt-12``. Not for goods, whose number
    is the shop's, unless one row of the shop has parts of several rates."""
    name: str
    net_price: Decimal
    """Of one piece before any discount of the row, in the books' currency: what an article made of it costs."""
    free: bool = False
    """It costs nothing, so that any rate will do."""
    instead: str = ""
    """Another article that will do where the first has none of the rate: the one for discounts, for VAT brought back
    to what the buyer was charged."""

    @property
    def bases(self) -> tuple[str, ...]:
        """The numbers without a rate behind them; none for a row of text."""
        return tuple(filter(None, (self.base, self.instead)))

    def candidates(self, homes: Iterable[Decimal] = ()) -> tuple[str, ...]:
        """The numbers to try, in this order.

        ``homes``: the rates at home of the product groups that have the wanted rate in the document's zone.
        """
        if not self.variants:
            return (self.base,)
        rates = (*homes, self.percent)
        numbers = ((base, *(variant(base, rate) for rate in rates)) for base in self.bases)
        return tuple(dict.fromkeys(number for each in numbers for number in each))


def variant(base: str, percent: Decimal) -> str:
    """``frakt-12``; the base gives way where the whole would be too long."""
    tail = f"-{percent_text(percent)}"
    return f"{base[: LONGEST - len(tail)]}{tail}"


def zones_of(
    order: Order, *, services: Collection[str], home_rates: Collection[Decimal]
) -> tuple[ZoneName, ...]:
    """The zones an order may be booked in, the best first.

    One without VAT in Sweden is a sale of articles that never bear any, or a sale to a buyer who never pays any; the
    shop marks the latter, and what its own zone does not fit is tried in the other.
    """
    vat = vat_of(order, services=services, home_rates=home_rates)
    treatment = vat.treatment or _of_the_rest(vat) or Treatment.DOMESTIC
    if treatment in _BY_COUNTRY:
        return (_country(order, vat, treatment, home_rates),)
    if treatment is Treatment.EXEMPT:
        return ("exempt", "domestic") if order.tax_exempt else ("domestic", "exempt")
    return (_ZONES[treatment],)


def _of_the_rest(vat: OrderVat) -> Treatment | None:
    """Freight and fees alone: a refund of nothing else, say."""
    sums: dict[Treatment, Decimal] = {}
    for row in vat.rows:
        for each in row.treatments[:1]:
            sums[each] = sums.get(each, ZERO) + abs(row.line.net)
    return max(sums, key=lambda each: sums[each]) if sums else None


def _country(order: Order, vat: OrderVat, treatment: Treatment, home_rates: Collection[Decimal]) -> ZoneName:
    """Whose VAT the dearest row of that treatment bears."""
    rates = {tax.rate_id: (tax.percent or ZERO, tax.country) for tax in order.tax_lines}
    scene = VatScene.of(order.customer, home_rates=home_rates)
    rows = [row for row in vat.rows if treatment in row.treatments]
    dearest = max(rows, key=lambda row: abs(row.line.net))
    part = next((each for each in dearest.line.taxes if each.tax), dearest.line.taxes[0])
    percent, country = rates[part.rate_id]
    return scene.vat_country(percent, country, supply=dearest.supply)


def needs_of(
    placed: PlacedDraft, articles: ArticlesSection, *, rate: Decimal = Decimal(1)
) -> tuple[Need, ...]:
    """What each placed row needs; the engine's own rows are booked on the article for roundings.

    ``rate``: of the document's currency in the books'; an article's price is always in the latter (section 8 [D19]).
    """
    parted = _parted(placed.draft)
    return tuple(_need(row, articles, parted, rate) for row in placed.rows)


def _parted(draft: Draft) -> frozenset[str]:
    """Rows of the shop with parts of several rates."""
    rates: dict[str, set[Decimal]] = {}
    for row in draft.rows:
        rates.setdefault(row.line, set()).add(row.percent)
    return frozenset(line for line, found in rates.items() if line and len(found) > 1)


def _need(row: PlacedRow, articles: ArticlesSection, parted: frozenset[str], rate: Decimal) -> Need:
    base = row.draft.article if row.draft else articles.rounding
    goods = row.draft is not None and row.draft.kind is RowKind.PRODUCT
    own = goods and base != articles.unnumbered and row.draft is not None and row.draft.line not in parted
    return Need(
        base=base,
        percent=row.figures.percent,
        variants=not own,
        name=_name(row, own=own),
        free=not row.amount,
        net_price=_list_price(row, rate),
        instead=articles.discount if row.figures.role is Role.VAT else "",
    )


def _list_price(row: PlacedRow, rate: Decimal) -> Decimal:
    """Zero where a row has none; the price feed would carry a discounted or a foreign one back to the shop."""
    if not row.figures.pieces:
        return ZERO
    off = row.draft.discount_net if row.draft else ZERO
    return cents((abs(row.amount) + abs(off)) * rate / abs(row.figures.pieces))


def _name(row: PlacedRow, *, own: bool) -> str:
    """What an article made for the row is called: goods as in the shop, anything else by what it is."""
    if row.draft is None:
        return row.text
    return row.draft.text if own else _NAMES.get(row.draft.kind, row.draft.text)


_NAMES: Final[Mapping[RowKind, str]] = {
    RowKind.SHIPPING: "Frakt",
    RowKind.FEE: "Avgift",
    RowKind.COD: "Postförskott",
    RowKind.DISCOUNT: "Rabatt",
    RowKind.GIFT_CARD: "Presentkort",
}
"""Swedish, as all texts on documents."""
