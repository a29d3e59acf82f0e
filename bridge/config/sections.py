"""The sections every bridge has, whatever its shop and ERP. An adapter adds its own keys to [shop] or [erp]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from bridge.config import checks
from bridge.config.option import Duration, Secret, option
from bridge.model.texts import Problem

__all__ = [
    "AccountsSection",
    "ArticlesSection",
    "BridgeSection",
    "ErpSection",
    "OrdersSection",
    "PaymentsSection",
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
    sweep_days: int = option("30", least="1", most="400", help="How many days back the sweep reads.")
    document: str = option(
        "",
        choices=("", "order", "invoice", "voucher"),
        help="What an order becomes. Empty: what the ERP does best.",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSection:
    """[orders]: what the document looks like."""

    zero_total: str = option(
        "book", choices=("book", "skip"), help="Orders that cost nothing: book them, or skip them."
    )
    rounding_tolerance: Decimal = option(
        "0.05",
        least="0",
        most="1",
        help="Largest rounding row, in the order's currency. More than that is parked.",
    )
    exchange_rates: Mapping[str, str] = option(
        "", example="EUR 11.45, DKK 1.53", help="What one unit of a foreign currency is worth in SEK."
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """Exchange rates that are no rates."""
        return checks.rates(f"{where} exchange_rates", self.exchange_rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesSection:
    """[articles]: article numbers of rows that are no goods, for ERPs that book by article."""

    shipping: str = option("frakt", help="Article number of shipping rows.")
    fee: str = option("avgift", help="Article number of fee rows.")
    discount: str = option("rabatt", help="Article number of discount rows.")
    gift_card: str = option("presentkort", help="Article number of gift card rows.")
    rounding: str = option("avrundning", help="Article number of rounding rows.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsSection:
    """[accounts]: BAS accounts, for ERPs that book by account.

    ``sales_25`` is domestic sales at 25 %, ``sales_DE_19`` sales to Germany at 19 %; likewise ``vat_...``.
    """

    receivable: str = option(
        "1580", help="Where the buyer's payment is waited for, unless [payments] says otherwise."
    )
    sales: Mapping[str, str] = option(
        "", pattern=True, example="sales_25 = 3001", help="Sales per VAT rate, and per country and rate."
    )
    vat: Mapping[str, str] = option(
        "", pattern=True, example="vat_25 = 2611", help="Output VAT per rate, and per country and rate."
    )
    sales_eu: str = option("3106", help="Goods to consumers in other EU countries.")
    sales_eu_business: str = option("3108", help="Goods without VAT to EU companies with a VAT number.")
    sales_export: str = option("3105", help="Goods to countries outside the EU.")
    vat_eu: str = option("2670", help="VAT of other EU countries (One Stop Shop).")
    shipping: str = option("3520", help="Shipping charged.")
    fee: str = option("3540", help="Invoice and payment fees charged.")
    discount: str = option("3730", help="Discounts given.")
    gift_card: str = option("2421", help="Gift cards not yet used.")
    rounding: str = option("3740", help="Öre rounding.")

    def problems(self, where: str) -> Sequence[Problem]:
        """Accounts that are no numbers, rates and countries that are misspelt."""
        accounts = {
            each.name: getattr(self, each.name) for each in fields(self) if each.name not in {"sales", "vat"}
        }
        accounts |= {f"sales_{rest}": account for rest, account in self.sales.items()}
        accounts |= {f"vat_{rest}": account for rest, account in self.vat.items()}
        return [*checks.accounts(where, accounts), *checks.rate_names(where, sales=self.sales, vat=self.vat)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsSection:
    """[payments]: one line per payment method of the shop: its id = account of the receivable."""

    entries: Mapping[str, str] = option(
        "", pattern=True, example="bacs = 1510", help="Payment method id of the shop = account."
    )

    def problems(self, where: str) -> Sequence[Problem]:
        """Accounts that are no numbers."""
        return checks.accounts(where, self.entries)
