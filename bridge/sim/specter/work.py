"""People at work on orders: delivery, invoice, payment, removal (specter facts, sections 5.4 to 6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from bridge.sim.specter import stock
from bridge.sim.specter.reckoning import totals
from bridge.sim.specter.state import Delivery, Invoice, Order, State

__all__ = ["deliver", "found", "invoice", "pay", "remove"]

ONE: Final = Decimal(1)
NOTHING: Final = Decimal(0)
KLARNA: Final = ("K", "KG")


def found(state: State, number: str) -> Order:
    """The order of this number, or the one an invoice of this number was made of.

    Raises:
        LookupError: there is none.
    """
    made = state.invoices.get(int(number))
    return state.orders[int(number) if made is None else made.order]


def deliver(state: State, order: Order, share: Decimal, tracking: str) -> None:
    """So much of each row, whole pieces, at least one, never more than is left; nothing left: nothing happens.

    Raises:
        ValueError: the order is removed.
    """
    if order.removed:
        raise ValueError("a removed order cannot be delivered")
    pieces = [_pieces(row.quantity, row.quantity - row.delivered, share) for row in order.rows]
    if not any(pieces):
        return
    for row, quantity in zip(order.rows, pieces, strict=True):
        row.delivered += quantity
        stock.deliver(state, row.article, order.site, quantity)
    order.deliveries.append(Delivery(tracking=tracking, quantities=pieces))
    state.keep(order)
    state.changed("order", str(order.no))


def _pieces(whole: Decimal, left: Decimal, share: Decimal) -> Decimal:
    if share == ONE:
        return left
    return min(left, max(ONE, (whole * share).to_integral_value(ROUND_FLOOR)))


def invoice(state: State, order: Order, *, delivered: bool = False) -> Invoice:
    """The order becomes an invoice; ``delivered``: only what has left and is on none yet (section 6) [DOC].

    Whoever listens is told orderId and invoiceId [1]; that orderId is the order's number is inferred [INF].

    Raises:
        ValueError: the order is removed, or nothing is left to invoice.
    """
    if order.removed:
        raise ValueError("a removed order cannot be invoiced")
    pieces = [(row.delivered if delivered else row.quantity) - row.invoiced for row in order.rows]
    if not any(pieces):
        raise ValueError("nothing is left to invoice")
    made = Invoice(
        no=state.next("invoice"),
        order=order.no,
        gross=totals(state.account, order.rows, pieces).gross,
        captured=_captured(state, order, pieces),
    )
    for row, quantity in zip(order.rows, pieces, strict=True):
        row.invoiced += quantity
    state.keep(made)
    state.keep(order)
    state.changed("order", str(order.no))
    state.events.append(("invoice", {"orderId": str(order.no), "invoiceId": str(made.no)}))
    return made


def _captured(state: State, order: Order, pieces: Sequence[Decimal]) -> Decimal:
    """What invoicing makes Klarna charge: nothing without a reservation; whole pieces, rounded down [DOC, S-HELP]."""
    if order.data["paytypeidentifier"] not in KLARNA or not order.data["paytypereference"]:
        return NOTHING
    whole = [quantity.to_integral_value(ROUND_FLOOR) for quantity in pieces]
    return totals(state.account, order.rows, whole).gross


def pay(state: State, order: Order) -> None:
    """Every invoice is paid whole; what is not invoiced is invoiced first."""
    if any(row.invoiced < row.quantity for row in order.rows):
        invoice(state, order)
    for each in list(state.invoices.values()):
        if each.order == order.no:
            each.paid = each.gross
            state.keep(each)


def remove(state: State, order: Order) -> None:
    """It is removed; what it had spoken for is free again. Whoever listens is told orderNo [1].

    Raises:
        ValueError: it is invoiced, and stays for ever.
    """
    if any(each.order == order.no for each in state.invoices.values()):
        raise ValueError("an invoiced order cannot be removed")
    if order.removed:
        return
    order.removed = True
    state.keep(order)
    for row in order.rows:
        stock.reserve(state, row.article, order.site, row.delivered - row.quantity)
    state.changed("order", str(order.no))
    state.events.append(("removed", {"orderNo": str(order.no)}))
