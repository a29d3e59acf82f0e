"""The words on the page for what the program calls by short names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flask import Flask

from bridge.flows.choosing import awaits_choice
from bridge.flows.refunds import DELETED
from bridge.model.changes import Fact, RowPart
from bridge.model.documents import DocumentKind, Purpose
from bridge.model.numbers import shown
from bridge.model.orders import LineKind
from bridge.model.texts import Text, say
from bridge.store.records import REHEARSED, Entry, Exchange, State, Untold
from bridge.web.filters import Tab, What
from bridge.web.orders import masked, readable

__all__ = ["channel_name", "help_of", "setup", "state_of", "title_of", "untold_words"]

TABS: Final[Mapping[str, Text]] = {
    Tab.ALL: say("All"),
    Tab.WAITING: say("Waiting"),
    Tab.SENDING: say("Being sent"),
    Tab.DOUBT: say("In doubt"),
    Tab.PARKED: say("Needs you"),
    Tab.STUCK: say("Went wrong"),
    Tab.DONE: say("Done"),
    Tab.DROPPED: say("Dropped"),
}
TAB_HELP: Final[Mapping[str, Text]] = {
    Tab.ALL: say("Everything the bridge has taken on."),
    Tab.WAITING: say("Goes by itself, at the time shown."),
    Tab.SENDING: say("On its way at this moment."),
    Tab.DOUBT: say("The answer got lost. The bridge asks the ERP first, so that nothing is booked twice."),
    Tab.PARKED: say("Goes no further by itself. Open it, mend the cause, then press Retry."),
    Tab.STUCK: say("Something went wrong. What waits is tried again by itself; the rest needs you."),
    Tab.DONE: say("In the books."),
    Tab.DROPPED: say("Somebody decided not to send it."),
}
TELLING_HELP: Final[Mapping[str, Text]] = {
    Tab.WAITING: say("The order is booked. The shop is told by itself, at the time shown."),
    Tab.SENDING: say("The order is booked. The shop is being told at this moment."),
    Tab.DOUBT: say(
        "The order is booked. The shop's answer got lost, so it is told once more; that does no harm."
    ),
    Tab.PARKED: say(
        "The order is booked, but the shop has not been told of it. Mend the cause, then press Retry."
    ),
    Tab.DONE: say("The shop has been told of the booking."),
    Tab.DROPPED: say("Somebody decided not to tell the shop."),
}
"""The same for the step that follows a booking."""
WHATS: Final[Mapping[str, Text]] = {
    What.ORDERS: say("Orders"),
    What.TELLING: say("Telling the shop"),
    What.AFTER: say("After the booking"),
    What.ALL: say("All"),
}
PURPOSES: Final[Mapping[str, Text]] = {
    Purpose.ORDER: say("Book in the ERP"),
    Purpose.MARK: say("Tell the shop"),
    Purpose.REFUND: say("Credit a refund"),
    Purpose.CHANGE: say("Follow an edit"),
    Purpose.CANCEL: say("Take back what was called off"),
    Purpose.FINALISE: say("Finish in the ERP"),
}
LINES: Final[Mapping[str, Text]] = {
    LineKind.PRODUCT: say("Goods"),
    LineKind.SHIPPING: say("Shipping"),
    LineKind.FEE: say("Fee"),
    LineKind.DISCOUNT: say("Discount"),
    LineKind.GIFT_CARD: say("Gift card"),
    LineKind.ROUNDING: say("Rounding"),
}
DOCUMENTS: Final[Mapping[str, Text]] = {
    DocumentKind.ORDER: say("Order"),
    DocumentKind.INVOICE: say("Invoice"),
    DocumentKind.VOUCHER: say("Voucher"),
    DocumentKind.CREDIT: say("Credit"),
}
KINDS: Final[Mapping[str, Text]] = {
    "Rejected": say("The other side refuses it"),
    "Unauthorised": say("Access denied"),
    "Throttled": say("Too many calls"),
    "LostReply": say("No answer came back"),
    "Transient": say("The other side was not available"),
    "NotFound": say("Not found"),
    "Unreadable": say("The order could not be read"),
    "GuardTripped": say("Stopped for safety"),
    "UserError": say("Something in the order or the settings"),
    "ConfigError": say("Something in the settings"),
    "Edited": say("Edited after booking"),
    "CalledOff": say("Called off after booking"),
    "Revived": say("Alive again after it was taken back"),
    "RefundDeleted": say("Deleted in the shop after it was credited"),
    "NoCredits": say("The ERP makes no credits"),
    "NoDocument": say("There is no document"),
    "PluginError": say("A plugin failed"),
    "PluginRefused": say("A plugin says no"),
    "StoreError": say("Trouble with the database"),
    "Bug": say("An error inside the bridge"),
}
HEADS: Final[Mapping[str, Text]] = {
    "account": say("Account"),
    "amount": say("Amount"),
    "article": say("Article"),
    "credit": say("Credit"),
    "debit": say("Debit"),
    "name": say("Name"),
    "quantity": say("Quantity"),
    "text": say("Text"),
}
"""Heads of the table in a preview; an adapter may have others, which are shown as they are."""
FIGURES: Final = frozenset({"amount", "credit", "debit", "quantity"})
CODES: Final[Mapping[str, Text]] = {
    "not_trigger": say("Status does not send"),
    "before_start": say("Before the first day"),
    "zero_total": say("Costs nothing"),
    "manual": say("Waits for Send"),
    "export_off": say("Sending switched off"),
    "withdrawn": say("Called off in the shop"),
    "plugin": say("A plugin says no"),
    "refunded": say("Paid back before booking"),
}


STATUSES: Final[Mapping[str, Text]] = {
    "pending": say("Pending payment"),
    "processing": say("Processing"),
    "on-hold": say("On hold"),
    "completed": say("Completed"),
    "cancelled": say("Cancelled"),
    "refunded": say("Refunded"),
    "failed": say("Failed"),
}
"""WooCommerce's own; a plugin's status is shown under the name the shop gives it."""


def setup(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        tabs=TABS,
        tab_help=TAB_HELP,
        purposes=PURPOSES,
        whats=WHATS,
        statuses=STATUSES,
        line_kinds=LINES,
        document_kinds=DOCUMENTS,
        fault_kinds=KINDS,
        skip_codes=CODES,
        row_heads=HEADS,
        figures=FIGURES,
        state_of=state_of,
        help_of=help_of,
        rehearsed=rehearsed,
        channel_name=channel_name,
        untold_words=untold_words,
        after_words=after_words,
        step_of=step_of,
        title_of=title_of,
        facts=FACTS,
        row_parts=PARTS,
    )
    app.jinja_env.filters.update(readable=readable, masked=masked, identity=shown)


def state_of(entry: Entry) -> Tab:
    """The tab an entry shows under: doubt counts more than the waiting it does meanwhile."""
    if entry.doubt is not None and entry.state is State.WAITING:
        return Tab.DOUBT
    return Tab(entry.state.value)


def rehearsed(exchange: Exchange) -> bool:
    """Whether it is no exchange but a document made in shadow mode."""
    return exchange.note.startswith(REHEARSED)


def help_of(entry: Entry) -> Text:
    """What the state of this entry means, on its own page."""
    tab = state_of(entry)
    if awaits_choice(entry):
        return say("Nothing is sent before you have chosen below.")
    if tab is Tab.PARKED and entry.key.purpose is Purpose.ORDER:
        return say("Goes no further by itself. Mend the cause, then press Retry.")
    return TELLING_HELP[tab] if entry.key.purpose is Purpose.MARK else TAB_HELP[tab]


def channel_name(channel: str) -> Text:
    """Who it is that rests."""
    if channel == "erp":
        return say("the ERP")
    return say("the shop {name}", name=channel.removeprefix("shop "))


def untold_words(untold: Untold) -> Text:
    """The one line that keeps a stuck mark from being overlooked."""
    if untold.total == 1:
        return say("1 order is booked, but the shop has not been told of it")
    return say("{count} orders are booked, but the shop has not been told of it", count=untold.total)


def after_words(count: int) -> Text:
    """The one line that keeps an edited order from being overlooked."""
    if count == 1:
        return say("1 step after a booking needs you: finishing it, a refund, an edit or a cancellation")
    return say(
        "{count} steps after a booking need you: finishing, refunds, edits, cancellations", count=count
    )


def title_of(entry: Entry) -> Text:
    """The head of an entry's page."""
    values = {"number": entry.number or entry.key.ref.id}
    if entry.key.purpose is Purpose.REFUND:
        refund = entry.key.detail.removesuffix(DELETED)
        head = _REFUND_GONE if refund != entry.key.detail else _TITLES[Purpose.REFUND]
        return replace(head, values={**values, "refund": refund})
    return replace(_TITLES[entry.key.purpose], values=values)


