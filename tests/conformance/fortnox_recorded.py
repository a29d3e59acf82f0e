"""Holds answers of the simulated Fortnox against the keys and JSON types the real one was recorded to give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.sim.exchange import Exchange

ALSO = {
    "Articles.VAT": "text",  # "25" or null, whatever the real rate (section 4) [issue softwerkab 302]
    "Articles.SalesPrice": "text",  # a number as text (section 1); recorded of articles without a price
}
"""Types the facts know of beyond the recordings."""
LATE = {"Article.CommodityCode", "Invoice.InvoiceRows.VATCode"}
"""Recorded in 2024, but not in 2023."""


def kind(value: Any) -> str:
    """The JSON type, whole or not."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float | Decimal):
        return "number"
    return {str: "text", dict: "object", list: "array", type(None): "null"}[type(value)]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every key with its type: ("Order.OrderRows.Price", "number")."""
    if isinstance(value, dict):
        for name, inner in value.items():
            where = f"{path}.{name}".lstrip(".")
            yield where, kind(inner)
            yield from leaves(inner, where)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)


class Answers:
    """Every recorded good answer, as keys and types."""

    def __init__(self, folder: Path) -> None:
        self._types: dict[str, set[str]] = {}
        for path in sorted(folder.glob("*.json")):
            for case in json.loads(path.read_text("utf-8")):
                if case["response"]["status"] in (200, 201):
                    for where, what in leaves(case["response"]["body"]):
                        self._types.setdefault(where, set()).add(what)
        for where, what in ALSO.items():
            self._types[where].add(what)
        self._parents = {where.rpartition(".")[0] for where in self._types}

    def violations(self, exchange: Exchange) -> list[str]:
        """Keys missing and too many, and types never seen, of one answer; nothing of resources never recorded."""
        answer = exchange.answer
        if exchange.status not in (200, 201) or not isinstance(answer, dict):
            return []
        return [f"{exchange.method} {exchange.path}: answer: {each}" for each in self._wrong(answer)]

    def _wrong(self, answer: dict[str, Any]) -> Iterator[str]:
        roots = [name for name in answer if name in self._types and name != "MetaInformation"]
        for root in roots:
            ours: dict[str, set[str]] = {}
            for where, what in leaves({root: answer[root]}):
                ours.setdefault(where, set()).add(what)
            yield from (f"{where}: never recorded" for where in ours if not self._known(where))
            yield from (f"{where}: missing" for where in self._missing(root, ours, answer[root]))
            for where, types in ours.items():
                odd = types - self._types.get(where, types)
                if odd and not (self._types[where] == {"null"} and "null" not in odd):
                    yield f"{where}: {odd}, recorded {self._types[where]}"

    def _known(self, where: str) -> bool:
        """Also what is inside an array that was always recorded empty."""
        return where in self._types or where.rpartition(".")[0] not in self._parents

    def _missing(self, root: str, ours: dict[str, set[str]], value: Any) -> Iterator[str]:
        if value == []:
            return
        filled = {root, *(where.rpartition(".")[0] for where in ours)}
        for where in self._types:
            inside = where.startswith(f"{root}.") and where.rpartition(".")[0] in filled
            if inside and where not in ours and where not in LATE:
                yield where
