"""Changes out of Specter into our own file: received, stored in one transaction, acknowledged, again while there are.

Killed anywhere in between, the next pull finds the same batch open, or finds it stored and closes it.
"""

from __future__ import annotations

import logging
from typing import Final

from bridge import crash
from bridge.erps.specter.batches import Batch, Batches
from bridge.erps.specter.mapping_feeds import Kind, Thing, key_in, things
from bridge.erps.specter.profile import Profile
from bridge.erps.specter.spool import Spool
from bridge.errors import Rejected, Transient
from bridge.model.texts import say

__all__ = ["Pulling"]

log: Final = logging.getLogger(__name__)

_ROUNDS: Final = 10_000
"""So many batches one after the other are no changes, but the same ones over and over."""


class Pulling:
    """Fetches what has changed and keeps it."""

    def __init__(self, batches: Batches, spool: Spool, profile: Profile) -> None:
        self._batches = batches
        self._spool = spool
        self._profile = profile

    def pull(self, kind: Kind) -> int:
        """Everything of a kind that waits in Specter; how many rows it was. Repeatable.

        Raises:
            OpenBatch: other programs keep opening batches.
            Rejected: an answer nobody can make out, or a batch that Specter will not close. Nothing is lost.
            Transient: Specter cannot be reached, or another bridge is reading and does not finish.
            Unauthorised: the access, or our own folder, cannot be used.
        """
        with self._batches.alone(kind):
            count = 0
            for _ in range(_ROUNDS):
                batch = self._batches.receive(kind)
                crash.point("batch-received")
                count += self._stored(batch)
                crash.point("batch-stored")
                self._batches.acknowledge(batch)
                if not batch.more:
                    return count
            raise Transient(
                say("Specter hands out changes without end; the bridge goes on at the next reading."),
                channel="erp",
            )

    def collect(self) -> int:
        """Everything of every kind; how many rows. What Specter refuses of one kind does not stop the others.

        Raises:
            BridgeError: as ``pull``; of several refusals the first.
        """
        count, refused = 0, None
        for kind in Kind:
            try:
                count += self.pull(kind)
            except Rejected as error:
                log.info("collect=refused kind=%s", kind)
                refused = refused or error
        if refused is not None:
            raise refused
        return count

    def _stored(self, batch: Batch) -> int:
        found = self._understood(batch)
        foreign = batch.gone or (batch.number if batch.foreign else "")
        if found or foreign:
            orders = found if batch.kind is Kind.ORDERS else ()
            keys = {key: each.id for each in orders if (key := key_in(each.node, self._profile))}
            self._spool.keep(batch.kind, found, batch=batch.number, keys=keys, foreign=foreign)
        return len(found)

    def _understood(self, batch: Batch) -> tuple[Thing, ...]:
        try:
            return things(batch.kind, batch.answer, self._profile)
        except ValueError as odd:
            raise Rejected(
                say("Specter's list of changes has an unknown form (at {place}).", place=str(odd) or "-"),
                channel="erp",
                advice=say(
                    "Nothing was acknowledged, so nothing is lost. Show this to whoever helps you with the bridge: "
                    "the file named in [erp] profile can say how Specter names it, under [batches] and [fields]."
                ),
            ) from odd
