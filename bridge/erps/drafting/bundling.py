"""Bundles as the owner wants them: as in the shop, the bundle only, or its parts only. No money is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bridge.erps.drafting.settings import Bundles
from bridge.model.bundles import Bundle, bundles_of
from bridge.model.orders import OrderLine, TaxPart
from bridge.model.texts import Text, say

__all__ = ["bundled"]


def bundled(lines: Sequence[OrderLine], wanted: Bundles) -> tuple[tuple[OrderLine, ...], tuple[Text, ...]]:
    """The lines that become rows, and what a person should know: which rows were bundles, and what became of them."""
    replaced: dict[str, OrderLine | None] = {}
    notes: list[Text] = []
    for bundle in bundles_of(lines):
        if wanted is Bundles.BUNDLE:
            found, note = _as_bundle(bundle)
        elif wanted is Bundles.PARTS:
            found, note = _as_parts(bundle)
        else:
            found, note = {}, _as_is(bundle)
        replaced |= found
        notes.append(note)
    kept = (replaced.get(line.id, line) if _goods(line) else line for line in lines)
    return tuple(line for line in kept if line is not None), tuple(notes)


def _goods(line: OrderLine) -> bool:
    return line.kind.value == "product"


def _as_is(bundle: Bundle) -> Text:
    return say(
        "{name} is a bundle; it is sent as in the shop. Rows for its parts: {parts}.",
        name=bundle.whole.name,
        parts=len(bundle.parts),
    )


def _as_bundle(bundle: Bundle) -> tuple[dict[str, OrderLine | None], Text]:
    """One row with everything the bundle cost, when all of it has one VAT rate."""
    rows = (bundle.whole, *bundle.parts)
    rates = {_rate(row) for row in rows if row.net or row.tax}
    if len(rates) > 1:
        return {}, say(
            "{name} is a bundle with parts at several VAT rates: it cannot be one row, and is sent as in the shop.",
            name=bundle.whole.name,
        )
    whole: dict[str, OrderLine | None] = {bundle.whole.id: _together(bundle.whole, rows)}
    note = say(
        "{name} is a bundle; it is sent as one row. Parts left out: {parts}.",
        name=bundle.whole.name,
        parts=len(bundle.parts),
    )
    return whole | dict.fromkeys((part.id for part in bundle.parts), None), note


def _as_parts(bundle: Bundle) -> tuple[dict[str, OrderLine | None], Text]:
    name = bundle.whole.name
    if bundle.whole.net or bundle.whole.tax:
        return {}, say(
            "{name} is a bundle with a price of its own: it is sent with its parts, so that nothing is lost.",
            name=name,
        )
    return {bundle.whole.id: None}, say(
        "{name} is a bundle; only its parts are sent. Rows: {parts}.", name=name, parts=len(bundle.parts)
    )


def _rate(row: OrderLine) -> frozenset[str]:
    return frozenset(part.rate_id for part in row.taxes if part.tax)


def _together(whole: OrderLine, rows: Sequence[OrderLine]) -> OrderLine:
    if not any(row.net or row.tax for row in rows[1:]):
        return whole
    taxes: dict[str, Decimal] = {}
    for part in (part for row in rows for part in row.taxes if part.tax):
        taxes[part.rate_id] = taxes.get(part.rate_id, Decimal(0)) + part.tax
    return replace(
        whole,
        net=sum((row.net for row in rows), Decimal(0)),
        tax=sum((row.tax for row in rows), Decimal(0)),
        net_before=sum((row.net if row.net_before is None else row.net_before for row in rows), Decimal(0)),
        tax_before=sum((row.tax if row.tax_before is None else row.tax_before for row in rows), Decimal(0)),
        taxes=tuple(TaxPart(rate_id=rate_id, tax=tax) for rate_id, tax in taxes.items()) or whole.taxes,
        unit_net=None,
    )
