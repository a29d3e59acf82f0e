"""Invoice drafts, booking, and booked invoices, which nobody changes any more (economic facts, section 10) [D19]."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bridge.sim.economic.call import Call, Reply, Route, absent, created
from bridge.sim.economic.documents import body_of, checked, document_json, due_date, entries, revise
from bridge.sim.economic.errors import BARRED, CLOSED, NOT_THERE, Problems
from bridge.sim.economic.filters import parse
from bridge.sim.economic.listing import FILTERABLE, collection, numeric, whole
from bridge.sim.economic.orders import PDF, put_away
from bridge.sim.economic.reckoning import in_base, ore, reckoned
from bridge.sim.economic.state import Doc, State
from bridge.sim.economic.tables import BOOKING

__all__ = ["LISTS", "ROUTES", "book", "booked_of", "drafts_of", "remainder"]

HUNDRED: Final = Decimal(100)


def remainder(doc: Doc) -> Decimal:
    """What is still to be paid."""
    return doc.totals.gross - doc.paid


def draft_json(state: State, doc: Doc, *, lines: bool) -> dict[str, Any]:
    """An invoice draft; ``orderNumber`` in newer bodies (section 9) [2+]."""
    home = state.link("invoices/drafts", doc.number)
    return {
        "draftInvoiceNumber": doc.number,
        "orderNumber": doc.order,
        **document_json(state, doc, lines=lines),
        "pdf": {"download": f"{home}/pdf"},
        "soap": {"currentInvoiceHandle": {"id": doc.number}},
        "templates": {
            "bookingInstructions": f"{home}/templates/booking-instructions",
            "self": f"{home}/templates",
        },
        "attachment": f"{home}/attachment",
        "self": home,
    }


def booked_json(state: State, doc: Doc, *, lines: bool) -> dict[str, Any]:
    """A booked invoice with its remainder and, on the lines, VAT (section 10) [D19, airbyte]."""
    home = state.link("invoices/booked", doc.number)
    shown = {"bookedInvoiceNumber": doc.number, "orderNumber": doc.order, **body_of(state, doc, lines=lines)}
    rest = remainder(doc)
    if lines:
        for line, rate, net in zip(shown["lines"], doc.totals.rates, doc.totals.per_line, strict=True):
            line.pop("marginInBaseCurrency", None)
            line.pop("marginPercentage", None)
            line.pop("accrual", None)
            if "product" in line:
                line["vatRate"] = rate or Decimal("0.00")
                line["vatAmount"] = ore(net * (rate or Decimal(0)) / HUNDRED)
    return {
        **shown,
        "remainder": rest,
        "remainderInBaseCurrency": in_base(state, doc.body, rest),
        "pdf": {"download": f"{home}/pdf"},
        "sent": state.link("invoices/sent", doc.number) if doc.sent else None,
        "self": home,
    }


def drafts_of(call: Call, docs: Iterable[Doc]) -> Reply:
    """A collection of drafts."""
    rows = entries(call.state, docs, "draftInvoiceNumber", draft_json)
    return collection(call, "drafts", rows, by="draftInvoiceNumber")


def booked_of(call: Call, docs: Iterable[Doc]) -> Reply:
    """A collection of booked invoices."""
    rows = entries(call.state, docs, "bookedInvoiceNumber", booked_json)
    return collection(call, "booked", rows, by="bookedInvoiceNumber")


# --- drafts


def _draft(call: Call, number: int) -> Doc:
    doc = call.state.drafts.get(number)
    if doc is None:
        raise absent()
    return doc


def _drafts(call: Call) -> Reply:
    return drafts_of(call, call.state.drafts.values())


def _create(call: Call) -> Reply:
    """A new draft; the body of an order's upgrade takes the order along (section 9) [D19; known by its number I]."""
    state = call.state
    body = checked(call, order=False)
    number = body.pop("orderNumber", None)
    order = state.orders.get(number) if number is not None else None
    doc = Doc(
        number=state.next("draft", taken=state.drafts.__contains__),
        body=body,
        place="drafts",
        totals=reckoned(state, body.get("lines", []), body["recipient"]["vatZone"]["vatZoneNumber"]),
        touched=state.now,
        order=order.number if order is not None else None,
    )
    state.drafts[doc.number] = doc
    if order is not None and order.place != "archived":
        put_away(state, order)
    return created(draft_json(state, doc, lines=True), state.link("invoices/drafts", doc.number))


