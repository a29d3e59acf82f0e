"""Specter simulator: orders, what it makes of their rows, and what they do to stock (facts, sections 5.2 and 6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.sim.faults import Kind
from tests.support.specter_account import Client


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """An account at noon with one customer."""
    made = Client(tmp_path)
    made.customer()
    return made


def test_order_is_booked_under_the_shops_number(client: Client) -> None:
    """The answer has Specter's own."""
    number = client.order("main:1234:order", orderDate="2026-11-20", currency="EUR")
    (booked,) = client.sim.booked()
    assert (booked.key, booked.number, number) == ("main:1234:order", "100001", "100001")
    assert (booked.gross, booked.currency, booked.dated) == (Decimal("198.00"), "EUR", date(2026, 11, 20))
    assert [(row.code, row.text, row.amount) for row in booked.rows] == [("MUG", "Mugg", Decimal("158.4"))]


def test_day_is_swedish_when_none_is_sent(client: Client) -> None:
    """Late in the evening in UTC it is the next day there."""
    client.now = client.now.replace(hour=23, minute=30)
    client.order()
    assert client.sim.booked()[0].dated == date(2026, 11, 22)


def test_total_is_the_simulators_own(client: Client) -> None:
    """Three decimals of a price stay until the sum of the rate is rounded; halves go away from zero."""
    client.order("a", ("MUG", 3, "0.335", 25), ("frakt", 1, "0.335", 25), ("presentkort", 1, "-1", 0))
    assert client.sim.booked()[0].gross == Decimal("0.68")  # 1.340 -> 1.34; 0.335 -> 0.34; -1.00
    client.sim.account.row_decimals = 2
    assert client.sim.booked()[0].gross == Decimal("0.69")  # 1.01 + 0.34 = 1.35; 0.3375 -> 0.34
    client.sim.account.vat_per_row = True
    assert client.sim.booked()[0].gross == Decimal("0.69")  # 0.25 + 0.09 = 0.34


def test_discount_is_a_row_of_negative_price(client: Client) -> None:
    """A percentage on the row counts only where the account takes it."""
    client.order("a", ("MUG", 1, "100", 25), ("rabatt", 1, "-10", 25))
    assert client.sim.booked()[0].gross == Decimal("112.50")
    assert client.try_order("b", discount_1="10")[1] == "9006"
    client.sim.account.row_discounts = True
    client.order("b", ("MUG", 1, "100", 25), discount_1="10")
    assert client.sim.booked()[1].gross == Decimal("112.50")


def test_used_number_is_refused_unless_the_control_is_ignored(client: Client) -> None:
    """The refusal may name the order; a removed one may free the number."""
    number = client.order("1001")
    assert client.try_order("1001") == ["0", "9011", f"externalOrderNo är redan använt, se order '{number}'"]
    client.sim.account.duplicate_tells_number = False
    assert number not in client.try_order("1001")[2]
    assert client.order("1001", ignoreExternalOrderNoControl="1") != number
    client.order("1002")
    client.sim.annul("100003")
    assert client.try_order("1002")[1] == "9011"
    client.sim.account.removed_frees_number = True
    client.order("1002")
    client.order("", externalOrderNo=None)
    client.order("", externalOrderNo=None)  # no number, no control


