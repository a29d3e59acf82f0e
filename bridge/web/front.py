"""The outermost layer of the page: what must hold for every answer, whoever made it.

Sits around Flask, so that a 404, a 500 and a file get the same headers. It also does the two things a proxy
in front of us needs: take its word for who called (only if it is named), and live under a path of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from waitress.proxy_headers import proxy_headers_middleware  # type: ignore[import-untyped] # ships no types

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["HEADERS", "Front"]

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": under it a browser sends "Origin: null" with our own forms (Fetch standard, "append a
    # request Origin header"), and the Origin check could no longer tell us from a stranger. Nothing leaves
    # for another origin under this one either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""On every answer, errors and files too."""

_PROXY_WORDS: Final = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"}


class Front:
    """WSGI in, WSGI out."""

    def __init__(self, app: WSGIApplication, *, prefix: str = "", trusted: Sequence[str] = ()) -> None:
        self._prefix = prefix.rstrip("/")
        self._stranger = self._behind(app, None)
        self._trusted = {address: self._behind(app, address) for address in trusted}

    def _behind(self, app: WSGIApplication, proxy: str | None) -> Any:
        words = _PROXY_WORDS if proxy else set()
        return proxy_headers_middleware(app, trusted_proxy=proxy, trusted_proxy_headers=words)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, with the headers that must never be missing."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = {name.lower() for name in HEADERS}
            kept = [(name, value) for name, value in headers if name.lower() not in own]
            return start_response(status, [*kept, *HEADERS.items()], exc_info)

        if self._prefix:
            self._move(environ)
        app = self._trusted.get(environ.get("REMOTE_ADDR", ""), self._stranger)
        answer: Iterable[bytes] = app(environ, start)
        return answer

    def _move(self, environ: WSGIEnvironment) -> None:
        """Work under the prefix, whether the proxy strips it or passes it on."""
        path = environ.get("PATH_INFO", "")
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
