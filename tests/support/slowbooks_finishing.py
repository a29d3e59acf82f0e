"""SlowBooks and documents that go further: an order becomes an invoice, which is booked, paid and mailed.

The server refuses what cannot be (an order invoiced twice, a payment of an invoice that is not booked) and takes
whatever else it is told to do, as often as it is told: a second payment, a second mail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from flask import Flask, Response, jsonify, request

from bridge.config.sections import OrdersSection
from bridge.errors import Rejected
from bridge.model.documents import Document, DocumentKind, Key
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import say
from bridge.transport import Reply

Row = dict[str, Any]


class FinishesOverHttp:
    """The adapter's half: ``Finalises``."""

    mails: ClassVar[bool] = True
    _call: Callable[..., Reply]
    _document: Callable[[Row], Document]
    _orders: OrdersSection

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """What [orders] says; a payment only of what is paid."""
        wanted = self._orders
        if kind is DocumentKind.ORDER:
            return wanted.invoice_orders or wanted.order_mail
        return (
            wanted.book_invoices or wanted.invoice_mail or (wanted.register_payments and bool(_paid(order)))
        )

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """Each step looks at the document first, which is read anew after every step."""
        sent = [
            f"{path} {body}"
            for path, body in self._steps(order, key, original)
            if self._call("POST", path, data=body.encode())
        ]
        document = self._document(self._standing(key, original))
        return replace(document, payload="\n".join(sent), media_type="text/plain")

    def _steps(self, order: Order, key: Key, original: Document) -> Iterator[tuple[str, str]]:
        """What is still to be done; the caller does one before it asks for the next."""
        wanted, row = self._orders, self._standing(key, original)
        if wanted.order_mail and not self._made_as(key, original)["mailed"]:
            yield f"documents/{original.id}/mail", ""
        if row["kind"] == "order":
            if not wanted.invoice_orders:
                return
            yield f"documents/{row['id']}/invoice", ""
            row = self._standing(key, original)
        if wanted.book_invoices and not row["booked"]:
            yield f"documents/{row['id']}/booking", ""
        if wanted.register_payments and _paid(order):
            payments = self._call("GET", "payments", params={"invoice": row["id"]}).json()
            left = Decimal(row["gross"]) - sum(Decimal(each["amount"]) for each in payments)
            if left > 0:
                yield "payments", json.dumps({"invoice": row["id"], "amount": plain(left)})
        if wanted.invoice_mail and not self._standing(key, original)["mailed"]:
            yield f"documents/{row['id']}/mail", ""

    def _made_as(self, key: Key, original: Document) -> Row:
        """The document itself, whatever it became."""
        rows = {row["id"]: row for row in self._call("GET", "documents", params={"key": str(key)}).json()}
        if original.id not in rows:
            raise Rejected(
                say("Document {number} is not in the ERP any more.", number=original.number),
                channel="erp",
                advice=say("Look what became of it, then settle or drop this entry."),
            )
        row: Row = rows[original.id]
        return row

    def _standing(self, key: Key, original: Document) -> Row:
        row = self._made_as(key, original)
        rows = self._call("GET", "documents", params={"key": str(key)}).json()
        return next((each for each in rows if each["id"] == row["invoiced_as"]), row)


def _paid(order: Order) -> bool:
    return order.payment.paid_at is not None and order.totals.gross > 0


class FinishDesk:
    """The server's half."""

    def __init__(
        self,
        app: Flask,
        *,
        allowed: Callable[[], bool],
        find: Callable[[str], Row | None],
        add: Callable[[Row], Row],
        touch: Callable[[Row], None],
    ) -> None:
        self.mails: list[str] = []
        self.paid: list[tuple[str, Decimal]] = []
        self._allowed = allowed
        self._find = find
        self._add = add
        self._touch = touch
        app.add_url_rule("/documents/<number>/<step>", "finish", self._step, methods=["POST"])
        app.add_url_rule("/payments", "payments", self._payments, methods=["GET"])
        app.add_url_rule("/payments", "pay", self._pay, methods=["POST"])

    @property
    def payments(self) -> dict[str, Decimal]:
        """Per invoice."""
        found: dict[str, Decimal] = {}
        for number, amount in self.paid:
            found[number] = found.get(number, Decimal(0)) + amount
        return found

    def invoice(self, row: Row) -> Row:
        """The order becomes one, unless it has or is one."""
        if row["kind"] == "invoice":
            return row
        if row["invoiced_as"]:
            return self._find(row["invoiced_as"]) or row
        made = self._add({**row, "kind": "invoice", "of": row["id"]})
        row["invoiced_as"] = made["id"]
        self._touch(made)
        return made

    def book(self, row: Row) -> None:
        """From here on it can neither be amended nor cancelled."""
        row["booked"] = True
        self._touch(row)

    def pay(self, row: Row, amount: Decimal) -> None:
        """Once more, if told so once more."""
        self.paid.append((row["id"], amount))
        row["paid"] = True
        self._touch(row)

    def _step(self, number: str, step: str) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        row = self._find(number)
        if row is None or step not in {"invoice", "booking", "mail"}:
            return jsonify(error="no such document"), 404
        refused = _refused(row, step)
        if refused:
            return jsonify(error=refused), 409
        if step == "invoice":
            return jsonify(self.invoice(row)), 201
        if step == "booking":
            self.book(row)
        else:
            self.mails.append(number)
            row["mailed"] = True
            self._touch(row)
        return jsonify(row)

    def _payments(self) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        asked = request.args["invoice"]
        return jsonify([{"amount": str(amount)} for number, amount in self.paid if number == asked])

    def _pay(self) -> tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        body: Mapping[str, str] = request.get_json()
        row = self._find(body["invoice"])
        if set(body) != {"invoice", "amount"} or row is None:
            return jsonify(error="unknown invoice or field"), 400
        if not row["booked"]:
            return jsonify(error="the invoice is not booked"), 409
        self.pay(row, Decimal(body["amount"]))
        return jsonify(amount=body["amount"]), 201


def _refused(row: Row, step: str) -> str:
    if step == "invoice" and (row["kind"] != "order" or row["invoiced_as"]):
        return "it is invoiced already"
    if step == "booking" and row["kind"] == "order":
        return "an order is not booked"
    return "it is booked already" if step == "booking" and row["booked"] else ""
