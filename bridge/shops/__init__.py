"""The shop adapters: a name in ``[shop NAME] type`` to the class behind it. Knows no adapter until one is asked for.

An adapter from outside is named by its module and class (``their.module:Class``, or ``their.module`` with one
adapter in it); nothing here needs to change for it. ``bridge.ports.Shop`` says what the class must have.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from types import ModuleType
from typing import Any, Final

from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

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
"""By these an adapter class is told from the other classes of its module."""


def load(type_name: str) -> type[Any]:
    """The adapter class behind ``[shop NAME] type``.

    Raises:
        ConfigError: nothing of that name, or the module has no adapter class; says what could be meant.
    """
    module_name, _, class_name = REGISTRY.get(type_name, type_name).partition(":")
    module = _module(module_name, type_name)
    found = [cls for name, cls in inspect.getmembers(module, inspect.isclass) if class_name in ("", name)]
    adapters = [cls for cls in found if all(hasattr(cls, mark) for mark in _MARKS)]
    if len(adapters) != 1:
        raise _error(type_name, say("The module has no shop adapter, or several. Write module:Class."))
    return adapters[0]


def _module(module_name: str, type_name: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        if missing.name and module_name != missing.name and not module_name.startswith(f"{missing.name}."):
            raise  # the adapter is there; something it needs is not, and its own traceback tells that best
    except (ValueError, TypeError):
        pass  # "" and ".module" are no module names
    close = difflib.get_close_matches(type_name, REGISTRY, n=1)
    meant = close[0] if close else ", ".join(sorted(REGISTRY))
    raise _error(
        type_name, say("Did you mean {meant}? An adapter of your own is named by its module.", meant=meant)
    )


def _error(type_name: str, fix: Text) -> ConfigError:
    what = say("{name} is not known.", name=repr(type_name))
    return ConfigError(
        say("There is no shop adapter called {name}.", name=repr(type_name)),
        [Problem(where="[shop] type", what=what, fix=fix)],
    )
