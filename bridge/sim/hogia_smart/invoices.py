"""Customer invoices: two bodies in, one invoice out, and payments of it (Hogia facts, sections 2.2 and 2.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from bridge.sim.hogia_smart.bodies import NEWER, OLDER, PAYMENT
from bridge.sim.hogia_smart.company import Company, Year
from bridge.sim.hogia_smart.errors import Refusal
from bridge.sim.hogia_smart.listing import PAGING, paged
from bridge.sim.hogia_smart.reckoning import distribution, reckoned, rounding_of
from bridge.sim.hogia_smart.shape import clean
from bridge.sim.hogia_smart.showing import invoice_json
from bridge.sim.hogia_smart.state import Body, Call, Invoice, Line, Reply, Route, State

__all__ = ["ROUTES", "pay"]


def _post(call: Call) -> Reply:
    """The version's own body and no other; the older answers the whole invoice [2+], the newer its GUID [1]."""
    call.only()
    state = call.state
    newer = state.habits.is_newer(call.version)
    body = clean(call.body, NEWER if newer else OLDER)
    if not body["invoiceLines"]:
        raise Refusal("The field invoiceLines must have at least one line.", field="invoiceLines")  # [INF]

    def work() -> Reply:
        invoice = _newer(state, body) if newer else _older(state, body)
        state.invoices[invoice.id] = invoice
        return Reply(data=invoice.id if newer else invoice_json(state, invoice), status=201)

    return state.once("invoice", body["sequenceId"], work)


def _older(state: State, body: Body) -> Invoice:
    """Everything stands in the body: the customer's name, the VAT of every line, the exchange rate."""
    company, header, money = state.company, body["invoiceHeader"], body["currencyInfo"]
    year = state.year(header["invoiceDate"])
    currency = state.known_currency(money["currency"]["code"])
    home = money.get("accountingCurrency", {}).get("code", company.currency)
    if home != company.currency:
        raise Refusal(f"The accounting currency is {company.currency}.", rule=True)  # [INF]
    rate = money.get("exchangeRate", Decimal(1) if currency == company.currency else None)
    if rate is None or rate <= 0 or (currency == company.currency and rate != 1):
        raise Refusal("The exchange rate is missing or wrong.", field="currencyInfo.exchangeRate")  # [INF]
    if header["customer"].get("number"):
        state.customer(header["customer"]["number"])
    for name in ("customerDebtAccountNumber", "roundingAccountNumber"):
        if name in body:
            state.account(body[name], year)
    state.check_objects(body)
    reverse = body.get("isReverseCharge", False)
    if reverse and not header["customer"].get("vatNumber"):
        raise Refusal("Reverse charge needs the customer's VAT number.", rule=True)  # [INF]
    lines = [_older_line(state, each, year, reverse=reverse) for each in body["invoiceLines"]]
    factor = money.get("roundingFactor", Decimal(0))
    if factor and "roundingAccountNumber" not in body:
        raise Refusal("Rounding needs an account.", field="roundingAccountNumber")  # [INF]
    return _made(state, body["sequenceId"], header, lines, money=(currency, rate, factor), reverse=reverse)


def _older_line(state: State, line: Body, year: Year, *, reverse: bool) -> Line:
    if line["type"] == "TextInvoiceLine":
        return Line(name=line["name"])
    if line["type"] != "InvoiceLine":
        raise Refusal(f"The line type {line['type']} does not exist.", rule=True)
    missing = [each for each in ("unitPrice", "quantity", "vat", "salesAccountNumber") if each not in line]
    if missing:
        raise Refusal("The field is required.", field=f"invoiceLines.{missing[0]}")  # [INF]
    state.account(line["salesAccountNumber"], year)
    state.check_objects(line)
    rate, account = line["vat"]["percent"], line["vat"].get("accountNumber")
    if rate not in {each.rate for each in state.company.vat_codes.values()}:
        raise Refusal(f"The VAT {rate} is none of the company's.", rule=True)  # a fraction [2+]; check [INF]
    if reverse and rate:
        raise Refusal("A line of an invoice with reverse charge has VAT.", rule=True)  # [INF]
    if rate and account is None:
        raise Refusal("VAT needs an account.", field="invoiceLines.vat.accountNumber")  # [INF]
    if account is not None:
        state.account(account, year)
    return Line(
        name=line["name"],
        unit=line.get("unitType", ""),
        quantity=line["quantity"],
        price=_price(line["unitPrice"]),
        discount=_discount(line),
        rate=rate,
        account=line["salesAccountNumber"],
        vat_account=account,
    )


def _newer(state: State, body: Body) -> Invoice:
    """The customer, the articles and the VAT come from the registers; VAT follows the sales account.

    So the sister interface says (section 3) [1], and the newer line has no field for VAT [1]: [INF].
    """
    header = body["customerInvoice"]
    year = state.year(header["invoiceDate"])
    currency = state.known_currency(header["currency"]["code"])
    customer = state.customer(header["customerNumber"])
    state.check_objects(header)
    reverse = header.get("isReverseCharge", customer.body.get("customer", {}).get("isReverseCharge", False))
    if reverse and not customer.body.get("vatNumber"):
        raise Refusal("Reverse charge needs the customer's VAT number.", rule=True)  # [INF]
    lines = [_newer_line(state, each, year, place) for place, each in enumerate(body["invoiceLines"])]
    if reverse and any(line.rate for line in lines):
        raise Refusal("A line of an invoice with reverse charge has VAT.", rule=True)  # [INF]
    money = (currency, state.company.currencies[currency], Decimal(0))
    return _made(state, body["sequenceId"], header, lines, money=money, reverse=reverse)


