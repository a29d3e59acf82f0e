"""bridge sie check, as a person calls it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from bridge.cli import main
from tests.builders import an_order
from tests.support.sie import a_sie, put


def _run(*files):
    return CliRunner().invoke(main, ["sie", "check", *map(str, files)], env={"LANG": "C"})


def test_cli_sie_check_of_our_own_file_is_clean(tmp_path):
    """What the bridge writes passes its own strict checker; no configuration is needed."""
    result = _run(put(a_sie(tmp_path), an_order()).link)
    assert result.exit_code == 0, result.output
    assert "in order" in result.output


def test_cli_sie_check_tells_file_line_and_remedy(tmp_path):
    """A fault ends with 1 and can be found in the file."""
    good = Path(put(a_sie(tmp_path), an_order()).link)
    bad = tmp_path / "bad.si"
    bad.write_bytes(good.read_bytes().replace(b"-80.00", b"-81.00"))
    result = _run(good, bad)
    assert result.exit_code == 1
    assert "bad.si:15: Voucher W1 does not balance: -1.00 is left over." in result.output
    assert "bad.si:15: Voucher W1 is in" in result.output
    assert "Debit and credit must be equal" in result.output


def test_cli_sie_check_of_a_missing_file_is_a_usage_error(tmp_path):
    """Nothing was checked, so it must not look so."""
    assert _run(tmp_path / "none.si").exit_code == 2
    assert _run().exit_code == 2
