from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.model.check import order_problems
from bridge.model.orders import LineKind, Order, TaxLine, Totals
from bridge.model.texts import Problem, say
from tests.builders import a_line, an_order

TOLERANCE = Decimal("0.05")


def told(order: Order) -> str:
    """Everything that is wrong with it."""
    return "\n".join(map(str, order_problems(order, tolerance=TOLERANCE)))


def test_good_order_has_no_problems() -> None:
    """Rows that add up, a known currency, known rates."""
    order = an_order(a_line(), a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2", sku=None))
    assert told(order) == ""


def test_order_without_rows_is_told() -> None:
    """Nothing to book is not nothing to say."""
    assert "order 1234: It has no rows." in told(replace(an_order(), lines=(), tax_lines=()))


@pytest.mark.parametrize(
    ("gross", "wrong"), [("100.05", False), ("99.95", False), ("100.06", True), ("99.00", True)]
)
def test_total_that_is_not_the_sum_of_its_rows_shows_the_arithmetic(gross: str, *, wrong: bool) -> None:
    """Within the tolerance the ERP's rounding row takes it; beyond it the sums are shown."""
    order = an_order(totals=Totals(gross=Decimal(gross), tax=Decimal("20.00")))
    assert ("come to 100.00 (100.00)" in told(order)) is wrong


def test_arithmetic_of_a_long_order_is_cut() -> None:
    """The terms of a long order are not all listed; a negative one is taken off."""
    rows = [a_line(id=str(number)) for number in range(20)]
    rows[1] = a_line("-8.00", "-2.00", kind=LineKind.DISCOUNT, id="x")
    text = told(an_order(*rows, totals=Totals(gross=Decimal(5), tax=Decimal(378))))
    assert "100.00 − 10.00 + 100.00" in text
    assert "+ …" in text


def test_vat_that_is_not_the_sum_of_its_rows_is_told() -> None:
    """Half an öre per row is how a shop rounds; more is not."""
    assert "hold 20.00 VAT" in told(an_order(totals=Totals(gross=Decimal(100), tax=Decimal("20.10"))))
    rows = [a_line("2.66", "0.67", id=str(number)) for number in range(20)]
    assert told(an_order(*rows, totals=Totals(gross=Decimal("66.60"), tax=Decimal("13.32")))) == ""


def test_quantity_of_nothing_is_told_with_its_row() -> None:
    """A row of no pieces names its article."""
    assert "order 1234, row 1: The quantity of Tvål is 0." in told(an_order(a_line(quantity=Decimal(0))))


@pytest.mark.parametrize("currency", ["sek", "KRONOR", "XYZ", "kr"])
def test_unknown_currency_is_told(currency: str) -> None:
    """Anything but an ISO code in capitals."""
    assert f"The currency {currency} is not" in told(an_order(currency=currency))


def test_vat_at_a_rate_without_percentage_is_told() -> None:
    """A rate deleted since, or none at all, cannot be put on an account; without VAT it does not matter."""
    order = an_order()
    gone = replace(order, tax_lines=tuple(replace(line, percent=None) for line in order.tax_lines))
    assert "rate whose percentage the shop does not tell (Moms 25 %)" in told(gone)
    assert "does not tell (25)" in told(replace(order, tax_lines=()))
    assert told(an_order(a_line("100.00", "0.00", percent="0"))) == ""


def test_vat_of_a_rate_on_no_row_is_told() -> None:
    """The tax line itself has VAT and no percentage, and no row owns up to it."""
    order = an_order(a_line("100.00", "0.00", percent="0"))
    line = TaxLine(
        rate_id="7", percent=None, label="", country="", tax=Decimal("0.00"), shipping_tax=Decimal(4)
    )
    assert "4.00 VAT was charged at a rate" in told(
        replace(order, tax_lines=(replace(line, shipping_tax=Decimal("4.00")),))
    )
    assert told(replace(order, tax_lines=(replace(line, shipping_tax=Decimal(0)),))) == ""


def test_row_with_vat_and_no_rate_is_told_by_name() -> None:
    """Whether a plugin or a hook lost the rate."""
    assert "order 1234, row 1: Tvål has 20.00 VAT, but no rate." in told(an_order(a_line(taxes=())))


def test_negative_total_is_told() -> None:
    """Nothing to pay is an order; money to the buyer is a credit."""
    back = a_line("-80.00", "-20.00", quantity=Decimal(-1))
    assert "Its total is negative: -100.00 SEK." in told(an_order(back))
    assert told(an_order(a_line("0.00", "0.00"))) == ""


@pytest.mark.parametrize(("currency", "off", "wrong"), [("JPY", "2", False), ("JPY", "3", True),
                                                        ("KWD", "0.05", False), ("KWD", "0.06", True)])  # fmt: skip
def test_rounding_of_vat_follows_the_currency(currency: str, off: str, *, wrong: bool) -> None:
    """Half a yen per row is rounding, half a dinar is not."""
    rows = [a_line("100", "25", id=str(number)) for number in range(4)]
    order = an_order(
        *rows, currency=currency, totals=Totals(gross=Decimal(500), tax=Decimal(100) + Decimal(off))
    )
    assert ("Its rows hold 100.00 VAT" in told(order)) is wrong


def test_problems_found_while_reading_come_first() -> None:
    """What the reader of the order already knew is not lost."""
    known = Problem(where="x", what=say("Known."), fix=say("Mend."))
    assert order_problems(an_order(problems=(known,)), tolerance=TOLERANCE) == (known,)
