"""Call foreign code without trusting it: no error of it gets further than its own order, none goes unnoticed."""

from __future__ import annotations

import logging
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from bridge.clock import Clock
from bridge.errors import PluginError
from bridge.hooks.loading import Plugin, place
from bridge.model.orders import Order
from bridge.model.shape import misfit
from bridge.model.texts import Problem, Text, say

__all__ = ["SLOW", "Caller", "guarded"]

log = logging.getLogger(__name__)

SLOW: Final = 1.0
"""Seconds one hook may take for one order before it is told: every order waits for it."""


class Caller:
    """Calls hooks for one order."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def call(self, plugin: Plugin, hook: str, order: Order, *arguments: object) -> Any:
        """What the hook returns; ``order`` is only for the log.

        Raises:
            PluginError: it raised; says where, and never what, because that may quote the buyer.
        """
        began = self._clock.monotonic()
        try:
            return plugin.hooks[hook](*arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may raise anything
            name, at = type(error).__name__, place(error, plugin.path)
            log.warning(
                "hook=failed plugin=%s hook=%s key=%s at=%s error=%s", plugin.name, hook, order.ref, at, name
            )
            raise failure(
                plugin, hook, say("{plugin} failed in {hook} at {place} ({error}).", **_names(plugin, hook),
                                  place=at, error=name)
            ) from None  # fmt: skip
        finally:
            seconds = self._clock.monotonic() - began
            if seconds > SLOW:
                log.warning(
                    "hook=slow plugin=%s hook=%s key=%s seconds=%.1f", plugin.name, hook, order.ref, seconds
                )


def checked(value: object, kind: Any, plugin: Plugin, hook: str, order: Order) -> Any:
    """The value, if it is what the hook must return.

    Raises:
        PluginError: it is something else.
    """
    wrong = misfit(value, kind)
    if wrong:
        raise refuse(
            plugin, hook, order,
            say("{plugin} returned from {hook} what cannot be used: {wrong}.", **_names(plugin, hook),
                wrong=wrong if wrong.startswith(".") else f"it {wrong}"),
        )  # fmt: skip
    return value


def refuse(plugin: Plugin, hook: str, order: Order, what: Text) -> PluginError:
    """The error for a result that cannot be used, told to the log without its words."""
    log.warning("hook=refused plugin=%s hook=%s key=%s", plugin.name, hook, order.ref)
    return failure(plugin, hook, what)


def failure(plugin: Plugin, hook: str, what: Text) -> PluginError:
    """The error that parks the order."""
    problem = Problem(
        where=f"{plugin.name}, {hook}",
        what=what,
        fix=say("Mend the plugin, restart the bridge, then press Retry."),
    )
    return PluginError(
        say("{plugin} could not be used.", plugin=plugin.name), [problem], plugin=plugin.name, hook=hook
    )


def guarded(order: Order) -> Order:
    """The order with its meta shut: a plugin that writes into it would change what is stored."""
    return replace(
        order,
        meta=MappingProxyType(dict(order.meta)),
        lines=tuple(
            replace(line, meta=MappingProxyType(dict(line.meta)), hidden=MappingProxyType(dict(line.hidden)))
            for line in order.lines
        ),
    )


def _names(plugin: Plugin, hook: str) -> dict[str, str]:
    return {"plugin": plugin.name, "hook": hook}
