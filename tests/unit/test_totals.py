"""The öre-exact engine on the cases every product of its kind is known to stumble on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.erps.arithmetic import (
    DECLARED,
    ECONOMIC,
    FORTNOX,
    SIE,
    SPECTER,
    Arithmetic,
    Discount,
    Prices,
    VatBy,
)
from bridge.erps.totals import Fitted, FittedRow, Part, Role, Target, Unfit, fit, fit_draft
from bridge.model.money import cents
from bridge.model.orders import LineKind
from tests.builders import a_line, an_order
from tests.support.adding_up import document, right
from tests.support.baskets import a_basket
from tests.support.drafts import drafted

ALL = list(DECLARED.values())
NET_BY_ROW = replace(ECONOMIC, name="net by row", vat=VatBy.ROW)
GROSS_BY_ROW = replace(FORTNOX, name="gross by row", vat=VatBy.ROW, prices=(Prices.GROSS,))


def part(
    net: str, tax: str, percent: str = "25", *, quantity: str = "1", kind: LineKind = LineKind.PRODUCT,
    before: tuple[str, str] | None = None,
) -> Part:  # fmt: skip
    """A row as charged."""
    return Part(
        kind=kind, name="Tvål", quantity=Decimal(quantity), net=Decimal(net), tax=Decimal(tax),
        percent=Decimal(percent), net_before=Decimal(before[0]) if before else None,
        tax_before=Decimal(before[1]) if before else None,
    )  # fmt: skip


def target_of(parts: list[Part], *, total: str | None = None, currency: str = "SEK", **vat: str) -> Target:
    """The sums of the rows, unless told otherwise; ``vat_25="6.66"`` is the order's VAT at 25 %."""
    charged: dict[Decimal, Decimal] = {}
    for each in parts:
        charged[each.percent or Decimal(0)] = charged.get(each.percent or Decimal(0), Decimal(0)) + each.tax
    charged |= {Decimal(name.removeprefix("vat_")): Decimal(tax) for name, tax in vat.items()}
    gross = sum((each.gross for each in parts), Decimal(0)) if total is None else Decimal(total)
    return Target(gross=gross, vat=charged, currency=currency)


def fitted(rule: Arithmetic, *parts: Part, prefer: Prices = Prices.GROSS, **target: str) -> Fitted:
    """The rows, which must come out by a second adding up too."""
    wanted = target_of(list(parts), **target)
    found = fit(parts, rule, target=wanted, prefer=prefer)
    assert isinstance(found, Fitted), found.reason
    assert right(document(found.rows, rule, found.prices), wanted, rule) or rule.whole_in
    return found


def said(found: Fitted) -> list[str]:
    """Quantity x price per row, less its discount."""
    return [_said(row) for row in found.rows]


def _said(row: FittedRow) -> str:
    text = f"{row.quantity:f} x {row.price}"
    if row.discount_percent:
        text += f" -{row.discount_percent}%"
    return f"{text} -{row.discount_amount}" if row.discount_amount else text


def test_price_with_vat_stays_round_where_the_erp_takes_it():
    """79.99 with 25 % is 63.992 without: no net price of two decimals says it, the gross one does."""
    assert said(fitted(FORTNOX, part("63.99", "16.00"))) == ["1 x 79.99"]
    assert fitted(FORTNOX, part("63.99", "16.00")).prices is Prices.GROSS


def test_net_price_of_two_decimals_reaches_79_99_by_luck_and_80_02_not_at_all():
    """A fifth of all öre values at 25 % is out of reach for net prices: one öre stands on a row of its own."""
    assert said(fitted(ECONOMIC, part("63.99", "16.00"))) == ["1 x 63.99"]
    found = fitted(ECONOMIC, part("64.02", "16.00"))
    assert said(found) == ["1 x 64.02", "1 x -0.01"]
    assert (found.rounding_amount, found.computed.tax) == (Decimal("-0.01"), Decimal("16.01"))


def test_three_decimals_reach_what_two_do_not():
    """80.02 is 64.016 net."""
    found = fitted(SPECTER, part("64.02", "16.00"))
    assert (said(found), found.rounding) == (["1 x 64.019"], None)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
