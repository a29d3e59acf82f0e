"""Orders: shown, made once, and recognised when Specter refuses to make them twice.

Specter cannot be asked for an order, but takes no externalOrderNo a second time (specter facts, section 5.2 [1 PS]).
So an order whose answer was lost is sent again, and the refusal of a duplicate is the answer that was lost, if the
ledger says that it had left before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.erps.specter.articles import Articles
from bridge.erps.specter.core import Core
from bridge.erps.specter.customers import Customers, Introduced
from bridge.erps.specter.errors import Duplicate, UnknownArticle, UnknownCustomer
from bridge.erps.specter.letters import query
from bridge.erps.specter.mapping import MEDIA_TYPE, Made, Rules, Wanted, made_of
from bridge.erps.specter.profile import Action, Consequence
from bridge.erps.specter.spool import Spool
from bridge.errors import LostReply, Rejected, RemoteError
from bridge.model.documents import Document, DocumentKind, Key, Preview
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Documents"]

LONGEST: Final = 20
"""Digits of an order's number, as far as anything between apostrophes can be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """All that is to be sent, but for the customer's number."""

    buyer: Introduced
    made: Made
    payload: str

    @property
    def notes(self) -> tuple[Text, ...]:
        """Of the order, then of the customer."""
        return (*self.made.preview.notes, *self.buyer.notes)


class Documents:
    """Makes orders."""

    def __init__(self, core: Core, spool: Spool) -> None:
        self._core = core
        self._spool = spool
        self._customers = Customers(core)
        self._articles = Articles(core)
        self._rules = Rules(
            settings=core.settings,
            options=core.options,
            profile=core.profile,
            arithmetic=core.profile.arithmetic,
            zone=core.context.timezone,
        )

    def preview(self, order: Order, key: Key) -> Preview:
        """Both forms as they are sent; the customer's number, known only to who has sent the first, is left out.

        Raises:
            Rejected: as ``make``; nobody is asked.
        """
        prepared = self._prepared(order, key)
        found = prepared.made.preview
        return Preview(
            payload=prepared.payload,
            media_type=MEDIA_TYPE,
            gross=found.gross,
            currency=found.currency,
            rows=found.rows,
            notes=prepared.notes,
        )

    def make(self, order: Order, key: Key) -> Document:
        """Customer, articles, order; each is sent only when the one before it was answered.

        Raises:
            Rejected: refused; surely no order was made, or Specter has one that we know nothing of.
            Transient: surely no order was made.
            LostReply: nobody knows.
        """
        prepared, text = self._prepared(order, key), str(key)
        customer = self._customers.number(prepared.buyer, text)
        self._articles.see_to(prepared.made.needs)
        mark = self._core.ledger.sending(text)
        try:
            told = self._core.client.put(Action.ORDER, {"customerId": customer, **prepared.made.form})
        except LostReply:
            raise
        except RemoteError as refusal:
            # Asked only now: another bridge may have sent it while this call was under way.
            ours = self._core.ledger.left_besides(text, mark)
            self._core.ledger.refused(text, mark)
            if not isinstance(refusal, Duplicate):
                self._forget(refusal, prepared, text)
                if ours and type(refusal) is Rejected:
                    raise _perhaps_there(text, refusal) from refusal
                raise
            if not ours:
                self._core.ledger.met_stranger(text)
                raise _stranger(_unknown(text), refusal) from refusal
            if self._core.ledger.number_of(text) == "" and self._core.ledger.strangers(text):
                raise _stranger(_doubtful(text), refusal) from refusal
            number, notes = self._recognised(text, refusal, customer)
        else:
            number, notes = (told.id, ()) if told.id else (text, (_numberless(text),))
        self._core.ledger.made(text, number)
        return Document(
            kind=DocumentKind.ORDER,
            id=number,
            number=number,
            currency=order.currency,
            dated=self._rules.dated(order),
            notes=(*prepared.notes, *notes),
            payload=prepared.payload,
            media_type=MEDIA_TYPE,
        )

    def find(self, key: Key) -> tuple[Document, ...]:
        """The order as far as we know of it: Specter cannot be asked, and needs not be, for it takes no key twice."""
        number = self._number(str(key))
        return (Document(kind=DocumentKind.ORDER, id=number, number=number),) if number else ()

    def _prepared(self, order: Order, key: Key) -> _Prepared:
        made = made_of(Wanted(order=order, external=str(key), customer=""), self._rules)
        buyer = self._customers.introduced(order)
        profile = self._core.profile
        first = query(profile.wire({"action": profile.text("actions.customer"), **buyer.form}))
        return _Prepared(buyer=buyer, made=made, payload=f"{first}\n{made.preview.payload}")

    def _forget(self, refusal: RemoteError, prepared: _Prepared, key: str) -> None:
        """What we remember of Specter and is no longer so: the next try sends it anew."""
        unclear = type(refusal) is Rejected  # it may be any of these, in words nobody knows
        if isinstance(refusal, UnknownCustomer) or (unclear and self._customers.matched):
            self._customers.forget(key)
        if isinstance(refusal, UnknownArticle) or unclear:
            self._articles.forget(prepared.made.needs)

    def _recognised(self, key: str, refusal: Duplicate, customer: str) -> tuple[str, tuple[Text, ...]]:
        """The number of our own order that Specter refuses to make again."""
        number = self._number(key)
        if number and number != key:
            return number, ()
        hint = refusal.number
        # A number that is another thing's would tell deliveries of another order as this one's.
        free = hint != customer and self._core.ledger.key_of(hint) in ("", key)
        if hint.isascii() and hint.isdigit() and len(hint) <= LONGEST and free:
            return hint, (
                say(
                    "No answer came when the order was sent. Specter has it, and named {number} when it refused a "
                    "second one.",
                    number=hint,
                ),
            )
        return key, (_numberless(key),)

    def _number(self, key: str) -> str:
        """Specter's number of an order of ours; the key where it told none; empty: we know of no such order.

        What Specter tells of an order with our key that we have not sent is somebody else's, as a duplicate is.
        """
        line = self._core.ledger.of(key)
        if line is None or not line.sent:
            return ""
        return (self._spool.order_of(key) or line.number) if line.number in ("", key) else line.number


def _numberless(key: str) -> Text:
    return say(
        "Specter has the order and did not tell its number. There it is found by the web shop's order number "
        "(Webbutikens ordernr) {key}.",
        key=key,
    )


def _unknown(key: str) -> Text:
    return say(
        "Specter has an order with the number {key} that this bridge does not remember sending.", key=key
    )


def _doubtful(key: str) -> Text:
    return say(
        "Specter has an order with the number {key}. It may be this one, for no answer came when it was sent; but "
        "lately Specter had another order under this shop's name that this bridge has not sent.",
        key=key,
    )


def _perhaps_there(key: str, refusal: Rejected) -> Rejected:
    """A refusal in words nobody knows, of an order that may have been made before: it may just be a duplicate's."""
    return Rejected(
        refusal.text,
        channel="erp",
        call=refusal.call,
        status=refusal.status,
        code=refusal.code,
        excerpt=refusal.excerpt,
        field=refusal.field,
        advice=_teach(key, refusal.code) if refusal.code.strip("0") else _look(key),
    )


def _look(key: str) -> Text:
    return say(
        "No answer came when it was sent before, so Specter may have it: look there for the web shop's order number "
        "(Webbutikens ordernr) {key}. If it is there, settle the entry here with Specter's number of it. If not, "
        "mend what Specter complains of and press Retry.",
        key=key,
    )


def _teach(key: str, code: str) -> Text:
    """Only for a code of its own: one that stands for anything would make any refusal a success."""
    return say(
        "{look} If this is what Specter says to an order it has already, write {line} under {section} in the file "
        "that profile in [erp] names.",
        look=_look(key),
        line=f'"{code}" = {{ value = "{Consequence.DUPLICATE_ORDER}" }}',
        section="[errors.codes]",
    )


def _stranger(text: Text, refusal: Duplicate) -> Rejected:
    return Rejected(
        text,
        channel="erp",
        call=refusal.call,
        status=refusal.status,
        code=refusal.code,
        excerpt=refusal.excerpt,
        field="externalOrderNo",
        advice=say(
            "Look in Specter for the order with this number as the web shop's order number (Webbutikens ordernr). If "
            "it is this one, settle the entry here with Specter's number of it. If it is another shop's: two bridges "
            "on one account need different names in their [shop NAME] sections."
        ),
    )
