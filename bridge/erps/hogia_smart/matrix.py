"""Which field of Hogia gets what: the tables everything is sent by, under the headings docs show them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.erps.fields import Field
from bridge.erps.hogia_smart.mapping_customers import ADDRESS, BILLING, EMAIL
from bridge.erps.hogia_smart.mapping_lines import NEWER_LINE, NEWER_TEXT, OLDER_LINE, OLDER_TEXT
from bridge.erps.hogia_smart.mapping_payments import DRAFT, PAYMENT, ROW
from bridge.erps.hogia_smart.mapping_tables import NEWER_HEAD, OLDER_HEAD

__all__ = ["MATRIX"]

MATRIX: Final[Mapping[str, Sequence[Field[Any]]]] = {
    "Invoice and credit, older body (profile a_2024_11)": OLDER_HEAD,
    "Priced row, older body": OLDER_LINE,
    "Text row, older body": OLDER_TEXT,
    "Invoice and credit, newer body (profile a_2025_03)": NEWER_HEAD,
    "Priced row, newer body (invoiceLine)": NEWER_LINE,
    "Text row, newer body (textInvoiceLine)": NEWER_TEXT,
    "Customer": (*BILLING, *EMAIL),
    "Address of a customer": ADDRESS,
    "Payment of an invoice (payment.way = invoice)": PAYMENT,
    "Payment as a draft of a voucher (payment.way = voucher_draft)": DRAFT,
    "Row of that draft": ROW,
}
