"""Amounts go out exactly as they are."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.wire import dumps


def test_amounts_are_numbers_with_all_their_digits() -> None:
    """No binary fraction comes in between."""
    body = {"Price": Decimal("79.20"), "Rows": [Decimal("-0.00"), 3, None, True], "Text": 'a "b" å'}
    text = dumps(body)
    assert text == '{"Price": 79.20, "Rows": [0.00, 3, null, true], "Text": "a \\"b\\" å"}'
    assert json.loads(text, parse_float=Decimal)["Price"] == Decimal("79.2")


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [object()]])
def test_what_cannot_hold_an_amount_is_refused(value: Any) -> None:
    """A float, or anything we did not think of."""
    with pytest.raises(TypeError):
        dumps(value)


def test_no_number_is_refused() -> None:
    """JSON has no NaN."""
    with pytest.raises(ValueError, match="NaN"):
        dumps(Decimal("NaN"))
