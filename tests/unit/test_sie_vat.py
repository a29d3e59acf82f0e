"""Every VAT treatment on its accounts, and every recorded order on the accounts written here by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.erps.chart import Chart
from bridge.erps.sie.setup import account_problems, rate_problems
from bridge.model.orders import Address, Customer, LineKind, Order, Payment, TaxPart
from bridge.model.vat import Supply, Treatment
from bridge.shops.woocommerce.mapping import to_order
from bridge.sim import data
from tests.builders import NOON, a_line, an_order
from tests.support.sie import config_of, rows_of, voucher_of

GERMAN = "DE129273398"
IRISH = "XI110305878"
SERVICES = {"service_skus": "KURS-"}


def sold(
    to: str, percent: str, *, vat_of: str = "", number: str = "", sku: str = "VARA", **address: str
) -> Order:
    """100 of goods, 10 of freight and 5 of fee, all at one rate, to that country."""
    rows = [
        a_line(
            net, str(Decimal(net) * Decimal(percent) / 100), percent=percent, kind=kind, id=str(at), sku=sku
        )
        for at, (net, kind) in enumerate(
            [("100.00", LineKind.PRODUCT), ("10.00", LineKind.SHIPPING), ("5.00", LineKind.FEE)]
        )
    ]
    where = Address(country=to, **address)
    order = an_order(*rows, country=vat_of or to)
    return replace(order, customer=Customer(billing=where, shipping=where, vat_number=number))


def accounts_of(order: Order, **accounts: str) -> dict[str, str]:
    """Without the receivable."""
    rows = rows_of(voucher_of(order, accounts=accounts))
    return {number: amount for number, amount in rows.items() if number != "1580"}


TREATMENTS = [
    # what, order, goods, freight, fee, VAT
    ("25 % in Sweden", sold("SE", "25"), "3001", "3520", "3540", "2611"),
    ("12 % in Sweden", sold("SE", "12"), "3002", "3520", "3540", "2621"),
    ("6 % in Sweden", sold("SE", "6"), "3003", "3520", "3540", "2631"),
    ("exempt in Sweden", sold("SE", "0"), "3004", "3520", "3540", ""),
    ("EU consumer, Swedish VAT", sold("DK", "25", vat_of="SE"), "3106", "3520", "3540", "2611"),
    ("EU consumer, OSS: freight and fee are part of the sale", sold("DE", "19"), "3106", "3106", "3106", "2670"),
    ("EU consumer, OSS at 25 % like ours", sold("DK", "25"), "3106", "3106", "3106", "2670"),
    ("EU business, reverse charge", sold("DE", "0", number=GERMAN), "3108", "3521", "3541", ""),
    ("EU, no VAT and no number", sold("DE", "0"), "3106", "3520", "3540", ""),
    ("EU business charged VAT all the same", sold("DE", "19", number=GERMAN), "3106", "3106", "3106", "2670"),
    ("Greek business, number with EL", sold("GR", "0", number="EL094259216"), "3108", "3521", "3541", ""),
    ("Northern Ireland, business", sold("GB", "0", number=IRISH, postcode="BT1 5GS"), "3108", "3521", "3541", ""),
    ("Northern Irish consumer", sold("XI", "20"), "3106", "3106", "3106", "2670"),
    ("Norway", sold("NO", "0"), "3105", "3522", "3542", ""),
    ("Åland by its code", sold("AX", "0"), "3105", "3522", "3542", ""),
    ("Åland by its postcode", sold("FI", "0", postcode="22100"), "3105", "3522", "3542", ""),
    ("Canary Islands, whatever number", sold("ES", "0", number=GERMAN, region="GC"), "3105", "3522", "3542", ""),
    ("Swedish VAT on an export", sold("NO", "25", vat_of="SE"), "3001", "3520", "3540", "2611"),
]  # fmt: skip


@pytest.mark.parametrize(("order", "goods", "freight", "fee", "vat"), [case[1:] for case in TREATMENTS],
                         ids=[case[0] for case in TREATMENTS])  # fmt: skip
def test_map_04_each_treatment_has_its_accounts(order, goods, freight, fee, vat):
    """Goods, freight, fee and VAT, with nothing configured."""
    expected: dict[str, Decimal] = {}
    for number, amount in ((goods, "100"), (freight, "10"), (fee, "5"), (vat, order.totals.tax)):
        if number:
            expected[number] = expected.get(number, Decimal(0)) - Decimal(amount)
    assert {number: Decimal(amount) for number, amount in accounts_of(order).items()} == expected


@pytest.mark.parametrize(
    ("order", "account"),
    [(sold("SE", "25", sku="KURS-1"), "3001"), (sold("DK", "25", vat_of="SE", sku="KURS-1"), "3106"),
     (sold("DE", "19", sku="KURS-1"), "3106"), (sold("DE", "0", number=GERMAN, sku="kurs-1"), "3308"),
     (sold("NO", "0", sku="KURS-1"), "3305"), (sold("XI", "0", number="XI110305878", sku="KURS-1"), "3305")],
)  # fmt: skip
def test_map_04_services_have_accounts_of_their_own(order, account):
    """Known by their article number; in Sweden and to consumers they are sales unless told otherwise."""
    assert accounts_of(order, **SERVICES)[account].startswith("-1")
    assert account not in {"3305", "3308"} or account not in accounts_of(order)


@pytest.mark.parametrize(
    ("option", "order", "amount"),
    [("service_25", sold("SE", "25", sku="KURS-1"), "-100.00"),
     ("service_DE_19", sold("DE", "19", sku="KURS-1"), "-100.00"),
     ("service_oss", sold("DE", "19", sku="KURS-1"), "-100.00"),
     ("service_eu", sold("DK", "25", vat_of="SE", sku="KURS-1"), "-100.00"),
     ("sales_oss", sold("DE", "19"), "-115.00"),
     ("sales_DE_19", sold("DE", "19"), "-100.00"),
     ("sales_NO_0", sold("NO", "0"), "-100.00"),
     ("shipping_25", sold("SE", "25"), "-10.00"),
     ("shipping_SE_25", sold("SE", "25"), "-10.00"),
     ("shipping_DE_19", sold("DE", "19"), "-10.00"),
     ("shipping_oss", sold("DE", "19"), "-10.00"),
     ("shipping_eu", sold("DK", "25", vat_of="SE"), "-10.00"),
     ("shipping_eu_business", sold("DE", "0", number=GERMAN), "-10.00"),
     ("shipping_export", sold("NO", "0"), "-10.00"),
     ("fee_6", sold("SE", "6"), "-5.00"),
     ("fee_DE_19", sold("DE", "19"), "-5.00"),
     ("fee_oss", sold("DE", "19"), "-5.00"),
     ("fee_eu_business", sold("DE", "0", number=GERMAN), "-5.00"),
     ("fee_export", sold("NO", "0"), "-5.00"),
     ("vat_DE_19", sold("DE", "19"), "-21.85")],
)  # fmt: skip
def test_map_04_every_account_can_be_set(option, order, amount):
    """Per rate, per country and rate, per treatment: the owner's line is the one used."""
    assert accounts_of(order, **SERVICES, **{option: "3999"})["3999"] == amount


