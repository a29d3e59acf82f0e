"""The composition root: from a configuration to a Bridge with everything in it. Nothing is started here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from requests.adapters import BaseAdapter

from bridge import erps, shops
from bridge.clock import Clock, SystemClock
from bridge.config import Config, ShopConf, load
from bridge.erps.context import ErpContext
from bridge.flows.booking import Booker
from bridge.flows.changes import AfterBooking, CalledOff, ChangeRules, Changes
from bridge.flows.changing import Changer
from bridge.flows.crediting import Creditor
from bridge.flows.customers import Customers
from bridge.flows.decide import Export, Policy, RefundedBefore, ZeroTotal
from bridge.flows.dispatch import Dispatcher
from bridge.flows.finalising import Afterwards, Finisher
from bridge.flows.health import Health
from bridge.flows.kinds import document_kinds
from bridge.flows.marking import Marker
from bridge.flows.operator import Operator
from bridge.flows.orders import Collector
from bridge.flows.polling import Poller
from bridge.flows.refunds import Refunds
from bridge.flows.sending import Sending
from bridge.flows.shadow import Shadow, mark_of
from bridge.flows.vat import VatMode, VatWatch
from bridge.hooks import Hooks
from bridge.i18n import translator
from bridge.logs import Mask
from bridge.model.documents import Purpose
from bridge.model.orders import Order
from bridge.model.refunds import AmountOnly, RefundRules
from bridge.ports import Erp, Shop
from bridge.shops.context import ShopContext
from bridge.store import Store

__all__ = ["Bridge", "adapter_options", "build", "read_config"]

Mounts = Mapping[str, BaseAdapter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """One bridge, ready to be started by the daemon, shown by the page or used by a command."""

    config: Config
    store: Store
    shops: Mapping[str, Shop]
    erp: Erp
    clock: Clock
    collector: Collector
    poller: Poller
    dispatcher: Dispatcher
    operator: Operator
    health: Health
    hooks: Hooks
    customers: Customers
    trial: Shadow
    """What takes the dispatcher's place when ``shadow`` is true."""
    poke: threading.Event
    """Set: the daemon looks at once instead of at the next time on its list."""
    pinged: threading.Event
    """Set: the ERP has said that it has changes to fetch."""

    @property
    def shadow(self) -> bool:
        """True: nothing may be sent."""
        return self.config.bridge.mode == "shadow"

    def close(self) -> None:
        """Let go of connections and the database."""
        for shop in self.shops.values():
            shop.close()
        self.erp.close()
        self.store.close()


def adapter_options(floor: Literal["shop", "erp"], type_name: str) -> type[Any]:
    """The option class of an adapter, for the configuration that must not know adapters.

    Raises:
        UserError: there is no such adapter.
    """
    adapter = shops.load(type_name) if floor == "shop" else erps.load(type_name)
    options: type[Any] = adapter.Options
    return options


def read_config(path: Path) -> Config:
    """Read the file with the options of the adapters it names.

    Raises:
        ConfigError: everything that is wrong with it, at once.
    """
    return load(path, adapters=adapter_options)


