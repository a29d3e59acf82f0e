"""What a script is told when the shop cannot be reached, from the very first start on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.cli.exits import ExitCode


@pytest.fixture
def dead_shop(config) -> Iterator[None]:
    """A configuration whose shop's port nobody listens on, nor can: it is held."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        path: Path = config()
        path.write_text(
            path.read_text("utf-8").replace("https://shop.example", f"http://127.0.0.1:{port}"), "utf-8"
        )
        yield


@pytest.mark.usefixtures("dead_shop")
def test_shop_that_cannot_be_reached_gives_its_own_exit_code(run, tmp_path: Path):
    """Nothing is broken here and nothing is parked: trying later may help. The database is made on the way."""
    result = run("once")
    assert result.exit_code == ExitCode.REMOTE, result.output
    assert "127.0.0.1" in result.output
    assert "Traceback" not in result.output
    assert (tmp_path / "data" / "bridge.db").is_file()


@pytest.mark.usefixtures("dead_shop")
def test_check_names_the_shop_that_cannot_be_reached_and_goes_on(run):
    """Every part is tried; the finding has its place and its remedy."""
    result = run("check")
    assert result.exit_code != ExitCode.DONE
    assert "✗ [shop main] url: " in result.output
    assert "✓ [erp] is in order." in result.output


def test_data_folder_that_cannot_be_made_is_a_matter_of_settings(run, config, tmp_path: Path):
    """The folder's name leads through a file."""
    (tmp_path / "file").write_text("")
    config(more="data_dir = file/data\n")
    result = run("once")
    assert result.exit_code == ExitCode.USAGE, result.output
    assert "Traceback" not in result.output
