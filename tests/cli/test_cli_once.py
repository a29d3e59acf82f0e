"""``once``, ``check`` and ``preview`` against a simulated shop: what a person reads and a script is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result

from bridge.cli.exits import ExitCode
from bridge.clock import SystemClock
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import serve
from tests.woo import raw_order, raw_with_row

Run = Callable[..., Result]

TEXT = """\
[bridge]
language = {language}
{bridge}
[shop main]
url = {url}
consumer_key = {key}
consumer_secret = {secret}
orders_from = 2020-01-01
{shop}
[erp]
company_name = Exempel AB
org_number = 556000-4615
{erp}
"""


@dataclass
class Site:
    """A shop behind a socket, and the configuration that leads there."""

    sim: ShopSim
    url: str
    path: Path

    def write(
        self, *, language: str = "en", bridge: str = "", shop: str = "", erp: str = "", **changes: str
    ) -> None:
        """Write config.ini."""
        values = {"url": self.url, "key": self.sim.key, "secret": self.sim.secret, **changes}
        text = TEXT.format(language=language, bridge=bridge, shop=shop, erp=erp, **values)
        self.path.write_text(text, "utf-8")
        self.path.chmod(0o600)

    def files(self) -> int:
        """How many vouchers there are."""
        return len(list((self.path.parent / "sie").glob("*.si")))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A shop with one order of today that can be booked: ``check`` tries those of the last weeks."""
    sim = ShopSim(catalogue=False)
    now = f"{SystemClock().now():%Y-%m-%dT%H:%M:%S}"
    sim.place(raw_order(id=1234, date_created_gmt=now, date_modified_gmt=now))
    with serve(sim.app) as serving:
        made = Site(sim, serving.url, tmp_path / "config.ini")
        made.write()
        yield made


def test_once_with_everything_booked_ends_with_0(run: Run, site: Site):
    """It says how many; the second time there is nothing to do."""
    result = run("once")
    assert result.exit_code == ExitCode.DONE, result.output
    assert "main: 1 orders read, 1 new in the queue." in result.stdout
    assert " done, 0 to be tried again, 0 parked." in result.stdout
    assert site.files() == 1
    again = run("once")
    assert again.exit_code == ExitCode.DONE
    assert "0 done, 0 to be tried again, 0 parked." in again.stdout
    assert site.files() == 1


def test_once_with_a_bad_order_ends_with_1_and_books_the_others(run: Run, site: Site):
    """Also the next time, until somebody has looked."""
    site.sim.place(raw_with_row(price="12,50") | {"id": 1300})
    for _ in range(2):
        result = run("once")
        assert result.exit_code == ExitCode.PARKED, result.output
    assert site.files() == 1
    listed = run("outbox", "list", "--state", "parked").stdout
    assert "main:1300:order" in listed


def test_once_with_a_shop_that_fails_ends_with_3_and_loses_nothing(run: Run, site: Site):
    """Maintenance passes; the pass after it has everything."""
    site.sim.maintenance()
    result = run("once")
    assert result.exit_code == ExitCode.REMOTE, result.output
    assert "passes by itself" in result.stderr
    site.sim.faults.clear()
    assert run("once").exit_code == ExitCode.DONE
    assert site.files() == 1


WRONG_KEYS = {
    "unknown key": ({"key": "ck_wrong_wrong_wrong"}, "does not know this key", "Copy key and secret again"),
    "wrong secret": ({"secret": "cs_wrong_wrong_wrong"}, "", "Copy"),
}


@pytest.mark.parametrize("case", WRONG_KEYS)
@pytest.mark.parametrize("command", ["once", "check"])
def test_wrong_key_is_named_with_what_the_shop_says(run: Run, site: Site, case: str, command: str):
    """It may pass (a database in trouble answers the same), so for ``once`` it is no matter of usage."""
    changes, what, fix = WRONG_KEYS[case]
    site.write(**changes)
    result = run(command)
    assert result.exit_code == (ExitCode.REMOTE if command == "once" else ExitCode.USAGE), result.output
    assert "[shop main]" in result.output
    assert what in result.output
    assert fix in result.output
    assert "Traceback" not in result.output
    assert not any(secret in result.output for secret in changes.values())
    site.write(language="sv", **changes)
    assert "Kopiera" in run(command).output


def test_key_without_the_right_to_write_is_named_by_check(run: Run, site: Site):
    """Reading works, marking would not."""
    site.sim.add_key("ck_reader_0123", "cs_reader_0123", permissions="read")
    site.write(key="ck_reader_0123", secret="cs_reader_0123")
    result = run("check")
    assert result.exit_code == ExitCode.USAGE
    assert "✗ [shop main] consumer_key: " in result.output
    assert "Read/Write" in result.output


def test_check_of_a_good_set_up_says_so_part_by_part(run: Run, site: Site):
    """And writes nothing anywhere."""
    result = run("check")
    assert result.exit_code == ExitCode.DONE, result.output
    assert result.stdout.splitlines()[-4:] == [
        "✓ [shop main] is in order.",
        "✓ [erp] is in order.",
        "✓ [bridge] data_dir is in order.",
        "✓ [orders] is in order.",
    ]
    assert site.files() == 0
    assert site.sim.order(1234)["meta_data"] == []
    assert site.sim.notes.get(1234, []) == []


