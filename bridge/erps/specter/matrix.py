"""Which parameter of Specter gets what: the tables everything is sent by, under the headings docs show them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.erps.fields import Field
from bridge.erps.specter.mapping import ORDER
from bridge.erps.specter.mapping_articles import PRODUCT
from bridge.erps.specter.mapping_customers import CUSTOMER, FLAGS
from bridge.erps.specter.mapping_payments import PAYMENT
from bridge.erps.specter.mapping_rows import ROWS

__all__ = ["MATRIX"]

MATRIX: Final[Mapping[str, Sequence[Field[Any]]]] = {
    "Order": ORDER,
    "Payment of the order": PAYMENT,
    "Row": ROWS,
    "Customer": CUSTOMER,
    "How the customer is matched": FLAGS,
    "Article": PRODUCT,
}
