"""From the word in ``type`` to the adapter class behind it, for shops and ERPs alike.

Our own adapters stand in a registry; one from outside is named by its module (``their.module``, or
``their.module:Class`` where the module has several), and nothing here needs to change for it.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

__all__ = ["load"]


def load(type_name: str, *, registry: Mapping[str, str], marks: Sequence[str], where: str) -> type[Any]:
    """The adapter class for ``type_name``.

    Args:
        type_name: as written in the configuration.
        registry: name to ``module:Class``.
        marks: attributes by which an adapter class is told from the other classes of its module.
        where: section and key, for the error.

    Raises:
        ConfigError: nothing of that name, or no single adapter class in the module; says what could be meant.
    """
    module_name, _, class_name = registry.get(type_name, type_name).partition(":")
    module = _module(module_name, type_name, registry=registry, where=where)
    found = [getattr(module, class_name, None)] if class_name else _own_classes(module)
    adapters = [cls for cls in found if inspect.isclass(cls) and all(hasattr(cls, mark) for mark in marks)]
    if len(adapters) != 1:
        fix = say(
            "An adapter class has {marks}. Where there are several, write module:Class.",
            marks=", ".join(marks),
        )
        raise _error(
            type_name, say("The module {name} has no single adapter class.", name=type_name), fix, where
        )
    return adapters[0]


def _own_classes(module: ModuleType) -> list[type[Any]]:
    """Classes made in the module or inside its package; what it only imports is somebody else's."""
    return [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if cls.__module__.startswith(module.__name__)
    ]


def _module(module_name: str, type_name: str, *, registry: Mapping[str, str], where: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        if missing.name and module_name != missing.name and not module_name.startswith(f"{missing.name}."):
            raise  # the adapter is there; something it needs is not, and its own traceback tells that best
    except (ValueError, TypeError):
        pass  # "" and ".module" are no module names
    close = difflib.get_close_matches(type_name, registry, n=1)
    fix = say(
        "Did you mean {meant}? An adapter of your own is named by its module.",
        meant=close[0] if close else ", ".join(sorted(registry)),
    )
    raise _error(type_name, say("{name} is not known.", name=repr(type_name)), fix, where)


def _error(type_name: str, what: Text, fix: Text, where: str) -> ConfigError:
    return ConfigError(
        say("There is no adapter called {name}.", name=repr(type_name)),
        [Problem(where=where, what=what, fix=fix)],
    )
