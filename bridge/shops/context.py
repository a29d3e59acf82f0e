"""What every shop adapter is given besides its own options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bridge.clock import Clock
from bridge.model.texts import Text

__all__ = ["ShopContext"]


def _english(text: Text) -> str:
    return str(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopContext:
    """The rest of the house as far as an adapter may see it.

    An adapter is built as ``Adapter(name, options, section, context)``.
    """

    clock: Clock
    timezone: ZoneInfo
    """Of the books and the page; a shop's own times are UTC."""
    mounts: Mapping[str, Any] = field(default_factory=dict)
    """Address prefix to requests adapter: how simulators stand in for the real thing."""
    render: Any = _english
    """Makes a ``Text`` a sentence in the owner's language, for the note on the order."""
