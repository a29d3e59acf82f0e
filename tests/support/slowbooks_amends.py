"""SlowBooks and documents that change: until one is booked it can be written anew in place, or struck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Flask, Response, jsonify, request

from bridge.model.documents import Document, DocumentKind, Key, Preview
from bridge.model.orders import Order
from bridge.model.texts import say
from bridge.transport import Reply


class AmendsOverHttp:
    """The adapter's half: ``Amends`` and ``Cancels``."""

    _call: Callable[..., Reply]
    _read: Callable[[Reply], Document]
    preview: Callable[[Order, Key, DocumentKind], Preview]

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """Write the whole document anew under its own number; the same again changes nothing."""
        preview = self.preview(order, key, original.kind)
        document = self._read(self._call("PUT", f"documents/{original.id}", data=preview.payload.encode()))
        return replace(document, payload=preview.payload, media_type="application/json", notes=preview.notes)

    def cancel(self, key: Key, original: Document) -> Document:
        """Strike it; a struck one stays struck."""
        del key
        self._call("DELETE", f"documents/{original.id}")
        return replace(original, notes=(say("Struck in the ERP."),))


class AmendDesk:
    """The server's half: what is booked stays as it is."""

    def __init__(
        self,
        app: Flask,
        *,
        allowed: Callable[[], bool],
        find: Callable[[str], dict[str, Any] | None],
        checked: Callable[[dict[str, Any]], Decimal],
        touch: Callable[[dict[str, Any]], None],
    ) -> None:
        self.struck: set[str] = set()
        self._allowed = allowed
        self._find = find
        self._checked = checked
        self._touch = touch
        app.add_url_rule("/documents/<number>", view_func=self._amend, methods=["PUT"])
        app.add_url_rule("/documents/<number>", view_func=self._strike, methods=["DELETE"])

    def _amend(self, number: str) -> Response | tuple[Response, int]:
        row = self._find(number)
        refused = self._refused(row)
        if refused is not None or row is None:
            return refused or (jsonify(error="no such document"), 404)
        if number in self.struck:
            return jsonify(error="the document is struck"), 409
        body = request.get_json()
        try:
            gross = self._checked(body)
        except ValueError as wrong:
            return jsonify(error=str(wrong)), 422
        row.update({**body, "kind": row["kind"], "gross": str(gross)})
        self._touch(row)
        return jsonify(row)

    def _strike(self, number: str) -> Response | tuple[Response, int]:
        row = self._find(number)
        refused = self._refused(row)
        if refused is not None or row is None:
            return refused or (jsonify(error="no such document"), 404)
        self.struck.add(number)
        self._touch(row)
        return jsonify(struck=number)

    def _refused(self, row: dict[str, Any] | None) -> tuple[Response, int] | None:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        if row is None:
            return jsonify(error="no such document"), 404
        if row["booked"] or row["invoiced_as"]:
            return jsonify(error="the document is booked, or an invoice was made of it"), 409
        return None
