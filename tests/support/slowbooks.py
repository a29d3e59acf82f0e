"""An ERP adapter from outside the tree, as a stranger would write one: ``type = tests.support.slowbooks``.

A small ERP of article rows with net prices in two decimals, the least exact arithmetic there is. Its server has no
idempotency key and may store a document long after the caller has gone, which is the hardest case there is. The
contract suite and the crash tests run against it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from bridge.config.option import Duration, Secret, option
from bridge.erps.arithmetic import Arithmetic, Discount, Prices, VatBy
from bridge.erps.context import ErpContext
from bridge.erps.credits import check_size, taken
from bridge.erps.drafting import Draft, DraftAddress, DraftSettings, draft
from bridge.erps.drafting.fitting import PlacedDraft, PlacedRow, place
from bridge.erps.rate_file import conversion_of
from bridge.errors import BridgeError, LostReply, Rejected
from bridge.model.documents import Correction, CustomerRecord, Document, DocumentKind, Key, Preview
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Problem, say
from bridge.ports import Capability
from bridge.transport import Reply, Transport
from tests.support.slowbooks_amends import AmendsOverHttp
from tests.support.slowbooks_customers import CustomersOverHttp
from tests.support.slowbooks_feeds import FeedsOverHttp
from tests.support.slowbooks_finishing import FinishesOverHttp
from tests.support.slowbooks_rates import RatesOverHttp, rate_notes

ARITHMETIC = Arithmetic(
    name="slowbooks",
    prices=(Prices.NET,),
    price_decimals=2,
    discounts=frozenset({Discount.PERCENT}),
    vat=VatBy.RATE,
)


class SlowBooks(AmendsOverHttp, CustomersOverHttp, FeedsOverHttp, FinishesOverHttp, RatesOverHttp):
    """Books orders over HTTP in an ERP that takes its time."""

    name: ClassVar[str] = "slowbooks"
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.ORDER, DocumentKind.INVOICE})
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.CUSTOMERS,
            Capability.LISTS_CUSTOMERS,
            Capability.CREDITS,
            Capability.AMENDS,
            Capability.CANCELS,
            Capability.ASKS_RATES,
            Capability.FINALISES,
            Capability.FULFILMENTS,
            Capability.STOCK,
            Capability.PRICES,
            Capability.PRODUCTS,
            Capability.TAKES_PRODUCTS,
        }
    )
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
        self._orders = context.orders
        self._settings = DraftSettings.of(context)
        self._conversion = conversion_of(context, erp=self)
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
        """All documents with exactly this key; an order and the invoice made of it are one."""
        rows = self._call("GET", "documents", params={"key": str(key)}).json()
        return [self._document(row) for row in rows if row["key"] == str(key) and not row["invoiced_as"]]

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """The JSON body, and what this ERP will make of it."""
        rate = self.rate_of(order, on=order.created_at.astimezone(self._zone).date())
        placed = place(
            draft(order, self._settings),
            ARITHMETIC,
            tax_lines=order.tax_lines,
            tolerance=self._settings.tolerance,
        )
        body = {**self._body(placed, key, kind), "rate": plain(rate.rate) if rate else ""}
        if customer is not None:
            body["customer"] = customer.number
        return Preview(
            payload=json.dumps(body, ensure_ascii=False),
            media_type="application/json",
            gross=placed.fitted.computed.gross,
            currency=order.currency,
            rows=tuple(_shown(placed)),
            notes=(*placed.draft.notes, *rate_notes(rate)),
        )

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Post it; nothing stops the server from storing it twice but our asking first."""
        return self._post(self.preview(order, key, kind, customer=customer))

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """A document with negative quantities: this ERP knows no other credit."""
        del original
        return self.preview(taken(correction), key, DocumentKind.CREDIT)

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """Post it in the same way."""
        check_size(correction.totals.gross, original, currency=correction.order.currency)
        return self._post(self.preview_correction(correction, key, original))

    def _post(self, preview: Preview) -> Document:
        document = self._read(self._call("POST", "documents", data=preview.payload.encode()))
        return replace(document, payload=preview.payload, media_type=preview.media_type, notes=preview.notes)

    def _read(self, reply: Reply) -> Document:
        try:
            return self._document(reply.json())
        except (KeyError, TypeError) as odd:
            raise LostReply(say("The ERP's answer is not the document."), channel="erp") from odd

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _body(self, placed: PlacedDraft, key: Key, kind: DocumentKind) -> dict[str, Any]:
        document = placed.draft
        return {
            "key": str(key),
            "kind": kind.value,
            "number": document.number,
            "currency": document.currency,
            "dated": f"{document.created_at.astimezone(self._zone):%Y-%m-%d}",
            "billing": _address(document.billing),
            "shipping": _address(document.shipping),
            "references": [document.references.ours, document.references.yours, document.references.order],
            "text": document.text,
            "comment": document.comment,
            "delivery": document.delivery.way,
            "mail": [document.mail.to, document.mail.copy_to] if document.mail.confirm else [],
            "cost_centre": document.cost_centre,
            "project": document.project,
            "extra": dict(document.vendor),
            "rows": [self._row(row) for row in placed.rows],
            "payments": _payments(document),
        }

    def _row(self, row: PlacedRow) -> dict[str, str]:
        return {
            "kind": row.draft.kind.value if row.draft else "rounding",
            "article": row.draft.article if row.draft else self._settings.articles.rounding,
            "text": row.text,
            "quantity": plain(row.figures.quantity),
            "price": plain(row.figures.price),
            "vat": plain(row.figures.percent),
            "discount": plain(row.figures.discount_percent),
        }

    def _call(self, method: str, path: str | Sequence[str], **how: object) -> Reply:
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            return self._http.call(method, path, headers=headers, **how)  # type: ignore[arg-type]
        except Rejected as error:
            if error.status == 422:
                raise self._unknown_article(error) from error
            error.advice = error.advice or say("Correct the order in the shop, then press Retry.")
            raise

    @staticmethod
    def _unknown_article(error: Rejected) -> Rejected:
        return Rejected(
            say("The ERP does not know the article: {answer}", answer=error.excerpt),
            channel="erp",
            field="article",
            advice=say("Make the article in the ERP, then press Retry."),
        )

    @staticmethod
    def _document(row: dict[str, str]) -> Document:
        return Document(
            kind=DocumentKind(row["kind"]),
            id=row["id"],
            number=row["id"],
            gross=Decimal(row["gross"]),
            currency=row["currency"],
            dated=date.fromisoformat(row["dated"]),
        )


def _address(address: DraftAddress) -> list[str]:
    return [address.name, address.row_1, address.row_2, address.postcode, address.city, address.country]


def _payments(document: Draft) -> list[dict[str, str]]:
    return [
        {
            "account": each.account,
            "amount": plain(each.amount),
            "title": each.title,
            "terms": each.terms,
            "mode": each.mode,
        }
        for each in document.payments
    ]


def _shown(placed: PlacedDraft) -> list[Mapping[str, str]]:
    return [
        {
            "text": row.text,
            "quantity": plain(row.figures.quantity),
            "price": plain(row.figures.price),
            "vat": plain(row.figures.percent),
            "discount": plain(row.figures.discount_percent),
            "amount": plain(row.amount),
        }
        for row in placed.rows
    ]