def _newer_line(state: State, line: Body, year: Year, place: int) -> Line:
    """Exactly one of the three kinds (section 2.3) [1]."""
    if len(line) != 1:
        raise Refusal("A line has exactly one kind.", field=f"invoiceLines[{place}]")
    ((kind, row),) = line.items()
    if kind == "textInvoiceLine":
        return Line(name=row["description"])
    state.check_objects(row)
    if kind == "itemInvoiceLine":
        item = state.company.items.get(row["itemNumber"])
        if item is None:
            raise Refusal(f"The article {row['itemNumber']} does not exist.", rule=True)
        name, number, price, unit = item.name, item.account, item.price, "st"
    else:
        name, number = row["description"], row["salesAccountNumber"]
        price, unit = _price(row["unitPrice"]), row.get("unitType", "")
    account = state.account(number, year)
    code = state.company.vat_codes.get(account.vat) if account.vat is not None else None
    return Line(
        name=name,
        item=row.get("itemNumber", ""),
        unit=unit,
        quantity=row["quantity"],
        price=price,
        discount=_discount(row),
        rate=code.rate if code else Decimal(0),
        account=number,
        vat_account=code.account if code else None,
    )


def _price(price: Decimal) -> Decimal:
    """What goes back has a negative quantity (section 3) [1]; that a price may not be negative is [INF]."""
    if price < 0:
        raise Refusal("A price cannot be negative.", field="invoiceLines.unitPrice")
    return price


def _discount(line: Body) -> Decimal:
    """Percent, unlike VAT: 10 was seen, and nobody gives ten times the price [1, INF]."""
    discount = Decimal(line.get("discountPercent", 0))
    if not 0 <= discount <= 100:
        raise Refusal("A discount is 0 to 100.", field="invoiceLines.discountPercent")
    return discount


def _made(
    state: State,
    sequence: str,
    header: Body,
    lines: list[Line],
    *,
    money: tuple[str, Decimal, Decimal],
    reverse: bool,
) -> Invoice:
    """The invoice with a number of its own, or the one it was sent, if that is free [INF]."""
    taken = {each.number for each in state.invoices.values()}
    number = header.get("invoiceNumber") or _free(state.company, taken)
    if number in taken:
        raise Refusal(f"The invoice number {number} is taken.", rule=True)
    due = header.get("invoiceExpirationDate")
    if due is not None and due < header["invoiceDate"]:
        raise Refusal("The invoice is due before its date.", rule=True)  # [INF]
    currency, rate, factor = money
    invoice = Invoice(
        id=state.fresh("invoice"),
        number=number,
        header=header,
        dated=header["invoiceDate"],
        due=due,
        currency=currency,
        rate=rate,
        reverse=reverse,
        lines=reckoned(lines),
        sequence=sequence,
    )
    shares = distribution(invoice.lines, by=state.habits.vat_rounding)
    invoice.vat = sum(shares.values(), Decimal("0.00"))
    invoice.rounding = rounding_of(invoice.gross, factor)
    return invoice


def _free(company: Company, taken: set[int]) -> int:
    while company.next_invoice in taken:
        company.next_invoice += 1
    company.next_invoice += 1
    return company.next_invoice - 1


# --- what is done with one later


def _pay(call: Call, own: str) -> Reply:
    """Section 2.2 [1]; the answer is [UNK]: here the payment's GUID, bare as in other new answers [INF]."""
    call.only()
    invoice = _found(call.state, own)
    body = clean(call.body, PAYMENT)
    sequence = body.pop("sequenceId", None)
    return call.state.once(
        f"payment {own}", sequence, lambda: Reply(data=pay(call.state, invoice, body), status=201)
    )


def pay(state: State, invoice: Invoice, body: Body) -> str:
    """Book a payment; its GUID. More than is left, or the wrong way, is refused [INF].

    Raises:
        Refusal: it cannot be booked.
    """
    state.account(body["accountNumber"], state.year(body["date"]))
    amount, left = body["amount"], invoice.left
    if invoice.cancelled or not amount or amount * left <= 0 or abs(amount) > abs(left):
        raise Refusal(f"The invoice cannot be paid with {amount}: {left} is left.", rule=True)
    own = state.fresh("payment")
    invoice.payments.append({**body, "id": own})
    return own


def _list(call: Call) -> Reply:
    """Only with ``Habits.lists_invoices``; the filters are made up of the fields' names [UNK]."""
    _readable(call.state, 405)
    names = {name.lower(): name for name in ("customerOrderNumber", "invoiceReference", "invoiceNumber")}
    call.only(*PAGING, *names)
    asked = {names[name]: text for name, text in call.args.items() if name in names}
    found = [each for each in call.state.invoices.values() if _fits(each, asked)]
    return paged(call, found, lambda each: invoice_json(call.state, each))


def _fits(invoice: Invoice, asked: dict[str, str]) -> bool:
    seen: dict[str, Any] = {**invoice.header, "invoiceNumber": invoice.number}
    return all(str(seen.get(name, "")) == text for name, text in asked.items())


def _one(call: Call, own: str) -> Reply:
    _readable(call.state, 404)
    call.only()
    return Reply(data=invoice_json(call.state, _found(call.state, own)))


def _readable(state: State, status: int) -> None:
    if not state.habits.lists_invoices:
        raise Refusal("Not found." if status == 404 else "The method is not allowed.", status=status)


def _found(state: State, own: str) -> Invoice:
    invoice = state.invoices.get(own.lower())
    if invoice is None:
        raise Refusal("There is no such invoice.", status=404)
    return invoice


ROUTES: Final[list[Route]] = [
    ("POST", "customerinvoices", _post),
    ("GET", "customerinvoices", _list),
    ("GET", "customerinvoices/*", _one),
    ("POST", "customerinvoices/*/payments", _pay),
]
