"""The one way in: a file becomes a checked ``Config``, or a ``ConfigError`` that lists everything wrong with it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bridge.config import checks, reader, values
from bridge.config.binding import Binder, specs
from bridge.config.customers import CustomersSection
from bridge.config.loaded import Config, ShopConf
from bridge.config.reader import RawFile, RawSection
from bridge.config.secrets import world_readable
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
from bridge.errors import ConfigError, UserError
from bridge.model.texts import Problem, Text, say

__all__ = ["CORE", "Adapters", "load", "parse", "peek_language"]

Adapters: TypeAlias = Callable[[Literal["shop", "erp"], str], type]
"""The option class of an adapter by its type; raises ``UserError`` for a type that does not exist."""

CORE: Final[Mapping[str, type]] = {
    "bridge": BridgeSection,
    "web": WebSection,
    "erp": ErpSection,
    "orders": OrdersSection,
    "customers": CustomersSection,
    "articles": ArticlesSection,
    "accounts": AccountsSection,
    "payments": PaymentsSection,
    "shipping": ShippingSection,
    "fields": FieldsSection,
}
"""The sections with fixed names; ``[shop NAME]`` comes on top."""

FALLBACK_ZONE: Final = "Europe/Stockholm"


def load(path: Path, *, adapters: Adapters, environ: Mapping[str, str] | None = None) -> Config:
    """Read and check the file.

    Raises:
        ConfigError: every problem at once, each with file, line, section, key and remedy.
    """
    return parse(reader.read_text(path), adapters=adapters, path=path, environ=environ)


def parse(
    text: str,
    *,
    adapters: Adapters,
    path: Path = Path("config.ini"),
    environ: Mapping[str, str] | None = None,
) -> Config:
    """Check the text of a file; ``path`` says where it would lie.

    Raises:
        ConfigError: as ``load``.
    """
    file = reader.scan(text, name=path.name)
    folder = path.absolute().parent
    place = values.Place(folder=folder, zone=_zone(file), environ=os.environ if environ is None else environ)
    binder = Binder(file, place, elsewhere=_homes())
    config = _bind_all(binder, adapters, path)
    if _secret_in(binder) and path.exists() and world_readable(path):
        binder.problems.append(_readable(path))
    if config is None or file.problems or any(problem.severe for problem in binder.problems):
        problems = sorted([*file.problems, *binder.problems], key=_line)
        raise ConfigError(say("The configuration {path} cannot be used.", path=path), problems)
    return config(tuple(binder.problems))


def peek_language(path: Path) -> str | None:
    """The language a file asks for, however broken the rest of it is; None: no telling."""
    try:
        file = reader.scan(reader.read_text(path), name=path.name)
    except UserError:
        return None
    section = file.sections.get("bridge")
    value = section.values.get("language") if section else None
    if value is None:
        return "sv"  # the option's default, and the file is there
    return value.text if value.text in {"sv", "en"} else None


def _bind_all(
    binder: Binder, adapters: Adapters, path: Path
) -> Callable[[tuple[Problem, ...]], Config] | None:
    core: dict[str, Any] = {}
    shops: dict[str, ShopConf | None] = {}
    erp = erp_options = None
    # In the order of the example, which is how the settings are shown.
    for name, cls in CORE.items():
        if name == "erp":
            shops = _bind_shops(binder, adapters)
            erp, erp_options = _bind_adapter(binder, "erp", "erp", ErpSection, adapters)
        else:
            (core[name],) = binder.bind(name, cls)
    _unknown_sections(binder)
    if erp is None or erp_options is None or None in core.values() or None in shops.values():
        return None
    found = {name: shop for name, shop in shops.items() if shop is not None}
    return lambda notices: Config(
        path=path,
        shops=found,
        erp=erp,
        erp_options=erp_options,
        **core,
        notices=notices,
        settings=tuple(binder.settings),
        secrets=tuple(dict.fromkeys(binder.secrets)),
    )


def _bind_shops(binder: Binder, adapters: Adapters) -> dict[str, ShopConf | None]:
    shops: dict[str, ShopConf | None] = {}
    for section, raw in binder.file.sections.items():
        word, _, name = section.partition(" ")
        if word != "shop":
            continue
        where = f"{binder.file.name}:{raw.line} [{section}]"
        binder.problems.extend(checks.shop_name(where, name))
        common, options = _bind_adapter(binder, section, "shop", ShopSection, adapters)
        complete = common is not None and options is not None
        shops[name] = ShopConf(section=common, options=options) if complete else None
    _no_twins(binder, shops)
    if not shops:
        fix = say("Add a section [shop main] with the shop's address and keys.")
        binder.problems.append(Problem(where=binder.file.name, what=say("There is no shop."), fix=fix))
    return shops


def _no_twins(binder: Binder, shops: Mapping[str, ShopConf | None]) -> None:
    """Two sections with one address would book every order twice, each under its own name."""
    seen: dict[str, str] = {}
    for name, shop in shops.items():
        address = str(getattr(shop.options, "url", "") if shop else "").rstrip("/").lower()
        first = seen.setdefault(address, name)
        if address and first != name:
            raw = binder.file.sections[f"shop {name}"]
            what = say("This is the address of [shop {first}] too.", first=first)
            fix = say("Keep one of the two sections: every order would be booked twice.")
            binder.complain(raw, "url", what, fix)


def _bind_adapter(
    binder: Binder, section: str, kind: Literal["shop", "erp"], common: type, adapters: Adapters
) -> tuple[Any, Any]:
    """Bind what all of the kind have and what this type adds, which live in one section."""
    raw = binder.file.sections.get(section) or RawSection(section, 0)
    written = raw.values.get("type")
    default = next(spec.meta.default for spec in specs(common) if spec.name == "type")
    name = written.text if written and written.text else str(default)
    try:
        options = adapters(kind, name)
    except UserError as error:
        binder.problems.append(
            Problem(where=binder.where(raw, "type"), what=error.text, fix=_type_advice(error))
        )
        (made,) = binder.bind(section, common, open_ended=True)
        return made, None
    made, extra = binder.bind(section, common, options)
    return made, extra


def _type_advice(error: UserError) -> Text:
    if error.problems:
        return error.problems[0].fix
    return say("Write one of the types the documentation lists.")


def _unknown_sections(binder: Binder) -> None:
    for name, raw in binder.file.sections.items():
        if name in CORE or name.split(" ")[0] == "shop":
            continue
        near = values.nearest(name.split(" ")[0], [*CORE, "shop"])
        if near == "shop":
            fix = say("Did you mean [{near}]?", near="shop main")
        elif near:
            fix = say("Did you mean [{near}]?", near=near)
        else:
            fix = say(
                "Possible: {allowed}.", allowed=", ".join(["[shop main]", *(f"[{each}]" for each in CORE)])
            )
        binder.problems.append(
            Problem(
                where=f"{binder.file.name}:{raw.line}",
                what=say("There is no section [{name}].", name=name),
                fix=fix,
            )
        )


def _homes() -> dict[str, str]:
    homes = {spec.name: "shop main" for spec in specs(ShopSection)}
    for section, cls in CORE.items():
        homes |= {spec.name: section for spec in specs(cls) if not spec.meta.pattern}
    return homes


def _zone(file: RawFile) -> ZoneInfo:
    """The zone of the books, needed before its own section is bound; a wrong one is reported there."""
    section = file.sections.get("bridge")
    value = section.values.get("timezone") if section else None
    name = value.text if value and value.text else FALLBACK_ZONE
    return ZoneInfo(FALLBACK_ZONE if any(checks.zone("", name)) else name)


def _secret_in(binder: Binder) -> bool:
    return any(
        setting.secret and setting.value and set(setting.origin.values) == {"line"}
        for setting in binder.settings
    )


def _line(problem: Problem) -> int:
    """Problems are listed down the file; what is missing comes last."""
    match = re.search(r":(\d+)(?: |\Z)", problem.where)
    return int(match[1]) if match else sys.maxsize


def _readable(path: Path) -> Problem:
    return Problem(
        where=path.name,
        what=say("Every user of this machine can read the file, and there are secrets in it."),
        fix=say("Run: chmod 600 {path}", path=path),
        severe=False,
    )
