"""What tests need of an ERP behind a wire: its simulator, the shop's articles in it, and a way to make it slow."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge import erps
from bridge.sim.woocommerce import ShopSim

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["WIRED", "Dawdling", "simulator_of", "stocked"]

WIRED = sorted(set(erps.REGISTRY) - {"sie"})
"""Every registered ERP that is reached over a wire."""

PERCENT = {"": 25, "reduced-12": 12, "reduced-6": 6, "zero-rate": 0}
"""The recorded shop's tax classes."""


class Dawdling:
    """Stores late: what a writing call asks for is done so many seconds after it came, whoever still waits."""

    def __init__(
        self, app: WSGIApplication, *, delay: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._app, self._delay, self._sleep = app, delay, sleep

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Wait, then answer."""
        if environ["REQUEST_METHOD"] != "GET" and self._delay:
            self._sleep(self._delay)
        return self._app(environ, start_response)


def simulator_of(name: str, folder: Path, now: Callable[[], datetime]) -> Any:
    """A fresh one."""
    return importlib.import_module(f"bridge.sim.{name}").Simulator(folder, now)


def stocked(shop: ShopSim) -> dict[str, Decimal]:
    """Every article number the shop sells or has sold, with its VAT rate at home in percent."""
    found = {
        each["sku"]: Decimal(PERCENT[each["tax_class"]] if each["tax_status"] == "taxable" else 0)
        for each in shop.state.products.values()
        if each["sku"] and each["tax_class"] in PERCENT
    }
    percents = {
        rate["rate_id"]: Decimal(str(rate["rate_percent"]))
        for order in shop.orders.values()
        for rate in order["tax_lines"]
    }
    for order in shop.orders.values():
        for line in order["line_items"]:
            rates = [percents[part["id"]] for part in line["taxes"]]
            at_home = next((rate for rate in rates if rate in PERCENT.values()), Decimal(25))
            if line["sku"]:
                found.setdefault(line["sku"], at_home)
    return found
