"""Rows, payments and VAT of a draft are the order's to the last öre, whatever the order and the settings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.erps import drafting
from bridge.erps.arithmetic import ECONOMIC, SIE
from bridge.erps.drafting import Bundles, Discounts, GiftCards, draft
from bridge.erps.drafting.fitting import place
from bridge.errors import Rejected
from bridge.model.check import bought
from bridge.model.money import ZERO, cents
from bridge.model.orders import LineKind, Order, OrderLine, TaxPart, Totals
from tests.builders import a_line, an_order
from tests.support.drafts import drafted, recorded, recorded_ids, settings_of

SETTINGS = settings_of()
MIXED = {"25": Decimal("-18.44"), "12": Decimal("-0.75")}


def parts(taxes: dict[str, Decimal]) -> tuple[TaxPart, ...]:
    """The VAT of a row per rate."""
    return tuple(TaxPart(rate_id=rate, tax=tax) for rate, tax in taxes.items())


def over_two_rates(net: str, tax: str, taxes: dict[str, Decimal] = MIXED) -> Order:
    """An order with a discount over two rates beside its goods."""
    off = a_line(net, tax, kind=LineKind.DISCOUNT, id="3", taxes=parts(taxes))
    return an_order(a_line("796.00", "199.00"), a_line("70.54", "8.46", percent="12", id="2"), off)


def mirrored(order: Order) -> Order:
    """The order taken back."""

    def turned(line: OrderLine) -> OrderLine:
        return replace(
            line,
            net=-line.net,
            tax=-line.tax,
            net_before=None if line.net_before is None else -line.net_before,
            tax_before=None if line.tax_before is None else -line.tax_before,
            taxes=tuple(replace(part, tax=-part.tax) for part in line.taxes),
        )

    totals = Totals(gross=-order.totals.gross, tax=-order.totals.tax)
    return replace(order, lines=tuple(map(turned, order.lines)), totals=totals)


@st.composite
def lines(draw: st.DrawFn) -> OrderLine:
    """A row of any kind with some rate, some of them with a discount."""
    kind = draw(st.sampled_from(LineKind))
    percent = draw(st.sampled_from(["25", "12", "6", "0", "19"]))
    net = Decimal(draw(st.integers(0, 500_000))) / 100
    off = Decimal(draw(st.integers(0, 5_000))) / 100 if kind is LineKind.PRODUCT else ZERO
    sign = -1 if kind in {LineKind.DISCOUNT, LineKind.GIFT_CARD} else 1
    tax = cents(net * Decimal(percent) / 100) + Decimal(draw(st.sampled_from(["0.00", "0.01"]))) * bool(
        int(percent)
    )
    quantity = Decimal(draw(st.integers(1, 9)))
    before = {"net_before": net + off, "tax_before": tax + off} if off else {}
    return a_line(str(sign * net), str(sign * tax), percent=percent, kind=kind, quantity=quantity, **before)


@given(
    rows=st.lists(lines(), min_size=1, max_size=6),
    rest=st.sampled_from(["0.00", "0.03", "-0.05"]),
    method=st.sampled_from(["cod", "bacs"]),
    choices=st.tuples(st.sampled_from(Discounts), st.sampled_from(GiftCards), st.sampled_from(Bundles)),
    zeros=st.booleans(),
)
def test_rows_and_payments_come_to_the_total(rows, rest, method, choices, zeros) -> None:
    """And the VAT of the rows is what the shop charged."""
    order = an_order(*(replace(line, id=str(at)) for at, line in enumerate(rows, 1)))
    order = replace(
        order,
        totals=Totals(gross=order.totals.gross + Decimal(rest), tax=order.totals.tax),
        payment=replace(order.payment, method=method),
    )
    discounts, cards, bundles = choices
    settings = replace(
        SETTINGS, discounts=discounts, gift_cards=cards, bundles=bundles, zero_shipping=zeros, zero_cod=zeros
    )
    found = draft(order, settings)
    assert sum(row.gross for row in found.rows) == found.total == sum(each.amount for each in found.payments)
    assert found.total == (bought(order) if cards is GiftCards.PAYMENT else order.totals.gross)
    assert sum(row.tax for row in found.rows) == sum(line.tax for line in order.lines)


@pytest.mark.parametrize("discounts", Discounts)
def test_order_taken_back_is_its_mirror_to_the_last_row(discounts: Discounts) -> None:
    """A credit is drafted from an order whose rows have the signs turned: everything but the percentages turns."""
    settings = replace(SETTINGS, discounts=discounts)
    for order_id in (109, 112, 114, 133, 134):
        order = recorded(order_id)
        there, back = draft(order, settings), draft(mirrored(order), settings)
        assert (back.total, back.main_payment.amount) == (-there.total, -there.main_payment.amount)
        for row, turned in zip(there.rows, back.rows, strict=True):
            assert (turned.net, turned.tax, turned.discount_net) == (-row.net, -row.tax, -row.discount_net)
            assert (turned.percent, turned.article) == (row.percent, row.article)
            assert turned.discount_percent == row.discount_percent


@pytest.mark.parametrize("discounts", Discounts)
def test_recorded_orders_come_to_the_total(discounts: Discounts) -> None:
    """All of them, and their VAT per percentage is that of their rows."""
    for order_id in recorded_ids():
        order = recorded(order_id)
        found = draft(order, replace(SETTINGS, discounts=discounts))
        assert sum(row.gross for row in found.rows) == order.totals.gross
        assert sum(row.tax for row in found.rows) == sum(line.tax for line in order.lines)


def test_row_with_two_rates_becomes_two_rows() -> None:
    """Net per rate out of its VAT; what rounding leaves goes to the largest. One of them moves the stock."""
    rows = drafted(over_two_rates("-80.00", "-19.19")).rows[2:]
    assert [(str(row.net), str(row.tax), str(row.percent)) for row in rows] == [
        ("-73.75", "-18.44", "25"), ("-6.25", "-0.75", "12"),
    ]  # fmt: skip
    goods = a_line("150.00", "31.00", quantity=Decimal(3), taxes=parts({"25": Decimal(25), "12": Decimal(6)}))
    assert [row.quantity for row in drafted(an_order(goods)).rows] == [3, 1]


def test_row_with_two_rates_and_a_part_without_vat_becomes_three() -> None:
    """What no VAT explains was sold without."""
    rows = drafted(over_two_rates("-100.00", "-19.19")).rows[2:]
    assert [(str(row.net), str(row.percent)) for row in rows] == [
        ("-73.76", "25"),
        ("-6.25", "12"),
        ("-19.99", "0"),
    ]


def test_row_with_two_rates_on_the_same_net_goes_with_the_larger() -> None:
    """They cannot be told apart; the sums stay."""
    rows = drafted(over_two_rates("-50.00", "-19.19")).rows[2:]
    assert [(str(row.net), str(row.tax), str(row.percent)) for row in rows] == [("-50.00", "-19.19", "25")]


@pytest.mark.parametrize(
    "taxes", [{"25": Decimal(-10), "77": Decimal(-9)}, {"25": Decimal(-10), "0": Decimal(-9)}]
)
def test_row_with_a_rate_nobody_knows_is_rejected(taxes: dict[str, Decimal]) -> None:
    """Whether its tax line is missing or says nothing."""
    order = over_two_rates("-50.00", "-19.00", taxes)
    order = replace(order, tax_lines=tuple(line for line in order.tax_lines if line.rate_id != "77"))
    with pytest.raises(Rejected, match="whose percentage the shop does not tell"):
        drafted(order)


def test_vat_of_a_rate_without_percentage_is_rejected_and_a_row_without_vat_is_not() -> None:
    """Nobody can tell the ERP what to book; nothing charged needs no rate."""
    order = an_order()
    nameless = replace(order, tax_lines=tuple(replace(line, percent=None) for line in order.tax_lines))
    with pytest.raises(Rejected, match=r"\(Moms 25 %\)"):
        drafted(nameless)
    with pytest.raises(Rejected, match=r"\(25\)"):
        drafted(replace(order, tax_lines=()))
    with pytest.raises(Rejected, match=r"\(\?\)"):
        drafted(an_order(a_line(taxes=())))
    free = an_order(a_line("80.00", "0.00", taxes=parts({"25": ZERO})))
    assert drafted(replace(free, tax_lines=())).rows[0].percent == 0
    assert drafted(free).rows[0].percent == 25


def test_difference_within_the_tolerance_is_a_row_and_beyond_it_rejected() -> None:
    """The shop's own rounding is visible; more is a person's business, with both sums told."""
    within = an_order(totals=Totals(gross=Decimal("100.05"), tax=Decimal(20)))
    row = drafted(within, articles={"rounding": "ORE"}).rows[-1]
    assert (row.kind.value, row.article, str(row.gross), row.percent) == ("rounding", "ORE", "0.05", 0)
    beyond = an_order(totals=Totals(gross=Decimal("100.06"), tax=Decimal(20)))
    with pytest.raises(Rejected, match=r"100\.06 SEK, but its rows come to 100\.00"):
        drafted(beyond)


def test_draft_that_does_not_add_up_is_a_bug_and_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of defence against ourselves."""
    monkeypatch.setattr(drafting, "rows_of", lambda *_: ())
    with pytest.raises(ArithmeticError, match="rows 0"):
        drafted(an_order())


def test_placed_rows_have_texts_and_what_cannot_be_placed_is_rejected() -> None:
    """A row the ERP cannot price by the piece says how many it is; the engine's own rows are named."""
    three = an_order(a_line("10.00", "2.50", quantity=Decimal(3)), a_line())
    placed = place(drafted(three), SIE, tax_lines=three.tax_lines, tolerance=Decimal("0.05"))
    assert [row.text for row in placed.rows] == ["3 x Tvål", "Tvål"]
    assert [str(row.amount) for row in placed.rows] == ["10.00", "80.00"]
    huge = recorded(123)
    rounded = place(drafted(huge), ECONOMIC, tax_lines=huge.tax_lines, tolerance=Decimal("0.05"))
    assert (rounded.rows[-1].draft, rounded.rows[-1].text) == (None, "Öresavrundning")
    with pytest.raises(Rejected):
        place(
            drafted(an_order()), replace(ECONOMIC, max_rows=0), tax_lines=an_order().tax_lines, tolerance=ZERO
        )
