"""What a foreign currency is worth: who is asked, which day counts, and what is refused."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bridge.erps.currency import Conversion, RateTable, TableError, read_table
from bridge.erps.rate_file import TableFile
from bridge.errors import Rejected
from bridge.model.documents import Correction, Key, Purpose
from bridge.model.money import cents
from bridge.model.orders import Refund
from bridge.model.refunds import RefundRules, correction_of
from tests.builders import NOON, a_line, an_order
from tests.support.sie import a_sie, config_of, put, rows_of, voucher_of

FRIDAY = date(2026, 11, 20)
WEEK = timedelta(days=7)
CSV = """\
date,currency,rate
2026-11-18,EUR,11.40
2026-11-20,EUR,11.45
2026-11-20,NOK,0.97
2026-11-23,EUR,11.50
2026-11-20,100 JPY,7.1234
2026-11-20,DKK,1
"""


class Erp:
    """One that knows rates; remembers what it was asked."""

    def __init__(self, **rates: str) -> None:
        self.rates = rates
        self.asked: list[tuple[str, date]] = []

    def exchange_rate(self, currency: str, *, on: date) -> Decimal | None:
        """What it knows."""
        self.asked.append((currency, on))
        return Decimal(self.rates[currency]) if currency in self.rates else None


class Fixed:
    """A table that is there."""

    name = "rates.csv"

    def __init__(self, text: str = CSV) -> None:
        self.text = text

    def table(self) -> RateTable:
        """Read it."""
        return read_table(self.text)


def refused(conversion: Conversion, currency: str = "EUR", on: date = FRIDAY) -> Rejected:
    """The refusal."""
    with pytest.raises(Rejected) as caught:
        conversion.of(currency, on=on)
    return caught.value


def test_ord_34_own_currency_needs_no_rate():
    """SEK is what the books are in, whatever somebody wrote."""
    assert Conversion({"SEK": "2"}).of("SEK", on=FRIDAY) is None


def test_ord_34_written_rate_goes_before_the_erps_and_the_files():
    """The owner's own line wins, then the ERP, then the file; each says where the rate is from."""
    erp = Erp(EUR="11.44")
    found = Conversion({"eur": "11.43"}, file=Fixed(), erp=erp).of("EUR", on=FRIDAY)
    assert (found.rate, str(found.source)) == (Decimal("11.43"), "as written in [orders] exchange_rates")
    assert erp.asked == []
    found = Conversion({}, file=Fixed(), erp=erp).of("EUR", on=FRIDAY)
    assert (found.rate, str(found.source)) == (Decimal("11.44"), "the ERP's rate of 2026-11-20")
    found = Conversion({}, file=Fixed(), erp=erp).of("NOK", on=FRIDAY)
    assert (found.rate, str(found.source)) == (Decimal("0.97"), "the rate of 2026-11-20 in rates.csv")
    assert erp.asked == [("EUR", FRIDAY), ("NOK", FRIDAY)]


@pytest.mark.parametrize(
    ("day", "rate"),
    [(date(2026, 11, 18), "11.40"), (date(2026, 11, 19), "11.40"), (date(2026, 11, 22), "11.45"),
     (date(2026, 11, 30), "11.50")],
)  # fmt: skip
def test_ord_34_newest_rate_not_after_the_day_counts(day, rate):
    """On a Sunday the Friday's; never tomorrow's."""
    assert Conversion({}, file=Fixed()).of("EUR", on=day).rate == Decimal(rate)


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2026, 12, 1)])
def test_ord_34_rate_too_old_or_of_a_later_day_is_refused(day):
    """The owner reads which file, which day, and both remedies."""
    error = refused(Conversion({}, file=Fixed()), on=day)
    assert str(error) == f"rates.csv has no rate of EUR from {day} or the 7 days before it."
    assert "Bring the file up to date, or add EUR to [orders] exchange_rates." in str(error.advice)


def test_ord_34_age_limit_is_the_owners():
    """0 days: only a rate of the day itself."""
    assert Conversion({}, file=Fixed(), most_days=0).of("EUR", on=FRIDAY).rate == Decimal("11.45")
    assert "the 0 days" in str(refused(Conversion({}, file=Fixed(), most_days=0), on=date(2026, 11, 21)))


@pytest.mark.parametrize("rate", ["1", "1.00", "0", "-3", "elva", Decimal(1), Decimal("1.0")])
def test_ord_34_rate_that_cannot_be_right_is_refused(rate):
    """A rate of 1 is what a forgotten setting looks like."""
    conversion = Conversion({"EUR": rate, "SEK": "2"})
    error = refused(conversion)
    assert "EUR" in str(error)
    assert "EUR 11.45" in str(error.advice)
    assert len(conversion.problems()) == 2


