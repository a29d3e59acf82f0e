"""The vendor's token endpoint: one kind of call, and what its refusals mean.

Whatever goes wrong here went wrong *before* the call it was for: that one is surely not done. So no failure of a
token is ever ``LostReply``, ``NotFound`` or ``Rejected`` to the caller; a document is neither in doubt nor at fault.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from bridge.clock import Clock
from bridge.errors import LostReply, RemoteError, Transient, Unauthorised
from bridge.model.texts import Text, say
from bridge.transport.calls import Transport
from bridge.transport.reply import Reply, parse_json

__all__ = ["Answer", "Endpoint", "Vendor"]

_SHORTEST: Final = timedelta(seconds=30)
_USUAL: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """Who gives the tokens, and what a person is told when there are none."""

    name: str
    """As people know it: Fortnox."""
    connect: str
    """The command that makes the connection anew."""
    channel: str = "erp"
    options: str = "client_id, client_secret"
    """The keys of the configuration that hold the credentials."""
    in_form: bool = False
    """Whether the credentials stand in the form and not in the head: one of the two (RFC 6749, 2.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A token, as given."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    """"": none was given."""
    life: timedelta = _USUAL
    scope: str = ""


class Endpoint:
    """Asks for tokens."""

    def __init__(
        self,
        vendor: Vendor,
        *,
        url: str,
        client_id: str,
        client_secret: str,
        clock: Clock,
        headers: Mapping[str, str] | None = None,
        timeout: timedelta = timedelta(seconds=30),
        mounts: Mapping[str, Any] | None = None,
    ) -> None:
        self.vendor = vendor
        self.client_id = client_id
        base, _, self._path = url.rstrip("/").rpartition("/")
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._shown = {"client_id": client_id, "client_secret": client_secret} if vendor.in_form else {}
        self._headers = {
            **({} if vendor.in_form else {"Authorization": f"Basic {basic}"}),
            "Content-Type": "application/x-www-form-urlencoded",
            **(headers or {}),
        }
        self._http = Transport(
            vendor.channel,
            base_url=base,
            clock=clock,
            timeout=timeout,
            secrets=(client_id, client_secret),
            mounts=mounts,
            refine=self._refine,
        )

    def __repr__(self) -> str:
        return f"Endpoint({self.vendor.name!r})"

    def ask(self, **form: str) -> Answer:
        """Ask for a token.

        Raises:
            Unauthorised: refused; ``code`` is OAuth's own word (``invalid_grant``), and nothing was
                spent unless it is that one.
            LostReply: nobody knows whether it was given; the caller must not let that out.
            Transient: surely not given.
        """
        reply = self._http.call(
            "POST", self._path, data=urlencode({**form, **self._shown}), headers=self._headers
        )
        try:
            answer = parse_json(reply.body)
            token, seconds = answer["access_token"], answer.get("expires_in")
            if not isinstance(token, str) or not token:
                raise ValueError("no token")  # noqa: TRY301 - told below, like any other odd answer
            life = _USUAL if seconds is None else timedelta(seconds=int(seconds))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise LostReply(
                say("{vendor} answered with something else than an access.", vendor=self.vendor.name),
                channel=reply.channel,
                call=reply.call,
                status=reply.status,
            ) from None
        return Answer(
            access=token,
            refresh=str(answer.get("refresh_token") or ""),
            life=max(life, _SHORTEST),
            scope=str(answer.get("scope") or ""),
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def gone(self) -> Text:
        """What to do when the connection is gone."""
        return say(
            "Connect again with: {command}. Every order waits and nothing is lost.",
            command=self.vendor.connect,
        )

    def _refine(self, reply: Reply, error: RemoteError) -> RemoteError:
        """Any refusal of the caller is a matter of access, whatever its status; see the head of this file."""
        error.excerpt = ""  # what is said here may be a secret
        if isinstance(error, Transient):
            return error
        code = _oauth_code(reply.body)
        vendor = self.vendor.name
        if code == "invalid_grant":
            text, advice = say("The connection to {vendor} is gone.", vendor=vendor), self.gone()
        elif code in ("invalid_client", "unauthorized_client"):
            text = say("{vendor} does not accept these credentials.", vendor=vendor)
            advice = say(
                "Copy {options} again from the vendor's developer pages. Every order waits and nothing is lost.",
                options=self.vendor.options,
            )
        else:
            text = say(
                "{vendor} gives no access ({reason}).", vendor=vendor, reason=code or f"HTTP {reply.status}"
            )
            advice = say(
                "Check the addresses and credentials under [erp]; if they are right, connect again with: {command}.",
                command=self.vendor.connect,
            )
        return Unauthorised(
            text,
            channel=error.channel,
            call=error.call,
            status=error.status,
            code=code,
            advice=advice,
        )


def _oauth_code(body: bytes) -> str:
    """OAuth's word for it (RFC 6749, 5.2), whatever the answer calls its content (fortnox: text/html [L])."""
    try:
        answer = parse_json(body)
    except ValueError:
        return ""
    code = answer.get("error") if isinstance(answer, dict) else None
    return code if isinstance(code, str) and code.isascii() and len(code) < 60 else ""
