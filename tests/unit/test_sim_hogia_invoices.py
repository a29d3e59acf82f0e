"""Hogia simulator: customer invoices in both bodies, their sums, payments, and what one sees (facts, section 2.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.hogia_client import NEW, OLD, Client, a_guid, line, newer, older, row, without

KEY = "main:1234:order"


@pytest.fixture
def client() -> Client:
    """A company at noon."""
    return Client()


def test_older_body_answers_the_whole_invoice(client: Client) -> None:
    """With number, OCR and sums of its own."""
    header = {"customerOrderNumber": KEY, "invoiceExpirationDate": "2026-12-21T00:00:00"}
    made = client.older(line(Decimal("79.20")), line(Decimal("71.43"), rate="0.12"), header=header)
    assert (made["netAmount"], made["vatAmount"], made["grossAmount"]) == (
        Decimal("150.63"),
        Decimal("28.37"),
        Decimal("179.00"),
    )
    assert (made["amountLeftToPay"], made["isClosed"], made["isCanceled"]) == (
        Decimal("179.00"),
        False,
        False,
    )
    head = made["invoiceHeader"]
    assert (head["invoiceNumber"], head["ocr"]) == (100001, "1000017")
    assert (head["invoiceDate"], head["invoiceExpirationDate"]) == (
        "2026-11-21T00:00:00",
        "2026-12-21T00:00:00",
    )
    assert {each["percent"]: each["amount"] for each in made["vatDistributions"]} == {
        Decimal("0.25"): Decimal("19.80"),
        Decimal("0.12"): Decimal("8.57"),
    }


def test_newer_body_answers_a_bare_guid(client: Client) -> None:
    """And VAT follows the sales account, the customer the register."""
    own = client.newer(
        row(), row(100, 2, 3002), {"textInvoiceLine": {"description": "Tack"}}, customerOrderNumber=KEY
    )
    (booked,) = client.sim.booked()
    assert client.sim.state.invoices[own].number == int(booked.number)
    assert (booked.key, booked.gross, booked.currency) == (KEY, Decimal("324.00"), "SEK")
    assert [(each.code, each.amount) for each in booked.rows] == [("3001", 80), ("3002", 200)]


def test_version_decides_the_body(client: Client) -> None:
    """The other one is refused; where the border runs can be moved."""
    assert "customerInvoice" in client.wrong("customerinvoices", newer())
    assert "invoiceHeader" in client.wrong("customerinvoices", older(), version=NEW)
    client.post("customerinvoices", older(), version="2025-02-13")
    client.sim.habits.newer_from = client.sim.habits.newer_from.replace(month=2, day=13)
    assert "invoiceHeader" in client.wrong("customerinvoices", older(), version="2025-02-13")


@pytest.mark.parametrize(("by", "vat"), [("line", "0.66"), ("rate", "0.65")])
def test_vat_is_rounded_by_line_or_by_rate(client: Client, by: str, vat: str) -> None:
    """Three times 0.86 net: 0.215 each, 0.645 in all."""
    client.sim.habits.vat_rounding = by
    made = client.older(*(line(Decimal("0.86")),) * 3)
    assert made["vatAmount"] == Decimal(vat)


def test_discount_is_percent_and_vat_a_fraction(client: Client) -> None:
    """Ten is a tenth off."""
    made = client.older(line(100, 2, discountPercent=10), {"type": "TextInvoiceLine", "name": "Tack"})
    assert (made["netAmount"], made["vatAmount"]) == (Decimal("180.00"), Decimal("45.00"))
    assert made["invoiceLines"][0]["discount"] == Decimal("20.00")
    assert made["invoiceLines"][1]["type"] == "TextInvoiceLine"
    assert "25" in client.broken(
        "customerinvoices", older(line(vat={"percent": 25, "accountNumber": 2611}), sequence=2)
    )


def test_credit_has_negative_quantities(client: Client) -> None:
    """A price is never negative."""
    assert client.older(line(80, -1))["amountToPay"] == Decimal("-100.00")
    assert client.wrong("customerinvoices", older(line(-80), sequence=2)) == {"invoiceLines.unitPrice"}


def test_whole_kronor_when_asked_for(client: Client) -> None:
    """By a factor, onto an account."""
    made = client.older(line(Decimal("79.90")), money={"roundingFactor": 1}, roundingAccountNumber=3740)
    assert (made["grossAmount"], made["roundingAmount"], made["amountToPay"]) == (
        Decimal("99.88"),
        Decimal("0.12"),
        Decimal("100.00"),
    )
    assert client.wrong("customerinvoices", older(money={"roundingFactor": 1}, sequence=2)) == {
        "roundingAccountNumber"
    }


def test_reverse_charge(client: Client) -> None:
    """No VAT on any line, and the customer has a VAT number; in the newer body both stand in the register."""
    buyer = {"customer": {"name": "Kunde GmbH", "vatNumber": "DE123456789", "countryCode": "DE"}}
    free = line(80, 1, "0", salesAccountNumber=3108)
    made = client.older(free, header=buyer, isReverseCharge=True)
    assert (made["isReverseCharge"], made["amountToPay"]) == (True, Decimal("80.00"))
    assert "has VAT" in client.broken(
        "customerinvoices", older(header=buyer, isReverseCharge=True, sequence=2)
    )
    assert "VAT number" in client.broken("customerinvoices", older(free, isReverseCharge=True, sequence=2))
    body = newer(row(80, 1, 3108), isReverseCharge=True, sequence=3)
    assert "VAT number" in client.broken("customerinvoices", body, version=NEW)
    own = client.get("contacts", number="1")["id"]
    client.post(f"contacts/{own}", {"vatNumber": "DE123456789", "customer": {"isReverseCharge": True}})
    client.newer(row(80, 1, 3108), sequence=4)
    assert "has VAT" in client.broken("customerinvoices", newer(sequence=5), version=NEW)
    assert [each.gross for each in client.sim.booked()] == [80, 80]


def test_other_currency(client: Client) -> None:
    """The older body says the rate, the newer leaves it to the register."""
    money = {"currency": {"code": "EUR", "decimals": 2}, "exchangeRate": Decimal("11.45")}
    assert client.older(money=money)["currencyInfo"]["exchangeRate"] == Decimal("11.45")
    client.newer(currency={"code": "EUR"}, sequence=2)
    assert [(each.currency, each.gross) for each in client.sim.booked()] == [("EUR", 100), ("EUR", 100)]
    field = {"currencyInfo.exchangeRate"}
    assert client.wrong("customerinvoices", older(money=without(money, "exchangeRate"), sequence=3)) == field
    assert client.wrong("customerinvoices", older(money={"exchangeRate": 2}, sequence=3)) == field


def test_fee_articles_are_there(client: Client) -> None:
    """By their three names; any other must be stocked up."""
    client.sim.stock_up({"TVAL-6": Decimal(6)})
    client.sim.company.items["fraktavg"].price = Decimal("39.20")
    items = [
        {"itemInvoiceLine": {"itemNumber": each, "quantity": 1}}
        for each in ("fraktavg", "expavg", "rabatt", "TVAL-6")
    ]
    client.newer(*items)
    (booked,) = client.sim.booked()
    assert ([each.code for each in booked.rows], booked.gross) == (
        ["fraktavg", "expavg", "rabatt", "TVAL-6"],
        Decimal("49.00"),
    )
    missing = {"itemInvoiceLine": {"itemNumber": "TVAL-1", "quantity": 1}}
    assert "TVAL-1" in client.broken("customerinvoices", newer(missing, sequence=2), version=NEW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**older(), "sequenceId": ""}, "sequenceId"),
        (without(older(), "sequenceId"), "sequenceId"),
        (without(older(), "currencyInfo"), "currencyInfo"),
        (older(header={"customer": {"name": " "}}), "invoiceHeader.customer.name"),
        (older(header={"invoiceDate": "2026-11-21T12:00:00Z"}), "invoiceHeader.invoiceDate"),
        (older(header={"invoiceDate": 20261121}), "invoiceHeader.invoiceDate"),
        (older(header={"orderNumber": "1"}), "invoiceHeader.orderNumber"),
        (older(line(Decimal("1.00001"))), "invoiceLines[0].unitPrice"),
        (older(line("80")), "invoiceLines[0].unitPrice"),
        (older(without(line(), "quantity")), "invoiceLines.quantity"),
        (older(line(vat={"percent": Decimal("0.25")})), "invoiceLines.vat.accountNumber"),
        (older(line(discountPercent=101)), "invoiceLines.discountPercent"),
        ({**older(), "invoiceLines": []}, "invoiceLines"),
        ({**older(), "organization": {"contactChannels": [1]}}, "organization.contactChannels"),
        (newer(customerNumber=""), "customerInvoice.customerNumber"),
        (newer({}), "invoiceLines[0]"),
        (newer({**row(), "textInvoiceLine": {"description": "x"}}), "invoiceLines[0]"),
        (newer(row(vat={"percent": 1})), "invoiceLines[0].invoiceLine.vat"),
        ([], ""),
    ],
)
def test_body_that_is_wrong(client: Client, body: Any, field: str) -> None:
    """Each named by its field, and nothing booked."""
    version = NEW if "customerInvoice" in body else OLD
    assert client.wrong("customerinvoices", body, version=version) == {field}
    assert client.sim.booked() == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (older(header={"invoiceDate": "2031-01-01"}), "financial year"),
        (older(header={"invoiceExpirationDate": "2026-11-20"}), "due before"),
        (older(header={"customer": {"name": "Bo", "number": "9"}}), "customer 9"),
        (older(money={"currency": {"code": "XXX"}}), "currency XXX"),
        (older(money={"accountingCurrency": {"code": "EUR"}}), "accounting currency"),
        (older(line(salesAccountNumber=9999)), "account 9999"),
        (older(line(vat={"percent": Decimal("0.25"), "accountNumber": 9999})), "account 9999"),
        (older(line(type="Line")), "line type"),
        (older(line(projectNumber="9")), "project 9"),
        (older(customerDebtAccountNumber=9999), "account 9999"),
        (older(dimensions=[{"dimensionNumber": "9"}]), "dimension"),
        (newer(row(account=9999)), "account 9999"),
        (newer(row(dimensions=[{"type": "Three", "number": "1"}])), "dimension"),
        (newer(customerNumber="9"), "customer 9"),
        (newer(projectNumber="9"), "project 9"),
    ],
)
def test_invoice_against_the_registers(client: Client, body: dict[str, Any], word: str) -> None:
    """Each in its words, and nothing booked."""
    version = NEW if "customerInvoice" in body else OLD
    assert word in client.broken("customerinvoices", body, version=version)
    assert client.sim.booked() == []


def test_account_that_is_not_active_that_year(client: Client) -> None:
    """Each year has its own chart."""
    client.sim.company.years[1].accounts[3001].active = False
    assert "3001" in client.broken("customerinvoices", older())
    client.older(header={"invoiceDate": "2027-01-01"})


@pytest.mark.parametrize(
    ("change", "word"),
    [({"contactTypes": [1]}, "not a customer"), ({"customer": {"isActive": False}}, "not active")],
)
def test_contact_that_is_no_customer(client: Client, change: dict[str, Any], word: str) -> None:
    """Or none any more."""
    client.post(f"contacts/{client.get('contacts', number='1')['id']}", change)
    assert word in client.broken("customerinvoices", newer(), version=NEW)


def test_number_may_be_sent(client: Client) -> None:
    """If it is free; the server's own go round it."""
    client.newer(invoiceNumber=100_001, ocr="123")
    client.older(sequence=2)
    assert [each.number for each in client.sim.booked()] == ["100001", "100002"]
    assert "taken" in client.broken("customerinvoices", older(header={"invoiceNumber": 100_002}, sequence=3))


