"""One pass over a simulated shop, and what a person sees and does about it on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from bridge.cli.exits import ExitCode
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.sim.wsgi import serve


@pytest.fixture
def shop(config) -> Iterator[ShopSim]:
    """A shop with one good order and one in a currency the books have no rate for."""
    sim = ShopSim()
    good, bad = arrive(sim, 1), arrive(sim, 2)
    sim.set_status(good, "processing")
    sim.set_status(bad, "processing")
    sim.edit(bad, currency="USD")
    with serve(sim.app) as serving:
        path = config()
        # Without a first day only orders made after the bridge's first start are sent.
        text = path.read_text("utf-8").replace(
            "https://shop.example", f"{serving.url}\norders_from = 2020-01-01"
        )
        text = text.replace("ck_0123456789012345678901234567890123456789", sim.key)
        text = text.replace("cs_0123456789012345678901234567890123456789", sim.secret)
        path.write_text(text, "utf-8")
        yield sim


@pytest.fixture
def passed(run, shop: ShopSim) -> tuple[int, int]:
    """After one pass: the ids of the good and the bad order."""
    result = run("once")
    assert result.exit_code == ExitCode.PARKED, result.output
    good, bad = sorted(shop.orders)
    return good, bad


def entries(run, *words: str) -> list[dict[str, object]]:
    """The list, for a program."""
    found: list[dict[str, object]] = json.loads(run("outbox", "list", "--json", *words).stdout)
    return found


def test_pass_books_what_is_good_and_parks_the_rest(run, passed: tuple[int, int], tmp_path):
    """The exit code says that somebody must look; the next pass changes nothing."""
    good, bad = passed
    states = {entry["key"]: entry["state"] for entry in entries(run)}
    assert states == {
        f"main:{good}:order": "done",
        f"main:{good}:mark": "done",
        f"main:{bad}:order": "parked",
    }
    assert len(list((tmp_path / "sie").glob("*.si"))) == 1
    assert run("once").exit_code == ExitCode.PARKED
    assert len(list((tmp_path / "sie").glob("*.si"))) == 1


def test_list_shows_what_is_parked_and_why(run, passed: tuple[int, int]):
    """For a person one line each, for a program everything."""
    _, bad = passed
    result = run("outbox", "list", "--state", "parked")
    assert f"main:{bad}:order" in result.stdout
    assert "USD" in result.stdout
    (entry,) = entries(run, "--state", "parked")
    assert entry["error"] == "Rejected"
    assert "USD" in str(entry["reason"])
    assert entry["advice"]


def test_list_says_when_there_is_more(run, passed: tuple[int, int]):
    """Nobody takes the first lines for all of them."""
    assert passed
    assert "1 of 3 shown." in run("outbox", "list", "--limit", "1").stdout


def test_show_tells_the_story_of_an_order(run, passed: tuple[int, int]):
    """By its number in the list or its order number: what happened, and what was sent."""
    good, bad = passed
    told = run("outbox", "show", str(entries(run, "--state", "parked")[0]["id"])).stdout
    assert f"main:{bad}:order" in told
    assert "parked" in told
    (document,) = {str(entry["document"]) for entry in entries(run, "--state", "done") if entry["document"]}
    told = run("outbox", "show", document).stdout
    assert f"main:{good}:order" in told
    assert "#VER" in told
    titles = {entry["key"]: entry["title"] for entry in entries(run)}
    assert titles[f"main:{good}:mark"] == f"Telling the shop of order {good}"
    assert f"Order {good}" in told


def test_show_for_a_program_has_the_events_and_what_was_sent(run, passed: tuple[int, int]):
    """Nothing that the page shows is missing."""
    good, _ = passed
    (number,) = [entry["id"] for entry in entries(run) if entry["key"] == f"main:{good}:order"]
    whole = json.loads(run("outbox", "show", "--json", str(number)).stdout)
    assert [event["state"] for event in whole["events"]] == ["waiting", "sending", "done"]
    assert "#VER" in whole["exchanges"][0]["payload"]


def test_retry_sends_again_once_the_cause_is_mended(run, passed: tuple[int, int]):
    """The owner adds the rate, retries, and the next pass books it."""
    assert passed
    number = str(entries(run, "--state", "parked")[0]["id"])
    with open("config.ini", "a", encoding="utf-8") as file:  # noqa: PTH123 - appending
        file.write("[orders]\nexchange_rates = USD 10.50\n")
    result = run("outbox", "retry", number, "--reason", "rate added")
    assert result.exit_code == ExitCode.DONE, result.output
    assert "1 of 1 moved." in result.stdout
    assert run("once").exit_code == ExitCode.DONE
    assert {entry["state"] for entry in entries(run)} == {"done"}
    assert "rate added" in run("outbox", "show", number).stdout


def test_retry_of_what_is_done_moves_nothing_and_says_so(run, passed: tuple[int, int]):
    """An order that is booked can't be sent a second time."""
    assert passed
    number = str(entries(run, "--state", "done")[0]["id"])
    result = run("outbox", "retry", number)
    assert result.exit_code == ExitCode.PARKED
    assert "0 of 1 moved." in result.stdout


