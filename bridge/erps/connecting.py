"""How an ERP lets ``bridge connect NAME`` make the connection: the part an adapter may offer.

An adapter of the package ``their.module`` offers it by a module ``their.module.connecting`` with a function
``connection(options, *, clock, data_dir, mounts) -> Connecting`` and, where connecting is what brings some keys of
[erp], their names in ``GIVES: frozenset[str]``: they may then be missing before.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, make_dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from bridge.clock import Clock
from bridge.config.option import META
from bridge.erps import REGISTRY
from bridge.errors import UserError
from bridge.model.texts import Text, say

__all__ = ["Connected", "Connecting", "before", "connection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """What came of it."""

    text: Text
    """With whom the bridge is connected now."""
    lines: Sequence[str] = ()
    """What belongs under [erp] in the configuration, line by line; may hold secrets."""
    notes: Sequence[Text] = ()
    """What else a person should know."""


class Connecting(Protocol):
    """One asking for consent."""

    def instructions(self, back_to: str) -> Sequence[Text]:
        """What a person must have done, or must do, in the vendor's pages."""
        ...

    def address(self, *, back_to: str, state: str, personal: bool) -> str:
        """What the person opens; "" where there is nothing to come back from, and the instructions are all.

        Args:
            back_to: where the vendor sends the browser afterwards.
            state: unguessable; the way back must carry it.
            personal: bind the consent to this person, where the vendor knows another way.
        """
        ...

    def finish(self, answer: str) -> Connected:
        """Make the connection of the address the browser was sent to, and keep what the bridge needs of it.

        Raises:
            UserError: it is not the answer to this asking, or the person said no.
            RemoteError: the vendor did not go along.
        """
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def connection(
    type_name: str, options: object, *, clock: Clock, data_dir: Path, mounts: Mapping[str, Any]
) -> Connecting:
    """What the adapter offers.

    Raises:
        UserError: nothing: there is nothing to connect.
    """
    module = _module(type_name)
    if module is None:
        raise UserError(say("There is nothing to connect with {name}.", name=type_name))
    found: Connecting = module.connection(options, clock=clock, data_dir=data_dir, mounts=mounts)
    return found


def before(type_name: str, options: type[Any]) -> type[Any]:
    """The option class as it is before there is a connection: what connecting brings may be missing."""
    module = _module(type_name)
    given: frozenset[str] = getattr(module, "GIVES", frozenset())
    eased = [
        (
            each.name,
            each.type,
            field(metadata={META: replace(each.metadata[META], required=False, default="")}),
        )
        for each in fields(options)
        if each.name in given
    ]
    if not eased:
        return options
    made = make_dataclass(options.__name__, eased, bases=(options,), frozen=True, kw_only=True)
    made.__module__ = options.__module__  # where the names of its types are known
    return made


def _module(type_name: str) -> ModuleType | None:
    name = f"{REGISTRY.get(type_name, type_name).partition(':')[0]}.connecting"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is not None and (name == missing.name or name.startswith(f"{missing.name}.")):
            return None
        raise  # the module is there; something it needs is not
    except (ValueError, TypeError):  # no module name
        return None
