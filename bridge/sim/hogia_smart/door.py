"""The front door: tokens, organisation, rate limit, version, routes. Nothing of invoices is known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from bridge.sim.exchange import Exchange
from bridge.sim.hogia_smart.errors import Refusal, shaped
from bridge.sim.hogia_smart.habits import VERSIONS
from bridge.sim.hogia_smart.oauth import Desk, NoToken
from bridge.sim.hogia_smart.shape import guid_of
from bridge.sim.hogia_smart.state import Call, Handler, Reply, Route, State
from bridge.sim.hogia_smart.wire import dumps, loads
from bridge.sim.limit import Limit

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

__all__ = ["Door", "Limit"]

TOKEN_PATH = "/connect/token"  # noqa: S105 - an address
VERSION = "api-version"
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


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
        self._routes = [
            (method, re.compile(re.escape(path).replace(r"\*", "([^/]+)")), handler)
            for method, path, handler in routes
        ]
        self._watch = watch
        self._refusals = 0

    def app(self) -> Flask:
        """A Flask application with one door."""
        app = Flask("bridge.sim.hogia_smart", static_folder=None)
        app.url_map.merge_slashes = False
        how: dict[str, Any] = {"methods": VERBS, "provide_automatic_options": False}
        app.add_url_rule("/", "root", self._answer, **how)
        app.add_url_rule("/<path:_path>", "any", lambda _path: self._answer(), **how)
        return app

    def _answer(self) -> Response:
        with self._state.lock:
            if request.path == TOKEN_PATH:
                return self._token(request)
            body: Any = None
            try:
                barred = self._barred(request)
                if barred is not None:
                    response = barred
                else:
                    body = _body_of(request)
                    response = _sent(self._work(request, body))
            except Refusal as refused:
                response = self._refused(refused)
            self._tell(request, body, response)
            return response

    def _token(self, asked: Request) -> Response:
        try:
            media = asked.headers.get("Content-Type", "") if asked.method == "POST" else ""
            answer = Response(
                dumps(self._desk.token(media, asked.get_data(), head=asked.headers.get("Authorization", ""))),
                content_type="application/json",
            )
        except NoToken as refused:
            answer = Response(
                dumps(refused.body), status=refused.status, content_type="application/json; charset=UTF-8"
            )
        self._tell(asked, None, answer, secret=True)
        return answer

    def _barred(self, asked: Request) -> Response | None:
        """401 without a good token and 429 above the limit; that both are bare is [INF]."""
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not self._desk.is_good(token):
            return Response(status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if not self._limit.passes(self._state.now):
            wait = {"Retry-After": str(int(self._limit.seconds))} if self._state.habits.retry_after else {}
            return Response(status=429, headers=wait)
        return None

    def _work(self, asked: Request, body: Any) -> Reply:
        company, *rest = asked.path.strip("/").split("/")
        if guid_of(company) is None:
            raise Refusal("Not found.", status=404)
        if company.lower() != self._state.company.id:
            status = self._state.habits.other_organisation
            raise Refusal("You have no access to this organization.", status=status)
        handler, places = self._find(asked.method, "/".join(rest))
        args = {name.lower(): value for name, value in asked.args.items()}
        version = self._version(asked, args)
        return handler(Call(state=self._state, version=version, args=args, body=body), *places)

    def _find(self, method: str, path: str) -> tuple[Handler, list[str]]:
        others = False
        for verb, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match is not None and verb == method:
                return handler, list(match.groups())
            others = others or match is not None
        if others:
            raise Refusal(f"The method {method} is not allowed.", status=405)
        raise Refusal("Not found.", status=404)

    def _version(self, asked: Request, args: dict[str, str]) -> str:
        """A date in the address of every call (section 2.1) [2+]; beside it one client sends it as a head [1].

        A date that was never seen, and a head that says otherwise, are refused [INF].
        """
        version = args.get(VERSION, "")
        if version not in VERSIONS:
            raise Refusal(f"The API version '{version}' is not supported.", field=VERSION)
        if asked.headers.get(VERSION, version) != version:
            raise Refusal("Two different API versions.", field=VERSION)
        return version

    def _refused(self, refused: Refusal) -> Response:
        self._refusals += 1
        shape = self._state.habits.errors
        body = shaped(refused, shape=shape, trace=f"00-{self._refusals:032x}-01")
        kind = "application/problem+json" if isinstance(body, dict) else "application/json"
        return Response(dumps(body), status=refused.status, content_type=f"{kind}; charset=utf-8")

    def _tell(self, asked: Request, body: Any, response: Response, *, secret: bool = False) -> None:
        """Bodies of the token endpoint are secrets."""
        raw = b"" if secret else response.get_data()
        self._watch(
            Exchange(
                method=asked.method,
                path=asked.path,
                query=asked.query_string.decode("latin-1"),
                headers=dict(asked.headers),
                body=body,
                status=response.status_code,
                answer=loads(raw) if raw else None,
            )
        )


def _body_of(asked: Request) -> Any:
    """The JSON of a POST.

    Raises:
        Refusal: 415 or 400, it is none.
    """
    raw = asked.get_data()
    if not raw:
        return None
    if asked.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/json":
        raise Refusal("Unsupported Media Type", status=415)
    return loads(raw)


def _sent(reply: Reply) -> Response:
    return Response(
        dumps(reply.data),
        status=reply.status,
        content_type="application/json; charset=utf-8",
        headers=reply.headers,
    )
