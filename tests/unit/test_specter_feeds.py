"""What Specter tells by itself: nothing skipped, wherever one begins; what is not understood is told, not lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.profile import load
from bridge.errors import Rejected, Transient
from bridge.model.documents import Document, DocumentKind
from bridge.model.fulfilment import Fulfilment, Stage
from bridge.sim.faults import Kind as Fault
from tests.support.specter_account import Client as Shop
from tests.support.specter_desk import Desk, Notes, whole
from tests.support.specter_office import Office

KEY = "main:1001:order"


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A simulated account that hands out three rows at once."""
    office = Office(tmp_path, clock)
    office.sim.account.response_max = 3
    yield office
    office.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    """A reader to whom everything there was is told already."""
    desk = opened(office)
    desk.pulling.collect()
    return desk


def opened(office: Office, *, notes: Notes | None = None, own: str = "") -> Desk:
    """One more over the same folder, as after a restart; ``own``: the owner's profile."""
    profile = office.profile
    if own:
        path = office.folder / "own.toml"
        path.write_text(own, "utf-8")
        profile = load(path)
    return Desk(office.client(), profile, office.folder / "data", office.clock, notes)


def ordered(office: Office, *rows: tuple[str, int], key: str = KEY) -> str:
    """The number of an order somebody has sent in; two of ``MUG`` if no rows are given."""
    shop = Shop.of(office.sim)
    sold = ((sku, pieces, "80", 25) for sku, pieces in rows or [("MUG", 2)])
    return shop.order(key, *sold, customerId=shop.customer())


def levels(desk: Desk, cursor: str | None = None) -> dict[tuple[str, str], Decimal]:
    """Of the stock feed: article and site to what may be sold."""
    items, _, _ = whole(desk.feeds.stock(cursor))
    return {(each.sku, each.site): each.available for each in items}


def test_stock_is_told_of_each_site_and_of_all_together(office: Office, desk: Desk):
    """All together last, so that who knows of no sites ends up with it."""
    office.sim.goods.put("MUG")
    office.sim.goods.set_stock("MUG", Decimal(10), reserved=Decimal(3))
    office.sim.goods.set_stock("MUG", Decimal("2.5"), site="2")
    assert levels(desk) == {
        ("MUG", "1"): Decimal(7), ("MUG", "2"): Decimal("2.5"), ("MUG", ""): Decimal("9.5")
    }  # fmt: skip
    items, _, _ = whole(desk.feeds.stock(None))
    assert [each.site for each in items if each.sku == "MUG"] == ["1", "2", ""]
    assert all(each.in_stock == each.available for each in items)


def test_sites_without_a_code_are_added_up(office: Office, desk: Desk):
    """What names the site is not known; then there is one figure, and no site is guessed."""
    office.sim.account.site_attribute = ""
    office.sim.goods.put("MUG")
    office.sim.goods.set_stock("MUG", Decimal(10))
    office.sim.goods.set_stock("MUG", Decimal("2.5"), site="2")
    assert levels(desk) == {("MUG", ""): Decimal("12.5")}


def test_sites_that_get_codes_are_not_counted_twice(office: Office, desk: Desk):
    """The owner writes the attribute's name into the profile: what was added up before goes, and back."""
    office.sim.goods.put("MUG")
    office.sim.goods.set_stock("MUG", Decimal(10))
    for attribute, told in (("", 10), ("stocksiteid", 10), ("", 10)):
        office.sim.account.site_attribute = attribute
        office.sim.goods.set_stock("MUG", Decimal(10))
        assert levels(desk)["MUG", ""] == told
    assert ("MUG", "1") not in levels(desk)


def test_set_article_moves_the_stock_of_its_parts(office: Office, desk: Desk):
    """Sold as one: the parts are told with what is left of them, the set itself is not."""
    goods = office.sim.goods
    for sku, pieces in (("CUP", 10), ("SAUCER", 7)):
        goods.put(sku)
        goods.set_stock(sku, Decimal(pieces))
    goods.put_set("SERVICE", {"CUP": Decimal(2), "SAUCER": Decimal(1)})
    _, cursor, _ = whole(desk.feeds.stock(None))
    number = ordered(office, ("SERVICE", 3))
    assert levels(desk, cursor) == {
        ("CUP", "1"): Decimal(4), ("CUP", "2"): Decimal(0), ("CUP", ""): Decimal(4),
        ("SAUCER", "1"): Decimal(4), ("SAUCER", "2"): Decimal(0), ("SAUCER", ""): Decimal(4),
    }  # fmt: skip
    office.sim.deliver(number)
    assert levels(desk)["CUP", ""] == 4


def test_set_article_that_specter_tells_of_has_as_many_as_its_scarcest_part(office: Office, desk: Desk):
    """Whether it does is not known; then the feed passes it on like any other."""
    office.sim.account.sets_have_stock = True
    goods = office.sim.goods
    goods.put("CUP")
    goods.put_set("SERVICE", {"CUP": Decimal(2)})
    goods.set_stock("CUP", Decimal(9))
    assert levels(desk)["SERVICE", ""] == 4