def test_drop_gives_up_for_good_with_a_reason(run, passed: tuple[int, int]):
    """The reason is asked for and kept; then nothing is left for a person to do."""
    assert passed
    number = str(entries(run, "--state", "parked")[0]["id"])
    assert run("outbox", "drop", number).exit_code == ExitCode.USAGE
    assert run("outbox", "drop", number, "--reason", "a test order").exit_code == ExitCode.DONE
    assert run("once").exit_code == ExitCode.DONE
    assert "a test order" in run("outbox", "show", number).stdout


def test_settle_notes_a_document_made_by_hand(run, shop: ShopSim, passed: tuple[int, int]):
    """The shop is told its number at the next pass, as of any other."""
    _, bad = passed
    number = str(entries(run, "--state", "parked")[0]["id"])
    result = run("outbox", "settle", number, "--number", "A77", "--reason", "booked by hand")
    assert result.exit_code == ExitCode.DONE, result.output
    assert run("once").exit_code == ExitCode.DONE
    assert "A77" in json.dumps(shop.orders[bad], default=str)


def test_entry_that_is_not_there_is_a_matter_of_usage(run, passed: tuple[int, int]):
    """Also where the number is no number."""
    assert passed
    for word in ("99999", "nothing", "9" * 30):
        result = run("outbox", "show", word)
        assert result.exit_code == ExitCode.USAGE
        assert "bridge outbox list" in result.stderr


def test_preview_shows_the_document_without_making_it(run, shop: ShopSim, tmp_path):
    """Before the first pass; by number alone, as there is only one shop."""
    good = min(shop.orders)
    result = run("preview", str(good))
    assert result.exit_code == ExitCode.DONE, result.output
    assert "#VER" in result.stdout
    assert "Total: " in result.stdout
    found = json.loads(run("preview", f"main:{good}", "--json").stdout)
    assert found["currency"] == "SEK"
    assert not list((tmp_path / "sie").glob("*.si"))


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("word", ["other:1", "abc:def:ghi", "main:"])
def test_preview_of_no_order_says_how_to_write_it(run, word: str):
    """With an example of this very shop."""
    result = run("preview", word)
    assert result.exit_code == ExitCode.USAGE
    assert "main:1234" in result.stderr


def test_send_takes_an_order_the_rules_leave_alone(run, shop: ShopSim):
    """Whatever its status: the person decides."""
    good = min(shop.orders)
    shop.set_status(good, "on-hold")
    result = run("outbox", "send", str(good))
    assert result.exit_code == ExitCode.DONE, result.output
    assert f"main:{good}:order" in {str(entry["key"]) for entry in entries(run)}


def dearer(shop: ShopSim, order_id: int) -> None:
    """The owner raises the first row of a booked order by 100.00 and 25.00 VAT."""
    order = shop.orders[order_id]
    item = {**order["line_items"][0]}
    taxes = [{**item["taxes"][0]}, *item["taxes"][1:]]
    line = {**order["tax_lines"][0]}
    for holder, names, more in (
        (item, ("total", "subtotal"), 100),
        (item, ("total_tax", "subtotal_tax"), 25),
        (taxes[0], ("total", "subtotal"), 25),
        (line, ("tax_total",), 25),
    ):
        holder.update({name: str(Decimal(holder[name]) + more) for name in names})
    shop.edit(
        order_id,
        line_items=[{**item, "taxes": taxes}, *order["line_items"][1:]],
        tax_lines=[line, *order["tax_lines"][1:]],
        total=str(Decimal(order["total"]) + 125),
        total_tax=str(Decimal(order["total_tax"]) + 25),
        cart_tax=str(Decimal(order["cart_tax"]) + 25),
    )


def test_ord_23_edit_after_booking_is_shown_and_taken_back(run, shop, passed: tuple[int, int], tmp_path):
    """Row by row in ``outbox show``; ``outbox choose`` makes the mirror voucher and the new one, once."""
    good, _ = passed
    dearer(shop, good)
    run("once")
    (asked,) = [entry for entry in entries(run, "--state", "parked") if ":change:" in str(entry["key"])]
    shown = run("outbox", "show", str(asked["id"])).stdout
    assert "difference 125.00" in shown
    assert " | " in shown
    assert run("outbox", "choose", str(asked["id"]), "anew", "--reason", "agreed").exit_code == ExitCode.DONE
    for _ in range(2):
        run("once")
    assert len(list((tmp_path / "sie").glob("*.si"))) == 3
    assert {entry["state"] for entry in entries(run) if ":change:" in str(entry["key"])} == {"done"}


def test_choice_for_what_waits_for_none_is_refused(run, passed: tuple[int, int]):
    """A booking is no question."""
    good, _ = passed
    assert run("outbox", "choose", f"main:{good}", "anew").exit_code == ExitCode.PARKED
