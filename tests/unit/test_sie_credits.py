"""A credit in SIE: the order's accounts with the signs turned, in its own series if wanted, dated by the refund."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.sie import Sie
from bridge.erps.sie.checker import check_bytes
from bridge.errors import Rejected
from bridge.model.documents import Correction, Document, DocumentKind, Key, Purpose
from bridge.model.orders import LineKind, Order, OrderLine, Refund
from bridge.model.refunds import RefundRules, correction_of
from bridge.sim.booked import Booked
from bridge.sim.sie import Simulator
from tests.builders import NOON, a_line, a_ref, an_order
from tests.support.sie import a_sie

ORDER = an_order(
    a_line(
        "220.80",
        "55.20",
        id="1",
        quantity=Decimal(4),
        net_before=Decimal("240.00"),
        tax_before=Decimal("60.00"),
    ),
    a_line("234.91", "14.09", percent="6", id="2"),
    a_line("39.20", "9.80", id="3", kind=LineKind.SHIPPING, sku=None),
)


class Books:
    """A folder with one order in it."""

    def __init__(self, folder: Path, clock: ManualClock, order: Order, **options: Any) -> None:
        self.order = order
        self.simulator = Simulator(folder, clock.now)
        self.sie: Sie = a_sie(folder, clock=clock, **options)
        self.original = self.sie.put_document(order, Key(order.ref, Purpose.ORDER), DocumentKind.VOUCHER)

    def credit(self, gross: str, *lines: OrderLine, refund_id: str = "77", days: int = 1) -> Document:
        """Pay back."""
        correction = self.correction(gross, *lines, refund_id=refund_id, days=days)
        return self.sie.put_correction(
            correction, Key(self.order.ref, Purpose.REFUND, refund_id), self.original
        )

    def correction(self, gross: str, *lines: OrderLine, refund_id: str = "77", days: int = 1) -> Correction:
        """What a refund takes back."""
        refund = Refund(ref=self.order.ref, id=refund_id, created_at=NOON + timedelta(days=days), reason="",
                        gross=Decimal(gross), lines=lines)  # fmt: skip
        found = correction_of(self.order, refund, earlier=(), rules=RefundRules())
        assert isinstance(found, Correction), found
        return found

    def booked(self) -> dict[str, Booked]:
        """By key, as an accounting program reads them."""
        return {each.key: each for each in self.simulator.booked()}

    def left(self) -> dict[str, Decimal]:
        """What all vouchers together leave on each account."""
        sums: Counter[str] = Counter()
        for each in self.booked().values():
            for row in each.rows:
                sums[row.code] += int(row.amount * 100)
        return {code: Decimal(amount) / 100 for code, amount in sums.items()}


def test_credit_of_everything_is_the_voucher_with_its_signs_turned(
    tmp_path: Path, clock: ManualClock
) -> None:
    """Sales, discount, freight, VAT and receivable: each account is back at nothing."""
    books = Books(tmp_path, clock, ORDER)
    document = books.credit("574.00")
    assert set(books.left().values()) == {Decimal(0)}
    assert (document.kind, document.gross) == (DocumentKind.CREDIT, Decimal("-574.00"))
    sale, credit = books.booked().values()
    assert {(row.code, -row.amount) for row in credit.rows} == {(row.code, row.amount) for row in sale.rows}


def test_credit_tells_original_and_refund_and_has_the_refunds_day(tmp_path: Path, clock: ManualClock) -> None:
    """A person reading the books finds the way back; the checker has nothing to say."""
    books = Books(tmp_path, clock, ORDER)
    document = books.credit("49.00", a_line("-39.20", "-9.80", id="3", kind=LineKind.SHIPPING), days=40)
    assert str(document.dated) == "2026-12-31"
    assert "Kredit av W1, återbetalning 77: Order 1234" in document.payload
    assert "Återbetalning 77: Order 1234" in document.payload
    assert list(check_bytes(Path(document.link).read_bytes())) == []


def test_credit_after_the_new_year_is_numbered_in_its_own_year(tmp_path: Path, clock: ManualClock) -> None:
    """A voucher belongs to the year of its day, whenever the sale was."""
    books = Books(tmp_path, clock, ORDER)
    assert books.credit("574.00", days=60).id == "W-2027-000001"


@pytest.mark.parametrize(("series", "number"), [("", "W2"), ("K", "K1")])
def test_credits_have_their_own_series_where_the_owner_wants_it(
    tmp_path: Path, clock: ManualClock, series: str, number: str
) -> None:
    """credit_series; empty: the one of the orders goes on."""
    books = Books(tmp_path, clock, ORDER, erp={"credit_series": series})
    key = Key(ORDER.ref, Purpose.REFUND, "77")
    preview = books.sie.preview_correction(books.correction("574.00"), key, books.original)
    document = books.credit("574.00")
    assert document.number == number
    assert preview.payload == document.payload
    again = books.sie.preview_correction(books.correction("574.00"), key, books.original)
    assert any(number in str(note) for note in again.notes)
    following = replace(an_order(order_id=5), ref=a_ref(5))
    made = books.sie.put_document(following, Key(a_ref(5), Purpose.ORDER), DocumentKind.VOUCHER)
    assert made.number == ("W3" if not series else "W2")


def test_credit_series_that_is_none_is_found_by_the_check(tmp_path: Path, clock: ManualClock) -> None:
    """Before the first refund."""
    found = [problem.where for problem in a_sie(tmp_path, clock=clock, erp={"credit_series": "Å!"}).check()]
    assert "[erp] credit_series" in found


def test_credit_in_foreign_currency_has_the_rate_of_the_sale(tmp_path: Path, clock: ManualClock) -> None:
    """So that sale and credit meet on the receivable; the rate of the day would leave a difference."""
    order = replace(ORDER, currency="EUR")
    books = Books(tmp_path, clock, order, orders={"exchange_rates": "EUR 11.45"})
    document = books.credit("574.00")
    assert document.gross == -Decimal("574.00") * Decimal("11.45")
    assert "EUR -574.00 kurs 11.45" in document.payload
    assert set(books.left().values()) == {Decimal(0)}


def test_credit_larger_than_its_voucher_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    """And one whose original's total nobody knows is made."""
    books = Books(tmp_path, clock, ORDER)
    books.original = replace(books.original, gross=Decimal("573.99"))
    with pytest.raises(Rejected, match="larger than document W1"):
        books.credit("574.00")
    books.original = replace(books.original, gross=None)
    assert books.credit("574.00").number == "W2"


@pytest.mark.parametrize(
    ("purpose", "word"), [(Purpose.CHANGE, "ändrad order"), (Purpose.CANCEL, "makulerad order")]
)
def test_other_corrections_say_what_they_are_for(
    tmp_path: Path, clock: ManualClock, purpose: Purpose, word: str
) -> None:
    """An edit or a cancellation takes back in the same way."""
    books = Books(tmp_path, clock, ORDER)
    key = Key(ORDER.ref, purpose, "abc" if purpose is Purpose.CHANGE else "")
    document = books.sie.put_correction(books.correction("574.00"), key, books.original)
    assert f"Kredit av W1, {word}" in document.payload
    assert [found.kind for found in books.sie.find_document(key)] == [DocumentKind.CREDIT]