def test_products_and_prices_come_out_of_one_batch_and_take_nothing_from_each_other(
    office: Office, desk: Desk
):
    """Whichever is read first, at whatever time."""
    office.sim.goods.put(
        "MUG", name="Mugg", ean="7350000000015", price="79.2", weight="0.35", buy_price="31.5"
    )
    (mug,), products, _ = whole(desk.feeds.products(_end(desk, Kind.ARTICLES)))
    assert (mug.sku, mug.name, mug.ean, mug.net_price) == ("MUG", "Mugg", "7350000000015", Decimal("79.2"))
    assert (mug.weight, dict(mug.extra), mug.vat_percent) == (Decimal(350), {"buyPrice": "31.5"}, None)
    (price,), prices, _ = whole(desk.feeds.prices(_end(desk, Kind.ARTICLES, back=1)))
    assert (price.sku, price.amount, price.currency, price.gross) == ("MUG", Decimal("79.2"), "SEK", False)
    assert products == prices
    office.sim.goods.set_price("MUG", Decimal("81.005"))
    assert [each.amount for each in whole(desk.feeds.prices(prices))[0]] == [Decimal("81.005")]
    assert [each.net_price for each in whole(desk.feeds.products(products))[0]] == [Decimal("81.005")]


def _end(desk: Desk, kind: Kind, *, back: int = 0) -> str | None:
    """A cursor behind everything that is kept, or a little before."""
    cursor = desk.spool.page(kind, None, limit=1000).cursor
    seq, _, mark = (cursor or "0.").partition(".")
    return f"{int(seq) - back}.{mark}" if cursor else None


def test_price_lists_are_refused_in_plain_words(desk: Desk):
    """No call is known that tells of them."""
    with pytest.raises(Rejected, match="sales price only, not price list B"):
        desk.feeds.prices(None, price_list="B")


def test_delivered_removed_and_tracking_are_told(office: Office, desk: Desk):
    """A part first, with its parcel; then the rest; the removed one as such."""
    office.sim.goods.put("MUG")
    number, other = ordered(office), ordered(office, key="main:1002:order")
    desk.notes.sent = {KEY: number, "main:1002:order": other}
    office.sim.deliver(number, share=Decimal("0.5"), tracking="AB1SE")
    (part,), cursor, _ = whole(desk.feeds.fulfilments(None))
    assert (str(part.key), part.stages) == (KEY, {Stage.PART_DELIVERED})
    assert part.document == Document(kind=DocumentKind.ORDER, id=number, number=number)
    office.sim.deliver(number, tracking="CD2SE")
    office.sim.annul(other)
    done, gone = whole(desk.feeds.fulfilments(cursor))[0]
    assert done.stages == {Stage.DELIVERED}
    assert [each.number for each in done.tracking] == ["AB1SE", "CD2SE"]
    assert (str(gone.key), gone.stages, gone.rows) == ("main:1002:order", {Stage.CANCELLED}, ())


def test_orders_of_others_are_left_out(office: Office, desk: Desk):
    """By phone, of another shop, and copies of ours; without notes what we wait for is ours."""
    office.sim.goods.put("MUG")
    office.sim.account.feed_tells_key = True
    mine, strange = ordered(office), ordered(office, key="Tel. Bengt 17:30")
    office.sim.twin(KEY)
    for order in list(office.sim.state.orders):
        office.sim.deliver(str(order))
    desk.notes.sent = {KEY: mine, "Tel. Bengt 17:30": strange}
    assert [each.document.number for each in whole(desk.feeds.fulfilments(None))[0]] == [mine]
    desk.notes.sent = {}
    assert whole(desk.feeds.fulfilments(None))[0] == []
    waiting = [Document(kind=DocumentKind.ORDER, id=mine, number=mine)]
    found: list[Fulfilment] = whole(desk.feeds.fulfilments(None, waiting=waiting))[0]
    assert [(str(each.key), each.document.number) for each in found] == [(KEY, mine)]
    assert desk.spool.order_of("main:9:order") == ""


def test_order_whose_number_was_never_told_is_known_by_its_key(office: Office, desk: Desk):
    """The answer was lost and the refusal of a second one named no number: the feed does, if it tells keys."""
    office.sim.goods.put("MUG")
    office.sim.account.feed_tells_key = True
    number = ordered(office)
    desk.notes.sent = {KEY: KEY}
    office.sim.deliver(number)
    waiting = [Document(kind=DocumentKind.ORDER, id=KEY, number=KEY, currency="SEK")]
    for _ in range(2):
        (found,), cursor, _ = whole(desk.feeds.fulfilments(None, waiting=waiting))
        assert (str(found.key), found.document, found.stages) == (KEY, waiting[0], {Stage.DELIVERED})
    (again,), _, _ = whole(desk.feeds.fulfilments(cursor, waiting=waiting))
    assert again == found


