"""A credit as a voucher: the accounts of the order's voucher, VAT and all, with the signs turned.

It is reckoned by the same code as the order, with the order's own dates and at the rate it was booked at, so that
a full credit ends at nothing on every account. Only its own date is the refund's.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bridge.erps.chart import Chart
from bridge.erps.credits import taken
from bridge.erps.sie.mapping import Rules, to_voucher, voucher_date
from bridge.erps.sie.voucher import Voucher
from bridge.model.documents import Correction, Document, Key, Purpose

__all__ = ["to_credit"]

_WHY = {
    Purpose.REFUND: "återbetalning {detail}",
    Purpose.CHANGE: "ändrad order",
    Purpose.CANCEL: "makulerad order",
}


def to_credit(
    correction: Correction, key: Key, original: Document, *, chart: Chart, rules: Rules, timezone: ZoneInfo
) -> Voucher:
    """The voucher of a correction of ``original``.

    Raises:
        Rejected: as for an order.
    """
    order = correction.order
    conversion = rules.conversion.as_booked(
        order.currency,
        amount_in=order.totals.gross,
        sek=original.gross,
        on=voucher_date(order, rules=rules),
    )
    voucher = to_voucher(taken(correction), key, chart=chart, rules=replace(rules, conversion=conversion))
    why = _WHY[key.purpose].format(detail=key.detail)
    first, *others = voucher.rows
    return replace(
        voucher,
        dated=correction.dated.astimezone(timezone).date(),
        text=f"Kredit av {original.number}, {why}: {voucher.text}",
        rows=(replace(first, text=f"{why.capitalize()}: {first.text}"), *others),
    )
