"""From a file's bytes to sections, keys and line numbers. Knows nothing of what an option means.

Not ``configparser``: it stops at the first repeated key, forgets the line numbers, and makes an indented
key part of the value above it. An owner mends a file faster when every fault is listed with its line.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

__all__ = ["RawFile", "RawSection", "RawValue", "decode", "read_text", "scan"]

LARGEST: Final = 1_000_000
_SECTION: Final = re.compile(r"\[([^\]]*)\]\s*\Z")
_KEY: Final = re.compile(r"([^\s=#;\[][^=]*?)\s*=\s*(.*)\Z")
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_PLAIN_KEY: Final = re.compile(r"[\w.:-]+\s*=")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(slots=True)
class RawValue:
    """What stands after the equals sign, and where."""

    text: str
    line: int


@dataclass(slots=True)
class RawSection:
    """One ``[name]`` and its lines."""

    name: str
    line: int
    values: dict[str, RawValue] = field(default_factory=dict)


@dataclass(slots=True)
class RawFile:
    """The whole file, and everything wrong with its shape."""

    name: str
    sections: dict[str, RawSection] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_text(path: Path) -> str:
    """The file as text.

    Raises:
        ConfigError: it is not there, cannot be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        problem = Problem(
            where=str(path),
            what=say("There is no such file."),
            fix=say(
                "Make one with: bridge config example > config.ini, or say where it is with --config PATH."
            ),
        )
    except IsADirectoryError:
        problem = Problem(
            where=str(path),
            what=say("This is a folder."),
            fix=say("Name the file in it: --config PATH/config.ini."),
        )
    except OSError as error:
        problem = Problem(
            where=str(path),
            what=say("The file cannot be read: {reason}.", reason=error.strerror or error),
            fix=say("Give the user who runs the bridge the right to read it."),
        )
    else:
        return decode(data, name=path.name)
    raise ConfigError(say("The configuration cannot be read."), [problem])


def decode(data: bytes, *, name: str) -> str:
    """UTF-8, with or without the mark Windows puts first.

    Raises:
        ConfigError: another encoding, said with the line it shows on.
    """
    if data.startswith(_UTF16) or b"\0" in data[:LARGEST]:
        raise _not_utf8(
            name, what=say("The file is saved as UTF-16 (Windows calls it Unicode), or is no text.")
        )
    if len(data) > LARGEST:
        raise _not_utf8(
            name, what=say("The file is larger than any configuration: {size} bytes.", size=len(data))
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = say("Line {line} is not UTF-8; Windows Notepad saves it so as ANSI.", line=line)
        raise _not_utf8(f"{name}:{line}", what=what) from None


def _not_utf8(where: str, *, what: Text) -> ConfigError:
    fix = say("Save the file again with the encoding UTF-8.")
    return ConfigError(
        say("The configuration cannot be read."),
        [Problem(where=where, what=what, fix=fix)],
    )


def scan(text: str, *, name: str) -> RawFile:
    """Sections, keys and faults of shape; never raises."""
    scanner = _Scanner(RawFile(name))
    for number, line in enumerate(_NEWLINE.split(text), start=1):
        scanner.take(line, number)
    return scanner.file


class _Scanner:
    """Goes down the file and remembers where it is."""

    def __init__(self, file: RawFile) -> None:
        self.file = file
        self.section: RawSection | None = None
        self.last: RawValue | None = None

    def take(self, line: str, number: int) -> None:
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            if not stripped:
                self.last = None
        elif stripped.startswith("["):
            self._open(stripped, number)
        elif line[0].isspace() and self.last is not None and not _PLAIN_KEY.match(stripped):
            self.last.text = f"{self.last.text}\n{stripped}".lstrip("\n")
        else:
            self._put(stripped, number)

    def _open(self, line: str, number: int) -> None:
        self.last = None
        match = _SECTION.match(line)
        name = " ".join(match[1].split()) if match else ""
        if not name:
            self._complain(
                number,
                say("This is no section: {line}.", line=line),
                say("Write the name between brackets and nothing after, like [bridge]."),
            )
        first = self.file.sections.get(name)
        if first and name:
            self._complain(
                number,
                say("The section [{name}] stands on line {first} already.", name=name, first=first.line),
                say("Move the lines together under one [{name}].", name=name),
            )
        self.section = first or RawSection(name, number)
        if name:
            self.file.sections.setdefault(name, self.section)

    def _put(self, line: str, number: int) -> None:
        match = _KEY.match(line)
        if not match:
            self.last = None
            # The line is not shown: it may be a secret that slipped below its key.
            self._complain(
                number,
                say("There is no = on this line."),
                say("Write name = value, or put # first if it is a comment."),
            )
            return
        key, value = match[1], RawValue(match[2], number)
        self.last = value
        if self.section is None:
            self._complain(
                number,
                say("{key} stands before the first section.", key=key),
                say("Put it below the section it belongs to, like [bridge]."),
            )
            return
        first = self.section.values.get(key)
        if first is None:
            self.section.values[key] = value
            return
        self._complain(
            number,
            say("{key} stands on line {first} already.", key=key, first=first.line),
            say("Keep one of the two lines."),
            key=key,
        )

    def _complain(self, number: int, what: Text, fix: Text, *, key: str = "") -> None:
        place = f"{self.file.name}:{number}"
        if key and self.section:
            place += f" [{self.section.name}] {key}"
        self.file.problems.append(Problem(where=place, what=what, fix=fix))
