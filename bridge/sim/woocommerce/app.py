"""The front door: addresses, authentication, JSON and headers. Nothing of orders is known here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.auth import Credentials, authenticate, check_rights
from bridge.sim.woocommerce.errors import CRITICAL, WpError, no_route
from bridge.sim.woocommerce.fields import enveloped, only_fields
from bridge.sim.woocommerce.params import Query
from bridge.sim.woocommerce.request import Call, Reply
from bridge.sim.woocommerce.state import ApiKey, State, Write

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

__all__ = ["Handler", "Routes", "build_app"]

Handler = Callable[..., Reply]
Routes = Mapping[str, Mapping[str, Handler]]  # pattern below wc/v3 -> method -> handler

NAMESPACE = "/wc/v3"
OLDER = re.compile(r"^/wc/v[123](?=/|$)")
FRONT_PAGE = """<!DOCTYPE html>
<html lang='sv'><head><title>Provbutiken</title></head><body><h1>Provbutiken</h1></body></html>
"""
ALWAYS = {
    "Server": "nginx/1.22.1",
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}
REST = {
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
}
VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class FrontDoor:
    """Answers one request after another; the shop's lock is held while the work is done."""

    def __init__(self, state: State, routes: Routes) -> None:
        self._state = state
        self._routes = [(re.compile(f"^{NAMESPACE}{pattern}$"), verbs) for pattern, verbs in routes.items()]

    def __call__(self) -> Response:
        with self._state.lock:
            return self._answer(request)

    def _answer(self, asked: Request) -> Response:
        route = self._rest_route(asked)
        if route is None:
            return self._page(asked)
        query = params.parse(asked.query_string.decode("latin-1"))
        base = self._base(asked)
        allow = ""
        body: Any = None
        user: ApiKey | None = None
        try:
            if self._state.active:  # WooCommerce switched off knows no keys either
                user = authenticate(self._state, self._credentials(asked, query, base))
            if user is not None:
                check_rights(user, asked.method)
            path, verbs, found = self._find(route)
            if user is not None and user.shop_rights:
                allow = ", ".join(verb for verb in verbs if verb != "OPTIONS")
            handler = verbs.get("GET" if asked.method == "HEAD" else asked.method, _unknown)
            body = _body_of(asked)
            reply = self._handle(
                handler, found, query=query, base=base, user=user, path=path, body=body, asked=asked
            )
        except WpError as refused:
            reply = Reply(data=refused.body(), status=refused.status)
        except Exception as crash:  # noqa: BLE001 - a PHP fatal error is an answer too (table d)
            reply = _fatal(crash)
        if asked.method not in ("GET", "HEAD", "OPTIONS"):
            self._write_down(asked.method, OLDER.sub("", route), body, reply.status)
        response = self._send(reply, query, allow=allow, base=base)
        if user is None:  # as recorded: a stranger's answer may be cached, but varies
            response.headers["Vary"] = "Origin"
            del response.headers["Expires"], response.headers["Cache-Control"]
        return response

    def _handle(
        self,
        handler: Handler,
        found: list[int | str],
        *,
        query: Query,
        base: str,
        user: ApiKey | None,
        path: str,
        body: Any,
        asked: Request,
    ) -> Reply:
        call = Call(
            state=self._state, method=asked.method, path=path, query=query, body=body, base=base, user=user
        )
        return only_fields(call, handler(call, *found))

    def _rest_route(self, asked: Request) -> str | None:
        """The route WordPress sees, or None for a web page (table d, the last rows)."""
        path = asked.path
        for start in ("/index.php/wp-json", "/wp-json"):
            if path == start or path.startswith(f"{start}/"):
                return (path[len(start) :] or "/") if self._state.permalinks else None
        plain = asked.args.get("rest_route")
        return plain if path in ("/", "/index.php") and plain else None

    def _find(self, route: str) -> tuple[str, Mapping[str, Handler], list[int | str]]:
        """The handlers of a route; older versions of the API are served the same."""
        if not self._state.active:
            raise no_route()
        route = OLDER.sub(NAMESPACE, route.removesuffix("/") if not route.endswith("//") else route)
        for pattern, verbs in self._routes:
            match = pattern.match(route)
            if match is not None:
                found = [int(part) if part.isdigit() else part for part in match.groups()]
                return route.removeprefix(NAMESPACE), verbs, found
        raise no_route()

    def _credentials(self, asked: Request, query: Query, base: str) -> Credentials:
        return Credentials(
            method=asked.method,
            target=str(asked.environ.get("REQUEST_URI", asked.full_path)),
            home=base,
            secure=base.startswith("https:"),
            query=query,
            authorization="" if self._state.strips_authorization else asked.headers.get("Authorization", ""),
        )

    def _base(self, asked: Request) -> str:
        scheme = asked.scheme if self._state.https is None else ("https" if self._state.https else "http")
        return f"{scheme}://{asked.host}"

    def _write_down(self, method: str, path: str, body: Any, status: int) -> None:
        self._state.log.append(
            Write(at=self._state.now(), method=method, path=path, body=body, status=status)
        )

    def _page(self, asked: Request) -> Response:
        """Any web page of the shop; with permalinks off the API's address is one too: 200 and HTML (table d)."""
        link = f'<{self._base(asked)}/index.php?rest_route=/>; rel="https://api.w.org/"'
        return self._finish(Response(FRONT_PAGE, content_type="text/html; charset=UTF-8"), {"Link": link})

    def _send(self, reply: Reply, query: Query, *, allow: str, base: str) -> Response:
        headers = {"Link": f'<{base}/wp-json/>; rel="https://api.w.org/"', **REST, **reply.headers}
        if allow:
            headers["Allow"] = allow
        if "_envelope" in query:
            reply = enveloped(reply)
        response = Response(
            encode(reply.data), status=reply.status, content_type="application/json; charset=UTF-8"
        )
        return self._finish(response, headers)

    def _finish(self, response: Response, headers: Mapping[str, str]) -> Response:
        for name, value in {**ALWAYS, **headers}.items():
            response.headers[name] = value
        response.headers["Date"] = format_datetime(self._state.now(), usegmt=True)
        return response


