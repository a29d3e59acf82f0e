"""What becomes of an invoice once it stands: what the buyer has paid is registered. It is booked as it is made.

Hogia's orders are not known, nor what mails an invoice (Hogia facts, sections 2.2 and 8.6): nothing else is done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.finding import Finding
from bridge.erps.hogia_smart.paying import Paying
from bridge.model.documents import Document, DocumentKind, Key
from bridge.model.orders import Order

__all__ = ["Finalising"]

_MEDIA_TYPE: Final = "application/json"


class Finalising:
    """``Finalises``."""

    def __init__(self, core: Core, finding: Finding) -> None:
        self._paying = Paying(core, finding)
        self._pays = core.context.orders.register_payments

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """Whether there is a payment to register; asks nobody."""
        return self._pays and kind is DocumentKind.INVOICE and self._paying.wanted(order)

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """As ``Finalises.finalise``; the document with what was sent and what to know.

        Raises:
            Rejected: a payment is refused, or nobody knows whether it was made.
        """
        if not self._pays or original.kind is not DocumentKind.INVOICE:
            return replace(original, notes=(), payload="", media_type="")
        steps = self._paying.register(order, key, original)
        sent = [call for call, _ in steps if call]
        return replace(
            original,
            notes=tuple(note for _, note in steps),
            payload=sent[0] if len(sent) == 1 else f"[{', '.join(sent)}]" if sent else "",
            media_type=_MEDIA_TYPE if sent else "",
        )
