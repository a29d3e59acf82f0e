"""Cost centre and project of a shop as SIE objects on the voucher's rows.

Dimension 1 is the cost centre and 6 the project (hogia facts, section 5.2). Specter imports dimension 1 only, and
only numbers (specter facts, section 8): the check says so, and other programs take letters too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bridge.config.sections import ShopSection
from bridge.erps.chart import Account
from bridge.erps.sie.voucher import Object
from bridge.model.texts import Problem, say

__all__ = ["bears_objects", "object_problems", "objects_of"]

_RESULT: Final = frozenset("345678")
"""Classes of BAS accounts of income and cost. A cost centre on a claim or on VAT would tell nothing."""


def objects_of(shop: ShopSection | None) -> tuple[Object, ...]:
    """What the shop's section says."""
    if shop is None:
        return ()
    found = (
        Object(dimension="1", dimension_name="Kostnadsställe", number=shop.result_unit.strip()),
        Object(dimension="6", dimension_name="Projekt", number=shop.project.strip()),
    )
    return tuple(each for each in found if each.number)


def bears_objects(account: Account) -> bool:
    """Whether rows on the account have the shop's objects."""
    return account.number[0] in _RESULT


def object_problems(shops: Mapping[str, ShopSection]) -> Iterator[Problem]:
    """What some programs would not import."""
    for name, shop in shops.items():
        for option in ("result_unit", "project"):
            value = str(getattr(shop, option)).strip()
            if value and not (value.isascii() and value.isdigit()):
                yield Problem(
                    where=f"[shop {name}] {option}",
                    what=say("{value} is no number.", value=value),
                    fix=say("Specter imports numbers only; other programs take letters too."),
                    severe=False,
                )
