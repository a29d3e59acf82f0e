"""Plugins: an owner's own Python, called at five fixed places in an order's life. See docs/hooks.md.

A hook gets plain values and returns plain values; it reaches neither shop nor ERP nor store. What goes wrong in
one parks that one order with the plugin's name, and never stops another.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from bridge.clock import Clock
from bridge.errors import PluginError
from bridge.hooks.calling import SLOW, Caller, checked, guarded, refuse
from bridge.hooks.loading import HOOKS, Plugin, load
from bridge.hooks.sample import SAMPLE, SAMPLE_DOCUMENT
from bridge.hooks.sums import broken
from bridge.model.codec import line_key
from bridge.model.documents import Document
from bridge.model.money import ZERO, plain
from bridge.model.orders import Address, Customer, LineKind, Order, OrderLine, Totals
from bridge.model.splitting import Part, split
from bridge.model.texts import Problem, Text, say

__all__ = [
    "HOOKS",
    "SAMPLE",
    "Address",
    "Customer",
    "Document",
    "Hooks",
    "LineKind",
    "Order",
    "OrderLine",
    "Part",
    "split",
]


_Step = Callable[[Plugin, Order], Order]


class Hooks:
    """The plugins of this bridge, in the owner's order. Without any, nothing happens here."""

    def __init__(self, plugins: Sequence[Plugin] = (), *, clock: Clock) -> None:
        self._plugins = tuple(plugins)
        self._clock = clock
        self._caller = Caller(clock=clock)

    @classmethod
    def load(cls, names: Sequence[str], *, folder: Path, clock: Clock) -> Hooks:
        """The plugins as configured.

        Raises:
            ConfigError: one cannot be imported or has no usable hook; all of them at once.
        """
        return cls(load(names, folder=folder), clock=clock)

    def __bool__(self) -> bool:
        """Whether there is any plugin."""
        return bool(self._plugins)

    @property
    def fingerprint(self) -> str:
        """Another one whenever a plugin's file is: what was made with the old ones is stale."""
        whole = hashlib.sha256()
        for plugin in self._plugins:
            whole.update(plugin.path.read_bytes() if plugin.path.is_file() else plugin.name.encode())
        return whole.hexdigest()[:12] if self._plugins else ""

    def objection(self, order: Order) -> Text | None:
        """Why the order is not to be sent, in the words of the first plugin that says so; None: it may go.

        Raises:
            PluginError: nobody can tell.
        """
        for plugin in self._with("accept_order"):
            answer = self._caller.call(plugin, "accept_order", order, guarded(order))
            if answer is False:
                return say("The plugin {plugin} does not let it through.", plugin=plugin.name)
            if isinstance(answer, str) and answer.strip():
                return say("The plugin {plugin} says: {reason}", plugin=plugin.name, reason=answer.strip())
            if answer is not None and answer is not True:
                what = say(
                    "{plugin} returned from {hook} neither True nor False nor a reason.",
                    plugin=plugin.name, hook="accept_order",
                )  # fmt: skip
                raise refuse(plugin, "accept_order", order, what)
        return None

    def mapped(self, order: Order) -> Order:
        """The order as the plugins want it booked: ``map_order``, then ``map_line``, then ``map_customer``.

        Pure as long as the plugins are: the stored order stays as the shop made it, and a retry maps it again.

        Raises:
            PluginError: a hook failed, or what it returned is not the same sale.
        """
        steps: dict[str, _Step] = {
            "map_order": self._map_order,
            "map_line": self._map_lines,
            "map_customer": self._map_customer,
        }
        return self._through(steps, order)

    def _through(self, steps: Mapping[str, _Step], order: Order) -> Order:
        current = order
        for hook, step in steps.items():
            for plugin in self._with(hook):
                current = step(plugin, guarded(current))
                self._must_hold(order, current, plugin, hook)
        return current

    def rows(self, rows: Sequence[OrderLine], order: Order) -> tuple[OrderLine, ...]:
        """Rows that take back some of the order's through ``map_line``, with the order as ``map_order`` makes it.

        Raises:
            PluginError: as ``mapped``; the rows must come to what they came to before.
        """
        sums = Totals(gross=sum((r.gross for r in rows), ZERO), tax=sum((r.tax for r in rows), ZERO))
        whole = guarded(self._through({"map_order": self._map_order}, order))
        step = functools.partial(self._map_lines, of=whole)
        return self._through({"map_line": step}, replace(order, lines=tuple(rows), totals=sums)).lines

    def booked(self, order: Order, document: Document) -> tuple[Text, ...]:
        """Tell the plugins of a booking that stands; what went wrong comes back as sentences, never as an error."""
        notes = []
        for plugin in self._with("after_booking"):
            try:
                self._caller.call(plugin, "after_booking", order, guarded(order), document)
            except PluginError as error:
                notes.append(error.problems[0].what)
        return tuple(notes)

    def check(self, orders: Iterable[Order] = ()) -> list[Problem]:
        """Call every hook: each plugin alone and all together, on the sample and on ``orders``.

        ``after_booking`` may write somewhere, so it gets the sample only.
        """
        found = [problem for plugin in self._plugins for problem in _looks(plugin)]
        for plugin in self._plugins:
            began = self._clock.monotonic()
            alone = Hooks([plugin], clock=self._clock)
            found += alone._try(SAMPLE)
            found += [
                Problem(where=f"{plugin.name}, after_booking", what=note, fix=say("Mend the plugin."))
                for note in alone.booked(SAMPLE, SAMPLE_DOCUMENT)
            ]
            found += _slow(plugin, self._clock.monotonic() - began)
        for order in orders:
            found += self._try(order)
        return list({(each.where, str(each.what)): each for each in found}.values())

    def _try(self, order: Order) -> Iterator[Problem]:
        for attempt in (self.objection, self.mapped):
            try:
                attempt(order)
            except PluginError as error:
                yield from (replace(each, fix=_ON_TRIAL) for each in error.problems)

    def _with(self, hook: str) -> Iterator[Plugin]:
        return (plugin for plugin in self._plugins if hook in plugin.hooks)

    def _map_order(self, plugin: Plugin, order: Order) -> Order:
        result = self._caller.call(plugin, "map_order", order, order)
        mapped: Order = checked(result, Order, plugin, "map_order", order)
        return mapped

    def _map_customer(self, plugin: Plugin, order: Order) -> Order:
        result = self._caller.call(plugin, "map_customer", order, order.customer, order)
        return replace(order, customer=checked(result, Customer, plugin, "map_customer", order))

    def _map_lines(self, plugin: Plugin, order: Order, *, of: Order | None = None) -> Order:
        rows = (self._map_line(plugin, line, of or order) for line in order.lines)
        return replace(order, lines=tuple(chain.from_iterable(rows)))

    def _map_line(self, plugin: Plugin, line: OrderLine, order: Order) -> Iterator[OrderLine]:
        result = self._caller.call(plugin, "map_line", order, line, order)
        several: tuple[Any, ...] = tuple(result) if isinstance(result, list | tuple) else (result,)
        rows = () if result is None else several
        for row in rows:
            checked(row, OrderLine, plugin, "map_line", order)
        if not rows and (line.gross or line.tax or any(part.tax for part in line.taxes)):
            what = say(
                "{plugin} drops a row of {amount} {currency} ({row}); only a row of 0 can go.",
                plugin=plugin.name, amount=plain(line.gross), currency=order.currency, row=line_key(line),
            )  # fmt: skip
            raise refuse(plugin, "map_line", order, what)
        return _apart(rows)

    def _must_hold(self, before: Order, after: Order, plugin: Plugin, hook: str) -> None:
        what = broken(before, after)
        if what is not None:
            told = say(
                "{plugin} changed the sale in {hook}. {what}", plugin=plugin.name, hook=hook, what=what
            )
            raise refuse(plugin, hook, before, told)