def test_invoices_cannot_be_read_unless_switched_on(client: Client) -> None:
    """Nothing proves that they can."""
    own = client.newer(customerOrderNumber=KEY)
    assert client.ask("GET", "customerinvoices").status_code == 405
    assert client.ask("GET", f"customerinvoices/{own}").status_code == 404
    assert client.sim.lists_invoices is False
    client.sim.lists_invoices = True
    assert client.get(f"customerinvoices/{own}")["id"] == own
    assert [each["id"] for each in client.get("customerinvoices", customerOrderNumber=KEY)] == [own]
    assert client.get("customerinvoices", invoiceNumber=1) == []
    assert client.ask("GET", f"customerinvoices/{a_guid()}").status_code == 404


def test_key_may_lie_in_another_field(client: Client) -> None:
    """Both bodies have invoiceReference too."""
    client.sim.habits.key_field = "invoiceReference"
    client.older(header={"invoiceReference": KEY, "customerOrderNumber": "PO-7"})
    assert [each.key for each in client.sim.booked()] == [KEY]


# --- payments, and people at work


def payment(amount: Any, **changes: Any) -> dict[str, Any]:
    """Into the bank."""
    return {"payer": "Bo Ek", "date": "2026-11-21", "amount": amount, "accountNumber": 1930, **changes}


