"""Which field of Fortnox gets what: the tables everything is sent by, under the headings docs show them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.erps.fields import Field
from bridge.erps.fortnox.mapping_articles import ARTICLE, PRODUCT
from bridge.erps.fortnox.mapping_customers import NEW
from bridge.erps.fortnox.mapping_head import INVOICE, ORDER
from bridge.erps.fortnox.mapping_payments import PAYMENT
from bridge.erps.fortnox.mapping_rows import ROWS, TEXT_ROWS

__all__ = ["MATRIX"]

MATRIX: Final[Mapping[str, Sequence[Field[Any]]]] = {
    "Order": ORDER,
    "Invoice and credit": INVOICE,
    "Row": ROWS,
    "Text row": TEXT_ROWS,
    "Payment": PAYMENT,
    "Customer": NEW,
    "Article made for an order": ARTICLE,
    "Article from the shop's products": PRODUCT,
}
