"""Batches of Specter taken apart, and what they say in our words; what is not recognised is never acknowledged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.erps.specter.answers import Answer, Node, read
from bridge.erps.specter.mapping_feeds import (
    Kind,
    Status,
    Thing,
    key_in,
    levels_of,
    parsed_key,
    price_of,
    product_of,
    standing_of,
    things,
)
from bridge.erps.specter.profile import load
from bridge.model.documents import Key
from bridge.model.fulfilment import Stage, Tracking

PROFILE = load()
GOOD = "<APIresponse><result>1</result><code></code></APIresponse><responseMaxLimit>3</responseMaxLimit>"


def answer(xml: str) -> Answer:
    """As Specter says it."""
    return read(f"<specter>{GOOD}{xml}</specter>".encode(), PROFILE, writes=False)


def found(kind: Kind, xml: str) -> tuple[Thing, ...]:
    """Its rows."""
    return things(kind, answer(xml), PROFILE)


def node(xml: str) -> Node:
    """An element."""
    tree = answer(xml).tree
    assert tree is not None
    return tree.children[-1]


def stock(sku: str, pieces: str) -> str:
    """A row of stock."""
    return f"<article><articleNo>{sku}</articleNo><noItemsAv>{pieces}</noItemsAv></article>"


def available(things: tuple[Thing, ...]) -> dict[tuple[str, str], str]:
    """Article and site to what is told."""
    return {(each.id, each.site): each.node.get("noItemsAv") for each in things}


def test_stock_by_site():
    """Every site has a code of its own."""
    xml = (
        f'<stockChanges><stock stocksiteid="1"><articles>{stock("A", "2")}</articles></stock>'
        f'<stock stocksiteid="2"><articles>{stock("A", "3,5")}{stock("B", "0")}</articles></stock></stockChanges>'
    )
    assert available(found(Kind.STOCK, xml)) == {("A", "1"): "2", ("A", "2"): "3,5", ("B", "2"): "0"}


@pytest.mark.parametrize("codes", [("", ""), ("1", ""), ("1", "1")])
def test_stock_of_sites_nobody_can_tell_apart_is_added_up(codes: tuple[str, str]):
    """One of them without a code is enough, and so is one code for two."""
    first, second = (f'<stock stocksiteid="{code}">' for code in codes)
    rows = stock("A", "3,5") + stock("B", "1")
    xml = f"<stockChanges>{first}{stock('A', '2')}</stock>{second}{rows}</stock></stockChanges>"
    assert available(found(Kind.STOCK, xml)) == {("A", ""): "5.5", ("B", ""): "1"}


def test_stock_that_cannot_be_added_up_stays_as_it_is():
    """It is told of when it is read, and the rest of the batch goes on."""
    xml = f"<stockChanges><stock>{stock('A', '2')}</stock><stock>{stock('A', 'two')}</stock></stockChanges>"
    assert available(found(Kind.STOCK, xml)) == {("A", ""): "two"}


def test_stock_without_any_site_is_of_all_together():
    """Rows without an element of a site round them."""
    assert available(found(Kind.STOCK, f"<articles>{stock('A', '2')}</articles>")) == {("A", ""): "2"}


def test_stock_as_text():
    """Four fields; the heading is no row."""
    text = b"articleId;articleNo;noItemsAvailable;batchNo\r7;A;2;f0\r8;B;-1;f0\r"
    lines = things(Kind.STOCK, read(text, PROFILE, writes=False), PROFILE)
    assert available(lines) == {("A", ""): "2", ("B", ""): "-1"}
    heading = read(text[: text.index(b"\r")], PROFILE, writes=False)
    assert things(Kind.STOCK, heading, PROFILE) == ()


@pytest.mark.parametrize("text", [b"7;A\r", b"7;;2;f0\r"])
def test_row_of_text_that_lacks_something_is_not_understood(text: bytes):
    """Nothing is acknowledged then."""
    with pytest.raises(ValueError, match="7"):
        things(Kind.STOCK, read(text, PROFILE, writes=False), PROFILE)


@pytest.mark.parametrize("kind", [Kind.ARTICLES, Kind.ORDERS])
@pytest.mark.parametrize("text", [b"7;A;2;f00\r", b"articleId;articleNo;noItemsAvailable;batchNo\r"])
def test_text_where_none_is_known_is_not_understood(kind: Kind, text: bytes):
    """Only stock has a form of text."""
    with pytest.raises(ValueError):
        things(kind, read(text, PROFILE, writes=False), PROFILE)


def test_rows_of_articles_and_orders_are_named_by_their_numbers():
    """In an attribute or in an element, whatever the case of letters."""
    rows = found(
        Kind.ARTICLES,
        '<articles><Article ArticleNo="A"/><article><articleNo>B</articleNo></article></articles>',
    )
    assert [(each.id, each.site) for each in rows] == [("A", ""), ("B", "")]
    assert [each.id for each in found(Kind.ORDERS, '<orders><order orderNo="100001"/></orders>')] == [
        "100001"
    ]


@pytest.mark.parametrize(
    ("kind", "xml", "named"),
    [
        (Kind.ARTICLES, "<articles><article><name>X</name></article></articles>", "article"),
        (Kind.ORDERS, "<orders><order/></orders>", "order"),
        (Kind.STOCK, "<stock><article/></stock>", "article"),
        (Kind.STOCK, '<stock stocksiteid="1"><article/></stock>', "article"),
        (Kind.ARTICLES, "<articles><artikel>A</artikel></articles>", "artikel"),
        (Kind.ORDERS, "<salesOrders/>", "salesOrders"),
    ],
)
def test_answer_of_another_form_is_never_taken_for_an_empty_one(kind: Kind, xml: str, named: str):
    """Acknowledged, its changes would be gone."""
    with pytest.raises(ValueError, match=f"^{named}$"):
        found(kind, xml)


@pytest.mark.parametrize(
    ("kind", "xml"),
    [
        (Kind.ARTICLES, "<articles/>"),
        (Kind.ORDERS, "<orders></orders>"),
        (Kind.STOCK, '<stockChanges><stock stocksiteid="1"><articles/></stock></stockChanges>'),
        (Kind.STOCK, ""),
    ],
)
def test_empty_answer_is_empty(kind: Kind, xml: str):
    """However much stands round nothing."""
    assert found(kind, xml) == ()


def test_levels_are_told_by_site_and_together():
    """Decimal commas; negative as it is; the sum last."""
    sites = {"2": node(stock("A", "-1,5")), "1": node(stock("A", "4"))}
    assert [(each.site, each.available) for each in levels_of("A", sites, PROFILE)] == [
        ("1", Decimal(4)), ("2", Decimal("-1.5")), ("", Decimal("2.5"))
    ]  # fmt: skip
    (only,) = levels_of("A", {"": node(stock("A", "4"))}, PROFILE)
    assert (only.sku, only.site, only.in_stock) == ("A", "", Decimal(4))
    with pytest.raises(ValueError):
        levels_of("A", {"": node(stock("A", ""))}, PROFILE)


def test_article_with_everything_and_one_with_nothing():
    """A weight of 0 is what nobody has weighed, a cost of 0 what nobody has told."""
    whole = node(
        '<article buyPrice="31,5" priceExclVat="79,2" barCode="735" productWeight="0,35"><name>Mugg</name></article>'
    )
    product = product_of("A", whole, PROFILE)
    assert (product.sku, product.name, product.ean, product.net_price) == (
        "A",
        "Mugg",
        "735",
        Decimal("79.2"),
    )
    assert (product.weight, dict(product.extra)) == (Decimal(350), {"buyPrice": "31.5"})
    price = price_of("A", whole, PROFILE)
    assert price is not None
    assert (price.amount, price.currency, price.gross, price.price_list) == (
        Decimal("79.2"),
        "SEK",
        False,
        "",
    )

    bare = node('<article buyPrice="0" productWeight="0" barCode=""/>')
    product = product_of("A", bare, PROFILE)
    assert (product.name, product.ean, product.net_price, product.weight, dict(product.extra)) == (
        "",
        None,
        None,
        None,
        {},
    )
    assert price_of("A", bare, PROFILE) is None
    with pytest.raises(ValueError):
        price_of("A", node('<article priceExclVat="a lot"/>'), PROFILE)


@pytest.mark.parametrize(
    ("letter", "state", "updated", "stages"),
    [
        ("", "", "0", set()),
        ("", "", "1", {Stage.PART_DELIVERED}),
        ("D", "", "1", {Stage.DELIVERED}),
        ("D", "", "0", {Stage.DELIVERED}),
        ("", "5", "0", {Stage.CANCELLED}),
        ("D", "5", "1", {Stage.DELIVERED, Stage.CANCELLED}),
    ],
)
def test_stages_of_an_order(letter: str, state: str, updated: str, stages: set[Stage]):
    """D is the whole; a delivery without it a part; 5 is removed."""
    xml = (
        f'<order orderNo="1"><orderstatus deliveryStatus="{letter}" statusId="{state}"/>'
        f'<deliveries updated="{updated}"/></order>'
    )
    standing = standing_of(node(xml), PROFILE)
    assert (standing.stages, standing.tracking, standing.unknown) == (stages, (), ())


def test_parcels_are_told_once_each():
    """One without a number is none."""
    parcels = "".join(f'<delivery trackingNo="{number}"/>' for number in ("A1", "", "B2", "A1"))
    standing = standing_of(
        node(f'<order orderNo="1"><deliveries updated="1">{parcels}</deliveries></order>'), PROFILE
    )
    assert standing.tracking == (Tracking(number="A1"), Tracking(number="B2"))


def test_unknown_statuses_are_named_with_the_line_for_the_profile():
    """Also one with a quotation mark in it."""
    standing = standing_of(node('<order deliveryStatus="P" statusId="&quot;"/>'), PROFILE)
    assert standing.stages == frozenset()
    letter, state = standing.unknown
    assert letter == Status(table="delivery", field="deliveryStatus", value="P")
    assert (letter.section, letter.line) == ("[statuses.delivery]", '"P" = { value = "nothing" }')
    assert (state.section, state.line) == ("[statuses.order]", '"\\"" = { value = "nothing" }')


def test_key_of_an_order_where_specter_tells_it():
    """Anything else there is nobody's."""
    assert key_in(node('<order orderNo="1" externalOrderNo="main:7:order"/>'), PROFILE) == "main:7:order"
    assert key_in(node('<order orderNo="1"/>'), PROFILE) == ""
    assert parsed_key("main:7:order") == Key.parse("main:7:order")
    assert parsed_key("Tel. Bengt") is None


