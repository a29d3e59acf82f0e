"""What a foreign currency is worth in SEK: what the owner wrote, what the ERP knows or a dated file says; no guess.

A rate of exactly 1 is what a forgotten setting looks like, and 0 would book nothing, so both are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Protocol

from bridge.errors import Rejected
from bridge.model.money import AmountError, amount, cents
from bridge.model.texts import Problem, Text, say
from bridge.ports import KnowsRates

__all__ = ["BASE", "Conversion", "ExchangeRate", "RateFile", "RateTable", "TableError", "read_table"]

BASE: Final = "SEK"
WHERE: Final = "[orders] exchange_rates"
FILE: Final = "[orders] exchange_rates_file"

_HEADS: Final = {
    "date": frozenset({"date", "datum", "period"}),
    "currency": frozenset({"currency", "valuta", "serie", "series"}),
    "rate": frozenset({"rate", "kurs", "värde", "value"}),
}
_DIGITS: Final = 10
"""Of a rate found by dividing: enough for a million of any currency to come out to the öre."""
_CURRENCY: Final = re.compile(r"(?:(1|10|100|1000) )?([A-Z]{3})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """What one unit is worth in SEK, and who says so."""

    currency: str
    rate: Decimal
    source: Text


class TableError(ValueError):
    """A file of rates that cannot be read; ``text`` says which line."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


class RateTable:
    """Dated rates."""

    def __init__(self, rates: Mapping[str, Mapping[date, Decimal]]) -> None:
        self._rates = rates

    def newest(self, currency: str, *, on: date, most: timedelta) -> tuple[date, Decimal] | None:
        """The newest rate not after ``on`` and at most ``most`` older."""
        known = self._rates.get(currency, {})
        fitting = [day for day in known if on - most <= day <= on]
        return (max(fitting), known[max(fitting)]) if fitting else None


class RateFile(Protocol):
    """Where the table comes from."""

    name: str

    def table(self) -> RateTable:
        """The table as it is now.

        Raises:
            TableError: there is none, or it cannot be read.
        """
        ...


def read_table(text: str) -> RateTable:
    """Read lines of date, currency and rate, set apart by semicolon, tab or comma.

    A first line with names may put them in another order; ``100 JPY`` is what a hundred are worth.

    Raises:
        TableError: a line that is none of these.
    """
    rates: dict[str, dict[date, Decimal]] = {}
    order: Sequence[int] = (0, 1, 2)
    rows = _rows(text)
    for at, (number, cells) in enumerate(rows):
        if at == 0 and not any(_DAY.fullmatch(cell) for cell in cells):
            order = _columns(cells, number)
            continue
        currency, day, rate = _read_row(cells, order, number)
        rates.setdefault(currency, {})[day] = rate
    return RateTable(rates)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            mark = next((each for each in ";\t" if each in line), ",")
            cells = [cell.strip().strip('"') for cell in line.split(mark)]
            found.append((number, cells if mark == "," else [cell.replace(",", ".") for cell in cells]))
    return found


def _columns(cells: Sequence[str], number: int) -> Sequence[int]:
    names = [cell.lower() for cell in cells]
    places = [next((at for at, name in enumerate(names) if name in heads), None) for heads in _HEADS.values()]
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        raise TableError(say("Line {line} has no columns date, currency and rate.", line=number))
    return known


def _read_row(cells: Sequence[str], order: Sequence[int], number: int) -> tuple[str, date, Decimal]:
    try:
        day, currency, rate = (cells[place] for place in order)
        match = _CURRENCY.fullmatch(currency)
        if match is not None and _DAY.fullmatch(day):
            return match[2], date.fromisoformat(day), amount(rate) / int(match[1] or 1)
    except (IndexError, ValueError):
        pass  # told below, together with the other cases
    raise TableError(
        say("Line {line} is not a date, a currency and a rate, like 2026-11-20;EUR;11.45.", line=number)
    )