def test_payment_closes_the_invoice(client: Client) -> None:
    """In two parts; no more than is left, nor the wrong way, nor nothing."""
    own, client.sim.lists_invoices = client.newer(), True
    path = f"customerinvoices/{own}/payments"
    assert client.ask("POST", path, body=payment(Decimal("60.00"))).status_code == 201
    for wrong in (Decimal("40.01"), -1, 0):
        assert "40.00 is left" in client.broken(path, payment(wrong))
    assert client.sim.payments == {"100001": Decimal("60.00")}
    client.post(path, payment(40))
    closed = client.get(f"customerinvoices/{own}")
    assert (closed["isCustomerPaid"], closed["amountLeftToPay"], len(closed["customerInvoiceEvents"])) == (
        True,
        0,
        2,
    )
    assert "left" in client.broken(path, payment(1))


def test_payment_against_the_registers(client: Client) -> None:
    """Account and year are asked; the invoice is there; a sequence pays once."""
    path = f"customerinvoices/{client.newer()}/payments"
    assert "9999" in client.broken(path, payment(1, accountNumber=9999))
    assert "financial year" in client.broken(path, payment(1, date="2031-01-01"))
    assert client.wrong(path, without(payment(1), "amount")) == {"amount"}
    assert client.ask("POST", f"customerinvoices/{a_guid()}/payments", body=payment(1)).status_code == 404
    assert client.post(path, payment(1, sequenceId=a_guid())) == client.post(
        path, payment(1, sequenceId=a_guid())
    )
    assert client.sim.payments == {"100001": Decimal(1)}