_ON_TRIAL = say("Mend the plugin: real orders like this one would be parked.")


def _apart(rows: Sequence[OrderLine]) -> Iterator[OrderLine]:
    """Rows that all bear the id of the row they were made of get ids of their own."""
    keys = {line_key(row) for row in rows}
    if len(keys) == len(rows):
        return iter(rows)
    return (replace(row, id=f"{row.id}.{number}") for number, row in enumerate(rows, 1))


def _looks(plugin: Plugin) -> Iterator[Problem]:
    for word, meant in plugin.misspelt.items():
        yield Problem(
            where=f"{plugin.name}, {word}",
            what=say("It looks like a hook and is none; nobody calls it."),
            fix=say("Did you mean {meant}? Otherwise begin its name with _.", meant=meant),
            severe=False,
        )
    if plugin.exposed:
        yield Problem(
            where=plugin.name,
            what=say("Every user of this machine can change it, and it runs with the bridge's rights."),
            fix=say("Run: chmod o-w {path}", path=plugin.path),
        )


def _slow(plugin: Plugin, seconds: float) -> Iterator[Problem]:
    if seconds > SLOW:
        yield Problem(
            where=plugin.name,
            what=say("Its hooks took {seconds} seconds for one order.", seconds=f"{seconds:.1f}"),
            fix=say("Make it faster: every order waits for it. What takes long belongs elsewhere."),
            severe=False,
        )
