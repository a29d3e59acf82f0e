"""What is said about the VAT of an order on its way to the ERP: noted on the document, or a reason to park it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from bridge.model.documents import Document, Preview
from bridge.model.orders import Order
from bridge.model.texts import Problem, Text, say
from bridge.model.vat import Treatment
from bridge.model.vat_check import expected_vs_charged
from bridge.model.vat_order import WORDS, vat_of

__all__ = ["NO_WATCH", "VatMode", "VatWatch"]


class VatMode(Enum):
    """``[orders] vat_check``."""

    WARN = "warn"
    PARK = "park"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class VatWatch:
    """Compares the VAT charged with the VAT expected, as the owner wants it."""

    mode: VatMode
    timezone: ZoneInfo
    services: Collection[str] = ()
    gift_cards: Collection[str] = ()

    def objections(self, order: Order) -> tuple[Problem, ...]:
        """What the order is parked for."""
        if self.mode is not VatMode.PARK:
            return ()
        return tuple(replace(found, fix=_with_way_out(found.fix)) for found in self._found(order))

    def on_document(self, order: Order, document: Document) -> Document:
        """The document with what is to be said of it."""
        notes = self._notes(order)
        return replace(document, notes=(*document.notes, *notes)) if notes else document

    def on_preview(self, order: Order, preview: Preview) -> Preview:
        """Likewise; a preview also tells what the order would be parked for, and what kind of sale it is."""
        notes = (*self._kind(order), *self._notes(order))
        return replace(preview, notes=(*preview.notes, *notes)) if notes else preview

    def _kind(self, order: Order) -> tuple[Text, ...]:
        treatment = vat_of(order, services=self.services).treatment
        if self.mode is VatMode.OFF or treatment is None or treatment is Treatment.DOMESTIC:
            return ()
        return (say("Kind of sale: {kind}.", kind=WORDS[treatment]),)

    def _notes(self, order: Order) -> tuple[Text, ...]:
        return tuple(say("VAT: {what} {fix}", what=found.what, fix=found.fix) for found in self._found(order))

    def _found(self, order: Order) -> tuple[Problem, ...]:
        if self.mode is VatMode.OFF:
            return ()
        return expected_vs_charged(
            order,
            on=order.created_at.astimezone(self.timezone).date(),
            services=self.services,
            gift_cards=self.gift_cards,
        )


def _with_way_out(fix: Text) -> Text:
    return say(
        "{fix} To send such orders all the same write vat_check = warn in [orders], then press Retry.",
        fix=fix,
    )


NO_WATCH: Final = VatWatch(mode=VatMode.OFF, timezone=ZoneInfo("UTC"))
