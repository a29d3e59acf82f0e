"""Log in, log out, switch the language."""

from __future__ import annotations

import logging
import math
from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug import Response as BaseResponse

from bridge.model.texts import Text, say
from bridge.web import session
from bridge.web.context import web
from bridge.web.gate import back
from bridge.web.passwords import check_password
from bridge.web.words import LANGUAGE_COOKIE, LANGUAGES

__all__ = ["blueprint", "login_page"]

blueprint = Blueprint("auth", __name__)

_log = logging.getLogger(__name__)

PASSWORD_LIMIT = 1000
NAME_LIMIT = 40


@blueprint.get("/login")
def login() -> BaseResponse:
    """The form; a person who is logged in already goes on."""
    if session.current():
        return back(request.args.get("next", ""))
    return login_page(next_page=request.args.get("next", ""))


@blueprint.post("/login")
def login_try() -> BaseResponse:
    """Check the password; a session only for the right one."""
    given, address = request.form.get("password", ""), request.remote_addr or ""
    next_page, user = request.form.get("next", ""), _name(request.form.get("name", ""))
    if not web().password_hash:
        return login_page(next_page=next_page, status=403)
    verdict = web().throttle.try_once(address, lambda: _right(given))
    if verdict.wait > 0:
        seconds = math.ceil(verdict.wait)
        _log.warning("login=throttled address=%s wait=%d", address, seconds)
        wrong = say("Too many tries from here. Try again in {seconds} seconds.", seconds=seconds)
        page = login_page(next_page=next_page, wrong=wrong, status=429)
        page.headers["Retry-After"] = str(seconds)
        return page
    if not verdict.passed:
        _log.warning("login=refused address=%s", address)
        return login_page(next_page=next_page, wrong=say("That is not the password."), status=401)
    answer = make_response(back(next_page))
    session.begin(answer, user)
    _log.info("login=done address=%s", address)
    return answer


@blueprint.post("/logout")
def logout() -> BaseResponse:
    """End the session, here and in the database."""
    answer = make_response(back("/login"))
    session.end(answer)
    _log.info("logout=done")
    return answer


@blueprint.post("/language")
def language() -> BaseResponse:
    """Remember the language in this browser."""
    answer = make_response(back())
    wish = request.form.get("language", "")
    if wish in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            wish,
            max_age=timedelta(days=365),
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return answer


def login_page(*, next_page: str, wrong: Text | None = None, status: int = 200) -> Response:
    """The login form; says how to set a password where there is none."""
    page = render_template(
        "login.html",
        next=next_page,
        wrong=wrong,
        closed=not web().password_hash,
        name=_name(request.form.get("name", "")) if request.method == "POST" else "",
    )
    return make_response(page, status)


def _right(given: str) -> bool:
    return len(given) <= PASSWORD_LIMIT and check_password(web().password_hash, given)


def _name(given: str) -> str:
    """What stands in the timeline for this person: one line, not long."""
    return "".join(letter for letter in given if letter.isprintable()).strip()[:NAME_LIMIT]
