"""SIE: one file per order, which Hogia, Visma, Fortnox, Specter and every Swedish accountant can import.

The folder is the ERP: it numbers, it refuses a key it has, and it answers what it has.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Final

from bridge import __version__
from bridge.erps.chart import Chart
from bridge.erps.context import ErpContext
from bridge.erps.credits import check_size
from bridge.erps.currency import BASE
from bridge.erps.drafting.settings import DraftSettings
from bridge.erps.rate_file import conversion_of
from bridge.erps.sie import setup
from bridge.erps.sie.corrections import to_credit
from bridge.erps.sie.folder import Folder, Slip
from bridge.erps.sie.index import Found
from bridge.erps.sie.letters import CODE_PAGE
from bridge.erps.sie.mapping import Rules, to_voucher
from bridge.erps.sie.objects import object_problems
from bridge.erps.sie.options import SieOptions
from bridge.erps.sie.reader import read_amount, read_bytes, read_date
from bridge.erps.sie.voucher import FinancialYear, Voucher, financial_year
from bridge.erps.sie.writer import Head, Written, render
from bridge.errors import BridgeError, Rejected
from bridge.model.documents import (
    Correction,
    CustomerRecord,
    Document,
    DocumentKind,
    Key,
    Preview,
    Purpose,
)
from bridge.model.money import plain
from bridge.model.numbers import NumberError, organisation_number
from bridge.model.orders import Order
from bridge.model.texts import Problem, Text, say
from bridge.ports import Capability

__all__ = ["Sie"]

log = logging.getLogger(__name__)

PROGRAM: Final = "Orderbro"
MEDIA_TYPE: Final = f"text/plain; charset={CODE_PAGE}"


class Sie:
    """The folder of SIE 4I files as an ERP."""

    name: ClassVar[str] = "sie"
    Options: ClassVar[type[SieOptions]] = SieOptions
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.VOUCHER})
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.CREDITS})
    fenced: ClassVar[bool] = True
    """A key is looked up and its file made under one lock, so it cannot be made twice."""

    def __init__(self, options: SieOptions, context: ErpContext) -> None:
        self.settle = timedelta()
        self._options = options
        self._context = context
        self._chart = Chart(context.accounts, context.payments)
        self._conversion = conversion_of(context)
        self._folder = Folder(context.base_dir / options.folder, clock=context.clock)
        self._rules = Rules(
            timezone=context.timezone,
            voucher_date=options.voucher_date,
            tolerance=context.orders.rounding_tolerance,
            conversion=self._conversion,
            customer_names=options.customer_names,
            services=context.accounts.service_skus,
            gift_cards=context.accounts.gift_card_skus,
            cod_methods=context.orders.cod_methods,
            cards_pay=context.orders.gift_cards == "payment",
            shops=context.shops,
            articles=DraftSettings.of(context) if options.row_articles else None,
        )

    def check(self) -> Sequence[Problem]:
        """Folder, company, accounts, rates and the newest files."""
        problems = [
            *setup.company_problems(self._options),
            *setup.folder_problems(self._folder.path),
            *setup.account_problems(self._context.accounts, self._context.payments),
            *setup.rate_problems(self._chart, self._context.accounts),
            *self._conversion.problems(),
            *object_problems(self._context.shops),
        ]
        if any(problem.where == "[erp] folder" and problem.severe for problem in problems):
            return problems
        try:
            if self._folder.tidy():
                log.info("sie_tidied=1")
        except BridgeError as error:
            problems.append(Problem(where="[erp] folder", what=error.text, fix=say("Try again later.")))
        return [*problems, *setup.file_problems(self._folder.path)]

    def find_document(self, key: Key) -> Sequence[Document]:
        """The vouchers with this key, also those whose file was taken out of the folder since."""
        return [_document(found) for found in self._folder.find(str(key))]

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """The file as it would be, with the number it would get now."""
        del customer
        return self._shown(self._voucher(order, key, kind))

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """The same of a credit."""
        return self._shown(self._credit(correction, key, original))

    def _shown(self, voucher: Voucher) -> Preview:
        year, series = self._year(voucher), self._series(voucher)
        number = self._folder.next_number(series=series, year=year.label, first=self._options.first_number)
        written = self._written(voucher, number)
        return Preview(
            payload=written.data.decode(CODE_PAGE),
            media_type=MEDIA_TYPE,
            gross=voucher.gross,
            currency=BASE,
            rows=_shown(voucher, written),
            notes=(*written.notes, *self._already(voucher.key)),
        )

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Make the file; if the folder has the key already, that is the answer and nothing is made."""
        del customer  # a folder of files keeps no customers
        return self._file(self._voucher(order, key, kind))

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """Make the file of a voucher that mirrors what is taken back; the same key twice is one file."""
        voucher = self._credit(correction, key, original)
        check_size(voucher.gross, original, currency=BASE)
        return self._file(voucher)

    def _file(self, voucher: Voucher) -> Document:
        key, year = voucher.key, self._year(voucher)
        written: list[Written] = []

        def made_with(number: int) -> bytes:
            written.append(self._written(voucher, number))
            return written[-1].data

        slip = Slip(
            key=str(key),
            series=self._series(voucher),
            year=year.label,
            first_number=self._options.first_number,
            gross=voucher.gross,
            dated=voucher.dated,
            render=made_with,
        )
        there, made = self._folder.add(slip)
        if len(there) > 1:
            raise _several(there)
        if not made:
            log.info("sie_found=%s%d key=%s", there[0].name.series, there[0].name.number, key)
            return _document(there[0], note=say("The folder had it already; nothing was made."))
        name = there[0].name
        log.info("sie_made=%s%d year=%s key=%s", name.series, name.number, name.year, key)
        document = _described(there[0], gross=voucher.gross, dated=voucher.dated, notes=written[-1].notes)
        return replace(document, payload=written[-1].data.decode(CODE_PAGE), media_type=MEDIA_TYPE)

    def close(self) -> None:
        """Nothing is held between calls."""

    def _voucher(self, order: Order, key: Key, kind: DocumentKind) -> Voucher:
        if kind not in self.documents:
            raise Rejected(
                say("A SIE file is a voucher, not {kind}.", kind=str(kind)),
                field="document",
                advice=say("Write document = voucher in the [shop] section, or leave it empty."),
            )
        return to_voucher(order, key, chart=self._chart, rules=self._rules)

    def _credit(self, correction: Correction, key: Key, original: Document) -> Voucher:
        return to_credit(
            correction, key, original,
            chart=self._chart, rules=self._rules, timezone=self._context.timezone,
        )  # fmt: skip

    def _year(self, voucher: Voucher) -> FinancialYear:
        return financial_year(voucher.dated, starts_in=self._options.year_start)

    def _series(self, voucher: Voucher) -> str:
        credit = voucher.key.purpose is not Purpose.ORDER
        return self._options.credit_series if credit and self._options.credit_series else self._options.series

    def _written(self, voucher: Voucher, number: int) -> Written:
        head = Head(
            company=self._options.company_name,
            org_number=_hyphened(self._options.org_number),
            program=PROGRAM,
            version=__version__,
            made=self._context.clock.now().astimezone(self._context.timezone).date(),
        )
        return render(
            voucher, head=head, year=self._year(voucher), series=self._series(voucher), number=number
        )

    def _already(self, key: Key) -> tuple[Text, ...]:
        return tuple(
            say(
                "Voucher {number} has this order's key already; nothing would be made.",
                number=document.number,
            )
            for document in self.find_document(key)
        )


