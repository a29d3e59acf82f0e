"""From a placed draft to the document e-conomic is sent. Pure; which field gets what stands in ``mapping_tables``.

Prices are net, amounts are the engine's (``bridge.erps.totals``); what e-conomic works out itself is never sent, and
no field is null (economic facts, section 3 [D19]).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bridge.erps.drafting import Draft, DraftAddress
from bridge.erps.drafting.fitting import PlacedDraft, PlacedRow
from bridge.erps.economic.mapping_fields import own_fields
from bridge.erps.economic.mapping_tables import (
    ADDRESS,
    CITY,
    HEAD,
    HEADING,
    LINE,
    NAME,
    ROW,
    TEXT,
    TO_ADDRESS,
    TO_CITY,
    TO_ZIP,
    ZIP,
    Facts,
    Line,
    Sheet,
    Unit,
)
from bridge.erps.fields import Field, body
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.texts import Text, say

__all__ = ["document_body", "sheet_of", "shown", "whole_number"]


def sheet_of(placed: PlacedDraft, facts: Facts, chosen: Sequence[tuple[str, Unit | None]]) -> Sheet:
    """The document of a draft whose articles are found: ``chosen`` has article and unit of each placed row.

    Raises:
        Rejected: a project that is no number.
    """
    draft, fitting = placed.draft, Fitting()
    bill, to = draft.billing, draft.shipping
    ours = draft.references.ours.strip()
    seller = int(ours) if _is_number(ours) else None
    return Sheet(
        draft=draft,
        facts=facts,
        name=fitting.fit(bill.name, where=say("name"), most=NAME) or draft.number,
        address=_joined(fitting, (bill.attention, *bill.rows), where=say("address"), most=ADDRESS),
        zip=fitting.fit(bill.postcode, where=say("postcode"), most=ZIP),
        city=fitting.fit(bill.city, where=say("city"), most=CITY),
        to_address=_joined(fitting, _names(to), where=say("delivery address"), most=TO_ADDRESS),
        to_zip=fitting.fit(to.postcode, where=say("delivery address, postcode"), most=TO_ZIP),
        to_city=fitting.fit(to.city, where=say("delivery address, city"), most=TO_CITY),
        heading=fitting.fit(f"Order {draft.number}", where=say("heading"), most=HEADING),
        text=_joined(fitting, _printed(draft, facts.about, seller), where=say("text"), most=TEXT),
        comment=_joined(fitting, draft.comment.splitlines(), where=say("comment"), most=TEXT),
        seller=seller,
        project=whole_number(draft.project, where="[shop] project"),
        lines=tuple(
            _line(at, row, article, unit, facts.department, fitting)
            for at, (row, (article, unit)) in enumerate(zip(placed.rows, chosen, strict=True), 1)
        ),
        notes=(*draft.notes, *fitting.notes()),
    )


def document_body(sheet: Sheet) -> dict[str, Json]:
    """What is sent to make it.

    Raises:
        Rejected: a field of [fields] that e-conomic does not have, or whose content cannot be one.
    """
    own = own_fields(sheet.draft.vendor)
    head = [each for each in HEAD if each.vendor not in own]
    made = body([*head, *(_given(each, text) for each, text in own.values())], sheet, fit=_cut)
    return {**made, "lines": [body(LINE, line, fit=_cut) for line in sheet.lines]}


def shown(placed: PlacedDraft, sheet: Sheet) -> tuple[Mapping[str, str], ...]:
    """The rows for a table."""
    return tuple(
        {
            "article": line.article,
            "text": line.text,
            "quantity": plain(row.figures.quantity),
            "price": plain(row.figures.price),
            "discount": plain(row.figures.discount_percent),
            "vat": plain(row.figures.percent),
            "amount": plain(row.amount),
        }
        for row, line in zip(placed.rows, sheet.lines, strict=True)
    )


def whole_number(text: str, *, where: str) -> int | None:
    """A number of a register out of the configuration; None where nothing is written.

    Raises:
        Rejected: it is no number.
    """
    if not text.strip():
        return None
    if not _is_number(text.strip()):
        raise Rejected(
            say("{option} is {value}, and e-conomic knows it by its number.", option=where, value=text),
            field=where,
            advice=say("Write the number it has in e-conomic, then press Retry."),
        )
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len("1000000000")


def _line(
    position: int, row: PlacedRow, article: str, unit: Unit | None, department: int | None, fitting: Fitting
) -> Line:
    text = fitting.fit(row.text, where=say("row {position}", position=position), most=ROW)
    if not article:
        return Line(position=position, text=_counted(row, text))
    figures = row.figures
    return Line(
        position=position,
        text=text or article,
        article=article,
        quantity=figures.quantity,
        price=figures.price,
        discount=figures.discount_percent,
        unit=unit,
        department=department,
    )


def _counted(row: PlacedRow, text: str) -> str:
    """Text only: how many there are must stand in it."""
    return f"{plain(row.figures.pieces.normalize())} x {text or row.figures.kind}"


def _names(address: DraftAddress) -> Iterable[str]:
    return (address.name, address.attention, *address.rows)


def _printed(draft: Draft, about: str, seller: int | None) -> Iterable[str]:
    """Texts on the document are the buyer's, not the operator's: Swedish, as everywhere on documents."""
    ours = "" if seller is not None else draft.references.ours
    named = {
        "Er referens": draft.references.yours,
        "Vår referens": ours,
        "Ert ordernummer": draft.references.order,
    }
    yield about
    yield from (f"{name}: {value}" for name, value in named.items() if value.strip())
    yield from draft.text.splitlines()


def _joined(fitting: Fitting, rows: Iterable[str], *, where: Text, most: int) -> str:
    """Rows in one text, each on its own; what has no room any more is noted."""
    found: list[str] = []
    for row in rows:
        room = max(0, most - sum(len(each) + 1 for each in found))
        found += filter(None, [fitting.fit(row, where=where, most=room)])
    return "\n".join(found)


def _given(each: Field[str], text: str) -> Field[Sheet]:
    value = each.value(text)
    return replace(each, value=lambda _: value)  # type: ignore[return-value]


def _cut(text: str, most: int | None) -> str:
    return text[:most]
