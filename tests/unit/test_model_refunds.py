"""What a refund takes back of an order: exact, and never more than is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.documents import Correction
from bridge.model.orders import LineKind, Order, OrderLine, Refund, TaxPart, Totals
from bridge.model.refunds import AmountOnly, RefundRules, correction_of
from bridge.model.texts import Problem
from tests.builders import NOON, a_line, an_order

SHIPPING = {"kind": LineKind.SHIPPING, "sku": None}


def mixed() -> Order:
    """Three rates: 4 pieces at 25 %, a book at 6 %, freight at 25 %, a magazine without VAT. 624.00 in all."""
    return an_order(
        a_line("220.80", "55.20", id="1", quantity=Decimal(4), unit_net=Decimal("55.20")),
        a_line("234.91", "14.09", percent="6", id="2", unit_net=Decimal("234.91")),
        a_line("39.20", "9.80", id="3", **SHIPPING),
        a_line("50.00", "0.00", percent="0", id="4"),
    )


def a_refund(gross: str, *lines: OrderLine, refund_id: str = "77", **changes: Any) -> Refund:
    """Of the order 1234, a day later."""
    made = Refund(
        ref=mixed().ref,
        id=refund_id,
        created_at=NOON + timedelta(days=1),
        reason="Trasig",
        gross=Decimal(gross),
        lines=lines,
    )
    return replace(made, **changes)


def back(of: str, net: str, tax: str, *, percent: str = "25", **changes: Any) -> OrderLine:
    """A row of a refund as a shop gives it."""
    row: dict[str, Any] = {"quantity": Decimal(-1), "sku": None, "net_before": Decimal(f"-{net}"), **changes}
    return a_line(f"-{net}", f"-{tax}", id=of, percent=percent, **row)


def corrected(order: Order, refund: Refund, earlier: Iterable[Refund] = (), **rules: Any) -> Correction:
    """It must be bookable."""
    found = correction_of(order, refund, earlier=tuple(earlier), rules=RefundRules(**rules))
    assert isinstance(found, Correction), str(found)
    assert found.totals.gross == -refund.gross
    return found


def refused(order: Order, refund: Refund, earlier: Iterable[Refund] = (), **rules: Any) -> str:
    """A person must look, and reads this."""
    found = correction_of(order, refund, earlier=tuple(earlier), rules=RefundRules(**rules))
    assert isinstance(found, Problem), found
    assert str(found.fix)
    return f"{found.where}: {found.what}"


def rows_of(correction: Correction) -> dict[str, tuple[str, str, str]]:
    """Id to quantity, net and VAT."""
    return {row.id: (str(row.quantity), str(row.net), str(row.tax)) for row in correction.rows}


def vat_of(correction: Correction) -> dict[str, Decimal]:
    """Rate to VAT, goods and freight together."""
    return {line.rate_id: line.tax + line.shipping_tax for line in correction.tax_lines}


def test_ref_03_refund_by_quantity_is_the_shops_own_row_in_the_orders_words():
    """One piece of four: price, SKU and name are the order's, amounts and VAT the refund's."""
    found = corrected(mixed(), a_refund("69.00", back("1", "55.20", "13.80")))
    (row,) = found.rows
    assert (row.quantity, row.net, row.tax) == (Decimal(-1), Decimal("-55.20"), Decimal("-13.80"))
    assert (row.sku, row.name, row.unit_net) == ("TVAL-1", "Tvål", Decimal("55.20"))
    assert vat_of(found) == {"25": Decimal("-13.80"), "6": Decimal("0.00")}
    assert found.totals == Totals(gross=Decimal("-69.00"), tax=Decimal("-13.80"))
    assert (found.dated, found.reason) == (NOON + timedelta(days=1), "Trasig")


def test_ref_02_refund_of_a_whole_row_takes_its_net_and_vat():
    """The book, at 6 %: the other rows stay."""
    found = corrected(mixed(), a_refund("249.00", back("2", "234.91", "14.09", percent="6")))
    assert rows_of(found) == {"2": ("-1", "-234.91", "-14.09")}
    assert vat_of(found) == {"25": Decimal("0.00"), "6": Decimal("-14.09")}


def test_ref_02_money_for_a_row_without_pieces_is_one_piece_at_that_price():
    """Quantity 0 cannot stand on a document; the order's unit price would be wrong on it."""
    found = corrected(mixed(), a_refund("25.00", back("1", "20.00", "5.00", quantity=Decimal(0))))
    (row,) = found.rows
    assert (row.quantity, row.unit_net, row.net) == (Decimal(-1), None, Decimal("-20.00"))