@pytest.mark.parametrize(
    "parts",
    [
        [part("79.99", "20.00", quantity="3")],
        [part("0.86", "0.05", "6", quantity="13")],
        [part("250.12", "62.53")],  # rest-half-ore of the recorded shop
        [part("26.64", "6.66"), part("44.64", "5.36", "12"), part("94.34", "5.66", "6"), part("10", "0", "0")],
        [part("100.00", "25.00"), part("-10.00", "-2.50", kind=LineKind.GIFT_CARD)],
        [part("71.99", "18.00"), part("35.71", "4.29", "12"), part("-4.45", "-1.11", kind=LineKind.DISCOUNT),
         part("-2.21", "-0.26", "12", kind=LineKind.DISCOUNT)],
        [part("-79.99", "-20.00", quantity="-3"), part("-39.20", "-9.80", kind=LineKind.SHIPPING)],
        [part("3.32", "0.83")] * 60,
        [part("79.68", "20.32", "25.5"), part("84.03", "15.97", "19"), part("93.46", "6.54", "7")],
        [part("0.00", "0.00"), part("0.00", "0.00", quantity="7")],
        [],
    ],
    ids=["3 x 33.33", "13 x 0.07", "half öre", "four rates", "gift card with VAT", "discount over two rates",
         "refund", "60 rows", "foreign rates", "nothing to pay", "no rows"],
)  # fmt: skip
def test_known_hard_orders_come_to_the_ore(parts: list[Part], rule: Arithmetic):
    """In every declared arithmetic; what is left over is an öre or two."""
    found = fitted(rule, *parts)
    assert abs(found.rounding_amount) <= Decimal("0.02")
    assert found.computed.gross == sum((each.gross for each in parts), Decimal(0))


def test_pieces_that_do_not_divide_are_split_in_two_rows():
    """Three for 100.00: two at 33.33 and one at 33.34; the warehouse still sees three."""
    found = fitted(FORTNOX, part("80.00", "20.00", quantity="3"))
    assert said(found) == ["2 x 33.33", "1 x 33.34"]
    assert sum(row.pieces for row in found.rows) == 3


def test_taken_back_pieces_are_split_likewise():
    """A refund has negative quantities and positive prices."""
    assert said(fitted(FORTNOX, part("-80.00", "-20.00", quantity="-3"))) == ["-2 x 33.33", "-1 x 33.34"]


def test_weighed_goods_are_split_at_one_unit():
    """2.37 kg: 1.37 at one price, the last unit at what is missing."""
    rule = replace(FORTNOX, discounts=frozenset())
    found = fitted(rule, part("100.00", "25.00", quantity="2.37"))
    assert said(found) == ["1.37 x 52.74", "1 x 52.75"]
    odd = fitted(
        SPECTER, part("100.00", "25.00", quantity="2.37")
    )  # 1.37 x 42.194 has five decimals, and keeps them
    assert not odd.rows[0].counted


def test_where_no_row_can_be_split_an_amount_is_taken_off():
    """An ERP that takes as many rows as the order has, and one for rounding."""
    rule = replace(FORTNOX, max_rows=2, prices=(Prices.GROSS,), discounts=frozenset({Discount.AMOUNT}))
    assert said(fitted(rule, part("80.00", "20.00", quantity="3"))) == ["3 x 33.34 -0.02"]


def test_where_it_knows_percent_only_a_percentage_is_found():
    """A price a little too high, and the percentage that lands on the öre."""
    rule = replace(ECONOMIC, max_rows=2)
    (row,) = fitted(rule, part("80.00", "20.00", quantity="3")).rows
    assert row.discount_percent > 0
    assert row.counted


def test_last_of_all_the_text_carries_the_count():
    """Quantity 1, and the true count told apart, so that the warehouse is not misled."""
    rule = replace(ECONOMIC, max_rows=2, discounts=frozenset())
    (row,) = fitted(rule, part("80.00", "20.00", quantity="3")).rows
    assert (row.quantity, row.pieces, row.price, row.counted) == (1, 3, Decimal("80.00"), False)


def test_quantity_with_more_decimals_than_the_erp_has_goes_into_the_text():
    """0.333 would be cut to 0.33, and no price makes that right."""
    (row,) = fitted(FORTNOX, part("80.00", "20.00", quantity="0.333")).rows
    assert (row.quantity, row.pieces, row.price) == (1, Decimal("0.333"), Decimal("100.00"))


@pytest.mark.parametrize(
    ("rule", "before", "rows"),
    [
        (FORTNOX, ("80.00", "20.00"), ["1 x 100.00 -10.00%"]),
        (FORTNOX, ("22222.22", "5555.56"), ["1 x 27777.78 -27687.78"]),  # 99.68 % off is 88.89
        (ECONOMIC, ("80.00", "20.00"), ["1 x 80.00 -10.00%"]),
        (ECONOMIC, ("22222.22", "5555.56"), ["1 x 72.00"]),
        (SPECTER, ("80.00", "20.00"), ["1 x 72.000"]),
        (FORTNOX, ("60.00", "15.00"), ["1 x 90.00"]),  # dearer than before: no discount to show
    ],
)
def test_discount_is_shown_as_the_erp_can(rule: Arithmetic, before: tuple[str, str], rows: list[str]):
    """In percent where that lands on the öre, else as an amount, else only the price paid."""
    assert said(fitted(rule, part("72.00", "18.00", before=before))) == rows


