"""From a placed draft to the customer invoice Hogia is sent, in either body (Hogia facts, section 2.3). Pure.

Which field gets what stands in ``mapping_tables``. Everything is said in rows with accounts: of articles in Hogia
nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from bridge.erps.chart import Account
from bridge.erps.drafting import Draft, DraftAddress, RowKind
from bridge.erps.drafting.fitting import PlacedDraft, PlacedRow
from bridge.erps.fields import Field, body
from bridge.erps.hogia_smart.mapping_lines import (
    NEWER_LINE,
    NEWER_TEXT,
    OLDER_LINE,
    OLDER_TEXT,
    TEXT,
    Line,
)
from bridge.erps.hogia_smart.mapping_tables import (
    COMMENT,
    NAME,
    NEWER_HEAD,
    OLDER_HEAD,
    REFERENCE,
    STREET,
    Facts,
    Sheet,
)
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.texts import Text, say

__all__ = ["OWN", "Booked", "Shape", "document_body", "sheet_of", "shown"]

OWN: Final = ("customerProjectNumber", "invoiceReference")
"""Fields of Hogia a checkout field may be sent to."""
_NUMBERED: Final = {RowKind.PRODUCT, RowKind.SHIPPING, RowKind.FEE, RowKind.COD, RowKind.DISCOUNT}
"""Rows whose article Hogia, or the shop, has; gift cards and rounding have an account only."""
_WHERE: Final = {"billing": say("billing address"), "delivery": say("delivery address")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The accounts of one placed row."""

    account: Account
    vat: Account | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the owner wants rows, and which body they are for."""

    newer: bool
    key: str
    """The field that carries our key: ``invoice.key`` of the profile."""
    unit: str
    row_articles: bool


def sheet_of(placed: PlacedDraft, facts: Facts, booked: Sequence[Booked], shape: Shape) -> Sheet:
    """The invoice of a draft whose accounts are found: ``booked`` has those of each placed row.

    Raises:
        Rejected: a field of [fields] that Hogia does not have.
    """
    draft, fitting = placed.draft, Fitting()
    priced = [
        _line(at, row, each, draft, shape, fitting)
        for at, (row, each) in enumerate(zip(placed.rows, booked, strict=True), 1)
    ]
    above = [facts.about, f"Order {draft.number}"]
    texts = ([*filter(None, above)], [*_printed(draft, newer=shape.newer)])
    before, after = (
        [Line(text=fitted) for text in part if (fitted := fitting.fit(text, where=say("text"), most=TEXT))]
        for part in texts
    )
    return Sheet(
        draft=draft,
        facts=facts,
        name=fitting.fit(draft.billing.name, where=say("name"), most=NAME) or draft.number,
        billing=_fitted(draft.billing, "billing", fitting),
        shipping=_fitted(draft.shipping, "delivery", fitting),
        comment=fitting.lines(draft.comment, where=say("comment"), most=COMMENT),
        ours=fitting.fit(draft.references.ours, where=say("our reference"), most=REFERENCE),
        yours=fitting.fit(draft.references.yours, where=say("your reference"), most=REFERENCE),
        own=_own(draft.vendor, fitting),
        lines=(*before, *priced, *after),
        notes=(*draft.notes, *fitting.notes()),
    )


def document_body(sheet: Sheet, shape: Shape) -> dict[str, Json]:
    """What is sent to make it, in one body or the other."""
    head = [_renamed(each, shape.key) for each in (NEWER_HEAD if shape.newer else OLDER_HEAD)]
    made = body(head, sheet, fit=_cut)
    return {**made, "invoiceLines": [_wire(line, newer=shape.newer) for line in sheet.lines]}


def shown(sheet: Sheet) -> tuple[Mapping[str, str], ...]:
    """The priced rows for a table."""
    return tuple(
        {
            "account": line.account.number if line.account else "",
            "text": line.text,
            "quantity": plain(line.quantity),
            "price": plain(line.price),
            "discount": plain(line.placed.figures.discount_percent),
            "vat": plain(line.placed.figures.percent),
            "amount": plain(line.placed.amount),
        }
        for line in sheet.lines
        if line.placed is not None
    )


def _wire(line: Line, *, newer: bool) -> dict[str, Json]:
    if not newer:
        return body(OLDER_LINE if line.placed else OLDER_TEXT, line, fit=_cut)
    if line.placed is None:
        return {"textInvoiceLine": body(NEWER_TEXT, line, fit=_cut)}
    return {"invoiceLine": body(NEWER_LINE, line, fit=_cut)}


def _renamed(field: Field[Sheet], key: str) -> Field[Sheet]:
    """With the key in the profile's field; a checkout field gives way to it."""
    inside, _, name = field.vendor.rpartition(".")
    if name == key:
        return replace(field, value=lambda sheet: sheet.facts.key)
    if name == "customerOrderNumber":
        return replace(field, vendor=f"{inside}.{key}")
    return field


