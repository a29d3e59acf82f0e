"""When the ERP pings: fetch what has changed before it forgets it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final, cast

from bridge.clock import Clock
from bridge.errors import RemoteError, Unauthorised
from bridge.ports import Capability, Collects, Erp
from bridge.store import Store

__all__ = ["collect"]

log: Final = logging.getLogger(__name__)

REST: Final = timedelta(minutes=5)


def collect(erp: Erp, *, store: Store, clock: Clock) -> bool:
    """Let the ERP's changes be kept; False: not all of them are here yet, and it is to be tried again.

    Raises:
        StoreError: a lost access could not be written down.
    """
    if Capability.COLLECTS not in erp.capabilities:
        return True
    try:
        count = cast("Collects", erp).collect()
    except Unauthorised as gone:
        now = clock.now()
        store.progress.pause("erp", until=now + REST, why=gone.text, now=now)
        log.warning("collect=refused error=%s", gone.text)
    except RemoteError as trouble:
        log.info("collect=failed error=%s", type(trouble).__name__)
    else:
        log.info("collect=done changes=%d", count)
        return True
    return False
