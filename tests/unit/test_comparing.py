"""What would have been booked against what was booked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bridge.flows.comparing import TOTAL, ByHand, Comparison, How, Ours, compare

D = Decimal
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
DAY = date(2026, 11, 10)


def ours(number: str, gross: str = "100.00", *, dated: date = DAY, plain: bool = False) -> Ours:
    """A sale at 25 %."""
    total = D(gross)
    accounts = {"1580": total, "3001": -total * D("0.8"), "2611": -total * D("0.2")}
    return Ours(
        key=f"main:{number}:order",
        number=number,
        dated=dated,
        gross=total,
        accounts={} if plain else accounts,
    )


def hand(text: str = "", gross: str = "100.00", *, dated: date = DAY, **accounts: str) -> ByHand:
    """The voucher of such a sale; ``a3001="-80"`` books it otherwise."""
    total = D(gross)
    rows = {"1580": total, "3001": -total * D("0.8"), "2611": -total * D("0.2")}
    rows |= {name[1:]: D(value) for name, value in accounts.items()}
    rows = {account: amount for account, amount in rows.items() if amount}
    return ByHand(
        number="A1", dated=dated, text=text, accounts=rows, debit=sum(a for a in rows.values() if a > 0),
        amounts=frozenset(map(abs, rows.values())),
    )  # fmt: skip


def compared(mine: list[Ours], theirs: list[ByHand], *, days: int = 3) -> Comparison:
    """Over November."""
    return compare(mine, theirs, first=FIRST, last=LAST, days=days)


def test_m_3_orders_are_met_by_their_number():
    """Whatever the order in the file; equal books have nothing to look at."""
    found = compared([ours("1001"), ours("1002", "50.00")], [hand("Order 1002", "50.00"), hand("Webb #1001")])
    assert [(met.how, met.ours[0].number, met.by_hand[0].text) for met in found.met] == [
        (How.NUMBER, "1001", "Webb #1001"),
        (How.NUMBER, "1002", "Order 1002"),
    ]
    assert found.same
    assert found.accounts == {}


def test_other_account_by_hand_is_told_per_account():
    """With both sums, for the order and over all."""
    found = compared([ours("1001")], [hand("1001", a3001="0", a3002="-80.00")])
    expected = {"3001": (D("-80.000"), D("0.00")), "3002": (D("0.00"), D("-80.00"))}
    assert found.met[0].differing == expected
    assert found.accounts == expected
    assert not found.same


def test_differences_that_even_out_are_told_of_the_orders_and_not_of_the_sum():
    """An öre up, an öre down."""
    found = compared(
        [ours("1001"), ours("1002")],
        [hand("1001", a3740="0.01", a1580="99.99"), hand("1002", a3740="-0.01", a1580="100.01")],
    )
    assert [set(met.differing) for met in found.met] == [{"1580", "3740"}] * 2
    assert found.accounts == {}
    assert not found.same


def test_order_without_its_number_is_met_by_date_and_total():
    """The nearest date first, each voucher once, and not beyond the days allowed."""
    near, far = DAY + timedelta(days=1), DAY - timedelta(days=3)
    found = compared(
        [ours("1001"), ours("1002"), ours("1003")],
        [hand("a", dated=far), hand("b", dated=near), hand("c", dated=DAY - timedelta(days=4))],
    )
    assert [(met.how, met.ours[0].number, met.by_hand[0].text) for met in found.met] == [
        (How.TOTAL, "1001", "b"),
        (How.TOTAL, "1002", "a"),
    ]
    assert [each.number for each in found.missing] == ["1003"]
    assert [each.text for each in found.extra] == ["c"]


def test_total_may_be_one_row_where_a_discount_has_its_own():
    """The debits of such a voucher are more than the buyer paid."""
    voucher = hand("", "100.00", a3001="-90.00", a3730="10.00")
    assert voucher.debit == D("110.00")
    assert compared([ours("1001")], [voucher]).met[0].how is How.TOTAL


def test_day_is_met_by_its_sum():
    """One voucher for all sales of a day; a lone order is not a day."""
    found = compared([ours("1001"), ours("1002", "50.00"), ours("1003", dated=DAY + timedelta(days=9))],
                     [hand("Z-rapport", "150.00")])  # fmt: skip
    assert [(met.how, len(met.ours)) for met in found.met] == [(How.DAY, 2)]
    assert [each.number for each in found.missing] == ["1003"]


def test_two_days_of_one_sum_need_two_vouchers():
    """The nearest one is taken, and not again."""
    mine = [ours(str(n), dated=DAY + timedelta(days=n // 1002)) for n in (1000, 1001, 1002, 1003)]
    found = compared(mine, [hand("Z", "200.00"), hand("Z", "200.00", dated=DAY + timedelta(days=1))])
    assert [met.by_hand[0].dated.day for met in found.met] == [10, 11]
    assert len(compared(mine, [hand("Z", "200.00")]).missing) == 2


def test_payout_that_names_its_orders_is_held_against_all_of_them():
    """One voucher of several orders, and an order with several vouchers, hang together."""
    found = compared(
        [ours("1001"), ours("1002"), ours("1003")],
        [hand("1001 1002", "200.00"), hand("1002 rättelse", "1.00"), hand("1003")],
    )
    assert [(len(met.ours), len(met.by_hand)) for met in found.met] == [(2, 2), (1, 1)]
    assert set(found.met[0].differing) == {"1580", "2611", "3001"}
    assert found.met[1].differing == {}


@pytest.mark.parametrize(("gross", "how"), [("100.00", How.NUMBER), ("99.00", None)])
def test_short_number_needs_the_total_beside_it(gross: str, how: How | None):
    """25 may be an order or a rate of VAT."""
    found = compared([ours("25")], [hand("Försäljning moms 25 %", gross)])
    assert [met.how for met in found.met] == ([how] if how else [])


def test_shops_id_is_as_good_as_the_number():
    """Where a plugin numbers orders, somebody may have written either."""
    mine = Ours(key="main:4711:order", number="W-9", also="4711", dated=DAY, gross=D("100.00"), accounts={})
    assert compared([mine], [hand("best 4711")]).met[0].how is How.NUMBER


def test_vouchers_that_are_no_sales_are_left_out():
    """A salary, or the payment of an order that names its number, is not a sale."""
    payment = ByHand(
        number="B2",
        dated=DAY,
        text="1001",
        debit=D("100.00"),
        accounts={"1930": D("100.00"), "1580": D("-100.00")},
    )
    found = compared([ours("1001")], [payment, hand("1001")])
    assert found.same
    assert found.extra == ()


def test_vouchers_outside_the_period_are_met_but_never_extra():
    """A sale of the last evening may be booked in the next month."""
    late = hand("", dated=LAST + timedelta(days=1))
    other = hand("", "7.00", dated=LAST + timedelta(days=1))
    found = compared([ours("1001", dated=LAST)], [late, other, hand("", dated=LAST + timedelta(days=9))])
    assert found.same


def test_erp_that_finds_its_accounts_itself_is_compared_by_totals():
    """There is nothing else to hold against the books."""
    found = compared(
        [ours("1001", plain=True), ours("1002", plain=True)], [hand("1001"), hand("1002", "90.00")]
    )
    assert [met.differing for met in found.met] == [{}, {TOTAL: (D("100.00"), D("90.00"))}]
    assert found.accounts == {TOTAL: (D("200.00"), D("190.00"))}