def test_lost_answer_leaves_the_order(client: Client) -> None:
    """The second submit is a duplicate, which tells that the first arrived."""
    client.sim.faults.add(Kind.ANSWER, status=500, work=True)
    values = {"customerId": "1001", "externalOrderNo": "77", "articleNo_1": "MUG", "noOfItems_1": 1,
              "priceExclVAT_1": 1, "vatPercent_1": 25}  # fmt: skip
    assert client.ask("putInfo.asp", "newOrderSubmit", values).status_code == 500
    assert client.put("newOrderSubmit", values)[1] == "9011"
    assert len(client.sim.booked()) == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [({"customerId": "7"}, "9010"), ({"customerId": "x"}, "9008"), ({"customerId": None}, "9007"),
     ({"articleNo_1": "NONE"}, "9012"), ({"articleNo_1": None}, "9007"), ({"articleNo_3": "MUG"}, "9008"),
     ({"priceExclVAT_1": "1.2345"}, "9008"), ({"priceExclVAT_1": "1,5"}, "9008"), ({"priceExclVAT_1": None}, "9007"),
     ({"vatPercent_1": "25.5"}, "9008"), ({"vatPercent_1": 26}, "9009"), ({"vatPercent_1": None}, "9007"),
     ({"noOfItems_1": 0}, "9008"), ({"noOfItems_1": -1}, "9008"), ({"noOfItems_1": "0.125"}, "9008"),
     ({"orderDate": "20261121"}, "9008"), ({"deliveryDate": "2026-02-30"}, "9008"), ({"currency": "XTS"}, "9009"),
     ({"payTypeIdentifier": "ZZ"}, "9009"), ({"externalDeliveryMethod": "drone"}, "9009"),
     ({"stocksiteid": "9"}, "9009"), ({"webshopId": "9"}, "9009"), ({"sendOrderMail": "yes"}, "9008"),
     ({"customerOrderReference": "x" * 51}, "9008"), ({"customerReference": "x" * 71}, "9008"),
     ({"total": "100"}, "9006")],
)  # fmt: skip
def test_wrong_order_is_refused_whole(client: Client, values: dict[str, object], code: str) -> None:
    """No order, and no stock spoken for."""
    client.sim.goods.set_stock("MUG", Decimal(5))
    assert client.try_order("1", **values)[:2] == ["0", code]
    assert client.sim.booked() == []
    assert client.sim.state.articles["MUG"].available("1") == 5


def test_whole_head_of_an_order_is_taken(client: Client) -> None:
    """Everything a client has been seen to send."""
    client.order(
        "1",
        language="XX", payTypeIdentifier="KG", payTypeReference="res-1", payTypeIdentifierPaySystemUser="K1",
        isPrepayment="0", customerOrderReference="PO 7", customerReference="Bo", orderDate="2026-11-21",
        deliveryDate="2026-11-24", internalComment="inne", publishedComment="ute", userSource="webuser",
        externalDeliveryMethod="postnord", notifyDeliveryByMobile="1", notifyDeliveryMobileNo="070",
        preparedShipmentId="s1", sendOrderMail="1", sendOrderMailToUser="1", stocksiteid="2", webshopId="1",
        articleName_1="Mugg, blå", articleComment_1="med text",
    )  # fmt: skip
    order = client.sim.state.orders[100001]
    assert (order.data["language"], order.site, order.data["deliverydate"]) == ("SE", "2", "2026-11-24")
    assert (order.rows[0].text, order.rows[0].comment) == ("Mugg, blå", "med text")
    assert client.sim.mails == ["100001"]


def test_shops_of_one_account_need_version_2(client: Client) -> None:
    """And an order may have to name its shop."""
    account = client.sim.account
    account.webshops = {"1", "2"}
    client.order("1", webshopId="2")
    client.order("2")
    account.webshop_required = True
    assert client.try_order("3")[1] == "9007"
    account.version = 1
    assert client.try_order("3", webshopId="2")[1] == "9009"


def test_negative_quantity_only_where_the_account_takes_it(client: Client) -> None:
    """Nobody has been seen to send one."""
    client.sim.account.negative_quantities = True
    client.order("1", ("MUG", -1, "100", 25))
    assert client.sim.booked()[0].gross == Decimal("-125.00")


