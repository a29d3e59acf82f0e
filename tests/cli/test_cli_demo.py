"""The demo's own set-up: what a newcomer who runs ``bridge check`` beside it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.app import build, read_config
from bridge.cli import demo
from bridge.clock import SystemClock
from bridge.erps import REGISTRY


@pytest.mark.parametrize("erp", sorted(REGISTRY))
def test_demo_of_every_erp_is_in_order(erp: str, tmp_path: Path) -> None:
    """Nothing in it is severe: neither the made-up company nor the settings written for it."""
    clock = SystemClock()
    with demo._shop(3600) as (shop, shop_server), demo._erp(erp, tmp_path, clock) as (lines, further):
        path = demo._config(
            tmp_path, language="en", listen="127.0.0.1:8787", shop=shop, url=shop_server.url, erp=lines,
            further={"orders": demo.RATES, **further},
        )  # fmt: skip
        bridge = build(read_config(path), clock=clock)
        try:
            found = [*bridge.erp.check(), *bridge.shops["demo"].check()]
        finally:
            bridge.close()
    assert [str(problem) for problem in found if problem.severe] == []
