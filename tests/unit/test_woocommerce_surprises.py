"""Each of the 18 surprises of the measured shop (woocommerce facts, first table) has its test here, by row."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import BridgeError, LostReply, NotFound, Rejected, Transient, Unauthorised
from bridge.model.codec import digest
from bridge.model.orders import LineKind, Order
from bridge.model.skus import skus_of, with_first_skus
from bridge.shops.woocommerce import HALF_BUILT
from bridge.shops.woocommerce.mapping import to_order
from tests.woo import URL, a_document, a_shop, a_sim, ids, raw_order, raw_with_row, read, ref

API = f"{URL}/wp-json/wc/v3"
STATUSES = [{"slug": slug, "name": slug} for slug in ("pending", "processing", "completed", "checkout-draft")]


def queries(server: responses.RequestsMock, part: str) -> list[dict[str, list[str]]]:
    """The queries of the calls whose path ends so."""
    asked = [urlsplit(call.request.url or "") for call in server.calls]
    return [parse_qs(url.query) for url in asked if url.path.endswith(part)]


def test_surprise_01_utc_filter_without_the_flag_that_shifts_it(clock: ManualClock) -> None:
    """The filter is UTC with a Z and dates_are_gmt is never sent; the order of the second after it comes."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", json=STATUSES)
        server.get(f"{API}/orders", json=[])
        read(a_shop(None, clock), "2026-11-21T12:00:00")
        (query,) = queries(server, "/orders")
    assert query["modified_after"] == ["2026-11-21T11:55:00Z"]
    assert "dates_are_gmt" not in query


def test_surprise_02_overlap_finds_what_the_second_hid(clock: ManualClock) -> None:
    """An order changed again in the second of the cursor is read by the next poll."""
    sim = a_sim(clock)
    first = sim.place()
    shop = a_shop(sim, clock)
    cursor = read(shop)[-1].cursor
    second = sim.place()  # the same second, after our reading
    assert ids(read(shop, cursor)) == [str(first), str(second)]


def test_surprise_03_empty_answer_of_a_failing_database_moves_nothing(clock: ManualClock) -> None:
    """An empty list has no cursor, a 404 is "not there now", a 401 may pass."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock)
    shop.statuses()
    sim.database("orders")
    assert [(feed.items, feed.cursor) for feed in read(shop)] == [((), None)]
    with pytest.raises(NotFound, match="now"):
        shop.order(ref(order))
    sim.database("keys")
    with pytest.raises(Unauthorised) as refused:
        read(shop)
    assert "goes on trying" in str(refused.value.advice)
    sim.database("up")
    assert ids(read(shop)) == [str(order)]


def test_surprise_03_no_statuses_at_all_is_a_fault(clock: ManualClock) -> None:
    """A shop that names no statuses has a failing database: nothing is concluded from it."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", json=[])
        with pytest.raises(Transient, match="no order statuses"):
            read(a_shop(None, clock))


def test_surprise_04_only_status_and_meta_are_written(clock: ManualClock) -> None:
    """After mark and set_state the buyer's money is what it was, whatever became of the tax rates."""
    sim = a_sim(clock)
    order = sim.place()
    before = sim.order(order)["total"]
    sim.set_rate("SE", "", "30")
    shop = a_shop(sim, clock)
    shop.mark(ref(order), document=a_document(), repeat=False)
    shop.set_state(ref(order), "completed")
    assert sim.order(order)["total"] == before
    assert {key for write in sim.log if write.method == "PUT" for key in write.body} == {
        "status",
        "meta_data",
    }
    with pytest.raises(ValueError, match="recompute"):
        shop._client.put_order("1", {"billing": {}})


def test_surprise_05_status_is_checked_before_and_after(clock: ManualClock) -> None:
    """A status the shop does not know is refused before a call; one it did not take is told."""
    sim = a_sim(clock)
    order = sim.place(status="processing")
    shop = a_shop(sim, clock)
    with pytest.raises(Rejected, match="no order status nonsense") as refused:
        shop.set_state(ref(order), "nonsense")
    assert "processing" in str(refused.value.advice)
    assert sim.log == []
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", json=STATUSES)
        server.put(f"{API}/orders/7", json=raw_order(id=7, status="pending"))
        with pytest.raises(Rejected, match="set the order to pending, not to completed"):
            a_shop(None, clock).set_state(ref(7), "completed")


