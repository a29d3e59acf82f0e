"""The three articles a shop's connection wants in Smart, as names on rows (Hogia facts, section 1).

``fraktavg``, ``expavg`` and ``rabatt`` are their usual numbers [DOC]. In a document made of accounts, [accounts]
decides and the article is only named: freight 3520, handling fee 3540, discount 3730 unless the owner says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bridge.config.binding import specs
from bridge.config.sections import ArticlesSection
from bridge.erps.context import ErpContext

__all__ = ["FEES", "with_fees"]

FEES: Final[Mapping[str, str]] = {
    "shipping": "fraktavg", "fee": "expavg", "cod": "expavg", "discount": "rabatt",
}  # fmt: skip
"""Line of [articles] to article. Cash on delivery is a handling fee: Smart has no fourth article for it."""


def with_fees(context: ErpContext) -> ErpContext:
    """``context`` with Hogia's articles, where the owner's [articles] name no others than usual."""
    usual = {spec.name: spec.meta.default for spec in specs(ArticlesSection)}
    unsaid: dict[str, Any] = {
        use: article for use, article in FEES.items() if getattr(context.articles, use) == usual[use]
    }
    return replace(context, articles=replace(context.articles, **unsaid))
