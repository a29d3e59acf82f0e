"""What holds for any order: it balances, it equals the total, and it comes back out of the file as it went in."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.erps.chart import Account
from bridge.erps.sie.checker import check_bytes
from bridge.erps.sie.reader import key_in, read_bytes
from bridge.erps.sie.voucher import Row, Voucher, financial_year
from bridge.erps.sie.writer import Head, key_text, render
from bridge.errors import Rejected
from bridge.model.documents import Key, Purpose
from bridge.model.orders import LineKind, OrderRef, TaxPart, Totals
from tests.builders import a_line, a_ref, an_order
from tests.support.sie import voucher_of

ORE = Decimal("0.01")
HEAD = Head(
    company="Exempel AB", org_number="556000-4615", program="Orderbro", version="1", made=date(2026, 11, 21)
)
KINDS = [LineKind.PRODUCT, LineKind.SHIPPING, LineKind.FEE, LineKind.DISCOUNT]

amounts = st.decimals(min_value=-5000, max_value=99999, places=2)
rates = st.sampled_from(["25", "12", "6", "0"])


def _round(value):
    return value.quantize(ORE, rounding=ROUND_HALF_UP)


@st.composite
def lines(draw, *, number=0):
    """A row of any kind, VAT off by an öre now and then as in real shops, discounted or not."""
    percent, net = draw(rates), draw(amounts)
    wobble = draw(st.sampled_from([Decimal(0)] * 4 + [ORE, -ORE])) if percent != "0" else Decimal(0)
    tax = _round(net * Decimal(percent) / 100) + wobble
    kind = draw(st.sampled_from(KINDS))
    before = _round(net * draw(st.sampled_from([Decimal(1), Decimal("1.1"), Decimal(2)])))
    discounted = kind is LineKind.PRODUCT
    return a_line(
        str(net), str(tax), percent=percent, kind=kind, id=str(number),
        net_before=before if discounted else None, tax_before=None,
    )  # fmt: skip


@st.composite
def orders(draw, **changes):
    """One to eight rows, home or abroad, sometimes with a gift card or a rounding rest."""
    rows = [draw(lines(number=at)) for at in range(draw(st.integers(1, 8)))]
    if draw(st.booleans()):
        card = draw(st.decimals(min_value=-500, max_value=0, places=2))
        rows.append(a_line(str(card), "0.00", percent="0", kind=LineKind.GIFT_CARD, id="card"))
    order = an_order(*rows, country=draw(st.sampled_from(["SE", "DK", "DE"])), **changes)
    rest = draw(st.sampled_from([Decimal(0)] * 3 + [Decimal("0.05"), Decimal("-0.03")]))
    return an_order(*rows, country=order.customer.billing.country, **changes,
                    totals=Totals(gross=order.totals.gross + rest, tax=order.totals.tax))  # fmt: skip


@given(orders())
def test_any_order_balances_and_equals_its_total(order):
    """The rows come to 0.00, the receivable is the total, VAT is the order's own."""
    voucher = voucher_of(order)
    assert sum(row.amount for row in voucher.rows) == 0
    assert voucher.gross == voucher.rows[0].amount == order.totals.gross
    assert len(voucher.rows) >= 2
    vat = -sum(row.amount for row in voucher.rows if row.account.number.startswith("26"))
    assert vat == order.totals.tax
    assert all(row.amount == _round(row.amount) for row in voucher.rows)


@given(
    orders(currency="EUR"),
    st.decimals(min_value="0.01", max_value=30, places=3).filter(lambda rate: rate != 1),
)
def test_any_foreign_order_balances_in_sek(order, rate):
    """Converted row by row, the rest visible and never more than half an öre a row."""
    voucher = voucher_of(order, orders={"exchange_rates": f"EUR {rate}"})
    assert sum(row.amount for row in voucher.rows) == 0
    assert voucher.gross == _round(order.totals.gross * rate)
    rest = sum(row.amount for row in voucher.rows if row.account.number == "3740")
    assert abs(rest) <= Decimal("0.05") * rate + ORE * len(voucher.rows)


@given(orders(), st.decimals(min_value="0.11", max_value=1000, places=2))
def test_any_difference_over_the_tolerance_is_rejected(order, difference):
    """Never a voucher that hides more than the owner allowed."""
    wrong = an_order(*order.lines, totals=Totals(gross=order.totals.gross + difference, tax=order.totals.tax))
    with pytest.raises(Rejected) as caught:
        voucher_of(wrong)
    assert caught.value.field == "total"


