"""Which field of e-conomic gets what: the tables everything is sent by, under the headings docs show them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.erps.economic.mapping_customers import BILLING, DELIVERY, EMAIL, SETTINGS
from bridge.erps.economic.mapping_fields import OWN
from bridge.erps.economic.mapping_goods import NEW, PRODUCT
from bridge.erps.economic.mapping_payments import ENTRY
from bridge.erps.economic.mapping_tables import HEAD, LINE
from bridge.erps.fields import Field

__all__ = ["MATRIX"]

MATRIX: Final[Mapping[str, Sequence[Field[Any]]]] = {
    "Order, invoice and credit": HEAD,
    "Row": LINE,
    "Fields a checkout field may be sent to": tuple(OWN.values()),
    "Payment": ENTRY,
    "Customer": (*SETTINGS, *BILLING, *EMAIL),
    "Place of delivery of a customer": DELIVERY,
    "Article made for an order": NEW,
    "Article from the shop's products": PRODUCT,
}
