"""Plugins and refunds: what was split when it was sold is split when it comes back."""

from __future__ import annotations

from decimal import Decimal

from bridge.model.documents import Correction, Document, Key, Purpose
from bridge.model.orders import TaxPart
from bridge.store.records import State
from tests.builders import a_line, an_order
from tests.flows.conftest import House
from tests.support.plugins import hooks_of

D = Decimal
BUNDLE = """
    def map_line(line, order):
        if line.sku != "PRESENT-1":
            return line
        return split(line, [Part(sku="A", share=Decimal(2)), Part(sku="B", share=Decimal(1))])
"""


def booked(house: House) -> list[Correction]:
    """An order of two bundles in the books; what the ERP is given to credit from now on."""
    house.hooks = hooks_of(house.folder, BUNDLE, clock=house.clock)
    given: list[Correction] = []
    put = house.erp.put_correction

    def watched(correction: Correction, key: Key, original: Document) -> Document:
        given.append(correction)
        return put(correction, key, original)

    house.erp.put_correction = watched  # type: ignore[method-assign] # to see what it is given
    house.build()
    house.shop.put(an_order(a_line("160.00", "40.00", quantity=D(2), sku="PRESENT-1")))
    house.collector.poll("main")
    house.drain()
    house.clock.advance(hours=1)
    return given


def refund(house: House, refund_id: str, net: str, tax: str) -> None:
    """Pay a bundle back; the article has lost its number since."""
    row = a_line(net, tax, quantity=D(-1), sku=None, taxes=(TaxPart(rate_id="25", tax=D(tax)),))
    assert house.shop.refund("1234", -D(net) - D(tax), row) == refund_id
    house.collector.poll("main")
    house.drain()


def test_refund_of_a_bundle_is_credited_by_its_parts(house: House):
    """Also when the article lost its number after it was sold."""
    given = booked(house)
    refund(house, "70", "-80.00", "-20.00")
    assert house.state(purpose=Purpose.REFUND, detail="70") is State.DONE
    (correction,) = given
    assert [(row.id, row.sku, row.net, row.tax) for row in correction.rows] == [
        ("1.1", "A", D("-53.33"), D("-13.33")),
        ("1.2", "B", D("-26.67"), D("-6.67")),
    ]


def test_last_refund_of_a_bundle_takes_back_what_is_left_to_the_ore(house: House):
    """Two halves of an odd split end at nothing, part by part."""
    given = booked(house)
    refund(house, "70", "-80.00", "-20.00")
    refund(house, "71", "-80.00", "-20.00")
    sold = {row.id: row.gross for row in house.erp.given[0].lines}
    for ident, gross in sold.items():
        assert gross + sum(row.gross for each in given for row in each.rows if row.id == ident) == 0


def test_failing_plugin_parks_the_refund(house: House):
    """Named as for an order; mended, Retry credits it."""
    booked(house)
    house.hooks = hooks_of(house.folder, "def map_line(line, order): raise KeyError", clock=house.clock)
    house.build()
    refund(house, "70", "-80.00", "-20.00")
    entry = house.entry(purpose=Purpose.REFUND, detail="70")
    assert (entry.state, entry.fault and entry.fault.kind) == (State.PARKED, "PluginError")
    house.hooks = hooks_of(house.folder, BUNDLE, clock=house.clock)
    house.build()
    house.store.outbox.retry([entry.id], who="anna", reason="", now=house.clock.now())
    house.drain()
    assert house.state(purpose=Purpose.REFUND, detail="70") is State.DONE
