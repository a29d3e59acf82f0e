"""Hogia over files, as a configuration file would make it."""

from __future__ import annotations

from pathlib import Path

from bridge.clock import Clock, ManualClock
from bridge.config import Config, parse
from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart.files import Files, folder_of
from bridge.erps.hogia_smart.options import Options
from tests.support.configs import ShopOptions
from tests.support.sie import NOTHING, SHOP, Section

COMPANY = {
    "type": "hogia_smart",
    "transport": "sie",
    "company_name": "Exempel AB",
    "org_number": "556000-4615",
}


def config_of(folder: Path, *, erp: Section = NOTHING, **sections: Section) -> Config:
    """The configuration with these lines on top of the shortest valid one."""
    text = SHOP
    for name, lines in {"erp": {**COMPANY, **erp}, **sections}.items():
        text += "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in lines.items()), ""])
    return parse(text, adapters=lambda kind, _: ShopOptions if kind == "shop" else Options,
                 path=folder / "config.ini", environ={})  # fmt: skip


def a_folder(folder: Path, *, clock: Clock | None = None, **sections: Section) -> Files:
    """The way over files, which lie in ``folder / "sie"``."""
    config = config_of(folder, **sections)
    return folder_of(config.erp_options, ErpContext.of(config, clock=clock or ManualClock()))