def _hyphened(org_number: str) -> str:
    """A wrong number is the check's business; here it is better than none, which validators refuse."""
    try:
        return organisation_number(org_number)
    except NumberError:
        return "".join(letter for letter in org_number if letter.isdecimal() or letter == "-")


def _document(found: Found, *, note: Text | None = None) -> Document:
    """Out of the file; out of the journal where the file is gone or damaged."""
    gross = read_amount(found.line.gross) if found.line else None
    dated = date.fromisoformat(found.line.dated) if found.line else None
    notes = [note] if note else []
    voucher = _read(found)
    if voucher is not None:
        gross, dated = voucher
    elif found.path is None:
        notes.append(say("Its file is no longer in the folder."))
    return _described(found, gross=gross, dated=dated, notes=tuple(notes))


def _read(found: Found) -> tuple[Decimal | None, date | None] | None:
    """Total and date as they stand in the file: the total is the first row, the receivable."""
    if found.path is None:
        return None
    try:
        sie = read_bytes(found.path.read_bytes())
    except OSError:
        return None
    for voucher in sie.vouchers:
        if voucher.number.isdecimal() and int(voucher.number) == found.name.number and voucher.rows:
            return read_amount(voucher.rows[0].text(2)), read_date(voucher.date)
    return None


def _described(
    found: Found, *, gross: Decimal | None, dated: date | None, notes: tuple[Text, ...]
) -> Document:
    name = found.name
    order = Key.parse(name.key).purpose is Purpose.ORDER
    return Document(
        kind=DocumentKind.VOUCHER if order else DocumentKind.CREDIT,
        id=f"{name.series}-{name.year}-{name.number:06d}",
        number=f"{name.series}{name.number}",
        link=str(found.path or ""),
        gross=gross,
        currency=BASE,
        dated=dated,
        notes=notes,
    )


def _shown(voucher: Voucher, written: Written) -> tuple[dict[str, str], ...]:
    """The rows for a table, with the texts as they stand in the file."""
    (in_file,) = read_bytes(written.data).vouchers
    return tuple(
        {
            "account": row.account.number,
            "name": row.account.name,
            "debit": plain(row.amount) if row.amount >= 0 else "",
            "credit": plain(-row.amount) if row.amount < 0 else "",
            "text": record.text(4),
        }
        for row, record in zip(voucher.rows, in_file.rows, strict=True)
    )


def _several(there: Sequence[Found]) -> Rejected:
    return Rejected(
        say(
            "Several vouchers have this order's key: {numbers}.",
            numbers=", ".join(f"{each.name.series}{each.name.number}" for each in there),
        ),
        field="key",
        advice=say("Keep one, remove the others in the books and in the folder, then settle the entry."),
    )