def test_surprise_06_no_batch_and_no_field_selection(clock: ManualClock) -> None:
    """Everything the adapter does to orders goes by single calls without _fields."""
    sim = a_sim(clock)
    order = sim.place()
    seen: list[str] = []
    sim.faults.add("run", times=None, match=lambda environ: bool(seen.append(environ["REQUEST_URI"])))
    shop = a_shop(sim, clock)
    read(shop)
    shop.mark(ref(order), document=a_document(), repeat=True)
    shop.set_state(ref(order), "completed")
    assert seen
    assert not [uri for uri in seen if "batch" in uri or "_fields" in uri]


def test_surprise_07_own_write_comes_back_with_the_same_content(clock: ManualClock) -> None:
    """Marking moves the order's date, but not what counts for the books."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock)
    before = shop.order(ref(order))
    clock.advance(90)
    shop.mark(ref(order), document=a_document(), repeat=False)
    after = shop.order(ref(order))
    assert isinstance(before, Order)
    assert isinstance(after, Order)
    assert after.modified_at > before.modified_at
    assert digest(after) == digest(before)
    assert after.document == "B-12"


def test_surprise_08_negative_fee_keeps_the_vat_it_was_charged() -> None:
    """A gift card "without tax" was taxed by the shop all the same; a discount is spread over the rates."""
    card = {"id": 5, "name": "Presentkort", "tax_status": "none", "total": "-500.00", "total_tax": "-125.00",
            "taxes": [{"id": 1, "total": "-125.00", "subtotal": ""}], "meta_data": []}  # fmt: skip
    off = {"id": 6, "name": "Rabatt", "tax_status": "taxable", "total": "-80.00", "total_tax": "-19.19",
           "taxes": [{"id": 1, "total": "-18.44"}, {"id": 2, "total": "-0.75"}], "meta_data": []}  # fmt: skip
    order = to_order(raw_order(fee_lines=[card, off]), shop="main")
    assert isinstance(order, Order)
    _, gift, discount = order.lines
    assert (gift.kind, gift.gross) == (LineKind.GIFT_CARD, Decimal("-625.00"))
    assert discount.kind is LineKind.DISCOUNT
    assert [part.tax for part in discount.taxes] == [Decimal("-18.44"), Decimal("-0.75")]


def test_surprise_09_half_built_statuses_are_refused_as_triggers(clock: ManualClock) -> None:
    """An order seen while it is built may lack its freight, so such a status as trigger is a fault."""
    assert {"pending", "checkout-draft"} <= HALF_BUILT
    shop = a_shop(a_sim(clock), clock, section={"trigger_statuses": ("pending",)})
    assert "half built" in "\n".join(map(str, shop.check()))


def test_surprise_10_statuses_are_asked_for_by_name(clock: ManualClock) -> None:
    """Neither "any" nor drafts nor the bin: the list holds what the shop has registered, custom ones too."""
    sim = a_sim(clock)
    sim.register_status("packed", "Packad")
    orders = {status: sim.place(status=status) for status in ("packed", "on-hold", "checkout-draft")}
    sim.trash(sim.place())
    assert ids(read(a_shop(sim, clock))) == [str(orders["packed"]), str(orders["on-hold"])]


@pytest.mark.parametrize("fault", ["reset", "timeout", "truncate", "cut"])
def test_surprise_11_a_write_that_got_lost_is_looked_up_before_it_is_repeated(
    clock: ManualClock, fault: str
) -> None:
    """The note was written though the answer was lost: the repeat finds it and writes no second one."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock)
    sim.faults.add(fault, match=("POST", "/notes"))
    with pytest.raises(LostReply):
        shop.mark(ref(order), document=a_document(), repeat=False)
    shop.mark(ref(order), document=a_document(), repeat=True)
    shop.mark(ref(order), document=a_document("B-1"), repeat=True)
    assert [note["note"] for note in sim.notes[order] if "Orderbro" in note["note"]] == [
        "Orderbro: booked as number B-12.",
        "Orderbro: booked as number B-1.",
    ]


def test_surprise_12_nothing_is_lost_while_pages_slide(clock: ManualClock) -> None:
    """Between the pages orders change and leave the first page; each one is still read at least once."""
    sim = a_sim(clock)
    placed = []
    for _ in range(45):
        placed.append(str(sim.place()))
        clock.advance(1)
    clock.advance(3600)
    seen: list[str] = []
    for number, feed in enumerate(a_shop(sim, clock, page_size=10).changed_orders(since=None)):
        seen += [order.ref.id for order in feed.items]
        for moved in placed[number * 7 : number * 7 + 5] if number < 4 else ():
            sim.set_status(int(moved), "completed")
        clock.advance(1)
    assert set(seen) == set(placed)


