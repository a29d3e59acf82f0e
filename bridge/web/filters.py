"""What the lists show, as it stands in the address: a bookmark or a link to a colleague shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.model.documents import Purpose
from bridge.store.reads import Reads
from bridge.store.records import EntryFilter, State

__all__ = ["AFTER", "Act", "Query", "Tab", "What"]

TEXT_LIMIT: Final = 100
"""No shop's number is longer; what is longer finds nothing and costs nothing."""


class Tab(StrEnum):
    """The lists of the outbox page."""

    ALL = "all"
    WAITING = "waiting"
    SENDING = "sending"
    DOUBT = "doubt"
    PARKED = "parked"
    STUCK = "stuck"
    """Needs somebody, or failed and will be tried again. Only by link: the two have lists of their own."""
    DONE = "done"
    DROPPED = "dropped"


class What(StrEnum):
    """What the lists are about. A person thinks in orders, so that is what an address without it means."""

    ORDERS = "orders"
    TELLING = "telling"
    """Telling the shop of a booked order: an entry of its own."""
    AFTER = "after"
    """What came after the booking: finishing, refunds, edits, cancellations."""
    ALL = "all"


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
    Tab.STUCK: (State.WAITING, State.PARKED),
    Tab.DONE: (State.DONE,),
    Tab.DROPPED: (State.DROPPED,),
}

AFTER: Final = (Purpose.FINALISE, Purpose.REFUND, Purpose.CHANGE, Purpose.CANCEL)
_PURPOSES: Final[Mapping[What, tuple[Purpose, ...]]] = {
    What.ORDERS: (Purpose.ORDER,),
    What.TELLING: (Purpose.MARK,),
    What.AFTER: AFTER,
    What.ALL: (),
}

ACTS_ON: Final = {
    Act.RETRY: (State.PARKED, State.WAITING),
    Act.DROP: (State.PARKED, State.WAITING),
}
"""DESIGN, table of moves. Of what waits, only what waits for its next try can be sent now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One view of the outbox. Whatever stands in the address, there is always one: nonsense means no filter."""

    tab: Tab = Tab.ALL
    shop: str = ""
    what: What = What.ORDERS
    kind: str = ""
    text: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Query:
        """Out of an address or a form."""
        tab, what = args.get("state", ""), args.get("what", "")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else Tab.ALL,
            shop=args.get("shop", "")[:TEXT_LIMIT],
            what=What(what) if what in set(What) else What.ORDERS,
            kind=args.get("kind", "")[:TEXT_LIMIT],
            text=args.get("q", "").strip(),
        )

    def args(self, **changes: str) -> dict[str, str]:
        """Back into an address; only what says something."""
        fields = {
            "state": "" if self.tab is Tab.ALL else self.tab.value,
            "shop": self.shop,
            "what": "" if self.what is What.ORDERS else self.what.value,
            "kind": self.kind,
            "q": self.text[: TEXT_LIMIT + 1],
            **changes,
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """For the store; empty means every one."""
        return _PURPOSES[self.what]

    @property
    def too_long(self) -> bool:
        """Nothing can be found with it."""
        return len(self.text) > TEXT_LIMIT

    def filter(self) -> EntryFilter:
        """For the store."""
        return self._filter(_STATES[self.tab])

    def movable(self, reads: Reads, act: Act, *, now: datetime) -> list[int]:
        """All entries of this view that the act can move, on every page of it."""
        return sorted(number for able in self._able(act, now) for number in reads.ids(able))

    def count(self, reads: Reads, act: Act, *, now: datetime) -> int:
        """How many ``movable`` gives, without fetching them."""
        return sum(reads.entries(able, limit=1).total for able in self._able(act, now))

    def _able(self, act: Act, now: datetime) -> list[EntryFilter]:
        """What of this view the act can move. One filter per state: none of them would mean every one."""
        shown = _STATES[self.tab]
        able = [state for state in ACTS_ON[act] if not shown or state in shown]
        return [
            replace(
                self._filter((state,)),
                hurry_at=now if act is Act.RETRY and state is State.WAITING else None,
            )
            for state in able
            if not self.too_long
        ]

    def _filter(self, states: tuple[State, ...]) -> EntryFilter:
        return EntryFilter(
            states=states,
            shop=self.shop or None,
            purposes=self.purposes,
            kind=self.kind or None,
            text=self.text,
            doubt=True if self.tab is Tab.DOUBT else None,
            failing=self.tab is Tab.STUCK,
        )
