"""The checker's second half: accounts, objects and vouchers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bridge.erps.sie.findings import finding
from bridge.erps.sie.reader import Record, Sie, VoucherRead, read_amount, read_date
from bridge.model.money import ZERO, plain
from bridge.model.texts import Problem, say

__all__ = ["accounts_and_objects", "vouchers"]

AMOUNT: Final = re.compile(r"-?\d+(\.\d{1,2})?")
RESERVED: Final = frozenset(map(str, range(1, 20)))
"""Dimensions the standard gives a meaning to, so that they need no #DIM."""


def accounts_and_objects(sie: Sie) -> Iterator[Problem]:
    """Numbers numeric, used ones declared."""
    declared = {record.text(0) for record in sie.all("#KONTO")}
    for record in sie.all("#KONTO"):
        if not record.text(0).isdecimal():
            yield finding(
                record.line,
                say("{account} is no account number.", account=repr(record.text(0))),
                say("Accounts are digits only."),
            )
    dimensions = RESERVED | {record.text(0) for record in [*sie.all("#DIM"), *sie.all("#UNDERDIM")]}
    objects = {(record.text(0), record.text(1)) for record in sie.all("#OBJEKT")}
    missing: set[str] = set()
    for voucher in sie.vouchers:
        for row in voucher.rows:
            account = row.text(0)
            if account not in declared and account not in missing:
                missing.add(account)
                yield finding(
                    row.line,
                    say("Account {account} has no #KONTO.", account=account or "?"),
                    say("Declare it, so that a program that lacks it can open it."),
                )
            yield from _objects(row, dimensions=dimensions, objects=objects)


def _objects(row: Record, *, dimensions: frozenset[str], objects: set[tuple[str, str]]) -> Iterator[Problem]:
    pairs = row.fields[1] if len(row.fields) > 1 else None
    if pairs is None or isinstance(pairs, str):
        yield finding(
            row.line,
            say("The object list is missing."),
            say("Write {braces} after the account, even when empty.", braces="{}"),
        )
        return
    if len(pairs) % 2:
        yield finding(
            row.line, say("The object list is not in pairs."), say("Write dimension and object, by turns.")
        )
    for dimension, name in zip(pairs[::2], pairs[1::2], strict=False):
        if dimension not in dimensions:
            yield finding(
                row.line, say("Dimension {number} has no #DIM.", number=dimension), say("Declare it.")
            )
        if (dimension, name) not in objects:
            yield finding(
                row.line,
                say("Object {name} of dimension {number} has no #OBJEKT.", name=repr(name), number=dimension),
                say("Declare it; a program may refuse it otherwise."),
            )


def vouchers(sie: Sie) -> Iterator[Problem]:
    """Rows, balance, dates, numbers."""
    year = next((r for r in sie.all("#RAR") if r.text(0) == "0"), None)
    numbers: dict[str, int] = {}
    for voucher in sie.vouchers:
        yield from _rows(voucher)
        yield from _balance(voucher)
        yield from _date(voucher, year)
        yield from _number(voucher, numbers)


def _rows(voucher: VoucherRead) -> Iterator[Problem]:
    if len(voucher.rows) < 2:
        yield finding(
            voucher.record.line,
            say("The voucher has {count} rows.", count=len(voucher.rows)),
            say("It needs at least two."),
        )
    for row in voucher.rows:
        if not AMOUNT.fullmatch(row.text(2)):
            yield finding(
                row.line,
                say("{value} is no amount.", value=repr(row.text(2))),
                say("Write digits with a point, at most two decimals, a minus first if need be, no plus."),
            )
        if not row.text(0).isdecimal():
            yield finding(
                row.line,
                say("{account} is no account number.", account=repr(row.text(0))),
                say("Accounts are digits only."),
            )
        if row.text(3) and read_date(row.text(3)) is None:
            yield finding(
                row.line,
                say("{value} is no date.", value=repr(row.text(3))),
                say("Write year, month and day in eight digits."),
            )


def _balance(voucher: VoucherRead) -> Iterator[Problem]:
    """Exactly zero; Decimal adds öre as exactly as whole numbers would."""
    total = sum((read_amount(row.text(2)) or ZERO for row in voucher.rows), Decimal(0))
    if total:
        yield finding(
            voucher.record.line,
            say(
                "Voucher {series}{number} does not balance: {total} is left over.",
                series=voucher.series,
                number=voucher.number,
                total=plain(total),
            ),
            say("Debit and credit must be equal to the öre."),
        )


def _date(voucher: VoucherRead, year: Record | None) -> Iterator[Problem]:
    day = read_date(voucher.date)
    if day is None:
        yield finding(
            voucher.record.line,
            say("{value} is no date.", value=repr(voucher.date)),
            say("Write year, month and day in eight digits."),
        )
        return
    start, end = (read_date(year.text(1)), read_date(year.text(2))) if year else (None, None)
    if start and end and not start <= day <= end:
        yield finding(
            voucher.record.line,
            say("The voucher's date {day} is outside the financial year.", day=day),
            say("The year of #RAR 0 is {start} to {end}.", start=start, end=end),
        )


def _number(voucher: VoucherRead, numbers: dict[str, int]) -> Iterator[Problem]:
    if not voucher.number.isdecimal() or voucher.number == "0":
        return  # empty (or 0, as some write): the importing program numbers
    number, before = int(voucher.number), numbers.get(voucher.series, -1)
    if number <= before:
        yield finding(
            voucher.record.line,
            say(
                "Number {number} comes after {before} in series {series}.",
                number=number,
                before=before,
                series=voucher.series or "-",
            ),
            say("Numbers must rise within a series."),
        )
    numbers[voucher.series] = max(number, before)
