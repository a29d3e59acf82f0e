from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from bridge.model.orders import Order
from bridge.model.shape import misfit
from bridge.model.texts import Problem, say
from tests.builders import a_line, an_order


def test_shape_of_a_good_order_fits():
    """Every field, also the empty ones and shut mappings; a problem is taken as it is."""
    problem = Problem(where="here", what=say("Odd {thing}.", thing=say("thing")), fix=say("Mend."))
    order = an_order(a_line(meta=MappingProxyType({"a": "b"})), problems=(problem,))
    assert misfit(order, Order) == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"note": None}, ".note is a NoneType, not a str"),
        ({"lines": [a_line()]}, ".lines is a list, not a tuple"),
        ({"lines": (a_line(), 7)}, ".lines[1] is a int, not a OrderLine"),
        ({"lines": (a_line(sku=5),)}, ".lines[0].sku is a int, not a str"),
        ({"lines": (replace(a_line(), net=79.9),)}, ".lines[0].net is a float, not a Decimal"),
        ({"lines": (replace(a_line(), net=Decimal("NaN")),)}, ".lines[0].net is NaN, which is no amount"),
        ({"lines": (a_line(kind="product"),)}, ".lines[0].kind is a str, not a LineKind"),
        ({"meta": {"a": 1}}, ".meta['a'] is a int, not a str"),
        ({"created_at": datetime(2026, 1, 1)}, ".created_at has no time zone"),  # noqa: DTZ001 - the mistake
        ({"tax_exempt": "yes"}, ".tax_exempt is a str, not a bool"),
    ],
)
def test_shape_names_the_field_that_does_not_fit(changes: dict[str, Any], told: str):
    """The author of a plugin reads which field, what it is and what it must be."""
    assert (
        misfit(an_order(**{"lines": (a_line(),), **changes} if "lines" in changes else changes), Order)
        == told
    )


def test_shape_of_something_else_altogether():
    """The answer itself may be of the wrong kind, even the class instead of an order."""
    assert misfit(None, Order) == "is a NoneType, not a Order"
    assert misfit(Order, Order) == "is a type, not a Order"