def step_of(entry: Entry) -> Text:
    """What an entry does, in a list of several of one order."""
    if entry.key.purpose is not Purpose.REFUND:
        return PURPOSES[entry.key.purpose]
    refund = entry.key.detail.removesuffix(DELETED)
    if refund != entry.key.detail:
        return say("Refund {refund} was deleted in the shop", refund=refund)
    return say("Credit refund {refund}", refund=refund)


_REFUND_GONE: Final = say("Refund {refund} of order {number}, deleted in the shop")


_TITLES: Final[Mapping[str, Text]] = {
    Purpose.ORDER: say("Order {number}"),
    Purpose.MARK: say("Telling the shop of order {number}"),
    Purpose.REFUND: say("Refund {refund} of order {number}"),
    Purpose.CHANGE: say("Edit of order {number}"),
    Purpose.CANCEL: say("Order {number}, called off"),
    Purpose.FINALISE: say("Finishing order {number} in the ERP"),
}
FACTS: Final[Mapping[str, Text]] = {
    Fact.TOTAL: say("Total"),
    Fact.CURRENCY: say("Currency"),
    Fact.DATE: say("Date"),
    Fact.PAYMENT: say("Payment"),
    Fact.CUSTOMER: say("Company and numbers"),
    Fact.COUNTRY: say("Countries"),
    Fact.CONTACT: say("E-mail and phone"),
    Fact.BILLING: say("Bill to"),
    Fact.DELIVERY: say("Deliver to"),
    Fact.COUPONS: say("Coupons"),
    Fact.NOTE: say("Message"),
    Fact.REFERENCE: say("References"),
}
PARTS: Final[Mapping[str, Text]] = {
    RowPart.QUANTITY: say("quantity"),
    RowPart.AMOUNT: say("amount"),
    RowPart.VAT: say("VAT"),
    RowPart.ARTICLE: say("article"),
    RowPart.NAME: say("name"),
    RowPart.DETAILS: say("details"),
}
