"""What an owner sets for Hogia."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from bridge.config.binding import specs
from bridge.config.option import Duration, Secret, option
from bridge.erps.file_keys import FileKeys
from bridge.model.texts import Problem, Text, say

__all__ = ["API", "FILES", "Options"]

API: Final = "api"
FILES: Final = "sie"
NEEDED: Final = {
    API: ("client_id", "client_secret", "organization_id"),
    FILES: ("company_name", "org_number"),
}
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnKeys:
    """Hogia's own keys; those about files are every such adapter's."""

    transport: str = option(
        "api",
        choices=(API, FILES),
        help="How documents get into Smart. api: as invoices over Hogia's interface, with client_id, client_secret "
        "and organization_id. sie: as files of vouchers that somebody imports, with company_name and org_number.",
    )
    client_id: str = option(
        help="For transport = api, needed there: the name of your integration, as Hogia gave it to you."
    )
    client_secret: Secret = option(
        help="For transport = api, needed there: the secret of the same integration. Write env:NAME or file:PATH to "
        "keep it out of this file.",
    )
    organization_id: str = option(
        example="3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        help="For transport = api, needed there: your company at Hogia, 32 letters and digits in five groups. Hogia "
        "tells it with the credentials.",
    )
    profile: str = option(
        "a_2024_11",
        example="hogia-own.toml",
        help="Which version of Hogia's interface is used: a_2024_11, a_2025_03, or a file with what you have learnt "
        "of it beyond what the bridge knows.",
    )
    unit: str = option(
        "st", help="For transport = api: the unit of rows of goods, as Hogia writes it. Empty: none."
    )
    payment_terms: str = option(
        "",
        example="30",
        help="For transport = api: days to pay in, on invoices whose payment method says nothing of it in "
        "[payments]. Empty: Hogia's own for the customer.",
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
    company_name: str = option(
        example="Exempel AB", help="For transport = sie, needed there: your company, as in the books."
    )
    org_number: str = option(
        example="556000-4615",
        help="For transport = sie, needed there: the organisation number; many programs refuse a wrong one.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(FileKeys, _OwnKeys):
    """The keys of [erp] with type = hogia_smart."""

    row_articles: bool = option(
        "yes",
        help="Whether rows begin with their article: those of shipping, fees and discounts with fraktavg, expavg and "
        "rabatt, unless [articles] names others; on invoices those of goods with the article number: yes or no.",
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """What is wrong with the values though each can be read; keys of the other transport may stand there."""
        missing = [name for name in NEEDED[self.transport] if not str(getattr(self, name)).strip()]
        found = [_missing(where, name) for name in missing]
        if self.transport == API:
            found += [] if "organization_id" in missing else self._organization(where)
            found += self._addresses(where)
            found += self._terms(where)
        return found

    def _terms(self, where: str) -> Iterator[Problem]:
        terms = self.payment_terms
        if terms and not (terms.isascii() and terms.isdecimal() and len(terms) <= len("999")):
            yield Problem(
                where=f"{where} payment_terms",
                what=say("{terms} is no number of days to pay in.", terms=terms),
                fix=say("Write the number of days, like 30, or remove the line."),
            )

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


def _missing(where: str, name: str) -> Problem:
    """As of a line that every owner must write: its help says what belongs there."""
    (help_text,) = (spec.meta.help for spec in specs(Options) if spec.name == name)
    return Problem(where=f"{where} {name}", what=say("This line is missing or empty."), fix=Text(help_text))
