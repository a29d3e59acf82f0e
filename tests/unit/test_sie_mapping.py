"""The voucher of an order: accounts, signs, sums."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bridge.errors import Rejected
from bridge.model.orders import Address, Customer, LineKind, Payment, TaxLine, TaxPart, Totals
from tests.builders import NOON, a_line, an_order
from tests.support.sie import rows_of, voucher_of


def test_voucher_plain_order_is_receivable_sales_and_vat():
    """A paid order of 100 kr with 25 % is three rows."""
    assert rows_of(voucher_of(an_order())) == {"1580": "100.00", "3001": "-80.00", "2611": "-20.00"}


@pytest.mark.parametrize(
    ("percent", "net", "tax", "sales", "vat"),
    [("25", "80.00", "20.00", "3001", "2611"), ("12", "100.00", "12.00", "3002", "2621"),
     ("6", "100.00", "6.00", "3003", "2631")],
)  # fmt: skip
def test_voucher_domestic_rates_have_their_own_accounts(percent, net, tax, sales, vat):
    """Each Swedish rate has its BAS accounts without anything configured."""
    rows = rows_of(voucher_of(an_order(a_line(net, tax, percent=percent))))
    assert rows[sales] == f"-{net}"
    assert rows[vat] == f"-{tax}"


def test_voucher_row_without_vat_goes_to_the_vat_free_account():
    """A domestic row without VAT is sales without VAT, and there is no VAT row."""
    assert rows_of(voucher_of(an_order(a_line("50.00", "0.00", percent="0")))) == {
        "1580": "50.00",
        "3004": "-50.00",
    }


def test_voucher_shipping_and_fee_have_accounts_of_their_own():
    """Freight and fees are not sales of goods; their VAT is VAT all the same."""
    order = an_order(
        a_line(), a_line("39.20", "9.80", kind=LineKind.SHIPPING), a_line("29.00", "7.25", kind=LineKind.FEE)
    )
    rows = rows_of(voucher_of(order))
    assert (rows["3520"], rows["3540"], rows["2611"], rows["1580"]) == (
        "-39.20", "-29.00", "-37.05", "185.25",
    )  # fmt: skip


def test_voucher_discount_stands_on_a_row_of_its_own():
    """Sales are booked before the discount where the shop tells it."""
    order = an_order(a_line(net_before=Decimal("90.00"), tax_before=Decimal("22.50")))
    assert rows_of(voucher_of(order)) == {
        "1580": "100.00", "3001": "-90.00", "3730": "10.00", "2611": "-20.00",
    }  # fmt: skip


def test_voucher_row_made_dearer_by_hand_has_no_discount():
    """A surcharge is sales, not a negative discount."""
    order = an_order(a_line(net_before=Decimal("70.00"), tax_before=Decimal("17.50")))
    assert "3730" not in rows_of(voucher_of(order))


def test_voucher_gift_card_that_pays_is_debited():
    """A gift card takes the place of money: the receivable is what is left to pay."""
    order = an_order(a_line(), a_line("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD))
    assert rows_of(voucher_of(order)) == {
        "1580": "70.00", "3001": "-80.00", "2421": "30.00", "2611": "-20.00",
    }  # fmt: skip


def test_voucher_gift_card_the_shop_took_vat_off_says_so():
    """The books follow the order, and the owner is told to ask."""
    order = an_order(a_line(), a_line("-40.00", "-10.00", kind=LineKind.GIFT_CARD))
    voucher = voucher_of(order)
    assert rows_of(voucher)["2611"] == "-10.00"
    assert "accountant" in str(voucher.notes[0])


def test_voucher_rounding_row_from_the_shop_keeps_its_account():
    """A rounding row is no income of any rate."""
    order = an_order(a_line(), a_line("0.40", "0.00", percent="0", kind=LineKind.ROUNDING))
    assert rows_of(voucher_of(order))["3740"] == "-0.40"


def test_voucher_payment_method_chooses_the_receivable():
    """[payments] beats [accounts] receivable; the method's id is matched whatever its case."""
    order = an_order(payment=Payment(method="KCO", paid_at=NOON))
    assert rows_of(voucher_of(order, payments={"kco": "1581"}))["1581"] == "100.00"


