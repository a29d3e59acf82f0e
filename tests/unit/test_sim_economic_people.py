"""e-conomic simulator: journals, and what people do behind the API's back; what the contract suite sees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge.sim.economic import Simulator
from bridge.sim.wsgi import serve
from tests.support.economic_client import NOON, Client, document, line

KEY = {"references": {"other": "main:1:order"}}


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


def voucher(**entry: Any) -> dict[str, Any]:
    """One payment of 100 by customer 1."""
    payment = {"date": "2026-11-21", "amount": -100, "customer": {"customerNumber": 1}, **entry}
    kept = {name: value for name, value in payment.items() if value is not None}
    return {"accountingYear": {"year": "2026"}, "entries": {"customerPayments": [kept]}}


@pytest.mark.parametrize("home", ["/journals", "/journals-experimental"])
@pytest.mark.parametrize("amount", [100, -100])
def test_payment_counts_once_the_journal_is_booked(client: Client, home: str, amount: int) -> None:
    """Until then it is an entry one can read and delete; either sign settles, as no document says which."""
    number = client.book()["bookedInvoiceNumber"]
    (made,) = client.post(f"{home}/1/vouchers", voucher(customerInvoice=number, amount=amount, text="Swish"))
    (entry,) = client.rows(f"{home}/1/entries")
    assert (entry["customerInvoice"], entry["text"], client.sim.payments) == (number, "Swish", {})
    assert client.rows(f"{home}/1/vouchers")[0]["voucherNumber"] == made["voucherNumber"]
    assert client.get(f"{home}/1/vouchers/2026-{made['voucherNumber']}")["accountingYear"]["year"] == "2026"
    assert client.sim.book_journal() == 1
    assert client.sim.payments == {str(number): Decimal(100)}
    assert client.get(f"/invoices/booked/{number}")["remainder"] == 0
    assert client.rows(f"{home}/1/entries") == []


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"date": None}, "0.entries.0.date", "E04500"),
        ({"amount": None}, "0.entries.0.amount", "E04500"),
        ({"amount": 1.001}, "0.entries.0.amount", "E04740"),
        ({"customer": None}, "0.entries.0.customer", "E04500"),
        ({"customer": {"customerNumber": 9}}, "0.entries.0.customer", "E06000"),
        ({"contraAccount": {"accountNumber": 9999}}, "0.entries.0.contraAccount", "E07150"),
        ({"currency": {"code": "ISK"}}, "0.entries.0.currency", "E06000"),
        ({"date": "2025-11-21"}, "0.entries.0.date", "E04041"),
        ({"text": "x" * 251}, "0.entries.0.text", "E04740"),
    ],
)
def test_wrong_entries(client: Client, changes: dict[str, Any], place: str, code: str) -> None:
    """The tree begins with the voucher's place and calls every kind ``entries``, as recorded."""
    assert client.problems("/journals/1/vouchers", voucher(**changes))[place] == code


def test_entries_tell_their_amount_in_the_base_currency(client: Client) -> None:
    """By the rate sent, else the day's."""
    client.post("/journals/1/vouchers", [
        voucher(currency={"code": "EUR"}), voucher(currency={"code": "EUR"}, exchangeRate=1000), voucher(),
    ])  # fmt: skip
    rows = client.rows("/journals/1/entries")
    assert [row["amountDefaultCurrency"] for row in rows] == [-1144, -1000, -100]
    assert [row["currency"]["code"] for row in rows] == ["EUR", "EUR", "SEK"]


def test_several_vouchers_at_once_or_none(client: Client) -> None:
    """Bulk is documented; one that is wrong stops all."""
    assert len(client.post("/journals/2/vouchers", [voucher(), voucher()])) == 2
    wrong = {**voucher(), "accountingYear": {"year": "1999"}}
    assert "1.accountingYear" in client.problems("/journals/2/vouchers", [voucher(), wrong])
    assert len(client.rows("/journals/2/entries")) == 2
    client.delete("/journals/2/entries/1")
    client.refused("DELETE", "/journals/2/entries/1", status=404)


def test_journals_are_listed_with_their_contra_accounts(client: Client) -> None:
    """What a set-up check reads; others are 404."""
    rows = client.rows("/journals-experimental", filter="name$eq:Dagbok")
    assert rows[0]["settings"]["contraAccounts"]["customerPayments"]["accountNumber"] == 1930
    assert client.get("/journals-experimental/2")["name"] == "Kortbetalningar"
    client.refused("GET", "/journals/9", status=404)
    client.refused("GET", "/journals/1/vouchers/2026-9", status=404)


def test_what_stands_is_told_once(client: Client) -> None:
    """Number, total, day and article rows; text rows are left out."""
    client.order(line(), {"description": "Ring på"}, **KEY)
    (standing,) = client.sim.booked()
    assert (standing.key, standing.number, standing.gross, standing.currency, standing.dated) == (
        "main:1:order", "1", Decimal(100), "SEK", date(2026, 11, 21),
    )  # fmt: skip
    assert [(row.code, row.amount) for row in standing.rows] == [("MUG", Decimal(80))]
    client.sim.twin("main:1:order")
    assert [each.key for each in client.sim.booked()] == ["main:1:order"] * 2


