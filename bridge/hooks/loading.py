"""Find the plugins the owner names, and refuse at start what could only fail later."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

__all__ = ["HOOKS", "Plugin", "load", "place"]

HOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    "accept_order": ("order",),
    "map_order": ("order",),
    "map_line": ("line", "order"),
    "map_customer": ("customer", "order"),
    "after_booking": ("order", "document"),
}
"""What a plugin may define, with the arguments each gets, in the order in which an order meets them."""

WHERE: Final = "[bridge] plugins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A loaded plugin."""

    name: str
    """As people know it: the module's name, or the file's."""
    path: Path
    hooks: Mapping[str, Callable[..., Any]]
    misspelt: Mapping[str, str]
    """Functions that look like hooks but are none, and what was meant."""

    @property
    def exposed(self) -> bool:
        """Whether any user of this machine could put code of his own into it."""
        return self.path.is_file() and bool(self.path.stat().st_mode & 0o002)


def load(names: Sequence[str], *, folder: Path) -> tuple[Plugin, ...]:
    """The plugins, in the order named; files are looked for from ``folder``.

    Raises:
        ConfigError: what is wrong with any of them, all at once, each with file and line.
    """
    plugins: list[Plugin] = []
    problems: list[Problem] = []
    for name in names:
        try:
            plugins.append(_load(name, folder))
        except _Unusable as unusable:
            problems.append(Problem(where=f"{WHERE}: {name}", what=unusable.what, fix=unusable.fix))
    problems += _twins(plugins)
    if problems:
        raise ConfigError(say("A plugin cannot be used."), problems)
    return tuple(plugins)


def place(error: BaseException, path: Path) -> str:
    """The line of the plugin where it went wrong: ``my_hooks.py:12``; the deepest one that is the plugin's own."""
    steps = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        steps.append((error.filename, error.lineno))
    own = [f"{Path(file).name}:{line}" for file, line in steps if _is_of(Path(file), path)]
    return own[-1] if own else path.name


def _is_of(file: Path, plugin: Path) -> bool:
    return file == plugin or (plugin.name == "__init__.py" and plugin.parent in file.parents)


class _Unusable(Exception):
    def __init__(self, what: Text, fix: Text) -> None:
        super().__init__(str(what))
        self.what = what
        self.fix = fix


def _load(name: str, folder: Path) -> Plugin:
    is_file = name.endswith(".py") or "/" in name or "\\" in name
    path = (folder / Path(name).expanduser()).absolute() if is_file else _source_of(name, folder)
    shown = path.name if is_file else name
    if is_file and not path.is_file():
        raise _Unusable(
            say("There is no file {path}.", path=path),
            say("A path is seen from the configuration file; without / and .py it is the name of a module."),
        )
    try:
        module = _from_file(path) if is_file else importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise _unreadable(error, path) from error
    return _plugin(shown, path, module)


def _source_of(name: str, folder: Path) -> Path:
    """The file of a module, without running it."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    except (Exception, SystemExit) as error:
        raise _unreadable(error, Path(name)) from error
    if spec is not None and spec.origin is not None:
        return Path(spec.origin)
    beside = (folder / f"{name}.py").is_file()
    raise _Unusable(
        say("There is no module {name}.", name=name),
        say("Write {file}: the file beside the configuration.", file=f"{name}.py")
        if beside
        else say("Install it beside Orderbro, or write the path of its file: plugins/my_hooks.py."),
    )


def _unreadable(error: BaseException, path: Path) -> _Unusable:
    told = f"{type(error).__name__}: {error}"
    what = say("It cannot be imported: {place}: {error}", place=place(error, path), error=told)
    return _Unusable(what, say("Mend the line, then start again."))


def _from_file(path: Path) -> ModuleType:
    # Under a name of its own: two files may be called hooks.py, and neither may hide a module of Python's.
    name = "orderbro_plugin_" + re.sub(r"\W", "_", str(path))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("not a Python file: its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses in the plugin look themselves up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _plugin(name: str, path: Path, module: ModuleType) -> Plugin:
    functions = {
        word: thing
        for word, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", None) == module.__name__
    }
    hooks = {word: getattr(module, word) for word in HOOKS if hasattr(module, word)}
    near = {word: _meant(word) for word in functions if word not in HOOKS and not word.startswith("_")}
    misspelt = {word: meant for word, meant in near.items() if meant}
    if not hooks:
        raise _hookless(misspelt)
    for word, hook in hooks.items():
        _must_take(word, hook)
    return Plugin(name=name, path=path, hooks=hooks, misspelt=misspelt)


def _meant(word: str) -> str:
    return next(iter(difflib.get_close_matches(word, HOOKS, n=1, cutoff=0.8)), "")


def _hookless(misspelt: Mapping[str, str]) -> _Unusable:
    what = say("It defines no hook.")
    for word, meant in misspelt.items():
        return _Unusable(what, say("Did you mean {meant} where it says {word}?", meant=meant, word=word))
    return _Unusable(what, say("Define one or more of: {hooks}.", hooks=", ".join(HOOKS)))


def _must_take(word: str, hook: Any) -> None:
    wanted = HOOKS[word]
    fix = say("Write: def {hook}({arguments}):", hook=word, arguments=", ".join(wanted))
    if not callable(hook):
        raise _Unusable(say("{hook} is not a function.", hook=word), fix)
    if inspect.iscoroutinefunction(hook):
        raise _Unusable(say("{hook} is asynchronous, and would never be run.", hook=word), fix)
    try:
        inspect.signature(hook).bind(*wanted)
    except ValueError:
        return  # Python cannot tell for a function written in C
    except TypeError:
        raise _Unusable(say("{hook} takes other arguments than it gets.", hook=word), fix) from None


def _twins(plugins: Sequence[Plugin]) -> Iterator[Problem]:
    paths = [plugin.path for plugin in plugins]
    for plugin in {
        path: plugin for path, plugin in zip(paths, plugins, strict=True) if paths.count(path) > 1
    }.values():
        yield Problem(
            where=f"{WHERE}: {plugin.name}",
            what=say("It is named twice."),
            fix=say("Name it once: its hooks would be called twice."),
        )
