"""How far a feed has come, and where a document stands by what its orders and invoices say. Pure.

**The cursor** is the minute of the newest change. No answer of Fortnox tells when anything was changed; it can only
be asked what was changed since a moment (``lastmodified``, fortnox facts, section 4). So before a reading it is asked
"anything since ...?" until the newest minute is found that it says yes to (``newest``): a handful of short calls, one
where nothing is new. Why nothing is lost that way:

* Only a yes of Fortnox makes a cursor. Our own clock is where the search begins, and nothing else: ahead or behind by
  years, it costs some calls more.
* The search comes before the reading, so whatever is changed later than the cursor's minute is found by this reading
  or the next one, however long this one takes.
* A change is dated when it begins and seen when it is finished, and lists may be made by a machine that lags. So each
  reading looks back ``OVERLAP`` further than its cursor.

**October.** ``lastmodified`` is Stockholm's clock without zone. In the hour that comes twice, what was changed at
02:10 the second time is later than 02:50 the first time, and smaller. So no reading ever starts inside that hour: it
starts an hour earlier. The search may be mistaken by that hour too, and the same step makes up for it.

**Once a day** everything is read again where it is not documented that each kind of change moves the date: stock and
prices of articles. A client in use does the same (section 8 [1]).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from bridge.erps.fortnox.mapping_answers import document_of
from bridge.erps.fortnox.reading import STOCKHOLM, amount, day, number, reference, text, truth
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.fulfilment import DeliveredRow, Fulfilment, Stage

__all__ = [
    "OVERLAP",
    "WHOLE_EVERY",
    "Mark",
    "changed_since",
    "fulfilment",
    "is_final",
    "key_of",
    "may_be_ours",
    "newest",
    "paid_on",
    "rows_of",
    "stages_of",
]

OVERLAP: Final = timedelta(minutes=5)
"""So much further back each reading looks: "a few minutes" (section 9), more than the longest call may take."""
WHOLE_EVERY: Final = timedelta(days=1)

_DOCUMENTS: Final = frozenset({Purpose.ORDER, Purpose.REFUND, Purpose.CHANGE, Purpose.CANCEL})
_BACKORDER: Final = "Backorder"
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything in Fortnox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A cursor."""

    seen: datetime
    """The minute of the newest change."""
    whole: datetime | None = None
    """When everything was last read, by our clock, where that matters."""

    def __str__(self) -> str:
        """``2026-10-25T00:55:00Z`` or ``2026-10-25T00:55:00Z/2026-10-24T03:00:00Z``."""
        return "/".join(f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (self.seen, self.whole) if each is not None)

    @classmethod
    def parse(cls, cursor: str | None) -> Mark | None:
        """What ``str`` made; None for nothing, and for what another ERP left behind: everything is read then."""
        seen, _, whole = (cursor or "").partition("/")
        try:
            return cls(seen=_moment(seen), whole=_moment(whole) if whole else None)
        except ValueError:
            return None

    def is_due(self, now: datetime) -> bool:
        """Whether everything must be read again; a clock put back must not put that off."""
        return self.whole is None or not self.whole <= now < self.whole + WHOLE_EVERY


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def newest(changed: Callable[[str], bool], *, after: datetime | None, now: datetime) -> datetime | None:
    """The minute of the newest change; None: there is none, or none later than ``after``.

    ``changed``: whether Fortnox has anything that changed since such a ``lastmodified``. ``now``: where to begin the
    search; may be wrong by any length.
    """
    if not changed(_stamp(_LONG_AGO if after is None else after + _MINUTE)):
        return None
    yes = _LONG_AGO if after is None else after + _MINUTE
    no = max(now, yes).replace(second=0, microsecond=0) + _MINUTE
    if changed(_stamp(no)):
        return no  # our clock is behind theirs: what comes after is read again next time
    step = _MINUTE
    while no - step > yes:
        if changed(_stamp(no - step)):
            yes = no - step
            break
        no, step = no - step, step * 2
    while no - yes > _MINUTE:
        half = yes + (no - yes) // 2 // _MINUTE * _MINUTE
        yes, no = (half, no) if changed(_stamp(half)) else (yes, half)
    return yes


def changed_since(seen: datetime) -> str:
    """``lastmodified`` of a reading that goes on from the cursor's minute ``seen``."""
    start = (seen - OVERLAP).astimezone(STOCKHOLM)
    if start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset():
        start = start.replace(tzinfo=None) - _HOUR
    return f"{start:%Y-%m-%d %H:%M}"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def key_of(row: Mapping[str, Any]) -> Key | None:
    """The key an order or invoice carries, to the letter; None: the document is none of ours."""
    written = text(row.get("ExternalInvoiceReference1"))
    try:
        key = Key.parse(written)
    except ValueError:
        return None
    return key if str(key) == written and key.purpose in _DOCUMENTS else None


def may_be_ours(invoice: Mapping[str, Any]) -> bool:
    """Whether a list's invoice may belong to an order of ours though it carries no key.

    That an invoice takes over its order's reference is likely and not documented (section 6 [I]).
    """
    return not text(invoice.get("ExternalInvoiceReference1"))


