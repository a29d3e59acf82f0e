"""What every request finds: the bridge, the login throttle, the notes waiting to be shown."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flask import current_app

from bridge.logs import Mask
from bridge.model.texts import Text
from bridge.web.throttle import Throttle

if TYPE_CHECKING:
    from bridge.app import Bridge

__all__ = ["Notes", "Web", "web"]

EXTENSION: Final = "orderbro"
SESSIONS_REMEMBERED: Final = 50
NOTES_REMEMBERED: Final = 5


class Notes:
    """Sentences to be shown once, on the next page of a session. In memory: they say what was just done."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, list[Text]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, session: str, text: Text) -> None:
        """Show ``text`` on the session's next page."""
        with self._lock:
            self._waiting.setdefault(session, []).append(text)
            del self._waiting[session][:-NOTES_REMEMBERED]
            while len(self._waiting) > SESSIONS_REMEMBERED:
                self._waiting.popitem(last=False)

    def take(self, session: str) -> list[Text]:
        """What is to be shown now; it is gone afterwards."""
        with self._lock:
            return self._waiting.pop(session, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The page's own parts."""

    bridge: Bridge
    password_hash: str
    throttle: Throttle
    mask: Mask
    """Hides person numbers, and every secret of the configuration should one turn up in an answer."""
    notes: Notes = field(default_factory=Notes)


def web() -> Web:
    """The parts of the page this request came in through."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Web)  # noqa: S101 - create_app put it there
    return found
