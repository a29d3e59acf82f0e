"""What every request must pass before a page sees it: name, size, person, and for a form its origin."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from bridge.config.sections import WebSection
from bridge.web import session

__all__ = ["Refused", "back", "here", "known_hosts", "safe_next", "setup"]

FORM_LIMIT: Final = 256 * 1024
"""Our largest form is fifty ticked boxes and a reason."""

_INSIDE: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_CALLED: Final = {"pings.erp"}
"""Called by programs: they have no session and no form of ours."""
_OPEN: Final = {
    "static",
    "health.alive",
    "health.ready",
    "auth.login",
    "auth.login_try",
    "auth.language",
    *_CALLED,
}


class Refused(HTTPException):
    """A request we don't trust; ``why`` picks the sentence on the page."""

    code = 403

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


def setup(app: Flask) -> None:
    """Put the gate before every page."""
    app.config.update(MAX_CONTENT_LENGTH=FORM_LIMIT, MAX_FORM_MEMORY_SIZE=FORM_LIMIT, MAX_FORM_PARTS=500)
    hosts = known_hosts(web_section := app.config["WEB_SECTION"])
    named = frozenset(host.lower() for host in web_section.allowed_hosts)

    @app.before_request
    def gate() -> Response | None:
        if _hostname(request.environ.get("HTTP_HOST", "")) not in hosts:
            abort(400)
        if (request.content_length or 0) > FORM_LIMIT:
            abort(413)
        if request.endpoint in _CALLED:
            return None
        session.load()
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not _same_origin(named):
            raise Refused("origin")
        if request.endpoint and request.endpoint not in _OPEN and session.current() is None:
            abort(401)
        if request.method == "POST" and not session.proven(request.form.get("csrf", "")):
            raise Refused("csrf")
        return None

    app.after_request(session.offer_visit)
    app.jinja_env.globals.update(csrf_token=session.csrf_token, here=here)


def known_hosts(section: WebSection) -> frozenset[str]:
    """The names under which the page may be opened."""
    names = {section.host, "localhost", "127.0.0.1", "::1", *section.allowed_hosts}
    return frozenset(name.lower() for name in names)


def safe_next(wish: str) -> str:
    """Where to go after login or an action: only a path of ours, else the start page.

    Two slashes, a slash and a backslash, a scheme, a control character: all are somebody else's idea.
    """
    if _INSIDE.fullmatch(wish) and not urlsplit(wish).netloc:
        return request.script_root + wish
    return url_for("pages.overview")


def back(wish: str = "") -> Response:
    """After a POST: see the other page, so that reloading repeats nothing."""
    return redirect(safe_next(wish or request.form.get("next", "")), code=303)


def _hostname(host: str) -> str:
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return ""
    return (parts.hostname or "") if host == parts.netloc and "@" not in host else ""


def _same_origin(named: frozenset[str]) -> bool:
    """Whether the browser says that the form was on one of our own pages.

    A proxy that does not pass the Host on makes the two differ although all is well; therefore the names
    the owner listed count too.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    try:
        parts = urlsplit(origin)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or (request.is_secure and parts.scheme != "https"):
        return False
    if host in named:
        return True
    ours = urlsplit(f"//{request.host}")
    usual = {"http": 80, "https": 443}[parts.scheme]
    return (host, port or usual) == ((ours.hostname or "").lower(), ours.port or usual)


def here() -> str:
    """The address of this page, to come back to after login or a change of language; actions have none."""
    if request.method != "GET":
        return ""
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")
