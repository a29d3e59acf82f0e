"""What a change of status sets off: notes, mails, stock, dates (woocommerce facts, table e)."""

from __future__ import annotations

from bridge.sim.woocommerce.refunding import refund_the_rest
from bridge.sim.woocommerce.state import Order, State
from bridge.sim.woocommerce.stock import give_back, take

__all__ = ["change_status", "pay"]

TAKING = {"processing", "completed", "on-hold"}
GIVING = {"cancelled", "pending"}
# (from, to) -> mails; None stands for any status. Customer mails first, as measured at wp_mail.
RECEIVED = ("customer_processing_order", "Your order has been received!")
MAILS: tuple[tuple[str | None, str, str, str, str], ...] = (
    (None, "completed", "customer", "customer_completed_order", "Your order is on its way!"),
    ("pending", "processing", "customer", *RECEIVED),
    ("on-hold", "processing", "customer", *RECEIVED),
    ("cancelled", "processing", "customer", *RECEIVED),
    ("failed", "processing", "customer", *RECEIVED),
    ("pending", "on-hold", "customer", "customer_on_hold_order", "Your order has been received!"),
    (None, "failed", "customer", "customer_failed_order", "Your order was unsuccessful"),
    ("pending", "processing", "shop", "new_order", "New order"),
    ("pending", "completed", "shop", "new_order", "New order"),
    ("pending", "on-hold", "shop", "new_order", "New order"),
    ("processing", "cancelled", "shop", "cancelled_order", "Order cancelled"),
    ("on-hold", "cancelled", "shop", "cancelled_order", "Order cancelled"),
)


def change_status(state: State, order: Order, status: str) -> None:
    """Set the status with all that follows; the same status again does nothing but move the date (the caller's)."""
    before = order["status"]
    if status == before:
        return
    order["status"] = status
    _set_dates(state, order, status)
    if status in TAKING:
        take(state, order)
    elif status in GIVING:
        give_back(state, order)
    if status == "refunded":
        refund_the_rest(state, order)
    state.note(order["id"], f"Order status changed from {_name(state, before)} to {_name(state, status)}.")
    for left, right, to, kind, subject in MAILS:
        if right == status and left in (None, before):
            state.mail(order["id"], kind, subject, to=to)


def pay(state: State, order: Order) -> None:
    """``set_paid``: paid now, in processing, with its note and its mails."""
    order["date_paid"] = state.now()
    way, number = order["payment_method_title"], order["transaction_id"]
    state.note(order["id"], f"Payment via {way} ({number})." if number else "Payment complete.")
    if order["status"] in ("pending", "on-hold", "failed"):
        change_status(state, order, "processing")


def _set_dates(state: State, order: Order, status: str) -> None:
    if status == "completed":
        order["date_completed"] = state.now()
    # table j: cash on delivery is in processing without a date of payment
    paying = {"completed"} if order["payment_method"] == "cod" else {"processing", "completed"}
    if status in paying and order["date_paid"] is None:
        order["date_paid"] = state.now()


def _name(state: State, status: str) -> str:
    return state.statuses.get(status, status)
