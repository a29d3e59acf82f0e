"""The VAT treatment of whole orders, recorded ones among them."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.model.orders import Customer, LineKind, Order, TaxPart
from bridge.model.vat import Supply, Treatment
from bridge.model.vat_order import WORDS, vat_of
from bridge.shops.woocommerce.mapping import to_order
from bridge.sim import data
from tests.builders import a_line, an_order


@pytest.fixture(scope="module")
def recorded() -> dict[str, Order]:
    """The recorded orders as the shop adapter reads them."""
    orders = [
        to_order(raw, shop="main") for raw in json.loads(json.dumps(data.orders()), parse_float=Decimal)
    ]
    return {order.ref.id: order for order in orders if isinstance(order, Order)}


ABROAD = {
    **dict.fromkeys(("115", "116", "117", "141", "142", "143"), Treatment.EU_OSS),
    "118": Treatment.EXPORT,
    "137": Treatment.EXEMPT,
    "139": Treatment.EU_BUSINESS,
    "140": Treatment.EXEMPT,
}


def test_map_03_recorded_orders_are_treated_as_written_by_hand(recorded):
    """Ten out of the ordinary, sixty-three domestic; every row of an order to Germany goes the order's way."""
    found = {ident: vat_of(order).treatment for ident, order in recorded.items()}
    assert found == dict.fromkeys(recorded, Treatment.DOMESTIC) | ABROAD
    assert {row.treatments for row in vat_of(recorded["116"]).rows} == {(Treatment.EU_OSS,)}


def test_map_03_rows_are_treated_one_by_one():
    """A gift card sold, freight with the VAT of two rates, a card that pays, a rate nobody knows."""
    order = an_order(
        a_line(),
        a_line("500.00", "0.00", percent="0", id="2"),
        a_line("18.00", "3.26", kind=LineKind.SHIPPING, id="3", taxes=(
            TaxPart(rate_id="25", tax=Decimal("2.50")), TaxPart(rate_id="12", tax=Decimal("0.96")))),
        a_line("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="4"),
        a_line(taxes=(TaxPart(rate_id="99", tax=Decimal(20)),), id="5"),
        a_line("0.00", "0.00", id="6"),
    )  # fmt: skip
    forgotten = (replace(tax, percent=None) if tax.rate_id == "99" else tax for tax in order.tax_lines)
    order = replace(order, tax_lines=tuple(forgotten))
    rows = vat_of(order).rows
    assert [row.treatments for row in rows] == [
        (Treatment.DOMESTIC,), (Treatment.EXEMPT,), (Treatment.DOMESTIC,), (), (), (Treatment.DOMESTIC,),
    ]  # fmt: skip
    assert [row.supply for row in rows][2] is Supply.SHIPPING
    assert vat_of(order).treatment is Treatment.EXEMPT


def test_map_03_services_and_home_rates_are_the_owners():
    """A course for a Norwegian, and a Swedish rate of 20 %."""
    line = a_line("100.00", "0.00", percent="0", sku="KURS-1")
    order = an_order(line, country="NO")
    assert [row.supply for row in vat_of(order, services=("KURS",)).rows] == [Supply.SERVICE]
    odd = an_order(a_line("100.00", "20.00", percent="20"), country="DE")
    odd = replace(odd, tax_lines=tuple(replace(tax, country="") for tax in odd.tax_lines))
    assert vat_of(odd).treatment is Treatment.EU_OSS
    assert vat_of(odd, home_rates=(Decimal(20),)).treatment is Treatment.EU_HOME_RATE


def test_map_03_order_of_nothing_but_freight_has_no_treatment():
    """There is no sale to name."""
    assert vat_of(an_order(a_line(kind=LineKind.SHIPPING), customer=Customer())).treatment is None


def test_map_03_every_treatment_has_words():
    """For the preview."""
    assert set(WORDS) == set(Treatment)
