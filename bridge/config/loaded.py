"""The configuration as the rest of the package sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.config.customers import CustomersSection
from bridge.config.sections import (
    AccountsSection,
    ArticlesSection,
    BridgeSection,
    ErpSection,
    FieldsSection,
    OrdersSection,
    PaymentsSection,
    ShippingSection,
    ShopSection,
    WebSection,
)
from bridge.model.texts import Problem, Text

__all__ = ["Config", "Setting", "ShopConf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopConf:
    """One shop: what every shop has, and what its kind adds."""

    section: ShopSection
    options: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One option as it came out, for ``config show`` and the settings page."""

    section: str
    key: str
    value: str
    """As in the file; a secret as dots."""
    origin: Text
    """The line, the variable or the file it was read from, or that it is the default."""
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the file says, checked."""

    path: Path
    bridge: BridgeSection
    web: WebSection
    shops: Mapping[str, ShopConf]
    erp: ErpSection
    erp_options: Any
    orders: OrdersSection
    customers: CustomersSection
    articles: ArticlesSection
    accounts: AccountsSection
    payments: PaymentsSection
    shipping: ShippingSection
    fields: FieldsSection
    notices: tuple[Problem, ...] = ()
    """What works all the same but should be looked at."""
    settings: tuple[Setting, ...] = ()
    secrets: tuple[str, ...] = ()
    """Every secret read, for the log to mask."""

    def __repr__(self) -> str:
        """Where it came from; never what it holds."""
        return f"Config({str(self.path)!r})"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the books."""
        return ZoneInfo(self.bridge.timezone)

    @property
    def database(self) -> Path:
        """The database file."""
        return self.bridge.data_dir / "bridge.db"
