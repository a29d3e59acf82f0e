"""What the tests of refunds ask of a house again and again."""

from __future__ import annotations

from decimal import Decimal

from bridge.model.documents import Purpose
from bridge.store.records import State
from tests.builders import a_line
from tests.flows.conftest import House

ONE = a_line("-80.00", "-20.00", quantity=Decimal(-1))


def credits_of(house: House) -> list[str]:
    """What the ERP holds of credits."""
    return [str(document.gross) for _, key, document in house.erp.stored if key.purpose is Purpose.REFUND]


def refund_state(house: House, detail: str = "70") -> State:
    """Of the refund's entry."""
    return house.state(purpose=Purpose.REFUND, detail=detail)


def fault_text(house: House, detail: str = "70") -> str:
    """Why it is parked, and what to do."""
    fault = house.entry(purpose=Purpose.REFUND, detail=detail).fault
    assert fault is not None
    assert fault.advice is not None
    return f"{fault.text} {fault.advice}"


def retry(house: House, detail: str = "70") -> None:
    """A person presses Retry."""
    entry = house.entry(purpose=Purpose.REFUND, detail=detail)
    assert house.store.outbox.retry([entry.id], who="Eva", reason="", now=house.clock.now()) == 1
    house.drain()