def test_status_nobody_knows_is_told_with_the_line_to_write(office: Office, desk: Desk):
    """Once for all orders it is said of; and what the line then means is told of those the caller waits for."""
    office.sim.goods.put("MUG")
    office.sim.account.letters |= {"part": "P"}
    office.sim.account.statuses |= {"part": "2"}
    numbers = {f"main:{at}:order": ordered(office, key=f"main:{at}:order") for at in range(7)}
    desk.notes.sent = numbers
    for number in numbers.values():
        office.sim.deliver(number, share=Decimal("0.5"))
    _, cursor, notices = whole(desk.feeds.fulfilments(None))
    assert len(notices) == 2
    assert "deliveryStatus = P, and" in notices[0]
    assert "Orders (7)" in notices[0]
    assert '"P" = { value = "nothing" } under [statuses.delivery]' in notices[0]
    assert "statusId = 2" in notices[1]
    assert "…" in notices[1]

    wiser = opened(
        office,
        notes=desk.notes,
        own='[statuses.delivery]\n"P" = { value = "invoiced" }\n[statuses.order]\n"2" = { value = "nothing" }\n',
    )
    waiting = [
        Document(kind=DocumentKind.ORDER, id=each, number=each, payload="sent") for each in numbers.values()
    ]
    items, newer, notices = whole(wiser.feeds.fulfilments(cursor, waiting=waiting[:2]))
    assert (len(items), newer, notices) == (2, None, [])
    assert items[0].stages == {Stage.INVOICED, Stage.PART_DELIVERED}
    assert items[0].document.payload == ""


def test_article_with_a_number_that_is_none_is_left_out_and_told(office: Office, desk: Desk):
    """The others go on; the cursor too, for the article comes again when somebody corrects it."""
    office.sim.goods.put("ODD", buy_price="1")
    office.sim.goods.put("MUG", price="1")
    desk.pulling.pull(Kind.ARTICLES)
    with desk.file.saving() as saving:
        saving.execute("UPDATE spool SET state = replace(state, '\"1\"', '\"?\"') WHERE id = 'ODD'")
    items, cursor, notices = whole(desk.feeds.products(_end(desk, Kind.ARTICLES, back=2)))
    assert [each.sku for each in items] == ["MUG"]
    assert cursor == _end(desk, Kind.ARTICLES)
    assert "left out (1): ODD." in notices[0]


def test_failed_reading_gives_no_page(office: Office, desk: Desk):
    """Also when the first of several batches came through: that one is kept, and told next time."""
    skus = [f"A-{at}" for at in range(5)]
    for sku in skus:
        office.sim.goods.put(sku)
    _, cursor, _ = whole(desk.feeds.products(None))
    for sku in skus:
        office.sim.goods.put(sku, name="Ny")
    office.sim.faults.add(Fault.ANSWER, status=503, skip=2, times=None)
    with pytest.raises(Transient):
        next(desk.feeds.products(cursor))
    office.sim.faults.clear()
    items, _, _ = whole(opened(office).feeds.products(cursor))
    assert [(each.sku, each.name) for each in items] == [(sku, "Ny") for sku in skus]


def test_foreign_batch_is_read_and_told_once(office: Office, desk: Desk):
    """Two programs on one account take each other's changes away: a person must know."""
    _, cursor, _ = whole(desk.feeds.products(None))
    office.sim.goods.put("MUG")
    lost = office.batches("elsewhere").receive(Kind.ARTICLES)
    office.sim.goods.put("CUP")
    items, cursor, notices = whole(desk.feeds.products(cursor))
    assert [each.sku for each in items] == ["MUG", "CUP"]
    assert lost.number in notices[0]
    assert whole(desk.feeds.products(cursor)) == ([], None, [])


def test_batch_that_somebody_else_closed_is_told(office: Office, desk: Desk):
    """What it held went to them."""
    _, cursor, _ = whole(desk.feeds.stock(None))
    mine = desk.batches.receive(Kind.STOCK)
    office.batches("elsewhere").acknowledge(office.batches("elsewhere").receive(Kind.STOCK))
    _, cursor, notices = whole(desk.feeds.stock(cursor))
    assert mine.number in notices[0]
    assert whole(desk.feeds.stock(cursor)) == ([], None, [])


def test_foreign_batch_with_nothing_in_it_is_told_too(office: Office, desk: Desk):
    """The other program may be there all the same."""
    office.batches("elsewhere").receive(Kind.STOCK)
    items, cursor, notices = whole(desk.feeds.stock(None))
    assert (items, len(notices)) == ([], 1)
    assert whole(desk.feeds.stock(cursor)) == ([], None, [])


def test_file_that_was_replaced_is_told_and_read_from_the_beginning(office: Office, desk: Desk):
    """Numbers of another file mean nothing in this one."""
    for sku in ("A-1", "A-2", "A-3"):
        office.sim.goods.put(sku)
    _, cursor, _ = whole(desk.feeds.products(None))
    desk.file.close()
    desk.file.path.unlink()
    office.clock.token()  # chance goes on
    _, none, notices = whole(desk.feeds.products(cursor))
    assert none is None
    assert "Compare stock, prices and open orders" in notices[0]
    office.sim.goods.put("A-2")
    items, newer, notices = whole(desk.feeds.products(cursor))
    assert ([each.sku for each in items], len(notices)) == (["A-2"], 1)
    assert whole(desk.feeds.products(newer)) == ([], None, [])
