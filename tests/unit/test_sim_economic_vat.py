"""e-conomic simulator: VAT by product group and VAT zone, and how totals are reckoned (facts, sections 9 and 12)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.economic_client import Client, line


@pytest.fixture
def client() -> Client:
    """An agreement with an article of each group."""
    client = Client()
    client.sim.stock_up({f"V{rate}": Decimal(rate) for rate in (25, 12, 6, 0)})
    return client


ZONES = {"Domestic": 1, "EU": 2, "Abroad": 3, "Domestic without VAT": 4, "Germany": 11, "Finland": 13}


@pytest.mark.parametrize(
    ("zone", "sku", "vat"),
    [
        ("Domestic", "V25", "25.00"), ("Domestic", "V12", "12.00"), ("Domestic", "V6", "6.00"),
        ("Domestic", "V0", "0.00"), ("EU", "V25", "0.00"), ("Abroad", "V12", "0.00"),
        ("Domestic without VAT", "V25", "0.00"), ("Germany", "V25", "19.00"), ("Germany", "V12", "7.00"),
        ("Germany", "V0", "0.00"), ("Finland", "V25", "25.50"),
    ],
)  # fmt: skip
def test_rate_is_of_group_and_zone(client: Client, zone: str, sku: str, vat: str) -> None:
    """Nothing on the line says it."""
    assert client.order(line(sku, price=100), zone=ZONES[zone])["vatAmount"] == Decimal(vat)


def test_registers_lead_from_group_and_zone_to_the_rate(client: Client) -> None:
    """As a set-up check reads them: zone by name, sales accounts, VAT codes."""
    zones = {row["name"]: row["vatZoneNumber"] for row in client.rows("/vat-zones")}
    assert {name: zones[name] for name in ZONES} == ZONES
    accounts = {
        row["vatZone"]["vatZoneNumber"]: row["salesAccount"].get("vatAccount", {}).get("vatCode")
        for row in client.rows("/product-groups/1/sales-accounts")
    }
    rates = {row["vatCode"]: row["ratePercentage"] for row in client.rows("/vat-accounts", pagesize=100)}
    assert rates[accounts[zones["Domestic"]]] == 25
    assert rates[accounts[zones["Germany"]]] == 19
    assert accounts[zones["EU"]] is None
    assert all(len(code) <= 5 for code in rates)


def test_facts_own_example(client: Client) -> None:
    """213.84 + 39.20 at 25 % is 316.30 (section 14)."""
    shown = client.order(line("V25", 3, 79.20, discountPercentage=10), line("V25", 1, 39.20))
    totals = [shown[name] for name in ("netAmount", "vatAmount", "grossAmount")]
    assert totals == [Decimal("253.04"), Decimal("63.26"), Decimal("316.3")]


def test_vat_is_reckoned_on_the_sum_per_rate(client: Client) -> None:
    """Three rows of 0.02: 0.06 at 25 % is 0.02, not three times 0.01."""
    shown = client.order(*(line("V25", 1, 0.02) for _ in range(3)), line("V12", 1, 0.04))
    assert (shown["netAmount"], shown["vatAmount"]) == (Decimal("0.1"), Decimal("0.02"))


def test_lines_are_rounded_halves_away_from_nothing(client: Client) -> None:
    """0.5 x 0.01 is 0.01, below nothing too."""
    assert client.draft(line("V0", 0.5, 0.01))["netAmount"] == Decimal("0.01")
    assert client.draft(line("V0", -0.5, 0.01))["netAmount"] == Decimal("-0.01")


def test_gross_price_is_taken_for_net(client: Client) -> None:
    """There is no flag: 35.00 sent becomes 43.75."""
    assert client.order(line("V25", 1, 35))["grossAmount"] == Decimal("43.75")


def test_changed_group_changes_later_documents_only(client: Client) -> None:
    """Totals are reckoned when a document is written."""
    number = client.order(line("V25", price=100))["orderNumber"]
    client.sim.goods.put("V25", group="2")
    assert client.get(f"/orders/drafts/{number}")["vatAmount"] == 25
    assert client.order(line("V25", price=100))["vatAmount"] == 12


def test_pair_without_account_cannot_be_booked(client: Client) -> None:
    """The zone is there, the group has no account in it."""
    del client.sim.company.groups[1].accounts[11]
    draft = client.draft(line("V25"), zone=11)
    body = {"draftInvoice": {"draftInvoiceNumber": draft["draftInvoiceNumber"]}}
    assert draft["vatAmount"] == 0
    assert list(client.problems("/invoices/booked", body)) == ["lines.0.product"]


def test_cost_and_margin_are_shown(client: Client) -> None:
    """Read-only, from the article's cost price or the line's."""
    client.sim.state.products["V25"].body["costPrice"] = Decimal("30.00")
    shown = client.order(line("V25", 2, 50))
    assert (shown["costPriceInBaseCurrency"], shown["marginInBaseCurrency"]) == (60, 40)
    assert shown["lines"][0]["marginPercentage"] == 40
    assert client.order(line("V25", 1, 50, unitCostPrice=10))["marginInBaseCurrency"] == 40
