"""Hogia simulator: years, accounts, VAT codes, dimensions, currencies, contacts, vouchers (facts, section 2.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.hogia_client import Client, a_guid, without


@pytest.fixture
def client() -> Client:
    """A company at noon."""
    return Client()


def year_id(client: Client, day: str = "2026-11-21") -> str:
    """The GUID of a day's financial year."""
    return str(client.get(f"financialyears/bydate/{day}")["id"])


def accounts(client: Client, **params: Any) -> list[int]:
    """Numbers of what is found in 2026."""
    found = client.get(f"financialyears/{year_id(client)}/accounts", **params)
    return [each["number"] for each in (found if isinstance(found, list) else [found])]


@pytest.mark.parametrize(
    ("form", "shown"),
    [("seconds", "2026-01-01T00:00:00"), ("day", "2026-01-01"), ("fraction", "2026-01-01T00:00:00.0000000")],
)
def test_year_of_a_day(client: Client, form: str, shown: str) -> None:
    """Dates come back in several forms."""
    client.sim.habits.dates = form
    assert client.get("financialyears/bydate/2026-11-21")["startDate"] == shown


@pytest.mark.parametrize(("day", "status"), [("2031-01-01", 404), ("today", 400)])
def test_no_year_for_the_day(client: Client, day: str, status: int) -> None:
    """404; and what is no day is 400."""
    assert client.ask("GET", f"financialyears/bydate/{day}").status_code == status


def test_accounts_are_the_years_own(client: Client) -> None:
    """Filtered by number, by range, by words; what is not active only when all are asked for."""
    client.sim.company.years[1].accounts[3540].active = False
    assert accounts(client, number=3001) == [3001]
    assert accounts(client, minNumber=3530, maxNumber=3599) == []
    assert accounts(client, minNumber=3530, maxNumber=3599, accountState="All") == [3540]
    assert accounts(client, searchParameter="frakt") == [3520, 3521, 3522]
    for wrong in ({"accountState": "Some"}, {"number": "x"}):
        assert (
            client.ask("GET", f"financialyears/{year_id(client)}/accounts", params=wrong).status_code == 400
        )
    assert client.ask("GET", f"financialyears/{a_guid()}/accounts").status_code == 404


def test_one_by_number_may_come_bare(client: Client) -> None:
    """Or as a list of one; an empty list stays a list."""
    path = f"financialyears/{year_id(client)}/accounts"
    assert client.get(path, number=3001)["name"] == "Försäljning 25 %"
    assert client.get(path, number=9999) == []
    client.sim.habits.single_objects = False
    assert [each["number"] for each in client.get(path, number=3001)] == [3001]


def test_account_leads_to_its_rate(client: Client) -> None:
    """Through the VAT code; as a fraction or as percent."""
    account = client.get(f"financialyears/{year_id(client)}/accounts", number=3002)
    codes = {each["id"]: each for each in client.get("vatcodes")}
    assert codes[account["vatCodeId"]]["vatPercent"] == Decimal("0.12")
    client.sim.habits.codes_as_fraction = False
    assert client.get("vatcodes", number=codes[account["vatCodeId"]]["vatCode"])["vatPercent"] == 12
    settings = [each for each in client.get("vatsettings") if each["vatId"] == account["vatCodeId"]]
    assert {each["accountNumber"] for each in settings} == {2621}
    assert client.sim.company.rate_of(client.sim.company.years[0].accounts[1930]) == 0


def test_dimensions_and_currencies(client: Client) -> None:
    """What rows may name."""
    assert [each["name"] for each in client.get("dimensions", dimensionType="One")] == ["Webb", "Lager"]
    assert [each["type"] for each in client.get("dimensions", number="10")] == [2]
    assert {"SEK", "EUR"} <= {each["code"] for each in client.get("currencies")}


# --- contacts

BO: dict[str, Any] = {
    "contactTypes": [2],
    "countryCode": "SE",
    "givenName": "Bo",
    "surName": "Ek",
    "number": "77",
    "addresses": [{"addressType": 2, "street": "Torget 3"}, {"addressType": 3, "street": "Hamnen 1"}],
    "customer": {
        "isActive": True,
        "paymentTerms": 30,
        "selectedCurrencyCode": "SEK",
        "eInvoiceReceiverEmail": "bo@example.org",
    },
}


