"""Specter simulator: the batch protocol, what batches show, and pings (specter facts, sections 4, 5.4 and 5.5)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bridge.sim.specter.journal import FILE
from tests.support.specter_account import Client, numbers, refusal

KINDS = ("Article", "ArticleInfo", "Orders")


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """An account at noon with one customer, in which nothing has changed."""
    made = Client(tmp_path)
    made.customer()
    return made


def shown(tree: ET.Element) -> list[str]:
    """Article numbers of an answer."""
    return [each.text or "" for each in tree.iter("articleNo")]


def many(client: Client, count: int) -> list[str]:
    """So many articles that have changed."""
    skus = [f"A{place}" for place in range(count)]
    for sku in skus:
        client.sim.goods.put(sku)
        client.sim.goods.set_stock(sku, Decimal(1))
    return skus


def test_open_batch_shows_the_same_until_acknowledged(client: Client) -> None:
    """What changes in the meantime waits for the next one."""
    client.sim.goods.set_stock("MUG", Decimal(5))
    assert client.stock("b1") == {"MUG": "5"}
    client.sim.goods.set_stock("MUG", Decimal(3))
    assert client.stock("b1") == {"MUG": "5"}
    assert client.done("Article", "b1") == ["1", "b1", "Batchen kvitterad"]
    assert client.stock("b2") == {"MUG": "3"}
    client.done("Article", "b2")
    assert client.stock("b3") == {}


@pytest.mark.parametrize("kind", KINDS)
def test_another_batch_is_99_with_the_open_number(client: Client, kind: str) -> None:
    """Between apostrophes, in XML and in text; also when the open one is empty."""
    client.read(kind, "b1")
    code, message = refusal(client.read(kind, "b2"))
    assert (code, message.split("'")[1]) == ("99", "b1")
    text = client.ask("getInfo.asp", f"get{kind}ExternalNeedUpdate", {"batchNo": "b2"}).text
    assert text.startswith("0;99;")
    assert text.split("'")[1] == "b1"


def test_kinds_have_batches_of_their_own(client: Client) -> None:
    """One open for stock does not keep orders."""
    for place, kind in enumerate(KINDS):
        assert client.read(kind, f"b{place}").findtext("APIresponse/result") == "1"


def test_empty_read_may_leave_nothing_open(client: Client) -> None:
    """Whether the real one does is not known."""
    client.sim.account.empty_opens = False
    client.read("Orders", "b1")
    assert client.read("Orders", "b2").findtext("APIresponse/result") == "1"


def test_unknown_batch_cannot_be_acknowledged(client: Client) -> None:
    """Nor one that was acknowledged, unless the account is kind; nor another than the open one."""
    assert client.done("Article", "b1")[:2] == ["0", "9014"]
    client.read("Article", "b1")
    assert client.done("Article", "b2")[1] == "9014"
    assert client.done("Orders", "b1")[1] == "9014"
    assert client.done("Article", "b1")[0] == "1"
    assert client.done("Article", "b1")[1] == "9014"
    client.sim.account.acknowledges_again = True
    assert client.done("Article", "b1")[0] == "1"
    assert client.done("Article", "b0")[1] == "9014"


def test_number_is_used_once(client: Client) -> None:
    """Every batch needs one of its own, and it must be there."""
    client.read("Article", "b1")
    client.done("Article", "b1")
    assert refusal(client.read("Article", "b1"))[0] == "9015"
    client.sim.account.numbers_used_again = True
    assert client.stock("b1") == {}
    assert client.ask("getInfo.asp", "getArticleExternalNeedUpdate", {}).text.startswith("0;9007;")


@pytest.mark.parametrize("kind", ["Article", "ArticleInfo"])
def test_limit_is_told_and_the_rest_waits(client: Client, kind: str) -> None:
    """As many rows as the limit: acknowledge and ask again."""
    client.sim.account.response_max = 3
    skus, got = many(client, 7), []
    for place in range(3):
        answer = client.read(kind, f"b{place}")
        assert answer.findtext("responseMaxLimit") == "3"
        got.append(shown(answer))
        client.done(kind, f"b{place}")
    assert got == [skus[:3], skus[3:6], skus[6:]]


def test_kind_without_a_limit_tells_none(client: Client) -> None:
    """The limit has been seen with article information only."""
    client.sim.account.response_max, client.sim.account.limited = 3, {"article"}
    skus = many(client, 4)
    answer = client.read("Article", "b1")
    assert (shown(answer), answer.find("responseMaxLimit")) == (skus, None)


def test_stock_as_text_has_a_heading_and_four_fields(client: Client) -> None:
    """Rows parted by carriage return; the other kinds are XML only."""
    client.sim.goods.set_stock("MUG", Decimal("2.5"))
    answer = client.ask("getInfo.asp", "getArticleExternalNeedUpdate", {"batchNo": "b1"})
    head, row = answer.content.decode("iso-8859-1").split("\r")
    number = client.sim.state.articles["MUG"].id
    assert head.split(";")[2] == "noItemsAvailable"
    assert row == f"{number};MUG;2,5;b1"
    several = {"batchNo": "b1", "getMultipleStocksites": "1"}
    assert client.ask("getInfo.asp", "getArticleExternalNeedUpdate", several).text.startswith("0;9008;")
    other = client.ask("getInfo.asp", "getOrdersExternalNeedUpdate", {"batchNo": "b1"})
    assert other.text.startswith("0;9008;")


def test_several_sites_are_shown_when_asked_for(client: Client) -> None:
    """Else the default one; what names a site is not known, so it may be left out."""
    client.sim.goods.set_stock("MUG", Decimal(5), reserved=Decimal(2))
    client.sim.goods.set_stock("MUG", Decimal(7), site="2")
    assert client.stock("b1") == {"MUG": "3"}
    several = client.read("Article", "b1", getMultipleStocksites="1")
    found = {
        site.get("stocksiteid"): site.findtext("articles/article/noItemsAv") for site in several.iter("stock")
    }
    assert found == {"1": "3", "2": "7"}
    client.sim.account.site_attribute = ""
    assert [
        site.attrib for site in client.read("Article", "b1", getMultipleStocksites="1").iter("stock")
    ] == [{}, {}]
    with pytest.raises(LookupError):
        client.sim.goods.set_stock("MUG", Decimal(1), site="9")


def test_article_information_has_decimal_commas(client: Client) -> None:
    """Attributes and two children, as one client reads them."""
    client.sim.goods.put("MUG", name="Mugg å", price="79.2", ean="7350", weight="0.350", buy_price="30.00")
    client.sim.goods.set_price("MUG", Decimal("80.125"))
    client.sim.goods.set_price("MUG", Decimal(1), price_list="EUR")
    (article,) = client.read("ArticleInfo", "b1").iter("article")
    assert article.attrib == {
        "buyPrice": "30", "priceExclVat": "80,125", "barCode": "7350", "productWeight": "0,35"
    }  # fmt: skip
    assert (article.findtext("articleNo"), article.findtext("name")) == ("MUG", "Mugg å")


def test_good_read_may_lack_the_response_element(client: Client) -> None:
    """Nobody says that it stands there."""
    client.sim.account.reads_say_ok = False
    assert client.read("Orders", "b1").find("APIresponse") is None
    assert refusal(client.read("Orders", "b2"))[0] == "99"


def test_orders_show_delivery_tracking_and_removal(client: Client) -> None:
    """A new order of the shop's own is no news; the later ones come once each."""
    one = client.order("1", ("MUG", 3, "1", 25))
    two = client.order("2")
    assert list(client.read("Orders", "b1").iter("order")) == []
    client.done("Orders", "b1")
    client.sim.deliver(one, share=Decimal("0.5"), tracking="T1")
    client.sim.annul(two)
    first, second = client.read("Orders", "b2").iter("order")
    assert (first.get("orderNo"), first.find("orderstatus").attrib) == (
        one,
        {"deliveryStatus": "P", "statusId": "2"},
    )
    assert first.find("deliveries").attrib == {"updated": "1"}
    assert [each.get("trackingNo") for each in first.iter("delivery")] == ["T1"]
    assert (second.get("orderNo"), second.find("orderstatus").get("statusId")) == (two, "5")
    assert second.find("deliveries").get("updated") == "0"
    client.done("Orders", "b2")
    client.sim.deliver(one, tracking="T2")
    client.sim.deliver(one)
    client.sim.account.feed_tells_key = True
    (last,) = client.read("Orders", "b3").iter("order")
    assert last.find("orderstatus").attrib == {"deliveryStatus": "D", "statusId": "3"}
    assert [each.get("trackingNo") for each in last.iter("delivery")] == ["T1", "T2"]
    assert last.get("externalOrderNo") == "1"
    client.done("Orders", "b3")
    client.sim.invoice(one)
    assert client.read("Orders", "b4").find("orders/order/orderstatus").get("statusId") == "4"


