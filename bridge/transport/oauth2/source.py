"""Where the token for the next call comes from."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bridge import crash
from bridge.clock import Clock
from bridge.errors import LostReply, RemoteError, Transient, Unauthorised
from bridge.model.texts import say
from bridge.transport.oauth2.endpoint import Answer, Endpoint
from bridge.transport.oauth2.kept import Kept, Vault, mark_of

__all__ = ["ClientCredentials", "Grant", "Refreshing", "TokenSource"]

log: Final = logging.getLogger(__name__)

MARGIN: Final = timedelta(minutes=5)
"""So long before its end a token is renewed: a call must not arrive after it, nor a trouble of minutes stop us."""
_SHARE: Final = 4
"""Of a short life, at most that part of it."""
_REST: Final = 30.0
"""Seconds between two tries at an early renewal."""


class Grant(Protocol):
    """A way to a new token."""

    once: bool
    """Whether what it shows is spent by showing it."""

    def form(self, kept: Kept | None) -> Mapping[str, str] | None:
        """What the endpoint is sent; None: there is nothing to show, somebody must connect."""
        ...


class ClientCredentials:
    """The client's own credentials, good until somebody takes the consent back."""

    once: bool = False

    def form(self, kept: Kept | None) -> Mapping[str, str]:  # noqa: ARG002 - the protocol's
        """Nothing but the wish."""
        return {"grant_type": "client_credentials"}


class Refreshing:
    """A refresh token that is good once, and its successor."""

    once: bool = True

    def form(self, kept: Kept | None) -> Mapping[str, str] | None:
        """The newest refresh token there is."""
        if kept is None or not kept.refresh:
            return None
        return {"grant_type": "refresh_token", "refresh_token": kept.refresh}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    client: str
    secret: str


class TokenSource:
    """The token of one connection. Threads and processes may share its file."""

    def __init__(
        self,
        grant: Grant,
        *,
        endpoint: Endpoint,
        vault: Vault,
        clock: Clock,
        client_secret: str,
        tenant: str = "",
    ) -> None:
        self._grant = grant
        self._endpoint = endpoint
        self._vault = vault
        self._clock = clock
        self._marks = _Marks(
            client=mark_of(endpoint.client_id, tenant), secret=mark_of(endpoint.client_id, client_secret)
        )
        self._kept: Kept | None = None
        self._unstored: Kept | None = None
        self._rest_until = 0.0

    def __repr__(self) -> str:
        return f"TokenSource({self._vault!r})"

    def current(self) -> str:
        """A token that is good by the clock; renewed if need be.

        Raises:
            Unauthorised: none to be had before a person has done something; says what. A file that cannot be
                written is found before anything is spent.
            Transient: none just now.
        """
        known = self._kept
        if known is not None and self._is_good(known, margin=timedelta() if self._rests() else None):
            return known.access
        with self._vault.held():
            kept = self._read()
            if kept is not None and self._is_good(kept):  # somebody else was quicker
                return kept.access
            try:
                return self._renew(kept).access
            except Transient as trouble:
                if kept is None or not self._is_good(kept, margin=timedelta()):
                    raise
                log.warning("tokens=kept reason=%s", type(trouble).__name__)
                self._rest_until = self._clock.monotonic() + _REST
                return kept.access

    def _rests(self) -> bool:
        """Whether an early renewal has just failed: a call that can be made is not held up by the next try."""
        return self._clock.monotonic() < self._rest_until

    def instead_of(self, refused: str) -> str:
        """Another token than the one the vendor has just refused; errors as ``current``."""
        with self._vault.held():
            kept = self._read()
            if kept is not None and kept.access != refused and self._is_good(kept):
                return kept.access
            return self._renew(kept).access

    def adopt(self, answer: Answer) -> None:
        """Keep what a person has just consented to.

        Raises:
            Unauthorised: the file cannot be used; the answer is lost with it.
        """
        with self._vault.held():
            self._vault.write(self._made(answer, None))

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _read(self) -> Kept | None:
        """What was given to this client. An access got with another secret counts for nothing."""
        kept = self._newest(self._vault.read())
        if kept is None or kept.client != self._marks.client:
            self._kept = None
            return None
        if kept.secret != self._marks.secret:
            kept = replace(kept, access="", expires_at=None)
        self._kept = kept
        return kept

    def _newest(self, stored: Kept | None) -> Kept | None:
        """The file's, unless the disk failed at the very moment when newer ones came."""
        mine = self._unstored
        if mine is None or mine.renewed_at is None:
            return stored
        theirs = stored.renewed_at if stored and stored.renewed_at else mine.renewed_at
        return stored if theirs > mine.renewed_at else mine

    def _is_good(self, kept: Kept, margin: timedelta | None = None) -> bool:
        if not kept.access or kept.expires_at is None:
            return False
        if margin is None:
            life = kept.expires_at - (kept.renewed_at or kept.expires_at)
            margin = min(MARGIN, life / _SHARE)
        return self._clock.now() < kept.expires_at - margin

    def _renew(self, kept: Kept | None) -> Kept:
        form = self._grant.form(kept)
        if form is None:
            raise Unauthorised(
                say("There is no connection to {vendor} yet.", vendor=self._endpoint.vendor.name),
                channel=self._endpoint.vendor.channel,
                advice=say(
                    "Connect with: {command}. Every order waits and nothing is lost.",
                    command=self._endpoint.vendor.connect,
                ),
            )
        if kept is not None and self._grant.once:
            self._vault.write(replace(kept, in_doubt=True))  # and so we know that the disk takes it
        try:
            answer = self._endpoint.ask(**form)
        except LostReply as lost:
            raise Transient(
                say(
                    "{vendor} did not answer when the access was renewed.", vendor=self._endpoint.vendor.name
                ),
                channel=lost.channel,
                call=lost.call,
                status=lost.status,
                retry_after=lost.retry_after,
            ) from None
        except (Transient, Unauthorised) as error:
            raise self._refused(error, kept) from None
        crash.point("token-received")
        made = self._made(answer, kept)
        self._store(made)
        crash.point("token-stored")
        return made

    def _refused(self, error: Transient | Unauthorised, kept: Kept | None) -> Transient | Unauthorised:
        if kept is None or not self._grant.once:
            return error
        self._vault.write(kept)  # nothing was given: as it was before
        return self._cut_short(error) if kept.in_doubt and error.code == "invalid_grant" else error

    def _cut_short(self, error: RemoteError) -> Unauthorised:
        return Unauthorised(
            say(
                "The connection to {vendor} is gone: an earlier renewal of it was cut short.",
                vendor=self._endpoint.vendor.name,
            ),
            channel=error.channel,
            call=error.call,
            status=error.status,
            code=error.code,
            advice=error.advice,
        )

    def _made(self, answer: Answer, kept: Kept | None) -> Kept:
        now: datetime = self._clock.now()
        return Kept(
            client=self._marks.client,
            secret=self._marks.secret,
            access=answer.access,
            refresh=answer.refresh or (kept.refresh if kept and self._grant.once else ""),
            expires_at=now + answer.life,
            scope=answer.scope or (kept.scope if kept else ""),
            renewed_at=now,
        )

    def _store(self, made: Kept) -> None:
        """On disk before anybody uses it. If the disk fails at this very moment, memory is better than nothing."""
        self._kept, self._unstored = made, made
        try:
            self._vault.write(made)
        except Unauthorised:
            log.exception("tokens=not-stored file=%s", self._vault.path.name)
            return
        self._unstored = None