@pytest.mark.parametrize("rate", ["1", "0", "-0.5"])
def test_ord_34_rate_of_the_erp_that_cannot_be_right_is_refused(rate):
    """An ERP whose currency was never set up answers 1; the file behind it is not asked instead."""
    error = refused(Conversion({}, file=Fixed(), erp=Erp(EUR=rate)))
    assert str(error) == f"{rate} cannot be the rate of EUR (the ERP's rate of 2026-11-20)."


def test_ord_34_rate_of_the_file_that_cannot_be_right_is_refused():
    """1 in the file is no better than 1 in the configuration."""
    assert "1 cannot be the rate of DKK (the rate of 2026-11-20" in str(
        refused(Conversion({}, file=Fixed()), "DKK")
    )


def test_ord_34_without_any_source_the_line_to_add_is_named():
    """As before there were files."""
    error = refused(Conversion({}, erp=Erp()), "NOK")
    assert str(error) == "The order is in NOK and the books are in SEK."
    assert str(error.advice) == "Add NOK with its rate to [orders] exchange_rates."


@pytest.mark.parametrize(
    "text",
    ["2026-11-20,EUR,11.45", "2026-11-20;EUR;11,45", "2026-11-20\tEUR\t11.45", '"2026-11-20";"EUR";"11.45"',
     "\ufeffDatum;Valuta;Kurs\n2026-11-20;EUR;11,45\n", "Period;Grupp;Serie;Värde\n2026-11-20;Valutor;1 EUR;11,45",
     "# from the bank\n\nrate,date,currency\n11.45,2026-11-20,EUR", "2026-11-20;10 EUR;114,5"],
)  # fmt: skip
def test_ord_34_file_is_read_as_banks_write_it(text):
    """Semicolons with decimal commas, columns in another order, several units at once."""
    assert read_table(text).newest("EUR", on=FRIDAY, most=WEEK) == (FRIDAY, Decimal("11.45"))


def test_ord_34_hundred_yen_are_a_hundred():
    """The bank quotes some currencies per hundred."""
    assert Conversion({}, file=Fixed()).of("JPY", on=FRIDAY).rate == Decimal("0.071234")


@pytest.mark.parametrize(
    ("text", "line"),
    [("2026-11-20,EUR", 1), ("2026-11-20,EUR,elva", 1), ("2026-11-20,EUR,11.45\n2026-13-01,EUR,11", 2),
     ("2026-11-20,euro,11.45", 1), ("2026-11-20,EUR,11.45\n20 nov,EUR,11.45", 2), ("2026-11-20,7 EUR,11", 1)],
)  # fmt: skip
def test_ord_34_line_that_is_no_rate_is_named(text, line):
    """By its number, with an example; none is left out silently."""
    with pytest.raises(TableError, match=f"Line {line} is not a date, a currency and a rate"):
        read_table(text)


def test_ord_34_heading_without_the_columns_is_named():
    """A heading we do not understand is not guessed at."""
    with pytest.raises(TableError, match="Line 1 has no columns"):
        read_table("when,what,how much\n2026-11-20,EUR,11.45")


def test_ord_34_broken_file_refuses_the_order_and_is_named_by_check():
    """Nothing is booked at a rate that may be somewhere in a file nobody can read."""
    conversion = Conversion({}, file=Fixed("2026-11-20,EUR"))
    assert "Line 1" in str(refused(conversion))
    assert [each.where for each in conversion.problems()] == ["[orders] exchange_rates_file"]
    assert Conversion({"EUR": "11.45"}, file=Fixed()).problems() == []


def test_ord_34_file_is_read_again_when_it_was_written(tmp_path):
    """A daemon runs for weeks; the file is brought up to date every day."""
    path = tmp_path / "rates.csv"
    file = TableFile(path)
    with pytest.raises(TableError, match=r"rates\.csv cannot be read: No such file"):
        file.table()
    path.write_text("2026-11-20,EUR,11.45\n")
    first = file.table()
    assert file.table() is first
    path.write_text("2026-11-20,EUR,11.55\n")
    os.utime(path, ns=(1, 1))
    assert file.table().newest("EUR", on=FRIDAY, most=WEEK) == (FRIDAY, Decimal("11.55"))
    path.write_text("2026-11-20;EUR")
    with pytest.raises(TableError, match=r"rates\.csv: Line 1"):
        file.table()
    path.write_bytes("2026-11-20;€;11,45".encode("cp1252"))
    with pytest.raises(TableError, match="UTF-8"):
        file.table()


