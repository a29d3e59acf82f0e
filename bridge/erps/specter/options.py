"""What an owner sets for Specter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bridge.config.option import Duration, Secret, option
from bridge.erps.specter.signing import Signer
from bridge.model.texts import Problem, say

__all__ = ["LOCAL", "Options"]

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PINGS: Final = re.compile(r"[\w-]{20,200}", re.ASCII)
_OWNERS: Final = ("erp", "shop")
_SECRETS: Final = {"v2": ("api_user_key", "integration_key"), "v1": ("md5_key_1", "md5_key_2")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keys of [erp] with type = specter."""

    sbm_id: str = option(required=True, example="12345", help="Your Specter account's number (SBM ID).")
    signature: str = option(
        "v2",
        choices=("v2", "v1"),
        help="How calls are signed. v2: with an API user, for links made after August 2020. v1: with two MD5 keys.",
    )
    api_user_id: str = option("", example="17", help="Number of the API user in Specter, for v2.")
    api_user_key: Secret = option("", help="Key of the API user (ApiUserKey), for v2.")
    integration_key: Secret = option("", help="Key of the integration (IntegrationKey), for v2.")
    md5_key_1: Secret = option("", help="The first MD5 key, for v1.")
    md5_key_2: Secret = option("", help="The second MD5 key, for v1.")
    webshop_id: str = option(
        "",
        example="2",
        help="Number Specter has given the shop, where several shops share an account. [shop] channel goes first.",
    )
    stock_site: str = option(
        "", example="1", help="Number of the stock site goods are taken from. Empty: Specter's default."
    )
    person_group: str = option(
        "",
        example="3",
        help="Number of the customer group in Specter of private buyers. Empty: Specter's default.",
    )
    company_group: str = option(
        "",
        example="4",
        help="Number of the customer group in Specter of companies. Empty: Specter's default.",
    )
    capture: str = option(
        "erp",
        choices=_OWNERS,
        help="Who charges the buyer's card or Klarna purchase. erp: Specter, when it makes the invoice; the "
        "payment's number goes with the order. shop: the shop; Specter is not given the number, so that nobody is "
        "charged twice.",
    )
    captures: Mapping[str, str] = option(
        "",
        pattern=True,
        prefix="capture",
        example="capture_outlet = shop",
        help="The same for one shop, by the name of its section, where shops differ: erp or shop.",
    )
    pay_system_users: Mapping[str, str] = option(
        "",
        pattern=True,
        prefix="pay_system_user",
        example="pay_system_user_kco = K123456",
        help="Your account at the payment provider by the shop's payment method, where Specter knows several.",
    )
    order_date: str = option(
        "created",
        choices=("created", "paid", "completed"),
        help="Which day of the order dates the document. Where an order has none: the day it was created.",
    )
    ping_secret: Secret = option(
        "",
        help="A secret of your own making, at least 20 letters and digits. It stands in the address Specter calls "
        "when something has changed. Empty: such calls are refused, and changes are fetched only when they are "
        "needed.",
    )
    profile: str = option(
        "",
        example="specter-own.toml",
        help="File with what you have learnt of Specter's interface beyond what the bridge knows. Rarely needed.",
    )
    settle: Duration = option(
        "2m",
        least="1s",
        most="1h",
        help="How long a document may still appear in Specter after an answer was lost.",
    )
    timeout: Duration = option("60s", least="1s", most="10m", help="Longest wait for one whole answer.")
    base_url: str = option(
        "https://api.specter.se", help="Address of Specter's interface. Leave it as it is."
    )

    @property
    def secrets(self) -> tuple[str, str]:
        """The two that sign."""
        first, second = _SECRETS[self.signature]
        return str(getattr(self, first)), str(getattr(self, second))

    def signer(self) -> Signer:
        """Signs the account's calls."""
        first, second = self.secrets
        return Signer(sbm_id=self.sbm_id, first=first, second=second)

    def capture_of(self, shop: str) -> str:
        """Who charges the orders of a shop: ``erp`` or ``shop``."""
        own = next((line for name, line in self.captures.items() if name.lower() == shop.lower()), "")
        return own or self.capture

    def pay_system_user(self, method: str) -> str:
        """The account at the provider of a payment method, in any case of letters; empty: there is no such line."""
        wanted = method.lower()
        return next((line for name, line in self.pay_system_users.items() if name.lower() == wanted), "")

    def problems(self, where: str) -> Sequence[Problem]:
        """What is wrong with the values though each can be read."""
        return [
            *self._missing(where),
            *self._numbers(where),
            *self._charging(where),
            *self._pings(where),
            *self._address(where),
        ]

    def _missing(self, where: str) -> Iterator[Problem]:
        for name in _SECRETS[self.signature]:
            if not getattr(self, name):
                yield Problem(
                    where=f"{where} {name}",
                    what=say(
                        "It is needed to sign calls the way signature = {version} says.",
                        version=self.signature,
                    ),
                    fix=say("Ask Specter for it, or write the other signature."),
                )

    def _numbers(self, where: str) -> Iterator[Problem]:
        for name in ("sbm_id", "stock_site", "person_group", "company_group"):
            value = str(getattr(self, name))
            if value and not (value.isascii() and value.isdigit()):
                yield Problem(
                    where=f"{where} {name}",
                    what=say("{value} is no number.", value=repr(value)),
                    fix=say("Write the digits Specter shows."),
                )

    def _charging(self, where: str) -> Iterator[Problem]:
        for shop, value in self.captures.items():
            if value not in _OWNERS:
                yield Problem(
                    where=f"{where} capture_{shop}",
                    what=say("{value} is not possible here.", value=repr(value)),
                    fix=say("Possible: {allowed}.", allowed=", ".join(_OWNERS)),
                )

    def _pings(self, where: str) -> Iterator[Problem]:
        """It is all that tells Specter from a stranger (specter facts, section 5.5 [INF])."""
        secret = str(self.ping_secret)
        if secret and not _PINGS.fullmatch(secret):
            yield Problem(
                where=f"{where} ping_secret",
                what=say("Anybody could guess it, or it cannot stand in an address."),
                fix=say("Write at least 20 letters, digits, hyphens or underscores, or remove the line."),
            )

    def _address(self, where: str) -> Iterator[Problem]:
        parts = urlsplit(self.base_url)
        if parts.scheme == "https" or (parts.hostname or "") in LOCAL:
            return
        yield Problem(
            where=f"{where} base_url",
            what=say("Access and customers' addresses would travel unprotected over http."),
            fix=say("Write https://, or remove the line."),
        )
