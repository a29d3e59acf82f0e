"""The shop adapters: a name in ``[shop NAME] type`` to the class behind it. Knows none until one is asked for."""

from __future__ import annotations

from typing import Any, Final

from bridge import adapters

__all__ = ["REGISTRY", "load"]

REGISTRY: Final = {"woocommerce": "bridge.shops.woocommerce:WooCommerce"}
"""Our own adapters. A new one adds its line here and nowhere else."""

_MARKS: Final = (
    "Options",
    "check",
    "statuses",
    "changed_orders",
    "recent_orders",
    "order",
    "mark",
    "set_state",
)


def load(type_name: str) -> type[Any]:
    """The adapter class behind ``[shop NAME] type``; what it must have stands in ``bridge.ports.Shop``.

    Raises:
        ConfigError: as ``bridge.adapters.load``.
    """
    return adapters.load(type_name, registry=REGISTRY, marks=_MARKS, where="[shop] type")
