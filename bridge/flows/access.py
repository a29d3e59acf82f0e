"""Once a day: see that the ERP still lets us in, before an order needs it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final, cast

from bridge.clock import Clock
from bridge.errors import RemoteError, Unauthorised
from bridge.ports import Capability, Erp, KeepsAccess
from bridge.store import Store

__all__ = ["keep_access"]

log: Final = logging.getLogger(__name__)

REST: Final = timedelta(minutes=5)


def keep_access(erp: Erp, *, store: Store, clock: Clock) -> None:
    """Let the ERP use its connection; one that is gone shows on the page at once, as when an order meets it.

    Raises:
        StoreError: that could not be written down.
    """
    if Capability.KEEPS_ACCESS not in erp.capabilities:
        return
    try:
        cast("KeepsAccess", erp).keep_access()
    except Unauthorised as gone:
        now = clock.now()
        store.progress.pause("erp", until=now + REST, why=gone.text, now=now)
        log.warning("access=gone error=%s", gone.text)
    except RemoteError as trouble:
        log.info("access=not-kept error=%s", type(trouble).__name__)