def _line(
    position: int, row: PlacedRow, booked: Booked, draft: Draft, shape: Shape, fitting: Fitting
) -> Line:
    figures = row.figures
    known = shape.row_articles and row.draft is not None and row.draft.kind in _NUMBERED
    article = row.draft.article if known and row.draft else ""
    named = row.text if row.text.startswith(article) else f"{article} {row.text}"
    text = fitting.fit(named, where=say("row {position}", position=position), most=TEXT)
    turned = Decimal(-1) if figures.price < 0 else Decimal(1)
    goods = row.draft is not None and row.draft.kind is RowKind.PRODUCT
    return Line(
        text=text or figures.kind.value,
        placed=row,
        quantity=figures.quantity * turned,
        price=figures.price * turned,
        account=booked.account,
        vat_account=booked.vat,
        unit=shape.unit if goods else "",
        cost_centre=draft.cost_centre.strip(),
        project=draft.project.strip(),
    )


def _printed(draft: Draft, *, newer: bool) -> Iterator[str]:
    """Texts on the document are the buyer's, not the operator's: Swedish, as everywhere on documents.

    The newer body has no address: only the contact's is printed, so another place of delivery is a row of text.
    """
    to, bill = draft.shipping, draft.billing
    place = (to.name, *to.rows, f"{to.postcode} {to.city}".strip(), to.country if to.country != "SE" else "")
    if newer and to != bill:
        yield "Levereras till: " + ", ".join(filter(None, place))
    elif to.name != bill.name:
        yield f"Levereras till: {to.name}"
    if draft.references.order.strip():
        yield f"Ert ordernummer: {draft.references.order}"
    yield from draft.text.splitlines()


def _fitted(address: DraftAddress, which: str, fitting: Fitting) -> DraftAddress:
    where = _WHERE[which]
    rows = (
        fitting.fit(row, where=say("{address}, street", address=where), most=STREET)
        for row in (address.row_1, address.row_2)
    )
    return replace(
        address,
        rows=tuple(filter(None, rows)),
        postcode=fitting.fit(address.postcode, where=say("{address}, postcode", address=where), most=20),
        city=fitting.fit(address.city, where=say("{address}, city", address=where), most=100),
    )


def _own(wanted: Mapping[str, str], fitting: Fitting) -> Mapping[str, str]:
    unknown = next((name for name in wanted if name not in OWN), None)
    if unknown is not None:
        raise Rejected(
            say("Hogia has no field {name} that can be filled in so.", name=unknown),
            field=unknown,
            advice=say(
                "Possible in [fields]: {allowed}.", allowed=", ".join(f"vendor:{each}" for each in OWN)
            ),
        )
    return {name: fitting.fit(text, where=Text(name), most=REFERENCE) for name, text in wanted.items()}


def _cut(text: str, most: int | None) -> str:
    return text[:most]
