"""What the lists show, as it stands in the address: a bookmark or a link to a colleague shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bridge.model.documents import Purpose
from bridge.store.reads import Reads
from bridge.store.records import EntryFilter, State

__all__ = ["Act", "Query", "Tab"]

TEXT_LIMIT: Final = 100
"""No shop's number is longer; what is longer finds nothing and costs nothing."""


class Tab(StrEnum):
    """The lists of the outbox page."""

    ALL = "all"
    WAITING = "waiting"
    SENDING = "sending"
    DOUBT = "doubt"
    PARKED = "parked"
    DONE = "done"
    DROPPED = "dropped"


class Act(StrEnum):
    """What can be done with many entries at once."""

    RETRY = "retry"
    DROP = "drop"


_STATES: Final = {
    Tab.ALL: (),
    Tab.WAITING: (State.WAITING,),
    Tab.SENDING: (State.SENDING,),
    Tab.DOUBT: (),
    Tab.PARKED: (State.PARKED,),
    Tab.DONE: (State.DONE,),
    Tab.DROPPED: (State.DROPPED,),
}

ACTS_ON: Final = {Act.RETRY: (State.PARKED,), Act.DROP: (State.PARKED, State.WAITING)}
"""DESIGN, table of moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One view of the outbox. Whatever stands in the address, there is always one: nonsense means no filter."""

    tab: Tab = Tab.ALL
    shop: str = ""
    purpose: Purpose | None = None
    kind: str = ""
    text: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Query:
        """Out of an address or a form."""
        tab, purpose = args.get("state", ""), args.get("purpose", "")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else Tab.ALL,
            shop=args.get("shop", "")[:TEXT_LIMIT],
            purpose=Purpose(purpose) if purpose in set(Purpose) else None,
            kind=args.get("kind", "")[:TEXT_LIMIT],
            text=args.get("q", "").strip(),
        )

    def args(self, **changes: str) -> dict[str, str]:
        """Back into an address; only what says something."""
        fields = {
            "state": "" if self.tab is Tab.ALL else self.tab.value,
            "shop": self.shop,
            "purpose": self.purpose.value if self.purpose else "",
            "kind": self.kind,
            "q": self.text[: TEXT_LIMIT + 1],
            **changes,
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def too_long(self) -> bool:
        """Nothing can be found with it."""
        return len(self.text) > TEXT_LIMIT

    def filter(self) -> EntryFilter:
        """For the store."""
        return self._filter(_STATES[self.tab])

    def movable(self, reads: Reads, act: Act) -> list[int]:
        """All entries of this view that the act can move, on every page of it."""
        states = self._able(act)
        return reads.ids(self._filter(states)) if states else []

    def count(self, reads: Reads, act: Act) -> int:
        """How many ``movable`` gives, without fetching them."""
        states = self._able(act)
        return reads.entries(self._filter(states), limit=1).total if states else 0

    def _able(self, act: Act) -> tuple[State, ...]:
        """The states of this view the act can move. Empty means none: to the store it would mean every one."""
        if self.too_long:
            return ()
        shown = _STATES[self.tab]
        return tuple(state for state in ACTS_ON[act] if not shown or state in shown)

    def _filter(self, states: tuple[State, ...]) -> EntryFilter:
        return EntryFilter(
            states=states,
            shop=self.shop or None,
            purpose=self.purpose,
            kind=self.kind or None,
            text=self.text,
            doubt=True if self.tab is Tab.DOUBT else None,
        )