def test_ord_34_voucher_is_in_sek_with_the_rate_and_its_source(tmp_path):
    """From the file named in the configuration; the rate stands in the voucher's text and in the note."""
    (tmp_path / "rates.csv").write_text(CSV)
    sie = a_sie(tmp_path, orders={"exchange_rates_file": "rates.csv"})
    document = put(sie, an_order(currency="EUR"))
    assert document.gross == Decimal("1145.00")
    assert "100.00 EUR converted to SEK at 11.45: the rate of 2026-11-20 in rates.csv." in map(
        str, document.notes
    )
    assert "kurs 11.45" in document.payload
    missing = a_sie(tmp_path, orders={"exchange_rates_file": "gone.csv"})
    assert "[orders] exchange_rates_file" in {problem.where for problem in missing.check()}


@pytest.mark.parametrize(
    ("currency", "net", "tax", "rate", "sek"),
    [("JPY", "1000", "250", "0.071234", {"1580": "89.04", "3001": "-71.23", "2611": "-17.81"}),
     ("KWD", "10.125", "2.531", "33.5", {"1580": "423.98", "3001": "-339.19", "2611": "-84.79"})],
)  # fmt: skip
def test_ord_34_currencies_without_and_with_three_decimals(currency, net, tax, rate, sek):
    """No yen is split and no fils is lost before the amount is in SEK."""
    voucher = voucher_of(
        an_order(a_line(net, tax), currency=currency), orders={"exchange_rates": f"{currency} {rate}"}
    )
    assert rows_of(voucher) == sek
    assert cents(Decimal(net), currency) == Decimal(net)


def test_ord_34_options_have_limits(tmp_path):
    """A rate a month old is no rate of the day."""
    orders = config_of(tmp_path).orders
    assert (orders.exchange_rates_file, orders.exchange_rates_days, orders.vat_check) == ("", 7, "warn")


def _as_booked(
    conversion: Conversion, sek: str | None, amount: str = "100.00", currency: str = "EUR"
) -> Conversion:
    return conversion.as_booked(
        currency, amount_in=Decimal(amount), sek=None if sek is None else Decimal(sek), on=FRIDAY
    )


def test_ord_34_credit_keeps_the_rate_its_order_was_booked_at():
    """A rate changed since, or gone, would leave a rest on the receivable."""
    for today in (Conversion({"EUR": "11.60"}), Conversion({}), Conversion({"EUR": "1"})):
        found = _as_booked(today, "1145.00").of("EUR", on=FRIDAY)
        assert (found.rate, str(found.source)) == (Decimal("11.45"), "as the order was booked")
    odd = _as_booked(Conversion({}), "114661.23", "10012.34").of("EUR", on=FRIDAY)
    assert cents(Decimal("10012.34") * odd.rate) == Decimal("114661.23")


def test_ord_34_credit_at_todays_rate_where_it_is_the_same():
    """Or where nobody knows another: the order cost nothing, its document does not tell, it was in SEK."""
    same = Conversion({"EUR": "11.45"})
    assert _as_booked(same, "1145.00") is same
    assert _as_booked(same, None) is same
    assert _as_booked(same, "0.00", "0.00") is same
    assert _as_booked(same, "100.00", currency="SEK") is same


def test_ord_34_full_credit_after_a_changed_rate_ends_at_nothing(tmp_path):
    """On every account: what the order booked, the credit takes back."""
    order = replace(an_order(a_line("67.14", "12.76", percent="19"), country="DE"), currency="EUR")
    booked = put(a_sie(tmp_path, orders={"exchange_rates": "EUR 11.4537"}), order)
    refund = Refund(ref=order.ref, id="7", created_at=NOON, reason="", gross=order.totals.gross, lines=())
    correction = correction_of(order, refund, earlier=(), rules=RefundRules())
    assert isinstance(correction, Correction), correction
    later = a_sie(tmp_path, orders={"exchange_rates": "EUR 11.90"})
    credit = later.put_correction(correction, Key(order.ref, Purpose.REFUND, "7"), booked)
    sums: dict[str, Decimal] = {}
    for document in (booked, credit):
        for account, amount in re.findall(r'#TRANS "?(\d+)"? {} (-?[\d.]+)', document.payload):
            sums[account] = sums.get(account, Decimal(0)) + Decimal(amount)
    assert set(sums.values()) == {Decimal("0.00")}
