"""Plugins as an operator meets them: at the start, in check, in preview."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from bridge.cli.exits import ExitCode
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import serve
from tests.support.plugins import write
from tests.woo import raw_order

Run = Callable[..., Result]
Write = Callable[[str], Path]

TEXT = """\
[bridge]
language = en
plugins = my_hooks.py
[shop main]
url = {url}
consumer_key = {key}
consumer_secret = {secret}
orders_from = 2020-01-01
[erp]
company_name = Exempel AB
org_number = 556000-4615
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[Write]:
    """A shop with one order, and a configuration that names my_hooks.py beside it."""
    sim = ShopSim(catalogue=False)
    sim.place(raw_order(id=1234))
    with serve(sim.app) as serving:
        path = tmp_path / "config.ini"
        path.write_text(TEXT.format(url=serving.url, key=sim.key, secret=sim.secret), "utf-8")
        path.chmod(0o600)
        yield lambda source: write(tmp_path, source)


def test_command_with_a_plugin_that_cannot_be_imported_names_file_and_line(run: Run, plugin: Write):
    """A set-up error like any other: nothing starts."""
    plugin("import nowhere_at_all\n")
    result = run("once")
    assert result.exit_code == ExitCode.USAGE
    assert (
        "[bridge] plugins: my_hooks.py: It cannot be imported: my_hooks.py:5: ModuleNotFoundError"
        in result.stderr
    )
    assert "Traceback" not in result.output


def test_check_says_that_plugins_are_in_order(run: Run, plugin: Write):
    """Each hook was called on the sample and on the newest stored order."""
    plugin("def map_order(order): return order\n")
    run("once")
    assert "✓ [bridge] plugins is in order." in run("check").stdout


def test_check_finds_what_fails_on_the_newest_stored_order_only(run: Run, plugin: Write):
    """The sample cannot have every shop's fields; a real order has."""
    plugin("def map_order(order): return order\n")
    run("once")
    plugin("def map_order(order):\n    return order if order.ref.shop == 'sample' else None\n")
    result = run("check")
    assert result.exit_code == ExitCode.USAGE
    assert "my_hooks.py, map_order" in result.output
    assert "what cannot be used: it is a NoneType, not a Order." in result.output


def test_check_without_a_stored_order_tries_the_sample(run: Run, plugin: Write):
    """Before the first order there is still something to try a plugin on."""
    plugin("def accept_order(order): return 7\n")
    result = run("check")
    assert result.exit_code == ExitCode.USAGE
    assert "neither True nor False nor a reason" in result.output


def test_preview_tells_which_plugin_failed(run: Run, plugin: Write):
    """The same sentence as on the parked order."""
    plugin("def map_order(order): return order.nothing\n")
    result = run("preview", "1234")
    assert result.exit_code == ExitCode.USAGE
    assert "my_hooks.py failed in map_order at my_hooks.py:5 (AttributeError)." in result.output
