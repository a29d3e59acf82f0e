"""What ``bridge check`` says about the SIE settings: each finding with its remedy."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from bridge.config.sections import AccountsSection, PaymentsSection
from bridge.erps.chart import ACCOUNT, Chart
from bridge.erps.sie.checker import check_bytes
from bridge.erps.sie.faults import explain
from bridge.erps.sie.letters import Letters
from bridge.erps.sie.names import FileName
from bridge.erps.sie.options import SieOptions
from bridge.errors import Rejected
from bridge.model.numbers import NumberError, organisation_number
from bridge.model.texts import Problem, say
from bridge.model.vat import Supply, VatScene
from bridge.model.vat_area import HOME, place_of_country

__all__ = ["account_problems", "company_problems", "file_problems", "folder_problems", "rate_problems"]

_PROBE: Final = ".orderbro.probe"
_RATE: Final = re.compile(r"\d+(\.\d+)?")
NEWEST: Final = 50
"""So many of the newest files are read again: enough to find what a failing disk did lately."""


def company_problems(options: SieOptions) -> Iterator[Problem]:
    """Name, organisation number and series."""
    if not options.company_name.strip():
        yield Problem(
            where="[erp] company_name",
            what=say("It is empty, and no program imports a file without it."),
            fix=say("Write your company's name."),
        )
    letters = Letters()
    letters.fit(options.company_name, where=say("{text}", text="company_name"), most=60)
    for note in letters.notes():
        yield Problem(
            where="[erp] company_name", what=note, fix=say("Spell it otherwise if you mind."), severe=False
        )
    try:
        organisation_number(options.org_number)
    except NumberError as error:
        yield Problem(where="[erp] org_number", what=error.text, fix=say("Write it like 556000-4615."))
    for name, series in (("series", options.series), ("credit_series", options.credit_series or "W")):
        if not (series.isascii() and series.isalnum()):
            yield Problem(
                where=f"[erp] {name}",
                what=say("{series} is no voucher series.", series=repr(series)),
                fix=say("Use letters A to Z and digits, like W."),
            )


def folder_problems(folder: Path) -> Iterator[Problem]:
    """Whether files can be made and named there; tried with a file that is removed at once."""
    probe, second = folder / _PROBE, folder / f"{_PROBE}.2"
    try:
        folder.mkdir(exist_ok=True)
        probe.write_bytes(b"")
        try:
            os.link(probe, second)
        except OSError:
            yield Problem(
                where="[erp] folder",
                what=say("The drive of {folder} knows no hard links.", folder=folder),
                fix=say("It works all the same, but let no other program write there."),
                severe=False,
            )
    except OSError as error:
        what, fix = explain(error, folder)
        yield Problem(where="[erp] folder", what=what, fix=fix)
    finally:
        for path in (probe, second):
            _remove(path)


def file_problems(folder: Path) -> Iterator[Problem]:
    """Damage to the newest of our own files."""
    try:
        paths = sorted(path for path in folder.iterdir() if FileName.parse(path.name))[-NEWEST:]
    except OSError:
        return  # folder_problems has said why
    for path in paths:
        try:
            findings = check_bytes(path.read_bytes())
        except OSError:
            continue  # moved away while we looked
        if findings:
            yield Problem(
                where=path.name,
                what=say("The file is damaged: {finding}", finding=findings[0].what),
                fix=say("Restore it from a backup; the bridge never writes a finished file again."),
            )


def account_problems(accounts: AccountsSection, payments: PaymentsSection) -> Iterator[Problem]:
    """Numbers that are none, and accounts that must not be the same."""
    named = {
        **{f"[accounts] {name}": number for name, number in accounts.named.items()},
        **{f"[payments] {key}": number for key, number in payments.accounts.items()},
    }
    for where, number in named.items():
        if not ACCOUNT.fullmatch(number):
            yield Problem(
                where=where,
                what=say("{number} is no account.", number=repr(number)),
                fix=say("Write the account's digits, like 3001."),
            )
    yield from _clashes(named)


def rate_problems(chart: Chart, accounts: AccountsSection) -> Iterator[Problem]:
    """Rates that have an account for sales and none for their VAT, or the other way round."""
    seen: set[str] = set()
    for key in dict.fromkeys((*accounts.sales, *accounts.vat, *accounts.service)):
        country, _, rate = key.upper().rpartition("_")
        if not _RATE.fullmatch(rate) or not Decimal(rate):
            continue
        to, percent = country or HOME, Decimal(rate)
        scene = VatScene(goods=place_of_country(to), services=place_of_country(to), number=None)
        treatment = scene.treat(percent, to, supply=Supply.GOODS)
        for ask in (
            partial(chart.vat, country=to, percent=percent),
            partial(chart.income, Supply.GOODS, treatment, country=to, percent=percent),
        ):
            try:
                ask()
            except Rejected as missing:
                if missing.field not in seen and missing.advice is not None:
                    seen.add(missing.field)
                    yield Problem(where=f"[accounts] {missing.field}", what=missing.text, fix=missing.advice)


def _clashes(named: dict[str, str]) -> Iterator[Problem]:
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for where, number in named.items():
        groups[number].setdefault(_group(where), where)
    for number, uses in groups.items():
        if len(uses) > 1:
            yield Problem(
                where=", ".join(uses.values()),
                what=say("They share account {number}, so its balance tells nothing.", number=number),
                fix=say("Give each its own account."),
            )


def _group(where: str) -> str:
    """Uses that may share an account have one name."""
    option = where.rpartition("] ")[2]
    if where.startswith("[payments]") or option == "receivable":
        return "receivable"
    if option.startswith("vat"):
        return "vat"
    if option in {"gift_card", "rounding"}:
        return option
    return "income"


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # it was never made: that is what the check reports
