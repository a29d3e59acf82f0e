"""Everything of a draft but its rows: addresses, references, texts, delivery, mail, payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.config.lines import FieldTarget
from bridge.erps.drafting.draft import (
    Delivery,
    DraftAddress,
    DraftPayment,
    Mail,
    PaymentKind,
    References,
)
from bridge.erps.drafting.settings import DraftSettings, Note
from bridge.model.orders import Address, LineKind, Order, OrderLine

__all__ = ["Fields", "address", "delivery", "fields", "mail", "payments", "references"]

GIFT_CARD: Final = "gift_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What the checkout fields named in ``[fields]`` hold, by where it goes."""

    yours: str
    ours: str
    order: str
    text: str
    comment: str
    vendor: dict[str, str]


def fields(order: Order, settings: DraftSettings) -> Fields:
    """Fields the order lacks are nothing; of several for one reference the first that is filled in counts."""
    found: dict[FieldTarget, list[str]] = {target: [] for target in FieldTarget}
    vendor: dict[str, str] = {}
    for key, rule in settings.fields.items():
        value = order.meta.get(key, "").strip()
        if value and rule.target is FieldTarget.VENDOR:
            vendor.setdefault(rule.vendor, value)
        elif value:
            found[rule.target].append(value)
    note = order.note.strip()
    if note and settings.customer_note is Note.TEXT:
        found[FieldTarget.TEXT].insert(0, note)
    if note and settings.customer_note is Note.COMMENT:
        found[FieldTarget.COMMENT].insert(0, note)
    return Fields(
        yours=_first(found[FieldTarget.YOUR_REFERENCE]),
        ours=_first(found[FieldTarget.OUR_REFERENCE]),
        order=_first(found[FieldTarget.ORDER_REFERENCE]),
        text="\n".join(found[FieldTarget.TEXT]),
        comment="\n".join(found[FieldTarget.COMMENT]),
        vendor=vendor,
    )


def references(order: Order, found: Fields, settings: DraftSettings) -> References:
    """A company's buyer is "your reference" where no field says otherwise."""
    buyer = order.customer.billing.name if _company(order) else ""
    return References(
        ours=found.ours or settings.our_reference, yours=found.yours or buyer, order=found.order
    )


def _company(order: Order) -> str:
    return order.customer.company or order.customer.billing.company


def address(place: Address, *, company_first: bool, fallback: str = "") -> DraftAddress:
    """The company on top and the person as contact, or the other way round with the company in address row 1."""
    person, company = place.name or fallback, place.company.strip()
    turned = company_first and bool(company) and bool(person)
    rows = (company if turned else "", place.street.strip(), place.street_2.strip())
    return DraftAddress(
        name=person if turned else company or person,
        attention=person if company and not turned else "",
        rows=tuple(row for row in rows if row),
        postcode=place.postcode,
        city=place.city,
        region=place.region,
        country=place.country,
        phone=place.phone,
    )


def delivery(order: Order, settings: DraftSettings) -> Delivery:
    """By the first shipping row whose method has a way of delivery, else by the first there is."""
    rows = [line for line in order.lines if line.kind is LineKind.SHIPPING]
    if not rows:
        return Delivery()
    known = (row for row in rows if settings.shipping_of(row.method).delivery)
    row = next(known, rows[0])
    return Delivery(method=row.method, title=row.name, way=settings.shipping_of(row.method).delivery)


def mail(order: Order, settings: DraftSettings) -> Mail:
    """Whether the ERP confirms, to whom, and who gets a copy."""
    if not settings.order_mail:
        return Mail()
    return Mail(confirm=True, to=order.customer.email, copy_to=settings.order_mail_copy)


def payments(
    order: Order, cards: Sequence[OrderLine], total: Decimal, settings: DraftSettings
) -> tuple[DraftPayment, ...]:
    """The gift cards that pay, then what is left by the order's own method."""
    rule = settings.payment(order)
    paid = [
        DraftPayment(
            kind=PaymentKind.GIFT_CARD,
            method=GIFT_CARD,
            title=card.name,
            amount=-card.gross,
            account=settings.gift_card_account,
        )
        for card in cards
    ]
    left = DraftPayment(
        kind=PaymentKind.METHOD,
        method=order.payment.method,
        title=order.payment.title,
        amount=total - sum((each.amount for each in paid), Decimal(0)),
        account=rule.account or settings.receivable,
        terms=rule.terms,
        mode=rule.mode,
        transaction_id=order.payment.transaction_id,
        paid_at=order.payment.paid_at,
    )
    return (*paid, left)


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""
