"""Making the connection to e-conomic: a user approves the app, which gives the grant token (facts, section 2).

It is no OAuth: the page takes the app's public token and where to send the browser, and sends it there with
``token=`` in the address [2+ clients]. It hands back no ``state``, but what stands in the address stays there [1].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bridge.clock import Clock
from bridge.config.option import Secret
from bridge.erps.connecting import Connected
from bridge.erps.economic.advice import ROLE
from bridge.erps.economic.client import Client
from bridge.erps.economic.options import Options
from bridge.erps.economic.registers import Registers, lacking_roles
from bridge.errors import UserError
from bridge.model.texts import Text, say

__all__ = ["GIVES", "EconomicConnecting", "connection"]

GIVES: Final = frozenset({"agreement_grant_token"})
"""What is in [erp] only afterwards."""
PAGE: Final = "https://secure.e-conomic.com/secure/api1/requestaccess.aspx"
"""The Installation URL of every app, but for the app's own public token [2+ clients; D techtalk for the locale]."""


class EconomicConnecting:
    """One approval, and what becomes of it."""

    def __init__(self, options: Options, *, clock: Clock, mounts: Mapping[str, Any]) -> None:
        self._options = options
        self._clock = clock
        self._mounts = mounts
        self._state = ""

    def instructions(self, back_to: str) -> Sequence[Text]:
        """Who must approve; without the app's public token, also where to find the page."""
        del back_to  # it goes along in the address: nothing need be registered
        who = say(
            "Log in to e-conomic as a user of the company (an administrator first clicks Administer on it), and "
            "approve the app."
        )
        if self._options.app_public_token:
            return [who]
        return [
            say(
                "On e-conomic's page for developers, open the app and copy its Installation URL into a browser."
            ),
            who,
            say("e-conomic then shows the grant token: write it under [erp] as agreement_grant_token."),
            say(
                "With app_public_token under [erp] as well, this command opens the page and fetches the token itself."
            ),
        ]

    def address(self, *, back_to: str, state: str, personal: bool) -> str:
        """The page, in Swedish; "" without the app's public token."""
        del personal  # a grant is the company's, whoever gives it
        if not self._options.app_public_token:
            return ""
        self._state = state
        query = {
            "appPublicToken": self._options.app_public_token,
            "locale": "sv-SE",
            "redirectUrl": f"{back_to}?{urlencode({'state': state})}",
        }
        return f"{PAGE}?{urlencode(query, quote_via=quote)}"

    def finish(self, answer: str) -> Connected:
        """Try the token; ``answer`` is the address the browser was sent to, or the token as the page showed it."""
        token = self._token_in(answer.strip())
        client = Client(
            replace(self._options, agreement_grant_token=Secret(token)),
            clock=self._clock,
            mounts=self._mounts,
        )
        try:
            me = Registers(client, self._options).agreement()
        finally:
            client.close()
        return Connected(
            text=say("Connected with {company} (agreement {number}).", company=me.company, number=me.number),
            lines=(f"agreement_grant_token = {token}",),
            notes=[ROLE] if lacking_roles(me, payments=False) else [],
        )

    def close(self) -> None:
        """Nothing is kept open."""

    def _token_in(self, answer: str) -> str:
        if "=" not in answer and "/" not in answer and answer:
            return answer
        query = parse_qs(urlsplit(answer).query)
        token = next((values[0] for name, values in query.items() if name.lower() == "token"), "")
        if not token:
            raise UserError(
                say("There is no token in that address. Copy the whole of it, or the token e-conomic showed.")
            )
        if query.get("state", [self._state]) != [self._state]:
            raise UserError(say("That address belongs to another attempt. Start again."))
        return token


def connection(
    options: Options, *, clock: Clock, data_dir: Path, mounts: Mapping[str, Any]
) -> EconomicConnecting:
    """What ``bridge connect economic`` asks for; nothing is kept in ``data_dir``."""
    del data_dir
    return EconomicConnecting(options, clock=clock, mounts=mounts)
