"""Every adapter has what the ports ask for: the same methods, called the same way, with the same answers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from bridge import erps, ports, shops
from bridge.clock import ManualClock
from tests.support.fake_customers import FakeCustomerErp
from tests.support.fakes import FakeErp, FakeShop
from tests.woo import a_shop, a_sim

SHOPS: dict[str, type[Any]] = {name: shops.load(name) for name in shops.REGISTRY} | {"fake": FakeShop}
ERPS: dict[str, type[Any]] = {name: erps.load(name) for name in erps.REGISTRY} | {
    "fake": FakeErp,
    "fake with customers": FakeCustomerErp,
    "from outside": erps.load("tests.support.slowbooks"),
}
BEYOND: dict[ports.Capability, Any] = {
    ports.Capability.CUSTOMERS: ports.BooksCustomers,
    ports.Capability.LISTS_CUSTOMERS: ports.ListsCustomers,
    ports.Capability.CREDITS: ports.BooksCorrections,
    ports.Capability.AMENDS: ports.Amends,
    ports.Capability.CANCELS: ports.Cancels,
    ports.Capability.ASKS_RATES: ports.KnowsRates,
    ports.Capability.FINALISES: ports.Finalises,
    ports.Capability.CONFIRMS: ports.Erp,
    ports.Capability.FULFILMENTS: ports.FeedsFulfilments,
    ports.Capability.STOCK: ports.FeedsStock,
    ports.Capability.PRICES: ports.FeedsPrices,
    ports.Capability.PRODUCTS: ports.FeedsProducts,
    ports.Capability.TAKES_PRODUCTS: ports.TakesProducts,
    ports.Capability.KEEPS_ACCESS: ports.KeepsAccess,
    ports.Capability.COLLECTS: ports.Collects,
    ports.Capability.PROBES: ports.Probes,
}
"""Whoever says it can do one of these has the methods for it."""
PAIRS = [
    *((ports.Shop, adapter) for adapter in SHOPS.values()),
    *((ports.Erp, adapter) for adapter in ERPS.values()),
    *(
        (BEYOND[capability], adapter)
        for adapter in ERPS.values()
        for capability in sorted(adapter.capabilities)
    ),
]
CASES = [
    pytest.param(port, adapter, name, id=f"{adapter.__name__}.{name}")
    for port, adapter in PAIRS
    for name, _ in inspect.getmembers(port, inspect.isfunction)
    if not name.startswith("_")
]


def test_every_capability_has_its_port() -> None:
    """One that is new must be added above, or nobody holds its methods to anything."""
    assert set(BEYOND) == set(ports.Capability)


def test_ports_have_the_methods_this_suite_thinks_of() -> None:
    """A suite over nothing would be green too."""
    assert {param.values[2] for param in CASES} >= {
        "changed_orders",
        "mark",
        "put_document",
        "preview",
        "close",
        "find_customers",
        "put_customer",
        "customers",
        "put_correction",
    }


def shape(function: Any) -> list[tuple[str, Any, Any]]:
    """Name, kind and default of every parameter."""
    return [(each.name, each.kind, each.default) for each in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize(("port", "adapter", "name"), CASES)
def test_adapter_method_is_called_and_answers_as_the_port_says(port: Any, adapter: Any, name: str) -> None:
    """Parameters by name, order, kind and default; every type the same as the port's."""
    wanted, found = getattr(port, name), getattr(adapter, name)
    assert shape(found)[: len(shape(wanted))] == shape(wanted)
    assert all(default is not inspect.Parameter.empty for _, _, default in shape(found)[len(shape(wanted)) :])
    assert get_type_hints(found) == get_type_hints(wanted)


@pytest.mark.parametrize("adapter", ERPS.values(), ids=ERPS)
def test_erp_says_of_itself_what_the_port_asks(adapter: Any) -> None:
    """Class facts the composition reads before there is an instance."""
    assert isinstance(adapter.name, str)
    assert inspect.isclass(adapter.Options)
    assert adapter.documents
    assert isinstance(adapter.fenced, bool)


def instances(folder: Path, clock: ManualClock) -> Iterator[tuple[Any, Any]]:
    """An adapter of each kind, and its port."""
    from tests.support.sie import a_sie

    yield a_shop(a_sim(clock), clock), ports.Shop
    yield a_sie(folder, clock=clock), ports.Erp
    yield FakeShop(name="main", clock=clock), ports.Shop
    yield FakeErp(clock), ports.Erp
    yield FakeCustomerErp(clock), ports.BooksCustomers


def test_adapter_instances_have_every_attribute_of_the_port(tmp_path: Path, clock: ManualClock) -> None:
    """Also those that are set at construction: a shop's name, an ERP's settle time."""
    for instance, port in instances(tmp_path, clock):
        wanted = {*port.__annotations__, *(name for name in vars(port) if not name.startswith("_"))}
        assert [name for name in sorted(wanted) if not hasattr(instance, name)] == [], type(instance)
        instance.close()
        instance.close()  # the composition may have done it already
