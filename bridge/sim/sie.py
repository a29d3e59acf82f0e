"""The other end of the SIE folder: a strict importing program, written from the standard and not from our writer.

It refuses what an accounting program would refuse (SIE specification 4B, file type 4I) and reckons totals itself.
"""

from __future__ import annotations

import binascii
import re
import shlex
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from bridge.sim.booked import Booked, BookedRow, Refused
from bridge.sim.faults import Faults

__all__ = ["Simulator"]

_AMOUNT: Final = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2})?")
_KEY: Final = re.compile(r"[^\s:]+:[0-9]+:[a-z]+(?::\S+)?")
_ALLOWED: Final = frozenset(
    "FLAGGA PROGRAM FORMAT GEN SIETYP FNAMN ORGNR RAR KPTYP VALUTA KONTO VER TRANS KSUMMA".split()
)


class Simulator:
    """Reads the folder whenever asked; keeps nothing, as a person importing files by hand would."""

    needs_articles = False
    """True would mean: an article the ERP does not know is refused."""
    faults: Faults | None = None
    """There is no wire to spoil."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder / "sie"
        self.now = now
        self.options: dict[str, str] = {
            "folder": str(self.folder),
            "company_name": "Prov & Bruk AB",
            "org_number": "556000-4615",
        }
        self.mounts: dict[str, object] = {}

    def booked(self) -> list[Booked]:
        """Every voucher in the folder and the folders inside it.

        Raises:
            Refused: a file would not be taken by an accounting program.
        """
        if not self.folder.is_dir():
            return []
        files = sorted(path for path in self.folder.rglob("*") if path.suffix.lower() == ".si")
        return [_import(path) for path in files]

    def twin(self, key: str) -> None:
        """Somebody else books the same key once more, under the next number."""
        source = next(path for path in self.folder.rglob("*.si") if _import(path).key == key)
        text = source.read_bytes().decode("cp437")
        number = 1 + max(int(re.sub(r"\D", "", each.number)) for each in self.booked())
        text = re.sub(r'(#VER "\w+") "[0-9]+"', rf'\1 "{number}"', text)
        text = re.sub(r"#KSUMMA[^\r\n]*\r?\n", "", text)
        (self.folder / f"again {number}.SI").write_bytes(text.encode("cp437"))


def _import(path: Path) -> Booked:
    data = path.read_bytes()
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data):
        raise Refused(f"{path.name}: control character")
    lines = [line.strip() for line in data.decode("cp437").splitlines() if line.strip()]
    records = [_split(line, path) for line in lines]
    _check_head(records, path)
    _check_sum(records, path)
    return _voucher(records, path)


def _split(line: str, path: Path) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise Refused(f"{path.name}: {line[:20]}: {error}") from error
    if words[0] not in {"{", "}"} and words[0].removeprefix("#") not in _ALLOWED:
        raise Refused(f"{path.name}: {words[0]} is not for an import file")
    return words


def _check_head(records: list[list[str]], path: Path) -> None:
    if records[0] != ["#FLAGGA", "0"]:
        raise Refused(f"{path.name}: does not begin with an unread flag")
    for wanted in ("#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#FNAMN", "#ORGNR"):
        if sum(words[0] == wanted for words in records) != 1:
            raise Refused(f"{path.name}: {wanted} not there once")
    if ["#FORMAT", "PC8"] not in records or ["#SIETYP", "4"] not in records:
        raise Refused(f"{path.name}: not a type 4 file in PC8")


def _check_sum(records: list[list[str]], path: Path) -> None:
    places = [at for at, words in enumerate(records) if words[0] == "#KSUMMA"]
    if not places:
        return
    begin, end = places[0], places[-1]
    inside = (words for words in records[begin + 1 : end] if words[0] not in {"{", "}"})
    joined = "".join("".join(word for word in words if word != "{}") for words in inside)
    if len(records[end]) != 2 or int(records[end][1]) != binascii.crc32(joined.encode("cp437")):
        raise Refused(f"{path.name}: control sum")


def _voucher(records: list[list[str]], path: Path) -> Booked:
    headers = [words for words in records if words[0] == "#VER"]
    rows = [_row(words, path) for words in records if words[0] == "#TRANS"]
    declared = {words[1] for words in records if words[0] == "#KONTO"}
    if len(headers) != 1 or len(rows) < 2:
        raise Refused(f"{path.name}: one voucher with two rows or more")
    if sum((row.amount for row in rows), Decimal(0)) != 0:
        raise Refused(f"{path.name}: does not balance")
    if {row.code for row in rows} - declared:
        raise Refused(f"{path.name}: account not declared")
    _, series, number, dated, text, *_ = headers[0]
    keys = _KEY.findall(text)
    day = date(int(dated[:4]), int(dated[4:6]), int(dated[6:8]))
    _check_year(records, dated, path)
    return Booked(
        key=unquote(keys[-1]) if keys else "",
        number=f"{series}{number}",
        gross=rows[0].amount,
        currency="SEK",
        dated=day,
        rows=tuple(rows),
    )


def _check_year(records: list[list[str]], dated: str, path: Path) -> None:
    for words in records:
        if words[:2] == ["#RAR", "0"] and not words[2] <= dated <= words[3]:
            raise Refused(f"{path.name}: outside the financial year")


def _row(words: list[str], path: Path) -> BookedRow:
    _, account, objects, amount, *rest = words
    if objects != "{}" or not account.isdecimal() or not _AMOUNT.fullmatch(amount):
        raise Refused(f"{path.name}: row {words}")
    return BookedRow(code=account, text=rest[1] if len(rest) > 1 else "", amount=Decimal(amount))
