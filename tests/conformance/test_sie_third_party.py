"""Our files in the hands of a parser that others wrote (pysie-accounting)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bridge.model.orders import LineKind
from tests.builders import a_line, an_order
from tests.support.foreign_sie import read_foreign
from tests.support.sie import a_sie, put


def test_third_party_parser_reads_our_voucher_as_we_meant_it(tmp_path):
    """Company, accounts and their names, number, date and every row."""
    order = an_order(a_line(), a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2"))
    parser = read_foreign(put(a_sie(tmp_path), order).link)
    assert parser.fnamn == "Exempel AB"
    assert list(parser.verifikat) == ["1"]
    dated, text, _, rows = parser.verifikat["1"]
    assert (dated, text) == ("20261121", "Order 1234 main:1234:order")
    assert [(account, Decimal(amount)) for account, _, amount in rows] == [
        ("1580", Decimal("149.00")), ("3001", Decimal("-80.00")), ("3520", Decimal("-39.20")),
        ("2611", Decimal("-29.80")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "golden" / "sie").glob("*.si")), ids=lambda p: p.stem
)
def test_third_party_parser_finds_every_golden_file_balanced(path):
    """Each telling order, rows and all."""
    parser = read_foreign(path)
    ((_, _, _, rows),) = parser.verifikat.values()
    assert len(rows) >= 2
    assert sum(Decimal(amount) for _, _, amount in rows) == 0
    assert all(objects == "" for _, objects, _ in rows)
