"""The strict checker: everything the standard demands of a SIE 4 file, each fault with its line, in plain words.

The list is section 5.4 of the hogia facts; forbidden records are those of a 4I file (files ending .SE may be 4E).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bridge.erps.sie.checker_rows import accounts_and_objects, vouchers
from bridge.erps.sie.findings import finding
from bridge.erps.sie.ksumma import control_sum
from bridge.erps.sie.reader import Record, Sie, read_bytes, read_date, year_label
from bridge.model.texts import Problem, say

__all__ = ["across", "check_bytes"]

_MANDATORY: Final = ("#FLAGGA", "#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#FNAMN")
_EXPORT_ONLY: Final = frozenset("#BKOD #OMFATTN #IB #UB #OIB #OUB #RES #PSALDO #PBUDGET".split())
_KNOWN: Final = frozenset(
    "#PROSA #FTYP #FNR #ORGNR #ADRESS #RAR #TAXAR #KPTYP #VALUTA #KONTO #KTYP #ENHET #SRU #DIM #UNDERDIM #OBJEKT "
    "#VER #TRANS #RTRANS #BTRANS #KSUMMA".split()
) | frozenset(_MANDATORY)
_ORDER: Final = {
    "#FLAGGA": 0,
    **dict.fromkeys("#KONTO #KTYP #ENHET #SRU #DIM #UNDERDIM #OBJEKT".split(), 2),
    **dict.fromkeys("#VER #IB #UB #OIB #OUB #RES #PSALDO #PBUDGET".split(), 3),
}
"""Groups in their order; everything not named here is identification, group 1."""

_BOM: Final = b"\xef\xbb\xbf"
_ALLOWED_CONTROLS: Final = frozenset(b"\t\r\n")


def check_bytes(data: bytes, *, export: bool = False) -> Sequence[Problem]:
    """Everything wrong with a file; empty when it is right. ``export``: it may be a 4E file."""
    sie = read_bytes(data.removeprefix(_BOM))
    return [
        *_bytes(data),
        *_records(sie, export=export),
        *_contents(sie),
        *_braces(sie),
        *accounts_and_objects(sie),
        *vouchers(sie),
        *_sum(sie),
    ]


def across(files: Mapping[str, bytes]) -> Iterator[tuple[str, Problem]]:
    """Numbers given twice: the same series, year and number with other contents, over several files.

    Specter replaces the first voucher by the second then (specter facts, section 8); others book both.
    """
    first: dict[tuple[str, str, str], tuple[str, list[tuple[str, ...]]]] = {}
    for name, data in files.items():
        sie = read_bytes(data)
        for voucher in sie.vouchers:
            if not voucher.number:
                continue
            place = (voucher.series, year_label(sie, voucher), voucher.number)
            contents: list[tuple[str, ...]] = [(row.text(0), row.text(2)) for row in voucher.rows]
            where, before = first.setdefault(place, (name, contents))
            if before != contents:
                yield (
                    name,
                    finding(
                        voucher.record.line,
                        say(
                            "Voucher {series}{number} is in {other} too, with other contents.",
                            series=voucher.series,
                            number=voucher.number,
                            other=where,
                        ),
                        say("Import only one of them, or give one another number."),
                    ),
                )


def _bytes(data: bytes) -> Iterator[Problem]:
    if data.startswith(_BOM):
        yield finding(
            1,
            say("The file begins with a UTF-8 byte-order mark."),
            say("Save it in code page 437, without the mark."),
        )
    for number, line in enumerate(data.split(b"\n"), start=1):
        if any((byte < 32 and byte not in _ALLOWED_CONTROLS) or byte == 127 for byte in line):
            yield finding(number, say("There is a control character."), say("Remove it."))
    if any(byte > 127 for byte in data) and _is_utf8(data):
        yield finding(
            1,
            say("The letters look like UTF-8."),
            say("Save the file in code page 437, as #FORMAT PC8 promises."),
        )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _records(sie: Sie, *, export: bool) -> Iterator[Problem]:
    if not sie.records or sie.records[0].label != "#FLAGGA":
        line = sie.records[0].line if sie.records else 1
        yield finding(line, say("The first record is not #FLAGGA."), say("Begin the file with #FLAGGA 0."))
    counts = Counter(record.label for record in sie.records)
    for label in _MANDATORY:
        if counts[label] != 1:
            line = sie.all(label)[1].line if counts[label] else 1
            yield finding(
                line,
                say("{label} is there {count} times.", label=label, count=counts[label]),
                say("It must be there once."),
            )
    group = 0
    for record in sie.records:
        yield from _label(record, export=export)
        if not record.whole:
            yield finding(
                record.line, say("A quote or a brace is not closed."), say("Close it on the same line.")
            )
        if record.label not in {"{", "}", "#TRANS", "#RTRANS", "#BTRANS", "#KSUMMA"}:
            if _ORDER.get(record.label, 1) < group:
                yield finding(
                    record.line,
                    say("{label} comes too late.", label=record.label),
                    say("The order is: identification, accounts, vouchers."),
                )
            group = max(group, _ORDER.get(record.label, 1))


def _label(record: Record, *, export: bool) -> Iterator[Problem]:
    if record.label in {"{", "}"}:
        return
    if record.label in _EXPORT_ONLY:
        if not export:
            yield finding(
                record.line,
                say("{label} is not allowed in an import file.", label=record.label),
                say("Remove it."),
            )
    elif record.label not in _KNOWN:
        yield finding(
            record.line,
            say("{label} is no record of the standard.", label=record.label or repr(record.text(0))[:40]),
            say("Remove the line."),
        )


def _contents(sie: Sie) -> Iterator[Problem]:
    for label, allowed in (("#FLAGGA", ("0", "1")), ("#FORMAT", ("PC8",)), ("#SIETYP", ("4",))):
        for record in sie.all(label):
            if record.text(0) not in allowed:
                yield finding(
                    record.line,
                    say("{label} is {value}.", label=label, value=repr(record.text(0))),
                    say("It must be {allowed}.", allowed="/".join(allowed)),
                )
    for record in sie.all("#FNAMN"):
        if not record.text(0).strip():
            yield finding(record.line, say("The company has no name."), say("Write it behind #FNAMN."))
    for record in sie.all("#ORGNR"):
        if not re.fullmatch(r"\d{6}-\d{4}", record.text(0)):
            yield finding(
                record.line,
                say("{number} is not written as an organisation number.", number=repr(record.text(0))),
                say("Write ten digits with a hyphen after the sixth."),
            )
    yield from _dates(sie)


def _dates(sie: Sie) -> Iterator[Problem]:
    places = {"#GEN": (0,), "#RAR": (1, 2), "#OMFATTN": (0,)}
    for record in sie.records:
        for at in places.get(record.label, ()):
            if read_date(record.text(at)) is None:
                yield finding(
                    record.line,
                    say("{value} in {label} is no date.", value=repr(record.text(at)), label=record.label),
                    say("Write year, month and day in eight digits."),
                )


def _braces(sie: Sie) -> Iterator[Problem]:
    opened: Record | None = None
    before = ""
    for record in sie.records:
        if record.label == "{":
            if before != "#VER" or opened is not None:
                yield finding(
                    record.line, say("An opening brace stands where no voucher begins."), say("Remove it.")
                )
            opened = record
        elif record.label == "}":
            if opened is None:
                yield finding(record.line, say("A closing brace closes nothing."), say("Remove it."))
            opened = None
        elif record.label in {"#TRANS", "#RTRANS", "#BTRANS"}:
            if opened is None:
                yield finding(
                    record.line,
                    say("A row stands outside a voucher."),
                    say("Put it between the braces after #VER."),
                )
        elif opened is not None:
            yield finding(
                record.line,
                say("The voucher above is not closed."),
                say("Close it with a brace on a line of its own."),
            )
            opened = None
        before = record.label
    if opened is not None:
        yield finding(
            opened.line,
            say("This opening brace is never closed."),
            say("Close it with a brace on a line of its own."),
        )


def _sum(sie: Sie) -> Iterator[Problem]:
    sums = sie.all("#KSUMMA")
    if not sums:
        return
    first, last = sums[0], sums[-1]
    if first is last or len(sums) > 2 or not last.text(0).isdecimal():
        yield finding(
            last.line,
            say("The control sum is not complete: the file may have been cut off."),
            say("Ask for the file again."),
        )
        return
    begin, end = sie.records.index(first), sie.records.index(last)
    if begin != 1 or end != len(sie.records) - 1:
        yield finding(
            last.line,
            say("#KSUMMA stands in the wrong place."),
            say("The first stands right after #FLAGGA, the second last."),
        )
    inside = [(r.label, r.fields) for r in sie.records[begin + 1 : end] if r.label not in {"{", "}"}]
    if control_sum(inside) != int(last.text(0)):
        yield finding(
            last.line,
            say("The control sum does not match: the file was changed after it was made."),
            say("Ask for the file again, or remove both #KSUMMA lines if the change is wanted."),
        )
