"""What every part of the Fortnox adapter is built with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bridge.clock import Clock
from bridge.erps.context import ErpContext
from bridge.erps.drafting import DraftSettings
from bridge.erps.fortnox.client import Client
from bridge.erps.fortnox.options import Options
from bridge.erps.fortnox.tokens import tokens
from bridge.errors import LostReply, Transient
from bridge.model.texts import say

__all__ = ["Core"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The ground: calls, settings and time."""

    client: Client
    options: Options
    context: ErpContext
    settings: DraftSettings

    @classmethod
    def of(cls, options: Options, context: ErpContext) -> Core:
        """Out of what the adapter was given. Calls nobody."""
        source = tokens(options, data_dir=context.data_dir, clock=context.clock, mounts=context.mounts)
        return cls(
            client=Client(options, tokens=source, clock=context.clock, mounts=context.mounts),
            options=options,
            context=context,
            settings=DraftSettings.of(context),
        )

    @property
    def clock(self) -> Clock:
        """The one door for time."""
        return self.context.clock

    @property
    def zone(self) -> ZoneInfo:
        """Of the books: which day a payment at 23:30 belongs to."""
        return self.context.timezone

    def read(self, reader: Callable[[Mapping[str, Any]], T], answer: Mapping[str, Any], *, wrote: bool) -> T:
        """``reader(answer)``; an answer it cannot understand becomes the error for the call it came from.

        Raises:
            LostReply: the call wrote, and nobody knows what.
            Transient: it only read.
        """
        try:
            return reader(answer)
        except (ValueError, KeyError, TypeError, AttributeError) as odd:
            kind = LostReply if wrote else Transient
            raise kind(
                say("Fortnox answered with something else than was asked for."), channel="erp"
            ) from odd

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
