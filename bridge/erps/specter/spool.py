"""What Specter has handed out, kept until it says something newer: it tells of every change once only.

Of each article and order the last word stands here with a number that grows. A feed is a walk along these numbers, so
it can begin anywhere, and again; that products and prices come in one batch takes nothing from either. It never grows
beyond what Specter has: newer words take the place of older ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.clock import Clock
from bridge.erps.memory import Connection, Memory
from bridge.erps.specter.answers import Node
from bridge.erps.specter.mapping_feeds import Kind, Thing

__all__ = ["Page", "Record", "Spool"]

_MARK: Final = "mark"
_KEYS: Final = "keys"
_FOREIGN: Final = ""
"""In the place of a number: somebody else reads as well. Nothing real has no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The last word on an article or an order."""

    id: str
    nodes: Mapping[str, Node]
    """By stock site; of anything but stock, and where sites have no code, one under the empty name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what was kept, oldest first."""

    records: tuple[Record, ...]
    cursor: str | None
    """After these; None: there are none."""
    last: bool
    foreign: str = ""
    """Number of a batch that somebody else had opened, or has closed."""
    restarted: bool = False
    """The cursor was of another file, or of a newer one than this copy: everything there is, is given."""


@dataclass(slots=True)
class _Found:
    """The rows of one id."""

    newest: int = 0
    nodes: dict[str, Node] = field(default_factory=dict)
    foreign: str = ""


class Spool:
    """The words of one account. Threads and processes may share the file."""

    def __init__(self, file: Memory, *, account: str, clock: Clock) -> None:
        self._file = file
        self._account = account
        self._clock = clock

    def keep(
        self, kind: Kind, things: Iterable[Thing], *, batch: str, keys: Mapping[str, str], foreign: str = ""
    ) -> None:
        """All of a batch, in one transaction; ``keys``: the shop's number of an order to Specter's.

        ``foreign``: number of a batch that was opened, or closed, by somebody else.

        The same batch again, after a crash, changes nothing: whoever has read it is not told twice. What came in
        another batch is news even when it says the same, for the shop may have moved on meanwhile.

        Raises:
            Transient: another process does not finish writing.
            Unauthorised: the file cannot be used.
        """
        with self._file.saving() as saving:
            self._mark(saving)
            if foreign:
                self._put(saving, kind, _FOREIGN, "", {"batch": foreign})
            for thing in things:
                self._put(saving, kind, thing.id, thing.site, {"batch": batch, "node": _written(thing.node)})
                self._sites(saving, kind, thing)
            for key, number in keys.items():
                self._put(saving, _KEYS, key, "", {"number": number})

    def page(self, kind: Kind, cursor: str | None, *, limit: int) -> Page:
        """What was kept after the cursor, oldest first; ``limit``: of so many articles or orders.

        An article whose sites were told of at different times comes as a whole, at the place of the newest.

        Raises:
            Transient: as ``keep``.
            Unauthorised: as ``keep``.
        """
        seq, restarted = self._start(kind, cursor)
        found: dict[str, _Found] = {}
        for number, site, at, state in self._file.read(_AFTER, (self._account, kind, seq, limit + 1)):
            one, said = found.setdefault(number, _Found()), json.loads(state)
            one.newest = max(one.newest, at)
            if number == _FOREIGN:
                one.foreign = said["batch"]
            else:
                one.nodes[site] = _read(said["node"])
        ordered = sorted(found.items(), key=lambda each: each[1].newest)
        shown = ordered[:limit]
        return Page(
            records=tuple(Record(id=number, nodes=one.nodes) for number, one in shown if number != _FOREIGN),
            cursor=f"{shown[-1][1].newest}.{self._marked()}" if shown else None,
            last=len(ordered) <= limit,
            foreign=next((one.foreign for number, one in shown if number == _FOREIGN), ""),
            restarted=restarted,
        )

    def record(self, kind: Kind, number: str) -> Record | None:
        """The last word on one article or order; None: it was never told of."""
        rows = self._file.read(
            "SELECT site, state FROM spool WHERE account = ? AND kind = ? AND id = ?",
            (self._account, kind, number),
        )
        nodes = {site: _read(json.loads(state)["node"]) for site, state in rows}
        return Record(id=number, nodes=nodes) if nodes else None

    def order_of(self, key: str) -> str:
        """Specter's number of the order that has this number in the shop; empty: it never told one."""
        rows = self._file.read(
            "SELECT state FROM spool WHERE account = ? AND kind = ? AND id = ?", (self._account, _KEYS, key)
        )
        return str(json.loads(rows[0][0])["number"]) if rows else ""

    def _put(self, saving: Connection, kind: str, number: str, site: str, state: Mapping[str, Any]) -> None:
        text = json.dumps(state)
        # Never below the clock: in an older copy of the file that was put back, new words would else get numbers that
        # a reader has left behind already.
        least = int(self._clock.now().timestamp() * 1_000_000)
        saving.execute(_PUT, {
            "account": self._account, "kind": kind, "id": number, "site": site, "state": text, "least": least
        })  # fmt: skip

    def _sites(self, saving: Connection, kind: Kind, thing: Thing) -> None:
        """All together and each by itself would be counted twice: what came last goes."""
        saving.execute(
            "DELETE FROM spool WHERE account = ? AND kind = ? AND id = ? AND (site = '') = ?",
            (self._account, kind, thing.id, bool(thing.site)),
        )

    def _start(self, kind: Kind, cursor: str | None) -> tuple[int, bool]:
        """Where to go on, and whether that is the beginning again."""
        seq, _, mark = (cursor or "0.").partition(".")
        if not cursor or not seq.isdigit():
            return 0, bool(cursor)
        rows = self._file.read(
            "SELECT MAX(seq) FROM spool WHERE account = ? AND kind = ?", (self._account, kind)
        )
        lost = mark != self._marked() or int(seq) > (rows[0][0] or 0)
        return (0, True) if lost else (int(seq), False)

    def _mark(self, saving: Connection) -> None:
        """Tells this file from one that took its place, whose numbers mean something else."""
        saving.execute(
            "INSERT OR IGNORE INTO spool (account, kind, id, site, seq, state) VALUES (?, ?, '', '', 1, ?)",
            (self._account, _MARK, self._clock.token(6)),
        )

    def _marked(self) -> str:
        rows = self._file.read(
            "SELECT state FROM spool WHERE account = ? AND kind = ?", (self._account, _MARK)
        )
        return str(rows[0][0]) if rows else ""


_PUT: Final = """
    INSERT OR REPLACE INTO spool (account, kind, id, site, seq, state)
    SELECT :account, :kind, :id, :site, max(:least, 1 + coalesce(
        (SELECT max(seq) FROM spool WHERE account = :account AND kind = :kind), 0)), :state
    WHERE NOT EXISTS (SELECT 1 FROM spool WHERE account = :account AND kind = :kind AND id = :id
        AND site = :site AND state = :state)
"""
_AFTER: Final = """
    WITH changed AS (
        SELECT id FROM spool WHERE account = ?1 AND kind = ?2 GROUP BY id HAVING max(seq) > ?3
        ORDER BY max(seq) LIMIT ?4)
    SELECT id, site, seq, state FROM spool WHERE account = ?1 AND kind = ?2 AND id IN (SELECT id FROM changed)
"""


def _written(node: Node) -> Sequence[Any]:
    return [node.name, node.text, dict(node.attributes), [_written(child) for child in node.children]]


def _read(raw: Sequence[Any]) -> Node:
    name, text, attributes, children = raw
    return Node(name=name, text=text, attributes=attributes, children=tuple(map(_read, children)))
