"""Checks of single options that their type alone cannot make. Each gives problems; none raises."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from bridge.config.values import nearest
from bridge.model.texts import Problem, Text, say

__all__ = [
    "accounts",
    "addresses",
    "folder",
    "is_local",
    "listen",
    "password_hash",
    "rate_names",
    "rates",
    "shop_name",
    "split_listen",
    "triggers",
    "url_prefix",
    "zone",
]

NOT_READY: Final[Mapping[str, Text]] = {
    "pending": say("An order in status pending is not paid: the buyer may still leave or change it."),
    "checkout-draft": say(
        "An order in status checkout-draft is half-built: the buyer is still at the checkout."
    ),
    "auto-draft": say("An order in status auto-draft is being written by hand and is not finished."),
    "draft": say("An order in status draft is not finished."),
    "trash": say("An order in the trash was thrown away."),
    "any": say("any would send half-built orders and unpaid ones too."),
}
_SHOP_NAME: Final = re.compile(r"[a-z0-9_-]{1,20}\Z")
_ACCOUNT: Final = re.compile(r"\d{4,8}\Z", re.ASCII)
_RATE: Final = re.compile(r"(?:[A-Za-z]{2}_)?\d{1,2}(?:[.,]\d{1,2})?\Z", re.ASCII)
_HASH: Final = re.compile(r"(?:scrypt:\d+:\d+:\d+|pbkdf2:\w+:\d+)\$[^$\s]+\$[0-9a-f]+\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")


def shop_name(where: str, name: str) -> Iterator[Problem]:
    """The name stands in every key and in file names, so it is kept plain."""
    if not name:
        yield Problem(
            where=where, what=say("The shop has no name."), fix=say("Write one after the word: [shop main].")
        )
    elif not _SHOP_NAME.match(name):
        yield Problem(
            where=where,
            what=say("{name} cannot be the name of a shop.", name=name),
            fix=say("Use at most 20 of a-z, 0-9, _ and -, like [shop main]."),
        )


def folder(where: str, path: Path) -> Iterator[Problem]:
    """Somebody may have named a file; a folder that is missing is made later."""
    if path.exists() and not path.is_dir():
        yield Problem(
            where=where,
            what=say("{path} is a file.", path=path),
            fix=say("Name a folder; it is made if it is not there."),
        )


def zone(where: str, name: str) -> Iterator[Problem]:
    """Whether the time zone exists."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not found, a folder like "Europe", a path like "../x"
        pass
    else:
        return
    near = _zone_near(name)
    what = say("There is no time zone {name}.", name=name)
    if near:
        yield Problem(where=where, what=what, fix=say("Did you mean {near}?", near=near))
    else:
        yield Problem(where=where, what=what, fix=say("Write continent and city: Europe/Stockholm."))


def _zone_near(name: str) -> str | None:
    zones = sorted(available_timezones())
    if "/" in name:
        return nearest(name, zones)
    return next((each for each in zones if each.lower().endswith(f"/{name.lower()}")), None)


def split_listen(text: str) -> tuple[str, int]:
    """Address and port of ``127.0.0.1:8787`` or ``[::1]:8787``.

    Raises:
        ValueError: it is not of that form, or the port is none.
    """
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\s\[\]]+)):(\d{1,5})", text, re.ASCII)
    if not match:
        raise ValueError(text)
    port = int(match[3])
    if not 1 <= port <= 65_535:
        raise ValueError(text)
    return match[1] or match[2], port


def is_local(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(where: str, text: str, *, closed: bool) -> Iterator[Problem]:
    """The page's address: readable, and never open to the world without a password."""
    try:
        host, _ = split_listen(text)
    except ValueError:
        yield Problem(
            where=where,
            what=say("{value} is not an address and a port.", value=text),
            fix=say("Write address:port with a port from 1 to 65535, like 127.0.0.1:8787."),
        )
        return
    if not is_local(host) and not closed:
        yield Problem(
            where=where,
            what=say("The page would be open to other machines without a password."),
            fix=say("Write 127.0.0.1:8787, or make a password_hash with: bridge password."),
        )


def password_hash(where: str, value: str) -> Iterator[Problem]:
    """The likeliest mistake is to write the password itself."""
    if value and not _HASH.match(value):
        yield Problem(
            where=where,
            what=say("This is not a password hash."),
            fix=say("Put the line here that this command prints: bridge password."),
        )


def url_prefix(where: str, value: str) -> Iterator[Problem]:
    """Empty, or a path with a slash first and none last."""
    if value and not re.fullmatch(r"(?:/[\w.~-]+)+", value):
        yield Problem(
            where=where,
            what=say("{value} is not a path.", value=value),
            fix=say("Write it with a slash first and none last, like /orderbro."),
        )


def addresses(where: str, values: Sequence[str]) -> Iterator[Problem]:
    """Proxies are named by number: a name could be made to point anywhere."""
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            yield Problem(
                where=where,
                what=say("{value} is not an IP address.", value=value),
                fix=say("Write the proxy's address in numbers, like 127.0.0.1."),
            )


def triggers(where: str, statuses: Sequence[str]) -> list[Problem]:
    """Statuses that must never send an order, and WooCommerce's inner spelling of the others."""
    if not statuses:
        fix = say("Name at least one, like processing, completed; to send nothing write export = off.")
        return [Problem(where=where, what=say("No status is named."), fix=fix)]
    found = []
    for status in statuses:
        bare = status.removeprefix("wc-")
        if bare in NOT_READY:
            fix = say("Remove it; processing and completed are the usual ones.")
            found.append(Problem(where=where, what=NOT_READY[bare], fix=fix))
        elif bare != status:
            what = say("The shop's interface writes {status} without wc-.", status=status)
            found.append(Problem(where=where, what=what, fix=say("Write {bare}.", bare=bare)))
    return found


def rates(where: str, values: Mapping[str, str]) -> list[Problem]:
    """``EUR 11.45``: a currency in three capitals and a number above zero."""
    fix = say("Write the currency in three capitals and its worth in SEK, like EUR 11.45.")
    found = []
    for currency, rate in values.items():
        if not _CURRENCY.match(currency):
            found.append(
                Problem(where=where, what=say("{value} is not a currency.", value=currency), fix=fix)
            )
        elif not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", rate, re.ASCII) or Decimal(rate) == 0:
            found.append(
                Problem(where=where, what=say("{value} is not an exchange rate.", value=rate), fix=fix)
            )
    return found


def accounts(where: str, values: Mapping[str, str]) -> list[Problem]:
    """Account numbers are digits only."""
    return [
        Problem(
            where=f"{where} {key}",
            what=say("{value} is not an account.", value=value or "''"),
            fix=say("Write the account's number, like 1580."),
        )
        for key, value in values.items()
        if not _ACCOUNT.match(value)
    ]


def rate_names(where: str, **groups: Mapping[str, str]) -> list[Problem]:
    """What stands after ``sales_`` and ``vat_``: a rate, or a country and a rate."""
    return [
        Problem(
            where=f"{where} {group}_{rest}",
            what=say("{rest} is neither a VAT rate nor a country and a rate.", rest=rest),
            fix=say("Write {group}_25 or {group}_DE_19.", group=group),
        )
        for group, values in groups.items()
        for rest in values
        if not _RATE.match(rest)
    ]
