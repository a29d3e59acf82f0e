"""Tell the shop what became of its order. An entry of its own: a shop that fails never causes a second booking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bridge import crash
from bridge.flows.outcomes import Done, Outcome, Stuck
from bridge.model.documents import Document, Key, Purpose
from bridge.model.texts import Text, say
from bridge.ports import Shop
from bridge.store.records import Claimed, Fault

__all__ = ["Marker"]


_REFUND: Final = f"{Purpose.REFUND}:"
_FINISHED: Final = f"{Purpose.FINALISE}:"


class Marker:
    """Writes the ERP document's number on the shop's order."""

    def __init__(self, *, shops: Mapping[str, Shop]) -> None:
        self._shops = shops

    def mark(self, claimed: Claimed) -> Outcome:
        """Carry out a mark entry.

        Raises:
            BridgeError: as the shop's calls do. An order the shop does not find is tried again: one answer
                proves nothing.
        """
        entry = claimed.entry
        if claimed.document is None:
            return Stuck(
                fault=Fault(
                    kind="NoDocument",
                    text=say("There is no document to write on the order."),
                    advice=say("Drop this entry."),
                )
            )
        repeat = entry.claim > 1 or entry.doubt is not None
        note = self._tell(entry.key, claimed.document, repeat=repeat)
        crash.point("marked")
        return Done(document=None, note=note)

    def _tell(self, key: Key, document: Document, *, repeat: bool) -> Text:
        shop = self._shops[key.ref.shop]
        about = key.detail.removeprefix(_FINISHED)
        if not about.startswith(_REFUND):
            shop.mark(key.ref, document=document, repeat=repeat)
            return say("The shop's order bears number {number}.", number=document.number)
        refund = about.removeprefix(_REFUND)
        shop.mark_refund(key.ref, refund=refund, document=document, repeat=repeat)
        return say(
            "The shop's order names {number} as the credit of refund {refund}.",
            number=document.number,
            refund=refund,
        )
