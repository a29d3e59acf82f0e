"""Names in every script through the whole bridge, in every ERP with a wire of its own."""

from __future__ import annotations

import copy
import logging
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest

from bridge.clock import ManualClock
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount
from bridge.store.records import State
from tests.support.whole import Whole
from tests.support.wired import WIRED, simulator_of
from tests.woo import raw_order

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAMES: Mapping[int, tuple[str, str]] = {
    1: ("Åsa", "Öberg-Lindén"),
    2: ("A\u030asa", "O\u0308berg"),  # loose rings and dots, as a Mac types them
    3: ("Łukasz", "Wałęsa-Żółć"),
    4: ("محمد", "عبد الله"),
    5: ("Anna \N{PARTY POPPER}", "Berg \N{FAMILY}\u200d\N{GIRL}"),
    6: ("Αλέξανδρος", "Παπαδόπουλος"),
    7: ("山田", "太郎"),
    8: ("Nguyễn Thị", "Đặng"),
    9: ("Bo\u202e", "E\u200bk\ufeff"),  # invisible marks that turn and part text
    10: ("Tom", "O’Neill – “Ty” €"),
}
SAFE = (1, 2)
"""Of letters every ERP here has."""
TOLD = "do not exist in the ERP"


class Tap:
    """Stands before an ERP and keeps what was written to it, byte for byte."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.bodies: list[bytes] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Keep and pass on."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.bodies.append(body)
        return self._app({**environ, "wsgi.input": BytesIO(body)}, start_response)


def placed(number: int) -> dict[str, Any]:
    """An order whose names, street, note and row are of one script."""
    first, last = NAMES[number]
    address = {
        "first_name": first, "last_name": last, "address_1": f"{last} 12", "city": first, "postcode": "411 24",
        "country": "SE", "company": "",
    }  # fmt: skip
    found = copy.deepcopy(raw_order(id=number, number=str(number), customer_note=f"{first} {last}"))
    found["billing"] = {**address, "email": f"buyer{number}@example.com", "phone": "0701740605"}
    found["shipping"] = address
    found["line_items"][0] |= {"name": f"{first} {last}", "sku": "T-1"}
    return found


Start = Callable[..., Whole]


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Start]:
    """A bridge in front of a shop with these orders and one ERP that has the article."""
    made: list[Whole] = []

    def build(name: str) -> Whole:
        shop = ShopSim(now=clock.now, orders=[placed(number) for number in NAMES], catalogue=False)
        simulator = simulator_of(name, tmp_path, clock.now)
        simulator.stock_up({"T-1": Decimal(25)})
        made.append(Whole(tmp_path, clock, {"main": shop}, more="", simulator=simulator))
        return made[-1]

    yield build
    for whole in made:
        whole.close()


def plain(text: str) -> str:
    """As the buyer meant it: composed, one blank between words, without marks that only turn or part it."""
    seen = text.translate(dict.fromkeys(map(ord, "\u202e\u200b\ufeff")))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def notes(whole: Whole, number: int) -> str:
    """What the entry's page says below its document."""
    detail = whole.detail(number)
    assert detail is not None
    assert detail.document is not None
    return "\n".join(map(str, detail.document.notes))


def stored(whole: Whole, number: int) -> list[str]:
    """What the ERP has of an order's texts: the customer's name and street, and the row's."""
    texts = []
    sim = whole.simulator
    if hasattr(sim, "customers"):
        (customer,) = [each for each in sim.customers.kept() if each.email == f"buyer{number}@example.com"]
        texts += [customer.name, customer.street]
    booked = whole.booked()[f"main:{number}:order"]
    return [*texts, *(row.text for row in booked.rows if row.text)]


@pytest.mark.parametrize("name", WIRED)
def test_names_of_every_script_arrive(start: Start, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Booked, every one; what an ERP cannot write is written otherwise and noted; no letter nobody wrote is there."""
    caplog.set_level(logging.INFO)
    whole = start(name)
    whole.work()
    assert {number: whole.state(number) for number in NAMES} == dict.fromkeys(NAMES, State.DONE)
    assert not [record for record in caplog.records if record.exc_info]
    for number, (first, last) in NAMES.items():
        meant = plain(f"{first} {last} 12")
        texts = stored(whole, number)
        assert texts
        for text in texts:
            invented = {letter for letter in text if not letter.isascii()} - set(meant)
            assert not invented, (name, number, text)
        wrote = plain(f"{first} {last}") in texts
        if not wrote:
            assert TOLD in notes(whole, number), (name, number, texts)
        if number in SAFE:
            assert wrote, (name, number, texts)
            assert TOLD not in notes(whole, number)


@pytest.mark.parametrize("name", WIRED)
def test_latin_letters_keep_their_base(start: Start, name: str) -> None:
    """A Polish or Vietnamese name is still read as that name."""
    whole = start(name)
    whole.work()
    for number, words in ((3, ("ukasz", "Wa")), (8, ("Nguy", "Th"))):
        assert all(word in stored(whole, number)[0] for word in words)
        assert "?" not in stored(whole, number)[0]


def test_specter_is_written_to_in_its_own_letters(start: Start) -> None:
    """On the wire is ISO-8859-1 behind percent signs, and never a byte of UTF-8."""
    whole = start("specter")
    tap = Tap(whole.simulator.app)
    whole.close()
    whole.simulator.mounts = {
        prefix: mount(tap, sleep=whole.clock.sleep) for prefix in whole.simulator.mounts
    }
    whole.start()
    whole.work()
    written = [body for body in tap.bodies if body]
    assert all(body.isascii() for body in written)
    values = [unquote_to_bytes(part.partition(b"=")[2]) for body in written for part in body.split(b"&")]
    beyond = [value for value in values if not value.isascii()]
    assert b"\xd6berg-Lind\xe9n" in beyond
    assert b"\xd6berg" in beyond
    for value in beyond:
        with pytest.raises(UnicodeDecodeError):
            value.decode("utf-8")
    assert b"????" in values
    assert b"Lukasz" in values
