"""The examples of docs/hooks.md, run as they stand there."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import PluginError
from bridge.hooks import HOOKS, Hooks
from bridge.model.orders import LineKind, TaxPart
from tests.builders import a_line, an_order

D = Decimal
ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "hooks.md").read_text("utf-8")
EXAMPLE = re.compile(r"^## (.+?)$(?:(?!^## ).)*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(tmp_path: Path):
    """The example under a heading, loaded as an owner would load it."""
    found = dict(EXAMPLE.findall(PAGE))

    def load(heading: str) -> Hooks:
        path = tmp_path / "my_hooks.py"
        path.write_text(found[heading], "utf-8")
        path.chmod(0o600)
        return Hooks.load(["my_hooks.py"], folder=tmp_path, clock=ManualClock())

    load.headings = list(found)
    return load


def test_every_example_passes_bridge_check(example):
    """Three of them, and not one finding."""
    assert len(example.headings) == 3
    for heading in example.headings:
        assert example(heading).check([an_order()]) == []


def test_ord_09_field_of_a_checkout_plugin_reaches_customer_and_text(example):
    """And an order without the fields stays as it is."""
    hooks = example("A field from a checkout plugin")
    meta = {"_billing_orgnr_field": " 556000-4615 ", "_delivery_day": "2026-12-01"}
    mapped = hooks.mapped(an_order(meta=meta, note="Ring först."))
    assert mapped.customer.org_number == "556000-4615"
    assert mapped.note == "Ring först.\nLeverans: 2026-12-01"
    assert hooks.mapped(an_order()) == an_order()


def test_ord_24_bundle_is_split_to_the_ore(example):
    """Three rows for one, the sum and the VAT of every rate as the buyer was charged."""
    row = a_line(
        "239.99", "60.00", sku="PRESENT-1", quantity=D(2), taxes=(TaxPart(rate_id="25", tax=D("60.00")),)
    )
    order = an_order(row, a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2"))
    mapped = example("A bundle split").mapped(order)
    rows = [(line.id, line.sku, line.quantity, line.gross) for line in mapped.lines]
    assert rows == [
        ("1.1", "TVAL-1", D(2), D("78.48")),
        ("1.2", "HANDDUK", D(4), D("196.67")),
        ("1.3", "ASK-M", D(2), D("24.84")),
        ("2", None, D(1), D("49.00")),
    ]
    assert sum(line.gross for line in mapped.lines) == order.totals.gross


def test_ord_24_refund_of_a_bundle_is_credited_by_its_parts(example):
    """What was split when it was sold is split when it comes back."""
    back = a_line("-120.00", "-30.00", sku="PRESENT-1", id="9")
    rows = example("A bundle split").rows([back], an_order())
    assert [row.sku for row in rows] == ["TVAL-1", "HANDDUK", "ASK-M"]
    assert sum(row.gross for row in rows) == back.gross


@pytest.mark.parametrize(("country", "sku"), [("DE", "TVAL-1-DE"), ("SE", "TVAL-1"), ("", "TVAL-1")])
def test_map_02_article_per_country(example, country: str, sku: str):
    """Goods only; freight keeps what it has."""
    order = an_order(a_line(), a_line(kind=LineKind.SHIPPING, id="2"), country=country)
    lines = example("An article per country").mapped(order).lines
    assert [line.sku for line in lines] == [sku, None]


def test_page_tells_of_every_hook_and_of_what_it_says_of_a_failing_one(tmp_path: Path):
    """The table has all five; the sentence quoted is the one people will read."""
    assert re.findall(r"^\| `(\w+)\((.+?)\)`", PAGE, re.MULTILINE) == [
        (hook, ", ".join(arguments)) for hook, arguments in HOOKS.items()
    ]
    (tmp_path / "my_hooks.py").write_text(
        "\n" * 10 + "def map_line(line, order):\n    return {}['a']\n", "utf-8"
    )
    hooks = Hooks.load(["my_hooks.py"], folder=tmp_path, clock=ManualClock())
    with pytest.raises(PluginError) as error:
        hooks.mapped(replace(an_order(), note=""))
    said = str(error.value.problems[0].what).rstrip(".")
    assert said in " ".join(PAGE.split())