def test_free_row_shows_a_discount_of_all():
    """A coupon of 100 %."""
    found = fitted(FORTNOX, part("0.00", "0.00", before=("80.00", "20.00")))
    assert said(found) == ["1 x 100.00 -100.00%"]


def test_ore_is_moved_between_rows_before_a_rounding_row_is_made():
    """Two rates together reach a total that neither reaches alone; each row stays within an öre."""
    found = fitted(ECONOMIC, part("64.02", "16.00"), part("44.64", "5.36", "12"))
    assert (found.rounding, found.moved) == (None, 1)
    assert said(found) == ["1 x 64.02", "1 x 44.63"]


def test_gift_card_is_never_moved():
    """It is a debt to the buyer, to the öre."""
    found = fitted(ECONOMIC, part("64.02", "16.00"), part("-50.00", "0", "0", kind=LineKind.GIFT_CARD))
    assert said(found) == ["1 x 64.02", "1 x -50.00", "1 x -0.01"]


@pytest.mark.parametrize("rule", [FORTNOX, ECONOMIC, SPECTER, NET_BY_ROW, GROSS_BY_ROW], ids=lambda r: r.name)
def test_vat_rounded_row_by_row_is_kept_by_a_pair_that_cancels_out(rule: Arithmetic):
    """Ten rows of 3.33 with 0.67 VAT each: the buyer was charged 6.70, an ERP would make 6.66 of the sum."""
    found = fitted(rule, *[part("2.66", "0.67")] * 10)
    assert abs(found.computed.tax - Decimal("6.70")) <= Decimal("0.01")
    assert found.rounding is None
    if rule.vat is VatBy.RATE:
        taxed, untaxed = found.vat_rows
        assert (taxed.percent, untaxed.percent, taxed.kind) == (25, 0, LineKind.ROUNDING)
        assert abs(taxed.price + untaxed.price) <= Decimal("0.04")


def test_vat_of_the_order_is_kept_where_vat_is_rounded_by_row():
    """The shop rounded on the order (6.66), the ERP makes 6.70 of ten rows: some are an öre dearer, some cheaper."""
    found = fitted(GROSS_BY_ROW, *[part("2.66", "0.67")] * 10, vat_25="6.66")
    assert (found.computed.tax, found.vat_rows, found.rounding) == (Decimal("6.67"), (), None)
    cards = fitted(GROSS_BY_ROW, *[part("2.66", "0.67", kind=LineKind.GIFT_CARD)] * 10, vat_25="6.66")
    assert cards.computed.tax == Decimal("6.67")
    taxed, untaxed = cards.vat_rows
    assert taxed.price == -untaxed.price < 0


def test_vat_by_row_decides_how_a_row_is_split():
    """0.99 for nine pieces: 4 and 5 have other VAT than 8 and 1. Where rows are few, no way is left untried."""
    for seed in range(80):
        basket = a_basket(seed, currencies=("SEK",))
        for rule in (NET_BY_ROW, GROSS_BY_ROW, replace(GROSS_BY_ROW, max_rows=len(basket.parts) + 1)):
            found = fit(basket.parts, rule, target=basket.target)
            assert isinstance(found, Fitted | Unfit)
            if isinstance(found, Fitted):
                assert right(document(found.rows, rule, found.prices), basket.target, rule)


def test_shop_that_rounds_vat_on_the_order_is_followed():
    """Ten rows of 3.33 net: 8.33 VAT on the order, 8.30 on its rows."""
    for rule in ALL:
        found = fitted(rule, *[part("3.33", "0.83")] * 10, total="41.63", vat_25="8.33")
        assert (found.rounding, found.computed.tax) == (None, Decimal("8.33")), rule.name


def test_rest_of_the_shop_itself_stands_on_the_rounding_row():
    """Klarna rounds the total: nothing in the rows says so, and no row is bent for it."""
    for rule in ALL:
        found = fitted(rule, part("80.00", "20.00"), total="100.03")
        assert found.rounding_amount == Decimal("0.03"), rule.name
        assert found.rows[0].price in {Decimal(80), Decimal(100)}


def test_net_or_gross_is_the_callers_choice_where_both_fit():
    """And the exact one's where not."""
    assert fitted(FORTNOX, part("80.00", "20.00"), prefer=Prices.NET).prices is Prices.NET
    assert fitted(FORTNOX, part("64.02", "16.00"), prefer=Prices.NET).prices is Prices.GROSS


