"""Hogia Smart as one adapter: what it says it can do depends on the way it books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart import HogiaSmart
from bridge.errors import Rejected
from bridge.model.documents import DocumentKind
from bridge.ports import Capability
from tests.builders import an_order
from tests.support.hogia_desk import RATES, Desk, key_of

FILES = {"transport": "sie", "folder": "sie", "company_name": "Prov AB", "org_number": "556000-4615"}


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """The company."""
    found = Desk(tmp_path, clock)
    yield found
    found.close()


def adapter(desk: Desk, *, own: dict[str, str] | None = None, **erp: str) -> HogiaSmart:
    """As the application builds it."""
    config = desk.config(RATES, shop="", own=own or {}, **erp)
    return HogiaSmart(config.erp_options, ErpContext.of(config, clock=desk.clock, mounts=desk.mounts))


def test_interface_makes_invoices_and_keeps_customers(desk: Desk) -> None:
    """Not fenced unless the owner's profile says that it is proven."""
    erp = adapter(desk)
    assert erp.documents == {DocumentKind.INVOICE}
    assert {Capability.CUSTOMERS, Capability.CREDITS, Capability.FINALISES} <= erp.capabilities
    assert (erp.fenced, erp.settle) == (False, timedelta(minutes=2))
    assert adapter(desk, own={"invoice.sequence": "replay"}).fenced


def test_files_make_vouchers_and_nothing_else(desk: Desk) -> None:
    """What they cannot do is refused in plain words, should anybody ask."""
    erp = adapter(desk, **FILES)
    assert (erp.documents, erp.capabilities) == ({DocumentKind.VOUCHER}, {Capability.CREDITS})
    assert (erp.fenced, erp.settle) == (True, timedelta())
    made = erp.put_document(an_order(), key_of(an_order()), DocumentKind.VOUCHER)
    assert [each.number for each in erp.find_document(key_of(an_order()))] == [made.number]
    with pytest.raises(Rejected) as caught:
        erp.customers()
    assert "transport = api" in str(caught.value.advice)
    erp.close()


@pytest.mark.parametrize("kind", [DocumentKind.ORDER, DocumentKind.VOUCHER])
def test_interface_makes_nothing_but_invoices(desk: Desk, kind: DocumentKind) -> None:
    """Neither shown nor sent."""
    erp = adapter(desk)
    for call in (erp.preview, erp.put_document):
        with pytest.raises(Rejected) as caught:
            call(an_order(), key_of(an_order()), kind)
        assert caught.value.field == "document"


def test_class_says_all_it_may_ever_do() -> None:
    """For tables and for settings, before there is a configuration."""
    assert HogiaSmart.documents == {DocumentKind.INVOICE, DocumentKind.VOUCHER}
    assert Capability.PROBES in HogiaSmart.capabilities
    assert not HogiaSmart.capabilities & {Capability.STOCK, Capability.PRICES, Capability.PRODUCTS}


def test_probe_makes_nothing(desk: Desk) -> None:
    """And learns something."""
    erp = adapter(desk)
    assert [each for each in erp.probe() if str(each.asked)]
    assert not [each for each in desk.sim.log if each["method"] == "POST" and "/connect/" not in each["path"]]
