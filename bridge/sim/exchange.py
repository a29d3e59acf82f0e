"""One request to a simulator and its answer, for whoever watches: conformance tests hang in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Exchange", "Watcher"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was asked and what was answered; only what an application saw, never a fault's doing."""

    method: str
    path: str
    """As sent, below the address, percent-decoded once."""
    query: str
    """As sent, without the question mark."""
    headers: Mapping[str, str]
    """Of the request, secrets included: a watcher shows none."""
    body: Any
    """Parsed; None without one."""
    status: int
    answer: Any
    """Parsed; None when it is no JSON."""


Watcher = Callable[[Exchange], None]
