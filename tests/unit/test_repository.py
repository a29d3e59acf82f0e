"""House rules that a machine can watch: what lies where, how long files are, what must never appear."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TOP = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "bridge",
    "config.example.ini",
    "docs",
    "pyproject.toml",
    "scripts",
    "tests",
    "wp-plugin-stub",
}
LONGEST = 350
# Joined here, so that this file does not hold what it forbids.
MACHINE_PATHS = tuple(f"/{name}/" for name in ("work", "farm", "root"))
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error")
SECONDS_NOT_MONEY = {"client.py", "folder.py", "index.py", "locking.py", "remembering.py", "settled.py"}
"""Files of an ERP adapter that handle waits and file times, and no amounts."""
SIMULATORS_USERS = ("bridge/sim/", "bridge/cli/demo")
"""Who may import a simulator: simulators, and the demo that serves them."""


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file git knows, relative to the root."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout: nobody can say which files belong to it")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],  # noqa: S607 - the user's own git
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file()]


def python_files(*patterns: str) -> Iterator[Path]:
    """The files of the bridge that match one of the patterns."""
    for pattern in patterns:
        yield from sorted((ROOT / "bridge").glob(pattern))


def tree(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imported(path: Path) -> set[str]:
    """The modules a file imports, wherever in it; ``from a import b`` gives ``a`` and ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def inside(module: str, package: str) -> bool:
    """Whether it is the package or something in it."""
    return module == package or module.startswith(f"{package}.")


def test_top_level_holds_what_was_agreed_and_nothing_else(tracked):
    """The top level of the repository is the agreed list, dot-files aside."""
    found = {path.parts[0] for path in tracked if not path.parts[0].startswith(".")}
    assert found - TOP == set(), "does not belong there"
    assert TOP - found == set(), "is missing"


def test_files_stay_short_enough_to_read_in_one_go():
    """No Python file of the bridge or the tests is longer than 350 lines."""
    files = [*python_files("**/*.py"), *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_modules_say_what_they_are_for():
    """Every module that has code in it begins with a docstring."""
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files("**/*.py")
        if tree(path).body and ast.get_docstring(tree(path)) is None
    ]
    assert silent == []


def test_money_never_meets_float():
    """Neither the type nor a literal of it stands in the model or where amounts are mapped."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files("model/**/*.py", "**/mapping*.py", "erps/**/*.py")
        if path.name not in SECONDS_NOT_MONEY
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert found == []


def test_nothing_unfinished_is_left_in_the_bridge():
    """What is not done is an issue, not a word in the code."""
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in python_files("**/*.py")
        for word in UNFINISHED
        if word in path.read_text("utf-8")
    ]
    assert found == []


def test_no_file_knows_the_machine_it_was_written_on(tracked):
    """No tracked text names a folder of a developer's machine."""
    found = []
    for path in tracked:
        content = (ROOT / path).read_bytes()
        found += [f"{path}: {needle}" for needle in MACHINE_PATHS if needle.encode() in content]
    assert found == []


def test_simulators_import_nothing_of_the_bridge():
    """A simulator that shared our code would share our misunderstandings and prove nothing."""
    found = {
        str(path.relative_to(ROOT)): sorted(
            name
            for name in imported(path)
            if inside(name, "bridge") and name != "bridge" and not inside(name, "bridge.sim")
        )
        for path in python_files("sim/**/*.py")
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_the_bridge_imports_no_simulator():
    """Only the demo may know that there are simulators."""
    found = [
        name
        for path in python_files("**/*.py")
        if not (name := path.relative_to(ROOT).as_posix()).startswith(SIMULATORS_USERS)
        and any(inside(module, "bridge.sim") for module in imported(path))
    ]
    assert found == []
