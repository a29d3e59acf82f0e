"""The batch protocol: a read opens a batch under the shop's number, an acknowledgement closes it (section 5.4) [1].

One batch per kind and account may be open. Its content stays what it was however often it is read; what changes in
the meantime waits for the next one.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.sim.specter import feeds
from bridge.sim.specter.reading import Fields
from bridge.sim.specter.refusals import OPEN_BATCH, UNKNOWN_BATCH, USED_BATCH, Refusal
from bridge.sim.specter.state import State
from bridge.sim.specter.wire import Reply

__all__ = ["acknowledge", "read"]


def read(state: State, given: Mapping[str, str], *, kind: str) -> Reply:
    """Open a batch, or show the open one again.

    Raises:
        Refusal: 99, another one is open, whose number the message has between apostrophes; or the number was
            used before [INF].
    """
    fields, account, queue = Fields(given), state.account, state.queues[kind]
    number = fields.text("batchNo", required=True)
    several = fields.flag("getMultipleStocksites") if kind == "stock" else False
    fields.leave_none(more=account.more_parameters, refuse=account.refuses_unknown)
    xml = given.get("usexml") == "2"
    if queue.batch and queue.batch != number:
        raise Refusal(OPEN_BATCH, f"Det finns redan en öppen batch '{queue.batch}'")
    items = queue.taken
    if not queue.batch:
        if number in queue.done and not account.numbers_used_again:
            raise Refusal(USED_BATCH, f"batchNo är redan använt: {number}")
        keys = queue.waiting[: account.response_max] if kind in account.limited else list(queue.waiting)
        items = [feeds.shown(state, kind, key) for key in keys]
        if keys or account.empty_opens:
            state.step(kind, "open", number, items)
    return feeds.reply(state, kind, items, number, several=several, xml=xml)


def acknowledge(state: State, given: Mapping[str, str], *, kind: str) -> Reply:
    """Close the open batch: what it showed is not shown again.

    Raises:
        Refusal: that batch is not open [INF].
    """
    fields, account, queue = Fields(given), state.account, state.queues[kind]
    number = fields.text("batchNo", required=True)
    fields.leave_none(more=account.more_parameters, refuse=account.refuses_unknown)
    if queue.batch == number:
        state.step(kind, "close")
    elif not (account.acknowledges_again and queue.done[-1:] == [number]):
        raise Refusal(UNKNOWN_BATCH, f"Okänd batch: {number}")
    return Reply(number=number, text="Batchen kvitterad")
