"""Which VAT rate a row has, and how a row with several is divided among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from bridge.erps.chart import percent_text
from bridge.errors import Rejected
from bridge.model.money import ZERO, cents, decimals
from bridge.model.orders import Order, OrderLine, TaxPart
from bridge.model.texts import Text, say
from bridge.model.vat_area import HOME

__all__ = ["Rate", "Rates", "Share"]

HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate and whose it is; ``country`` empty where the shop's rate names none."""

    percent: Decimal
    country: str = ""

    @property
    def label(self) -> str:
        """``25 %``, ``25,5 % FI``: as rows are named in the voucher."""
        foreign = f" {self.country}" if self.country not in {"", HOME} else ""
        return f"{percent_text(self.percent).replace('.', ',')} %{foreign}"


NO_VAT: Final = Rate(percent=Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a row that has one rate."""

    rate: Rate
    net: Decimal
    discount: Decimal = ZERO
    """What was taken off before ``net``; positive."""


@dataclass(slots=True)
class Rates:
    """The rates of one order, by the shop's id."""

    _by_id: Mapping[str, Rate]
    _order: Order
    notes: list[Text] = field(default_factory=list)

    @classmethod
    def of(cls, order: Order, *, known: Sequence[Decimal]) -> Rates:
        """Read them off the tax lines; a rate the shop has forgotten is found among the ``known`` ones."""
        by_id: dict[str, Rate] = {}
        notes: list[Text] = []
        for tax in order.tax_lines:
            percent = tax.percent
            if percent is None:
                percent = _found_out(order, tax.rate_id, known)
                notes.append(
                    say(
                        "The shop no longer knows VAT rate {label}; by the amounts it was {percent} %.",
                        label=tax.label or tax.rate_id,
                        percent=percent_text(percent),
                    )
                )
            by_id[tax.rate_id] = Rate(percent=percent, country=tax.country)
        return cls(by_id, order, notes)

    def of_id(self, rate_id: str) -> Rate:
        """One rate.

        Raises:
            Rejected: a row names a rate the order has no tax line for.
        """
        if rate_id not in self._by_id:
            raise Rejected(
                say("A row has VAT of rate {rate}, but the order has no such tax line.", rate=rate_id),
                field="tax_lines",
                advice=say("Recalculate the order in the shop, then try again."),
            )
        return self._by_id[rate_id]

    def only_country(self) -> str:
        """The country of the VAT, if all of it is one country's."""
        countries = {rate.country for rate in self._by_id.values()}
        return countries.pop() if len(countries) == 1 else ""

    def shares(self, line: OrderLine) -> tuple[Share, ...]:
        """The row divided by rate; its amounts always add up to the row's."""
        charged = [part for part in line.taxes if part.tax] or list(line.taxes[:1])
        if len(charged) > 1:
            return self._divided(line, charged)
        rate = self.of_id(charged[0].rate_id) if charged else NO_VAT
        return (Share(rate=rate, net=line.net, discount=_discount(line)),)

    def _divided(self, line: OrderLine, parts: Sequence[TaxPart]) -> tuple[Share, ...]:
        """Net per rate is VAT / rate; what rounding leaves goes to the largest part.

        Rates charged on top of each other (two on the same net, as overseas) cannot be told apart this way:
        the whole row then goes with the largest.
        """
        rates = [self.of_id(part.rate_id) for part in parts]
        largest = max(range(len(parts)), key=lambda at: abs(parts[at].tax))
        if all(rate.percent > 0 for rate in rates):
            currency = self._order.currency
            nets = [
                cents(part.tax * 100 / rate.percent, currency)
                for part, rate in zip(parts, rates, strict=True)
            ]
            rest = line.net - sum(nets, ZERO)
            noise = sum((_unit(currency) * (100 / rate.percent + HALF) for rate in rates), ZERO)
            if abs(rest) <= noise:
                nets[largest] += rest
                return tuple(Share(rate=rate, net=net) for rate, net in zip(rates, nets, strict=True))
            if abs(rest) < abs(line.net) and (rest > 0) == (line.net > 0):
                shares = [Share(rate=rate, net=net) for rate, net in zip(rates, nets, strict=True)]
                return (*shares, Share(rate=NO_VAT, net=rest))
        self.notes.append(
            say(
                "{name}: several VAT rates on one row, booked with the largest.",
                name=f"{line.kind} {line.id}",
            )
        )
        return (Share(rate=rates[largest], net=line.net, discount=_discount(line)),)


def _unit(currency: str) -> Decimal:
    """The smallest amount there is: an öre, a yen."""
    return Decimal(1).scaleb(-decimals(currency))


def _discount(line: OrderLine) -> Decimal:
    """What the row lost before ``net``; a row that was made dearer by hand has none."""
    if line.net_before is None or abs(line.net_before) <= abs(line.net) or line.net_before * line.net < 0:
        return ZERO
    return line.net_before - line.net


def _found_out(order: Order, rate_id: str, known: Sequence[Decimal]) -> Decimal:
    """The one known rate that explains the VAT of every row that bears only this rate.

    Raises:
        Rejected: none does, or several do.
    """
    rows = [
        (line.net, line.taxes[0].tax)
        for line in order.lines
        if len(line.taxes) == 1 and line.taxes[0].rate_id == rate_id and line.net
    ]
    fitting = [
        rate
        for rate in known
        if rows
        and all(
            abs(cents(net * rate / 100, order.currency) - tax) <= _unit(order.currency) for net, tax in rows
        )
    ]
    if len(fitting) != 1:
        raise Rejected(
            say("The shop no longer says how many percent VAT rate {rate} was.", rate=rate_id),
            field="tax_lines",
            advice=say("Book this order by hand and settle the entry with the voucher's number."),
        )
    return fitting[0]
