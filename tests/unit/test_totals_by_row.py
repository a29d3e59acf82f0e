"""Where an ERP rounds VAT on every row: which ways of saying the rows are taken."""

from __future__ import annotations

from decimal import Decimal

from bridge.erps.arithmetic import Prices
from bridge.erps.totals import by_row
from bridge.erps.totals.by_row import Way
from bridge.erps.totals.rates import WIDE, Group, Scale


def group_of(*, gross: int, vat: int, rows: int = 2) -> Group:
    """Rows of one rate, in öre."""
    scale = Scale(prices=Prices.GROSS, grid=2, decimals=2, currency_decimals=2)
    group = Group(
        scale=scale, percent=Decimal(25), rows=list(range(rows)), room=dict.fromkeys(range(rows), 1),
        gross=gross, vat=vat,
    )  # fmt: skip
    group.prepare()
    return group


def test_fewest_moves_are_taken():
    """Two ways to the same total with good VAT: the one that moves less, wherever it stands in the list."""
    plain = Way(gross=333, vat=67, moved=0)
    dear = Way(gross=334, vat=66, moved=3)
    near = Way(gross=334, vat=67, moved=1)
    for others in ([dear, near], [near, dear]):
        found = by_row.choices(
            group_of(gross=667, vat=134), {0: [plain, *others], 1: [plain]}, widest=WIDE, pairs=False
        )
        assert (found[0].moved, found[0].off) == (1, 0)


def test_vat_far_from_the_rate_gets_no_pair():
    """That is no rounding."""
    plain = [Way(gross=10_000, vat=2_000, moved=0)]
    assert (
        by_row.choices(group_of(gross=10_000, vat=1_200, rows=1), {0: plain}, widest=WIDE, pairs=True) == {}
    )
    mended = by_row.choices(group_of(gross=10_000, vat=1_997, rows=1), {0: plain}, widest=WIDE, pairs=True)
    assert mended[0].pair < 0 < mended[0].mend
