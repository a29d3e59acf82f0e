"""Settings that name one of everything in Fortnox, for tests of its check."""

from __future__ import annotations

from bridge.erps.fortnox.check import check
from bridge.model.texts import Problem
from tests.support.fortnox import Office

EVERYTHING = """
[orders]
exchange_rates = EUR 11.45
invoice_orders = yes
book_invoices = yes
register_payments = yes
[articles]
missing = create
[payments]
bacs = 1510 terms:30
card = 1686 mode:CARD
[shipping]
flat_rate = article:frakt delivery:P
"""
SETTINGS = {"price_list": "A", "print_template": "oc", "row_accounts": "always"}


def problems(office: Office) -> list[Problem]:
    """What the check finds."""
    return list(check(office.core()))


def only(office: Office) -> Problem:
    """The one thing it finds."""
    (found,) = problems(office)
    assert str(found.fix)
    return found
