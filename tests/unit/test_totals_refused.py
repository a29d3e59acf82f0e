"""What the engine refuses, with the arithmetic shown: such an order is parked, never bent into the books."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.erps.arithmetic import DECLARED, ECONOMIC, FORTNOX, Arithmetic, compute
from bridge.erps.totals import Part, Target, Unfit, fit
from bridge.model.orders import LineKind

RATE = Decimal(25)


def part(net: str = "80.00", tax: str = "20.00", percent: Decimal | None = RATE) -> Part:
    """A row as charged."""
    return Part(kind=LineKind.PRODUCT, name="Tvål", net=Decimal(net), tax=Decimal(tax), percent=percent)


def refused(
    rule: Arithmetic, *parts: Part, total: str = "100.00", currency: str = "SEK", **vat: str
) -> Unfit:
    """Why there are no rows."""
    charged = {Decimal(name.removeprefix("vat_")): Decimal(tax) for name, tax in vat.items()}
    found = fit(parts, rule, target=Target(gross=Decimal(total), vat=charged, currency=currency))
    assert isinstance(found, Unfit)
    assert str(found.advice)
    return found


@pytest.mark.parametrize("rule", DECLARED.values(), ids=lambda rule: rule.name)
def test_ord_35_rest_past_the_tolerance_is_seen_before_booking_with_the_arithmetic(rule: Arithmetic):
    """Six öre are no rounding."""
    found = refused(rule, part(), total="100.06", vat_25="20.00")
    assert found.field == "total"
    assert "total is 100.06, but its rows come to 100.00" in str(found.reason)
    assert "0.06 is more than 0.05" in str(found.reason)
    assert found.table[-1]["amount"] == "100.06"
    assert found.table[0]["text"] == "Tvål"


def test_tolerance_is_the_owners():
    """As wide as he likes, or none at all."""
    wide = fit([part()], FORTNOX, target=Target(gross=Decimal("100.50")), tolerance=Decimal("0.50"))
    none = fit([part()], FORTNOX, target=Target(gross=Decimal("100.01")), tolerance=Decimal(0))
    assert not isinstance(wide, Unfit)
    assert isinstance(none, Unfit)


def test_long_arithmetic_is_cut():
    """Twelve terms are enough to see what is meant; a minus reads as one."""
    found = refused(ECONOMIC, *[part()] * 14, part("-80.00", "-20.00"), total="1.00")
    assert "80.00 + …" in str(found.reason)
    few = refused(ECONOMIC, part(), part("-8.00", "-2.00"), total="1.00")
    assert "80.00 − 8.00 + 18.00" in str(few.reason)
    assert ": 0." in str(refused(ECONOMIC, total="1.00").reason)


def test_vat_without_a_rate_is_named():
    """Nobody can say which account it belongs to."""
    found = refused(FORTNOX, part(percent=None))
    assert (found.field, "Tvål bears 20.00 VAT" in str(found.reason)) == ("tax_lines", True)
    assert [line["percent"] for line in found.table] == ["", ""]
    unnamed = replace(part(percent=None), name="")
    assert "product bears" in str(refused(FORTNOX, unnamed).reason)
    assert not isinstance(fit([part("100.00", "0", None)], FORTNOX, target=Target(gross=Decimal(100))), Unfit)


def test_vat_of_a_rate_without_rows_is_named():
    """The tax lines and the rows do not belong together."""
    found = refused(FORTNOX, part(), vat_12="1.00")
    assert "1.00 VAT at 12 %, but no row of that rate" in str(found.reason)
    assert found.table[0]["percent"] == "25"


@pytest.mark.parametrize("rule", [FORTNOX, ECONOMIC], ids=lambda rule: rule.name)
@pytest.mark.parametrize("tax", ["12.00", "20.30"])
def test_vat_that_is_no_such_rates_is_not_booked(rule: Arithmetic, tax: str):
    """12 on 80 is not 25 %: no rounding explains it, somebody must look."""
    found = refused(rule, part("80.00", tax), total=str(80 + Decimal(tax)), vat_25=tax)
    assert found.field in {"tax_lines", "total"}
    assert tax in str(found.reason) or "more than" in str(found.reason)


def test_vat_the_shop_calls_otherwise_is_told_with_the_erps_figure():
    """The total may be right and the VAT not."""
    found = refused(FORTNOX, part("88.00", "12.00"), vat_25="12.00")
    assert "charged 12.00 VAT at 25 %, but fortnox makes 20.00" in str(found.reason)


def test_vat_of_the_rows_counts_where_the_order_tells_none():
    """A target without VAT is no licence to book any."""
    assert "charged 12.00 VAT" in str(refused(FORTNOX, part("88.00", "12.00")).reason)


def test_too_many_rows_are_told():
    """Of the order's own, or with what the engine would have to add."""
    assert "3 rows, and small takes 2" in str(
        refused(replace(FORTNOX, name="small", max_rows=2), *[part()] * 3).reason
    )
    added = refused(replace(ECONOMIC, max_rows=1), part("64.02", "16.00"), total="80.02")
    assert (added.field, "2 rows" in str(added.reason)) == ("lines", True)


def test_too_large_a_total_is_told():
    """Whichever sign."""
    rule = replace(FORTNOX, max_amount=Decimal(99))
    assert "takes at most 99" in str(refused(rule, part()).reason)
    assert refused(rule, part("-80.00", "-20.00"), total="-100.00").field == "total"


def test_ore_in_whole_kronor_are_told():
    """The setting in the ERP is wrong, not the order."""
    rule = replace(FORTNOX, whole_in=frozenset({"SEK"}))
    found = refused(rule, part("63.99", "16.00"), total="79.99")
    assert "rounds documents to whole units" in str(found.reason)
    assert "Switch off rounding" in str(found.advice)


def test_whole_kronor_do_not_hide_what_is_past_the_tolerance():
    """99.60 would become 100 by itself: by luck, not by right."""
    rule = replace(FORTNOX, whole_in=frozenset({"SEK"}))
    assert "0.40 is more than 0.05" in str(refused(rule, part("79.68", "19.92"), vat_25="19.92").reason)


def test_thousandths_are_told_where_the_erp_has_hundredths():
    """A dinar has three decimals."""
    found = refused(FORTNOX, part("9.105", "0.900", Decimal(10)), total="10.005", currency="KWD")
    assert "reckons in 2 decimals" in str(found.reason)


def test_arithmetic_without_prices_is_a_bug():
    """Whoever states one must say which prices it takes."""
    with pytest.raises(ValueError, match="neither net nor gross"):
        fit([part()], replace(FORTNOX, prices=()), target=Target(gross=Decimal(100)))


def test_nothing_adds_up_to_nothing():
    """No rows, no VAT."""
    assert (compute([], FORTNOX).gross, compute([], FORTNOX).tax) == (0, 0)