def test_voucher_rest_within_tolerance_is_a_visible_row():
    """Three öre too much on the order stand on the rounding account and in the notes."""
    order = an_order(totals=Totals(gross=Decimal("100.03"), tax=Decimal("20.00")))
    voucher = voucher_of(order)
    assert rows_of(voucher)["3740"] == "-0.03"
    assert "0.03 SEK" in str(voucher.notes[0])


def test_voucher_rest_over_tolerance_is_rejected_with_the_arithmetic():
    """The owner reads every number of the sum that does not come out."""
    order = an_order(totals=Totals(gross=Decimal("100.06"), tax=Decimal("20.00")))
    with pytest.raises(Rejected) as caught:
        voucher_of(order)
    text = str(caught.value)
    for number in ("100.06", "100.00", "80.00", "20.00", "0.06", "0.05"):
        assert number in text
    assert "rounding_tolerance" in str(caught.value.advice)


def test_voucher_vat_total_that_is_not_its_tax_lines_is_rejected():
    """The order's VAT and its tax lines must be the same, else the VAT return would be wrong."""
    order = an_order(totals=Totals(gross=Decimal("100.00"), tax=Decimal("25.00")))
    with pytest.raises(Rejected, match=r"25\.00.*20\.00"):
        voucher_of(order)


def test_voucher_takes_vat_from_tax_lines_not_from_rows():
    """Where the two differ by half an öre's rounding, the order's tax line is what the buyer was told."""
    line = a_line("1000.50", "250.13", taxes=(TaxPart(rate_id="25", tax=Decimal("250.12")),))
    order = an_order(line, totals=Totals(gross=Decimal("1250.63"), tax=Decimal("250.12")))
    assert rows_of(voucher_of(order))["2611"] == "-250.12"
    assert rows_of(voucher_of(order))["3740"] == "-0.01"


def test_voucher_discount_over_several_rates_is_split_by_its_vat():
    """A negative fee on 25 and 12 % lowers each rate by its own share."""
    line = a_line(
        "-80.00", "-19.19", kind=LineKind.DISCOUNT,
        taxes=(TaxPart(rate_id="25", tax=Decimal("-18.44")), TaxPart(rate_id="12", tax=Decimal("-0.75"))),
    )  # fmt: skip
    order = an_order(a_line("796.00", "199.00"), a_line("70.54", "8.46", percent="12"), line)
    shares = {row.text: str(row.amount) for row in voucher_of(order).rows if row.account.number == "3730"}
    assert shares == {"Rabatt 25 %": "73.75", "Rabatt 12 %": "6.25"}


def test_voucher_split_row_with_an_untaxed_rest_keeps_it_apart():
    """What no rate explains had no VAT."""
    line = a_line(
        "-100.00", "-18.50", kind=LineKind.DISCOUNT,
        taxes=(TaxPart(rate_id="25", tax=Decimal("-12.50")), TaxPart(rate_id="12", tax=Decimal("-6.00"))),
    )  # fmt: skip
    order = an_order(a_line("800.00", "200.00"), a_line("100.00", "12.00", percent="12"), line)
    order_rest = an_order(
        *order.lines[:2],
        a_line("-120.00", "-18.50", kind=LineKind.DISCOUNT, taxes=line.taxes),
    )
    assert "Rabatt 0 %" not in {row.text for row in voucher_of(order).rows}
    shares = {row.text: str(row.amount) for row in voucher_of(order_rest).rows}
    assert shares["Rabatt 0 %"] == "20.00"


def test_voucher_two_taxes_on_the_same_net_go_with_the_larger():
    """Overseas taxes lie on top of each other; the row is not split, and a note says so."""
    line = a_line(
        "100.00", "15.00",
        taxes=(TaxPart(rate_id="5", tax=Decimal("5.00")), TaxPart(rate_id="10", tax=Decimal("10.00"))),
    )  # fmt: skip
    order = an_order(line, country="CA")
    voucher = voucher_of(order, accounts={"vat_CA_5": "2671", "vat_CA_10": "2672"})
    assert rows_of(voucher) == {"1580": "115.00", "3105": "-100.00", "2671": "-5.00", "2672": "-10.00"}
    assert "several VAT rates" in str(voucher.notes[0])


