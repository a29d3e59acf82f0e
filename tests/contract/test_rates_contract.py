"""Foreign money in every ERP: a rate from somewhere or no document, and never a rate that is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from bridge.errors import Rejected
from bridge.model.orders import Order
from bridge.ports import Capability, KnowsRates
from tests.builders import NOON, an_order, key_of
from tests.contract.conftest import Subject, kind_of

UNKNOWN = "ISK"
"""Neither in the configuration nor in any simulator."""


def in_currency(currency: str) -> Order:
    """An order over 100 of it."""
    return replace(an_order(), currency=currency)


def has_own_rates(subject: Subject) -> bool:
    """Whether the ERP reckons with rates of its own and takes none with a document."""
    return bool(getattr(subject.simulator, "own_rates", False))


@pytest.fixture
def knowing(subject: Subject) -> Subject:
    """Only ERPs that can be asked for a rate; their simulator has a dict ``rates``.

    In it are EUR 11.44 (the configuration says 11.45), NOK 0.97, PLN 1 and USD 0.
    """
    if Capability.ASKS_RATES not in subject.adapter().capabilities:
        pytest.skip("this ERP knows no rates")
    return subject


def test_ord_34_configured_rate_books_the_order(subject: Subject) -> None:
    """In its own currency where the ERP can, else in SEK at the rate; the rate is told unless it is the ERP's own."""
    document = subject.book(in_currency("EUR"))
    amounts = {"EUR": Decimal("100.00"), "SEK": Decimal("1145.00")}
    assert document.gross in (amounts[document.currency], None), "None: the ERP does not tell"
    assert (subject.only().gross, subject.only().currency) == (amounts[document.currency], document.currency)
    assert any("11.45" in str(note) for note in document.notes) is not has_own_rates(subject)


def test_ord_34_currency_without_rate_is_rejected_and_named(subject: Subject) -> None:
    """Nothing is booked at a rate nobody gave; the preview says the same, unless only the ERP knows."""
    adapter, order = subject.adapter(), in_currency(UNKNOWN)
    own = has_own_rates(subject)
    for call in (adapter.put_document,) if own else (adapter.preview, adapter.put_document):
        with pytest.raises(Rejected, match=UNKNOWN) as caught:
            call(order, key_of(order), kind_of(adapter))
        assert own or "exchange_rates" in str(caught.value.advice)
    assert subject.booked() == []


def test_ord_34_erp_is_asked_for_its_rate(knowing: Subject) -> None:
    """What it says is what stands on the document; None for a currency it does not have."""
    adapter = cast("KnowsRates", knowing.adapter())
    assert adapter.exchange_rate("NOK", on=NOON.date()) == Decimal("0.97")
    assert adapter.exchange_rate(UNKNOWN, on=NOON.date()) is None
    document = knowing.book(in_currency("NOK"))
    assert any("0.97" in str(note) for note in document.notes)


@pytest.mark.parametrize("currency", ["PLN", "USD"])
def test_ord_34_rate_of_one_or_nothing_is_refused(knowing: Subject, currency: str) -> None:
    """A currency nobody ever set up in the ERP."""
    with pytest.raises(Rejected, match=f"cannot be the rate of {currency}"):
        knowing.book(in_currency(currency))
    assert knowing.booked() == []


def test_ord_34_own_currency_has_no_rate(knowing: Subject) -> None:
    """And nobody asks for one."""
    simulator = cast("Any", knowing.simulator)
    simulator.rates.clear()
    assert not any("rate" in str(note) for note in knowing.book(an_order()).notes)