def test_of_an_order_nothing_is_kept_that_may_be_a_persons():
    """It is kept for ever, and nobody knows what else Specter tells; codes stay, to be understood later."""
    xml = (
        '<orders><order orderNo="100001" externalOrderNo="main:1:order" customerName="Eva Berg" phone="0701234567" '
        'state="X"><customer orgNo="811228-9874"><email>eva@example.com</email>Eva</customer>'
        '<orderstatus deliveryStatus="delvis levererad" statusId="17"/><shipped>2026-11-21</shipped>'
        '<deliveries updated="1"><delivery trackingNo="AB 12 SE" receiver="Eva Berg"/></deliveries></order></orders>'
    )
    (row,) = things(Kind.ORDERS, read(xml.encode(), PROFILE, writes=False), PROFILE)
    assert not any(word in repr(row) for word in ("Eva", "eva@", "070", "8112"))
    assert (row.id, row.node.get("state"), row.node.get("shipped")) == ("100001", "X", "2026-11-21")
    assert key_in(row.node, PROFILE) == "main:1:order"
    strange = xml.replace("main:1:order", "Bengt, tel. 17:30")
    (other,) = things(Kind.ORDERS, read(strange.encode(), PROFILE, writes=False), PROFILE)
    assert key_in(other.node, PROFILE) == ""
    standing = standing_of(row.node, PROFILE)
    assert [each.number for each in standing.tracking] == ["AB 12 SE"]
    assert [each.value for each in standing.unknown] == ["delvis levererad", "17"]