def _single(call: Call, number: int) -> Reply:
    return Reply(data=draft_json(call.state, _draft(call, number), lines=True))


def _replace(call: Call, number: int) -> Reply:
    """Everything that is left out is gone (section 3) [D19]."""
    doc = _draft(call, number)
    body = checked(call, order=False, put=True)
    body.pop("orderNumber", None)
    revise(call.state, doc, body)
    return Reply(data=draft_json(call.state, doc, lines=True))


def _deleted(call: Call, gone: list[Doc]) -> Reply:
    """200 with what went, unlike every other resource (section 10) [D19; L by another client]."""
    for doc in gone:
        del call.state.drafts[doc.number]
    items = [
        {"draftInvoiceNumber": doc.number, "self": call.state.link("invoices/drafts", doc.number)}
        for doc in gone
    ]
    return Reply(
        data={"message": f"Deleted {len(gone)} invoices.", "deletedCount": len(gone), "deletedItems": items}
    )


def _delete(call: Call, number: int) -> Reply:
    return _deleted(call, [_draft(call, number)])


def _delete_all(call: Call) -> Reply:
    """The trap: without a number every draft goes, or all the filter fits (section 10) [D19]."""
    docs = list(call.state.drafts.values())
    if call.args.get("filter"):
        wanted = parse(call.args["filter"], FILTERABLE["drafts"], numeric)
        views = entries(call.state, docs, "draftInvoiceNumber", draft_json)
        docs = [doc for doc, (view, _) in zip(docs, views, strict=True) if wanted(view)]
    return _deleted(call, docs)


def _templates(call: Call, number: int) -> Reply:
    return Reply(data=draft_json(call.state, _draft(call, number), lines=False)["templates"])


def _instructions(call: Call, number: int) -> Reply:
    """The body with which the draft is booked (section 10) [D19]."""
    home = call.state.link("invoices/drafts", _draft(call, number).number)
    return Reply(
        data={
            "draftInvoice": {"draftInvoiceNumber": number, "self": home},
            "self": f"{home}/templates/booking-instructions",
        }
    )


# --- booking


def book(state: State, doc: Doc, *, number: int | None = None) -> Doc:
    """Make a draft final.

    Raises:
        Refusal: 400, something in it may not be invoiced.
    """
    problems = Problems()
    customer = state.customers.get(doc.body["customer"]["customerNumber"])
    if customer is None or customer.body.get("barred"):
        # barred: may not be invoiced (section 7) [D19]; that it is booking that fails [I]
        found = doc.body["customer"]["customerNumber"]
        problems.add(("customer",), f"Customer '{found}' is barred.", code=BARRED, value=found)
    for place, line in enumerate(doc.body.get("lines", [])):
        _bookable(state, doc, line, place, problems)
    if state.company.year_of(date.fromisoformat(doc.body["date"])) is None:
        problems.add(("date",), "The period is closed.", code=CLOSED, value=doc.body["date"])
    if number is not None and number in state.booked:
        problems.add(("bookWithNumber",), "The number is in use.", value=number)
    problems.settle()
    final = number or max(state.company.next_invoice, max(state.booked, default=0) + 1)
    del state.drafts[doc.number]
    booked = Doc(
        number=final,
        body=doc.body,
        place="booked",
        totals=reckoned(state, doc.body.get("lines", []), doc.body["recipient"]["vatZone"]["vatZoneNumber"]),
        touched=state.now,
        order=doc.order,
    )
    state.booked[final] = booked
    for line in doc.body.get("lines", []):
        if state.company.inventory and "product" in line:  # stock moves by invoicing (section 8) [D19]
            product = state.products[line["product"]["productNumber"]]
            product.in_stock -= line["quantity"]
            product.touched = state.now
    return booked


def _bookable(state: State, doc: Doc, line: dict[str, Any], place: int, problems: Problems) -> None:
    if "product" not in line:
        return
    number = line["product"]["productNumber"]
    product = state.products[number]
    if product.body.get("barred"):
        hint = f"Find a list of products at {state.address}/products ."
        problems.add(
            ("lines", place, "product"),
            f"Product '{number}' is barred.",
            code=BARRED,
            value=number,
            hint=hint,
        )
    zone = doc.body["recipient"]["vatZone"]["vatZoneNumber"]
    if state.company.rate(product.body["productGroup"]["productGroupNumber"], zone) is None:
        message = "There is no sales account for the product group in the VAT zone."  # [I]
        problems.add(("lines", place, "product"), message, value=number)


