"""WooCommerce's JSON of an order becomes an ``Order``: pure, exact, and never a guess.

VAT is taken as the shop charged it, row by row: recomputing net x rate is off by an öre on 4 % of real rows
(woocommerce facts, section j). The JSON must have been parsed with ``parse_float=Decimal``.
"""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bridge.model.money import ZERO, AmountError, amount
from bridge.model.orders import (
    Address,
    Customer,
    LineKind,
    Order,
    OrderLine,
    OrderRef,
    Payment,
    TaxLine,
    TaxPart,
    Totals,
    Unreadable,
)
from bridge.model.texts import Text, say
from bridge.shops.woocommerce.fields import Fields, as_json, first, raw_json, row_id, shown
from bridge.shops.woocommerce.gift_cards import with_gift_cards

__all__ = ["CREDITS_META", "DOCUMENT_META", "MARKS", "STATE_META", "to_order"]

MARKS: Final = "_orderbro_"
DOCUMENT_META: Final = "_orderbro_document"
STATE_META: Final = "_orderbro_state"
CREDITS_META: Final = "_orderbro_credits"

ORG_NUMBER_META: Final = (
    "_billing_org_nr",
    "_billing_orgnr",
    "billing_orgnr",
    "_svea_co_company_reg_number",
)
VAT_NUMBER_META: Final = ("_billing_vat_number",)
"""Where the plugins in use keep the buyer's numbers; the shop itself has no field for them."""

_VIEWED: Final = frozenset({"_edit_lock", "_edit_last"})
"""Set by opening the order in the shop's admin: no change of the order."""

_COUNTRY: Final = re.compile(r"([A-Z]{2})-")
_ONE: Final = Decimal(1)


def to_order(raw: Mapping[str, Any], *, shop: str) -> Order | Unreadable:
    """Read one order of ``GET orders``; what cannot be read says which field and why."""
    fields = Fields(raw, "")
    ref = _ref(fields, shop)
    fields.where = f"order {ref.number or ref.id}"
    if raw.__class__ is not dict:
        fields.wrong(say("The order names a field twice."))
    modified_at = fields.moment("date_modified_gmt")
    created_at = fields.moment("date_created_gmt") or modified_at
    status = fields.text("status").removeprefix("wc-")
    if not status:
        fields.missing("status")
    if created_at is None:
        fields.missing("date_created_gmt")
    try:
        order = _order(fields, ref, status, created_at, modified_at)
    except RecursionError:
        order = None
        fields.wrong(say("The order is nested too deeply to be read."))
    if order is not None and not fields.problems:
        return order
    return Unreadable(
        ref=ref, status=status, modified_at=modified_at, raw=raw_json(raw), problems=tuple(fields.problems)
    )


def _order(
    fields: Fields, ref: OrderRef, status: str, created_at: datetime | None, modified_at: datetime | None
) -> Order | None:
    currency = fields.text("currency")
    if not currency:
        fields.missing("currency")
    meta = fields.meta()
    lines, totals = _lines(fields), Totals(gross=fields.money("total"), tax=fields.money("total_tax"))
    order = {
        "customer": _customer(fields, meta),
        "payment": Payment(
            method=fields.text("payment_method"),
            title=fields.text("payment_method_title"),
            transaction_id=fields.text("transaction_id"),
            paid_at=fields.moment("date_paid_gmt"),
        ),
        "completed_at": fields.moment("date_completed_gmt"),
        "lines": with_gift_cards(lines, fields, meta=meta, total=totals.gross),
        "tax_lines": tuple(_tax_line(row) for row in fields.rows("tax_lines", required=True)),
        "totals": totals,
        "coupons": tuple(row.text("code") for row in fields.rows("coupon_lines")),
        "note": fields.text("customer_note"),
        "refund_ids": tuple(row.text("id") for row in fields.rows("refunds")),
        "refunded": -sum((row.exact("total") or ZERO for row in fields.rows("refunds")), ZERO),
        "created_via": fields.text("created_via"),
    }
    if fields.problems or created_at is None:
        return None
    return Order(
        ref=ref,
        status=status,
        currency=currency,
        created_at=created_at,
        modified_at=modified_at or created_at,
        prices_include_tax=fields.values.get("prices_include_tax") is not False,
        tax_exempt=meta.get("is_vat_exempt") == "yes",
        meta={key: value for key, value in meta.items() if not key.startswith(MARKS) and key not in _VIEWED},
        document=meta.get(DOCUMENT_META, ""),
        **order,  # type: ignore[arg-type] # named above, in the order in which they are read
    )


def _ref(fields: Fields, shop: str) -> OrderRef:
    """The order's identity. Without a usable id it gets one that no shop gives: a zero before a checksum.

    So the order can be parked and seen, the same one is the same entry, and no real order is ever meant.
    """
    raw = fields.values.get("id")
    order_id = row_id(raw)
    number = fields.text("number")
    if order_id is None:
        fields.where = f"order {number or raw}"
        if "id" in fields.values:
            fields.wrong(_bad_id(raw))
        else:
            fields.missing("id")
        known = f"{raw} {fields.text('order_key')} {number} {fields.text('date_created_gmt')}"
        order_id = f"0{zlib.crc32(known.encode(errors='replace'))}"
    return OrderRef(shop=shop, id=order_id, number=number or order_id)


def _lines(fields: Fields) -> tuple[OrderLine, ...]:
    return (
        *(_product(row) for row in fields.rows("line_items", required=True)),
        *(_shipping(row) for row in fields.rows("shipping_lines", required=True)),
        *(_fee(row) for row in fields.rows("fee_lines", required=True)),
    )


