"""The customers of SlowBooks: the adapter's half and the server's, joined to theirs by one line each.

The server is as careless as real ones: it looks for e-mail without case but for a number only as it was written,
hands out its list in pages of two, and makes a customer as often as it is told to.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, ClassVar, Protocol

from flask import Flask, Response, jsonify, request

from bridge.errors import LostReply
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.fitting import LATIN1, Limits
from bridge.model.numbers import compare_form
from bridge.model.orders import Address, Customer
from bridge.model.texts import say
from bridge.sim.booked import KeptCustomer
from bridge.transport import Reply

PAGE = 2
LIMITS = {
    "name": 50,
    "email": 60,
    "phone": 20,
    "number": 20,
    "street": 30,
    "street_2": 30,
    "postcode": 10,
    "city": 30,
}
ADDRESS = {"name", "street", "street_2", "postcode", "city", "country"}
FIELDS = {"name", "company", "email", "phone", "org_number", "vat_number", "billing", "delivery"}


class Calls(Protocol):
    """An adapter that can call its server."""

    def _call(self, method: str, path: str, **how: object) -> Reply: ...


class CustomersOverHttp(Calls):
    """What an adapter with ``Capability.CUSTOMERS`` and ``LISTS_CUSTOMERS`` can do."""

    limits: ClassVar[Limits] = Limits(repertoire=LATIN1, **LIMITS)

    def find_customers(
        self, *, email: str = "", org_number: str = "", number: str = ""
    ) -> Sequence[CustomerRecord]:
        """The server looks for numbers by spelling, so each spelling is asked for and the answers compared."""
        if org_number:
            bare = compare_form(org_number)
            spellings = dict.fromkeys([org_number, bare, f"{bare[:6]}-{bare[6:]}", f"16{bare}"])
            rows = [
                row
                for each in spellings
                for row in self._call("GET", "customers", params={"org": each}).json()
            ]
            found = {row["id"]: row for row in rows if compare_form(row["org_number"]) == bare}
            return [_record(row) for row in found.values()]
        params = {"email": email} if email else {"number": number}
        return [_record(row) for row in self._call("GET", "customers", params=params).json()]

    def put_customer(
        self,
        customer: Customer,
        *,
        existing: CustomerRecord | None,
        parts: Collection[CustomerPart] = (),
    ) -> CustomerRecord:
        """POST makes one; PUT overwrites what it is given."""
        if existing is None:
            reply = self._call("POST", "customers", data=_body(customer, tuple(CustomerPart)))
        else:
            reply = self._call("PUT", f"customers/{existing.number}", data=_body(customer, parts))
        try:
            return _record(reply.json())
        except (KeyError, TypeError) as odd:
            raise LostReply(say("The ERP's answer is not the customer."), channel="erp") from odd

    def customers(self) -> Iterator[CustomerRecord]:
        """Page by page."""
        after = ""
        while rows := self._call("GET", "customers", params={"after": after}).json():
            yield from map(_record, rows)
            after = rows[-1]["number"]


def _body(customer: Customer, parts: Collection[CustomerPart]) -> bytes:
    """The chosen parts, and no blanks: they would overwrite."""
    body: dict[str, Any] = {}
    if CustomerPart.BILLING in parts:
        body |= {
            "name": customer.company or customer.billing.name or customer.email or "?",
            "company": bool(customer.company),
            "phone": customer.phone,
            "org_number": customer.org_number,
            "vat_number": customer.vat_number,
            "billing": _address(customer.billing),
        }
    if CustomerPart.DELIVERY in parts:
        body["delivery"] = _address(customer.shipping)
    if CustomerPart.EMAIL in parts:
        body["email"] = customer.email
    told = {key: value for key, value in body.items() if value not in ("", {})}
    return json.dumps(told, ensure_ascii=False).encode()


def _address(address: Address) -> dict[str, str]:
    told = {
        "name": address.name,
        "street": address.street,
        "street_2": address.street_2,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }
    return {key: value for key, value in told.items() if value}


def _record(row: dict[str, Any]) -> CustomerRecord:
    return CustomerRecord(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        email=row["email"],
        org_number=row["org_number"],
        postcode=row["billing"].get("postcode", ""),
    )


class CustomerDesk:
    """The server's half."""

    def __init__(self, app: Flask, *, allowed: Callable[[], bool], dawdle: Callable[[], None]) -> None:
        """``dawdle``: how it takes its time before it stores a new one."""
        self._allowed = allowed
        self._dawdle = dawdle
        self._lock = threading.Lock()
        self._rows: list[dict[str, Any]] = []
        app.add_url_rule("/customers", "find_customers", self._find, methods=["GET"])
        app.add_url_rule("/customers", "make_customer", self._make, methods=["POST"])
        app.add_url_rule("/customers/<number>", "change_customer", self._change, methods=["PUT"])

    def kept(self) -> list[KeptCustomer]:
        """Everybody."""
        with self._lock:
            return [
                KeptCustomer(
                    number=row["number"],
                    name=row["name"],
                    company=row["company"],
                    email=row["email"],
                    org_number=row["org_number"],
                    street=row["billing"].get("street", ""),
                    delivery_street=row["delivery"].get("street", ""),
                )
                for row in self._rows
            ]

    def keep(self, *, name: str, email: str = "", org_number: str = "") -> str:
        """Somebody else makes a customer, at the till; returns the number."""
        return str(self._add({"name": name, "email": email, "org_number": org_number})["number"])

    def _find(self) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        asked = request.args
        with self._lock:
            if "after" in asked:
                rows = [row for row in self._rows if row["number"] > asked["after"]][:PAGE]
            elif "email" in asked:
                rows = [row for row in self._rows if row["email"].lower() == asked["email"].lower()]
            elif "org" in asked:
                rows = [row for row in self._rows if row["org_number"] == asked["org"]]
            else:
                rows = [row for row in self._rows if row["number"] == asked["number"]]
            return jsonify(rows)

    def _make(self) -> tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        body = request.get_json()
        wrong = _wrong(body) or ("" if body.get("name") else "name is required")
        if wrong:
            return jsonify(error=wrong), 400
        self._dawdle()
        return jsonify(self._add(body)), 201

    def _change(self, number: str) -> tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        body = request.get_json()
        if wrong := _wrong(body):
            return jsonify(error=wrong), 400
        with self._lock:
            row = next((each for each in self._rows if each["number"] == number), None)
            if row is None:
                return jsonify(error="no such customer"), 404
            row |= {key: value for key, value in body.items() if key not in {"billing", "delivery"}}
            for key in ("billing", "delivery"):
                row[key] |= body.get(key, {})
            return jsonify(row), 200

    def _add(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            number = str(1001 + len(self._rows))
            blank = dict.fromkeys(FIELDS, "") | {"company": False, "billing": {}, "delivery": {}}
            self._rows.append({**blank, **body, "id": f"c-{number}", "number": number})
            return self._rows[-1]


def _wrong(body: dict[str, Any]) -> str:
    """What is wrong with a customer; empty: nothing."""
    fields = {
        **body,
        **{
            f"{key} {each}": value
            for key in ("billing", "delivery")
            for each, value in body.get(key, {}).items()
        },
    }
    for name, value in fields.items():
        plain = name.split(" ")[-1]
        if plain not in FIELDS | ADDRESS:
            return f"unknown field {name}"
        most = LIMITS.get("number" if plain.endswith("_number") else plain)
        if isinstance(value, str) and most is not None and len(value) > most:
            return f"{name} is too long"
        if isinstance(value, str) and not value.isprintable():
            return f"{name} holds control characters"
        if isinstance(value, str) and value != value.encode("latin-1", "replace").decode("latin-1"):
            return f"{name} holds unknown letters"
    return ""