def test_stale_trigger_status_is_named_by_check_and_once(run: Run, site: Site):
    """The plugin that knew it is gone: the others are read all the same."""
    site.write(shop="trigger_statuses = processing, packad")
    result = run("check")
    assert result.exit_code == ExitCode.USAGE
    assert "✗ [shop main] trigger_statuses: The shop has no order status packad" in result.output
    assert "packed" in result.output
    result = run("once")
    assert result.exit_code == ExitCode.DONE
    assert "packad" in result.stderr
    assert site.files() == 1


def test_check_tells_what_the_file_shows_already_only_once(run: Run, site: Site):
    """Plain http to another machine is worth one warning."""
    site.write(url="http://shop.invalid")
    result = run("check")
    assert result.output.count("travel unprotected") == 1
    assert "no machine called shop.invalid" in result.output


def test_shadow_mode_books_nothing(run: Run, site: Site):
    """It reads and queues; nothing leaves."""
    site.write(bridge="mode = shadow")
    result = run("once")
    assert result.exit_code == ExitCode.DONE, result.output
    assert site.files() == 0
    assert [write.method for write in site.sim.log] == []
    site.write()
    assert run("once").exit_code == ExitCode.DONE
    assert site.files() == 1


@pytest.mark.parametrize("word", ["1234", "main:1234"])
@pytest.mark.parametrize("polled", [False, True])
def test_preview_shows_what_would_be_sent(run: Run, site: Site, word: str, *, polled: bool):
    """From the shop or from what is stored; the total as the order's."""
    if polled:
        site.write(bridge="mode = shadow")
        run("once")
    result = run("preview", word)
    assert result.exit_code == ExitCode.DONE, result.output
    assert "#VER" in result.stdout
    assert "Total: 100.00 SEK" in result.stdout
    found = json.loads(run("preview", word, "--json").stdout)
    assert found["gross"] == "100.00"
    assert sum(Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0) for row in found["rows"]) == 0
    assert site.files() == 0


@pytest.mark.usefixtures("site")
def test_preview_of_an_order_the_shop_does_not_have(run: Run):
    """A sentence and an exit code, no traceback."""
    result = run("preview", "99999")
    assert result.exit_code == ExitCode.USAGE, result.output
    assert "Error: The shop has no such order" in result.stderr
    assert "also in the trash" in result.stderr
    assert "Traceback" not in result.output


def test_preview_of_an_order_that_cannot_be_booked_says_why(run: Run, site: Site):
    """The same sentence as when it is parked."""
    site.sim.place(raw_order(id=1300, currency="USD"))
    result = run("preview", "1300")
    assert result.exit_code == ExitCode.PARKED, result.output
    assert "USD" in result.stderr
    assert "exchange_rates" in result.stderr


def test_preview_of_an_order_that_cannot_be_read_says_why(run: Run, site: Site):
    """Each field with its remedy."""
    site.sim.place(raw_with_row(price="12,50") | {"id": 1300})
    result = run("preview", "1300")
    assert result.exit_code == ExitCode.USAGE, result.output
    assert 'price is "12,50"' in result.stderr


BAD = {
    "unknown option": ({"shop": "polling = 60s"}, "[shop main] polling", "There is no option polling here."),
    "misspelt option": ({"shop": "poll_evry = 60s"}, "[shop main] poll_evry", "Did you mean poll_every?"),
    "option of another section": ({"erp": "poll_every = 60s"}, "[erp] poll_every", "no option poll_every"),
    "address without scheme": ({"url": "shop.example"}, "[shop main] url", "https://"),
    "address of another kind": ({"url": "ftp://shop.example"}, "[shop main] url", "https://"),
    "interval 0": ({"shop": "poll_every = 0s"}, "[shop main] poll_every", "The least is"),
    "interval without a unit": ({"shop": "poll_every = 0"}, "[shop main] poll_every", "has no unit"),
    "missing secret": ({"secret": ""}, "[shop main] consumer_secret", "missing or empty"),
    "missing secret file": ({"secret": "file:gone.txt"}, "[shop main] consumer_secret", "gone.txt"),
    "missing variable": ({"secret": "env:GONE"}, "[shop main] consumer_secret", "GONE is not set"),
    "unknown adapter": ({"shop": "type = woocomerce"}, "[shop main] type", "woocommerce"),
    "bad number of workers": ({"bridge": "workers = many"}, "[bridge] workers", "many"),
    "company without a number": ({"erp": "number_series = "}, "[erp]", "number_series"),
}
"""Name: what is written, the place named, and words of the complaint or remedy."""


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("command", ["once", "run", "check"])
def test_bad_configuration_stops_every_command_before_it_begins(
    run: Run, site: Site, case: str, command: str
):
    """Exit code 2; file, section and key named; nothing begun, no database made, nobody called."""
    lines, where, what = BAD[case]
    site.write(**lines)
    result = run(command)
    assert result.exit_code == ExitCode.USAGE, result.output
    assert "config.ini" in result.stderr
    assert where in result.stderr
    assert what in result.stderr
    assert site.sim.secret not in result.output
    assert not (site.path.parent / "data").exists()
    assert site.files() == 0


def test_secret_file_with_a_newline_lets_the_bridge_in(run: Run, site: Site, tmp_path: Path):
    """Every editor writes one; the shop is really asked."""
    secret = tmp_path / "secret.txt"
    secret.write_text(f"{site.sim.secret}\r\n")
    secret.chmod(0o600)
    site.write(secret="file:secret.txt")
    assert run("once").exit_code == ExitCode.DONE
    assert site.files() == 1
