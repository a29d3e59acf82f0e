"""Invoices, credits and payments of the simulated Fortnox, and people at work there (fortnox facts, section 10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.fortnox_sim import Client, row


@pytest.fixture
def client() -> Client:
    """A new company with one customer, 1001."""
    made = Client()
    made.customer(Email="anna@example.com")
    return made


def invoice(client: Client, *rows: dict[str, Any], booked: bool = False, **values: Any) -> str:
    """The number of an invoice of 100.00."""
    made = client.invoice(*(rows or [row("80.00", VAT=25)]), CustomerNumber="1001", **values)
    number = str(made["DocumentNumber"])
    if booked:
        client.put(f"invoices/{number}/bookkeep")
    return number


def shown(client: Client, number: str) -> dict[str, Any]:
    """The invoice as it stands."""
    found: dict[str, Any] = client.get(f"invoices/{number}")["Invoice"]
    return found


def pay(client: Client, number: str, amount: object = 100, *, book: bool = True, **values: Any) -> str:
    """The number of the payment."""
    sent = {"InvoiceNumber": int(number), "Amount": amount, "ModeOfPayment": "CARD", **values}
    made = str(client.post("invoicepayments", "InvoicePayment", **sent)["Number"])
    if book:
        client.put(f"invoicepayments/{made}/bookkeep")
    return made


def not_paid(client: Client, **values: Any) -> int:
    """The code of a payment that is not taken."""
    sent = {"Amount": 100, "ModeOfPayment": "CARD", **values}
    return client.refused("POST", "invoicepayments", {"InvoicePayment": sent})


def test_invoice_is_reckoned_as_an_order_is(client: Client) -> None:
    """Rows tell what they are without VAT, too."""
    number = invoice(client, row("100.00", VAT=25), VATIncluded=True, TermsOfPayment="10")
    found = shown(client, number)
    assert [found[name] for name in ("Net", "TotalVAT", "Total", "Balance")] == [80, 20, 100, 100]
    (one,) = found["InvoiceRows"]
    assert (one["TotalExcludingVAT"], one["PriceExcludingVAT"]) == (80, 80)
    assert (found["DueDate"], found["OCR"]) == ("2026-12-01", "1000173")


def test_quantity_left_out_comes_to_nothing(client: Client) -> None:
    """A zero invoice."""
    made = client.invoice({"ArticleNumber": "TVAL-1", "Price": 80}, CustomerNumber="1001")
    assert (made["InvoiceRows"][0]["DeliveredQuantity"], made["Total"]) == ("0", 0)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("Booked", True, 2001399),
        ("Balance", 1, 2001399),
        ("DeliveryState", "delivery", 2001399),
        ("InvoiceType", "NOTE", 2000359),
        ("InvoiceDate", "2024-12-31", 2000423),
        ("OCR", "12a", 2000108),
        ("CreditInvoiceReference", "77", 2000434),
        ("InvoiceRows", [{"ArticleNumber": "TVAL-1", "OrderedQuantity": 1}], 2001399),
    ],
)
def test_wrong_field_is_refused(client: Client, field: str, value: object, code: int) -> None:
    """Read-only ones, those only orders have, dates outside every financial year."""
    assert client.refused("POST", "invoices", {"Invoice": {"CustomerNumber": "1001", field: value}}) == code


def test_booked_invoice_is_locked(client: Client) -> None:
    """Once; rows and references stay, comments may change."""
    number = invoice(client, booked=True)
    found = shown(client, number)
    assert (found["Booked"], found["VoucherSeries"], found["VoucherNumber"], found["VoucherYear"]) == (
        True,
        "B",
        1,
        2,
    )
    assert client.refused("PUT", f"invoices/{number}/bookkeep")
    assert client.refused("PUT", f"invoices/{number}/cancel")
    assert client.refused("PUT", f"invoices/{number}", {"Invoice": {"InvoiceRows": []}})
    assert client.put(f"invoices/{number}", "Invoice", Comments="x")["Comments"] == "x"


def test_unbooked_invoice_can_be_changed_and_cancelled(client: Client) -> None:
    """Then it is no longer in the books."""
    number = invoice(client)
    changed = client.put(f"invoices/{number}", "Invoice", InvoiceRows=[{"Price": 160}])
    assert changed["Total"] == 200
    assert client.put(f"invoices/{number}/cancel")["Cancelled"] is True
    assert client.sim.booked() == []
    assert client.refused("PUT", f"invoices/{number}", {"Invoice": {"Comments": "x"}})
    assert client.refused("PUT", f"invoices/{number}/bookkeep")


def test_company_that_books_payments_only(client: Client) -> None:
    """CASH: no bookkeep; cancelled and changed until sent; paid without being booked."""
    client.sim.company.method = "CASH"
    number, other = invoice(client), invoice(client)
    assert shown(client, number)["AccountingMethod"] == "CASH"
    assert client.refused("PUT", f"invoices/{number}/bookkeep")
    client.get(f"invoices/{number}/email")
    assert client.refused("PUT", f"invoices/{number}/cancel")
    assert client.refused("PUT", f"invoices/{number}", {"Invoice": {"InvoiceRows": []}})
    client.put(f"invoices/{other}/cancel")
    pay(client, number)
    assert (shown(client, number)["Balance"], shown(client, number)["Booked"]) == (0, False)


def test_credit_is_a_whole_invoice_with_a_minus(client: Client) -> None:
    """The answer is the original, which names it; only a booked one, and once."""
    draft = invoice(client)
    assert client.refused("PUT", f"invoices/{draft}/credit")
    rows = (row("80.00", "2", VAT=25, Discount=10, DiscountType="AMOUNT"), row("10.00", VAT=12))
    number = invoice(client, *rows, booked=True, ExternalInvoiceReference1="main:1:order", Freight=40)
    original = client.put(f"invoices/{number}/credit")
    credit = shown(client, original["CreditInvoiceReference"])
    assert original["DocumentNumber"] == credit["CreditInvoiceReference"] == number
    assert (credit["Credit"], original["Credit"], credit["Booked"]) == ("true", "false", False)
    assert credit["Total"] == -original["Total"]
    assert credit["ExternalInvoiceReference1"] == "main:1:order"
    assert client.refused("PUT", f"invoices/{number}/credit")


def test_credit_may_leave_the_references_behind(client: Client) -> None:
    """Nobody knows which way the real one does it."""
    client.sim.company.credit_references = False
    number = invoice(client, booked=True, ExternalInvoiceReference1="main:1:order")
    made = client.put(f"invoices/{number}/credit")["CreditInvoiceReference"]
    assert shown(client, made)["ExternalInvoiceReference1"] == ""


def test_rows_of_a_credit_can_be_put_before_it_is_booked(client: Client) -> None:
    """A partial credit."""
    made = client.put(f"invoices/{invoice(client, booked=True)}/credit")["CreditInvoiceReference"]
    client.put(f"invoices/{made}", "Invoice", InvoiceRows=[])
    sent = {"ArticleNumber": "TVAL-1", "DeliveredQuantity": -1, "Price": 8, "VAT": 25}
    assert client.put(f"invoices/{made}", "Invoice", InvoiceRows=[sent])["Total"] == -10


def test_invoice_posted_as_credit_and_original_name_each_other(client: Client) -> None:
    """By CreditInvoiceReference."""
    number = invoice(client, booked=True)
    credit = invoice(client, row("80.00", "-1", VAT=25), CreditInvoiceReference=number)
    assert (shown(client, credit)["Credit"], shown(client, credit)["Total"]) == ("true", -100)
    assert shown(client, number)["CreditInvoiceReference"] == credit


def test_invoice_over_nothing_is_paid_by_being_booked(client: Client) -> None:
    """As recorded."""
    number = invoice(client, row("0.00"), booked=True)
    assert shown(client, number)["FinalPayDate"] == "2026-11-21"


def test_payment_counts_when_it_is_booked(client: Client) -> None:
    """Not before; then the balance falls and the day of the last one stands in the invoice."""
    number = invoice(client, booked=True)
    first = pay(client, number, 40, book=False)
    assert (shown(client, number)["Balance"], client.sim.payments) == (100, {})
    client.put(f"invoicepayments/{first}/bookkeep")
    assert (shown(client, number)["Balance"], shown(client, number)["FinalPayDate"]) == (60, None)
    pay(client, number, 60, PaymentDate="2026-11-25")
    assert (shown(client, number)["Balance"], shown(client, number)["FinalPayDate"]) == (0, "2026-11-25")
    assert client.sim.payments == {number: Decimal(100)}
    listed = client.get("invoicepayments", invoicenumber=number)["InvoicePayments"]
    assert [(each["Amount"], each["Booked"]) for each in listed] == [(40, True), (60, True)]


def test_too_much_or_again_is_refused(client: Client) -> None:
    """2003055; of two not yet booked the second fails when it is booked."""
    number = invoice(client, booked=True)
    assert not_paid(client, InvoiceNumber=int(number), Amount=101) == 2003055
    first, second = (pay(client, number, book=False) for _ in range(2))
    client.put(f"invoicepayments/{first}/bookkeep")
    assert client.refused("PUT", f"invoicepayments/{second}/bookkeep") == 2003055
    assert client.refused("PUT", f"invoicepayments/{first}/bookkeep") == 2003055
    assert not_paid(client, InvoiceNumber=int(number)) == 2003055
    assert client.refused("DELETE", f"invoicepayments/{first}") == 2003055
    assert client.ask("DELETE", f"invoicepayments/{second}").status_code == 204


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"InvoiceNumber": 77}, 2000434),
        ({"PaymentDate": "2026-11-20"}, 2000359),
        ({"PaymentDate": "2030-01-01"}, 2000423),
        ({"ModeOfPayment": "SHELLS"}, 2000729),
        ({"ModeOfPaymentAccount": 1999}, 2001304),
        ({"Amount": "100"}, 2000108),
        ({"Booked": True}, 2001399),
    ],
)
def test_wrong_payment_is_refused(client: Client, values: dict[str, Any], code: int) -> None:
    """No such invoice, before the invoice, outside the years, no such mode or account, read-only fields."""
    number = invoice(client, booked=True)
    assert not_paid(client, **{"InvoiceNumber": int(number), **values}) == code


def test_payment_of_an_invoice_not_booked_is_refused(client: Client) -> None:
    """In a company that books invoices."""
    assert not_paid(client, InvoiceNumber=int(invoice(client))) == 2000434


def test_payment_in_foreign_money_names_both_amounts(client: Client) -> None:
    """AmountCurrency is needed; Amount is reckoned when left out."""
    number = invoice(client, booked=True, Currency="EUR", CurrencyRate=Decimal("11.45"))
    assert not_paid(client, InvoiceNumber=int(number), Amount=1145) == 2000108
    made = client.post("invoicepayments", "InvoicePayment", InvoiceNumber=int(number), AmountCurrency=100)
    assert (made["Amount"], made["Currency"], made["ModeOfPaymentAccount"]) == (1145, "EUR", 1930)
    client.put(f"invoicepayments/{made['Number']}/bookkeep")
    assert shown(client, number)["Balance"] == 0


def test_write_off_covers_a_difference(client: Client) -> None:
    """Ninety-nine and one are a hundred."""
    number = invoice(client, booked=True)
    pay(client, number, 99, WriteOffs=[{"Amount": 1, "AccountNumber": 3740}])
    assert shown(client, number)["Balance"] == 0


def test_payment_not_booked_can_be_changed(client: Client) -> None:
    """The amount; not the invoice."""
    number = invoice(client, booked=True)
    made = pay(client, number, 40, book=False)
    assert client.put(f"invoicepayments/{made}", "InvoicePayment", Amount=50)["AmountCurrency"] == 50
    assert client.refused("PUT", f"invoicepayments/{made}", {"InvoicePayment": {"InvoiceNumber": 1}})


def test_credit_is_paid_back_with_a_minus(client: Client) -> None:
    """And no further."""
    number = invoice(client, row("80.00", "-1", VAT=25), booked=True)
    assert not_paid(client, InvoiceNumber=int(number), Amount=-101) == 2003055
    pay(client, number, -100)
    assert shown(client, number)["Balance"] == 0


def test_people_invoice_pay_and_cancel(client: Client) -> None:
    """By number, or by an id that ends in it."""
    sim = client.sim
    made, gone = (client.order(row(VAT=25), CustomerNumber="1001")["DocumentNumber"] for _ in range(2))
    assert sim.invoice(made) == sim.invoice(f"orders/{made}") == "10001"
    sim.pay("invoices/10001")
    sim.pay("10001")
    sim.annul(gone)
    sim.annul(invoice(client))
    assert sim.payments == {"10001": Decimal(100)}
    assert [each.number for each in sim.booked()] == ["10001"]


def test_delivery_is_in_whole_pieces_and_at_least_one(client: Client) -> None:
    """Of three a third, of one a half: one; the total follows."""
    made = client.order(row("10.00", "3", VAT=0), row("5.00", "1", VAT=0), CustomerNumber="1001")[
        "DocumentNumber"
    ]
    client.sim.deliver(made, share=Decimal("0.4"))
    found = client.get(f"orders/{made}")["Order"]
    assert [each["DeliveredQuantity"] for each in found["OrderRows"]] == ["1", "1"]
    assert found["Total"] == 15
    client.sim.deliver(made)
    assert client.get(f"orders/{made}")["Order"]["Total"] == 35


def test_goods_and_customers_are_kept_by_people(client: Client) -> None:
    """What they write is taken as it is."""
    goods = client.sim.goods
    goods.put("MUG-1", name="Mugg", ean="7350000000015", price="79.20")
    goods.set_stock("MUG-1", Decimal(9), reserved=Decimal(2))
    goods.set_price("MUG-1", Decimal(70), price_list="B")
    found = client.get("articles/MUG-1")["Article"]
    assert (found["SalesPrice"], found["DisposableQuantity"], found["EAN"]) == (
        Decimal("79.2"),
        7,
        "7350000000015",
    )
    assert client.get("prices/B/MUG-1/0")["Price"]["Price"] == 70
    assert goods.numbers()[-1] == "MUG-1"
    client.sim.customers.keep(name="Öberg", org_number="165560004615")
    assert client.sim.customers.kept()[-1].org_number == "165560004615"


def test_stocking_up_sets_the_account_of_the_rate(client: Client) -> None:
    """12 % is account 3002."""
    client.sim.stock_up({"BOK-1": Decimal(6), "MAT-1": Decimal(12)})
    assert client.get("articles/MAT-1")["Article"]["SalesAccount"] == 3002
    assert client.get("articles/BOK-1")["Article"]["VAT"] == 6


def test_day_of_a_document_is_stockholms(client: Client) -> None:
    """Half past eleven at night in UTC is tomorrow there."""
    client.clock.advance(hours=11, minutes=30)
    client.login()
    assert client.order(CustomerNumber="1001")["OrderDate"] == "2026-11-22"
