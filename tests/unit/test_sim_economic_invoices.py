"""e-conomic simulator: invoice drafts, booking, remainders and who has paid (facts, section 10)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.economic_client import Client, document, line, without


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


def booking(draft: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body that books a draft."""
    return {"draftInvoice": {"draftInvoiceNumber": draft["draftInvoiceNumber"]}, **more}


def booked(client: Client, place: str) -> list[int]:
    """What is in a collection."""
    return [row["bookedInvoiceNumber"] for row in client.rows(f"/invoices/{place}")]


def test_draft_is_replaced_and_deleted(client: Client) -> None:
    """PUT clears what is left out; DELETE is a 200 that says what went."""
    draft = client.draft(references={"other": "main:1:order"})
    number = draft["draftInvoiceNumber"]
    shown = client.put(f"/invoices/drafts/{number}", without(draft, "references"))
    assert "references" not in shown
    gone = client.delete(f"/invoices/drafts/{number}")
    assert (gone["deletedCount"], gone["deletedItems"][0]["draftInvoiceNumber"]) == (1, number)
    client.refused("DELETE", f"/invoices/drafts/{number}", status=404)


def test_delete_without_number_takes_every_draft(client: Client) -> None:
    """The trap; with a filter only what fits."""
    for key in ("a", "b", "c"):
        client.draft(references={"other": key})
    assert client.delete("/invoices/drafts", filter="references.other$eq:b")["deletedCount"] == 1
    assert client.delete("/invoices/drafts")["deletedCount"] == 2
    assert client.rows("/invoices/drafts") == []


def test_booking_gives_the_next_number_and_the_whole_invoice(client: Client) -> None:
    """The draft is gone, the lines show VAT, the remainder is all of it."""
    draft = client.draft(line(price=100), line(price=10))
    shown = client.post("/invoices/booked", booking(draft))
    assert (shown["grossAmount"], shown["remainder"]) == (Decimal("137.5"), Decimal("137.5"))
    assert [(row["vatRate"], row["vatAmount"]) for row in shown["lines"]] == [(25, 25), (25, Decimal("2.5"))]
    assert client.rows("/invoices/drafts") == []
    assert client.book()["bookedInvoiceNumber"] == shown["bookedInvoiceNumber"] + 1
    assert client.get(f"/invoices/booked/{shown['bookedInvoiceNumber']}") == shown


def test_booking_by_the_draft_s_own_instructions(client: Client) -> None:
    """GET templates, GET instructions, POST them."""
    draft = client.draft()
    links = client.get(f"/invoices/drafts/{draft['draftInvoiceNumber']}/templates")
    body = client.session.get(links["bookingInstructions"]).json()
    assert client.post("/invoices/booked", body)["grossAmount"] == 100


def test_booking_with_a_wanted_number(client: Client) -> None:
    """By the body or by PUT; taken ones are refused, the series goes on from the highest."""
    first = client.post("/invoices/booked", booking(client.draft(), bookWithNumber=200_000))
    second = client.put("/invoices/booked/200005", booking(client.draft()))
    assert (first["bookedInvoiceNumber"], second["bookedInvoiceNumber"]) == (200_000, 200_005)
    again = booking(client.draft(), bookWithNumber=200_005)
    assert list(client.problems("/invoices/booked", again)) == ["bookWithNumber"]
    assert client.book()["bookedInvoiceNumber"] == 200_006


def test_booking_what_is_not_there(client: Client) -> None:
    """The words a client met; nothing at all is missed by name."""
    refusal = client.refused("POST", "/invoices/booked", booking({"draftInvoiceNumber": 99}))
    (leaf,) = refusal["errors"]["draftInvoice"]["errors"]
    assert leaf["errorMessage"] == "DraftInvoice '99' not found."
    assert list(client.problems("/invoices/booked", {})) == ["draftInvoice"]


def test_barred_article_fails_only_at_booking(client: Client) -> None:
    """E06600 at its line; the draft stays."""
    client.sim.goods.put("OLD", barred="yes")
    draft = client.draft(line(), line("OLD"))
    assert client.problems("/invoices/booked", booking(draft)) == {"lines.1.product": "E06600"}
    assert len(client.rows("/invoices/drafts")) == 1


def test_barred_customer_and_closed_period_fail_at_booking(client: Client) -> None:
    """Both are told at once."""
    draft = client.draft(date="2024-12-31")
    customer = client.get("/customers/1")
    client.put("/customers/1", {**customer, "barred": True})
    assert client.problems("/invoices/booked", booking(draft)) == {"customer": "E06600", "date": "E04041"}