def test_voucher_takes_the_vat_it_is_told():
    """What the order's VAT and the rows' differ by goes to the largest row of the rate."""
    found = fitted(SIE, part("2.66", "0.67"), part("5.33", "1.33"), part("1.00", "0", "0"), vat_25="1.99")
    assert [row.tax for row in found.rows] == [Decimal("0.67"), Decimal("1.32"), Decimal(0), 0]
    assert found.rounding_amount == Decimal("0.01")
    one = fit([part("2.66", "0.67")], SIE, target=Target(gross=Decimal("3.33")))
    assert isinstance(one, Fitted)
    assert one.rows[0].tax == Decimal("0.67")


def test_whole_kronor_take_the_place_of_the_rounding_row():
    """A company that lets totals be rounded: what is an öre off comes out by itself, and is told."""
    rule = replace(ECONOMIC, whole_in=frozenset({"SEK"}))
    found = fitted(rule, part("64.02", "16.00"), part("15.98", "4.00"))
    assert (found.computed.gross, found.rounding) == (100, None)
    off = fitted(rule, part("64.02", "16.00"), part("19.98", "0", "0", kind=LineKind.GIFT_CARD))
    assert (off.computed.gross, off.computed.round_off, off.rounding) == (100, Decimal("-0.01"), None)
    assert {"round_off", "total"} <= {line["role"] for line in off.table}
    euro = fitted(rule, part("64.02", "16.00"), currency="EUR")
    assert euro.computed.gross == Decimal("80.02")


def test_yen_come_out_in_an_erp_of_two_decimals():
    """100 yen with 10 %: 91 and 9 in the shop, 90.91 and 9.09 in the ERP."""
    assert said(fitted(ECONOMIC, part("91", "9", "10"), currency="JPY")) == ["1 x 90.91"]


def test_hundred_yen_vat_drift_is_mended_in_yen():
    """The pair's size is in the currency's own units."""
    found = fitted(FORTNOX, *[part("9", "1", "7")] * 30, currency="JPY")
    assert abs(found.computed.tax - 30) <= 1


def test_table_shows_the_arithmetic_row_by_row():
    """The same columns in each line; the ERP's total and the shop's at the end."""
    found = fitted(ECONOMIC, part("80.00", "20.00", quantity="3"), total="100.02")
    assert [line["role"] for line in found.table] == [
        "part",
        "part",
        "rounding",
        "tax",
        "tax",
        "total",
        "shop",
    ]
    first, *_, total, shop = found.table
    assert first == {
        "role": "part", "kind": "product", "text": "Tvål", "quantity": "1", "price": "26.66",
        "discount": "", "percent": "25", "amount": "26.66",
    }  # fmt: skip
    assert total["amount"] == shop["amount"] == "100.02"
    assert {tuple(line) for line in found.table} == {tuple(first)}
    shown = fitted(FORTNOX, part("72.00", "18.00", before=("80.00", "20.00")))
    assert shown.table[0]["discount"] == "10.00 %"
    amount = fitted(FORTNOX, part("72.00", "18.00", before=("22222.22", "5555.56")))
    assert amount.table[0]["discount"] == "27687.78"


def test_five_hundred_rows_are_fitted_at_once():
    """Bounded work: combinations of rows are never tried."""
    nets = [Decimal(f"{at}.{at % 100:02d}") for at in range(500)]
    rows = [part(str(net), str(cents(net / 4)), quantity=str(1 + at % 7)) for at, net in enumerate(nets)]
    for rule in (*ALL, NET_BY_ROW, GROSS_BY_ROW):
        assert fitted(rule, *rows).rounding is None


def test_draft_is_fitted_with_its_rounding_row_left_to_the_engine():
    """One rounding row for the shop's rest and the ERP's; each row knows the draft's row it says."""
    order = an_order(a_line("64.02", "16.00"), a_line("10.00", "2.50", kind=LineKind.SHIPPING, id="2"))
    order = replace(order, totals=replace(order.totals, gross=order.totals.gross + Decimal("0.03")))
    unknown_rate = replace(order.tax_lines[0], rate_id="9", percent=None, tax=Decimal(0))
    found = fit_draft(drafted(order), ECONOMIC, tax_lines=(*order.tax_lines, unknown_rate))
    assert not isinstance(found, Unfit)
    texts = [row.text for row in drafted(order).rows[:2]]
    assert [row.text if row else "" for _, row in found.rows] == [*texts, ""]
    assert found.fitted.computed.gross == order.totals.gross
    unknown = fit_draft(drafted(order), replace(ECONOMIC, max_rows=1), tax_lines=order.tax_lines)
    assert isinstance(unknown, Unfit)


def test_rows_added_are_known_by_their_role():
    """Adapters give them an article of their own."""
    found = fitted(ECONOMIC, part("64.02", "16.00"))
    assert [(row.role, row.part) for row in found.rows] == [(Role.PART, 0), (Role.ROUNDING, None)]
