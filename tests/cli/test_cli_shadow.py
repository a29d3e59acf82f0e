"""``bridge shadow report`` and ``once`` in shadow mode: what an owner reads before going live."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from bridge.cli.exits import ExitCode
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import serve
from tests.woo import raw_order, raw_with_row

Run = Callable[..., Result]
PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")
TEXT = """\
[bridge]
language = en
mode = {mode}
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
def sim() -> ShopSim:
    """A shop with one order."""
    shop = ShopSim(catalogue=False)
    shop.place(raw_order(id=1234))
    return shop


@pytest.fixture
def path(tmp_path: Path, sim: ShopSim) -> Iterator[Path]:
    """A configuration in shadow mode that leads to it."""
    with serve(sim.app) as serving:
        file = tmp_path / "config.ini"
        file.write_text(TEXT.format(mode="shadow", url=serving.url, key=sim.key, secret=sim.secret), "utf-8")
        file.chmod(0o600)
        yield file


def books(folder: Path, *, day: str, text: str = "Webb 1234", revenue: str = "3001") -> str:
    """A SIE file with the order booked by hand; its path."""
    file = folder / "hand.se"
    file.write_text(
        f'#FLAGGA 0\n#VER "V" "17" {day} "{text}"\n{{\n#TRANS 1580 {{}} 100.00\n'
        f"#TRANS {revenue} {{}} -80.00\n#TRANS 2611 {{}} -20.00\n}}\n",
        "cp437",
    )
    return str(file)


def the_day(run: Run) -> str:
    """The date the bridge would book the order on."""
    payload = json.loads(run("preview", "1234", "--json").stdout)["payload"]
    line = next(line for line in payload.splitlines() if line.startswith("#VER"))
    return next(word for word in line.split() if len(word) == 8 and word.isdigit())


def period(day: str) -> tuple[str, ...]:
    """That day alone."""
    iso = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return ("--from", iso, "--to", iso)


@pytest.mark.usefixtures("path")
def test_once_in_shadow_mode_says_what_was_tried(run: Run, sim: ShopSim):
    """And that nothing was sent; the second time there is nothing new."""
    sim.place(raw_with_row(price="12,50") | {"id": 1300, "number": "1300"})
    result = run("once")
    assert result.exit_code == ExitCode.PARKED
    assert "Nothing is sent (mode = shadow): 1 tried, 1 parked." in result.stdout
    assert "0 tried, 0 parked." in run("once").stdout


@pytest.mark.usefixtures("sim")
def test_report_of_books_kept_exactly_so_ends_with_0(run: Run, path: Path):
    """In words and for a program."""
    run("once")
    day = the_day(run)
    words = ("shadow", "report", *period(day), books(path.parent, day=day))
    result = run(*words)
    assert result.exit_code == ExitCode.DONE, result.output
    assert result.stdout.splitlines() == [
        "1 of 1 documents were booked by hand too.",
        "✓ The books are what the bridge would have made of them.",
    ]
    found = json.loads(run(*words, "--json").stdout)
    assert found["same"] is True
    assert found["met"][0]["how"] == "number"
    assert found["met"][0]["orders"][0]["gross"] == "100.00"


def test_report_shows_the_accounts_that_differ(run: Run, path: Path):
    """Per order and over all; it ends with 1."""
    run("once")
    day = the_day(run)
    result = run("shadow", "report", *period(day), books(path.parent, day=day, revenue="3051"))
    assert result.exit_code == ExitCode.PARKED
    assert result.stdout.splitlines() == [
        "1 of 1 documents were booked by hand too.",
        "Booked otherwise by hand:",
        "  Order 1234, voucher V17:",
        "    3001: here -80.00, by hand 0.00, apart -80.00",
        "    3051: here 0.00, by hand -80.00, apart 80.00",
        "Differences over all that was compared:",
        "    3001: here -80.00, by hand 0.00, apart -80.00",
        "    3051: here 0.00, by hand -80.00, apart 80.00",
    ]


def test_report_lists_missing_extra_and_what_could_not_be_sent(run: Run, path: Path, sim: ShopSim):
    """Each side of what has no counterpart."""
    sim.place(raw_with_row(price="12,50") | {"id": 1300, "number": "1300"})
    run("once")
    day = the_day(run)
    file = Path(books(path.parent, day=day, text="Kontant"))
    file.write_text(file.read_text("cp437").replace("100.00", "50.00").replace("-80.00", "-30.00"), "cp437")
    out = run("shadow", "report", "--from", "2020-01-01", "--to", "2030-01-01", str(file)).stdout
    assert "0 of 1 documents were booked by hand too." in out
    assert "Not booked by hand:\n  1234  " in out
    assert "Booked by hand only:\n  V17  " in out
    assert "50.00  Kontant\n" in out
    assert "Could not have been sent:\n  1300  " in out


def test_report_of_a_file_without_vouchers_says_what_to_export(run: Run, path: Path):
    """SIE 1 to 3 have balances only."""
    file = path.parent / "balances.se"
    file.write_text("#FLAGGA 0\n#SIETYP 1\n", "cp437")
    result = run("shadow", "report", *PERIOD, str(file))
    assert result.exit_code == ExitCode.USAGE
    assert "There is no voucher in it." in result.stderr
    assert "SIE 4" in result.stderr
