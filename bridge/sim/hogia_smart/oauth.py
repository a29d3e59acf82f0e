"""The token endpoint: client credentials only (Hogia facts, section 2.1) [2+].

Its address ends in ``/connect/token``, as IdentityServer's does; errors are as RFC 6749 has them, with the status
IdentityServer gives [INF].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from bridge.sim.clock import Now

__all__ = ["Desk", "NoToken"]

FORM = "application/x-www-form-urlencoded"


class NoToken(Exception):
    """An OAuth error object."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.status = 400
        self.body = {"error": error}


@dataclass
class Desk:
    """Hands out access tokens."""

    now: Now
    client_id: str = "hogia-client-1234567890"
    client_secret: str = "hogia-secret-1234567890"  # noqa: S105 - made up
    life: timedelta = timedelta(hours=1)
    """How long a token is good: [UNK], an answer says it in ``expires_in``."""
    allowed: bool = True
    """False: the vendor has closed the client."""
    issued: int = 0
    _good: dict[str, datetime] = field(default_factory=dict)
    _all: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is, or was, good for something."""
        return (self.client_secret, *self._all)

    def expire(self) -> None:
        """Every token handed out so far is dead before its time."""
        self._good.clear()

    def is_good(self, token: str) -> bool:
        """Whether this one opens the door now."""
        return token in self._good and self._good[token] > self.now()

    def token(self, media: str, raw: bytes, *, head: str = "") -> dict[str, Any]:
        """POST /connect/token; id and secret stand in the form, and no scope is asked for [2+].

        A client that shows itself in the head too is refused: RFC 6749, 2.3.1 allows one way at a time [INF].

        Raises:
            NoToken: nothing is handed out.
        """
        if head or media.partition(";")[0].strip().lower() != FORM:
            raise NoToken("invalid_request")
        form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
        if form.get("grant_type") != "client_credentials":
            raise NoToken("unsupported_grant_type")
        given = (form.get("client_id"), form.get("client_secret"))
        if not self.allowed or given != (self.client_id, self.client_secret):
            raise NoToken("invalid_client")
        if form.get("scope"):
            raise NoToken("invalid_scope")  # nobody was seen to send one [INF]
        self.issued += 1
        token = f"access-{self.issued:06d}-of-the-simulated-hogia"
        self._all.append(token)
        self._good[token] = self.now() + self.life
        return {
            "access_token": token,
            "expires_in": int(self.life.total_seconds()),
            "token_type": "Bearer",
        }
