"""Every recorded order and refund of a real shop, in every declared arithmetic: equal to the öre."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.erps.arithmetic import DECLARED, Arithmetic
from bridge.erps.totals import Fitted, fit
from tests.support.adding_up import document, right
from tests.support.corrections import asked_of_orders, asked_of_refunds
from tests.support.drafts import recorded_ids, settings_of


@pytest.mark.parametrize("discounts", ["percent", "rows", "net"])
@pytest.mark.parametrize("rule", DECLARED.values(), ids=lambda rule: rule.name)
def test_recorded_orders_and_refunds_are_equal_to_the_ore(rule: Arithmetic, discounts: str):
    """Total exact, VAT per rate within 0.01, no rounding row above 0.02, whatever way discounts are shown."""
    settings = settings_of(orders={"discounts": discounts})
    asked = [*asked_of_orders(settings), *asked_of_refunds(settings)]
    assert len(asked) > len(recorded_ids())
    for name, parts, target in asked:
        found = fit(parts, rule, target=target)
        assert isinstance(found, Fitted), f"{name}: {found.reason}"
        assert right(document(found.rows, rule, found.prices), target, rule), name
        assert found.computed.gross == target.gross, name
        assert abs(found.rounding_amount) <= Decimal("0.02"), name
