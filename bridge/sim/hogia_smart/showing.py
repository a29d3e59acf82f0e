"""An invoice as the older versions answer it: the whole of it (Hogia facts, section 2.3) [2+ fields, values INF]."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bridge.sim.hogia_smart.reckoning import distribution
from bridge.sim.hogia_smart.state import Invoice, Line, State

__all__ = ["invoice_json"]


def invoice_json(state: State, invoice: Invoice) -> dict[str, Any]:
    """Amounts in the invoice's own currency; a state's name was nowhere seen [UNK]."""
    closed = not invoice.left or invoice.cancelled
    shares = distribution(invoice.lines, by=state.habits.vat_rounding)
    return {
        "id": invoice.id,
        "version": 1,
        "rowVersion": 1,
        "organizationId": state.company.id,
        "sequenceId": invoice.sequence,
        "invoiceHeader": _header(state, invoice),
        "currencyInfo": {
            "exchangeRate": invoice.rate,
            "currency": {"code": invoice.currency, "decimals": 2},
            "accountingCurrency": {"code": state.company.currency, "decimals": 2},
        },
        "invoiceLines": [_line(line, place) for place, line in enumerate(invoice.lines)],
        "vatDistributions": [{"percent": rate, "amount": amount} for rate, amount in shares.items()],
        "netAmount": invoice.net,
        "vatAmount": invoice.vat,
        "grossAmount": invoice.gross - invoice.rounding,
        "roundingAmount": invoice.rounding,
        "amountToPay": invoice.gross,
        "amountPaid": invoice.paid,
        "amountLeftToPay": invoice.left,
        "isReverseCharge": invoice.reverse,
        "isClosed": closed,
        "isBilled": False,
        "isCanceled": invoice.cancelled,
        "isCustomerPaid": not invoice.left,
        "customerInvoiceState": "Closed" if closed else "Open",
        "customerInvoiceEvents": [
            {
                "id": each["id"],
                "customerInvoiceEventType": "Payment",
                "date": state.habits.shown(each["date"]),
                "amount": each["amount"],
                "paymentAccountNumber": each["accountNumber"],
            }
            for each in invoice.payments
        ],
    }


def _header(state: State, invoice: Invoice) -> dict[str, Any]:
    """As it was sent, with number and OCR; a distribution method comes back as a word [1], here left out."""
    sent = {name: value for name, value in invoice.header.items() if name != "distributionMethod"}
    shown = state.habits.shown
    return {
        **sent,
        "invoiceDate": shown(invoice.dated),
        "invoiceExpirationDate": shown(invoice.due) if invoice.due else None,
        "invoiceNumber": invoice.number,
        "ocr": invoice.header.get("ocr") or _ocr(invoice.number),
    }


def _ocr(number: int) -> str:
    """The number with a check digit by Luhn, as Swedish payment references have it."""
    digits = [int(char) * (2 if place % 2 == 0 else 1) for place, char in enumerate(reversed(str(number)))]
    total = sum(digit - 9 if digit > 9 else digit for digit in digits)
    return f"{number}{-total % 10}"


def _line(line: Line, place: int) -> dict[str, Any]:
    if line.account is None:
        return {"lineIndex": place, "type": "TextInvoiceLine", "name": line.name}
    return {
        "lineIndex": place,
        "type": "InvoiceLine",
        "name": line.name,
        "unitPrice": line.price,
        "unitType": line.unit,
        "quantity": line.quantity,
        "discountPercent": line.discount,
        "vat": {"percent": line.rate, "accountNumber": line.vat_account},
        "salesAccountNumber": line.account,
        "netAmount": line.net,
        "vatAmount": line.vat,
        "grossAmount": line.net + line.vat,
        "discount": Decimal("0.00") if not line.discount else line.price * line.quantity - line.net,
    }