@pytest.mark.parametrize("where", ["eu_business", "export"])
def test_map_04_empty_account_follows_the_goods(where):
    """Who wants freight in the same sum as the goods leaves its account empty."""
    order = sold("DE", "0", number=GERMAN) if where == "eu_business" else sold("NO", "0")
    empty = {f"{kind}_{where}": "" for kind in ("shipping", "fee", "service")}
    assert list(accounts_of(order, **empty).values()) == ["-115.00"]
    course = replace(order, lines=(replace(order.lines[0], sku="KURS-1"), *order.lines[1:]))
    assert list(accounts_of(course, **empty, **SERVICES).values()) == ["-115.00"]


def test_map_04_gift_card_sold_is_a_debt():
    """No sale and no VAT yet; one that was sold with VAT is a sale like any other."""
    card = a_line("500.00", "0.00", percent="0", sku="GIFT-500")
    assert accounts_of(an_order(card), gift_card_skus="gift") == {"2421": "-500.00"}
    assert accounts_of(an_order(card)) == {"3004": "-500.00"}
    assert accounts_of(an_order(a_line(sku="GIFT-500")), gift_card_skus="gift")["3001"] == "-80.00"
    freight = replace(card, kind=LineKind.SHIPPING)
    assert accounts_of(an_order(freight), gift_card_skus="gift") == {"3520": "-500.00"}