def test_ref_05_freight_is_taken_back_as_freight_with_its_vat():
    """Its VAT lies on the shipping side of the tax line."""
    found = corrected(mixed(), a_refund("49.00", back("3", "39.20", "9.80", **SHIPPING)))
    (line,) = [each for each in found.tax_lines if each.rate_id == "25"]
    assert (line.tax, line.shipping_tax) == (Decimal("0.00"), Decimal("-9.80"))
    assert found.rows[0].kind is LineKind.SHIPPING


def test_ref_01_refund_of_everything_without_rows_mirrors_the_order():
    """By the status refunded: every row, every VAT, as sold with the signs turned."""
    order = mixed()
    found = corrected(order, a_refund("624.00"))
    assert rows_of(found) == {
        "1": ("-4", "-220.80", "-55.20"),
        "2": ("-1", "-234.91", "-14.09"),
        "3": ("-1", "-39.20", "-9.80"),
        "4": ("-1", "-50.00", "0.00"),
    }
    assert [row.unit_net for row in found.rows[:2]] == [Decimal("55.20"), Decimal("234.91")]
    assert found.totals.tax == -order.totals.tax
    assert [line.shipping_tax for line in found.tax_lines if line.rate_id == "25"] == [Decimal("-9.80")]


def test_ref_01_refund_of_all_that_is_left_counts_whatever_rows_it_names():
    """As recorded order 151: the goods are named, but the sum is goods and freight."""
    order = an_order(a_line("367.20", "91.80", id="1"), a_line("39.20", "9.80", id="2", **SHIPPING))
    found = corrected(order, a_refund("508.00", back("1", "367.20", "91.80")))
    assert rows_of(found)["2"] == ("-1", "-39.20", "-9.80")
    assert found.totals.tax == -order.totals.tax


def test_ref_04_sum_without_rows_is_split_as_the_orders_vat_with_the_rest_on_the_largest():
    """100.00 of 624.00: 52.08 at 25 %, 39.90 at 6 %, 8.01 without VAT, and the öre left over on the largest."""
    found = corrected(mixed(), a_refund("100.00"))
    gross = {row.taxes[0].rate_id if row.taxes else "": -row.gross for row in found.rows}
    assert gross == {"25": Decimal("52.09"), "6": Decimal("39.90"), "": Decimal("8.01")}
    assert sum((row.gross for row in found.rows), Decimal(0)) == Decimal("-100.00")
    assert vat_of(found) == {"25": Decimal("-10.42"), "6": Decimal("-2.26")}
    assert {row.quantity for row in found.rows} == {Decimal(-1)}
    assert len({row.id for row in found.rows}) == 3


def test_ref_04_sum_beyond_the_named_rows_is_split_over_what_then_still_stands():
    """The book is named and gone, so the ten kronor more are of the rest."""
    found = corrected(mixed(), a_refund("259.00", back("2", "234.91", "14.09", percent="6")))
    assert vat_of(found)["6"] == Decimal("-14.09")
    assert [row.name for row in found.rows] == ["Tvål", "Återbetalning", "Återbetalning"]
    assert sum((row.gross for row in found.rows), Decimal(0)) == Decimal("-259.00")


def test_ref_04_sum_without_rows_is_parked_where_the_owner_wants_that():
    """amount_only = park; but all that is left needs no guess."""
    told = refused(mixed(), a_refund("100.00"), amount_only=AmountOnly.PARK)
    assert "100.00 SEK of it was paid back for no row" in told
    assert corrected(mixed(), a_refund("624.00"), amount_only=AmountOnly.PARK).rows


def test_ref_06_second_refund_by_status_takes_what_the_first_left():
    """After one piece and a sum without rows: three pieces, the rest, and VAT to the last öre."""
    order = mixed()
    first = a_refund("69.00", back("1", "55.20", "13.80"), refund_id="77")
    second = a_refund("50.00", refund_id="78")
    last = a_refund("505.00", refund_id="79")
    found = corrected(order, last, (first, second))
    assert rows_of(found)["1"] == ("-3", "-165.60", "-41.40")
    whole = [corrected(order, first), corrected(order, second, (first,)), found]
    assert sum(each.totals.tax for each in whole) == -order.totals.tax
    for line in order.tax_lines:
        assert sum(vat_of(each)[line.rate_id] for each in whole) == -(line.tax + line.shipping_tax)


