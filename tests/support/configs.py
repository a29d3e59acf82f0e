"""Option classes of a made-up shop and ERP, and a shortest valid file, for tests of the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from bridge.config import Config, parse
from bridge.config.document_sections import OrdersSection
from bridge.config.option import Duration, Secret, option
from bridge.errors import ConfigError, UserError
from bridge.model.texts import Problem, say

SHOP = "[shop main]\nurl = https://shop.example\nsecret = ck_0123456789\n"


class Colour(StrEnum):
    """For an option that is an enum."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOptions:
    """What the made-up shop adds to [shop]."""

    url: str = option(required=True, example="https://shop.example", help="The shop's address.")
    secret: Secret = option(required=True, help="The shop's key.")

    def problems(self, where: str) -> Sequence[Problem]:
        """The address must be one."""
        if self.url.startswith("https://"):
            return []
        what = say("{value} is not a shop.", value=self.url)
        return [Problem(where=f"{where} url", what=what, fix=say("Write https:// first."))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpOptions:
    """One option of every type."""

    text: str = option("", help="A text.")
    whole: int = option("3", least="0", most="9", help="A whole number.")
    exact: Decimal = option("0.5", help="A number.")
    flag: bool = option("no", help="Yes or no.")
    span: Duration = option("1h", least="1s", most="7d", help="A length of time.")
    words: tuple[str, ...] = option("a, b", help="A list.")
    places: tuple[str, ...] = option("", choices=("", "north", "south"), help="A list of few words.")
    folder: Path = option("books", help="A folder.")
    moment: datetime | None = option(None, help="A moment.")
    day: date | None = option(None, help="A day.")
    pairs: Mapping[str, str] = option("", help="Pairs.")
    prices: Mapping[str, Decimal] = option("", help="Pairs of a word and a number.")
    colour: Colour = option("red", help="A colour.")
    key: Secret = option("", help="A secret that need not be.")


def adapters(kind: str, name: str) -> type:
    """The made-up shop and ERP answer to the default types."""
    known = {("shop", "woocommerce"): ShopOptions, ("erp", "sie"): ErpOptions}
    if (kind, name) not in known:
        problem = Problem(where="", what=say("Unknown."), fix=say("Did you mean {near}?", near="sie"))
        raise UserError(say("There is no adapter {name}.", name=name), [problem])
    return known[kind, name]


def read(text: str, *, path: Path = Path("/etc/bridge/config.ini"), **environ: str) -> Config:
    """Parse a text that is complete in itself."""
    return parse(text, adapters=adapters, path=path, environ=environ)


def erp(lines: str, **environ: str) -> ErpOptions:
    """The [erp] section that these lines make, with a valid shop beside it."""
    options: ErpOptions = read(f"{SHOP}[erp]\n{lines}\n", **environ).erp_options
    return options


def order_settings(**changes: object) -> OrdersSection:
    """[orders] as it comes without a line of its own, but for ``changes``."""
    return replace(read(SHOP).orders, **changes)  # type: ignore[arg-type] # the test names what it changes


def problems(text: str, **environ: str) -> list[str]:
    """The problems of a text, as lines."""
    try:
        read(text, **environ)
    except ConfigError as error:
        return [str(problem) for problem in error.problems]
    return []
