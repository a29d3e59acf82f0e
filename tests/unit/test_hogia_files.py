"""Hogia over files: the writer's own vouchers, Hogia's fee articles on their accounts, settings per transport."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from bridge import erps
from bridge.clock import ManualClock
from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart import HogiaSmart
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.fees import FEES, with_fees
from bridge.erps.hogia_smart.options import Options
from bridge.errors import ConfigError, Rejected
from bridge.model.documents import DocumentKind
from bridge.model.orders import LineKind, Order, Payment
from bridge.ports import Capability
from bridge.sim.hogia_smart import Simulator
from tests.builders import a_line, an_order
from tests.support.hogia_files import a_folder, config_of
from tests.support.sie import VOUCHER, Section, a_sie, key_of

FEE = a_line("29.00", "7.25", kind=LineKind.FEE, id="5")
ALL = an_order(
    a_line("71.20", "17.80", net_before=a_line().net, tax_before=a_line().tax),
    a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="4", method="flat_rate:3"),
    FEE,
    a_line("-8.00", "-2.00", kind=LineKind.DISCOUNT, id="6"),
)
NO_ARTICLES: Section = {"row_articles": "no"}


def texts(folder: Path, order: Order = ALL, **sections: Section) -> dict[str, str]:
    """Account to the text of its row."""
    rows = a_folder(folder, clock=None, **sections).preview(order, key_of(order), VOUCHER).rows
    return {row["account"]: row["text"] for row in rows}


def adapter(folder: Path, clock: ManualClock, way: str) -> HogiaSmart:
    """The whole adapter, as the bridge builds it."""
    simulator = Simulator(folder, clock.now)
    config = config_of(folder, erp={**simulator.options, "transport": way})
    return HogiaSmart(config.erp_options, ErpContext.of(config, clock=clock, mounts=simulator.mounts))


def faults(folder: Path, **erp: str) -> str:
    """What is said of settings that will not do."""
    with pytest.raises(ConfigError) as caught:
        config_of(folder, erp=erp)
    return str(caught.value)


def test_fee_articles_name_the_rows_and_accounts_are_those_of_the_settings(tmp_path: Path) -> None:
    """Freight, handling fee and discount, each on the account [accounts] has for it."""
    found = texts(tmp_path)
    assert found["3520"] == "fraktavg: Frakt 25 %"
    assert found["3540"] == "expavg: Avgift 25 %"
    assert found["3730"] == "rabatt: Rabatt 25 %"
    assert found["3001"] == "Försäljning 25 %"
    moved = texts(tmp_path, accounts={"shipping": "3550", "fee_25": "3541", "discount": "3731"})
    assert {"3550", "3541", "3731"} < set(moved)
    assert moved["3731"] == "rabatt: Rabatt 25 %"


def test_articles_the_owner_names_go_before_hogias(tmp_path: Path) -> None:
    """[articles] for all freight, [shipping] for one way of sending; a fee on delivery is a handling fee."""
    assert texts(tmp_path, articles={"shipping": "F-1", "fee": "A-1"})["3520"] == "F-1: Frakt 25 %"
    own = texts(tmp_path, shipping={"flat_rate": "article:PALL"})
    assert (own["3520"], own["3540"]) == ("PALL: Frakt 25 %", "expavg: Avgift 25 %")
    cod = an_order(a_line(), FEE, payment=Payment(method="cod"))
    assert texts(tmp_path, cod)["3540"] == "expavg: Avgift 25 %"


def test_rows_without_articles_are_the_writers_own(tmp_path: Path) -> None:
    """Switched off, a voucher is byte by byte what the adapter for files makes."""
    plain = a_sie(tmp_path).preview(ALL, key_of(ALL), VOUCHER)
    assert a_folder(tmp_path, erp=NO_ARTICLES).preview(ALL, key_of(ALL), VOUCHER) == plain
    named = a_sie(tmp_path, erp={"row_articles": "yes"}).preview(ALL, key_of(ALL), VOUCHER)
    assert "frakt: Frakt 25 %" in named.payload
    assert "fraktavg" not in named.payload


def test_fee_articles_are_those_a_company_has(tmp_path: Path, clock: ManualClock) -> None:
    """By the same names as in the simulated one, which knows nothing of our code."""
    assert set(FEES.values()) == {"fraktavg", "expavg", "rabatt"}
    assert set(FEES.values()) <= set(Simulator(tmp_path, clock.now).company.items)


def test_documents_and_abilities_are_the_writers(tmp_path: Path) -> None:
    """Vouchers and credits, fenced, no settle time; an invoice is refused with a remedy."""
    folder, writer = a_folder(tmp_path), a_sie(tmp_path)
    assert folder.documents == {DocumentKind.VOUCHER}
    assert folder.capabilities == {Capability.CREDITS}
    assert (folder.fenced, folder.settle) == (True, writer.settle)
    with pytest.raises(Rejected, match="voucher"):
        folder.put_document(ALL, key_of(ALL), DocumentKind.INVOICE)


def test_adapter_says_of_each_way_what_it_can_do(tmp_path: Path, clock: ManualClock) -> None:
    """On the instance; asked for what files have not, it says which setting would."""
    smart = {way: adapter(tmp_path, clock, way) for way in ("sie", "api")}
    folder = a_folder(tmp_path)
    told = (smart["sie"].documents, smart["sie"].capabilities, smart["sie"].fenced, smart["sie"].settle)
    assert told == (folder.documents, folder.capabilities, folder.fenced, folder.settle)
    assert smart["api"].documents == {DocumentKind.INVOICE}
    assert Capability.CUSTOMERS in smart["api"].capabilities
    assert not smart["api"].fenced
    with pytest.raises(Rejected) as refused:
        smart["sie"].find_customers(email="a@example.org")
    assert "transport = api" in str(refused.value.advice)
    assert smart["sie"].check() == []
    for each in smart.values():
        each.close()


def test_what_files_booked_is_found_by_a_bridge_started_anew(tmp_path: Path, clock: ManualClock) -> None:
    """Also where the whole of data_dir is lost: the folder is the memory."""
    first = adapter(tmp_path, clock, "sie").put_document(ALL, key_of(ALL), VOUCHER)
    again = adapter(tmp_path, clock, "sie")
    assert [each.number for each in again.find_document(key_of(ALL))] == [first.number]
    assert again.put_document(ALL, key_of(ALL), VOUCHER).number == first.number
    assert len(list((tmp_path / "sie").glob("*.si"))) == 1


def test_every_key_of_the_writer_can_be_set(tmp_path: Path) -> None:
    """A new one of its options must be an option here, or the folder could not be made."""
    assert {each.name for each in fields(erps.load("sie").Options)} <= {each.name for each in fields(Options)}
    changes = {
        "folder": "smart",
        "series": "H",
        "credit_series": "K",
        "first_number": "7",
        "voucher_date": "created",
    }
    document = a_folder(tmp_path, erp=changes).put_document(ALL, key_of(ALL), VOUCHER)
    assert document.number == "H7"
    assert Path(document.link).parent == tmp_path / "smart"


def test_each_transport_asks_for_its_own_keys_only(tmp_path: Path) -> None:
    """Every missing line is named, with what belongs there; lines of the other transport may stand."""
    access = {
        "client_id": "c",
        "client_secret": "s",
        "organization_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    }
    empty = dict.fromkeys(("company_name", "org_number"), "")
    assert config_of(tmp_path, erp={"transport": "api", **access, **empty}).erp_options.transport == "api"
    assert config_of(tmp_path, erp={**access, "organization_id": "wrong"}).erp_options.transport == "sie"
    said = faults(tmp_path, transport="api")
    for name in access:
        assert f"[erp] {name}: This line is missing or empty. For transport = api" in said
    said = faults(tmp_path, **empty)
    for name in empty:
        assert f"[erp] {name}: This line is missing or empty. For transport = sie" in said
    assert "client_id" not in said
    assert "Possible: api, sie" in faults(tmp_path, transport="peppol")


def test_folder_is_checked_as_the_writer_checks_it(tmp_path: Path) -> None:
    """Organisation number, accounts that clash: the same findings, under the same section."""
    assert a_folder(tmp_path).check() == []
    wrong_number, clash = {"org_number": "556000-4616"}, {"discount": "2421"}
    wrong = a_folder(tmp_path, erp=wrong_number, accounts=clash).check()
    assert wrong == a_sie(tmp_path, erp=wrong_number, accounts=clash).check()
    assert [each.where for each in wrong] == ["[erp] org_number", "[accounts] discount, [accounts] gift_card"]


def test_invoices_have_the_same_articles(tmp_path: Path, clock: ManualClock) -> None:
    """Over the interface rows are named as they are in files."""
    config = config_of(tmp_path, erp=Simulator(tmp_path, clock.now).options, articles={"fee": "A-1"})
    articles = Core.of(config.erp_options, ErpContext.of(config, clock=clock)).settings.articles
    assert (articles.shipping, articles.fee, articles.discount) == ("fraktavg", "A-1", "rabatt")


def test_settings_of_others_are_left_alone(tmp_path: Path) -> None:
    """Only the three names change, and only where the section has the usual ones."""
    config = config_of(tmp_path, articles={"discount": "R-9", "rounding": "ore"})
    articles = with_fees(ErpContext.of(config, clock=ManualClock())).articles
    assert (articles.shipping, articles.fee, articles.cod) == ("fraktavg", "expavg", "expavg")
    assert (articles.discount, articles.rounding, articles.unnumbered) == ("R-9", "ore", "")
