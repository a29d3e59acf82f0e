"""The front door: two classic-ASP scripts, actions, keys, letters. Nothing of orders is known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request

from bridge.sim.exchange import Exchange
from bridge.sim.specter import articles, batches, customers, orders
from bridge.sim.specter.reading import Fields
from bridge.sim.specter.refusals import BAD_LETTERS, BAD_VALUE, UNKNOWN_ACTION, Refusal
from bridge.sim.specter.signing import let_in
from bridge.sim.specter.state import State
from bridge.sim.specter.wire import LETTERS, Rendered, Reply, parameters, rendered

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

__all__ = ["ASP_FAULT", "Door", "build_app"]

Handler = Callable[[State, Mapping[str, str]], Reply]

ASP_FAULT: Final = (
    "<html><head><title>500 - Internt serverfel</title></head><body>"
    "<font face=Arial size=2><p>Microsoft VBScript runtime</p> <font face=Arial size=2>error '800a000d'</font>"
    "<p>Typerna matchar inte varandra</p><p>/putInfo.asp</p></font></body></html>"
).encode(LETTERS)
"""The page a script shows that fell over, with 200 or 500 (specter facts, section 7) [INF]."""
NOT_FOUND: Final = b"<html><head><title>404 - File or directory not found.</title></head><body></body></html>"
FORM: Final = "application/x-www-form-urlencoded"


def _check(state: State, given: Mapping[str, str]) -> Reply:
    """checkAccountSettings: only its name is documented (section 3) [DOC]; all else is our own [INF]."""
    account = state.account
    if not account.knows_check:
        raise Refusal(UNKNOWN_ACTION, "Okänd action")
    fields = Fields(given)
    if account.check_signed_by:
        fields.text(account.check_signed_by)
    fields.leave_none(more=account.more_parameters, refuse=account.refuses_unknown)
    return Reply(number=account.sbm_id, text="Kontot är rätt inställt")


def _read(kind: str) -> Handler:
    return lambda state, given: batches.read(state, given, kind=kind)


def _done(kind: str) -> Handler:
    return lambda state, given: batches.acknowledge(state, given, kind=kind)


WRITES: Final[Mapping[str, Handler]] = {
    "newcustomersubmit": customers.submit,
    "newarticlesubmit": articles.submit,
    "newordersubmit": orders.submit,
    "checkaccountsettings": _check,  # which script it belongs to is not known [UNK]
}
READS: Final[Mapping[str, Handler]] = {
    "getarticleexternalneedupdate": _read("stock"),
    "updatearticlesfrombatch": _done("stock"),
    "getarticleinfoexternalneedupdate": _read("article"),
    "updatearticleinfosfrombatch": _done("article"),
    "getordersexternalneedupdate": _read("order"),
    "updateordersfrombatch": _done("order"),
    "checkaccountsettings": _check,
}
SCRIPTS: Final = {"/putinfo.asp": WRITES, "/getinfo.asp": READS}  # the server's file names have no case [INF]


class Door:
    """Answers one request after another; the lock is held while the work is done, not while the bell rings."""

    def __init__(self, state: State, seen: Callable[[Exchange], None], ring: Callable[[], None]) -> None:
        self._state = state
        self._seen = seen
        self._ring = ring

    def __call__(self) -> Response:
        """Whatever Flask has before it."""
        with self._state.lock:
            response = self._answer(request)
        self._ring()
        return response

    def _answer(self, asked: Request) -> Response:
        account = self._state.account
        actions = SCRIPTS.get(asked.path.lower())
        given: dict[str, str] = {}
        if actions is None or len(asked.query_string) > account.longest_query:
            answer, code = Rendered(NOT_FOUND, "text/html"), 404
        else:
            try:
                given = self._parameters(asked)
                reply = self._done(actions, given)
            except Refusal as refused:
                reply = Reply(result="0", number=refused.code, text=refused.message)
            answer, code = rendered(reply, account, xml=given.get("usexml") == "2"), 200
        self._tell(asked, given, answer, code)
        return Response(answer.body, status=code, content_type=answer.media)

    def _parameters(self, asked: Request) -> dict[str, str]:
        """Of query and form together. A form must say it is one, and may not say it has other letters [INF]."""
        media = asked.headers.get("Content-Type", "")
        kind, _, more = media.partition(";")
        charset = re.search(r"charset=\"?([\w-]+)", more.lower())
        if charset and charset[1] not in (LETTERS, "latin1", "latin-1"):
            raise Refusal(BAD_LETTERS, "Ange charset=ISO-8859-1")
        body = asked.get_data() if kind.strip().lower() == FORM else b""
        return parameters([asked.query_string, body], self._state.account)

    def _done(self, actions: Mapping[str, Handler], given: Mapping[str, str]) -> Reply:
        action = given.get("action", "").lower()
        handler = actions.get(action)
        script = "put" if actions is WRITES else "get"
        if handler is None or (handler is _check and script not in self._state.account.check_scripts):
            raise Refusal(UNKNOWN_ACTION, "Okänd action")
        if given.get("usexml", "") not in ("", "0", "1", "2"):
            raise Refusal(BAD_VALUE, "useXML ska vara 0, 1 eller 2")
        let_in(self._state.account, action, given, writes=actions is WRITES)
        return handler(self._state, given)

    def _tell(self, asked: Request, given: Mapping[str, str], answer: Rendered, code: int) -> None:
        query = asked.query_string.decode("latin-1")
        self._seen(
            Exchange(
                method=asked.method,
                path=asked.path,
                query=re.sub(r"(?i)(^|&)key=[^&]*", r"\1key=...", query),
                headers=dict(asked.headers),
                body={name: value for name, value in given.items() if name != "key"},
                status=code,
                answer=answer.body.decode(LETTERS),
            )
        )


def build_app(door: Door) -> Flask:
    """A Flask application with one door."""
    app = Flask("bridge.sim.specter", static_folder=None)
    app.add_url_rule("/", "root", door, methods=["GET", "POST"], provide_automatic_options=False)
    app.add_url_rule(
        "/<path:_path>",
        "any",
        lambda _path: door(),
        methods=["GET", "POST"],
        provide_automatic_options=False,
    )
    return app
