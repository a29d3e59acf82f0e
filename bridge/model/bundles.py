"""Which rows of an order are a bundle and which its parts, by the marks bundle plugins leave on them.

Product Bundles and YITH write ``_bundled_by`` on a part, Composite Products ``_composite_parent``, Mix and Match
``_mnm_container``: each time the cart key of the bundle's row, which has it in a mark of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.model.orders import LineKind, OrderLine

__all__ = ["Bundle", "bundles_of"]

_PART: Final = ("_bundled_by", "_composite_parent", "_mnm_container")
_KEYS: Final = ("_bundle_cart_key", "_composite_cart_key", "_mnm_cart_key", "_yith_bundle_cart_key")
_WHOLE: Final = ("_bundled_items", "_composite_children", "_mnm_config", "_cartstamp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle's row and the rows of its parts."""

    whole: OrderLine
    parts: tuple[OrderLine, ...]


def bundles_of(lines: Sequence[OrderLine]) -> tuple[Bundle, ...]:
    """The bundles, in the order of their rows. A part whose bundle is not there is an article like any other.

    A part of a part (a bundle inside a composite) belongs to the outermost row.
    """
    goods = [line for line in lines if line.kind is LineKind.PRODUCT]
    parents = _parents(goods)
    parts: dict[str, list[OrderLine]] = {}
    for line in goods:
        if line.id in parents:
            parts.setdefault(_outermost(line.id, parents), []).append(line)
    return tuple(Bundle(whole=line, parts=tuple(parts[line.id])) for line in goods if line.id in parts)


def _parents(goods: Sequence[OrderLine]) -> dict[str, str]:
    """Row id of a part to that of its bundle."""
    by_key = {key: line.id for line in goods for name in _KEYS if (key := line.hidden.get(name))}
    found: dict[str, str] = {}
    latest = ""
    for line in goods:
        if any(line.hidden.get(name) for name in _WHOLE):
            latest = line.id
        key = next((line.hidden[name] for name in _PART if line.hidden.get(name)), "")
        # YITH's free edition gives the bundle's row no key: its parts stand right below it.
        parent = by_key.get(key, latest) if key else ""
        if parent and parent != line.id:
            found[line.id] = parent
    return found


def _outermost(line_id: str, parents: Mapping[str, str]) -> str:
    seen = {line_id}
    while (parent := parents.get(line_id)) and parent not in seen:
        seen.add(parent)
        line_id = parent
    return line_id
