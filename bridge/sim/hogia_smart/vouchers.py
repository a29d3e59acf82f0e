"""Voucher drafts and final vouchers; debit is positive, credit negative (Hogia facts, section 2.3) [2+, 1]."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from bridge.sim.hogia_smart.company import Year, guid
from bridge.sim.hogia_smart.errors import Refusal
from bridge.sim.hogia_smart.registers import year_by_id
from bridge.sim.hogia_smart.shape import Shape, clean, shape
from bridge.sim.hogia_smart.state import Body, Call, Reply, Route, State, Voucher

__all__ = ["ROUTES"]

TYPES: Final = frozenset(
    "Unspecified SupplierInvoice AutoVat SupplierInvoicePayment CustomerInvoice CustomerInvoicePayment".split()
)
"""From the vendor's own message [1]."""

DRAFT: Final[Shape] = shape("""
    sequenceId guid
    voucherDraft! object
    voucherDraft.voucherDate! day
    voucherDraft.voucherType! text 50
    voucherDraft.text text 255
    voucherDraft.currencyCode text 3
    voucherDraft.series text 5
    voucherDraftRows! list
    voucherDraftRows.accountNumber! whole
    voucherDraftRows.amount! number 2
    voucherDraftRows.numberOf number 4
    voucherDraftRows.text text 255
    voucherDraftRows.specification text 255
    voucherDraftRows.projectNumber text 50
    voucherDraftRows.dimensions list
    voucherDraftRows.dimensions.dimensionNumber! text 50
    voucherDraftRows.dimensions.dimensionLevel whole
    voucherDraftRows.dimensions.accountType whole
""")

VOUCHER: Final[Shape] = shape("""
    sequenceId! guid
    date! day
    typeDto! text 50
    text text 255
    serie text 5
    currencyId guid
    number whole
    invoiceId guid
    invoiceNumber text 50
    parentId guid
    accrualTypeDto text 50
    voucherRows! list
    voucherRows.accountNumber! whole
    voucherRows.amount! number 2
    voucherRows.numberOf number 4
    voucherRows.rowNumber whole
    voucherRows.text text 255
    voucherRows.specification text 255
    voucherRows.projectNumber text 50
    voucherRows.voucherRowDimensions list
    voucherRows.voucherRowDimensions.dimensionNumber! text 50
    voucherRows.voucherRowDimensions.dimensionLevel whole
""")


def _post_draft(call: Call) -> Reply:
    """201 with the new GUID as a bare text [2+]."""
    call.only()
    state = call.state
    body = clean(call.body, DRAFT)
    head, rows = body["voucherDraft"], body["voucherDraftRows"]

    def work() -> Reply:
        _kind(head["voucherType"])
        if head.get("currencyCode"):
            state.known_currency(head["currencyCode"])
        _series(state, head.get("series"))
        _rows(state, rows, state.year(head["voucherDate"]))
        draft = Voucher(id=state.fresh("draft"), head=head, rows=rows)
        state.drafts[draft.id] = draft
        return Reply(data=draft.id, status=201)

    return state.once("draft", body.get("sequenceId"), work)


def _draft(call: Call, own: str) -> Reply:
    """As it was sent; what else it has is [UNK]."""
    call.only()
    draft = call.state.drafts.get(own.lower())
    if draft is None:
        raise Refusal("There is no such voucher draft.", status=404)
    head = {**draft.head, "voucherDate": call.state.habits.shown(draft.head["voucherDate"])}
    return Reply(data={"id": draft.id, "voucherDraft": head, "voucherDraftRows": draft.rows})


def _post_voucher(call: Call, year_id: str) -> Reply:
    """The voucher with its number (section 2.2) [1]; without a number sent it is the next of its series [INF]."""
    call.only()
    state = call.state
    year = year_by_id(state, year_id)
    body = clean(call.body, VOUCHER)
    rows = body["voucherRows"]

    def work() -> Reply:
        _kind(body["typeDto"])
        _series(state, body.get("serie"))
        if "currencyId" in body and body["currencyId"] not in {
            guid("currency", each) for each in state.company.currencies
        }:
            raise Refusal("The currency is not registered.", rule=True)
        if not year.first <= body["date"] <= year.last:
            raise Refusal("The date is outside the financial year.", rule=True)
        _rows(state, rows, year)
        voucher = Voucher(id=state.fresh("voucher"), head=body, rows=rows, number=_number(state, body, year))
        state.vouchers[voucher.id] = voucher
        return Reply(data=_json(state, voucher, year), status=201)

    return state.once("voucher", body["sequenceId"], work)


def _number(state: State, body: Body, year: Year) -> int:
    taken = {
        each.number
        for each in state.vouchers.values()
        if each.head.get("serie") == body.get("serie") and year.first <= each.head["date"] <= year.last
    }
    number = body.get("number") or 1 + max((each for each in taken if each is not None), default=0)
    if number in taken:
        raise Refusal(f"The voucher number {number} is taken.", rule=True)
    return int(number)


def _json(state: State, voucher: Voucher, year: Year) -> dict[str, Any]:
    return {
        **voucher.head,
        "id": voucher.id,
        "financialYearId": year.id,
        "number": voucher.number,
        "date": state.habits.shown(voucher.head["date"]),
        "voucherRows": voucher.rows,
    }


def _kind(name: str) -> None:
    if name not in TYPES:
        raise Refusal(f"Invalid Voucher type, valid Values ({','.join(sorted(TYPES))}", rule=True)


def _series(state: State, name: str | None) -> None:
    if name and name not in state.company.series:
        raise Refusal(f"The series {name} does not exist.", rule=True)


def _rows(state: State, rows: list[Body], year: Year) -> None:
    """Two or more, on accounts that are there, balanced (section 4) [INF].

    One client's test sends a single row in a draft and does not show the answer: a draft may well take more.
    """
    for row in rows:
        state.account(row["accountNumber"], year)
        state.check_objects(row)
    total = sum((row["amount"] for row in rows), Decimal(0))
    if total or len(rows) < 2:
        raise Refusal(f"The voucher does not balance: {total}.", rule=True)


ROUTES: Final[list[Route]] = [
    ("POST", "voucherdrafts", _post_draft),
    ("GET", "voucherdrafts/*", _draft),
    ("POST", "financialyears/*/vouchers", _post_voucher),
]
