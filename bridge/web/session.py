"""Who is asking: server-side sessions, the cookie that names them, and the token that proves a form is ours.

The cookie holds 256 random bits; the database holds only their hash, so that a stolen backup opens nothing.
A session ends at logout, and by the two limits of ``bridge.store.sessions``: after some hours without a
request, and after half a day in any case.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import Response, g, request

from bridge.store.sessions import ABSOLUTE
from bridge.web.context import web

__all__ = ["Session", "begin", "csrf_token", "current", "end", "load", "offer_visit", "proven"]

VISIT: Final = "orderbro_visit"
"""Names a visitor who is not logged in yet, so that the login form is protected like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A logged-in person."""

    user: str
    mark: str
    """The token's hash: names the session without opening it."""


def begin(response: Response, user: str) -> None:
    """Start a new session, never one whose token the browser knew before."""
    token = web().bridge.clock.token(32)
    web().bridge.store.sessions.create(_hashed(token), user=user, now=web().bridge.clock.now())
    _set(response, _name(), token, ABSOLUTE)
    response.delete_cookie(VISIT, path=_path())


def load() -> None:
    """Find out who asks; called once per request."""
    token = request.cookies.get(_name(), "")
    g.session = None
    g.form_secret = request.cookies.get(VISIT, "")
    if not token:
        return
    mark = _hashed(token)
    row = web().bridge.store.sessions.touch(mark, web().bridge.clock.now())
    if row is not None:
        g.session = Session(user=row.user, mark=mark)
        g.form_secret = token


def current() -> Session | None:
    """The logged-in person, if there is one."""
    found: Session | None = g.get("session")
    return found


def end(response: Response) -> None:
    """Log out: the token opens nothing from now on, even if somebody kept it."""
    session = current()
    if session:
        web().bridge.store.sessions.end(session.mark)
    response.delete_cookie(_name(), path=_path(), secure=request.is_secure, httponly=True, samesite="Lax")


def csrf_token() -> str:
    """What every form of this person carries. A visitor without any cookie gets one for it."""
    if not g.get("form_secret"):
        g.form_secret = g.new_visit = web().bridge.clock.token(32)
    return _proof(g.form_secret)


def proven(given: str) -> bool:
    """Whether a form came from a page of ours, shown to this person."""
    secret: str = g.get("form_secret", "")
    return bool(secret) and hmac.compare_digest(_proof(secret).encode(), given.encode())


def offer_visit(response: Response) -> Response:
    """Send the visitor's cookie, if a form just needed one."""
    if g.get("new_visit"):
        _set(response, VISIT, g.new_visit, None)
    return response


def _proof(secret: str) -> str:
    return hmac.new(secret.encode(), b"orderbro form", hashlib.sha256).hexdigest()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _path() -> str:
    return request.script_root or "/"


def _name() -> str:
    """``__Host-`` ties the cookie to this very host; browsers want https and the path / for it."""
    return "__Host-orderbro" if request.is_secure and not request.script_root else "orderbro"


def _set(response: Response, name: str, value: str, lasts: timedelta | None) -> None:
    response.set_cookie(
        name, value, max_age=lasts, path=_path(), secure=request.is_secure, httponly=True, samesite="Lax"
    )
