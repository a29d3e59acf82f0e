"""The scripts in scripts/: run in a copy, in a folder with a blank in its name, with a stand-in for the program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("start", "test", "dev", "install-systemd")

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("bash"), reason="the scripts are for bash"
)


def program(path: Path, text: str) -> None:
    """Make a command of bash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the scripts with an environment that looks installed; ``bridge`` prints what it was given."""
    root = tmp_path / "a folder"
    # What Python leaves there comes and goes while other tests run.
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text("")
    commands = root / ".venv" / "bin"
    program(commands / "python", f'exec "{sys.executable}" "$@"')
    program(commands / "pip", f"# {commands}/python")
    program(commands / "bridge", 'printf "%s\\n" "$@"')
    stamp = f'source "{root}/scripts/lib.sh"; _stamp run > "{root}/.venv/.installed-run"'
    subprocess.run(["bash", "-c", stamp], check=True)  # noqa: S607 - our own scripts, the system's own bash
    return root


def run(script: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script from somewhere else than its folder."""
    return subprocess.run(
        [str(script), *args],
        cwd="/",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", [*SCRIPTS, "../.ci/run"])
def test_script_is_a_strict_executable(name):
    """Every script can be run as it is and stops at the first failure."""
    path = ROOT / "scripts" / name
    assert os.access(path, os.X_OK)
    assert "\nset -euo pipefail\n" in path.read_text("utf-8")


def test_start_without_configuration_shows_the_demo(copy):
    """No config.ini: the demo, with the arguments handed on; nothing is installed a second time."""
    result = run(copy / "scripts" / "start", "--orders", "a b")
    assert (result.returncode, result.stdout.split("\n")) == (0, ["demo", "--orders", "a b", ""])
    assert result.stderr == ""


def test_start_with_configuration_runs_the_bridge(copy):
    """A config.ini beside the README: the bridge itself, with that file, from whatever folder it is called."""
    (copy / "config.ini").touch()
    result = run(copy / "scripts" / "start")
    assert result.stdout.split("\n") == ["--config", str(copy / "config.ini"), "run", ""]


def test_start_without_python_says_what_to_install(copy, tmp_path):
    """A machine without a usable Python gets a sentence with the remedy and exit code 2, not a traceback."""
    shutil.rmtree(copy / ".venv")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "env"):
        (tools / name).symlink_to(str(shutil.which(name)))
    result = run(copy / "scripts" / "start", PATH=str(tools))
    assert result.returncode == 2
    assert "needs Python 3.11" in result.stderr
    assert "apt install" in result.stderr


def test_start_without_venv_module_says_which_package(copy, tmp_path):
    """Debian's Python comes without venv; the message names the package of that very version."""
    shutil.rmtree(copy / ".venv")
    program(tmp_path / "bin" / "python3", f'[[ $* == *ensurepip* ]] && exit 1; exec "{sys.executable}" "$@"')
    for name in ("bash", "dirname", "env"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    result = run(copy / "scripts" / "start", PATH=str(tmp_path / "bin"))
    assert result.returncode == 2
    assert f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv" in result.stderr


def test_dev_with_an_unknown_task_names_itself(copy):
    """A misspelt task is refused before anything is installed."""
    result = run(copy / "scripts" / "dev", "lnit")
    assert result.returncode == 2
    assert "lnit" in result.stderr


def test_dev_alone_lists_its_tasks(copy):
    """Without a task the script tells them all, each with a sentence."""
    result = run(copy / "scripts" / "dev")
    assert result.returncode == 2
    for task in ("install", "lint", "types", "floors", "test", "docs", "demo", "texts", "all"):
        assert f"  {task} " in result.stderr


def test_systemd_unit_is_shown_before_it_is_written(copy):
    """Without --write the unit is printed: hardened, restarting, and with this folder's own program."""
    result = run(copy / "scripts" / "install-systemd")
    assert result.returncode == 0
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "UMask=0077", "Restart=on-failure"):
        assert line in result.stdout.splitlines()
    assert f'ExecStart="{copy}/.venv/bin/bridge" --config "{copy}/config.ini" run' in result.stdout


@pytest.mark.parametrize(
    ("erp", "writes"),
    [
        ("type = sie", True),
        ("type = hogia_smart\ntransport = sie", True),
        ("type = hogia_smart\ntransport = api", False),
    ],
)
def test_systemd_unit_may_write_where_files_of_vouchers_go(copy, erp, writes):
    """Whichever adapter lays them there; without files nowhere but in data_dir."""
    (copy / "config.ini").write_text(f"[erp]\n{erp}\nfolder = vouchers\n")
    result = run(copy / "scripts" / "install-systemd")
    assert (f'"{copy}/vouchers"' in result.stdout) is writes
    assert f'"{copy}/data"' in result.stdout
