"""newOrderSubmit: an order is checked whole and then made (specter facts, sections 5.2 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bridge.sim.specter import stock
from bridge.sim.specter.account import Account
from bridge.sim.specter.reading import Fields
from bridge.sim.specter.refusals import (
    BAD_VALUE,
    DUPLICATE_ORDER,
    MISSING,
    UNKNOWN_ARTICLE,
    UNKNOWN_CUSTOMER,
    UNKNOWN_THING,
    Refusal,
)
from bridge.sim.specter.state import Order, Row, State
from bridge.sim.specter.wire import Reply

__all__ = ["book", "standing", "submit"]

TEXTS: Final = {
    # documented lengths [DOC, A4S]; None: nobody says how long
    "payTypeReference": None, "payTypeIdentifierPaySystemUser": None, "customerOrderReference": 50,
    "customerReference": 70, "internalComment": None, "publishedComment": None,
    "notifyDeliveryMobileNo": None, "preparedShipmentId": None, "userSource": None,
}  # fmt: skip
FLAGS: Final = ("isPrepayment", "notifyDeliveryByMobile", "sendOrderMailToUser")


def submit(state: State, given: Mapping[str, str]) -> Reply:
    """Make the order; the answer has Specter's own number of it.

    Raises:
        Refusal: something is wrong; no order is made and no stock moved then.
    """
    fields, account = Fields(given), state.account
    customer = fields.whole("customerId", required=True)
    if customer not in state.customers:
        raise Refusal(UNKNOWN_CUSTOMER, f"Kunden finns inte: {customer}")
    key = fields.text("externalOrderNo")
    if not fields.flag("ignoreExternalOrderNoControl"):
        _unused(state, key)
    data = _header(fields, account)
    mail = fields.flag("sendOrderMail")
    dated = fields.day("orderDate")
    rows = [_row(state, fields, number) for number in fields.numbers("articleNo")]
    fields.leave_none(more=account.more_parameters, refuse=account.refuses_unknown)
    order = Order(
        no=state.next("order"),
        key=key,
        customer=customer,
        currency=data["currency"],
        site=data["stocksiteid"],
        dated=dated or state.today,
        data=data,
        rows=rows,
        mails=int(mail),
    )
    book(state, order, own=True)
    return Reply(number=str(order.no), text="Ordern mottagen")


def book(state: State, order: Order, *, own: bool) -> None:
    """The order is there, and what it wants is spoken for [INF: from this moment]."""
    state.keep(order)
    for row in order.rows:
        stock.reserve(state, row.article, order.site, row.quantity, own=own)


def standing(state: State, key: str) -> list[Order]:
    """The orders that hold an externalOrderNo, oldest first."""
    every = (each for each in state.orders.values() if key and each.key == key)
    return [each for each in every if not (each.removed and state.account.removed_frees_number)]


def _unused(state: State, key: str) -> None:
    """A used number is refused, on whichever shop of the account it was used [1; INF the shop]."""
    there = standing(state, key)
    if there:
        told = f", se order '{there[0].no}'" if state.account.duplicate_tells_number else ""
        raise Refusal(DUPLICATE_ORDER, f"externalOrderNo är redan använt{told}")


def _header(fields: Fields, account: Account) -> dict[str, str]:
    """All but customer, number, date and rows; what is not in a register is refused [INF, STW]."""
    data = {name.lower(): fields.text(name, most=most) for name, most in TEXTS.items()}
    for name in FLAGS:
        data[name.lower()] = str(int(fields.flag(name)))
    data["currency"] = fields.one_of("currency", account.currencies, default=account.currency)
    language = fields.text("language")
    data["language"] = language if language in account.order_languages else "SE"
    data["stocksiteid"] = fields.one_of("stocksiteid", account.sites, default=account.default_site)
    data["paytypeidentifier"] = fields.one_of("payTypeIdentifier", account.pay_codes)
    # It must be the external key set on the delivery method [1 + DOC].
    data["externaldeliverymethod"] = fields.one_of("externalDeliveryMethod", account.delivery_methods)
    data["webshopid"] = _webshop(fields, account)
    delivery = fields.day("deliveryDate")
    data["deliverydate"] = "" if delivery is None else delivery.isoformat()
    return data


def _webshop(fields: Fields, account: Account) -> str:
    shop = fields.text("webshopId")
    if shop and account.version == 1:
        raise Refusal(UNKNOWN_THING, "webshopId kräver API version 2")  # (section 3) [DOC, VEN]
    if not shop and account.multishop and account.webshop_required:
        raise Refusal(MISSING, "webshopId saknas")
    if shop and shop not in account.webshops:
        raise Refusal(UNKNOWN_THING, f"webshopId finns inte: {shop}")
    return shop


def _row(state: State, fields: Fields, number: int) -> Row:
    account = state.account
    article = fields.text(f"articleNo_{number}", required=True)
    if article not in state.articles:  # every article must be there before the order (section 6) [DOC, VEN]
        raise Refusal(UNKNOWN_ARTICLE, f"Artikeln finns inte: {article}")
    price = fields.decimal(f"priceExclVAT_{number}", places=3, required=True)  # three decimals [1]
    quantity = fields.decimal(f"noOfItems_{number}", places=2, required=True)  # two [INF]
    vat = fields.whole(f"vatPercent_{number}", required=True)
    assert price is not None  # noqa: S101 - they are required
    assert quantity is not None  # noqa: S101
    if quantity == 0 or (quantity < 0 and not account.negative_quantities):
        raise Refusal(BAD_VALUE, f"noOfItems_{number} ska vara större än 0")
    if vat not in account.vat_rates:
        raise Refusal(UNKNOWN_THING, f"Momssatsen finns inte: {vat}")
    discount = fields.decimal(f"discount_{number}", places=2) if account.row_discounts else None
    return Row(
        article=article,
        text=fields.text(f"articleName_{number}") or state.articles[article].name,
        comment=fields.text(f"articleComment_{number}"),
        price=price,
        quantity=quantity,
        vat=vat,
        discount=discount or Decimal(0),
    )
