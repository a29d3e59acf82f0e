"""Who is there twice, and who can be written to, on the command line."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator

import pytest

from bridge.app import build, read_config
from bridge.cli.exits import ExitCode
from bridge.flows.orders import UNREADABLE
from bridge.model.codec import digest, dump_order
from bridge.model.documents import Key, Purpose
from bridge.model.orders import Address, Customer
from bridge.model.texts import say
from bridge.sim.wsgi import serve
from bridge.store.records import NewEntry
from tests.builders import NOON, a_ref, an_order
from tests.support.slowbooks_server import TOKEN, Simulator

PERSON = "811228-9874"
ANNA = Customer(
    email="anna@example.com", billing=Address(first_name="Anna", last_name="Öberg", postcode="411 24")
)


@pytest.fixture
def stored(config):
    """Keep orders of these customers in the database, as if they had been fetched."""

    def keep(*customers: Customer, unreadable: bool = False, shop: str = "main") -> None:
        bridge = build(read_config(config()))
        for number, customer in enumerate(customers, 1):
            order = an_order(ref=a_ref(number, shop=shop), customer=customer)
            bridge.store.outbox.add(
                NewEntry(
                    key=Key(order.ref, Purpose.ORDER), due_at=NOON, body=dump_order(order),
                    digest=(UNREADABLE if unreadable else "") + digest(order), number=order.ref.number,
                    gross=order.totals.gross, currency=order.currency,
                ),
                who="test", note=say("x"),
            )  # fmt: skip
        bridge.close()

    return keep


@pytest.fixture
def register(config, tmp_path) -> Iterator[Simulator]:
    """An ERP that can list its customers."""
    path = config()
    simulator = Simulator(tmp_path)
    with serve(simulator.app) as serving:
        head = path.read_text("utf-8").partition("[erp]")[0]
        erp = f"[erp]\ntype = tests.support.slowbooks\nbase_url = {serving.url}\ntoken = {TOKEN}\n"
        path.write_text(f"{head}{erp}[bridge]\nlanguage = en\n", "utf-8")
        yield simulator


def test_cus_13_duplicates_in_the_erp_are_grouped(run, register: Simulator):
    """Why, and where to find them; a person's number is dotted out."""
    register.customers.keep(name="Anna", email="anna@example.com", org_number=PERSON)
    register.customers.keep(name="Anna igen", org_number=f"19{PERSON}")
    register.customers.keep(name="Anna plus", email="Anna+shop@Example.com")
    register.customers.keep(name="Bo", email="bo@example.com")
    result = run("customers", "duplicates")
    assert result.exit_code == ExitCode.DONE, result.output
    assert "Looked at 4 customers in the ERP." in result.stdout
    assert (
        "The same organisation or person number:\n  1001  Anna  anna@example.com  ******-****\n"
        in result.stdout
    )
    assert "The same mailbox:\n  1001" in result.stdout
    assert "2 groups." in result.stdout
    assert "811228" not in result.stdout
    assert "1004" not in result.stdout
    assert len(register.customers.kept()) == 4


def test_cus_13_duplicates_for_a_program(run, register: Simulator):
    """The same, numbers masked too."""
    for _ in range(2):
        register.customers.keep(name="Anna", org_number=PERSON)
    told = json.loads(run("customers", "duplicates", "--json").stdout)
    assert told["source"] == "erp"
    (group,) = told["groups"]
    assert group["likeness"] == "number"
    assert [each["label"] for each in group["customers"]] == ["1001", "1002"]
    assert {each["org_number"] for each in group["customers"]} == {"******-****"}


def test_cus_13_duplicates_among_the_orders_where_the_erp_keeps_none(run, stored):
    """A folder of SIE files lists nobody."""
    stored(ANNA, ANNA, Customer(email="ANNA@example.com"), Customer(email="bo@example.com"))
    result = run("customers", "duplicates")
    assert result.exit_code == ExitCode.DONE, result.output
    assert "Looked at the 3 of the stored orders." in result.stdout
    assert "  1, 2  Anna Öberg  anna@example.com  411 24\n  3  ANNA@example.com\n" in result.stdout


def test_cus_13_nobody_twice_is_said(run, stored):
    """So that silence is no answer; an order nobody can read is left out."""
    stored(ANNA, ANNA, unreadable=True)
    assert "Nobody seems to be there twice." in run("customers", "duplicates").stdout


def test_cus_06_buyers_are_exported_to_a_file_of_ones_own(run, stored, tmp_path):
    """Mode 0600, semicolons, and who was left out."""
    stored(ANNA, Customer(email=""), Customer(email="bo@example.com"))
    result = run("export", "customers", "buyers.csv")
    assert result.exit_code == ExitCode.DONE, result.output
    path = tmp_path / "buyers.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbfE-mail;")
    assert [line.split(";")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]] == [
        "anna@example.com",
        "bo@example.com",
    ]
    assert "2 buyers written to buyers.csv." in result.stdout
    assert "1 orders have no e-mail address and were left out: 2." in result.stdout
    assert "personal data" in result.stderr


def test_cus_06_many_left_out_are_counted(run, stored):
    """A screen full of numbers helps nobody."""
    stored(*[Customer(phone=str(each)) for each in range(25)])
    result = run("export", "customers", "buyers.csv", "--no-bom", "--shop", "main")
    assert "25 orders have no e-mail address" in result.stdout
    assert ", …." in result.stdout
    assert "0 buyers written" in result.stdout


def test_cus_06_file_that_is_there_is_not_written_over_unasked(run, stored, tmp_path):
    """With --force it is, and nobody else can read what was open to all."""
    stored(ANNA)
    path = tmp_path / "buyers.csv"
    path.write_text("mine")
    path.chmod(0o644)
    refused = run("export", "customers", "buyers.csv")
    assert refused.exit_code == ExitCode.USAGE
    assert "--force" in refused.stderr
    assert path.read_text() == "mine"
    assert run("export", "customers", "buyers.csv", "--force").exit_code == ExitCode.DONE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_cus_06_folder_that_is_not_there_is_said(run, stored):
    """With the remedy."""
    stored(ANNA)
    result = run("export", "customers", "nowhere/buyers.csv")
    assert result.exit_code == ExitCode.USAGE
    assert "cannot be written" in result.stderr


def test_cus_06_shop_that_does_not_exist_is_said(run, stored):
    """The shops are named; buyers of other shops stay out."""
    stored(ANNA, shop="old")
    assert "0 buyers written" in run("export", "customers", "none.csv", "--shop", "main").stdout
    stored(ANNA)
    result = run("export", "customers", "buyers.csv", "--shop", "other")
    assert result.exit_code == ExitCode.USAGE
    assert "the shops are main" in result.stderr
