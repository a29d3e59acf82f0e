"""What tests look at in a house whose ERP takes documents further."""

from __future__ import annotations

import threading

from bridge.flows.operator import Operator
from bridge.model.documents import DocumentKind, Purpose
from tests.flows.conftest import House
from tests.support.fakes import Mode

FINALISE = Purpose.FINALISE


def later(house: House) -> None:
    """Everything is well, and time passes."""
    house.erp.mode = Mode.GOOD
    for _ in range(4):
        house.clock.advance(house.erp.settle.total_seconds() + 1)
        house.drain()


def steps(house: House) -> list[str]:
    """What was done to documents that stood."""
    return [step for _, _, step in house.erp.taken]


def fault(house: House, detail: str = "") -> str:
    """Why the entry waits for a person."""
    found = house.entry(purpose=FINALISE, detail=detail).fault
    assert found is not None
    return f"{found.text} {found.advice}"


def operator(house: House) -> Operator:
    """The acts of a person on this house."""
    return Operator(
        store=house.store,
        shops={"main": house.shop},
        collector=house.collector,
        booker=house.booker,
        creditor=house.creditor,
        kinds={"main": DocumentKind.ORDER},
        clock=house.clock,
        poke=threading.Event(),
    )
