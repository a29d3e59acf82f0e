"""Journals: a voucher's entries are drafts until somebody books the journal (economic facts, section 10) [D19].

REST has no call that books a journal; a person or the newer services do it: ``book_journal`` here. Of a customer's
payment no document says which sign the amount has, so both bring the remainder towards nothing [I].
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from bridge.sim.economic.call import Call, Reply, Route, absent
from bridge.sim.economic.errors import CLOSED, MISSING, NO_ACCOUNT
from bridge.sim.economic.listing import collection, whole
from bridge.sim.economic.registers import account_ref
from bridge.sim.economic.shape import Checker
from bridge.sim.economic.state import Entry, State
from bridge.sim.economic.tables import VOUCHER

__all__ = ["ROUTES", "book_journal", "settle"]

Body = dict[str, Any]
KINDS: Final = {"customerPayments": "customerPayment", "financeVouchers": "financeVoucher"}
HOME: Final = "journals-experimental"


def _journal_json(state: State, number: int) -> Body:
    journal, home = state.company.journals[number], state.link(HOME, number)
    shown: Body = {
        "journalNumber": number,
        "name": journal.name,
        "entries": f"{home}/entries",
        "vouchers": f"{home}/vouchers",
        "templates": {
            "financeVoucher": f"{home}/templates/financeVoucher",
            "manualCustomerInvoice": f"{home}/templates/manualCustomerInvoice",
            "self": f"{home}/templates",
        },
        "self": home,
    }
    if journal.contra is not None:
        shown["settings"] = {"contraAccounts": {"customerPayments": account_ref(state, journal.contra)}}
    return shown


def _entry_json(state: State, entry: Entry) -> Body:
    home = state.link(HOME, entry.journal)
    body = entry.body
    shown: Body = {
        "entryType": KINDS[entry.kind],
        "journalEntryNumber": entry.number,
        "amount": body["amount"],
        "amountDefaultCurrency": body["amount"] * _rate(state, body) / 100,
        "currency": {"code": _code(state, body), "self": state.link("currencies", _code(state, body))},
        "exchangeRate": _rate(state, body),
        "date": body["date"],
        "journal": {"journalNumber": entry.journal, "self": home},
        "voucher": {
            "accountingYear": {"year": entry.year, "self": state.link("accounting-years", entry.year)},
            "voucherNumber": entry.voucher,
            "self": f"{home}/vouchers/{entry.year}-{entry.voucher}",
        },
        "self": f"{home}/entries/{entry.number}",
    }
    for name in ("text", "customerInvoice"):
        if name in body:
            shown[name] = body[name]
    if "customer" in body:
        number = body["customer"]["customerNumber"]
        shown["customer"] = {"customerNumber": number, "self": state.link("customers", number)}
    for name in ("contraAccount", "account"):
        if name in body:
            shown[name] = account_ref(state, body[name]["accountNumber"])
    return shown


def _voucher_json(state: State, journal: int, year: str, number: int) -> Body:
    home = state.link(HOME, journal)
    entries: Body = {}
    for entry in state.entries.values():
        if (entry.journal, entry.year, entry.voucher) == (journal, year, number):
            row = _entry_json(state, entry)
            row["voucher"] = {"voucherNumber": number, "self": row["voucher"]["self"]}
            entries.setdefault(entry.kind, []).append(row)
    return {
        "accountingYear": {"year": year, "self": state.link("accounting-years", year)},
        "journal": {"journalNumber": journal, "self": home},
        "entries": entries,
        "voucherNumber": number,
        "self": f"{home}/vouchers/{year}-{number}",
    }


def _code(state: State, body: Body) -> str:
    return str(body.get("currency", {}).get("code", state.company.base_currency))


def _rate(state: State, body: Body) -> Decimal:
    code = _code(state, body)
    own = Decimal("100.000000")
    return (
        own
        if code == state.company.base_currency
        else Decimal(body.get("exchangeRate", state.company.daily_rates.get(code, own)))
    )


# --- reading


def _listed(call: Call) -> Reply:
    rows = (_journal_json(call.state, number) for number in call.state.company.journals)
    return collection(call, "journals", whole(rows), by="journalNumber")


def _known(call: Call, number: int) -> int:
    if number not in call.state.company.journals:
        raise absent()
    return number


def _single(call: Call, number: int) -> Reply:
    return Reply(data=_journal_json(call.state, _known(call, number)))


def _entries(call: Call, number: int) -> Reply:
    found = (entry for entry in call.state.entries.values() if entry.journal == _known(call, number))
    rows = (_entry_json(call.state, each) for each in found)
    return collection(call, "entries", whole(rows), by="journalEntryNumber")


def _vouchers(call: Call, number: int) -> Reply:
    state = call.state
    keys = dict.fromkeys(
        (entry.year, entry.voucher)
        for entry in state.entries.values()
        if entry.journal == _known(call, number)
    )
    rows = (_voucher_json(state, number, year, voucher) for year, voucher in keys)
    return collection(call, "registers", whole(rows), by="voucherNumber")


def _voucher(call: Call, journal: int, name: str) -> Reply:
    year, _, number = name.rpartition("-")
    shown = _voucher_json(call.state, _known(call, journal), year, int(number) if number.isdigit() else 0)
    if not shown["entries"]:
        raise absent()
    return Reply(data=shown)


def _delete_entry(call: Call, journal: int, number: int) -> Reply:
    entry = call.state.entries.get(number)
    if entry is None or entry.journal != journal:
        raise absent()
    del call.state.entries[number]
    return Reply(status=204)


# --- writing


def _post(call: Call, journal: int) -> Reply:
    """One voucher or a list of them; the answer is a list (bulk is documented [D19], a list recorded [L]).

    The problems' tree begins with the place in the list and calls every kind of entry ``entries`` [L].
    """
    _known(call, journal)
    state = call.state
    given = call.body if isinstance(call.body, list) else [call.body]
    bodies, checkers = [], []
    for place, one in enumerate(given):
        checker = call.checker()
        body = checker.document(one, VOUCHER)
        _check(state, checker, body)
        bodies.append(body)
        checkers.append((place, checker))
    whole = call.checker()
    for place, checker in checkers:
        for problem in checker.problems.found:
            path = tuple(part for part in problem.path if part not in KINDS)
            whole.problems.add(
                (place, *path), problem.message, code=problem.code, value=problem.value, hint=problem.hint
            )
    whole.problems.settle()
    made = [_store(state, journal, body) for body in bodies]
    rows = [_voucher_json(state, journal, year, number) for year, number in made]
    return Reply(data=rows, status=201, headers={"Location": rows[0]["self"]} if rows else {})


def _check(state: State, checker: Checker, body: Body) -> None:
    year = body.get("accountingYear", {}).get("year")
    if year is not None and year not in state.company.years:
        checker.missing(("accountingYear",), "accounting-years", year)
    for kind in KINDS:
        for place, entry in enumerate(body.get("entries", {}).get(kind, [])):
            _check_entry(state, checker, entry, ("entries", kind, place), year)


def _check_entry(state: State, checker: Checker, entry: Body, path: tuple[str | int, ...], year: Any) -> None:
    problems = checker.problems
    refused = any(problems.at((*path, name)) for name in ("customer", "contraAccount", "account"))
    if not refused and not {"customer", "contraAccount", "account"} & set(entry):
        # customer or contra account (section 10) [D19]
        problems.add((*path, "customer"), "customer or contraAccount is required.", code=MISSING)
    code = entry.get("currency", {}).get("code")
    if code is not None and code not in state.company.currencies:
        checker.missing((*path, "currency"), "currencies", code)
    day = entry.get("date")
    readable = day is not None and not problems.at((*path, "date"))
    if readable and state.company.year_of(date.fromisoformat(str(day))) != year:
        hint = "You cannot create an entry with a date that is barred in the accounting year."
        value = {"voucherAccountingYear": year, "entryDate": day}
        problems.add((*path, "date"), "Perioden är spärrad.", code=CLOSED, value=value, hint=hint)
    account = entry.get("contraAccount", {}).get("accountNumber")
    if account is not None and state.company.accounts[account].barred:
        problems.add(
            (*path, "contraAccount"), f"Account '{account}' not found.", code=NO_ACCOUNT, value=account
        )


def _store(state: State, journal: int, body: Body) -> tuple[str, int]:
    year = body["accountingYear"]["year"]
    voucher = body.get("voucherNumber") or state.next("voucher")
    for kind in KINDS:
        for entry in body.get("entries", {}).get(kind, []):
            number = state.next("entry")
            state.entries[number] = Entry(
                number=number, journal=journal, year=year, voucher=voucher, kind=kind, body=entry
            )
    return year, voucher


# --- booking


def settle(state: State, invoice: int, amount: Decimal) -> None:
    """A payment that is in the books: the remainder comes so much nearer to nothing."""
    doc = state.booked.get(invoice)
    if doc is not None:
        sign = 1 if doc.totals.gross >= 0 else -1
        doc.paid += sign * abs(amount)
        doc.touched = state.now


def book_journal(state: State, number: int) -> int:
    """Somebody books the journal: its entries are in the books; returns how many there were."""
    found = [entry for entry in state.entries.values() if entry.journal == number]
    for entry in found:
        del state.entries[entry.number]
        state.history.append(entry)
        if entry.kind == "customerPayments" and "customerInvoice" in entry.body:
            settle(state, entry.body["customerInvoice"], entry.body["amount"])
    return len(found)


def _routes(home: str) -> list[Route]:
    return [
        ("GET", home, "Bookkeeping", _listed),
        ("GET", f"{home}/:n", "Bookkeeping", _single),
        ("GET", f"{home}/:n/entries", "Bookkeeping", _entries),
        ("DELETE", f"{home}/:n/entries/:n", "Bookkeeping", _delete_entry),
        ("GET", f"{home}/:n/vouchers", "Bookkeeping", _vouchers),
        ("POST", f"{home}/:n/vouchers", "Bookkeeping", _post),
        ("GET", f"{home}/:n/vouchers/:s", "Bookkeeping", _voucher),
    ]


ROUTES: list[Route] = [*_routes("/journals"), *_routes("/journals-experimental")]
"""The documented path of 2019 and the one clients use today (section 10)."""
