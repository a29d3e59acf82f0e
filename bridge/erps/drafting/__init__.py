"""From an order and the owner's settings to a neutral document: what every ERP that books by article starts from.

    draft(order, DraftSettings.of(context)) -> Draft

Pure, and exact: the rows come to the order's total (with what gift cards paid besides), to the last öre, VAT as the
shop charged it. What one ERP's arithmetic then makes of the rows is ``bridge.erps.totals``' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.erps.drafting import head
from bridge.erps.drafting.bundling import bundled
from bridge.erps.drafting.draft import (
    Delivery,
    Draft,
    DraftAddress,
    DraftPayment,
    DraftRow,
    Mail,
    PaymentKind,
    References,
    RowKind,
)
from bridge.erps.drafting.numbering import numbered
from bridge.erps.drafting.rows import ROUNDING, rows_of
from bridge.erps.drafting.settings import Bundles, Discounts, DraftSettings, GiftCards, Note
from bridge.errors import Rejected
from bridge.model.money import ZERO, plain
from bridge.model.orders import LineKind, Order, OrderLine
from bridge.model.texts import Text, say

__all__ = [
    "Bundles",
    "Delivery",
    "Discounts",
    "Draft",
    "DraftAddress",
    "DraftPayment",
    "DraftRow",
    "DraftSettings",
    "GiftCards",
    "Mail",
    "Note",
    "PaymentKind",
    "References",
    "RowKind",
    "draft",
    "numbered",
]


def draft(order: Order, settings: DraftSettings) -> Draft:
    """The document of an order. For a correction, an order whose lines and totals are the correction's.

    Raises:
        Rejected: rows and total are further apart than the tolerance, or a rate's percentage is not known.
    """
    lines, notes = bundled(order.lines, settings.bundles)
    cards, card_notes = _cards(lines, settings)
    lines = tuple(line for line in lines if line not in cards)
    total = order.totals.gross - sum((card.gross for card in cards), ZERO)
    rows = (*rows_of(lines, order, settings), *_rounding(order, settings))
    paid = head.payments(order, cards, total, settings)
    _check(rows, paid, total)
    found = head.fields(order, settings)
    shop = settings.shops.get(order.ref.shop)
    customer = order.customer
    delivered = (
        customer.shipping if customer.shipping.country or customer.shipping.street else customer.billing
    )
    return Draft(
        ref=order.ref,
        number=f"{shop.number_prefix if shop else ''}{order.ref.number or order.ref.id}",
        currency=order.currency,
        created_at=order.created_at,
        rows=rows,
        payments=paid,
        total=total,
        references=head.references(order, found, settings),
        text=found.text,
        comment=found.comment,
        billing=head.address(customer.billing, company_first=settings.company_first, fallback=customer.email),
        shipping=head.address(delivered, company_first=settings.company_first, fallback=customer.email),
        delivery=head.delivery(order, settings),
        mail=head.mail(order, settings),
        cost_centre=shop.result_unit if shop else "",
        project=shop.project if shop else "",
        channel=shop.channel if shop else "",
        vendor=found.vendor,
        notes=(*notes, *card_notes),
    )


def _cards(lines: Sequence[OrderLine], settings: DraftSettings) -> tuple[list[OrderLine], list[Text]]:
    """The gift cards that are payments.

    One on which the shop reckoned VAT stays a row: as a payment it would raise the document's VAT above what the
    buyer was charged.
    """
    if settings.gift_cards is not GiftCards.PAYMENT:
        return [], []
    cards = [line for line in lines if line.kind is LineKind.GIFT_CARD]
    notes = [
        say(
            "The shop reckoned {vat} VAT on gift card {name}, so it stays a row and is no payment. "
            "Ask your accountant.",
            vat=plain(-card.tax),
            name=card.name,
        )
        for card in cards
        if card.tax
    ]
    return [card for card in cards if not card.tax], notes


def _rounding(order: Order, settings: DraftSettings) -> tuple[DraftRow, ...]:
    """What the shop's own rows and total are apart, visible."""
    rest = order.totals.gross - sum((line.gross for line in order.lines), ZERO)
    if not rest:
        return ()
    if abs(rest) > settings.tolerance:
        raise Rejected(
            say(
                "The order's total is {gross} {currency}, but its rows come to {rows}. "
                "The difference {difference} is more than {tolerance}.",
                gross=plain(order.totals.gross),
                currency=order.currency,
                rows=plain(order.totals.gross - rest),
                difference=plain(abs(rest)),
                tolerance=plain(settings.tolerance),
            ),
            field="total",
            advice=say("Recalculate the order in the shop, or raise [orders] rounding_tolerance."),
        )
    row = DraftRow(
        kind=RowKind.ROUNDING,
        article=settings.articles.rounding,
        text=ROUNDING,
        quantity=Decimal(1),
        net=rest,
        tax=ZERO,
        percent=Decimal(0),
    )
    return (row,)


def _check(rows: Sequence[DraftRow], paid: Sequence[DraftPayment], total: Decimal) -> None:
    """What must hold whatever the settings; if not, we are wrong, and nothing may be sent.

    Raises:
        ArithmeticError: a bug in here.
    """
    of_rows = sum((row.gross for row in rows), ZERO)
    of_payments = sum((each.amount for each in paid), ZERO)
    if not of_rows == of_payments == total:
        raise ArithmeticError(f"rows {of_rows}, payments {of_payments}, total {total}")