def fulfilment(
    order: Mapping[str, Any] | None, invoice: Mapping[str, Any] | None, *, warehouse: bool
) -> Fulfilment | None:
    """What became of an order, with the invoice made of it, or of an invoice made at once.

    None: it is none of ours, or a document that Fortnox or somebody in it made of one of ours: the backorder a part
    delivery leaves, a credit made by hand.

    Raises:
        ValueError: a field of theirs is not what it is said to be.
        KeyError: one is missing.
    """
    first = order if order is not None else invoice
    if first is None:
        return None
    key = key_of(first)
    if key is None or text(first.get("OrderType")) == _BACKORDER:
        return None
    kind = DocumentKind.ORDER
    if order is None:
        kind = DocumentKind.CREDIT if amount(first["Total"]) < 0 else DocumentKind.INVOICE
        if kind is DocumentKind.CREDIT and key.purpose is Purpose.ORDER:
            return None
    document = document_of(first, kind)
    billed = None
    if invoice is not None and kind is not DocumentKind.CREDIT and not truth(invoice.get("Cancelled")):
        billed = document_of(invoice, DocumentKind.INVOICE)
    return Fulfilment(
        key=key,
        document=document,
        stages=stages_of(order, invoice, warehouse=warehouse),
        rows=rows_of(order, warehouse=warehouse),
        invoice=billed,
        paid_on=paid_on(invoice) if invoice is not None else None,
    )


def is_final(invoice: Mapping[str, Any]) -> bool:
    """Whether an invoice counts: it is booked or, where invoices are not booked, sent or paid (section 10 [1]).

    Raises:
        ValueError: a yes or no, or a date, that is none.
    """
    if truth(invoice.get("Cancelled")):
        return False
    by_cash = text(invoice.get("AccountingMethod")).upper() == "CASH"
    return truth(invoice.get("Booked")) or (
        by_cash and (truth(invoice.get("Sent")) or day(invoice.get("FinalPayDate")) is not None)
    )


def paid_on(invoice: Mapping[str, Any]) -> date | None:
    """The day an invoice was paid whole; None: it is not (section 10: nothing left, and a day of the last payment).

    One that was credited in Fortnox has nothing left either, and nobody has paid it.

    Raises:
        ValueError: a date or an amount that is none.
    """
    credited = reference(invoice.get("CreditInvoiceReference")) and not truth(invoice.get("Credit"))
    if credited or number(invoice.get("Balance")) != 0 or truth(invoice.get("Cancelled")):
        return None
    return day(invoice.get("FinalPayDate"))


def stages_of(
    order: Mapping[str, Any] | None, invoice: Mapping[str, Any] | None, *, warehouse: bool
) -> frozenset[Stage]:
    """What has happened to an order, to the invoice made of it, or to an invoice made at once.

    ``warehouse``: whether the module runs. Without it Fortnox calls every order ready at once (section 9 [L]), and
    knows no delivery but quantities lowered by hand. An order whose invoice was cancelled is not cancelled itself.

    Raises:
        ValueError: a field of theirs is not what it is said to be.
    """
    found: set[Stage] = set()
    first = order if order is not None else invoice or {}
    if truth(first.get("Cancelled")):
        found.add(Stage.CANCELLED)
    documents = [each for each in (order, invoice) if each is not None]
    if any(truth(each.get("Sent")) for each in documents):
        found.add(Stage.MAILED)
    if invoice is not None and is_final(invoice):
        found.add(Stage.INVOICED)
    if invoice is not None and paid_on(invoice) is not None:
        found.add(Stage.PAID)
    if order is not None and _is_part(_quantities(order)):
        found.add(Stage.PART_DELIVERED)
    elif warehouse and any(truth(each.get("WarehouseReady")) for each in documents):
        found.add(Stage.DELIVERED)
    return frozenset(found)


def rows_of(order: Mapping[str, Any] | None, *, warehouse: bool) -> tuple[DeliveredRow, ...]:
    """How far each row of an order has come; empty where Fortnox cannot tell.

    Every order is made with all of it delivered, because totals follow that (section 9). Without the warehouse module
    it tells something only once somebody has lowered it, or an invoice was made of it.

    Raises:
        ValueError: a quantity that is no number.
    """
    rows = _quantities(order) if order is not None else ()
    invoiced = order is not None and bool(reference(order.get("InvoiceReference")))
    return rows if warehouse or invoiced or _is_part(rows) else ()


def _quantities(order: Mapping[str, Any]) -> tuple[DeliveredRow, ...]:
    """The rows of goods; a row of text alone has no quantity."""
    rows = (
        DeliveredRow(
            sku=text(row.get("ArticleNumber")),
            text=text(row.get("Description")),
            ordered=number(row.get("OrderedQuantity")) or Decimal(0),
            delivered=number(row.get("DeliveredQuantity")) or Decimal(0),
        )
        for row in order.get("OrderRows") or ()
    )
    return tuple(row for row in rows if row.ordered or row.delivered)


def _is_part(rows: Sequence[DeliveredRow]) -> bool:
    goods = [row for row in rows if row.ordered > 0]
    return any(row.delivered > 0 for row in goods) and any(row.delivered < row.ordered for row in goods)