def build(config: Config, *, clock: Clock | None = None, mounts: Mounts | None = None) -> Bridge:
    """Put a bridge together and open its database. ``mounts``: simulators in place of the network.

    Raises:
        ConfigError: a plugin cannot be used.
        UserError: the ERP cannot make the wanted document.
        StoreError: the database cannot be used.
    """
    clock = clock or SystemClock()
    zone = config.zone
    translate = translator(config.bridge.language)
    context = ShopContext(
        clock=clock, timezone=zone, mounts=mounts or {}, render=lambda text: text.render(translate)
    )
    the_shops = {name: _shop(name, conf, context) for name, conf in config.shops.items()}
    erp = _erp(config, clock=clock, mounts=mounts)
    hooks = Hooks.load(config.bridge.plugins, folder=config.path.absolute().parent, clock=clock)
    kinds = document_kinds(
        erp,
        shops={name: conf.section.document for name, conf in config.shops.items()},
        payments=config.payments.rules,
    )
    store = Store.open(config.bridge.data_dir / "bridge.db", clock=clock)
    change_rules = _change_rules(config)
    collector = Collector(
        store=store,
        shops=the_shops,
        policies={name: _policy(conf, config) for name, conf in config.shops.items()},
        clock=clock,
        hooks=hooks,
        changes=Changes(store=store, rules=change_rules, clock=clock),
    )
    customers = Customers(erp=erp, settings=config.customers, facts=store.progress, clock=clock)

    def mapped(order: Order) -> Order:
        return hooks.mapped(customers.numbered(order))

    afterwards = Afterwards(erp=erp, orders=config.orders, clock=clock)
    booker = Booker(
        erp=erp,
        shops=the_shops,
        kinds=kinds,
        tolerance=config.orders.rounding_tolerance,
        clock=clock,
        redact=Mask(config.secrets),
        hooks=hooks,
        vat=VatWatch(
            mode=VatMode(config.orders.vat_check),
            timezone=zone,
            services=config.accounts.service_skus,
            gift_cards=config.accounts.gift_card_skus,
        ),
        customers=customers,
        afterwards=afterwards,
    )
    creditor = Creditor(
        store=store,
        erp=erp,
        shops=the_shops,
        rules=RefundRules(
            amount_only=AmountOnly(config.orders.amount_only), tolerance=config.orders.rounding_tolerance
        ),
        clock=clock,
        redact=Mask(config.secrets),
        mapped=mapped,
        rows=hooks.rows,
        afterwards=afterwards,
    )
    changer = Changer(
        erp=erp,
        store=store,
        rules=change_rules,
        refund_rules=RefundRules(tolerance=config.orders.rounding_tolerance),
        book=booker.book,
        mapped=mapped,
        sending=Sending(erp=erp, clock=clock, redact=Mask(config.secrets)),
        clock=clock,
        afterwards=afterwards,
    )
    poke, health = threading.Event(), Health()
    return Bridge(
        config=config,
        store=store,
        shops=the_shops,
        erp=erp,
        clock=clock,
        collector=collector,
        poller=Poller(
            store=store,
            collector=collector,
            refunds=Refunds(store=store, shops=the_shops, clock=clock),
            sweep_days={name: conf.section.sweep_days for name, conf in config.shops.items()},
            health=health,
            clock=clock,
        ),
        dispatcher=Dispatcher(
            store=store,
            handlers={
                Purpose.ORDER: booker.book,
                Purpose.MARK: Marker(shops=the_shops).mark,
                Purpose.REFUND: creditor.credit,
                Purpose.CHANGE: changer.change,
                Purpose.CANCEL: changer.cancel,
                Purpose.FINALISE: Finisher(
                    store=store,
                    erp=erp,
                    shops=the_shops,
                    clock=clock,
                    redact=Mask(config.secrets),
                    mapped=mapped,
                ).finalise,
            },
            shops=the_shops,
            settle=erp.settle,
            clock=clock,
        ),
        operator=Operator(
            store=store,
            shops=the_shops,
            collector=collector,
            booker=booker,
            creditor=creditor,
            change_rules=change_rules,
            kinds=kinds,
            clock=clock,
            poke=poke,
        ),
        health=health,
        hooks=hooks,
        customers=customers,
        trial=Shadow(
            store=store,
            booker=booker,
            clock=clock,
            redact=Mask(config.secrets),
            mark=mark_of([*_settings(config), hooks.fingerprint]),
            render=lambda text: text.render(translate),
        ),
        poke=poke,
        pinged=threading.Event(),
    )


def _shop(name: str, conf: ShopConf, context: ShopContext) -> Shop:
    adapter: Callable[..., Shop] = shops.load(conf.section.type)
    return adapter(name, conf.options, conf.section, context)


def _erp(config: Config, *, clock: Clock, mounts: Mounts | None) -> Erp:
    adapter: Callable[..., Erp] = erps.load(config.erp.type)
    context = ErpContext.of(config, clock=clock, mounts=mounts)
    return adapter(config.erp_options, context)


def _settings(config: Config) -> list[str]:
    """Everything that may change what an order becomes, and some things that do not."""
    return [f"{each.section} {each.key} = {each.value}" for each in config.settings if each.section != "web"]


def _policy(conf: ShopConf, config: Config) -> Policy:
    section = conf.section
    return Policy(
        trigger_statuses=frozenset(section.trigger_statuses),
        export=Export(section.export),
        starts_at=section.orders_from,
        delay=section.delay,
        zero_total=ZeroTotal(config.orders.zero_total),
        refunded_before=RefundedBefore(config.orders.refunded_before_booking),
    )


def _change_rules(config: Config) -> ChangeRules:
    return ChangeRules(
        edited=AfterBooking(config.orders.after_booking),
        called_off=CalledOff(config.orders.cancelled_after_booking),
        reference_meta=frozenset(config.fields.rules),
    )
