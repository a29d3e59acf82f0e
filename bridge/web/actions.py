"""What a person can do: only POST, only with a form of ours, and back to a page afterwards.

The gate has checked the person and the form before any of this runs. The moves themselves are
``flows.operator``'s; here is only who asked, for which entries, and what to say about it.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug import Response

from bridge.errors import BridgeError
from bridge.flows.standing import Choice
from bridge.model.orders import OrderRef
from bridge.model.texts import Text, say
from bridge.web import session
from bridge.web.context import web
from bridge.web.filters import Act, Query
from bridge.web.gate import back, safe_next
from bridge.web.pages import known_ref

__all__ = ["blueprint"]

blueprint = Blueprint("actions", __name__)

REASON_LIMIT = 500
NUMBER_LIMIT = 80


@blueprint.post("/outbox/act")
def many() -> Response:
    """Retry or drop many: those ticked, or all that the filter finds."""
    act = _act()
    query, reason = Query.read(request.form), _line("reason", REASON_LIMIT)
    whole = request.form.get("whole") == "1"
    if act is Act.DROP and not reason:
        return _say_and_go(say("Say why, so that the next person understands it."), _confirm(query, act))
    able = set(query.movable(web().bridge.store.reads, act, now=web().bridge.clock.now()))
    if whole:
        ids = sorted(able)
        if str(len(ids)) != request.form.get("count"):
            text = say("Meanwhile the number has changed to {count}. Look again.", count=len(ids))
            return _say_and_go(text, _confirm(query, act))
    else:
        ids = sorted(able.intersection(_ids()))
    moved = _move(act, ids, reason=reason, many=True)
    _tell(_moved(act, moved))
    if len(ids) > moved:
        _tell(
            say(
                "{count} were left alone: they had moved on meanwhile, or somebody must first look for each in the "
                "ERP and then send it by itself.",
                count=len(ids) - moved,
            )
        )
    return redirect(_list(query), code=303)


@blueprint.post("/entry/<int:number>/retry")
def retry(number: int) -> Response:
    """Send one again."""
    _known(number)
    return _one(Act.RETRY, number, reason=_line("reason", REASON_LIMIT))


@blueprint.post("/entry/<int:number>/drop")
def drop(number: int) -> Response:
    """Decide that one is not to be sent."""
    _known(number)
    reason = _line("reason", REASON_LIMIT)
    if not reason:
        return _to_entry(number, say("Say why, so that the next person understands it."))
    return _one(Act.DROP, number, reason=reason)


@blueprint.post("/entry/<int:number>/choose")
def choose(number: int) -> Response:
    """Say what becomes of an order edited or called off after booking."""
    _known(number)
    word = request.form.get("choice", "")
    if word not in set(Choice):
        abort(404)
    moved = web().bridge.operator.choose(
        number, Choice(word), who=_who(), reason=_line("reason", REASON_LIMIT)
    )
    return _to_entry(number, say("It is carried out now.") if moved else _MOVED_ON)


@blueprint.post("/entry/<int:number>/settle")
def settle(number: int) -> Response:
    """Note that one is in the books already, under this number."""
    _known(number)
    document, reason = _line("number", NUMBER_LIMIT), _line("reason", REASON_LIMIT)
    if not (document and reason):
        return _to_entry(number, say("Both the number of the document and a reason are needed."))
    done = web().bridge.operator.settle(number, number=document, who=_who(), reason=reason)
    if not done:
        return _to_entry(number, _MOVED_ON)
    return _to_entry(number, say("Noted as booked under {number}.", number=document))


@blueprint.post("/order/<shop>/<order_id>/send")
def send(shop: str, order_id: str) -> Response:
    """Send an order that no rule sends."""
    ref: OrderRef = known_ref(shop, order_id)
    try:
        _tell(web().bridge.operator.send(ref, who=_who()))
    except BridgeError as error:
        _tell(error.text)
    return redirect(url_for("pages.order", shop=shop, order_id=order_id), code=303)


@blueprint.post("/resume")
def resume() -> Response:
    """End a pause."""
    channel = request.form.get("channel", "")
    if channel not in web().bridge.store.progress.pauses():
        abort(404)
    web().bridge.operator.resume(channel, who=_who())
    _tell(say("Goes on. If the cause is still there, it pauses again by itself."))
    return back()


def _one(act: Act, number: int, *, reason: str) -> Response:
    moved = _move(act, [number], reason=reason)
    return _to_entry(number, _moved(act, moved) if moved else _MOVED_ON)


def _move(act: Act, ids: list[int], *, reason: str, many: bool = False) -> int:
    if not ids:
        return 0
    operator = web().bridge.operator
    if act is Act.RETRY:
        return operator.retry(ids, who=_who(), reason=reason, many=many)
    return operator.drop(ids, who=_who(), reason=reason)


_MOVED_ON = say("It had moved on in the meantime; nothing was changed.")


def _moved(act: Act, count: int) -> Text:
    if act is Act.RETRY:
        return say("Sent again: {count}.", count=count)
    return say("Dropped: {count}.", count=count)


def _act() -> Act:
    word = request.form.get("do", "")
    if word not in set(Act):
        abort(404)
    return Act(word)


def _ids() -> set[int]:
    return {int(i) for i in request.form.getlist("id") if i.isascii() and i.isdigit() and len(i) <= 18}


def _known(number: int) -> None:
    if number >= 2**63 or web().bridge.store.reads.entry(number) is None:
        abort(404)


def _confirm(query: Query, act: Act) -> str:
    whole = request.form.get("whole") == "1"
    ids = [] if whole else sorted(_ids())
    wish = f"all-{act.value}" if whole else act.value
    return f"{url_for('pages.confirm')}?{urlencode({'do': wish, 'id': ids, **query.args()}, doseq=True)}"


def _list(query: Query) -> str:
    return f"{url_for('pages.outbox')}?{urlencode(query.args())}"


def _line(name: str, limit: int) -> str:
    """One line of text out of a form: control characters become spaces, so that a log stays a log."""
    given = request.form.get(name, "")
    return "".join(letter if letter.isprintable() else " " for letter in given).strip()[:limit]


def _who() -> str:
    person = session.current()
    return (person.user if person else "") or "admin"


def _tell(text: Text) -> None:
    person = session.current()
    if person:
        web().notes.add(person.mark, text)


def _say_and_go(text: Text, where: str) -> Response:
    _tell(text)
    return redirect(where, code=303)


def _to_entry(number: int, text: Text) -> Response:
    wish = request.form.get("next", "")  # the button may have stood on the page of the order it belongs to
    return _say_and_go(text, safe_next(wish) if wish else url_for("pages.entry", number=number))
