"""What every ERP adapter is given besides its own options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from bridge.clock import Clock
from bridge.config import Config
from bridge.config.customers import CustomersSection
from bridge.config.sections import (
    AccountsSection,
    ArticlesSection,
    FieldsSection,
    OrdersSection,
    PaymentsSection,
    ShippingSection,
    ShopSection,
)

__all__ = ["ErpContext"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpContext:
    """The rest of the house, as far as an adapter, built as ``Adapter(options, context)``, may see it."""

    clock: Clock
    timezone: ZoneInfo
    """Of the books: a payment at 23:30 UTC on 31 December belongs to the new year in Stockholm."""
    orders: OrdersSection
    articles: ArticlesSection
    accounts: AccountsSection
    payments: PaymentsSection
    shipping: ShippingSection = field(default_factory=lambda: ShippingSection(entries={}))
    fields: FieldsSection = field(default_factory=lambda: FieldsSection(entries={}))
    shops: Mapping[str, ShopSection] = field(default_factory=dict)
    """By the shop's name: cost centre, project, channel and number prefix."""
    customers: CustomersSection | None = None
    """For an ERP that matches customers by itself; elsewhere the flow does. None: nobody said."""
    mounts: Mapping[str, Any] = field(default_factory=dict)
    """Address prefix to requests adapter: how simulators stand in for the real thing."""
    base_dir: Path = Path()
    """Relative paths in options are seen from here: the folder of the configuration file."""
    data_dir: Path = Path()
    """Where the bridge keeps what must outlive it: a token that is good only once."""

    @classmethod
    def of(cls, config: Config, *, clock: Clock, mounts: Mapping[str, Any] | None = None) -> Self:
        """Out of a configuration."""
        return cls(
            clock=clock,
            timezone=config.zone,
            orders=config.orders,
            articles=config.articles,
            accounts=config.accounts,
            payments=config.payments,
            shipping=config.shipping,
            fields=config.fields,
            shops={name: conf.section for name, conf in config.shops.items()},
            customers=config.customers,
            mounts=mounts or {},
            base_dir=config.path.parent,
            data_dir=config.bridge.data_dir,
        )
