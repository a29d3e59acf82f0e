"""What an owner sets for Hogia."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from bridge.config.option import Duration, Secret, option
from bridge.model.texts import Problem, say

__all__ = ["Options"]

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keys of [erp] with type = hogia_smart."""

    client_id: str = option(required=True, help="Of your integration, as Hogia gave it to you.")
    client_secret: Secret = option(
        required=True,
        help="Of the same integration. Write env:NAME or file:PATH to keep it out of this file.",
    )
    organization_id: str = option(
        required=True,
        example="3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        help="Your company at Hogia: 32 letters and digits in five groups. Hogia tells it with the credentials.",
    )
    profile: str = option(
        "a_2024_11",
        example="hogia-own.toml",
        help="Which version of Hogia's interface is used: a_2024_11, a_2025_03, or a file with what you have learnt "
        "of it beyond what the bridge knows.",
    )
    settle: Duration = option(
        "2m",
        least="1s",
        most="1h",
        help="How long an invoice may still appear in Hogia after an answer was lost.",
    )
    timeout: Duration = option("60s", least="1s", most="10m", help="Longest wait for one whole answer.")
    base_url: str = option("https://api.hogia.se", help="Address of Hogia's interface. Leave it as it is.")
    token_url: str = option(
        "https://id.hogia.se/connect/token", help="Where the access is renewed. Leave it as it is."
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """What is wrong with the values though each can be read."""
        return [*self._organization(where), *self._addresses(where)]

    def _organization(self, where: str) -> Iterator[Problem]:
        try:
            good = str(UUID(self.organization_id)) == self.organization_id.lower()
        except ValueError:
            good = False
        if not good:
            yield Problem(
                where=f"{where} organization_id",
                what=say("{value} is not how Hogia names a company.", value=repr(self.organization_id)),
                fix=say(
                    "Copy it whole, with its hyphens. The organisation number of the company is another thing."
                ),
            )

    def _addresses(self, where: str) -> Iterator[Problem]:
        for name in ("base_url", "token_url"):
            url = str(getattr(self, name))
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                yield Problem(
                    where=f"{where} {name}",
                    what=say(
                        "{url} is not an address that can be called ({channel}).", url=url, channel="hogia"
                    ),
                    fix=say("Remove the line: the usual address is then used."),
                )
            elif parts.scheme == "http" and parts.hostname not in LOCAL:
                yield Problem(
                    where=f"{where} {name}",
                    what=say("Access and customers' addresses would travel unprotected over http."),
                    fix=say("Write https://, or remove the line."),
                )