def _book(call: Call, number: int | None = None) -> Reply:
    """POST to the collection, or PUT to the wanted number (section 10) [D19]."""
    state = call.state
    body = call.clean(BOOKING)
    draft = body["draftInvoice"]["draftInvoiceNumber"]
    doc = state.drafts.get(draft)
    if doc is None:
        problems = Problems()
        message = f"DraftInvoice '{draft}' not found."  # the words a client met (section 10) [L trust]
        problems.add(("draftInvoice",), message, code=NOT_THERE, value=draft)
        problems.settle()
        raise AssertionError  # pragma: no cover
    booked = book(state, doc, number=number or body.get("bookWithNumber"))
    booked.sent = body.get("sendBy", body.get("sentBy", "none")).lower() == "ean"
    return created(booked_json(state, booked, lines=True), state.link("invoices/booked", booked.number))


# --- booked


def _of(wanted: Callable[[State, Doc], bool]) -> Any:
    def listed(call: Call) -> Reply:
        docs = (doc for doc in call.state.booked.values() if wanted(call.state, doc))
        return booked_of(call, docs)

    return listed


def overdue(state: State, doc: Doc) -> bool:
    """Whether its day has passed."""
    terms = state.company.terms[doc.body["paymentTerms"]["paymentTermsNumber"]]
    return due_date(doc.body, terms) < f"{state.today:%Y-%m-%d}"


def _sent(call: Call) -> Reply:
    """E-invoices only: mail is not the API's business (section 10) [D19]."""
    state = call.state
    rows = (
        {
            "id": doc.number,
            "sendBy": "ean",
            "status": "sent",
            "creationDate": f"{doc.touched:%Y-%m-%d}",
            "invoice": {
                "bookedInvoiceNumber": doc.number,
                "self": state.link("invoices/booked", doc.number),
            },
            "self": state.link("invoices/sent", doc.number),
        }
        for doc in state.booked.values()
        if doc.sent
    )
    return collection(call, "registers", whole(rows), by="id")


def _one_booked(call: Call, number: int) -> Reply:
    doc = call.state.booked.get(number)
    if doc is None:
        raise absent()
    return Reply(data=booked_json(call.state, doc, lines=True))


def _pdf(table: str) -> Any:
    def pdf(call: Call, number: int) -> Reply:
        if number not in getattr(call.state, table):
            raise absent()
        return Reply(raw=PDF)

    return pdf


def _root(call: Call) -> Reply:
    names = {name: name for name in ("drafts", "booked", "paid", "unpaid", "overdue", "sent", "totals")}
    links = {name: call.state.link("invoices", path) for name, path in {**names, "notDue": "not-due"}.items()}
    return Reply(data={**links, "self": call.state.link("invoices")})


LISTS: Final[dict[str, Callable[[State, Doc], bool]]] = {
    "booked": lambda _state, _doc: True,
    "paid": lambda _state, doc: remainder(doc) == 0,
    "unpaid": lambda _state, doc: remainder(doc) != 0,
    "overdue": lambda state, doc: remainder(doc) != 0 and overdue(state, doc),
    "not-due": lambda state, doc: remainder(doc) != 0 and not overdue(state, doc),
}
"""Membership says what is paid and what is not (section 10) [D19]."""

ROUTES: list[Route] = [
    ("GET", "/invoices", "Sales", _root),
    ("GET", "/invoices/drafts", "Sales", _drafts),
    ("POST", "/invoices/drafts", "Sales", _create),
    ("DELETE", "/invoices/drafts", "Sales", _delete_all),
    ("GET", "/invoices/drafts/:n", "Sales", _single),
    ("PUT", "/invoices/drafts/:n", "Sales", _replace),
    ("DELETE", "/invoices/drafts/:n", "Sales", _delete),
    ("GET", "/invoices/drafts/:n/templates", "Sales", _templates),
    ("GET", "/invoices/drafts/:n/templates/booking-instructions", "Sales", _instructions),
    ("GET", "/invoices/drafts/:n/pdf", "Sales", _pdf("drafts")),
    ("POST", "/invoices/booked", "Sales", _book),
    ("PUT", "/invoices/booked/:n", "Sales", _book),
    ("GET", "/invoices/sent", "Sales", _sent),
    ("GET", "/invoices/booked/:n", "Sales", _one_booked),
    ("GET", "/invoices/booked/:n/pdf", "Sales", _pdf("booked")),
    *(("GET", f"/invoices/{name}", "Sales", _of(wanted)) for name, wanted in LISTS.items()),
]
