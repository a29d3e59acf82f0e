"""Pings: the account calls the shop's addresses when something changed, and wants ``1;Done`` (section 5.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

__all__ = ["TRIGGERS", "Bell", "Ring"]

TRIGGERS: Final = ("stock", "article", "order", "removed", "invoice")
"""Stock [DOC, 1], article info, orders, order removal, new invoice [DOC, S-API, NEH; 1]."""
HEARD: Final = "1;Done"

Caller = Callable[[str], str]
"""Calls an address and returns the body of its answer; raises OSError when nobody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One call."""

    trigger: str
    url: str
    answer: str | None
    """None: nobody answered."""

    @property
    def heard(self) -> bool:
        """The shop must answer so, even when it ignores the call [1]."""
        return self.answer is not None and self.answer.strip() == HEARD


class Bell:
    """Addresses and what was rung. It has no network of its own: a test gives ``caller``."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}
        """Trigger to the address registered at Specter; the shop's own secret stands in it [1]."""
        self.caller: Caller | None = None
        self.rings: list[Ring] = []

    def ring(self, events: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """Call once for each different event; nobody retries by himself: whether Specter does is unknown [UNK]."""
        calls: dict[tuple[str, str], None] = {}
        for trigger, more in events:
            url = self.urls.get(trigger, "")
            if url:
                joint = "&" if "?" in url else "?"
                calls[trigger, url + (joint + urlencode(more) if more else "")] = None
        for trigger, url in calls:
            self._call(trigger, url)

    def again(self) -> None:
        """Call once more whatever was not heard."""
        unheard = [each for each in self.rings if not each.heard]
        self.rings = [each for each in self.rings if each.heard]
        for each in unheard:
            self._call(each.trigger, each.url)

    def _call(self, trigger: str, url: str) -> None:
        answer = None
        if self.caller is not None:
            try:
                answer = self.caller(url)
            except OSError:
                answer = None
        self.rings.append(Ring(trigger=trigger, url=url, answer=answer))