def test_order_speaks_for_stock_of_its_site(client: Client) -> None:
    """Delivered it has left; freight is not counted."""
    goods, mug = client.sim.goods, client.sim.state.articles["MUG"]
    goods.set_stock("MUG", Decimal(5))
    goods.set_stock("MUG", Decimal(4), site="2")
    first = client.order("1", ("MUG", 2, "1", 25), ("frakt", 1, "1", 25))
    client.order("2", ("MUG", 3, "1", 25), stocksiteid="2")
    assert (mug.available("1"), mug.available("2")) == (3, 1)
    client.sim.deliver(first)
    assert (mug.in_stock["1"], mug.reserved["1"], mug.available("1")) == (3, 0, 3)
    assert client.sim.state.articles["frakt"].in_stock == {}
    client.sim.annul("100002")
    assert mug.available("2") == 4


def test_set_article_moves_its_parts(client: Client) -> None:
    """It has no stock of its own; as many as the scarcest part allows may be sold."""
    goods = client.sim.goods
    goods.put("LID")
    goods.put_set("SET", {"MUG": Decimal(2), "LID": Decimal(1)}, name="Sats")
    goods.set_stock("MUG", Decimal(9))
    goods.set_stock("LID", Decimal(5))
    client.order("1", ("SET", 2, "1", 25))
    assert client.stock("b1") == {"MUG": "5", "LID": "3"}
    client.done("Article", "b1")
    client.sim.account.sets_have_stock = True
    goods.set_stock("MUG", Decimal(3), reserved=Decimal(0))
    assert client.stock("b2") == {"MUG": "3", "SET": "1"}
    client.done("Article", "b2")
    client.order("2", ("LID", 1, "1", 25))
    assert client.stock("b3") == {"LID": "2", "SET": "1"}
    with pytest.raises(LookupError):
        goods.put_set("SET2", {"NONE": Decimal(1)})


def test_people_deliver_invoice_and_pay(client: Client) -> None:
    """An order that became an invoice counts once, as the invoice."""
    number = client.order("1", ("MUG", 4, "100", 25))
    client.sim.deliver(number, share=Decimal("0.5"))
    invoice = client.sim.invoice(number)
    assert client.sim.invoice(invoice) == invoice
    assert [each.number for each in client.sim.booked()] == [invoice]
    client.sim.pay(number)
    assert client.sim.payments == {invoice: Decimal("500.00")}
    for refused in (client.sim.annul, client.sim.invoice):
        with pytest.raises(ValueError, match="invoice"):
            refused(number)


def test_delivered_part_may_be_invoiced_alone(client: Client) -> None:
    """Klarna is told what is invoiced, in whole pieces; nothing without a reservation."""
    number = client.order("1", ("MUG", "2.5", "100", 25), payTypeIdentifier="KG", payTypeReference="r1")
    client.sim.deliver(number, share=Decimal("0.4"))
    client.sim.invoice(number, delivered=True)
    assert client.sim.captured == {number: Decimal("125.00")}
    client.sim.pay(number)
    assert sum(client.sim.payments.values()) == Decimal("312.50")
    assert client.sim.captured == {number: Decimal("250.00")}  # 1.5 left is charged as 1
    other = client.order("2", payTypeIdentifier="KG")
    client.sim.pay(other)
    assert other not in client.sim.captured


def test_removed_order_stays_removed(client: Client) -> None:
    """Nobody delivers or invoices it any more, and it is not counted."""
    number = client.order()
    client.sim.annul(number)
    client.sim.annul(number)
    assert client.sim.booked() == []
    for refused in (client.sim.deliver, client.sim.invoice):
        with pytest.raises(ValueError, match="removed"):
            refused(number)
    with pytest.raises(LookupError):
        client.sim.pay("7")


def test_somebody_books_the_same_once_more(client: Client) -> None:
    """Past the control, with a number of its own."""
    client.order("1001", sendOrderMail="1")
    client.sim.twin("1001")
    client.sim.twin("other")
    assert [(each.key, each.number) for each in client.sim.booked()] == [
        ("1001", "100001"),
        ("1001", "100002"),
    ]
    assert client.sim.mails == ["100001"]
