"""From a shop's order over the wire to a customer in an ERP over the wire, with the configuration an owner writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.app import Bridge, adapter_options, build
from bridge.clock import ManualClock
from bridge.config import parse
from bridge.flows.dispatch import Step
from bridge.model.documents import Key, Purpose
from bridge.model.orders import OrderRef
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount
from bridge.web import create_app
from tests.support.slowbooks_server import Simulator
from tests.support.whole import PASSWORD, SHOP
from tests.web.site import post
from tests.woo import raw_order

PERSON = "811228-9874"
BILLING = {
    "first_name": "Anna", "last_name": "Öberg", "company": "", "address_1": "Vasagatan 12", "address_2": "",
    "city": "Göteborg", "postcode": "411 24", "country": "SE", "email": "anna@example.com", "phone": "0701740605",
}  # fmt: skip


class Town:
    """A shop, an ERP with customers, and the bridge between them."""

    def __init__(self, folder: Path, clock: ManualClock, *, more: str = "") -> None:
        self.clock = clock
        self.sim = ShopSim(now=clock.now, catalogue=False)
        self.erp = Simulator(folder, clock.now, articles=None, sleep=clock.sleep)
        shop = SHOP.format(name="main", url="https://main.example", key=self.sim.key, secret=self.sim.secret)
        erp = "\n".join(f"{key} = {value}" for key, value in self.erp.options.items())
        text = f"{shop}\n[erp]\n{erp}\n[bridge]\nlanguage = en\n[customers]\n{more}\n"
        config = parse(text, adapters=adapter_options, path=folder / "config.ini", environ={})
        mounts = {**self.erp.mounts, "https://main.example": mount(self.sim.app, sleep=clock.sleep)}
        self.bridge: Bridge = build(config, clock=clock, mounts=mounts)

    def place(self, number: int, *, meta: dict[str, str] | None = None, **billing: str) -> None:
        """An order of Anna's, but for what is given."""
        rows = [
            {"id": at, "key": key, "value": value} for at, (key, value) in enumerate((meta or {}).items(), 1)
        ]
        changed = f"{self.clock.now():%Y-%m-%dT%H:%M:%S}"
        self.sim.place(
            raw_order(
                id=number, number=str(number), billing={**BILLING, **billing}, meta_data=rows,
                date_modified_gmt=changed,
            )
        )  # fmt: skip

    def work(self) -> list[Step]:
        """Read the shop, do what is due."""
        self.bridge.poller.poll("main", hurry=True)
        steps = []
        while (step := self.bridge.dispatcher.step()) is not Step.IDLE:
            steps.append(step)
        return steps

    def page(self, number: int) -> str:
        """The entry's page, and the order's, as a logged-in person sees them."""
        detail = self.bridge.store.reads.by_key(Key(OrderRef(shop="main", id=str(number)), Purpose.ORDER))
        assert detail is not None
        person = create_app(self.bridge, password=PASSWORD).test_client()
        post(person, "/login", at="/login", password=PASSWORD, name="Anna")
        return str(person.get(f"/entry/{detail.entry.id}").text)


@pytest.fixture
def town(tmp_path: Path, clock: ManualClock) -> Iterator[Callable[..., Town]]:
    """Build one; closed afterwards."""
    made: list[Town] = []

    def build_one(more: str = "") -> Town:
        made.append(Town(tmp_path, clock, more=more))
        return made[-1]

    yield build_one
    for each in made:
        each.bridge.close()


def test_buyer_of_two_orders_is_one_customer_and_both_documents_name_it(town: Callable[..., Town]):
    """However the second one is written; the till's own customer is used."""
    here = town("org_number_fields = _my_orgnr")
    till = here.erp.customers.keep(name="Bos Bygg", org_number="5560004615")
    here.place(1)
    here.place(2, email="ANNA@example.com")
    here.place(3, meta={"_my_orgnr": "556000-4615"}, email="bo@example.com", company="Bos Bygg AB")
    here.work()
    kept = here.erp.customers.kept()
    assert [(each.number, each.name) for each in kept] == [(till, "Bos Bygg"), ("1002", "Anna Öberg")]
    assert {row["key"]: row["customer"] for row in here.erp.stored()} == {
        "main:1:order": "1002",
        "main:2:order": "1002",
        "main:3:order": till,
    }


def test_force_update_reaches_the_erp_over_the_wire(town: Callable[..., Town]):
    """Only the chosen part."""
    here = town("force_update = yes\nupdate_parts = billing")
    here.erp.customers.keep(name="A", email="anna@example.com")
    here.place(1)
    here.work()
    (kept,) = here.erp.customers.kept()
    assert (kept.name, kept.street, kept.delivery_street) == ("Anna Öberg", "Vasagatan 12", "")


def test_person_number_is_used_and_never_shown(town: Callable[..., Town]):
    """In the ERP it is the customer's; on the page, in notes and in what was sent it is dotted out."""
    here = town()
    here.place(1, meta={"_billing_org_nr": PERSON})
    here.place(2, meta={"_billing_org_nr": "811228-9875"})
    here.work()
    assert here.erp.customers.kept()[0].org_number == PERSON
    for number in (1, 2):
        page = here.page(number)
        assert "anna@example.com" in page
        assert "******-****" in page
        assert "811228" not in page


def test_collective_customer_that_is_missing_is_told_by_the_check(town: Callable[..., Town]):
    """The bridge is built and says it before the first guest comes."""
    here = town("collective_customer = 9999")
    (told,) = here.bridge.customers.check()
    assert "has no customer 9999" in str(told.what)