def test_payment_moves_an_invoice_to_the_paid_ones(client: Client) -> None:
    """Membership and remainder say the same."""
    number = client.book()["bookedInvoiceNumber"]
    assert (booked(client, "unpaid"), booked(client, "paid")) == ([number], [])
    client.sim.pay(str(number))
    assert (booked(client, "unpaid"), booked(client, "paid")) == ([], [number])
    assert client.get(f"/invoices/booked/{number}")["remainder"] == 0


def test_due_or_not(client: Client) -> None:
    """From the day after the due date."""
    number = client.book()["bookedInvoiceNumber"]
    assert (booked(client, "overdue"), booked(client, "not-due")) == ([], [number])
    client.now += timedelta(days=31)
    assert (booked(client, "overdue"), booked(client, "not-due")) == ([number], [])


def test_credit_is_an_invoice_below_nothing(client: Client) -> None:
    """Negative quantities; paid back it is settled too."""
    shown = client.book(line(quantity=-1))
    assert (shown["grossAmount"], shown["remainder"]) == (-100, -100)
    client.sim.pay(str(shown["bookedInvoiceNumber"]))
    assert booked(client, "paid") == [shown["bookedInvoiceNumber"]]


def test_e_invoices_are_listed_apart(client: Client) -> None:
    """``sendBy`` or, as the table spells it, ``sentBy``."""
    first = client.post("/invoices/booked", booking(client.draft(), sendBy="ean"))
    client.post("/invoices/booked", booking(client.draft(), sentBy="none"))
    (row,) = client.rows("/invoices/sent")
    assert row["invoice"]["bookedInvoiceNumber"] == first["bookedInvoiceNumber"]
    assert first["sent"].endswith(str(first["bookedInvoiceNumber"]))


def test_invoices_of_a_customer(client: Client) -> None:
    """And the balance they make."""
    client.draft()
    number = client.book()["bookedInvoiceNumber"]
    assert len(client.rows("/customers/1/invoices/drafts")) == 1
    assert [row["bookedInvoiceNumber"] for row in client.rows("/customers/1/invoices/booked")] == [number]
    assert client.get("/customers/1")["balance"] == 100
    assert set(client.get("/invoices")) >= {"drafts", "booked", "paid", "unpaid", "notDue"}


def test_booking_an_upgraded_order_keeps_its_number(client: Client) -> None:
    """The booked invoice tells which order it was."""
    client.order()
    body = client.get("/orders/drafts/1/templates/upgrade-instructions/draftInvoice")
    shown = client.post("/invoices/booked", booking(client.post("/invoices/drafts", body)))
    assert shown["orderNumber"] == 1
    assert client.refused("GET", "/invoices/booked/1", status=404)
    assert client.refused("GET", "/invoices/drafts/1/pdf", status=404)


def test_put_of_a_draft_has_the_same_rules(client: Client) -> None:
    """A body that may not be made may not replace either."""
    number = client.draft()["draftInvoiceNumber"]
    wrong = document(line("NO-SUCH"))
    assert client.problems(f"/invoices/drafts/{number}", wrong, method="PUT") == {"lines.0.product": "E06000"}


def test_totals_count_and_sum(client: Client) -> None:
    """Drafts, paid and unpaid, in the base currency."""
    client.draft()
    client.book()
    paid = client.book(currency="EUR")
    client.sim.pay(str(paid["bookedInvoiceNumber"]))
    shown = client.get("/invoices/totals")
    assert (shown["drafts"]["invoiceCount"], shown["booked"]["invoiceCount"]) == (1, 2)
    assert shown["booked"]["paid"]["netAmountInBaseCurrency"] == Decimal("915.2")
    assert shown["booked"]["unpaid"]["grossRemainderInBaseCurrency"] == 100
    assert client.get("/invoices/totals/booked/unpaid/overdue")["invoiceCount"] == 0
    client.refused("GET", "/customers/9/totals", status=404)


@pytest.mark.parametrize(
    ("day", "status"),
    [("2024-12-31", 400), ("2025-01-01", 201), ("2027-12-31", 201), ("2028-01-01", 400)],
)
def test_booking_needs_an_open_year(client: Client, day: str, status: int) -> None:
    """From the first day of the first year to the last of the last."""
    body = booking(client.draft(date=day))
    with client.unwatched():
        answer = client.ask("POST", "/invoices/booked", json=body)
    assert answer.status_code == status


def test_days_after_closing_are_open(client: Client) -> None:
    """The closed day is the last closed one."""
    client.sim.company.closed_until = date(2026, 11, 20)
    assert client.book()["date"] == "2026-11-21"
    draft = client.draft(date="2026-11-20")
    assert client.problems("/invoices/booked", booking(draft)) == {"date": "E04041"}
