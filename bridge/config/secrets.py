"""A secret: as it stands, from an environment variable, or from a file only the service may read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bridge.config.option import Secret
from bridge.model.texts import Text, say

__all__ = ["Refused", "read_secret", "world_readable"]

LARGEST: Final = 65_536


class Refused(Exception):
    """A value that cannot be used: what is wrong and how to mend it."""

    def __init__(self, what: Text, fix: Text) -> None:
        super().__init__(str(what))
        self.what = what
        self.fix = fix


def read_secret(text: str, *, folder: Path, environ: Mapping[str, str]) -> Secret:
    """The secret that ``text`` is or points to.

    Raises:
        Refused: nothing there, not readable, or not one line of text. Never says what was read.
    """
    if text.startswith("env:"):
        return _one_line(_from_environment(text[4:].strip(), environ))
    if text.startswith("file:"):
        return _one_line(_from_file(folder / Path(text[5:].strip()).expanduser()))
    return _one_line(text)


def world_readable(path: Path) -> bool:
    """Whether every user of the machine may read it; always false where files have no such mode."""
    return os.name == "posix" and bool(path.stat().st_mode & stat.S_IROTH)


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise Refused(
            say("The environment variable {name} is not set or empty.", name=name),
            say("Set it for the service, or write file:PATH or the secret itself."),
        )
    return value


def _from_file(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(
            say("The file {path} cannot be read: {reason}.", path=path, reason=error.strerror or error),
            say("Check the path (seen from the configuration file) and who may read it."),
        ) from None
    try:
        # Strips the newline every editor and every "echo" ends a file with.
        value = data[:LARGEST].decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Refused(
            say("The file {path} is not UTF-8 text.", path=path),
            say("Save it again with the encoding UTF-8."),
        ) from None
    if not value:
        raise Refused(say("The file {path} is empty.", path=path), say("Put the secret in it, on one line."))
    return value


def _one_line(value: str) -> Secret:
    if re.search(r"[\x00-\x1f\x7f\u2028\u2029]", value):
        raise Refused(
            say("The secret has a line break or a control character in it."),
            say("Copy it again, as one line."),
        )
    return Secret(value)
