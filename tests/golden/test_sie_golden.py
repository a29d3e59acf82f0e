"""Telling orders as the exact files they become. After a wanted change: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.erps.sie.checker import check_bytes
from bridge.model.orders import Address, Customer, LineKind, Order, OrderRef, Payment, TaxPart, Totals
from tests.builders import NOON, a_line, an_order
from tests.support.golden import Golden
from tests.support.sie import VOUCHER, a_sie, key_of

GOLDEN = Golden("sie", suffix=".si")
SETTINGS = {"orders": {"exchange_rates": "EUR 11.455"}, "payments": {"kco": "1581"},
            "accounts": {"service_skus": "KURS-", "service_oss": "3309", "gift_card_skus": "GIFT-"}}  # fmt: skip


def _company(country: str = "SE", **changes: str) -> Customer:
    address = Address(company="Müller Handels GmbH", country=country)
    return Customer(billing=address, shipping=address, **changes)


MIXED = (
    a_line("165.60", "41.40"),
    a_line("141.07", "16.93", percent="12", id="2"),
    a_line("178.30", "10.70", percent="6", id="3"),
    a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="4"),
)

ORDERS: dict[str, Order] = {
    "plain": an_order(),
    "mixed_vat_shipping_fee": an_order(*MIXED, a_line("29.00", "7.25", kind=LineKind.FEE, id="5")),
    "coupon": an_order(
        a_line("716.40", "179.10", net_before=Decimal("796.00"), tax_before=Decimal("199.00")), MIXED[3]
    ),
    "discount_fee_over_two_rates": an_order(
        a_line("796.00", "199.00"), a_line("70.54", "8.46", percent="12", id="2"),
        a_line("-80.00", "-19.19", kind=LineKind.DISCOUNT, id="3", taxes=(
            TaxPart(rate_id="25", tax=Decimal("-18.44")), TaxPart(rate_id="12", tax=Decimal("-0.75")))),
    ),
    "gift_card": an_order(a_line(), a_line("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="2")),
    "klarna_rounding": an_order(
        payment=Payment(method="kco", paid_at=NOON), totals=Totals(gross=Decimal("100.03"), tax=Decimal("20.00"))
    ),
    "germany_consumer": an_order(a_line("796.00", "151.24", percent="19"), country="DE"),
    "germany_company_euro": an_order(
        a_line("139.00", "0.00", percent="0"), currency="EUR", customer=_company("DE", vat_number="DE123456789")
    ),
    "germany_consumer_freight_and_course": an_order(
        a_line("100.00", "19.00", percent="19"),
        a_line("50.00", "9.50", percent="19", id="2", sku="KURS-1"),
        a_line("10.00", "1.90", percent="19", id="3", kind=LineKind.SHIPPING),
        country="DE",
    ),
    "germany_company_freight_and_coupon": an_order(
        a_line("90.00", "0.00", percent="0", net_before=Decimal("100.00"), tax_before=Decimal(0)),
        a_line("10.00", "0.00", percent="0", id="2", kind=LineKind.SHIPPING),
        customer=_company("DE", vat_number="DE129273398"),
    ),
    "aland_freight_and_fee": an_order(
        a_line("100.00", "0.00", percent="0"),
        a_line("10.00", "0.00", percent="0", id="2", kind=LineKind.SHIPPING),
        a_line("5.00", "0.00", percent="0", id="3", kind=LineKind.FEE),
        customer=Customer(shipping=Address(company="Sjökvarteret Ab", country="FI", postcode="22100")),
    ),
    "gift_card_sold": an_order(a_line("500.00", "0.00", percent="0", sku="GIFT-500")),
    "norway": an_order(a_line("796.00", "0.00", percent="0"), customer=_company("NO")),
    "nothing_to_pay": an_order(a_line("0.00", "0.00", net_before=Decimal("55.20"), tax_before=Decimal("13.80"))),
    "hostile_letters": an_order(
        ref=OrderRef(shop="main", id="1234", number="WEB-“7”\n{x}\\"),
        customer=Customer(billing=Address(first_name='Søren "S"', last_name="Ærø – 李 🐻\u200d❄️", country="SE")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_golden_file_is_as_it_was(name, tmp_path, monkeypatch):
    """Byte by byte, with the strict checker's blessing."""
    monkeypatch.setattr("bridge.erps.sie.__version__", "1.0")
    order = ORDERS[name]
    sie = a_sie(tmp_path, **SETTINGS)
    data = sie.preview(order, key_of(order), VOUCHER).payload.encode("cp437")
    assert data == GOLDEN.data(name, data)
    assert list(check_bytes(data)) == []


def test_golden_folder_has_no_file_nobody_tests():
    """A file left over from a renamed case would prove nothing."""
    assert GOLDEN.names() == set(ORDERS)
