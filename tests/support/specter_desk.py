"""Whoever reads changes out of the simulated Specter: the feeds with their file, put together as the adapter does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.clock import Clock
from bridge.erps.specter.batches import Batches
from bridge.erps.specter.client import Client
from bridge.erps.specter.feeds import Feeds
from bridge.erps.specter.file import memory_in
from bridge.erps.specter.profile import Profile
from bridge.erps.specter.pulling import Pulling
from bridge.erps.specter.spool import Spool
from bridge.model.documents import Feed

__all__ = ["Desk", "Notes", "whole"]

ACCOUNT = "4711"


@dataclass
class Notes:
    """What we remember of our orders."""

    sent: dict[str, str] = field(default_factory=dict)
    """Key to Specter's number, empty where the answer was lost."""

    def key_of(self, number: str) -> str:
        """As ``Remembers``."""
        return next((key for key, each in self.sent.items() if each == number), "")

    def number_of(self, key: str) -> str:
        """As ``Remembers``."""
        return self.sent.get(key, "")

    def has_left(self, key: str) -> bool:
        """As ``Remembers``."""
        return key in self.sent


class Desk:
    """One reader."""

    def __init__(
        self, client: Client, profile: Profile, folder: Path, clock: Clock, notes: Notes | None = None
    ) -> None:
        self.notes = notes or Notes()
        self.file = memory_in(folder)
        self.spool = Spool(self.file, account=ACCOUNT, clock=clock)
        self.batches = Batches(client, profile, account=ACCOUNT, folder=folder, clock=clock)
        self.pulling = Pulling(self.batches, self.spool, profile)
        self.feeds = Feeds(self.pulling, self.spool, profile, self.notes)


def whole(pages: Iterator[Feed[Any]]) -> tuple[list[Any], str | None, list[str]]:
    """Items, the last cursor there was, notices."""
    items: list[Any] = []
    notices: list[str] = []
    cursor, complete = None, False
    for page in pages:
        assert not complete
        items += page.items
        notices += [str(each) for each in page.notices]
        cursor, complete = page.cursor or cursor, page.complete
    assert complete
    return items, cursor, notices
