"""Twenty thousand random orders in every declared arithmetic: the total is the shop's, and every rest is proven."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.erps.arithmetic import (
    DECLARED,
    ECONOMIC,
    FORTNOX,
    SPECTER,
    Arithmetic,
    Discount,
    Prices,
    VatBy,
)
from bridge.erps.totals import TOLERANCE, Fitted, Role, Unfit, fit
from bridge.model.orders import LineKind
from tests.support.adding_up import PLACES, document, exact_rows_exist, right, row_amount, unit_of, whole
from tests.support.baskets import Basket, a_basket

CHUNKS = 8
EACH = 2_500 if os.environ.get("CI") else 150
"""Orders per chunk: 20,000 in the long run."""

CENT = Decimal("0.01")
SMALL = 10
"""Rows up to which a search through all documents proves that none is exact."""

VARIANTS = [
    replace(ECONOMIC, name="net, VAT by row", vat=VatBy.ROW),
    replace(ECONOMIC, name="net, no discounts, four decimals", price_decimals=4, discounts=frozenset()),
    replace(FORTNOX, name="gross, VAT by row", vat=VatBy.ROW, prices=(Prices.GROSS,)),
    replace(FORTNOX, name="net only", prices=(Prices.NET,)),
    replace(
        FORTNOX, name="gross, amount discounts, few rows", discounts=frozenset({Discount.AMOUNT}), max_rows=80
    ),
    replace(SPECTER, name="three decimals, rows rounded", row_decimals=2),
]
"""Arithmetics nobody has declared yet: an ERP to come must only state its rule."""

THREE = Arithmetic(
    name="three decimals", prices=(Prices.NET, Prices.GROSS), price_decimals=3, row_decimals=3, decimals=3
)


@pytest.fixture
def untraced() -> Iterator[None]:
    """Counting covered lines takes three times as long as the orders do, and the unit tests cover all lines."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


def own_rest(basket: Basket, rule: Arithmetic) -> Decimal:
    """What the shop's own rows lack to its own total, with the VAT of the rows or with the order's.

    A voucher is told the order's VAT and every row's net: there only the latter counts.
    """
    by_order = sum(part.net for part in basket.parts) + sum(basket.target.vat.values())
    sums = [by_order] if rule.vat is VatBy.GIVEN else [by_order, sum(part.gross for part in basket.parts)]
    return min(abs(basket.target.gross - each) for each in sums)


def check(basket: Basket, rule: Arithmetic, seen: Counter[str]) -> None:
    """One order in one arithmetic."""
    where = f"basket {basket.seed} in {rule.name}"
    found = fit(basket.parts, rule, target=basket.target)
    seen["orders"] += 1
    if isinstance(found, Unfit):
        assert own_rest(basket, rule) > TOLERANCE, f"{where}: {found.reason}"
        seen["parked"] += 1
        return
    assert right(document(found.rows, rule, found.prices), basket.target, rule), where
    assert found.computed.gross == basket.target.gross, where
    rows_are_sayable(found, rule, where)
    parts_are_as_charged(found, basket, where)
    seen["mended VAT"] += bool(found.vat_rows)
    if found.rounding is not None:
        seen["rounding"] += 1
        assert abs(found.rounding_amount) <= own_rest(basket, rule) + 2 * CENT, where
    if (
        (found.rounding is not None or found.vat_rows)
        and not own_rest(basket, rule)
        and rule.vat is not VatBy.GIVEN
    ):
        small = len(basket.parts) <= SMALL and basket.target.currency != "JPY"
        proof = exact_rows_exist(basket.parts, basket.target, rule) if small else None
        assert not proof, f"{where}: exact rows exist"
        seen["proven"] += proof is False


def rows_are_sayable(found: Fitted, rule: Arithmetic, where: str) -> None:
    """No more decimals than the ERP takes, no discount it does not know."""
    for row in found.rows:
        assert row.price == round(row.price, rule.price_decimals), where
        assert row.quantity == round(row.quantity, rule.quantity_decimals), where
        assert not row.discount_percent or Discount.PERCENT in rule.discounts, where
        assert not row.discount_amount or Discount.AMOUNT in rule.discounts, where
        assert row.discount_percent == round(row.discount_percent, rule.percent_decimals), where
        assert 0 <= row.discount_percent <= 100, where
        assert row.counted or row.quantity == 1, where


def parts_are_as_charged(found: Fitted, basket: Basket, where: str) -> None:
    """True quantities, and amounts within the smallest unit; a gift card to the öre."""
    amounts: dict[int, int] = dict.fromkeys(range(len(basket.parts)), 0)
    pieces: dict[int, Decimal] = dict.fromkeys(range(len(basket.parts)), Decimal(0))
    for row in found.rows:
        if row.part is None:
            assert row.role in {Role.ROUNDING, Role.VAT}, where
            continue
        amounts[row.part] += row_amount(row, found.arithmetic)
        pieces[row.part] += row.pieces
    for at, part in enumerate(basket.parts):
        assert pieces[at] == part.quantity, where
        charged = whole(part.gross if found.prices is Prices.GROSS else part.net)
        near = 0 if part.kind is LineKind.GIFT_CARD else unit_of(basket.target.currency)

        assert abs(amounts[at] - charged) <= near, f"{where}: {part.name}"


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_orders_come_to_the_shops_total_in_every_declared_arithmetic(chunk: int):
    """Total exact, VAT within 0.01, rounding rows at most 0.02 and only where a brute-force search finds no way."""
    seen: dict[str, Counter[str]] = {name: Counter() for name in DECLARED}
    for seed in range(chunk * EACH, (chunk + 1) * EACH):
        basket = a_basket(seed)
        for name, rule in DECLARED.items():
            check(basket, rule, seen[name])
    for name, counts in seen.items():
        assert counts["parked"] <= 3 + counts["orders"] / 200, name
    assert seen["economic"]["proven"] > EACH / 200


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("rule", VARIANTS, ids=lambda rule: rule.name)
def test_random_orders_come_out_in_arithmetics_nobody_declared_yet(rule: Arithmetic):
    """The engine knows rules, not vendors."""
    seen: Counter[str] = Counter()
    for seed in range(1_000_000, 1_000_000 + EACH // 2):
        check(a_basket(seed, currencies=("SEK", "EUR")), rule, seen)
    assert not seen["parked"]


def test_three_decimals_of_a_dinar_come_out_where_the_erp_has_them():
    """A currency whose smallest unit is a thousandth, in an ERP that reckons in thousandths."""
    assert PLACES["KWD"] == 3
    seen: Counter[str] = Counter()
    for seed in range(2_000_000, 2_000_000 + EACH // 5):
        check(a_basket(seed, currencies=("KWD",)), THREE, seen)
    assert seen["rounding"] <= seen["orders"] // 10


def test_the_same_question_has_the_same_answer():
    """Nothing depends on chance, time or the order of a set."""
    for seed in range(50):
        basket = a_basket(seed)
        for rule in DECLARED.values():
            assert fit(basket.parts, rule, target=basket.target) == fit(
                basket.parts, rule, target=basket.target
            )
