"""The ERP adapters: a name in ``[erp] type`` to the class behind it. Knows none until one is asked for."""

from __future__ import annotations

from typing import Any, Final

from bridge import adapters

__all__ = ["REGISTRY", "load"]

REGISTRY: Final = {
    "economic": "bridge.erps.economic:Economic",
    "fortnox": "bridge.erps.fortnox:Fortnox",
    "hogia_smart": "bridge.erps.hogia_smart:HogiaSmart",
    "sie": "bridge.erps.sie:Sie",
    "specter": "bridge.erps.specter:Specter",
}
"""Our own adapters. A new one adds its line here and nowhere else."""

_MARKS: Final = ("name", "Options", "documents", "put_document", "find_document", "preview", "check")


def load(type_name: str) -> type[Any]:
    """The adapter class behind ``[erp] type``; what it must have stands in ``bridge.ports.Erp``.

    Raises:
        ConfigError: as ``bridge.adapters.load``.
    """
    return adapters.load(type_name, registry=REGISTRY, marks=_MARKS, where="[erp] type")