def test_people_pay_and_cancel(client: Client) -> None:
    """By number or GUID; nothing can be delivered, and no mail goes."""
    number = str(client.older(line(80, -1))["invoiceHeader"]["invoiceNumber"])
    own = client.newer(sequence=2)
    client.sim.pay(client.sim.invoice(number))
    client.sim.pay(own)
    assert client.sim.payments == {"100001": Decimal("-100.00"), "100002": Decimal("100.00")}
    client.sim.annul(number)
    assert [each.number for each in client.sim.booked()] == ["100002"]
    assert client.sim.mails == []
    with pytest.raises(ValueError, match="invoices only"):
        client.sim.deliver(number)
    with pytest.raises(LookupError):
        client.sim.annul("7")


def test_twin_is_a_second_document_with_the_key(client: Client) -> None:
    """As somebody else would make it."""
    client.older(header={"customerOrderNumber": KEY})
    client.sim.twin(KEY)
    assert [(each.key, each.number) for each in client.sim.booked()] == [(KEY, "100001"), (KEY, "100002")]
    with pytest.raises(LookupError):
        client.sim.twin("main:9:order")


def test_account_of_a_rate(client: Client) -> None:
    """A rate nobody has is no account."""
    assert client.sim.company.account_of(Decimal("0.06")) == 3003
    with pytest.raises(StopIteration):
        client.sim.company.account_of(Decimal("0.5"))
