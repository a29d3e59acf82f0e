"""How many invoices there are and what they come to (economic facts, section 10: /invoices/totals) [D19]."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bridge.sim.economic.call import Call, Reply, Route, absent
from bridge.sim.economic.invoices import LISTS, remainder
from bridge.sim.economic.reckoning import in_base
from bridge.sim.economic.state import Doc, State

__all__ = ["ROUTES"]

Row = dict[str, Any]
BELOW = {
    "drafts": "",
    "booked": "",
    "booked/paid": "paid",
    "booked/unpaid": "unpaid",
    "booked/unpaid/overdue": "overdue",
    "booked/unpaid/not-overdue": "not-due",
}


def _docs(state: State, path: str) -> list[Doc]:
    if path == "drafts":
        return list(state.drafts.values())
    wanted = LISTS[BELOW[path] or "booked"]
    return [doc for doc in state.booked.values() if wanted(state, doc)]


def _sum(state: State, path: str) -> Row:
    found = _docs(state, path)
    row: Row = {
        "invoiceCount": len(found),
        "netAmountInBaseCurrency": sum(
            (in_base(state, doc.body, doc.totals.net) for doc in found), Decimal("0.00")
        ),
        "self": state.link("invoices/totals", path),
    }
    if path in ("booked/unpaid", "booked/unpaid/overdue"):
        rests = (in_base(state, doc.body, remainder(doc)) for doc in found)
        row["grossRemainderInBaseCurrency"] = sum(rests, Decimal("0.00"))
    return row


def _all(call: Call) -> Reply:
    state = call.state
    unpaid = {
        **_sum(state, "booked/unpaid"),
        "overdue": _sum(state, "booked/unpaid/overdue"),
        "notOverdue": _sum(state, "booked/unpaid/not-overdue"),
    }
    booked = {**_sum(state, "booked"), "paid": _sum(state, "booked/paid"), "unpaid": unpaid}
    home = state.link("invoices/totals")
    return Reply(data={"drafts": _sum(state, "drafts"), "booked": booked, "self": home})


def _one(path: str) -> Callable[..., Reply]:
    def one(call: Call) -> Reply:
        return Reply(data=_sum(call.state, path))

    return one


def _of_customer(call: Call, number: int) -> Reply:
    """Links only; the figures are below them."""
    if number not in call.state.customers:
        raise absent()
    home = call.state.link("customers", number, "totals")
    return Reply(data={"drafts": f"{home}/drafts", "booked": f"{home}/booked", "self": home})


ROUTES: list[Route] = [
    ("GET", "/invoices/totals", "Sales", _all),
    *(("GET", f"/invoices/totals/{path}", "Sales", _one(path)) for path in BELOW),
    ("GET", "/customers/:n/totals", "Sales", _of_customer),
]