def test_surprise_12_row_changed_while_the_page_is_made_hides_nothing(clock: ManualClock) -> None:
    """A row whose date jumped ahead between query and answer is not gone on from."""
    rows = [raw_order(id=n, date_modified_gmt=f"2026-11-21T10:00:{n:02}") for n in range(1, 31)]
    jumped = raw_order(id=10, date_modified_gmt="2026-11-21T12:00:00")
    asked: list[str] = []

    def answer(request: object) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(request.url).query)  # type: ignore[attr-defined]
        after = query.get("modified_after", ["0"])[0].rstrip("Z")
        out = query.get("exclude", [""])[0].split(",")
        asked.append(after)
        page = [row for row in rows if row["date_modified_gmt"] > after and str(row["id"]) not in out][:10]
        page = [jumped if len(asked) == 1 and row["id"] == 10 else row for row in page]
        return 200, {"Content-Type": "application/json"}, json.dumps(page)

    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", json=STATUSES)
        server.add_callback("GET", f"{API}/orders", answer, content_type="application/json")
        found = ids(read(a_shop(None, clock, page_size=10)))
    assert set(found) == {str(number) for number in range(1, 31)}


def test_surprise_13_mark_that_was_silently_not_stored_is_told(clock: ManualClock) -> None:
    """200 is no proof: the meta in the answer is compared."""
    with responses.RequestsMock() as server:
        server.put(f"{API}/orders/7", json=raw_order(id=7))
        with pytest.raises(Rejected, match="did not keep the mark"):
            a_shop(None, clock).mark(ref(7), document=a_document(), repeat=False)


def test_surprise_14_of_a_key_stored_twice_the_last_counts(clock: ManualClock) -> None:
    """Two clients at once can store a key twice; it is read as a list and compared as text."""
    meta = [{"key": "_orderbro_document", "value": "old"}, {"key": "_orderbro_document", "value": 12},
            {"key": "_orderbro_state", "value": "booked"}]  # fmt: skip
    with responses.RequestsMock() as server:
        server.put(f"{API}/orders/7", json=raw_order(id=7, meta_data=meta))
        server.post(f"{API}/orders/7/notes", json={"id": 1}, status=201)
        a_shop(None, clock).mark(ref(7), document=a_document("12"), repeat=False)
    order = to_order(raw_order(meta_data=meta), shop="main")
    assert isinstance(order, Order)
    assert order.document == "12"


def test_surprise_15_the_first_sku_is_kept() -> None:
    """Renaming or deleting the article changes no order that was seen before; an article without SKU is no fault."""
    seen = to_order(raw_order(), shop="main")
    renamed = to_order(raw_with_row(sku="NEW"), shop="main")
    deleted = to_order(raw_with_row(sku=None, product_id=0), shop="main")
    assert isinstance(seen, Order)
    assert isinstance(renamed, Order)
    assert isinstance(deleted, Order)
    assert with_first_skus(renamed, skus_of(seen)) == seen
    assert with_first_skus(seen, skus_of(seen)) is seen
    assert deleted.lines[0].product_id == ""
    assert deleted.lines[0].sku is None
    assert with_first_skus(deleted, skus_of(seen)).lines[0].sku == "T-1"
    assert with_first_skus(renamed, skus_of(deleted)).lines[0].sku == "NEW"
    assert digest(renamed) == digest(seen)


def test_surprise_16_entities_are_resolved_in_article_names_only() -> None:
    """The shop stores article names with entities, and the buyer's words without."""
    raw = raw_with_row(name="Tvål, tjära &amp; björk")
    raw["billing"]["company"] = "Bo &amp; Co"
    order = to_order(raw, shop="main")
    assert isinstance(order, Order)
    assert order.lines[0].name == "Tvål, tjära & björk"
    assert order.customer.company == "Bo &amp; Co"


def test_surprise_17_no_empty_filter_and_the_answer_is_what_was_asked_for(clock: ManualClock) -> None:
    """An empty filter would ask for everything; an answer about another order is not taken."""
    shop = a_shop(None, clock)
    with pytest.raises(ValueError, match="ask for everything"):
        shop._client.page("orders", include="")
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders/7", json=raw_order(id=8))
        with pytest.raises(BridgeError, match="another order"):
            shop.order(ref(7))


def test_surprise_18_an_old_draft_that_becomes_an_order_is_found(clock: ManualClock) -> None:
    """Its id and its birth lie before orders read long ago; only the change date brings it."""
    sim = a_sim(clock)
    draft = sim.place(status="checkout-draft")
    clock.advance(600)
    sim.place()
    shop = a_shop(sim, clock)
    cursor = read(shop)[-1].cursor
    clock.advance(3600)
    sim.set_status(draft, "processing")
    assert str(draft) in ids(read(shop, cursor))