def _product(row: Fields) -> OrderLine:
    return OrderLine(
        kind=LineKind.PRODUCT,
        id=_line_id(row),
        # Only article names are stored with entities; the buyer's words are not (woocommerce facts, row 16).
        name=html.unescape(row.text("name")),
        quantity=_quantity(row),
        net=row.money("total"),
        tax=row.money("total_tax"),
        net_before=row.money("subtotal"),
        tax_before=row.money("subtotal_tax"),
        taxes=_taxes(row),
        sku=row.text("sku") or None,
        product_id=_linked(row, "product_id"),
        variation_id=_linked(row, "variation_id"),
        unit_net=row.exact("price"),
        meta=_visible(row),
        hidden=_hidden(row),
    )


def _shipping(row: Fields) -> OrderLine:
    method, instance = row.text("method_id"), row.text("instance_id")
    return OrderLine(
        kind=LineKind.SHIPPING,
        id=_line_id(row),
        name=row.text("method_title"),
        net=row.money("total"),
        tax=row.money("total_tax"),
        taxes=_taxes(row),
        method=f"{method}:{instance}" if method and instance not in ("", "0") else method,
        meta=_visible(row),
        hidden=_hidden(row),
    )


def _fee(row: Fields, *, sign: int = 1) -> OrderLine:
    """A negative fee pays (gift card) or takes off (discount); ``tax_status`` says which, the VAT is as charged.

    The shop taxes a negative fee with ``tax_status: none`` all the same (woocommerce facts, row 8), so the
    status decides the kind and never the VAT.
    """
    net = row.money("total")
    kind = LineKind.FEE
    if net * sign < 0:
        kind = LineKind.GIFT_CARD if row.text("tax_status") == "none" else LineKind.DISCOUNT
    return OrderLine(
        kind=kind,
        id=_line_id(row),
        name=row.text("name"),
        net=net,
        tax=row.money("total_tax"),
        taxes=_taxes(row),
        meta=_visible(row),
        hidden=_hidden(row),
    )


def _line_id(row: Fields) -> str:
    line_id = row_id(row.values.get("id"))
    if line_id is None:
        row.wrong(_bad_id(row.values.get("id")))
        return ""
    return line_id


def _bad_id(raw: object) -> Text:
    return say("id is {value}, which is not a whole number.", value=shown(raw))


def _linked(row: Fields, name: str) -> str:
    """An id of something else; 0 means none: the article is deleted (woocommerce facts, row 15)."""
    found = row.text(name)
    return "" if found == "0" else found


def _quantity(row: Fields) -> Decimal:
    """Pieces, or parts of one where a plugin sells by weight; PHP's float noise is cut off."""
    if "quantity" not in row.values:
        row.missing("quantity")
    found = row.exact("quantity")
    if found is None:
        return _ONE
    return found if found == found.to_integral_value() else round(found, 6).normalize()


def _taxes(row: Fields) -> tuple[TaxPart, ...]:
    parts = []
    for part in row.rows("taxes", required=True):
        total = part.values.get("total")
        if total not in ("", None):  # a rate that does not touch this row
            parts.append(TaxPart(rate_id=part.text("id"), tax=part.number("total", total)))
    return tuple(parts)


def _tax_line(row: Fields) -> TaxLine:
    country = _COUNTRY.match(row.text("rate_code"))
    return TaxLine(
        rate_id=row.text("rate_id"),
        percent=_percent(row),
        label=row.text("label"),
        country=country[1] if country else "",
        tax=row.money("tax_total"),
        shipping_tax=row.money("shipping_tax_total"),
    )


def _percent(row: Fields) -> Decimal | None:
    """25, 25.5 or, where the rate has been deleted or the shop is old, nothing."""
    raw = row.values.get("rate_percent")
    if raw is None or raw == "":
        return None
    try:
        return amount(raw)
    except AmountError:
        row.wrong(say("rate_percent is {value}, which is not a percentage such as 25.", value=shown(raw)))
        return None


def _visible(row: Fields) -> dict[str, str]:
    """What the buyer sees of a row's meta, in the buyer's words: ``Färg: Grön``."""
    found = {}
    for meta in row.rows("meta_data"):
        if not (key := meta.text("key")).startswith("_"):
            value = meta.values.get("display_value", meta.values.get("value"))
            found[meta.text("display_key") or key] = value if isinstance(value, str) else as_json(value)
    return found


def _hidden(row: Fields) -> dict[str, str]:
    """The rest of a row's meta, by which plugins remember what they did: ``_bundled_by``."""
    return {key: value for key, value in row.meta().items() if key.startswith("_")}


def _customer(fields: Fields, meta: Mapping[str, str]) -> Customer:
    billing, shipping = fields.part("billing"), fields.part("shipping")
    return Customer(
        shop_id=_linked(fields, "customer_id"),
        email=billing.text("email").strip(),
        phone=billing.text("phone") or shipping.text("phone"),
        company=billing.text("company").strip(),
        org_number=first(meta, ORG_NUMBER_META),
        vat_number=first(meta, VAT_NUMBER_META),
        billing=_address(billing),
        shipping=_address(shipping),
    )


def _address(part: Fields) -> Address:
    return Address(
        first_name=part.text("first_name"),
        last_name=part.text("last_name"),
        company=part.text("company"),
        street=part.text("address_1"),
        street_2=part.text("address_2"),
        postcode=part.text("postcode"),
        city=part.text("city"),
        region=part.text("state"),
        country=part.text("country").upper(),
        phone=part.text("phone"),
    )
