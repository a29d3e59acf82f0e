"""``bridge check`` for e-conomic: what a set-up needs, each fault with its remedy. Only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from bridge.erps.currency import BASE
from bridge.erps.drafting.settings import GiftCards
from bridge.erps.economic.advice import ROLE
from bridge.erps.economic.check_vat import vat_problems
from bridge.erps.economic.core import Core
from bridge.erps.economic.mapping_payments import contra_of
from bridge.erps.economic.paths import path
from bridge.erps.economic.registers import lacking_roles
from bridge.errors import BridgeError, NotFound, Rejected, RemoteError
from bridge.model.documents import DocumentKind
from bridge.model.texts import Problem, say

__all__ = ["check"]

_TRY: Final = say("Run bridge check again; if it stays, ask e-conomic's support and name the log id.")


def check(core: Core) -> Sequence[Problem]:
    """Everything found; empty: all is well. Never raises a ``BridgeError``."""
    found = list(core.options.problems("[erp]"))
    core.registers.forget()
    try:
        core.registers.agreement()
    except BridgeError as error:
        return [*found, _problem("[erp] agreement_grant_token", error)]
    for part in _PARTS:
        try:
            found += part(core)
        except BridgeError as error:
            found.append(_problem("[erp]", error))
    return [problem for place, problem in enumerate(found) if problem not in found[:place]]


def _problem(where: str, error: BridgeError) -> Problem:
    """A refusal of the registers names the line itself."""
    place = error.field if isinstance(error, Rejected) and error.field.startswith("[") else where
    advice = error.advice if isinstance(error, RemoteError) else None
    return Problem(where=place, what=error.text, fix=advice or _TRY)


def _tried(*asks: Callable[[], object]) -> Iterator[Problem]:
    """Each question by itself, so that all faults are told at once."""
    for ask in asks:
        try:
            ask()
        except Rejected as error:
            yield _problem("[erp]", error)


def _agreement(core: Core) -> Iterator[Problem]:
    me = core.registers.agreement()
    if me.currency != BASE:
        yield Problem(
            where="[erp] agreement_grant_token",
            what=say(
                "The books of this agreement are in {currency}; the bridge books in SEK.",
                currency=me.currency,
            ),
            fix=say("Take the grant token of a company with books in SEK."),
        )
    missing = lacking_roles(me, payments=core.context.orders.register_payments)
    if missing:
        yield Problem(
            where="[erp] app_secret_token",
            what=say("The app lacks the role {roles} in e-conomic.", roles=", ".join(missing)),
            fix=ROLE,
        )
    if me.inventory and _makes_orders(core):
        yield Problem(
            where="[erp]",
            what=say(
                "The company has e-conomic's inventory module. Its documents of 2019 say that orders cannot be made "
                "over the interface then; nobody knows whether that still holds."
            ),
            fix=say("Try one order. If it is refused, write document = invoice in the [shop] section."),
            severe=False,
        )


def _makes_orders(core: Core) -> bool:
    rules = core.context.payments.rules.values()
    kinds = [*(shop.document for shop in core.context.shops.values()), *(rule.document for rule in rules)]
    return not kinds or any(kind in ("", DocumentKind.ORDER) for kind in kinds)


def _registers(core: Core) -> Iterator[Problem]:
    registers, options = core.registers, core.options
    yield from _tried(
        registers.layout,
        registers.terms,
        registers.customer_group,
        lambda: registers.customer_group(company=True),
        registers.unit,
    )
    currency = options.customer_currency.upper()
    if currency and currency not in registers.currencies():
        yield _no_currency("[erp] customer_currency", currency)
    for currency in core.context.orders.exchange_rates:
        if currency.upper() not in registers.currencies():
            yield _no_currency("[orders] exchange_rates", currency)


def _no_currency(where: str, currency: str) -> Problem:
    return Problem(
        where=where,
        what=say(
            "e-conomic does not have the currency {currency}: such orders would be refused.",
            currency=currency,
        ),
        fix=say("Add it in e-conomic among the currencies, or remove it from the line."),
        severe=False,
    )


def _terms(core: Core) -> Iterator[Problem]:
    """Terms of payment the methods name."""
    for method, rule in core.context.payments.rules.items():
        if rule.terms:
            where = f"[payments] {method}"
            yield from _tried(lambda rule=rule, where=where: core.registers.terms(rule.terms, where=where))  # type: ignore[misc]


def _payments(core: Core) -> Iterator[Problem]:
    """Journal and accounts, where payments are registered."""
    context = core.context
    if not context.orders.register_payments:
        return
    yield from _tried(core.registers.journal)
    yield from _one_sided(core)
    accounts = {context.accounts.receivable: "[accounts] receivable"}
    if core.settings.gift_cards is GiftCards.PAYMENT:
        accounts |= {context.accounts.gift_card: "[accounts] gift_card"}
    accounts |= {account: f"[payments] {method}" for method, account in context.payments.accounts.items()}
    for account, where in accounts.items():
        yield from _account(core, account, where)


def _one_sided(core: Core) -> Iterator[Problem]:
    """Without the journal's own contra account a method that names none is paid on nothing."""
    with suppress(Rejected):  # told already
        journal = core.registers.journal()
        if contra_of(journal.raw) is None:
            yield Problem(
                where="[erp] journal",
                what=say(
                    "Journal {journal} has no contra account for customer payments: payments by a method without an "
                    "account in [payments] stand there with one side only, and the journal cannot be booked.",
                    journal=str(journal),
                ),
                fix=say(
                    "Set one on the journal in e-conomic, or name an account for every method in [payments]."
                ),
                severe=False,
            )


def _account(core: Core, account: str, where: str) -> Iterator[Problem]:
    fix = say("Correct the account, or make it in e-conomic.")
    try:
        row = core.client.get(path("accounts", account))
    except NotFound:
        what = say(
            "e-conomic has no account {account}, where payments are to be set against.", account=account
        )
        yield Problem(where=where, what=what, fix=fix)
        return
    if row.get("barred"):
        what = say("Account {account} is barred in e-conomic.", account=account)
        yield Problem(where=where, what=what, fix=say("Remove the bar, or name another account."))


def _shops(core: Core) -> Iterator[Problem]:
    """Cost centres and projects by number: e-conomic has departmental distributions for the one."""
    for name, shop in core.context.shops.items():
        if shop.result_unit:
            where = f"[shop {name}] result_unit"
            yield from _tried(
                lambda shop=shop, where=where: core.registers.distribution(shop.result_unit, where=where)  # type: ignore[misc]
            )
            yield from _numeric(where, shop.result_unit)
        yield from _numeric(f"[shop {name}] project", shop.project)


def _numeric(where: str, value: str) -> Iterator[Problem]:
    if value and not value.isdecimal():
        yield Problem(
            where=where,
            what=say("{value} is no number, and e-conomic knows these by number.", value=value),
            fix=say("Write its number in e-conomic."),
        )


def _mails(core: Core) -> Iterator[Problem]:
    """e-conomic's interface sends no mail of orders and invoices (section 9 [D19])."""
    orders = core.context.orders
    for name, wanted in (("order_mail", orders.order_mail), ("invoice_mail", orders.invoice_mail)):
        if wanted:
            yield Problem(
                where=f"[orders] {name}",
                what=say("e-conomic cannot be told to mail orders or invoices."),
                fix=say("Write {name} = no, and let the shop or a person send it.", name=name),
                severe=False,
            )


_PARTS: Final[Iterable[Callable[[Core], Iterator[Problem]]]] = (
    _agreement,
    _registers,
    _terms,
    _payments,
    _shops,
    _mails,
    vat_problems,
)
