"""Accounts abroad, foreign VAT and foreign money."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.erps.chart import Chart
from bridge.errors import Rejected
from bridge.model.orders import Address, Customer, LineKind, TaxLine
from tests.builders import a_line, an_order
from tests.support.sie import config_of, rows_of, voucher_of


def _to(country, *lines, vat_country=None, **changes):
    order = an_order(*lines, country=country, **changes)
    if vat_country is None:
        return order
    return replace(order, tax_lines=tuple(replace(tax, country=vat_country) for tax in order.tax_lines))


def test_abroad_eu_consumer_with_local_vat_is_one_stop_shop():
    """German VAT is not Swedish VAT."""
    rows = rows_of(voucher_of(_to("DE", a_line("100.00", "19.00", percent="19"))))
    assert rows == {"1580": "119.00", "3106": "-100.00", "2670": "-19.00"}


def test_abroad_own_accounts_per_country_and_rate_win():
    """sales_FI_25.5 and vat_FI_25.5 are used where they are set."""
    order = _to("FI", a_line("100.00", "25.50", percent="25.5"))
    rows = rows_of(voucher_of(order, accounts={"sales_FI_25.5": "3116", "vat_FI_25.5": "2675"}))
    assert rows == {"1580": "125.50", "3116": "-100.00", "2675": "-25.50"}


def test_abroad_eu_company_without_vat_is_intra_community_sale():
    """A VAT number and no VAT make 3108."""
    customer = Customer(vat_number="DE123456789", shipping=Address(country="DE"))
    rows = rows_of(
        voucher_of(an_order(a_line("100.00", "0.00", percent="0"), country="DE", customer=customer))
    )
    assert rows == {"1580": "100.00", "3108": "-100.00"}


def test_abroad_eu_company_with_vat_charged_is_like_a_consumer():
    """The number alone frees nobody: what was charged counts."""
    customer = Customer(vat_number="DE123456789", shipping=Address(country="DE"))
    order = an_order(a_line("100.00", "19.00", percent="19"), country="DE", customer=customer)
    assert rows_of(voucher_of(order))["3106"] == "-100.00"


def test_abroad_outside_the_union_is_export():
    """Norway without VAT is export."""
    assert rows_of(voucher_of(_to("NO", a_line("100.00", "0.00", percent="0"))))["3105"] == "-100.00"


def test_abroad_swedish_vat_to_eu_consumer_below_the_threshold():
    """A small shop charges Swedish VAT to Denmark: 3106, and the VAT is Swedish."""
    rows = rows_of(voucher_of(_to("DK", a_line(), vat_country="SE")))
    assert rows == {"1580": "100.00", "3106": "-80.00", "2611": "-20.00"}


def test_abroad_swedish_vat_to_norway_is_domestic():
    """Goods taxed at home were sold at home."""
    rows = rows_of(voucher_of(_to("NO", a_line(), vat_country="SE")))
    assert rows == {"1580": "100.00", "3001": "-80.00", "2611": "-20.00"}


@pytest.mark.parametrize(
    ("country", "percent", "vat"), [("DK", "25", "2611"), ("DE", "19", "2670"), ("SE", "25", "2611")]
)
def test_abroad_rate_without_country_is_swedish_if_sweden_has_it(country, percent, vat):
    """A shop's rate for all countries names none: 25 % is ours, 19 % can only be theirs."""
    order = _to(country, a_line("100.00", f"{percent}.00", percent=percent), vat_country="")
    assert rows_of(voucher_of(order))[vat] == f"-{percent}.00"


def test_abroad_vat_of_a_country_without_account_is_rejected_with_the_line_to_add():
    """Norwegian VAT has no default account; the owner reads the very line that mends it."""
    with pytest.raises(Rejected) as caught:
        voucher_of(_to("NO", a_line()))
    assert "[accounts] vat_NO_25" in str(caught.value.advice)
    assert caught.value.field == "vat_NO_25"


def test_abroad_unknown_domestic_rate_is_rejected_with_the_line_to_add():
    """A Swedish rate without account stops the order, not the daemon."""
    with pytest.raises(Rejected) as caught:
        voucher_of(an_order(a_line("100.00", "20.00", percent="20")))
    assert "[accounts] sales_20" in str(caught.value.advice)
    with pytest.raises(Rejected) as caught:
        voucher_of(an_order(a_line("100.00", "20.00", percent="20")), accounts={"sales_20": "3009"})
    assert "[accounts] vat_SE_20" in str(caught.value.advice)
    mended = {"sales_20": "3009", "vat_SE_20": "2619"}
    assert rows_of(voucher_of(an_order(a_line("100.00", "20.00", percent="20")), accounts=mended))["2619"]


def test_abroad_account_that_is_no_number_is_rejected():
    """A word where digits belong is found before a file is made, whoever made the settings."""
    config = config_of(Path("/nowhere"))
    chart = Chart(replace(config.accounts, receivable="kassan"), config.payments)
    with pytest.raises(Rejected, match="no account number"):
        chart.receivable("bacs")


def test_abroad_delivery_country_counts_and_billing_fills_in():
    """Goods go where they are sent; a pick-up order has only the buyer's address."""
    there = Customer(billing=Address(country="SE"), shipping=Address(country="NO"))
    pickup = Customer(billing=Address(country="NO"))
    nowhere = Customer()
    line = a_line("100.00", "0.00", percent="0")
    assert "3105" in rows_of(voucher_of(an_order(line, customer=there)))
    assert "3105" in rows_of(voucher_of(an_order(line, customer=pickup)))
    assert "3004" in rows_of(voucher_of(an_order(line, customer=nowhere)))


def test_abroad_without_any_address_the_vat_names_the_country():
    """Only e-mail and German VAT: it was sold to Germany."""
    tax = TaxLine(rate_id="19", percent=Decimal(19), label="", country="DE", tax=Decimal("19.00"))
    order = an_order(a_line("100.00", "19.00", percent="19"), customer=Customer(), tax_lines=(tax,))
    assert "3106" in rows_of(voucher_of(order))


def test_currency_is_converted_and_the_rest_is_visible():
    """10.01 euro in three rows of odd öre: SEK by the owner's rate, the conversion's rest on 3740."""
    order = an_order(a_line("8.01", "2.00"), currency="EUR")
    voucher = voucher_of(order, orders={"exchange_rates": "EUR 11.455"})
    assert sum(row.amount for row in voucher.rows) == 0
    assert rows_of(voucher) == {"1580": "114.66", "3001": "-91.75", "2611": "-22.91"}
    assert voucher.text == "Order 1234, EUR 10.01 kurs 11.455"
    assert "11.455" in str(voucher.notes[-1])


def test_currency_rest_of_conversion_stands_on_the_rounding_account():
    """Each row is rounded by itself, so the sum may be an öre off: it is shown."""
    free = a_line("0.33", "0.00", percent="0")
    order = an_order(free, replace(free, kind=LineKind.SHIPPING, id="2"), currency="EUR")
    voucher = voucher_of(order, orders={"exchange_rates": "EUR 10.50"})
    assert rows_of(voucher) == {"1580": "6.93", "3004": "-3.47", "3520": "-3.47", "3740": "0.01"}
    assert voucher.rows[-1].text == "Avrundning vid omräkning"


def test_currency_without_rate_is_rejected_with_the_line_to_add():
    """Foreign money without a rate waits for the owner."""
    with pytest.raises(Rejected) as caught:
        voucher_of(an_order(currency="NOK"))
    assert "exchange_rates" in str(caught.value.advice)
