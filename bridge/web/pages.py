"""The pages: they only read. Whatever changes something is in ``bridge.web.actions``."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from bridge.errors import RemoteError, UserError
from bridge.flows import notices
from bridge.flows.choosing import awaits_choice
from bridge.flows.faults import fault_of
from bridge.flows.shadow import NOTICE as SHADOW
from bridge.flows.standing import Choice
from bridge.model.documents import Key, Preview, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import Problem
from bridge.ports import Capability
from bridge.store.records import Entry, EntryFilter, Fault, Page, State
from bridge.web import session
from bridge.web.context import web
from bridge.web.filters import AFTER, Act, Query
from bridge.web.health import shops
from bridge.web.labels import CODES
from bridge.web.orders import arithmetic, read, read_refund, readable
from bridge.web.story import can, pause_of, story_of

__all__ = ["blueprint", "known_ref"]

blueprint = Blueprint("pages", __name__)

PER_PAGE = 50


@blueprint.app_context_processor
def everywhere() -> dict[str, object]:
    """What every page shows; touches no database, because the error pages use it too."""
    person = session.current()
    return {
        "person": person,
        "shadow": web().bridge.config.bridge.mode == "shadow",
        "trouble": web().bridge.health.trouble,
        "said": web().notes.take(person.mark) if person else [],
    }


@blueprint.get("/")
def overview() -> str:
    """How it goes, on one page."""
    bridge = web().bridge
    store = bridge.store
    told: list[Problem] = [
        notice
        for name in bridge.config.shops
        for topic in (f"poll:{name}", f"shop:{name}", f"refunds:{name}")
        for notice in notices.kept(store, topic)
    ]
    told += notices.kept(store, SHADOW) if bridge.config.bridge.mode == "shadow" else ()
    return render_template(
        "overview.html",
        view=store.reads.overview(bridge.clock.now()),
        after=_after(),
        shops=shops(),
        notices=told,
    )


def _after(shop: str | None = None) -> int:
    """How many refunds, edits and cancellations of booked orders wait for a person."""
    waiting = EntryFilter(states=(State.PARKED,), purposes=AFTER, shop=shop)
    return web().bridge.store.reads.entries(waiting, limit=1).total


@blueprint.get("/outbox")
def outbox() -> str:
    """The entries, by state, newest first."""
    query = Query.read(request.args)
    reads = web().bridge.store.reads
    return render_template(
        "outbox.html",
        query=query,
        page=_entries(query, request.args.get("after") or None),
        counts=reads.counts(shop=query.shop or None, purposes=query.purposes),
        untold=reads.untold(shop=query.shop or None),
        after=_after(query.shop or None),
        shops=list(web().bridge.config.shops),
        acts={act.value: query.count(reads, act, now=web().bridge.clock.now()) for act in Act},
        first=not request.args.get("after"),
    )


def _entries(query: Query, after: str | None) -> Page[Entry]:
    if query.too_long:
        return Page(items=(), next=None, total=0)
    reads = web().bridge.store.reads
    page = reads.entries(query.filter(), after=after, limit=PER_PAGE)
    if page.total or query != Query(text=query.text, what=query.what):
        return page
    # Nothing lives under this number; maybe it has been cleared away, and its number and link are still there.
    past = tuple(
        one for one in reads.find(query.text) if not query.purposes or one.key.purpose in query.purposes
    )
    return Page(items=past, next=None, total=len(past))


@blueprint.get("/outbox/confirm")
def confirm() -> str | Response:
    """Say how many it concerns, and ask; the last step before anything moves."""
    query, wish = Query.read(request.args), request.args.get("do", "")
    whole, _, act_word = wish.rpartition("-")
    if act_word not in set(Act) or whole not in {"", "all"}:
        abort(404)
    act = Act(act_word)
    chosen = [] if whole else sorted({int(i) for i in request.args.getlist("id") if _is_id(i)})
    able = set(query.movable(web().bridge.store.reads, act, now=web().bridge.clock.now()))
    count = len(able) if whole else len(able.intersection(chosen))
    return render_template(
        "confirm.html", query=query, act=act, whole=bool(whole), chosen=chosen, count=count,
        left=len(chosen) - count if not whole else 0,
    )  # fmt: skip


@blueprint.get("/entry/<int:number>")
def entry(number: int) -> str:
    """Everything about one entry."""
    store, now = web().bridge.store, web().bridge.clock.now()
    detail = store.reads.entry(number) if number < 2**63 else None
    if detail is None:
        abort(404)
    order, story = read(detail.body), story_of(detail, store.reads)
    refund = read_refund(detail.body)
    pauses = store.progress.pauses()
    return render_template(
        "entry.html",
        detail=detail,
        entry=detail.entry,
        order=order,
        sums=arithmetic(order) if order else None,
        refund=refund,
        raw=readable(detail.body) if detail.body and order is None and refund is None else "",
        documents=store.reads.documents(detail.entry.key.ref),
        story=story,
        can=can(detail.entry, now),
        found=web().bridge.operator.difference(detail),
        choices=_choices(detail.entry),
        can_mark=can(story.mark.entry, now) if story.mark else None,
        pause=pause_of(detail.entry, pauses, now=now),
        pause_mark=pause_of(story.mark.entry, pauses, now=now) if story.mark else None,
    )


def _choices(entry: Entry) -> tuple[Choice, ...]:
    """What a person can choose about an order that is another than what was booked."""
    if not awaits_choice(entry):
        return ()
    amends = Capability.AMENDS in web().bridge.erp.capabilities
    edited = entry.fault is None or entry.fault.kind != "Revived"
    return (
        (Choice.AMEND, Choice.ANEW)
        if amends and edited and entry.key.purpose is Purpose.CHANGE
        else (Choice.ANEW,)
    )


@blueprint.get("/skipped")
def skipped() -> str:
    """The orders that are not sent, each with its reason."""
    code, shop = request.args.get("code", ""), request.args.get("shop", "")
    after = request.args.get("after") or None
    page = web().bridge.store.reads.seen(code=code or None, shop=shop or None, after=after, limit=PER_PAGE)
    return render_template(
        "skipped.html", page=page, code=code, codes=CODES, shop=shop, shops=list(web().bridge.config.shops),
        first=after is None,
    )  # fmt: skip


@blueprint.get("/order/<shop>/<order_id>")
def order(shop: str, order_id: str) -> str | Response:
    """One order that is not sent: why not, and a button to send it all the same."""
    ref = known_ref(shop, order_id)
    seen = web().bridge.store.progress.seen_many([ref]).get(ref)
    for found in web().bridge.store.reads.find(str(ref)):
        if found.key == Key(ref, Purpose.ORDER):
            return redirect(url_for("pages.entry", number=found.id), code=303)
    if seen is None or seen.reason is None:
        abort(404)
    return render_template("order.html", seen=seen)


@blueprint.get("/order/<shop>/<order_id>/preview")
def preview(shop: str, order_id: str) -> str:
    """What would be sent; may ask the shop, sends nothing."""
    ref = known_ref(shop, order_id)
    made, wrong = _tried(lambda: web().bridge.operator.preview(ref))
    return render_template("preview.html", ref=ref, preview=made, wrong=wrong)


@blueprint.get("/entry/<int:number>/preview")
def preview_entry(number: int) -> str:
    """What an entry would send: the credit of a refund, or the order."""
    detail = web().bridge.store.reads.entry(number) if number < 2**63 else None
    if detail is None:
        abort(404)
    ref, operator = detail.entry.key.ref, web().bridge.operator
    if detail.entry.key.purpose is Purpose.ORDER:
        made, wrong = _tried(lambda: operator.preview(ref))
    elif read_refund(detail.body) is not None:
        made, wrong = _tried(lambda: operator.preview_refund(detail))
    else:
        abort(404)
    return render_template("preview.html", ref=ref, preview=made, wrong=wrong)


def _tried(preview: Callable[[], Preview]) -> tuple[Preview | None, Fault | None]:
    """What would be sent, or why nothing can be."""
    try:
        return preview(), None
    except (RemoteError, UserError) as error:
        return None, fault_of(error)


def known_ref(shop: str, order_id: str) -> OrderRef:
    """Only shops we know, only ids as shops write them."""
    if shop not in web().bridge.config.shops or not _is_id(order_id):
        abort(404)
    return OrderRef(shop=shop, id=order_id)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
