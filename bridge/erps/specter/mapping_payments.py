"""How an order was paid, for Specter: code, reference, and whose business charging is (specter facts, 5.2, 6). Pure.

Specter charges a card or activates Klarna when it *invoices* the order [DOC, S-HELP], by the reference on the order;
without one nothing happens there. So one side must be the owner of charging: with ``capture = erp`` the reference
goes along, with ``capture = shop`` it does not and only stands among the comments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.erps.drafting import Draft
from bridge.erps.fields import Field
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Profile
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.texts import say

__all__ = ["PAYMENT", "Paid", "paid_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What the order says of its payment."""

    code: str
    """Empty: none is sent."""
    reference: str = ""
    user: str = ""
    prepayment: bool = False
    comment: str = ""
    """For the staff, where the reference is not to be used."""


def paid_by(draft: Draft, options: Options, profile: Profile) -> Paid:
    """By the order's own payment method: ``mode:`` of ``[payments]``, else the profile's table.

    Raises:
        Rejected: nobody says what the method is called in Specter.
    """
    payment = draft.main_payment
    code = payment.mode or profile.table("payments.methods").get(payment.method.lower(), "")
    if not code and payment.method:
        raise Rejected(
            say(
                "Nobody has said what the payment method {method} is called in Specter.",
                method=payment.method,
            ),
            channel="erp",
            field="payTypeIdentifier",
            advice=say(
                "Write Specter's code into the method's line in [payments], like mode:KG, or mode:- for none; then "
                "press Retry. Specter knows the codes of the methods you have agreed on."
            ),
        )
    sent = "" if code == profile.text("payments.kinds.none") else code
    number = payment.transaction_id.strip()
    if options.capture_of(draft.ref.shop) != "erp":
        return Paid(
            code=sent,
            prepayment=sent in profile.texts("payments.kinds.prepayment"),
            comment=f"{payment.title or payment.method} {number}".strip() if number else "",
        )
    return Paid(
        code=sent,
        reference=number,
        user=options.pay_system_user(payment.method),
        prepayment=sent in profile.texts("payments.kinds.prepayment"),
    )


def _field(vendor: str, source: str, value: Callable[[Paid], Json], fact: str) -> Field[Paid]:
    return Field(vendor=vendor, source=source, value=value, fact=fact)


PAYMENT: Final[Sequence[Field[Paid]]] = (
    _field(
        "payTypeIdentifier",
        "mode: of the payment method in [payments], else the code known for it; mode:- sends none",
        lambda paid: paid.code,
        "5.2 [1 PS, DOC that there are codes]",
    ),
    _field(
        "payTypeReference",
        "the payment's number at the provider, with [erp] capture = erp",
        lambda paid: paid.reference,
        "5.2 [1 PS, DOC NEH, WC]",
    ),
    _field(
        "payTypeIdentifierPaySystemUser",
        "[erp] pay_system_user_... of the payment method, with capture = erp",
        lambda paid: paid.user,
        "5.2 [1 PS, DOC S-HELP]",
    ),
    _field(
        "isPrepayment",
        "1 for bank transfers in advance",
        lambda paid: 1 if paid.prepayment else None,
        "5.2 [1 PS]",
    ),
)
