"""The two sides of a shadow report, brought to one form: what would have been sent, and what a SIE file holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from bridge.erps.sie.letters import CODE_PAGE
from bridge.erps.sie.reader import VoucherRead, key_in, read_amount, read_bytes, read_date
from bridge.flows.comparing import ByHand, Ours
from bridge.model.codec import load_order
from bridge.model.documents import Purpose
from bridge.model.money import ZERO
from bridge.model.texts import Text, say
from bridge.store import Store
from bridge.store.records import REHEARSED, Detail, EntryFilter, State

__all__ = ["Unready", "booked_by_hand", "would_be_sent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unready:
    """An order that has no document to compare."""

    key: str
    number: str
    dated: date
    reason: Text


def would_be_sent(
    store: Store, *, first: date, last: date, zone: tzinfo
) -> tuple[tuple[Ours, ...], tuple[Unready, ...]]:
    """The documents of the period that shadow mode kept, and the orders without one."""
    ready: list[Ours] = []
    unready: list[Unready] = []
    for entry_id in store.reads.ids(EntryFilter(purpose=Purpose.ORDER, states=(State.WAITING, State.PARKED))):
        detail = store.reads.entry(entry_id)
        if detail is None:  # moved and cleared away since the list was read
            continue
        found = _kept(detail, zone) or _missing(detail, zone)
        if not first <= found.dated <= last:
            continue
        if isinstance(found, Ours):
            ready.append(found)
        else:
            unready.append(found)
    return tuple(ready), tuple(unready)


def _kept(detail: Detail, zone: tzinfo) -> Ours | None:
    entry = detail.entry
    trials = [each for each in detail.exchanges if each.note.startswith(REHEARSED)]
    if not trials or entry.state is State.PARKED:
        return None
    vouchers = read_bytes(trials[-1].payload.encode(CODE_PAGE, "replace")).vouchers
    postings = _postings(vouchers[0]) if vouchers else ()
    dated = read_date(vouchers[0].date) if vouchers else None
    return Ours(
        key=str(entry.key),
        number=entry.number,
        also=entry.key.ref.id,
        dated=dated or _dated(detail, zone),
        # The first row of our vouchers is what the buyer has to pay, in the currency of the books.
        gross=postings[0][1] if postings else entry.gross or ZERO,
        accounts=_sums(postings),
    )


def _missing(detail: Detail, zone: tzinfo) -> Unready:
    entry = detail.entry
    reason = entry.fault.text if entry.fault and entry.state is State.PARKED else say("Not tried yet.")
    return Unready(key=str(entry.key), number=entry.number, dated=_dated(detail, zone), reason=reason)


def _dated(detail: Detail, zone: tzinfo) -> date:
    moment = detail.entry.created_at
    if detail.body is not None:
        try:
            order = load_order(detail.body)
            moment = order.payment.paid_at or order.created_at
        except ValueError:  # nobody could read it; when it came is the best we know
            pass
    return moment.astimezone(zone).date()


def booked_by_hand(data: bytes) -> tuple[ByHand, ...]:
    """The vouchers of a SIE file that are not ours; those without a readable date are left out."""
    return tuple(_by_hand(read_bytes(data).vouchers))


def _by_hand(vouchers: Sequence[VoucherRead]) -> Iterator[ByHand]:
    for voucher in vouchers:
        dated, postings = read_date(voucher.date), _postings(voucher)
        if dated is None or key_in(voucher.text) is not None:
            continue
        yield ByHand(
            number=f"{voucher.series}{voucher.number}",
            dated=dated,
            text=" ".join([voucher.text, *(row.text(4) for row in voucher.rows)]).strip(),
            accounts=_sums(postings),
            debit=sum((amount for _, amount in postings if amount > 0), ZERO),
            amounts=frozenset(abs(amount) for _, amount in postings),
        )


def _postings(voucher: VoucherRead) -> tuple[tuple[str, Decimal], ...]:
    rows = ((row.text(0), read_amount(row.text(2))) for row in voucher.rows)
    return tuple((account, amount) for account, amount in rows if amount is not None)


def _sums(postings: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for account, amount in postings:
        found[account] = found.get(account, ZERO) + amount
    return found
