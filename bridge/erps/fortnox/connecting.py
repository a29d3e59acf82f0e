"""Making the connection to Fortnox: one consent of a system administrator (fortnox facts, section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.clock import Clock
from bridge.erps.connecting import Connected
from bridge.erps.fortnox.client import Client
from bridge.erps.fortnox.options import Options
from bridge.erps.fortnox.reading import text
from bridge.erps.fortnox.tokens import SCOPES, endpoint, tenant_of, tokens
from bridge.errors import RemoteError, Unauthorised, UserError
from bridge.model.texts import Text, say
from bridge.transport.oauth2 import Consent

__all__ = ["FortnoxConnecting", "connection"]


class FortnoxConnecting:
    """The code of one consent, and what becomes of it."""

    def __init__(self, options: Options, *, clock: Clock, data_dir: Path, mounts: Mapping[str, Any]) -> None:
        self._options = options
        self._clock = clock
        self._mounts = mounts
        bare = replace(options, tenant_id="")
        self._source = tokens(bare, data_dir=data_dir, clock=clock, mounts=mounts)
        self._desk = endpoint(bare, clock=clock, mounts=mounts)
        self._client = Client(bare, tokens=self._source, clock=clock, mounts=mounts)
        self._consent: Consent | None = None
        self._personal = False

    def instructions(self, back_to: str) -> Sequence[Text]:
        """Where the address must be known, and who must consent."""
        return [
            say(
                "In Fortnox' developer portal, the integration must have this Redirect URI: {uri}",
                uri=back_to,
            ),
            say("Log in as a system administrator of the company and approve what the integration asks for."),
        ]

    def address(self, *, back_to: str, state: str, personal: bool) -> str:
        """The consent page; a service account belongs to no person, so nobody's leaving ends it (dev-faq [D])."""
        self._personal = personal
        self._consent = Consent(
            auth_url=self._options.auth_url,
            client_id=self._options.client_id,
            redirect_uri=back_to,
            scope=" ".join(SCOPES),
            state=state,
            extra={"access_type": "offline", **({} if personal else {"account_type": "service"})},
        )
        return self._consent.address

    def finish(self, answer: str) -> Connected:
        """Change the code for tokens, keep them, and see which company they are for."""
        if self._consent is None:
            raise UserError(say("There is no code in that address. Copy the whole of it, from https:// on."))
        given = self._exchanged(self._consent.code_in(answer), self._consent.redirect_uri)
        self._source.adopt(given)
        company = self._client.get("companyinformation")
        tenant = tenant_of(given.access) or text(company.get("DatabaseNumber"))
        named = say(
            "Connected with {company} (database {tenant}).",
            company=text(company.get("CompanyName")),
            tenant=tenant,
        )
        lines = ("type = fortnox", f"tenant_id = {tenant}") if self._lasts(tenant) else ()
        return Connected(
            text=named, lines=lines, notes=[*self._notes(tenant, lasts=bool(lines)), *_missing(given.scope)]
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._desk.close()

    def _exchanged(self, code: str, redirect_uri: str) -> Any:
        try:
            return self._desk.ask(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)
        except Unauthorised as refused:
            if refused.code != "invalid_grant":
                raise
            raise UserError(
                say("Fortnox does not take this code: it is good once, and for ten minutes. Start again.")
            ) from None

    def _lasts(self, tenant: str) -> bool:
        """Whether the consent gives an access at any time, without a token to lose (client credentials [D])."""
        if self._personal or not tenant:
            return False
        desk = endpoint(replace(self._options, tenant_id=tenant), clock=self._clock, mounts=self._mounts)
        try:
            desk.ask(grant_type="client_credentials")
        except RemoteError:
            return False
        finally:
            desk.close()
        return True

    def _notes(self, tenant: str, *, lasts: bool) -> Sequence[Text]:
        if not lasts:
            return [
                say(
                    "The access is kept in the bridge's data folder and renewed by itself. It ends when the bridge "
                    "does not run for 45 days. Leave tenant_id empty."
                )
            ]
        if self._options.tenant_id not in ("", tenant):
            return [
                say(
                    "The configuration names another database ({other}): the consent is for {tenant}.",
                    other=self._options.tenant_id,
                    tenant=tenant,
                )
            ]
        return []


def connection(
    options: Options, *, clock: Clock, data_dir: Path, mounts: Mapping[str, Any]
) -> FortnoxConnecting:
    """What ``bridge connect fortnox`` asks for."""
    return FortnoxConnecting(options, clock=clock, data_dir=data_dir, mounts=mounts)


def _missing(granted: str) -> Sequence[Text]:
    """What was asked for and not given; the bridge check says what each is needed for."""
    missing = sorted(set(SCOPES) - set(granted.split()))
    if not granted or not missing:
        return []
    return [
        say(
            "The consent does not cover: {scopes}. Allow them for the integration in the developer portal and "
            "connect again, if you need them.",
            scopes=", ".join(missing),
        )
    ]
