"""The front door: tokens, roles, media types, JSON, routes. Nothing of orders is known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request

from bridge.sim.economic.call import Call, Reply, Route, absent
from bridge.sim.economic.errors import Refusal, envelope
from bridge.sim.economic.state import State
from bridge.sim.economic.wire import decoded, dumps, lean, loads
from bridge.sim.exchange import Exchange

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

__all__ = ["Access", "Door", "build_app"]

VERBS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
DEMO: Final = "demo"
_PARTS: Final = {":n": r"(\d{1,9})", ":s": r"([^/]+)"}


class Access:
    """Who may come in, and what the door does otherwise than the vendor's own today."""

    def __init__(self, app_secret: str, grant: str) -> None:
        self.app_secret = app_secret
        self.grants = {grant}
        """Grants that hold; one the customer revokes is taken out, and every call is 401 (section 2) [D19]."""
        self.old_errors = False
        self.idempotency = False
        """Whether ``Idempotency-Key`` replays an answer: the newer services do; of REST the facts say no
        (section 5) [1], while a later copy of the vendor's page lists the header [D]. Off: it changes nothing."""


class Door:
    """Answers one request after another; the lock is held while the work is done."""

    def __init__(
        self,
        state: State,
        demo: State,
        routes: Iterable[Route],
        access: Access,
        seen: Callable[[Exchange], None],
    ) -> None:
        self._states = {False: state, True: demo}
        self._access = access
        self._seen = seen
        self._replays: dict[str, Response] = {}
        self._routes = [(_pattern(route[1]), re.findall(":[ns]", route[1]), route) for route in routes]
        self._refusals = 0

    def __call__(self) -> Response:
        """Whatever Flask has before it."""
        with self._states[False].lock:
            return self._answer(request)

    def _answer(self, asked: Request) -> Response:
        state = self._states[self._is_demo(asked)]
        state.address = asked.host_url.rstrip("/")  # every link leads back to where it was asked for
        body: Any = None
        try:
            self._let_in(asked)
            (_, _, role, handler), found = self._find(asked)
            self._may(role, state)
            self._media(asked)
            raw = asked.get_data()
            body = loads(raw) if raw and "json" in asked.headers.get("Content-Type", "") else None
            args = {name.lower(): value for name, value in asked.args.items()}
            response = self._kept(asked, lambda: handler(
                Call(
                        state=state,
                        path=asked.path.rstrip("/"),
                        args=args,
                        body=body,
                        raw=raw,
                        media=asked.headers.get("Content-Type", ""),
                    ), *found
            ))  # fmt: skip
        except Refusal as refused:
            response = self._refused(refused, state)
        self._tell(asked, body, response)
        return response

    def _is_demo(self, asked: Request) -> bool:
        tokens = {asked.headers.get("X-AppSecretToken"), asked.headers.get("X-AgreementGrantToken")}
        return tokens == {DEMO} or asked.args.get(DEMO, "").lower() == "true"

    def _let_in(self, asked: Request) -> None:
        """Two tokens on every call; demo ones may only read (section 2) [D19; the status of a write I]."""
        if self._is_demo(asked):
            if asked.method != "GET":
                raise Refusal(403, "Access denied.", hint="The demo agreement can only be read.")
            return
        good = asked.headers.get("X-AppSecretToken") == self._access.app_secret
        if not good or asked.headers.get("X-AgreementGrantToken") not in self._access.grants:
            raise Refusal(
                401,
                "Unauthorized.",
                hint=f"Check your tokens. A demo: {asked.base_url}?demo=true",
            )

    def _find(self, asked: Request) -> tuple[Route, list[int | str]]:
        """The route and what stood in the address; a product number is written in its own way (section 3)."""
        path = asked.path.rstrip("/") or "/"
        others = False
        for pattern, kinds, route in self._routes:
            match = pattern.fullmatch(path)
            if match is not None and route[0] == asked.method:
                pairs = zip(match.groups(), kinds, strict=True)
                return route, [int(part) if kind == ":n" else decoded(part) for part, kind in pairs]
            others = others or match is not None
        if others:
            raise Refusal(405, f"The method {asked.method} is not allowed here.")
        raise absent()

    def _may(self, role: str, state: State) -> None:
        """A role the grant has not is 403 (section 2) [D19]; SuperUser may everything [I]."""
        if role and not {role, "SuperUser"} & state.company.roles:
            raise Refusal(403, "Access denied.", hint=f"The grant has not the role {role}.")

    def _media(self, asked: Request) -> None:
        """JSON in and JSON out, else 415; a PDF asked for as such is 406 (section 3) [D19, L]."""
        accept = asked.headers.get("Accept", "*/*")
        if asked.path.rstrip("/").endswith("/pdf"):
            if "application/pdf" in accept:
                raise Refusal(406, "Not acceptable.")
            return
        if not any(word in accept for word in ("*/*", "application/*", "json")):
            raise Refusal(415, "Unsupported media type.", hint="This is a JSON api.")
        sends = asked.get_data() and not asked.path.endswith("/file")
        if sends and "json" not in asked.headers.get("Content-Type", ""):
            raise Refusal(415, "Unsupported media type.", hint="Send Content-Type: application/json.")

    def _kept(self, asked: Request, work: Callable[[], Reply]) -> Response:
        """The answer an idempotency key had before, also when what it made is gone since (section 5) [L]."""
        key = asked.headers.get("Idempotency-Key", "")
        if not (self._access.idempotency and key and asked.method != "GET"):
            return _sent(work())
        if key not in self._replays:
            self._replays[key] = _sent(work())
        before = self._replays[key]
        return Response(before.get_data(), status=before.status_code, headers=dict(before.headers))

    def _refused(self, refused: Refusal, state: State) -> Response:
        self._refusals += 1
        log_id = f"{self._refusals:016x}-CPH"
        body = envelope(refused, old=self._access.old_errors, log_id=log_id, now=state.now)
        return Response(dumps(lean(body)), status=refused.status, content_type="application/json")

    def _tell(self, asked: Request, body: Any, response: Response) -> None:
        json_answer = "json" in response.headers.get("Content-Type", "")
        self._seen(
            Exchange(
                method=asked.method,
                path=asked.path,
                query=asked.query_string.decode("latin-1"),
                headers=dict(asked.headers),
                body=body,
                status=response.status_code,
                answer=loads(response.get_data()) if json_answer else None,
            )
        )


def _pattern(path: str) -> re.Pattern[str]:
    text = re.escape(path)
    for word, wanted in _PARTS.items():
        text = text.replace(word, wanted)
    return re.compile(text)


def _sent(reply: Reply) -> Response:
    if reply.raw is not None:
        return Response(reply.raw, status=reply.status, content_type="application/pdf", headers=reply.headers)
    if reply.data is None:
        return Response(b"", status=reply.status, headers=reply.headers)
    text = dumps(lean(reply.data))
    return Response(
        text, status=reply.status, content_type="application/json; charset=utf-8", headers=reply.headers
    )


def build_app(door: Door) -> Flask:
    """A Flask application with one door."""
    app = Flask("bridge.sim.economic", static_folder=None)
    app.url_map.merge_slashes = False
    app.add_url_rule("/", "root", door, methods=VERBS, provide_automatic_options=False)
    app.add_url_rule(
        "/<path:_path>", "any", lambda _path: door(), methods=VERBS, provide_automatic_options=False
    )
    return app
