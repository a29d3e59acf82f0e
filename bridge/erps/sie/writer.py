"""A voucher as the bytes of a SIE 4I file.

Records, order of groups and forms of fields: SIE specification 4B (hogia facts, section 5); series and stable
numbers because Specter and others add a file again that has none (specter facts, section 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from bridge.erps.sie.ksumma import Field, control_sum
from bridge.erps.sie.letters import CODE_PAGE, Letters
from bridge.erps.sie.objects import bears_objects
from bridge.erps.sie.voucher import FinancialYear, Object, Row, Voucher
from bridge.model.documents import Key
from bridge.model.money import plain
from bridge.model.texts import Text, say

__all__ = ["Head", "Written", "key_text", "render"]

LINE_END: Final = "\r\n"
"""The specification asks for LF and allows CR before it; old Windows programs ask for both."""

LONGEST_TEXT: Final = 100
LONGEST_NAME: Final = 60
PLAN: Final = "EUBAS97"
"""Every chart "BAS 2xxx" is treated as this one, and a missing #KPTYP as an older one."""

_TEXTS: Final = {
    "#PROGRAM": (0, 1), "#FNAMN": (0,), "#KONTO": (1,), "#DIM": (1,), "#OBJEKT": (1, 2), "#VER": (0, 1, 3),
    "#TRANS": (3, 4),
}  # fmt: skip
"""Which fields stand in quotes, needed or not: some readers expect them where the vendors all write them."""

Record = tuple[str, tuple[Field, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is the same in every file of a company."""

    company: str
    org_number: str
    """With hyphen; empty leaves the record out."""
    program: str
    version: str
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The file, and what had to be changed in its texts."""

    data: bytes
    notes: tuple[Text, ...]


def key_text(key: Key) -> str:
    """The key as it stands in the file: letters every program keeps as they are, and no blank."""
    return quote(str(key), safe=":")


def render(voucher: Voucher, *, head: Head, year: FinancialYear, series: str, number: int) -> Written:
    """The whole file."""
    letters = Letters()
    body = [
        *_identification(head, letters=letters, year=year),
        *_chart(voucher, letters=letters),
        *_objects(voucher, letters=letters),
        *_voucher(voucher, head=head, letters=letters, series=series, number=number),
    ]
    flag: Record = ("#FLAGGA", ("0",))
    sums: tuple[Record, Record] = (("#KSUMMA", ()), ("#KSUMMA", (str(control_sum(body)),)))
    lines: list[str] = []
    for record in (flag, sums[0], *body, sums[1]):
        if record[0] == "#TRANS":
            lines.append("  " + _line(record))
            continue
        if lines and lines[-1].startswith("  #TRANS"):
            lines.append("}")
        lines.append(_line(record))
        if record[0] == "#VER":
            lines.append("{")
    text = "".join(line + LINE_END for line in lines)
    return Written(data=text.encode(CODE_PAGE), notes=(*voucher.notes, *letters.notes()))


def _identification(head: Head, *, letters: Letters, year: FinancialYear) -> list[Record]:
    company = letters.fit(head.company, where=say("{text}", text="[erp] company_name"), most=LONGEST_NAME)
    number: list[Record] = [("#ORGNR", (head.org_number,))] if head.org_number else []
    return [
        ("#PROGRAM", (head.program, head.version)),
        ("#FORMAT", ("PC8",)),
        ("#GEN", (_date(head.made),)),
        ("#SIETYP", ("4",)),
        *number,
        ("#FNAMN", (company,)),
        ("#RAR", ("0", _date(year.start), _date(year.end))),
        ("#KPTYP", (PLAN,)),
        ("#VALUTA", ("SEK",)),
    ]


def _chart(voucher: Voucher, *, letters: Letters) -> list[Record]:
    """Every account used, so that a program without it can open it."""
    names = {row.account.number: row.account.name for row in voucher.rows}
    return [
        (
            "#KONTO",
            (
                number,
                letters.fit(name, where=say("Name of account {number}", number=number), most=LONGEST_NAME),
            ),
        )
        for number, name in sorted(names.items())
    ]


def _objects(voucher: Voucher, *, letters: Letters) -> list[Record]:
    """Every dimension and object used, as importers ask for."""
    found: list[Record] = [("#DIM", (each.dimension, each.dimension_name)) for each in voucher.objects]
    for each in voucher.objects:
        number = _number(each, letters)
        found.append(("#OBJEKT", (each.dimension, number, number)))
    return found


def _number(each: Object, letters: Letters) -> str:
    return letters.fit(each.number, where=say("{text}", text=each.dimension_name), most=LONGEST_NAME)


def _voucher(voucher: Voucher, *, head: Head, letters: Letters, series: str, number: int) -> list[Record]:
    key = key_text(voucher.key)
    text = letters.fit(voucher.text, where=say("Voucher text"), most=max(LONGEST_TEXT - len(key) - 1, 20))
    fields = (series, str(number), _date(voucher.dated), f"{text} {key}", _date(head.made))
    objects = tuple(part for each in voucher.objects for part in (each.dimension, _number(each, letters)))
    return [("#VER", fields), *(_row(row, letters, objects) for row in voucher.rows)]


def _row(row: Row, letters: Letters, objects: tuple[str, ...]) -> Record:
    text = letters.fit(
        row.text, where=say("Row on account {number}", number=row.account.number), most=LONGEST_TEXT
    )
    borne = objects if bears_objects(row.account) else ()
    return ("#TRANS", (row.account.number, borne, _amount(row.amount), "", text))


def _line(record: Record) -> str:
    label, fields = record
    quoted = _TEXTS.get(label, ())
    return " ".join([label, *(_field(each, text=at in quoted) for at, each in enumerate(fields))])


def _field(content: Field, *, text: bool) -> str:
    if not isinstance(content, str):
        return "{" + " ".join(_field(each, text=True) for each in content) + "}"
    escaped = content.replace('"', '\\"')
    return f'"{escaped}"' if text else content


def _date(day: date) -> str:
    return f"{day:%Y%m%d}"


def _amount(value: Decimal) -> str:
    return plain(value.quantize(Decimal("0.01")))