def test_own_calls_echo_as_the_account_says(client: Client) -> None:
    """An order moves stock, which the shop is told; or not."""
    client.sim.goods.set_stock("MUG", Decimal(9))
    client.order("1")
    new = {"articleNo_1": "NEW", "name_1": "Ny", "createArticleStock_1": 1, "noItemsInStock_1": 4}
    client.put("newArticleSubmit", new)
    assert client.stock("b1") == {"MUG": "7", "NEW": "4"}
    assert shown(client.read("ArticleInfo", "b1")) == ["NEW"]
    client.done("Article", "b1")
    client.sim.account.echoes = set()
    client.order("2")
    assert client.stock("b2") == {}


def test_queues_survive_a_restart(client: Client) -> None:
    """The open batch with what it showed, what waits behind it, and the orders and articles themselves."""
    client.sim.goods.set_stock("MUG", Decimal(5))
    number = client.order("1")
    client.sim.deliver(number, tracking="T1")
    client.sim.invoice(number)
    client.stock("b1")
    client.sim.goods.set_stock("MUG", Decimal(2))
    before = client.sim.booked()
    with (client.folder / FILE).open("ab") as file:
        file.write(b'["article", {"no": "HALF')  # killed while writing
    client.start()
    assert client.sim.booked() == before
    assert client.stock("b1") == {"MUG": "3"}
    assert refusal(client.read("Article", "b2"))[0] == "99"
    client.done("Article", "b1")
    assert client.stock("b2") == {"MUG": "2"}
    assert [each.get("trackingNo") for each in client.read("Orders", "b1").iter("delivery")] == ["T1"]
    client.start()
    assert client.try_order("1")[1] == "9011"
    assert numbers(client.read("Article", "b2")) == {"MUG": "2"}
