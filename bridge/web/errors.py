"""What a person reads when a page can't be shown. Says nothing a stranger could use."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from bridge.errors import BridgeError, StoreError, UserError
from bridge.model.texts import Problem, Text, say
from bridge.web.auth import login_page
from bridge.web.gate import Refused, here

__all__ = ["setup"]

_log = logging.getLogger(__name__)

_HEADS: Final = {
    400: say("The page is not known under this name"),
    403: say("Refused"),
    404: say("There is no such page"),
    405: say("That does not work here"),
    413: say("That is too much at once"),
    500: say("An error inside the bridge"),
    503: say("Not possible at the moment"),
}
_TEXTS: Final = {
    400: say("Open it under its own address, or add this name to allowed_hosts in the section [web]."),
    404: say("Maybe it is old and has been cleared away. Numbers and totals stay; look for it on the list."),
    405: say("Use the buttons on the pages."),
    413: say("Nothing was changed."),
    500: say("No order is lost by it. The log says more; please report it."),
}
_REFUSALS: Final = {
    "csrf": say("The form was too old, or cookies are switched off. Go back, reload the page and try again."),
    "origin": say(
        "The form came from another address than the bridge knows. If a proxy stands in between: "
        "let it pass on the Host, or add the name to allowed_hosts in the section [web]."
    ),
}


def setup(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(BridgeError, _known)
    app.register_error_handler(Exception, _bug)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 401:
        return login_page(next_page=here(), status=401)
    text = _REFUSALS[error.why] if isinstance(error, Refused) else _TEXTS.get(code)
    answer = _page(code, text)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _known(error: BridgeError) -> Response:
    _log.warning("page=failed path=%s error=%s", request.path, type(error).__name__)
    code = 503 if isinstance(error, StoreError) else 502
    return _page(code, error.text, error.problems if isinstance(error, UserError) else ())


def _bug(error: Exception) -> Response:
    _log.error("page=failed path=%s", request.path, exc_info=error)
    return _page(500, _TEXTS[500])


def _page(code: int, text: Text | None, problems: Sequence[Problem] = ()) -> Response:
    head = _HEADS.get(code) or (_HEADS[503] if code >= 500 else _HEADS[403])
    return make_response(render_template("error.html", head=head, text=text, problems=problems), code)
