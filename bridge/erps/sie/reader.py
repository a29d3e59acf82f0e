"""Reads SIE files as real programs write them: tolerant, because our own folder may hold others' files.

Real files break the standard in small ways (hogia facts, section 5.5); what is wrong with one is the checker's
business. Nothing here raises for bad content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from bridge.erps.sie.ksumma import Field
from bridge.erps.sie.letters import CODE_PAGE
from bridge.model.documents import Key
from bridge.model.money import AmountError, amount

__all__ = [
    "Record",
    "Sie",
    "VoucherRead",
    "fields_of",
    "key_in",
    "read_amount",
    "read_bytes",
    "read_date",
    "year_label",
]  # fmt: skip

BLANKS: Final = " \t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line with a label; braces are records with the label ``{`` or ``}``."""

    line: int
    label: str
    """Upper case, with #."""
    fields: tuple[Field, ...]
    whole: bool = True
    """False: a quote or an object list was not closed on the line."""

    def text(self, at: int) -> str:
        """A field, empty where there is none."""
        content = self.fields[at] if at < len(self.fields) else ""
        return content if isinstance(content, str) else " ".join(content)


@dataclass(slots=True, kw_only=True)
class VoucherRead:
    """A #VER and the rows that count: #TRANS, without #RTRANS (each repeated as #TRANS) and #BTRANS."""

    record: Record
    rows: list[Record] = field(default_factory=list)
    closed: bool = False

    @property
    def series(self) -> str:
        """Empty where the importing program is to choose."""
        return self.record.text(0)

    @property
    def number(self) -> str:
        """As it stands, mostly digits."""
        return self.record.text(1)

    @property
    def date(self) -> str:
        """As it stands, ``20261121``."""
        return self.record.text(2)

    @property
    def text(self) -> str:
        """The voucher's text."""
        return self.record.text(3)

    def amounts(self) -> list[Decimal]:
        """Of the rows whose amount can be read."""
        return [value for row in self.rows if (value := read_amount(row.text(2))) is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sie:
    """A file."""

    records: tuple[Record, ...]
    vouchers: tuple[VoucherRead, ...]

    def first(self, label: str) -> Record | None:
        """The first record of a kind."""
        return next((record for record in self.records if record.label == label), None)

    def all(self, label: str) -> list[Record]:
        """The records of a kind, in order."""
        return [record for record in self.records if record.label == label]


def read_bytes(data: bytes) -> Sie:
    """Read a whole file."""
    text = data.decode(CODE_PAGE)
    records: list[Record] = []
    for number, line in enumerate(text.split("\n"), start=1):
        records.extend(_records(number, line.strip(BLANKS + "\r\x1a")))
    return Sie(records=tuple(records), vouchers=tuple(_vouchers(records)))


def fields_of(text: str) -> tuple[tuple[Field, ...], bool]:
    """The fields of a line after its label, and whether all quotes and object lists were closed."""
    fields: list[Field] = []
    at, whole = 0, True
    while at < len(text):
        if text[at] in BLANKS:
            at += 1
        elif text[at] == "{":
            inner, at, closed = _object_list(text, at + 1)
            fields.append(inner)
            whole = whole and closed
        else:
            content, at, closed = _one(text, at)
            fields.append(content)
            whole = whole and closed
    return tuple(fields), whole


def key_in(text: str) -> str | None:
    """Our key out of a voucher's text: it is the last word."""
    try:
        return str(Key.parse(unquote(text.rpartition(" ")[2])))
    except ValueError:
        return None


def read_amount(text: str) -> Decimal | None:
    """An amount, or None."""
    try:
        return amount(text)
    except AmountError:
        return None


def read_date(text: str) -> date | None:
    """A date of the form yyyymmdd, or None."""
    try:
        return (
            date(int(text[:4]), int(text[4:6]), int(text[6:]))
            if len(text) == 8 and text.isdecimal()
            else None
        )
    except ValueError:
        return None


def year_label(sie: Sie, voucher: VoucherRead) -> str:
    """Which financial year a voucher's number belongs to, named as our files are."""
    for record in sie.all("#RAR"):
        start = record.text(1)
        if record.text(0) == "0" and read_date(start):
            return start[:4] if start[4:6] == "01" else start[:6]
    return voucher.date[:4]


def _records(number: int, line: str) -> Iterator[Record]:
    """A line is one record; some programs put a brace behind it."""
    if not line:
        return
    if line in {"{", "}"}:
        yield Record(line=number, label=line, fields=())
        return
    label, _, rest = line.replace("\t", " ", 1).partition(" ") if line.startswith("#") else ("", "", line)
    fields, whole = fields_of(rest)
    if label.isascii():
        label = label.upper()  # only then: the capital of ƒ is not in the code page
    yield Record(line=number, label=label, fields=fields, whole=whole)


def _vouchers(records: list[Record]) -> Iterator[VoucherRead]:
    current: VoucherRead | None = None
    for record in records:
        if record.label == "#VER":
            if current is not None:
                yield current
            current = VoucherRead(record=record)
        elif current is not None and record.label == "#TRANS":
            current.rows.append(record)
        elif current is not None and record.label == "}":
            current.closed = True
            yield current
            current = None
    if current is not None:
        yield current


def _object_list(text: str, at: int) -> tuple[tuple[str, ...], int, bool]:
    inner: list[str] = []
    whole = True
    while at < len(text):
        if text[at] == "}":
            return tuple(inner), at + 1, whole
        if text[at] in BLANKS:
            at += 1
            continue
        content, at, closed = _one(text, at, ends="}")
        inner.append(content)
        whole = whole and closed
    return tuple(inner), at, False


def _one(text: str, at: int, ends: str = "") -> tuple[str, int, bool]:
    if text[at] == '"':
        return _quoted(text, at + 1)
    start = at
    while at < len(text) and text[at] not in BLANKS and text[at] not in ends:
        at += 1
    return text[start:at].replace('\\"', '"'), at, True


def _quoted(text: str, at: int) -> tuple[str, int, bool]:
    """A backslash escapes a quote and is an ordinary letter before anything else: vendors write paths so."""
    content: list[str] = []
    while at < len(text):
        if text.startswith('\\"', at) and _quote_follows(text, at + 2):
            content.append('"')
            at += 2
        elif text[at] == '"':
            return "".join(content), at + 1, True
        else:
            content.append(text[at])
            at += 1
    return "".join(content), at, False


def _quote_follows(text: str, at: int) -> bool:
    """Whether the field goes on; a path ends with a backslash before the closing quote, and escapes nothing."""
    return '"' in text[at:]