def test_ref_06_refund_larger_than_what_is_left_is_parked_with_the_arithmetic():
    """Never more than the document, and the sum can be followed."""
    first = a_refund("600.00", refund_id="77")
    told = refused(mixed(), a_refund("24.01", refund_id="78"), (first,))
    assert told == (
        "order 1234, refund 78: It takes back 24.01 SEK, but only 24.00 is left of the document: "
        "624.00 − 600.00 = 24.00."
    )
    assert "only 624.00 is left" in refused(mixed(), a_refund("624.01"))


def test_refund_of_nothing_or_less_is_told():
    """A plugin may make one."""
    assert "Its sum is 0.00" in refused(mixed(), a_refund("0.00"))
    assert "Its sum is -5.00" in refused(mixed(), a_refund("-5.00"))


def test_rows_that_come_to_more_than_was_paid_back_are_told():
    """Nobody can say which of them was meant."""
    told = refused(mixed(), a_refund("60.00", back("1", "55.20", "13.80")))
    assert "Its rows come to 69.00 SEK, but only 60.00 was paid back" in told


def test_ore_between_rows_and_sum_is_left_to_the_rounding_row():
    """Within the tolerance it is no reason to park; rows stay as the shop gave them."""
    for gross in ("68.97", "69.04"):
        found = corrected(mixed(), a_refund(gross, back("1", "55.20", "13.80")))
        assert [row.gross for row in found.rows] == [Decimal("-69.00")]


def test_earlier_refund_that_was_settled_by_hand_counts_with_its_sum():
    """Its rows made no sense, so a person credited the sum; the next one still ends at nothing."""
    odd = a_refund("60.00", back("1", "55.20", "13.80"), refund_id="77")
    found = corrected(mixed(), a_refund("564.00", refund_id="78"), (odd,))
    assert sum((row.gross for row in found.rows), Decimal(0)) == Decimal("-564.00")