def _unknown(_call: Call, *_found: object) -> Reply:
    raise no_route()


def encode(data: Any) -> str:
    """JSON as PHP writes it: everything beyond ASCII and every slash escaped."""
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def _body_of(asked: Request) -> Any:
    raw = asked.get_data()
    if not raw.strip() or asked.method in ("GET", "HEAD"):
        return {}
    if "json" not in asked.headers.get("Content-Type", ""):
        return params.parse(raw.decode("utf-8", errors="replace"))
    try:
        return json.loads(raw)
    except ValueError:
        raise WpError(
            400,
            "rest_invalid_json",
            "Invalid JSON body passed.",
            data={"status": 400, "json_error_code": 4, "json_error_message": "Syntax error"},
        ) from None


def _fatal(crash: Exception) -> Reply:
    """Table d: before the answer is begun a fatal error is JSON, with a file path of the server in it."""
    error = {
        "type": 1,
        "message": f"Uncaught {type(crash).__name__}: {crash}",
        "file": "/var/www/shop/x.php",
        "line": 11,
    }
    message = f"<p>{CRITICAL}</p>"
    return Reply(
        status=500,
        data={"code": "internal_server_error", "message": message, "data": {"status": 500, "error": error}},
    )


def build_app(state: State, routes: Routes) -> Flask:
    """A Flask application with one door; WordPress does its own routing, and so does this."""
    app = Flask("bridge.sim.woocommerce", static_folder=None)
    app.url_map.merge_slashes = False  # table d: a double slash is an unknown route, not a redirect
    door = FrontDoor(state, routes)
    app.add_url_rule("/", "root", door, methods=VERBS, provide_automatic_options=False)
    app.add_url_rule(
        "/<path:_path>", "any", lambda _path: door(), methods=VERBS, provide_automatic_options=False
    )
    return app


def routes_of(*parts: Iterable[tuple[str, dict[str, Handler]]]) -> dict[str, dict[str, Handler]]:
    """All routes in one table."""
    return {pattern: verbs for part in parts for pattern, verbs in part}