def test_contact_is_kept_and_found(client: Client) -> None:
    """Whole, by GUID and by number."""
    made = client.post("contacts", BO)
    assert client.get(f"contacts/{made['id']}") == made
    assert client.get("contacts", number="77", embed="customer")["id"] == made["id"]
    assert [each["number"] for each in client.get("contacts")] == ["1", "77"]
    kept = client.sim.customers.kept()[1]
    assert (kept.number, kept.name, kept.company, kept.email) == ("77", "Bo Ek", False, "bo@example.org")
    assert (kept.street, kept.delivery_street) == ("Torget 3", "Hamnen 1")


def test_contact_is_changed_at_its_own_place(client: Client) -> None:
    """What is not sent stays, also inside customer."""
    made = client.post("contacts", BO)
    changed = client.post(f"contacts/{made['id']}", {"surName": "Alm", "customer": {"paymentTerms": "10"}})
    assert (changed["givenName"], changed["surName"], changed["version"]) == ("Bo", "Alm", 2)
    assert changed["customer"] == {**made["customer"], "paymentTerms": 10}
    assert client.wrong(f"contacts/{made['id']}", {"addresses": []}) == {"addresses"}


def test_address_is_added_and_changed(client: Client) -> None:
    """Below the contact."""
    own = client.post("contacts", without(BO, "addresses"))["id"]
    added = client.post(f"contacts/{own}/addresses", {"addressType": 2, "street": "Torget 3"})
    path = f"contacts/{own}/addresses/{added['id']}"
    changed = client.post(path, {"addressType": 2, "street": "Hamnen 1", "sequenceId": a_guid()})
    assert client.get(f"contacts/{own}")["addresses"] == [changed]
    assert changed["street"] == "Hamnen 1"
    assert (
        client.ask("POST", f"contacts/{own}/addresses/{a_guid()}", body={"addressType": 2}).status_code == 404
    )


def test_contact_gets_a_number(client: Client) -> None:
    """The first that is free; the same sequence makes one only."""
    body = {**without(BO, "number"), "sequenceId": a_guid()}
    assert [client.post("contacts", body)["number"] for _ in range(2)] == ["2", "2"]
    company = {"contactTypes": [1], "countryCode": "SE", "companyName": "Lev AB", "isOrganization": True}
    assert client.post("contacts", company)["number"] == "3"
    assert client.sim.customers.keep(name="Bil AB", org_number="556000-4615") == "4"
    assert [each.number for each in client.sim.customers.kept()] == ["1", "2", "4"]
    assert client.sim.customers.kept()[-1].org_number == "556000-4615"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contactTypes": None}, "contactTypes"),
        ({"contactTypes": ["2"]}, "contactTypes"),
        ({"countryCode": "se"}, "countryCode"),
        ({"countryCode": ""}, "countryCode"),
        ({"givenName": "", "surName": ""}, "companyName"),
        ({"isOrganization": True}, "companyName"),
        ({"isOrganization": "yes"}, "isOrganization"),
        ({"email": "bo@example.org"}, "email"),
        ({"sequenceId": ""}, "sequenceId"),
        ({"sequenceId": "1"}, "sequenceId"),
        ({"number": 77}, "number"),
        ({"number": "7" * 51}, "number"),
        ({"businessType": -1}, "businessType"),
        ({"businessType": True}, "businessType"),
        ({"addresses": {}}, "addresses"),
        ({"addresses": [1]}, "addresses[0]"),
        ({"addresses": [{"street": "x"}]}, "addresses[0].addressType"),
        ({"customer": []}, "customer"),
        ({"customer": {"paymentTerms": "soon"}}, "customer.paymentTerms"),
        ({"customer": {"discountPercent": "10"}}, "customer.discountPercent"),
    ],
)
def test_contact_that_is_wrong(client: Client, changes: dict[str, Any], field: str) -> None:
    """Each named by its field, and nothing kept."""
    assert client.wrong("contacts", {**BO, **changes}) == {field}
    assert len(client.sim.customers.kept()) == 1


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"number": "1"}, "taken"),
        ({"customer": {"selectedCurrencyCode": "XXX"}}, "currency"),
        ({"customer": {"customerDebtAccountNumber": 9999}}, "account"),
    ],
)
def test_contact_against_the_registers(client: Client, changes: dict[str, Any], word: str) -> None:
    """A number is one customer's; currency and account must be there."""
    assert word in client.broken("contacts", {**BO, **changes})