def test_voucher_row_naming_an_unknown_rate_is_rejected():
    """A row whose VAT is nobody's cannot be booked."""
    order = an_order(a_line(taxes=(TaxPart(rate_id="99", tax=Decimal("20.00")),)), tax_lines=())
    with pytest.raises(Rejected, match="99"):
        voucher_of(order)


def _forgotten(*lines):
    order = an_order(*lines)
    tax_lines = tuple(
        TaxLine(rate_id=t.rate_id, percent=None, label="Moms", country="SE", tax=t.tax)
        for t in order.tax_lines
    )
    return an_order(*lines, tax_lines=tax_lines)


def test_voucher_rate_the_shop_forgot_is_found_by_its_amounts():
    """A deleted rate is still 25 % when every row of it says so; the note tells."""
    voucher = voucher_of(_forgotten(a_line(), a_line("33.33", "8.33", id="2")))
    assert rows_of(voucher)["2611"] == "-28.33"
    assert "25 %" in str(voucher.notes[0])


def test_voucher_rate_nobody_can_tell_is_rejected():
    """17 % is no rate we know, and a guess would be a lie in the VAT return."""
    with pytest.raises(Rejected, match="no longer says"):
        voucher_of(_forgotten(a_line("100.00", "17.00", percent="17")))


def test_voucher_zero_total_order_has_two_rows_of_nothing():
    """An order that costs nothing is a voucher all the same."""
    order = an_order(a_line("0.00", "0.00"))
    assert rows_of(voucher_of(order)) == {"1580": "0.00", "3001": "0.00"}


def test_voucher_order_without_rows_has_a_counter_row():
    """Nothing at all still makes two rows, as the standard demands."""
    assert rows_of(voucher_of(an_order(a_line(), lines=(), tax_lines=(), totals=Totals(
        gross=Decimal(0), tax=Decimal(0))))) == {"1580": "0.00", "3740": "0.00"}  # fmt: skip


def test_voucher_date_is_the_local_day_of_payment():
    """Half past eleven at night in London is the next day in the books."""
    order = an_order(payment=Payment(paid_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)))
    assert voucher_of(order).dated == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("setting", "day"),
    [("paid", date(2026, 11, 22)), ("created", date(2026, 11, 21)), ("completed", date(2026, 11, 25))],
)  # fmt: skip
def test_voucher_date_follows_the_setting(setting, day):
    """The owner says which day of the order counts."""
    order = an_order(
        payment=Payment(paid_at=datetime(2026, 11, 22, 9, tzinfo=UTC)),
        completed_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
    )
    assert voucher_of(order, erp={"voucher_date": setting}).dated == day


@pytest.mark.parametrize("setting", ["paid", "completed"])
def test_voucher_date_missing_falls_back_on_creation(setting):
    """Cash on delivery has no payment date and is booked all the same."""
    order = an_order(payment=Payment(method="cod"))
    assert voucher_of(order, erp={"voucher_date": setting}).dated == date(2026, 11, 21)


def test_voucher_text_names_company_before_person_and_nobody_when_told():
    """The receivable row says who has to pay, unless the owner keeps names out of the books."""
    order = an_order(customer=Customer(billing=Address(first_name="Eva", last_name="Ek", company="Ek AB")))
    assert voucher_of(order).rows[0].text == "Order 1234, Ek AB"
    assert voucher_of(order, erp={"customer_names": "no"}).rows[0].text == "Order 1234"


def test_voucher_split_with_vat_at_no_percent_goes_with_the_larger():
    """A rate of 0 % with VAT on it divides nothing; the sum still comes out, as a rounding row or not at all."""
    parts = (TaxPart(rate_id="25", tax=Decimal("20.00")), TaxPart(rate_id="0", tax=Decimal("0.01")))
    order = an_order(a_line("80.00", "20.01", taxes=parts))
    with pytest.raises(Rejected, match=r"vat_SE_0|0 %"):
        voucher_of(order)
    assert rows_of(voucher_of(order, accounts={"vat_0": "2619"}))["3001"] == "-80.00"
