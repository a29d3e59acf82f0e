"""The front door: addresses, tokens, scopes, licences, rate limit, JSON. Nothing of orders is known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from flask import Flask, Response, request

from bridge.sim.exchange import Exchange
from bridge.sim.fortnox.errors import FortnoxError, Unauthorised
from bridge.sim.fortnox.oauth import Desk, Refusal
from bridge.sim.fortnox.state import Call, Reply, State
from bridge.sim.fortnox.wire import dump, load
from bridge.sim.limit import Limit

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

__all__ = ["Door", "Handler", "Route", "route"]

Handler = Callable[..., Reply]
JSON = "application/json"
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]


@dataclass(frozen=True)
class Route:
    """A path with {places}, and who answers it."""

    method: str
    pattern: re.Pattern[str]
    scope: str
    handler: Handler


def route(method: str, path: str, scope: str, handler: Handler) -> Route:
    """``route("GET", "/3/orders/{number}", "order", one)``; a slash at the end is let pass, as recorded [L]."""
    return Route(method, re.compile(re.sub(r"\{\w+\}", "([^/]+)", path) + "/?"), scope, handler)


class Door:
    """Answers one request after another; the company's lock is held while the work is done."""

    def __init__(
        self,
        state: State,
        desk: Desk,
        limit: Limit,
        routes: Iterable[Route],
        *,
        watch: Callable[[Exchange], None],
    ) -> None:
        self._state = state
        self._desk = desk
        self._limit = limit
        self._routes = list(routes)
        self._watch = watch

    def app(self) -> Flask:
        """A Flask application with one door."""
        app = Flask("bridge.sim.fortnox", static_folder=None)
        app.url_map.merge_slashes = False
        app.add_url_rule("/", "root", self._answer, methods=VERBS, provide_automatic_options=False)
        app.add_url_rule(
            "/<path:_path>",
            "any",
            lambda _path: self._answer(),
            methods=VERBS,
            provide_automatic_options=False,
        )
        return app

    def _answer(self) -> Response:
        with self._state.lock:
            path = _raw_path(request)
            if path.startswith("/oauth-v1/"):
                return self._oauth(path)
            body: Any = None
            try:
                body, reply = self._api(path)
            except Unauthorised:
                reply = Reply({"message": "unauthorized"}, status=401)
                body = _parsed(request.get_data())
            except FortnoxError as refused:
                reply = Reply(refused.body(), status=refused.status)
                body = _parsed(request.get_data())
            self._tell(path, body, reply.status, reply.data if not isinstance(reply.data, bytes) else None)
            return _response(reply)

    def _tell(self, path: str, body: Any, status: int, answer: Any) -> None:
        self._watch(
            Exchange(
                method=request.method,
                path=unquote(path),
                query=request.query_string.decode("latin-1"),
                headers=dict(request.headers),
                body=body,
                status=status,
                answer=None if answer is None else load(dump(answer)),
            )
        )

    def _api(self, path: str) -> tuple[Any, Reply]:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        scopes = self._desk.scope_of(token) if scheme == "Bearer" else None
        if scopes is None:
            raise Unauthorised
        if not self._limit.passes(self._state.now()):
            return None, Reply({"message": "Too Many Requests"}, status=429)  # body [I]
        found, places = self._find(path)
        self._permitted(found.scope, scopes)
        body = _body_of(request)
        query = _query_of(request)
        call = Call(state=self._state, base=request.host_url.rstrip("/"), query=query, body=body)
        return body, found.handler(call, *places)

    def _find(self, path: str) -> tuple[Route, list[str]]:
        """Path values are percent-encoded: "%2F" is a slash in a number (section 1) [D]."""
        for each in self._routes:
            match = each.pattern.fullmatch(path)
            if match and each.method == request.method:
                return each, [unquote(place) for place in match.groups()]
        raise FortnoxError(2000729, "A valid identifier was not provided.", status=404)  # nearest code [I]

    def _permitted(self, scope: str, scopes: str) -> None:
        """Licences, then scopes (sections 2 and 5); 403 is documented for a missing right [D], 400 has been seen."""
        licences = self._state.company.licences
        if "api" not in licences:
            raise FortnoxError(2001103, "Api-licens saknas.", status=403)
        if scope and scope not in licences:
            raise FortnoxError(2001101, "Det finns ingen aktiv licens för önskat scope", status=403)
        if scope and scope not in scopes.split():
            raise FortnoxError(
                2000663, "Har inte behörighet för scope.", status=403
            )  # code [1], not in the facts

    def _oauth(self, path: str) -> Response:
        given = request.headers.get("Authorization", "")
        try:
            if path == "/oauth-v1/auth" and request.method == "GET":
                asked = dict(parse_qsl(request.query_string.decode("latin-1")))
                response = Response(status=302, headers={"Location": self._desk.authorise(asked)})
            elif path == "/oauth-v1/token" and request.method == "POST":
                issued = self._desk.token(given, request.headers.get("TenantId", ""), request.get_data())
                response = Response(dump(issued), content_type=JSON)
            elif path == "/oauth-v1/revoke" and request.method == "POST":
                response = Response(dump(self._desk.withdraw(given, request.get_data())), content_type=JSON)
            else:
                response = Response(status=404)
        except Refusal as refused:
            response = Response(dump(refused.body), status=refused.status, content_type=refused.kind)
        self._tell(path, None, response.status_code, None)  # bodies here are secrets
        return response


def _raw_path(asked: Request) -> str:
    """As sent, so that "%2F" is told from "/"."""
    raw = str(asked.environ.get("REQUEST_URI") or asked.environ.get("RAW_URI") or asked.path)
    return raw.split("?", 1)[0].split("#", 1)[0]


def _query_of(asked: Request) -> dict[str, str]:
    return dict(parse_qsl(asked.query_string.decode("latin-1"), keep_blank_values=True))


def _body_of(asked: Request) -> Any:
    """The JSON of a POST or PUT; an action has none.

    Raises:
        FortnoxError: bad Accept or Content-Type (1000030, 1000031 [D]), or no JSON (2002115 [D]).
    """
    accepted = asked.headers.get("Accept", "")
    if JSON not in accepted:
        raise FortnoxError(1000030, "Invalid response type")
    raw = asked.get_data()
    if not raw:
        return None
    if asked.headers.get("Content-Type", "").split(";")[0].strip().lower() != JSON:
        raise FortnoxError(1000031, "Invalid content type")
    try:
        return load(raw)
    except ValueError:
        raise FortnoxError(2002115, "Error deserializing JSON: JSON_ERROR_SYNTAX") from None


def _parsed(raw: bytes) -> Any:
    try:
        return load(raw)
    except ValueError:
        return None


def _response(reply: Reply) -> Response:
    if isinstance(reply.data, bytes):
        return Response(reply.data, status=reply.status, content_type="application/pdf")
    if reply.status == 204:
        return Response(status=204)
    response = Response(dump(reply.data), status=reply.status, content_type=JSON)
    if reply.location:
        response.headers["Location"] = reply.location
        response.autocorrect_location_header = False
    return response