def test_map_04_cash_on_delivery_has_its_account():
    """A fee on an order paid on delivery; abroad it is part of the sale like any fee."""
    fee = a_line("40.00", "10.00", kind=LineKind.FEE)
    order = an_order(fee, payment=Payment(method="cod", paid_at=NOON))
    assert accounts_of(order, cod="3590")["3590"] == "-40.00"
    assert "3590" not in accounts_of(replace(order, payment=Payment(method="bacs")), cod="3590")
    assert accounts_of(order, cod="3590", fee_25="3541")["3541"] == "-40.00"


def test_map_04_discount_abroad_lowers_the_sale_itself():
    """The EU sales list and the OSS return ask what was paid; at home a discount has its own account."""
    row = a_line("90.00", "0.00", percent="0", net_before=Decimal("100.00"), tax_before=Decimal(0))
    off = a_line("-10.00", "0.00", percent="0", kind=LineKind.DISCOUNT, id="2")
    to = Address(country="DE")
    order = an_order(row, off, customer=Customer(billing=to, shipping=to, vat_number=GERMAN))
    voucher = voucher_of(order)
    assert rows_of(voucher) == {"1580": "80.00", "3108": "-80.00"}
    assert [row.text for row in voucher.rows[1:]] == ["Försäljning 0 %", "Rabatt 0 %"]
    assert accounts_of(replace(order, customer=Customer())) == {"3004": "-100.00", "3730": "20.00"}


def test_map_04_freight_over_two_rates_is_split_as_the_shop_split_it():
    """Two thirds of the basket at 25 %, a third at 12 %: each part of the freight with its own, also as accounts."""
    parts = (TaxPart(rate_id="25", tax=Decimal("5.00")), TaxPart(rate_id="12", tax=Decimal("1.20")))
    freight = a_line("30.00", "6.20", kind=LineKind.SHIPPING, id="3", taxes=parts)
    order = an_order(a_line("200.00", "50.00"), a_line("100.00", "12.00", percent="12", id="2"), freight)
    assert accounts_of(order, shipping_25="3525", shipping_12="3522") == {
        "3001": "-200.00", "3002": "-100.00", "3525": "-20.00", "3522": "-10.00", "2611": "-55.00", "2621": "-13.20",
    }  # fmt: skip
    abroad = replace(order, tax_lines=tuple(replace(tax, country="DE") for tax in order.tax_lines))
    assert accounts_of(abroad)["3106"] == "-330.00"


def test_map_04_check_names_accounts_that_do_not_go_together():
    """A rate for services without VAT account, freight on a gift card's account, a word for a number."""
    config = config_of(
        Path("/nowhere"), accounts={"service_20": "3041", "sales_NO_25": "3115", "shipping_25": "2421"}
    )
    where = [each.where for each in rate_problems(Chart(config.accounts, config.payments), config.accounts)]
    assert where == ["[accounts] vat_NO_25", "[accounts] vat_SE_20", "[accounts] sales_20"]
    found = [each.where for each in account_problems(config.accounts, config.payments)]
    assert found == ["[accounts] gift_card, [accounts] shipping_25"]
    chart = Chart(config.accounts, config.payments)
    assert chart.home_rates() == (Decimal(6), Decimal(12), Decimal(25))
    assert (
        chart.income(Supply.FEE, Treatment.EU_HOME_RATE, country="DK", percent=Decimal(25)).number == "3540"
    )


