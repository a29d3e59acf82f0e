"""A transport whose calls carry the token of the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bridge.errors import Unauthorised
from bridge.transport.calls import Path, Transport
from bridge.transport.oauth2.source import TokenSource
from bridge.transport.reply import Reply

__all__ = ["Authorised"]


def _is_401(refused: Unauthorised) -> bool:
    return refused.status == 401


class Authorised:
    """Makes calls; a token that is refused is renewed once, and the call made once more.

    A call that is refused for its token has surely done nothing, so a writing one may be repeated. The token is got
    before the call waits for its turn, so it costs neither pace nor deadline.
    """

    def __init__(
        self,
        transport: Transport,
        tokens: TokenSource,
        *,
        stale: Callable[[Unauthorised], bool] = _is_401,
    ) -> None:
        self._http = transport
        self._tokens = tokens
        self._stale = stale

    def __repr__(self) -> str:
        return f"Authorised({self._http!r})"

    def call(
        self,
        method: str,
        path: Path,
        *,
        params: Mapping[str, object] | None = None,
        data: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: timedelta | None = None,
        once: bool = False,
    ) -> Reply:
        """Make the call; arguments and errors as ``Transport.call``, and those of ``TokenSource.current``."""

        def sent(token: str) -> Reply:
            self._http.redact.learn(token)
            return self._http.call(
                method,
                path,
                params=params,
                data=data,
                headers={**(headers or {}), "Authorization": f"Bearer {token}"},
                deadline=deadline,
                once=once,
            )

        token = self._tokens.current()
        try:
            return sent(token)
        except Unauthorised as refused:
            if not self._stale(refused):
                raise
        return sent(self._tokens.instead_of(token))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._tokens.close()
