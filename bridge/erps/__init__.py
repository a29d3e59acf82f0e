"""The ERP adapters: a name in ``[erp] type`` to the class behind it. Knows no adapter until one is asked for.

An adapter from outside is named by its module (``their.module``, or ``their.module:Class``); nothing here
needs to change for it. ``bridge.ports.Erp`` says what the class must have.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from types import ModuleType
from typing import Any, Final, cast

from bridge.errors import ConfigError
from bridge.model.texts import Problem, say
from bridge.ports import Erp

__all__ = ["REGISTRY", "load"]

REGISTRY: Final = {"sie": "bridge.erps.sie:Sie"}
"""Our own adapters. A new one adds its line here and nowhere else."""

_MARKS: Final = ("name", "Options", "documents", "put_document", "find_document", "preview", "check")
"""By these an adapter class is told from the other classes of its module."""


def load(type_name: str) -> type[Erp]:
    """The adapter class behind ``[erp] type``.

    Raises:
        ConfigError: nothing of that name, or the module has no adapter class; says what could be meant.
    """
    target = REGISTRY.get(type_name, type_name)
    module_name, _, class_name = target.partition(":")
    module = _module(module_name, type_name)
    found = getattr(module, class_name, None) if class_name else _only_adapter(module)
    if not (inspect.isclass(found) and _is_adapter(found)):
        raise _unusable(type_name)
    return cast("type[Erp]", found)


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
    raise ConfigError(
        say("There is no ERP adapter called {name}.", name=repr(type_name)),
        [
            Problem(
                where="[erp] type",
                what=say("{name} is not known.", name=repr(type_name)),
                fix=say("Did you mean {meant}? An adapter of your own is named by its module.", meant=meant),
            )
        ],
    )


def _only_adapter(module: ModuleType) -> Any:
    own = [
        thing
        for _, thing in inspect.getmembers(module, inspect.isclass)
        if thing.__module__.startswith(module.__name__) and _is_adapter(thing)
    ]
    return own[0] if len(own) == 1 else None


def _is_adapter(thing: type) -> bool:
    return all(hasattr(thing, mark) for mark in _MARKS)


def _unusable(type_name: str) -> ConfigError:
    return ConfigError(
        say("The module {name} has no single ERP adapter class.", name=type_name),
        [
            Problem(
                where="[erp] type",
                what=say("An adapter class has {marks}.", marks=", ".join(_MARKS)),
                fix=say("Name the class too: module:Class."),
            )
        ],
    )
