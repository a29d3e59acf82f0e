"""Orders: their state is the collection they are in, drafts -> sent -> archived (economic facts, section 9) [D19]."""

from __future__ import annotations

from typing import Any, Final

from bridge.sim.economic.call import Call, Reply, Route, absent, created
from bridge.sim.economic.documents import checked, document_json, entries, revise
from bridge.sim.economic.errors import Problems, Refusal
from bridge.sim.economic.listing import collection
from bridge.sim.economic.reckoning import reckoned
from bridge.sim.economic.state import Doc, State

__all__ = ["ROUTES", "order_json", "put_away"]

PDF: Final = b"%PDF-1.4\n%simulated\n%%EOF\n"


def order_json(state: State, doc: Doc, *, lines: bool) -> dict[str, Any]:
    """An order as its collection shows it."""
    home = state.link("orders", doc.place, doc.number)
    shown = {
        "orderNumber": doc.number,
        **document_json(state, doc, lines=lines),
        "pdf": {"download": f"{home}/pdf"},  # the docs of 2019 had ``self`` (section 9) [1 villy]
        "soap": {"orderHandle": {"id": doc.number}},
        "self": home,
    }
    if doc.place != "archived":
        shown["templates"] = {
            "upgradeInstructions": f"{home}/templates/upgrade-instructions/draftInvoice",
            "self": f"{home}/templates",
        }
    return shown


def put_away(state: State, doc: Doc) -> None:
    """The order went on as an invoice: a sent one is archived [D19], a draft presumably disappears [I]."""
    doc.upgraded = True
    if doc.place == "sent":
        doc.place = "archived"
    else:
        del state.orders[doc.number]


def _writable(state: State) -> None:
    """As documented in 2019, uncertain today (section 9) [D19]; the status is [I]."""
    if state.company.inventory and not state.company.orders_with_inventory:
        raise Refusal(
            403, "Access denied.", hint="Orders cannot be written on agreements with the inventory module."
        )


def _found(call: Call, place: str, number: int) -> Doc:
    doc = call.state.orders.get(number)
    if doc is None or doc.place != place:
        raise absent()
    return doc


def _root(call: Call) -> Reply:
    return Reply(
        data={name: call.state.link("orders", name) for name in ("drafts", "sent", "archived")}
        | {"self": call.state.link("orders")}
    )


def _listed(place: str) -> Any:
    def listed(call: Call) -> Reply:
        docs = (doc for doc in call.state.orders.values() if doc.place == place)
        return collection(
            call, "orders", entries(call.state, docs, "orderNumber", order_json), by="orderNumber"
        )

    return listed


def _single(place: str) -> Any:
    def single(call: Call, number: int) -> Reply:
        return Reply(data=order_json(call.state, _found(call, place, number), lines=True))

    return single


def _create(call: Call) -> Reply:
    """A new draft; a full document of a sent order takes the sending back (section 9) [D19]."""
    state = call.state
    _writable(state)
    body = checked(call, order=True)
    number = body.pop("orderNumber", None)
    if number is not None and number in state.orders and state.orders[number].place == "sent":
        return _moved(call, state.orders[number], body, "drafts")
    doc = _new(state, body)
    return created(order_json(state, doc, lines=True), state.link("orders/drafts", doc.number))


def _new(state: State, body: dict[str, Any]) -> Doc:
    zone = body["recipient"]["vatZone"]["vatZoneNumber"]
    doc = Doc(
        number=state.next("order", taken=state.orders.__contains__),
        body=body,
        place="drafts",
        totals=reckoned(state, body.get("lines", []), zone),
        touched=state.now,
    )
    state.orders[doc.number] = doc
    return doc


def _send(call: Call) -> Reply:
    """Register as sent: the full document of a draft (section 9) [D19]."""
    state = call.state
    _writable(state)
    body = checked(call, order=True)
    number = body.pop("orderNumber", None)
    doc = state.orders.get(number) if number is not None else None
    if doc is None or doc.place == "archived":
        problems = Problems()
        problems.add(("orderNumber",), "The order does not exist.", code="E06000", value=number)  # [I]
        problems.settle()
        raise AssertionError  # pragma: no cover
    return _moved(call, doc, body, "sent")


def _moved(call: Call, doc: Doc, body: dict[str, Any], place: str) -> Reply:
    """From one collection to the other. What is on a sent order may not change (slate19 on orders) [D19; how I]."""
    before, zone = doc.totals, body["recipient"]["vatZone"]["vatZoneNumber"]
    if reckoned(call.state, body.get("lines", []), zone).gross != before.gross:
        problems = Problems()
        problems.add(("lines",), "A sent order cannot be modified.")
        problems.settle()
    doc.place = place
    doc.touched = call.state.now
    return created(order_json(call.state, doc, lines=True), call.state.link("orders", place, doc.number))


def _replace(call: Call, number: int) -> Reply:
    doc = _found(call, "drafts", number)
    _writable(call.state)
    body = checked(call, order=True, put=True)
    body.pop("orderNumber", None)
    revise(call.state, doc, body)
    return Reply(data=order_json(call.state, doc, lines=True))


def _delete(place: str) -> Any:
    def delete(call: Call, number: int) -> Reply:
        """204, and 404 the second time; a sent one is archived (section 9) [D19]."""
        doc = _found(call, place, number)
        if place == "sent":
            doc.place = "archived"
        else:
            del call.state.orders[number]
        return Reply(status=204)

    return delete


def _templates(place: str) -> Any:
    def templates(call: Call, number: int) -> Reply:
        return Reply(data=order_json(call.state, _found(call, place, number), lines=False)["templates"])

    return templates


def _upgrade(place: str) -> Any:
    def upgrade(call: Call, number: int) -> Reply:
        """A draft invoice ready to be posted; it names its order, which is how the server knows it again [I]."""
        doc = _found(call, place, number)
        shown = document_json(call.state, doc, lines=True)
        return Reply(data={**shown, "orderNumber": doc.number})

    return upgrade


def _pdf(place: str) -> Any:
    def pdf(call: Call, number: int) -> Reply:
        _found(call, place, number)
        return Reply(raw=PDF)

    return pdf


ROUTES: list[Route] = [
    ("GET", "/orders", "Sales", _root),
    ("POST", "/orders/drafts", "Sales", _create),
    ("PUT", "/orders/drafts/:n", "Sales", _replace),
    ("POST", "/orders/sent", "Sales", _send),
    *(
        ("GET", f"/orders/{place}{more}", "Sales", make(place))
        for place in ("drafts", "sent", "archived")
        for more, make in (("", _listed), ("/:n", _single), ("/:n/pdf", _pdf))
    ),
    *(
        (method, f"/orders/{place}/:n{more}", "Sales", make(place))
        for place in ("drafts", "sent")
        for method, more, make in (
            ("DELETE", "", _delete),
            ("GET", "/templates", _templates),
            ("GET", "/templates/upgrade-instructions/draftInvoice", _upgrade),
        )
    ),
]
