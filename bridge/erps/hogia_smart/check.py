"""``bridge check`` for Hogia's interface: what a set-up needs, each fault with its remedy. Only reads.

What nobody was seen to get from Hogia is refused here in plain words, and attempted nowhere (Hogia facts, sections
2.2 and 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from bridge.erps.currency import BASE
from bridge.erps.hogia_smart.check_accounts import accounts
from bridge.erps.hogia_smart.core import Core
from bridge.erps.rate_file import conversion_of
from bridge.errors import BridgeError, NotFound, Rejected, RemoteError, Transient, Unauthorised
from bridge.model.documents import DocumentKind
from bridge.model.texts import Problem, Text, say

__all__ = ["check"]

_TRY: Final = say("Run bridge check again; if it stays, ask Hogia's support.")
_AHEAD: Final = timedelta(days=31)
"""So long before the year ends, a missing next one is told."""
_FOREIGN: Final = (403, 404, 410)
"""How a company that is not ours, or is not there, may be answered [UNK]."""


def check(core: Core) -> Sequence[Problem]:
    """Everything found; empty: all is well. Never raises a ``BridgeError``."""
    found = list(core.options.problems("[erp]"))
    if any(problem.severe for problem in found):
        return found  # no call could be made
    core.years.forget()
    try:
        codes = _currency_codes(core)
    except BridgeError as error:
        return [*found, _problem(_place(error), error)]
    parts: Iterable[Callable[[Core], Iterable[Problem]]] = (
        lambda core: _currencies(core, codes),
        _years,
        accounts,
        _payments,
        _kinds,
        _without_effect,
        _doubt,
    )
    for part in parts:
        try:
            found += part(core)
        except BridgeError as error:
            found.append(_problem(_place(error), error))
    return [problem for place, problem in enumerate(found) if problem not in found[:place]]


def _problem(where: str, error: BridgeError) -> Problem:
    advice = error.advice if isinstance(error, RemoteError) else None
    if where.endswith("organization_id"):
        advice = say(
            "Check organization_id under [erp], or ask Hogia to open the company for the integration. The "
            "organisation number is another thing."
        )
    return Problem(where=where, what=error.text, fix=advice or _TRY)


def _place(error: BridgeError) -> str:
    """Which line most probably is at fault."""
    if isinstance(error, Unauthorised | NotFound):
        return "[erp] organization_id" if error.status in _FOREIGN else "[erp] client_id"
    if isinstance(error, Rejected):
        return "[erp] profile"  # a reading of a register can only be refused for its form
    return "[erp] base_url" if isinstance(error, Transient) else "[erp]"


def _currency_codes(core: Core) -> set[str]:
    """The first call: it needs access, company and version, and every company has the register."""
    rows = core.client.register(*core.client.path("currencies"))
    return {str(row.get("code", "")).upper() for row in rows}


def _currencies(core: Core, codes: set[str]) -> Iterator[Problem]:
    yield from conversion_of(core.context).problems()
    for currency in (BASE, *core.context.orders.exchange_rates):
        if currency.upper() not in codes:
            yield Problem(
                where="[orders] exchange_rates" if currency != BASE else "[erp] organization_id",
                what=say(
                    "Hogia does not have the currency {currency}: such orders would be refused.",
                    currency=currency,
                ),
                fix=say("Set up the currency in Hogia, or remove it from the line."),
                severe=currency == BASE,
            )


def _years(core: Core) -> Iterator[Problem]:
    """Of today, of the oldest orders that are fetched, and of the month to come."""
    today = core.context.clock.now().astimezone(core.zone).date()
    days = {today: True, today + _AHEAD: False}
    since = [shop.orders_from for shop in core.context.shops.values() if shop.orders_from is not None]
    if since:
        days = {min(since).astimezone(core.zone).date(): True, **days}
    for day, severe in days.items():
        try:
            core.years.year(day)
        except Rejected:
            yield Problem(
                where="[erp] organization_id",
                what=say(
                    "Hogia has no financial year for {day}: what is dated then is refused.",
                    day=day.isoformat(),
                ),
                fix=say("Make the financial year in Hogia, with the chart of accounts of the one before."),
                severe=severe,
            )


def _payments(core: Core) -> Iterator[Problem]:
    """What payments need besides their accounts, where they are registered."""
    context = core.context
    for method, rule in context.payments.rules.items():
        where = f"[payments] {method}"
        if rule.terms and not (rule.terms.isascii() and rule.terms.isdecimal()):
            yield Problem(
                where=where,
                what=say("{terms} is no number of days to pay in.", terms=rule.terms),
                fix=say("Write terms: and the number of days, like terms:30."),
            )
        if rule.mode:
            yield _unused(where, say("way of payment (mode:)"))
    if not context.orders.register_payments:
        return
    if not context.payments.accounts:
        yield Problem(
            where="[payments]",
            what=say("Payments are to be registered, and no payment method has an account."),
            fix=say("Write a line for each method of the shop: its id = the account its money arrives on."),
        )
    for method, account in context.payments.accounts.items():
        if account == core.settings.receivable:
            yield Problem(
                where=f"[payments] {method}",
                what=say(
                    "Account {account} is also [accounts] receivable: a payment there would come to nothing.",
                    account=account,
                ),
                fix=say("Write the account the money arrives on, or another receivable."),
            )
    if core.profile.text("payment.way") == "voucher_draft":
        yield Problem(
            where="[erp] profile",
            what=say("Payments become drafts of vouchers: none counts before somebody books it in Hogia."),
            fix=say("Book the drafts regularly, and set each against its invoice."),
            severe=False,
        )


def _kinds(core: Core) -> Iterator[Problem]:
    """Invoices only: no orders were seen in the interface (section 2.2 [UNK])."""
    named = {
        **{f"[shop {name}] document": shop.document for name, shop in core.context.shops.items()},
        **{f"[payments] {method}": rule.document for method, rule in core.context.payments.rules.items()},
    }
    for where, kind in named.items():
        if kind and kind != DocumentKind.INVOICE:
            yield Problem(
                where=where,
                what=say("Hogia's interface has invoices, and no {kind} as far as is known.", kind=str(kind)),
                fix=say("Write invoice, or leave it out."),
            )
    if core.context.articles.missing == "create":
        yield Problem(
            where="[articles] missing",
            what=say(
                "Nobody knows how articles, their prices and their stock are read from Hogia or made there, so none "
                "is made. Invoices say what was sold in rows with accounts."
            ),
            fix=say("Remove the line."),
        )


def _without_effect(core: Core) -> Iterator[Problem]:
    orders = core.context.orders
    mails = {"order_mail": orders.order_mail, "invoice_mail": orders.invoice_mail}
    for name, wanted in mails.items():
        if wanted:
            yield Problem(
                where=f"[orders] {name}",
                what=say("Nobody knows how Hogia is told to mail: no order and no invoice is mailed by it."),
                fix=say("Write {name} = no, and let the shop or a person send it.", name=name),
            )
    if orders.invoice_orders:
        yield _unused("[orders] invoice_orders", say("invoices made of orders; every order is an invoice"))
    for name, shop in core.context.shops.items():
        if shop.channel:
            yield _unused(f"[shop {name}] channel", say("sales channel"))
    for method, rule in core.context.shipping.rules.items():
        if rule.delivery:
            yield _unused(f"[shipping] {method}", say("way of delivery"))


def _unused(where: str, what: Text) -> Problem:
    return Problem(
        where=where,
        what=say("Hogia cannot be told this: {what}.", what=what),
        fix=say("Remove it; it is without effect."),
        severe=False,
    )


def _doubt(core: Core) -> Iterator[Problem]:
    """What happens after a lost answer; severe it is not: it waits, and nothing is booked twice."""
    words = core.profile.text
    if words("invoice.sequence") in {"replay", "refuse"} or words("invoice.list") == "yes":
        return
    yield Problem(
        where="[erp] profile",
        what=say(
            "Nobody has shown yet that Hogia takes an invoice only once, nor that invoices can be read again. When "
            "an answer is lost on the way, the order waits until somebody has looked in Hogia."
        ),
        fix=say(
            "Run bridge check --probe, ask Hogia what the same sequenceId does a second time, and write what you "
            "learn into a profile of your own."
        ),
        severe=False,
    )
