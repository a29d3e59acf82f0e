"""``bridge check`` for Fortnox: what a set-up needs, each fault with its remedy. Only reads.

What no address of the interface tells is not checked: whether simple VAT (EasyVat) is on, which rates have been set
up, and whether a person's rights are enough. The first refused order tells those (``errors``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bridge.erps.fortnox.check_accounts import accounts
from bridge.erps.fortnox.check_registers import registers
from bridge.erps.fortnox.check_rounding import rounding
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.options import CONNECT
from bridge.erps.fortnox.reading import day, text
from bridge.errors import BridgeError, RemoteError, Unauthorised
from bridge.model.documents import DocumentKind
from bridge.model.texts import Problem, say

__all__ = ["check"]

_TRY: Final = say("Try again; if it stays, ask Fortnox' support.")
_AHEAD: Final = timedelta(days=31)
"""So long before the year ends, a missing next one is told."""

_NEEDS: Final = (
    ("customers", "Customers", "customer"), ("articles", "Articles", "article"), ("orders", "Orders", "order"),
    ("invoices", "Invoices", "invoice"),
)  # fmt: skip
"""What no order is booked without: address, name of its list, scope (section 2)."""


def check(core: Core) -> Sequence[Problem]:
    """Everything found; empty: all is well. Never raises a ``BridgeError``."""
    found = list(core.options.problems("[erp]"))
    try:
        company = _company(core)
    except BridgeError as error:
        return [*found, _problem("[erp] client_id", error)]
    years: list[Mapping[str, Any]] = []
    parts: tuple[tuple[str, Callable[[], Iterable[Problem]]], ...] = (
        ("companyinformation", lambda: _tenant(core, company)),
        *((scope, lambda path=path, name=name: _may_read(core, path, name)) for path, name, scope in _NEEDS),
        ("payment", lambda: _payments(core)),
        ("bookkeeping", lambda: _years(core, years)),
        ("bookkeeping", lambda: accounts(core, years)),
        *((scope, part) for scope, part in registers(core)),
        ("order", lambda: rounding(core, "orders", "Orders")),
        ("invoice", lambda: rounding(core, "invoices", "Invoices")),
    )
    for scope, part in parts:
        found += _tried(scope, part)
    return [problem for place, problem in enumerate(found) if problem not in found[:place]]


def _tried(scope: str, part: Callable[[], Iterable[Problem]]) -> Iterator[Problem]:
    """Each question by itself, so that all faults are told at once."""
    try:
        yield from part()
    except Unauthorised as refused:
        yield Problem(
            where="[erp] client_id",
            what=say(
                "Fortnox does not let the bridge in where it must ({scope}): {said}",
                scope=scope,
                said=refused.text,
            ),
            fix=say(
                "Allow {scope} for the integration in the developer portal, see that the company has the licence, "
                "and connect again with: {command}",
                scope=scope,
                command=CONNECT,
            ),
        )
    except BridgeError as error:
        yield _problem("[erp]", error)
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Problem(
            where="[erp]", what=say("Fortnox answered with something else than was asked for."), fix=_TRY
        )


def _problem(where: str, error: BridgeError) -> Problem:
    advice = error.advice if isinstance(error, RemoteError) else None
    return Problem(where=where, what=error.text, fix=advice or _TRY)


def _company(core: Core) -> Mapping[str, Any]:
    """Who they say we are; {}: the consent does not cover that, which is told later."""
    try:
        return core.client.get("companyinformation")
    except Unauthorised as refused:
        if refused.status == 403:
            return {}
        raise


def _tenant(core: Core, company: Mapping[str, Any]) -> Iterator[Problem]:
    """The database is the one meant: a consent belongs to whoever was logged in."""
    if not company:
        core.client.get("companyinformation")  # its refusal is told with the scope
    number, wanted = text(company.get("DatabaseNumber")), core.options.tenant_id
    if wanted and number and number != wanted:
        yield Problem(
            where="[erp] tenant_id",
            what=say(
                "The access is for {company} (database {number}), not for database {wanted}.",
                company=text(company.get("CompanyName")),
                number=number,
                wanted=wanted,
            ),
            fix=say(
                "Correct tenant_id, or log in to the right company and connect again: {command}",
                command=CONNECT,
            ),
        )
    if not wanted and number:
        yield Problem(
            where="[erp] tenant_id",
            what=say("The connection must be used at least every 45 days, or it ends."),
            fix=say(
                "Write tenant_id = {number}, if the consent was given for a service account: then it stays until "
                "somebody takes it back.",
                number=number,
            ),
            severe=False,
        )


def _may_read(core: Core, path: str, name: str) -> Sequence[Problem]:
    """One row is enough to see whether licence and consent cover it."""
    core.client.first(path, name, most=1)
    return ()


def _payments(core: Core) -> Sequence[Problem]:
    if core.context.orders.register_payments:
        core.client.first("invoicepayments", "InvoicePayments", most=1)
    return ()


def _years(core: Core, years: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """A document needs the financial year of its day (section 14, no. 17). Fills ``years`` with today's."""
    today = core.clock.now().astimezone(core.zone).date()
    rows = [row for page in core.client.pages("financialyears", "FinancialYears") for row in page]
    found = [row for row in rows if _within(row, today)]
    years += found
    if not found:
        yield _no_year(today, severe=True)
    elif not any(_within(row, today + _AHEAD) for row in rows):
        yield _no_year(today + _AHEAD, severe=False)
    by_cash = any(text(row.get("AccountingMethod")) == "CASH" for row in found)
    if by_cash and core.context.orders.book_invoices and _makes_invoices(core):
        yield Problem(
            where="[orders] book_invoices",
            what=say(
                "The company keeps its books by the cash method: invoices are not booked, only their payments."
            ),
            fix=say("Nothing need be done: the payment is booked when it is registered."),
            severe=False,
        )


def _within(year: Mapping[str, Any], on: date) -> bool:
    first, last = day(year.get("FromDate")), day(year.get("ToDate"))
    return first is not None and last is not None and first <= on <= last


def _no_year(on: date, *, severe: bool) -> Problem:
    return Problem(
        where="[erp]",
        what=say(
            "Fortnox has no financial year for {day}: what is dated then is refused.", day=on.isoformat()
        ),
        fix=say("Make the financial year in Fortnox, with the chart of accounts of the one before."),
        severe=severe,
    )


def _makes_invoices(core: Core) -> bool:
    """Whether an order may become an invoice with these settings, at once or by itself."""
    kinds = [*(shop.document for shop in core.context.shops.values())]
    kinds += [rule.document for rule in core.context.payments.rules.values() if rule.document]
    return core.context.orders.invoice_orders or DocumentKind.INVOICE in kinds
