"""An ERP adapter from outside the tree, as a stranger would write one: ``type = tests.support.slowbooks``.

Its server has no idempotency key and may store a document long after the caller has gone, which is the
hardest case there is. The contract suite and the crash tests run against it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from bridge.config.option import Duration, Secret, option
from bridge.erps.context import ErpContext
from bridge.errors import BridgeError, LostReply, Rejected
from bridge.model.documents import CustomerRecord, Document, DocumentKind, Key, Preview
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Problem, say
from bridge.ports import Capability
from bridge.transport import Reply, Transport


class SlowBooks:
    """Books orders over HTTP in an ERP that takes its time."""

    name: ClassVar[str] = "slowbooks"
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.ORDER})
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    fenced: ClassVar[bool] = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """Keys of ``[erp]``, with ``type = tests.support.slowbooks``."""

        base_url: str = option(required=True, help="Address of the server.")
        token: Secret = option(required=True, help="Access token.")
        settle: Duration = option("2m", help="How long a document may still appear after a lost reply.")
        timeout: Duration = option("30s", help="Longest wait for one answer.")

    def __init__(self, options: Options, context: ErpContext) -> None:
        self.settle = options.settle
        self._zone = context.timezone
        self._headers = {"Authorization": f"Bearer {options.token}"}
        self._http = Transport(
            "erp",
            base_url=options.base_url,
            clock=context.clock,
            timeout=options.timeout,
            secrets=(options.token,),
            mounts=context.mounts,
        )

    def check(self) -> Sequence[Problem]:
        """Ask for nothing and see whether the token is good."""
        try:
            self._call("GET", "documents", params={"key": "-"})
        except BridgeError as error:
            return [Problem(where="[erp] token", what=error.text, fix=say("Make a new token in the ERP."))]
        return []

    def find_document(self, key: Key) -> Sequence[Document]:
        """All documents with exactly this key."""
        rows = self._call("GET", "documents", params={"key": str(key)}).json()
        return [self._document(row) for row in rows if row["key"] == str(key)]

    def preview(self, order: Order, key: Key, kind: DocumentKind) -> Preview:
        """The JSON body; this ERP adds up the rows it is given."""
        del kind
        rows = [
            {"text": line.name, "net": plain(line.net), "vat": plain(line.tax), "kind": line.kind.value}
            for line in order.lines
        ]
        rest = order.totals.gross - sum((line.gross for line in order.lines), Decimal(0))
        if rest:
            rows.append({"text": "Avrundning", "net": plain(rest), "vat": "0.00", "kind": "rounding"})
        body = {
            "key": str(key),
            "number": order.ref.number,
            "currency": order.currency,
            "dated": f"{order.created_at.astimezone(self._zone):%Y-%m-%d}",
            "customer": order.customer.billing.name,
            "rows": rows,
        }
        return Preview(
            payload=_json(body),
            media_type="application/json",
            gross=order.totals.gross,
            currency=order.currency,
            rows=tuple(rows),
        )

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Post it; nothing stops the server from storing it twice but our asking first."""
        del customer
        payload = self.preview(order, key, kind).payload
        reply = self._call("POST", "documents", data=payload.encode())
        try:
            document = self._document(reply.json())
        except (KeyError, TypeError) as odd:
            raise LostReply(say("The ERP's answer is not the document."), channel="erp") from odd
        return replace(document, payload=payload, media_type="application/json")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(self, method: str, path: str, **how: object) -> Reply:
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            return self._http.call(method, path, headers=headers, **how)  # type: ignore[arg-type]
        except Rejected as error:
            error.advice = error.advice or say("Correct the order in the shop, then press Retry.")
            raise

    @staticmethod
    def _document(row: dict[str, str]) -> Document:
        return Document(
            kind=DocumentKind.ORDER,
            id=row["id"],
            number=row["id"],
            gross=Decimal(row["gross"]),
            currency=row["currency"],
            dated=date.fromisoformat(row["dated"]),
        )


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)
