"""What holds for the accounts of any order, wherever it goes and whatever VAT it bears."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from bridge.model.orders import Address, Customer, LineKind, TaxLine, TaxPart
from bridge.model.vat_order import vat_of
from tests.builders import a_line, an_order
from tests.support.sie import voucher_of

RATES = {"1": ("SE", "25"), "2": ("SE", "12"), "3": ("DE", "19"), "4": ("DK", "25"), "5": ("NO", "25")}
"""What a shop may charge: by country, as its own code says."""
PLACES = [
    *(Address(country=country) for country in ("SE", "DE", "DK", "NO", "AX", "")),
    Address(country="FI", postcode="22100"),
    Address(country="ES", region="GC"),
    Address(country="GB", postcode="BT1 1AA"),
]
NUMBERS = ["", "DE129273398", "DE129273399", "SE556016068001", "XI110305878", "GB980780684", "nonsense"]
ACCOUNTS = {
    "sales_oss": "3901", "shipping_oss": "3902", "fee_oss": "3903", "service_oss": "3904", "vat_NO_25": "2690",
    "service_skus": "KURS-", "vat_eu": "2670",
}  # fmt: skip
HOME = {"3001", "3002", "3003", "3004", "3520", "3540"}
kinds = st.sampled_from([LineKind.PRODUCT, LineKind.SHIPPING, LineKind.FEE])


@st.composite
def orders(draw):
    """One to six rows, each at one of the rates or at none, to anywhere, with any number."""
    rows, taxes = [], {}
    for at in range(draw(st.integers(1, 6))):
        rate = draw(st.sampled_from([*RATES, ""]))
        net = draw(st.decimals(min_value=0, max_value=9999, places=2))
        percent = Decimal(RATES[rate][1]) if rate else Decimal(0)
        tax = (net * percent / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        parts = (TaxPart(rate_id=rate, tax=tax),) if rate else ()
        sku = draw(st.sampled_from(["VARA", "KURS-1"]))
        rows.append(a_line(str(net), str(tax), kind=draw(kinds), id=str(at), sku=sku, taxes=parts))
        if rate:
            taxes[rate] = taxes.get(rate, Decimal("0.00")) + tax
    lines = tuple(
        TaxLine(rate_id=rate, percent=Decimal(RATES[rate][1]), label=rate, country=RATES[rate][0], tax=tax)
        for rate, tax in taxes.items()
    )
    to = draw(st.sampled_from(PLACES))
    bill = draw(st.sampled_from(PLACES))
    customer = Customer(shipping=to, billing=bill, vat_number=draw(st.sampled_from(NUMBERS)))
    return replace(an_order(*rows), tax_lines=lines, customer=customer)


def _sums(order):
    found: dict[str, Decimal] = {}
    voucher = voucher_of(order, accounts=ACCOUNTS)
    assert sum(row.amount for row in voucher.rows) == 0
    for row in voucher.rows[1:]:
        found[row.account.number] = found.get(row.account.number, Decimal("0.00")) - row.amount
    return found


def _net(order, *countries):
    """Net of the rows that bear VAT of these countries."""
    bearing = [row for row in order.lines if row.taxes and RATES[row.taxes[0].rate_id][0] in countries]
    return sum((row.net for row in bearing), Decimal(0))


@given(orders())
def test_map_04_each_countrys_vat_is_on_its_own_accounts(order):
    """Swedish VAT on Swedish accounts and no other there; the union's on the OSS account; Norway's on its own."""
    sums, vat = _sums(order), {"SE": Decimal(0), "EU": Decimal(0), "NO": Decimal(0)}
    for tax in order.tax_lines:
        vat[tax.country if tax.country in vat else "EU"] += tax.tax
    assert sums.get("2611", 0) + sums.get("2621", 0) == vat["SE"]
    assert sums.get("2670", 0) == vat["EU"]
    assert sums.get("2690", 0) == vat["NO"]


@given(orders())
def test_map_04_what_bears_another_countrys_vat_is_never_among_swedish_sales(order):
    """The OSS accounts hold exactly what bears the union's VAT, so the Swedish VAT return does not."""
    sums = _sums(order)
    oss = sum(sums.get(number, Decimal(0)) for number in ("3901", "3902", "3903", "3904"))
    assert oss == _net(order, "DE", "DK")
    at_home = sum((amount for number, amount in sums.items() if number in HOME), Decimal(0))
    untaxed = sum((row.net for row in order.lines if not row.taxes), Decimal(0))
    assert at_home <= _net(order, "SE") + untaxed


@given(orders())
def test_map_04_no_order_can_break_the_treatment(order):
    """Every row is something, payments aside, and the order is what one of its articles is."""
    found = vat_of(order, services=("KURS-",))
    assert all(len(row.treatments) == 1 for row in found.rows)
    sold = {row.treatments[0] for row in found.rows if row.line.kind is LineKind.PRODUCT}
    assert found.treatment in (sold or {None})