def test_order_is_delivered_invoiced_and_paid(client: Client) -> None:
    """By the order's number all the way; one document stands."""
    number = str(client.order(**KEY)["orderNumber"])
    client.sim.deliver(number)
    assert [row["orderNumber"] for row in client.rows("/orders/sent")] == [1]
    invoice = client.sim.invoice(number)
    assert client.sim.invoice(number) == invoice
    client.sim.pay(number)
    assert client.sim.payments == {invoice: Decimal(100)}
    assert [each.number for each in client.sim.booked()] == [invoice]
    assert [row["orderNumber"] for row in client.rows("/orders/archived")] == [1]
    with pytest.raises(ValueError, match="cannot be deleted"):
        client.sim.annul(number)


def test_draft_is_invoiced_as_it_is(client: Client) -> None:
    """An invoice is only booked; what is not there is told."""
    draft = client.draft(**KEY)
    assert client.sim.invoice(f"invoices/drafts/{draft['draftInvoiceNumber']}") == "100001"
    with pytest.raises(LookupError):
        client.sim.pay("99")


def test_partial_delivery_cannot_be_said(client: Client) -> None:
    """REST has none; the simulator does not make one up."""
    client.order()
    with pytest.raises(ValueError, match="no partial delivery"):
        client.sim.deliver("1", share=Decimal("0.5"))
    with pytest.raises(ValueError, match="no delivery of an invoice"):
        client.sim.deliver(str(client.draft()["draftInvoiceNumber"]))


def test_annulled_documents_are_gone(client: Client) -> None:
    """An order or a draft; one that was sent is archived, and nobody finds it any more."""
    client.sim.annul(str(client.order()["orderNumber"]))
    sent = str(client.order()["orderNumber"])
    client.sim.deliver(sent)
    client.sim.annul(sent)
    assert [row["orderNumber"] for row in client.rows("/orders/archived")] == [int(sent)]
    with pytest.raises(LookupError):
        client.sim.invoice(sent)
    client.sim.annul(str(client.draft()["draftInvoiceNumber"]))
    assert (client.sim.booked(), client.sim.mails) == ([], [])


def test_articles_are_stocked_up_in_the_group_of_their_rate(client: Client) -> None:
    """The usual ones are there; a rate nobody has is told."""
    assert client.sim.goods.numbers()[:7] == [
        "TVAL-1", "frakt", "avgift", "rabatt", "postforskott", "presentkort", "avrundning",
    ]  # fmt: skip
    client.sim.stock_up({"BOK": Decimal(6), "TVAL-1": Decimal(12)})
    groups = {
        row["productNumber"]: row["productGroup"]["productGroupNumber"] for row in client.rows("/products")
    }
    assert (groups["BOK"], groups["TVAL-1"], groups["avrundning"]) == (3, 2, 4)
    with pytest.raises(KeyError, match="no product group of 17 %"):
        client.sim.stock_up({"X": Decimal(17)})


def test_goods_are_edited_by_hand(client: Client) -> None:
    """Name, EAN and price; what is not told stays."""
    client.sim.goods.put("MUG", name="Stor mugg", ean="7350000000015")
    shown = client.get("/products/MUG")
    assert (shown["name"], shown["barCode"], shown["salesPrice"]) == (
        "Stor mugg",
        "7350000000015",
        Decimal("79.2"),
    )


def test_customers_are_kept_by_hand(client: Client) -> None:
    """A company is who has a company's number."""
    number = client.sim.customers.keep(name="Öberg AB", org_number="556000-4615")
    person, firm = client.sim.customers.kept()
    assert (firm.number, firm.company, firm.org_number) == (number, True, "556000-4615")
    assert (person.company, person.email, person.street) == (False, "faktura@nordlys.example", "")


def test_options_lead_to_a_company_set_up_well() -> None:
    """Every number in them exists."""
    sim = Simulator(Path(), lambda: NOON)
    options, company = sim.options, sim.company
    assert options["base_url"] == "https://economic.example"
    assert set(sim.secrets) == {options["app_secret_token"], options["agreement_grant_token"]}
    assert int(options["layout"]) in company.layouts
    assert int(options["payment_terms"]) in company.terms
    assert int(options["customer_group"]) in company.customer_groups
    assert options["vat_zone_DE"] in {zone.name for zone in company.zones.values()}
    assert int(options["journal"]) in company.journals
    for percent in (25, 12, 6, 0):
        assert company.rate(int(options[f"group_{percent}"]), 1) == percent


def test_it_can_be_served_over_sockets() -> None:
    """For crash tests, which serve it from a parent process."""
    sim = Simulator(Path(), lambda: NOON)
    sim.customers.keep(name="Anna")
    secret, grant = sim.secrets
    headers = {"X-AppSecretToken": secret, "X-AgreementGrantToken": grant}
    with serve(sim.app) as serving:
        made = requests.post(
            f"{serving.url}/orders/drafts", json=document(line("TVAL-1")), headers=headers, timeout=5
        )
        found = requests.get(f"{serving.url}/products/TVAL-1", headers=headers, timeout=5)
    assert (made.status_code, made.json()["grossAmount"], found.status_code) == (201, 100, 200)
