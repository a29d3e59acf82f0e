"""A SIE adapter as a configuration file would make it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bridge.clock import Clock, ManualClock
from bridge.config import Config, parse
from bridge.erps.chart import Chart
from bridge.erps.context import ErpContext
from bridge.erps.currency import Conversion
from bridge.erps.sie import Sie
from bridge.erps.sie.mapping import Rules, to_voucher
from bridge.erps.sie.voucher import Voucher
from bridge.model.documents import DocumentKind
from bridge.model.orders import Order
from tests.builders import key_of
from tests.support.configs import ShopOptions

SHOP = "[shop main]\nurl = https://shop.example\nsecret = ck_0123456789\n"
COMPANY = {"type": "sie", "company_name": "Exempel AB", "org_number": "556000-4615"}
VOUCHER = DocumentKind.VOUCHER

Section = Mapping[str, str]
NOTHING: Section = MappingProxyType({})


def config_of(
    folder: Path, *, erp: Section = NOTHING, shop: Section = NOTHING, **sections: Section
) -> Config:
    """The configuration with these lines on top of the shortest valid one."""
    text = SHOP + "".join(f"{key} = {value}\n" for key, value in shop.items())
    for name, lines in {"erp": {**COMPANY, **erp}, **sections}.items():
        text += "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in lines.items()), ""])
    return parse(text, adapters=lambda kind, _: ShopOptions if kind == "shop" else Sie.Options,
                 path=folder / "config.ini", environ={})  # fmt: skip


def a_sie(folder: Path, *, clock: Clock | None = None, **sections: Section) -> Sie:
    """The adapter, its files in ``folder / "sie"``."""
    config = config_of(folder, **sections)
    context = ErpContext.of(config, clock=clock or ManualClock())
    return Sie(config.erp_options, context)


def voucher_of(order: Order, **sections: Section) -> Voucher:
    """The voucher of an order, no file made."""
    config = config_of(Path("/nowhere"), **sections)
    rules = Rules(
        timezone=config.zone,
        voucher_date=config.erp_options.voucher_date,
        tolerance=config.orders.rounding_tolerance,
        conversion=Conversion(config.orders.exchange_rates),
        customer_names=config.erp_options.customer_names,
        services=config.accounts.service_skus,
        gift_cards=config.accounts.gift_card_skus,
        cod_methods=config.orders.cod_methods,
    )
    return to_voucher(order, key_of(order), chart=Chart(config.accounts, config.payments), rules=rules)


def rows_of(voucher: Voucher) -> dict[str, str]:
    """Account to the sum of its rows, as text; accounts with several rows are added up."""
    sums: dict[str, Decimal] = {}
    for row in voucher.rows:
        sums[row.account.number] = sums.get(row.account.number, Decimal("0.00")) + row.amount
    return {account: str(amount) for account, amount in sums.items()}


def put(sie: Sie, order: Order) -> Any:
    """Book it."""
    return sie.put_document(order, key_of(order), VOUCHER)