@given(st.lists(st.tuples(rates, amounts), min_size=2, max_size=3, unique_by=lambda part: part[0]))
def test_any_row_over_several_rates_keeps_its_sum(parts):
    """Divided by rate, the parts are the row, to the öre."""
    charged = [(rate, net, _round(net * Decimal(rate) / 100)) for rate, net in parts]
    net = sum(each[1] for each in charged)
    tax = sum(each[2] for each in charged)
    line = a_line(
        str(net), str(tax), kind=LineKind.FEE,
        taxes=tuple(TaxPart(rate_id=rate, tax=vat) for rate, _, vat in charged),
    )  # fmt: skip
    voucher = voucher_of(an_order(line))
    assert -sum(row.amount for row in voucher.rows if row.account.number == "3540") == net
    assert sum(row.amount for row in voucher.rows) == 0


texts = st.text(max_size=150)


@given(
    st.lists(st.tuples(amounts, texts), min_size=1, max_size=6),
    texts,
    texts,
    st.integers(1, 999_999),
    st.from_regex(r"[A-Za-z0-9åäöÅÄÖ _%-]{1,20}", fullmatch=True),
)
def test_any_text_comes_back_out_of_the_file(parts, text, company, number, shop):
    """Whatever stands in texts, the file passes the strict checker and says the same amounts and key."""
    key = Key(OrderRef(shop=shop, id="1234"), Purpose.ORDER)
    rest = -sum((amount for amount, _ in parts), Decimal("0.00"))
    rows = tuple(
        Row(account=Account(number=str(3000 + at), name=each or "x"), amount=amount, text=each)
        for at, (amount, each) in enumerate([*parts, (rest, text)])
    )
    voucher = Voucher(key=key, dated=date(2026, 11, 21), text=text, rows=rows)
    head = Head(
        company=f"x{company}", org_number="", program="Orderbro", version="1", made=date(2026, 11, 21)
    )
    year = financial_year(voucher.dated, starts_in=7)
    written = render(voucher, head=head, year=year, series="W", number=number)
    assert list(check_bytes(written.data)) == []
    (found,) = read_bytes(written.data).vouchers
    assert (found.series, found.number, found.date) == ("W", str(number), "20261121")
    assert found.amounts() == [row.amount for row in rows]
    assert [row.text(0) for row in found.rows] == [row.account.number for row in rows]
    assert key_in(found.text) == str(key)
    assert written.data.count(b"\r\n") == written.data.count(b"\n")
    writable = all(letter.isascii() and letter.isprintable() and letter not in "\\{}" for letter in text)
    if writable and len(text) < 60 and " ".join(text.split()) == text:
        assert found.rows[-1].text(4) == text


def _said(data):
    """Labels and fields; an empty line more or less says nothing."""
    return [(record.label, record.fields) for record in read_bytes(data).records]


@given(st.integers(0, 400), st.binary(min_size=1, max_size=1))
def test_any_changed_byte_is_noticed(at, byte):
    """The control sum, or another rule, tells a changed file from the one we made."""
    order = an_order()
    voucher = Voucher(
        key=Key(a_ref(), Purpose.ORDER),
        dated=date(2026, 11, 21),
        text="Order",
        rows=voucher_of(order).rows,
    )
    data = render(
        voucher, head=HEAD, year=financial_year(voucher.dated, starts_in=1), series="W", number=1
    ).data
    at %= len(data)
    changed = data[:at] + byte + data[at + 1 :]
    if _said(changed) != _said(data):
        assert list(check_bytes(changed)) != []


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 12))
def test_any_day_is_in_its_financial_year(day, month):
    """Twelve months, first of a month to last of a month."""
    year = financial_year(day, starts_in=month)
    assert year.start <= day <= year.end
    assert (year.start.day, year.start.month) == (1, month)
    assert 365 <= (year.end - year.start).days + 1 <= 366


@given(
    st.text(min_size=1).filter(
        lambda shop: ":" not in shop and shop.encode(errors="replace").decode() == shop
    )
)
def test_any_shop_name_makes_a_key_of_one_plain_word(shop):
    """Letters that every program keeps as they are, and no blank."""
    word = key_text(Key(OrderRef(shop=shop, id="1"), Purpose.ORDER))
    assert word.isascii()
    assert word.isprintable()
    assert " " not in word
    assert key_in(f"Order {word}") == f"{shop}:1:order"
