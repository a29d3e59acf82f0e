"""A process of its own that reads from Specter and books there when told to: one of several, or one that dies."""

# ruff: noqa: T201 - saying how it went is its job

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge import crash, erps
from bridge.app import read_config
from bridge.clock import SystemClock
from bridge.erps.context import ErpContext
from bridge.errors import BridgeError
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.orders import Order
from tests.builders import a_line, an_order

__all__ = ["adapter", "an_order_of", "booked"]


def adapter(path: Path) -> Any:
    """The registered adapter behind a configuration."""
    config = read_config(path)
    context = ErpContext.of(config, clock=SystemClock())
    return erps.load("specter")(config.erp_options, context)


def an_order_of(order_id: int) -> Order:
    """Four of ``MUG``."""
    line = a_line("320.00", "80.00", sku="MUG", quantity=Decimal(4), unit_net=Decimal("80.00"))
    return an_order(line, order_id=order_id)


def booked(erp: Any, order_id: int) -> str:
    """Specter's number of it."""
    order = an_order_of(order_id)
    made = erp.put_document(order, Key(order.ref, Purpose.ORDER), DocumentKind.ORDER)
    return str(made.number)


def main(path: Path) -> None:
    """Each line on standard input is a feed to read, ``collect``, or the id of an order to book; one line answers."""
    erp = adapter(path)
    print("ready", flush=True)
    crash.arm()
    for line in sys.stdin:
        word = line.strip()
        try:
            if word == "collect":
                said = str(erp.collect())
            elif word.isdigit():
                said = booked(erp, int(word))
            else:
                said = str(sum(len(page.items) for page in getattr(erp, word)(None)))
        except BridgeError as error:
            said = f"{type(error).__name__}: {error.text}"
        print(said, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