def test_ref_05_gift_card_is_given_back_with_the_rest():
    """Goods for 500, 111 of it paid by gift card: all back is 389 in money and the card's 111."""
    card = a_line("-111.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
    order = an_order(a_line("400.00", "100.00", id="1"), card)
    found = corrected(order, a_refund("389.00", back("1", "400.00", "100.00")))
    assert rows_of(found)["9"] == ("-1", "111.00", "0.00")
    part = corrected(order, a_refund("100.00"))
    assert [row.kind for row in part.rows] == [LineKind.PRODUCT]
    assert part.totals.tax == Decimal("-20.00")


def test_ref_05_part_of_a_gift_card_is_a_row_of_its_own():
    """The shop says so with a fee row; its kind is the order's, whatever its sign."""
    card = a_line("-111.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
    order = an_order(a_line("400.00", "100.00", id="1"), card)
    turned = a_line("50.00", "0.00", percent="0", kind=LineKind.DISCOUNT, id="9", sku=None)
    found = corrected(order, a_refund("200.00", back("1", "200.00", "50.00"), turned))
    assert [(row.kind, str(row.gross)) for row in found.rows] == [
        (LineKind.PRODUCT, "-250.00"),
        (LineKind.GIFT_CARD, "50.00"),
    ]


def test_discount_is_taken_back_with_the_sale_it_was_given_on():
    """So that sales and discounts of a wholly refunded order both come to nothing in the books."""
    row = a_line("72.00", "18.00", id="1", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    half = corrected(an_order(row), a_refund("45.00", back("1", "36.00", "9.00")))
    assert (half.rows[0].net_before, half.rows[0].tax_before) == (Decimal("-40.00"), Decimal("-10.00"))
    rest = corrected(
        an_order(row), a_refund("45.00", refund_id="78"), (a_refund("45.00", back("1", "36.00", "9.00")),)
    )
    assert rest.rows[0].net_before == Decimal("-40.00")
    assert rest.rows[0].quantity == Decimal(-1)


def test_article_given_away_by_coupon_is_taken_back_with_the_rest():
    """Nothing was paid for it, but its price and its discount both stand in the books."""
    free = a_line("0.00", "0.00", id="2", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    found = corrected(an_order(a_line(id="1"), free), a_refund("100.00"))
    assert found.rows[1].net_before == Decimal("-80.00")
    part = corrected(
        an_order(a_line(id="1"), free),
        a_refund("50.00", back("1", "40.00", "10.00"), back("2", "0.00", "0.00")),
    )
    assert [row.id for row in part.rows] == ["1"]


def test_row_the_order_no_longer_has_is_taken_as_the_shop_tells_it():
    """The order was edited after the refund."""
    found = corrected(mixed(), a_refund("69.00", back("99", "55.20", "13.80")))
    assert found.rows[0].id == "99"
    last = corrected(
        mixed(), a_refund("555.00", refund_id="78"), (a_refund("69.00", back("99", "55.20", "13.80")),)
    )
    assert sum((row.gross for row in last.rows), Decimal(0)) == Decimal("-555.00")


def test_vat_parts_that_miss_the_rows_vat_by_an_ore_are_fitted():
    """As in recorded order rest-half-ore: 250.13 and 250.12."""
    row = replace(back("1", "55.20", "13.80"), taxes=(TaxPart(rate_id="25", tax=Decimal("-13.79")),))
    found = corrected(mixed(), a_refund("69.00", row))
    assert vat_of(found)["25"] == Decimal("-13.80")
    bare = replace(back("4", "50.00", "0.00", percent="0"), taxes=())
    assert corrected(mixed(), a_refund("50.00", bare)).rows[0].taxes == ()


def test_row_with_several_rates_is_split_by_what_each_says_of_the_net():
    """A fee spread over two rates: 18.44 at 25 % is 73.76 of its net, 0.75 at 12 % is 6.25."""
    parts = (TaxPart(rate_id="25", tax=Decimal("18.44")), TaxPart(rate_id="12", tax=Decimal("0.75")))
    fee = a_line("80.00", "19.19", kind=LineKind.FEE, id="5", taxes=parts, sku=None)
    order = an_order(a_line("80.00", "20.00", id="1"), a_line("80.00", "9.60", percent="12", id="2"), fee)
    found = corrected(order, a_refund("144.39"))
    assert sum((row.gross for row in found.rows), Decimal(0)) == Decimal("-144.39")
    assert len(found.rows) == 2
    rates = {row.taxes[0].rate_id: row.tax / row.net for row in found.rows}
    assert abs(rates["25"] - Decimal("0.25")) < Decimal("0.001")
    assert abs(rates["12"] - Decimal("0.12")) < Decimal("0.001")


def test_rate_the_shop_has_forgotten_still_divides_a_sum():
    """Without a percentage the VAT itself is the measure."""
    order = mixed()
    order = replace(order, tax_lines=tuple(replace(line, percent=None) for line in order.tax_lines))
    found = corrected(order, a_refund("100.00"))
    assert vat_of(found) == {"25": Decimal("-10.42"), "6": Decimal("-2.26")}


def test_order_whose_rows_come_to_nothing_gives_back_without_vat():
    """Its total is the tolerance's; whatever is paid back has no rate to go by."""
    order = an_order(a_line("0.00", "0.00"), totals=Totals(gross=Decimal("0.05"), tax=Decimal("0.00")))
    found = corrected(order, a_refund("0.04"), tolerance=Decimal("0.00"))
    assert [(str(row.gross), row.taxes) for row in found.rows] == [("-0.04", ())]


@given(data=st.data())
def test_refunds_of_any_size_in_any_order_end_at_nothing_on_every_rate(data: st.DataObject):
    """Random refunds by row and by sum, then the status: gross, VAT and each rate come to exactly minus the order."""
    order = mixed()
    left, done, made = order.totals.gross, [], []
    for number in range(data.draw(st.integers(0, 4))):
        if left <= Decimal("0.02"):
            break
        gross = data.draw(st.integers(1, int(left * 100) - 1).map(lambda ore: Decimal(ore) / 100))
        refund = a_refund(str(gross), refund_id=str(number))
        made.append(corrected(order, refund, done))
        done.append(refund)
        left -= gross
    made.append(corrected(order, a_refund(str(left), refund_id="99"), done))
    assert sum(each.totals.gross for each in made) == -order.totals.gross
    assert sum(each.totals.tax for each in made) == -order.totals.tax
    for line in order.tax_lines:
        assert sum(vat_of(each)[line.rate_id] for each in made) == -(line.tax + line.shipping_tax)
    for each in made:
        assert sum((row.gross for row in each.rows), Decimal(0)) == each.totals.gross
        assert abs(sum(vat_of(each).values(), Decimal(0)) - each.totals.tax) == 0


@pytest.mark.parametrize("kind", [LineKind.FEE, LineKind.DISCOUNT])
def test_ref_05_fee_is_found_whatever_sign_its_row_has(kind: LineKind):
    """A shop has one kind of row for fees, discounts and gift cards."""
    fee = a_line("23.20", "5.80", kind=LineKind.FEE, id="5", name="Faktura", sku=None)
    found = corrected(an_order(a_line(id="1"), fee), a_refund("29.00", back("5", "23.20", "5.80", kind=kind)))
    assert [(row.kind, row.name) for row in found.rows] == [(LineKind.FEE, "Faktura")]