class Conversion:
    """The rates of one bridge. What is written in ``exchange_rates`` goes first, then the ERP's, then the file's."""

    def __init__(
        self,
        rates: Mapping[str, object],
        *,
        file: RateFile | None = None,
        most_days: int = 7,
        erp: KnowsRates | None = None,
        source: Text | None = None,
    ) -> None:
        """``erp``: one with ``Capability.ASKS_RATES``, asked for what is not written.

        ``source``: who says so of ``rates``, if not the configuration.
        """
        self._rates = {currency.upper(): rate for currency, rate in rates.items()}
        self._file = file
        self._most = timedelta(days=most_days)
        self._erp = erp
        self._source = source or say("as written in {where}", where=WHERE)

    def of(self, currency: str, *, on: date) -> ExchangeRate | None:
        """What one unit is worth in SEK on that day; None for SEK itself.

        Raises:
            Rejected: no usable rate.
            RemoteError: the ERP did not answer.
        """
        if currency == BASE:
            return None
        found = next(self._sources(currency, on), None)
        if found is None:
            raise self._none(currency, on)
        if not _usable(found.rate):
            raise Rejected(_wrong(currency, found.rate, found.source), field=WHERE, advice=_FIX)
        return found

    def as_booked(self, currency: str, *, amount_in: Decimal, sek: Decimal | None, on: date) -> Conversion:
        """For a credit: the rate at which ``amount_in`` of ``currency`` became ``sek``, whatever rates say today.

        Otherwise a credit would leave a rest on the receivable once the owner has changed a rate.
        """
        if currency == BASE or not amount_in or sek is None:
            return self
        try:
            today = self.of(currency, on=on)
        except Rejected:
            today = None
        if today is not None and cents(amount_in * today.rate) == sek:
            return self
        rate = round(sek / amount_in, _DIGITS)
        return Conversion({currency: rate}, source=say("as the order was booked"))

    def problems(self) -> list[Problem]:
        """Rates nobody can use, a file nobody can read."""
        found = [
            Problem(where=WHERE, what=_unreadable(currency, rate), fix=_FIX)
            for currency, rate in self._rates.items()
            if currency == BASE or not _usable(_number(rate))
        ]
        try:
            if self._file is not None:
                self._file.table()
        except TableError as error:
            found.append(Problem(where=FILE, what=error.text, fix=_FILE_FIX))
        return found

    def _sources(self, currency: str, on: date) -> Iterator[ExchangeRate]:
        if currency in self._rates:
            rate = _number(self._rates[currency])
            if rate is None:
                raise Rejected(_unreadable(currency, self._rates[currency]), field=WHERE, advice=_FIX)
            yield ExchangeRate(currency=currency, rate=rate, source=self._source)
        asked = self._erp.exchange_rate(currency, on=on) if self._erp else None
        if asked is not None:
            source = say("the ERP's rate of {day}", day=on.isoformat())
            yield ExchangeRate(currency=currency, rate=asked, source=source)
        if self._file is not None:
            yield from self._from_file(self._file, currency, on)

    def _from_file(self, file: RateFile, currency: str, on: date) -> Iterator[ExchangeRate]:
        try:
            newest = file.table().newest(currency, on=on, most=self._most)
        except TableError as error:
            raise Rejected(error.text, field=FILE, advice=_FILE_FIX) from error
        if newest is not None:
            day, rate = newest
            source = say("the rate of {day} in {file}", day=day.isoformat(), file=file.name)
            yield ExchangeRate(currency=currency, rate=rate, source=source)

    def _none(self, currency: str, on: date) -> Rejected:
        if self._file is None:
            return Rejected(
                say("The order is in {currency} and the books are in SEK.", currency=currency),
                field=WHERE,
                advice=say("Add {currency} with its rate to {where}.", currency=currency, where=WHERE),
            )
        return Rejected(
            say(
                "{file} has no rate of {currency} from {day} or the {days} days before it.",
                file=self._file.name,
                currency=currency,
                day=on.isoformat(),
                days=self._most.days,
            ),
            field=FILE,
            advice=say(
                "Bring the file up to date, or add {currency} to {where}.", currency=currency, where=WHERE
            ),
        )


_FIX: Final = say("Write how many SEK one unit is worth, with a point: EUR 11.45.")
_FILE_FIX: Final = say("Write one rate per line: date, currency, rate, like 2026-11-20;EUR;11.45.")


def _unreadable(currency: str, rate: object) -> Text:
    return say("{rate} cannot be the rate of {currency}.", rate=rate, currency=currency)


def _wrong(currency: str, rate: Decimal, source: Text) -> Text:
    return say(
        "{rate} cannot be the rate of {currency} ({source}).", rate=rate, currency=currency, source=source
    )


def _number(raw: object) -> Decimal | None:
    try:
        return amount(raw)
    except AmountError:
        return None


def _usable(rate: Decimal | None) -> bool:
    return rate is not None and rate > 0 and rate != 1