PLAIN = "1580 2611 3001 3520"
RECORDED = {
    PLAIN: "108 110 123-125 138 146-147 149 151-152 154-156 158-163 165-170 172-180",  # 25 % and freight
    "1580 2611 3001": "122 135 171",  # ... fetched in the shop
    "1580 2611 3001 3520 3730": "145",  # ... with a coupon
    "1580 2611 3001 3730": "131",  # ... with a coupon that makes the freight free
    "1580 2611 3520": "120",  # goods for nothing, freight paid
    "1580 2611 3001 3520 3540": "132",  # ... and an invoice fee
    "1580 2421 2611 3001 3520": "133",  # paid in part by gift card
    "1580 2621 3002 3520": "157",  # only food at 12 %: the shop gives its freight 12 % too
    "1580 2611 2621 3001 3002 3520": "136 150",
    "1580 2611 2631 3001 3003 3520": "153",
    "1580 2611 2621 2631 3001 3002 3003 3520": "109 119 126-127 164",
    "1580 2611 2621 3001 3002 3520 3730": "111 113-114 128 130 134",
    "1580 2611 2621 2631 3001 3002 3003 3520 3730": "112 129",
    "1580 3001 3730": "121",  # coupon of 100 %: the sale and its discount, nothing to pay
    "1580 3001": "144",  # a free sample
    "1580 2421": "137",  # a gift card sold: no sale, no VAT
    "1580 2421 2611 2621 2631 3001 3002 3003 3520": "148",  # every rate, and gift cards sold
    "1580 3004 3520": "140",  # a Swedish company set free of VAT in the shop
    "1580 2670 3106": "115-117 141-143",  # DK, DE, FI and DE in euro: One Stop Shop, freight and all
    "1580 3105 3522": "118",  # Norway
    "1580 3108 3521": "139",  # a German company with a VAT number
}  # fmt: skip


def _ids(text: str) -> set[str]:
    spans = [part.split("-") for part in text.split()]
    return {str(number) for span in spans for number in range(int(span[0]), int(span[-1]) + 1)}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Order]:
    """The recorded orders as the shop adapter reads them."""
    orders = [
        to_order(raw, shop="main") for raw in json.loads(json.dumps(data.orders()), parse_float=Decimal)
    ]
    return {order.ref.id: order for order in orders if isinstance(order, Order)}


def _booked(order: Order) -> dict[str, str]:
    settings = {"accounts": {"gift_card_skus": "GIFT-"}, "orders": {"exchange_rates": "EUR 11.45"}}
    return rows_of(voucher_of(order, **settings))


def test_map_04_recorded_orders_land_on_the_accounts_written_by_hand(recorded):
    """All 73, none left out of the table."""
    expected = {ident: accounts for accounts, idents in RECORDED.items() for ident in _ids(idents)}
    assert {ident: " ".join(sorted(_booked(order))) for ident, order in recorded.items()} == expected
    assert len(expected) == 73


@pytest.mark.parametrize(
    ("ident", "rows"),
    [
        # 796.00 blanket + 178.30 book + 120.00 freight, all at Danish 25 %
        ("115", {"1580": "1367.88", "3106": "-1094.30", "2670": "-273.58"}),
        # 796.00 at 19 %, 70.54 + 178.30 at 7 %, 120.00 freight at 19 %: VAT 151.24 + 17.42 + 22.80
        ("116", {"1580": "1356.30", "3106": "-1164.84", "2670": "-191.46"}),
        # 796.00 + 120.00 freight at 25.5 %
        ("117", {"1580": "1149.58", "3106": "-916.00", "2670": "-233.58"}),
        # Norway without VAT: freight of an export apart
        ("118", {"1580": "916.00", "3105": "-796.00", "3522": "-120.00"}),
        # 80.00 off spread over 25 and 12 % by the shop
        ("134", {"1580": "1023.81", "3001": "-796.00", "3002": "-70.54", "3520": "-39.20", "3730": "80.00",
                 "2611": "-190.36", "2621": "-7.71"}),
        # two parcels
        ("136", {"1580": "846.00", "3001": "-479.20", "3002": "-88.39", "3520": "-118.40", "2611": "-149.40",
                 "2621": "-10.61"}),
        ("137", {"1580": "500.00", "2421": "-500.00"}),
        ("139", {"1580": "1631.20", "3108": "-1592.00", "3521": "-39.20"}),
        ("140", {"1580": "835.20", "3004": "-796.00", "3520": "-39.20"}),
        # euro at 11.45: 94.18, (67.14 -> 768.75) + (12.00 -> 137.40), 15.04 -> 172.21
        ("143", {"1580": "1078.36", "3106": "-906.15", "2670": "-172.21"}),
    ],
)  # fmt: skip
def test_map_04_recorded_orders_abroad_and_odd_ones_to_the_ore(recorded, ident, rows):
    """The amounts, reckoned by hand from the order's rows."""
    assert _booked(recorded[ident]) == rows
