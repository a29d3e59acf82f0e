"""The sections every bridge has, whatever its shop and ERP. An adapter adds its own keys to [shop] or [erp]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bridge.config import checks
from bridge.config.accounts import AccountsSection
from bridge.config.document_sections import (
    ArticlesSection,
    FieldsSection,
    OrdersSection,
    PaymentsSection,
    ShippingSection,
)
from bridge.config.option import Duration, Secret, option
from bridge.model.texts import Problem

__all__ = [
    "AccountsSection",
    "ArticlesSection",
    "BridgeSection",
    "ErpSection",
    "FieldsSection",
    "OrdersSection",
    "PaymentsSection",
    "ShippingSection",
    "ShopSection",
    "WebSection",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSection:
    """[bridge]: the daemon itself."""

    data_dir: Path = option("data", help="Folder for the database and its backups, seen from this file.")
    language: str = option(
        "sv", choices=("sv", "en"), help="Language of the page, the command line and messages."
    )
    mode: str = option(
        "live",
        choices=("live", "shadow"),
        help="live books; shadow prepares and shows every document and sends nothing. Start in shadow.",
    )
    retention: Duration = option(
        "30d",
        least="1d",
        help="How long order contents stay after the order is done. Numbers, totals and links stay for ever.",
    )
    plugins: tuple[str, ...] = option(
        "",
        example="my_hooks.py",
        help="Your own Python, called in this order: files (a path is seen from this file) or installed modules.",
    )
    timezone: str = option("Europe/Stockholm", help="Time zone of the books and the page.")
    workers: int = option(
        "1", least="1", most="8", help="Orders sent at the same time. One is enough for most."
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """A folder that is a file, a time zone that does not exist."""
        return [
            *checks.folder(f"{where} data_dir", self.data_dir),
            *checks.zone(f"{where} timezone", self.timezone),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSection:
    """[web]: the admin page."""

    listen: str = option(
        "127.0.0.1:8787", help="Address and port of the page. Keep it local; use a proxy with TLS."
    )
    password_hash: Secret = option("", help="Made by: bridge password. Empty: nobody can log in.")
    url_prefix: str = option("", example="/orderbro", help="Path under which a proxy shows the page.")
    trusted_proxies: tuple[str, ...] = option(
        "", example="127.0.0.1", help="Addresses of proxies whose X-Forwarded headers count."
    )
    allowed_hosts: tuple[str, ...] = option(
        "",
        example="bridge.example.se",
        help="Names under which the page may be opened, besides the listen address.",
    )

    @property
    def host(self) -> str:
        """The address of ``listen``, without brackets."""
        return checks.split_listen(self.listen)[0]

    @property
    def port(self) -> int:
        """The port of ``listen``."""
        return checks.split_listen(self.listen)[1]

    def problems(self, where: str) -> Sequence[Problem]:
        """An address that cannot be listened on, or that is open to the world without a password."""
        return [
            *checks.listen(f"{where} listen", self.listen, closed=bool(self.password_hash)),
            *checks.password_hash(f"{where} password_hash", self.password_hash),
            *checks.url_prefix(f"{where} url_prefix", self.url_prefix),
            *checks.addresses(f"{where} trusted_proxies", self.trusted_proxies),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSection:
    """[shop NAME]: one section per shop. The name stands in every document's key: never change it."""

    type: str = option("woocommerce", help="Kind of shop.")
    trigger_statuses: tuple[str, ...] = option(
        "processing,completed", help="An order in one of these statuses goes to the ERP."
    )
    export: str = option(
        "auto",
        choices=("auto", "manual", "off"),
        help="auto sends by itself, manual waits for the Send button, off sends nothing.",
    )
    orders_from: datetime | None = option(
        None,
        example="2026-12-01",
        help="Orders created before this day (or moment) are left alone. Without it: before the first start.",
    )
    delay: Duration = option(
        "0s",
        most="30d",
        help="How long an order rests before it is sent, counted from when it was first seen.",
    )
    poll_every: Duration = option(
        "60s", least="5s", most="1d", help="How often the shop is asked for changes."
    )
    overlap: Duration = option(
        "5m",
        least="2s",
        most="7d",
        help="How far back each poll looks again. WooCommerce loses changes without it.",
    )
    sweep_every: Duration = option(
        "1d", least="1h", most="30d", help="How often recent orders are read again whatever their dates say."
    )
    refunds_every: Duration = option(
        "15m",
        least="1m",
        most="1d",
        help="How often the shop's own list of refunds is read. Orders that are read bring their refunds too.",
    )
    sweep_days: int = option("30", least="1", most="400", help="How many days back the sweep reads.")
    document: str = option(
        "",
        choices=("", "order", "invoice", "voucher"),
        help="What an order becomes. Empty: what the ERP does best. [payments] may say otherwise per method.",
    )
    number_prefix: str = option(
        "",
        example="WEB-",
        help="Put before the order number in the ERP, so that the numbers of two shops are never the same.",
    )
    result_unit: str = option(
        "", example="200", help="Cost centre of this shop's documents, by the ERP's number or code."
    )
    project: str = option(
        "", example="7", help="Project of this shop's documents, by the ERP's number or code."
    )
    channel: str = option(
        "", example="webb", help="Name of this sales channel in the ERP, where it tells channels apart."
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """Statuses in which an order is not ready to be booked."""
        return checks.triggers(f"{where} trigger_statuses", self.trigger_statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpSection:
    """[erp]: which ERP; its adapter adds its own keys."""

    type: str = option(
        "sie",
        help="sie writes files for any accounting program; or the module of an adapter of your own.",
    )