# --- vouchers


def draft(*amounts: str, **head: Any) -> dict[str, Any]:
    """A draft with rows on 1930 and 1580 in turn."""
    rows = [
        {"accountNumber": (1930, 1580)[at % 2], "amount": Decimal(each)} for at, each in enumerate(amounts)
    ]
    first = {
        "voucherDate": "2026-11-21T00:00:00",
        "voucherType": "CustomerInvoicePayment",
        "series": "A",
        "currencyCode": "SEK",
    }
    return {"voucherDraft": {**first, **head}, "voucherDraftRows": rows}


def test_draft_answers_its_guid_bare(client: Client) -> None:
    """201, a text, and it can be read again."""
    answer = client.ask("POST", "voucherdrafts", body=draft("100.00", "-100.00"))
    assert answer.status_code == 201
    read = client.get(f"voucherdrafts/{answer.json()}")
    assert [each["amount"] for each in read["voucherDraftRows"]] == [100, -100]
    assert read["voucherDraft"]["voucherDate"] == "2026-11-21T00:00:00"
    assert client.ask("GET", f"voucherdrafts/{a_guid()}").status_code == 404


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (draft("100.00", "-99.99"), "balance"),
        (draft("0"), "balance"),
        (draft("1", "-1", voucherType="Payment"), "Invalid Voucher type"),
        (draft("1", "-1", series="X"), "series"),
        (draft("1", "-1", currencyCode="XXX"), "currency"),
        (draft("1", "-1", voucherDate="2031-01-01"), "financial year"),
        ({**draft("1", "-1"), "voucherDraftRows": [{"accountNumber": 9999, "amount": 0}]}, "account"),
    ],
)
def test_draft_that_breaks_a_rule(client: Client, body: dict[str, Any], word: str) -> None:
    """Each in its words, and nothing kept."""
    assert word in client.broken("voucherdrafts", body)
    assert client.sim.state.drafts == {}


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"projectNumber": "9"}, "project"),
        ({"dimensions": [{"dimensionNumber": "9"}]}, "dimension"),
        ({"dimensions": [{"dimensionNumber": "1", "dimensionLevel": 2}]}, "dimension"),
    ],
)
def test_draft_row_with_an_object_that_is_not_there(client: Client, row: dict[str, Any], word: str) -> None:
    """Projects and dimensions are registers."""
    body = draft("1", "-1")
    body["voucherDraftRows"][0].update(row)
    assert word in client.broken("voucherdrafts", body)


def voucher(**changes: Any) -> dict[str, Any]:
    """A final voucher of two rows."""
    rows = [{"accountNumber": 1930, "amount": 5}, {"accountNumber": 1580, "amount": -5}]
    body = {"date": "2026-11-21", "typeDto": "Unspecified", "serie": "A", "voucherRows": rows}
    return {**body, "sequenceId": a_guid(), **changes}


def test_voucher_has_the_next_number_of_its_series(client: Client) -> None:
    """Or the one it was sent, if that is free."""
    path = f"financialyears/{year_id(client)}/vouchers"
    currency = client.get("currencies")[0]["id"]
    first = client.post(path, voucher(currencyId=currency))
    assert (first["number"], first["date"]) == (1, "2026-11-21T00:00:00")
    assert client.post(path, voucher(sequenceId=a_guid(2), number=7))["number"] == 7
    assert client.post(path, voucher(sequenceId=a_guid(3)))["number"] == 8
    assert client.post(path, voucher(sequenceId=a_guid(4), serie="B"))["number"] == 1
    assert "taken" in client.broken(path, voucher(sequenceId=a_guid(5), number=7))
    assert "outside" in client.broken(path, voucher(sequenceId=a_guid(6), date="2025-11-21"))
    assert "currency" in client.broken(path, voucher(sequenceId=a_guid(7), currencyId=a_guid()))
    assert client.wrong(path, without(voucher(), "sequenceId")) == {"sequenceId"}
