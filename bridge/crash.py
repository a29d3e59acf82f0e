"""Named crash points: the places where a kill hurts most, so that tests can kill exactly there.

A point does nothing unless the environment variable ``ORDERBRO_CRASH_AT`` named it when ``arm`` was called.
"""

from __future__ import annotations

import os
from typing import Final

__all__ = ["ACCESS", "BATCHES", "POINTS", "arm", "point"]

POINTS: Final = (
    "page-read",  # a page of orders has been read, nothing of it is stored
    "page-stored",  # it is stored, the cursor has not moved
    "cursor-moved",  # the whole poll is stored and the cursor has moved
    "customer-made",  # the ERP has made the customer, nothing of its answer is stored
    "claimed",  # "sending" is on disk, not a byte has left
    "booked",  # the ERP has answered, nothing of the answer is stored
    "finished",  # the answer is stored, the shop does not know yet
    "marked",  # the shop has been told, we have not noted that
    "finalised",  # the ERP has taken the document further, nothing of its answer is stored
)
"""In the order in which an order meets them."""

ACCESS: Final = (
    "token-received",  # the ERP has given a new access and taken the old one back, nothing of it is stored
    "token-stored",  # it is stored, nobody has used it
)
"""Met now and then, and not by every ERP."""

BATCHES: Final = (
    "batch-numbered",  # the number of a batch of changes is on disk, the ERP has not been asked
    "batch-received",  # the ERP has handed the changes out, nothing of them is stored
    "batch-stored",  # they are stored, nothing says so
    "batch-noted",  # it says so on disk, the ERP has not been told that it may forget them
    "batch-closed",  # the ERP has forgotten them, the disk does not know
)
"""Met where an ERP hands out every change once only, in this order."""

_armed: list[str] = []


def arm() -> None:
    """Read the environment; called once by the command line, never on import.

    Raises:
        ValueError: the variable names a point that does not exist, which would test nothing.
    """
    name = os.environ.get("ORDERBRO_CRASH_AT", "")
    known = (*POINTS, *ACCESS, *BATCHES)
    if name and name not in known:
        raise ValueError(f"ORDERBRO_CRASH_AT={name}: the points are {', '.join(known)}")
    _armed[:] = [name] if name else []


def point(name: str) -> None:
    """Die here, as by kill -9, if this point is armed."""
    if _armed and name == _armed[0]:
        os._exit(137)
