"""What the buyer has paid, as a voucher of a journal (economic facts, section 10 [D19]). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from bridge.erps.arithmetic import rounded
from bridge.erps.drafting import Draft, DraftPayment, PaymentKind
from bridge.erps.fields import Field, body
from bridge.erps.wire import Json

__all__ = ["ENTRY", "Entry", "Paid", "contra_of", "paid_of", "text_of", "voucher_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """The invoice that is paid, and where it is told."""

    journal: int
    customer: int
    invoice: int
    booked: date
    """The invoice's own day."""
    currency: str
    rate: Decimal | None
    """SEK for 100 units, as the invoice has it; None in SEK."""
    text: str
    contra: int | None = None
    """The journal's own contra account of customer payments; None: it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One payment of an invoice."""

    dated: date
    amount: Decimal
    """Positive: a payment. So one client writes it [1]; which sign the interface wants is documented nowhere [I]."""
    account: int | None
    """None: neither the settings nor the journal have one, and a person fills it in before the journal is booked."""
    paid: Paid


ENTRY: Final[Sequence[Field[Entry]]] = (
    Field(
        vendor="date",
        source="when the buyer paid, in the books' time zone",
        value=lambda e: e.dated.isoformat(),
        fact="section 10 [D19]",
    ),
    Field(
        vendor="amount",
        source="what was paid in this way: by the payment method, or by a gift card",
        value=lambda e: e.amount,
        fact="section 10 [D19]; its sign [1, I]",
    ),
    Field(
        vendor="customer.customerNumber",
        source="the invoice's customer",
        value=lambda e: e.paid.customer,
        fact="section 10 [D19]",
    ),
    Field(
        vendor="customerInvoice",
        source="number of the booked invoice",
        value=lambda e: e.paid.invoice,
        fact="section 10 [D19]",
    ),
    Field(
        vendor="contraAccount.accountNumber",
        source="account of the method in [payments], else the journal's own for such payments; of gift cards "
        "[accounts] gift_card",
        value=lambda e: e.account,
        fact="section 10 [D19]; that the journal has one of its own: journals' schema [D19]",
    ),
    Field(
        vendor="currency.code",
        source="the order's currency",
        value=lambda e: e.paid.currency,
        fact="section 10 [D19]",
    ),
    Field(
        vendor="exchangeRate",
        source="that of the invoice; left out in SEK",
        value=lambda e: None if e.paid.rate is None else rounded(e.paid.rate, 6),
        fact="schema of journals [D19]",
    ),
    Field(
        vendor="text",
        source="the bridge's own key and the invoice's number, by which it is found before it is repeated",
        value=lambda e: e.paid.text,
        limit=250,
        fact="section 10 [D19]",
    ),
)
"""One entry under ``entries.customerPayments``."""


def contra_of(journal: Mapping[str, Any]) -> int | None:
    """The journal's own contra account of customer payments (schema of journals [D19]); None: it has none."""
    settings = journal.get("settings") or {}
    account = (settings.get("contraAccounts") or {}).get("customerPayments") or {}
    number = account.get("accountNumber")
    return None if number is None else int(number)


def text_of(key: str, invoice: int) -> str:
    """What an entry of ours is known by."""
    return f"{key} {invoice}"


def paid_of(draft: Draft) -> tuple[DraftPayment, ...]:
    """The payments to register: a gift card has been paid long ago, the rest when the shop says so."""
    return tuple(
        each
        for each in draft.payments
        if each.amount and (each.kind is PaymentKind.GIFT_CARD or each.paid_at is not None)
    )


def voucher_of(
    payments: Sequence[DraftPayment], paid: Paid, *, zone: ZoneInfo, receivable: str
) -> dict[str, Json]:
    """The voucher's document; all of it on one day, since it has one accounting year: when the buyer paid.

    A gift card used for all of it counts as paid on the invoice's day, ``paid.booked``. The year is named after the
    calendar; companies with another one book payments by hand (section 10 [D19, example only]). A method without an
    account of its own is paid on the journal's: against ``receivable`` the payment would come to nothing. It is
    written out, since nobody says that e-conomic fills it in for whoever does not sit at the screen [I].
    """
    when = [each.paid_at for each in payments if each.paid_at]
    day = max(when).astimezone(zone).date() if when else paid.booked
    entries = [
        Entry(
            dated=day,
            amount=each.amount,
            account=paid.contra if each.account == receivable else int(each.account),
            paid=paid,
        )
        for each in payments
    ]
    return {
        "accountingYear": {"year": str(day.year)},
        "journal": {"journalNumber": paid.journal},
        "entries": {"customerPayments": [body(ENTRY, each, fit=_cut) for each in entries]},
    }


def _cut(text: str, most: int | None) -> str:
    return text[:most]
