"""Documentation that a machine can hold to the truth: links, commands, and the list of features with its proofs."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from bridge.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FEATURES = ROOT / "docs" / "features.md"

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
INLINE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"(?:bridge|docs|scripts|tests|wp-plugin-stub|\.ci)/[\w./*-]*")
ROW = re.compile(r"^\| ([A-Z]+-\d+) \|.*\| (.+?) \| (.*) \|$", re.MULTILINE)
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
COMMAND = re.compile(r"^(?:\$ )?(?:\S*/)?bridge (?=[a-z-])(.*)$")
SHELL_ENDS = {"|", ">", ">>", "&&", ";", "2>", "#"}


def ids(text: str) -> set[str]:
    """Feature ids of the table's first cells: ``ORD-06..08 R``, ``ORD-26, 28 R`` and ``PRI-04 R, PRI-06 P`` too."""
    found: set[str] = set()
    for cell in re.findall(r"^\| \**([A-Z]+-\d[^|]*?)\** \|", text, re.MULTILINE):
        prefix = ""
        for part in cell.split(","):
            match = re.match(r"\s*(?:([A-Z]+)-)?(\d+)(?:\.\.(\d+))?", part)
            if match is None:
                continue
            prefix = match[1] or prefix
            first, last = int(match[2]), int(match[3] or match[2])
            found.update(f"{prefix}-{number:0{len(match[2])}d}" for number in range(first, last + 1))
    return found


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the test functions and test classes of a file, without importing it."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return frozenset(
        node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds)
    )


def commands(text: str) -> Iterator[list[str]]:
    """Every ``bridge ...`` in code, split into words; templates with <places> are left out."""
    lines = [line.strip() for block in FENCE.findall(text) for line in block.splitlines()]
    lines += INLINE.findall(FENCE.sub("", text))
    for line in lines:
        if match := COMMAND.match(line):
            words = shlex.split(match[1], comments=True)
            end = next((at for at, word in enumerate(words) if word in SHELL_ENDS), len(words))
            yield words[:end]


def inner(command: click.Command, name: str) -> click.Command | None:
    """The command of that name in a group; None if there is none, or if it is no group."""
    return command.get_command(click.Context(command), name) if isinstance(command, click.Group) else None


def complaint(words: list[str]) -> str | None:
    """What is wrong with a command line as documented; None if it exists."""
    command: click.Command = main
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            name, _, value = word.partition("=")
            option = next((p for p in command.params if name in {*p.opts, *p.secondary_opts}), None)
            if option is None and name != "--help":
                return f"bridge {' '.join(words)}: {command.name} has no option {name}"
            if isinstance(option, click.Option) and not option.is_flag and not value:
                rest = rest[1:]
        elif isinstance(command, click.Group):
            found = inner(command, word)
            if found is None:
                return f"bridge {' '.join(words)}: no command {word}"
            command = found
    return None


def every_command(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """All commands below, as one types them: ``outbox list``."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    for name in command.list_commands(click.Context(command)):
        below = inner(command, name)
        assert below is not None, name
        yield from every_command(below, (*path, name))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    """Every relative link and every path of ours in code leads to something that exists."""
    text = path.read_text("utf-8")
    links = [link.partition("#")[0] for link in LINK.findall(FENCE.sub("", text)) if "://" not in link]
    broken = [link for link in links if link and not (path.parent / link).exists()]
    named = [
        code.partition("::")[0] for code in INLINE.findall(text) if OURS.fullmatch(code.partition("::")[0])
    ]
    broken += [name for name in named if not any(ROOT.glob(name.rstrip("/")))]
    assert broken == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_in_the_documentation_exist(path):
    """A command or option the documentation names is one the program has."""
    wrong = [said for words in commands(path.read_text("utf-8")) if (said := complaint(words))]
    assert wrong == []


def test_readme_is_read_in_one_sitting():
    """The README stays under 200 lines."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 200


def test_feature_list_is_complete(shared):
    """Every id of the feature list has a row in docs/features.md, and no row is invented."""
    wanted = ids((shared / "FEATURES.md").read_text("utf-8"))
    assert len(wanted) > 100
    rows = [row[0] for row in ROW.findall(FEATURES.read_text("utf-8"))]
    assert sorted(rows) == sorted(wanted)


def test_features_are_done_with_a_proof_or_planned():
    """A feature is called done, or done in the adapters, only with a test that proves it; one without is planned."""
    wrong = [
        feature
        for feature, state, proof in ROW.findall(FEATURES.read_text("utf-8"))
        if not (
            ((state == "done" or state.startswith("adapters done, ")) and PROOF.search(proof))
            or (state.startswith("planned, ") and not proof.strip())
        )
    ]
    assert wrong == []


def test_proofs_of_features_exist():
    """Every test named as a proof is there."""
    missing = [
        f"{path}::{name}"
        for path, name in PROOF.findall(FEATURES.read_text("utf-8"))
        if not (ROOT / path).is_file() or name not in names_in(ROOT / path)
    ]
    assert missing == []


def test_every_command_is_documented():
    """No command of the program is missing from the README and docs/operating.md."""
    text = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs" / "operating.md").read_text("utf-8")
    told = [" ".join(words) for words in commands(text)]
    unheard = [
        name for name in every_command(main) if not any(f"{line} ".startswith(f"{name} ") for line in told)
    ]
    assert unheard == []
