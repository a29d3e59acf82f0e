"""Plugins for tests: written to a file and loaded as an owner's would be."""

from __future__ import annotations

import textwrap
from pathlib import Path

from bridge.clock import Clock, ManualClock
from bridge.hooks import Hooks

START = """\
from __future__ import annotations
from dataclasses import replace
from decimal import Decimal
from bridge.hooks import Part, split
"""
"""Four lines before the plugin's own first line."""


def write(folder: Path, source: str, *, name: str = "my_hooks.py") -> Path:
    """A plugin's file; ``source`` begins on line 5."""
    path = folder / name
    path.write_text(START + textwrap.dedent(source).lstrip("\n"), "utf-8")
    path.chmod(0o600)
    return path


def hooks_of(folder: Path, *sources: str, clock: Clock | None = None) -> Hooks:
    """The hooks of these sources: ``my_hooks.py``, ``my_hooks2.py`` and so on."""
    paths = [
        write(folder, source, name=f"my_hooks{number if number > 1 else ''}.py")
        for number, source in enumerate(sources, 1)
    ]
    return Hooks.load([str(path) for path in paths], folder=folder, clock=clock or ManualClock())
