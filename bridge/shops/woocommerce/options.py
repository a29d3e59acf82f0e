"""What an owner sets for a WooCommerce shop."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bridge.config.option import Duration, Secret, option
from bridge.model.texts import Problem, Text, say

__all__ = ["HALF_BUILT", "Options", "is_local_host"]

HALF_BUILT: Final = frozenset({"pending", "checkout-draft", "auto-draft"})
"""Statuses in which an order may lack lines, freight or its total: so it was in 40 of 62 sights (woocommerce
facts, row 9)."""

_API_PATH: Final = re.compile(r"/(wp-json|wp-admin|wp-login\.php|wc-api)\b.*$")
_EXAMPLE: Final = "https://shop.example.se"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keys of a [shop NAME] section that only WooCommerce has."""

    url: str = option(
        required=True, example=_EXAMPLE, help="The shop's address as in the browser, with https://."
    )
    consumer_key: Secret = option(
        required=True,
        help="Made in WooCommerce > Settings > Advanced > REST API, with read and write rights. Begins with ck_.",
    )
    consumer_secret: Secret = option(
        required=True, help="Shown once, together with the key. Begins with cs_."
    )
    auth: str = option(
        "auto",
        choices=("auto", "basic", "oauth1", "query"),
        help="How to log in. auto: basic over https (in the address where the host strips the header), "
        "signed over http.",
    )
    ca_file: Path | None = option(
        None, example="shop-ca.pem", help="Certificate authority of a shop with a certificate of its own."
    )
    timeout: Duration = option("30s", least="1s", most="10m", help="Longest wait for one whole answer.")
    page_size: int = option("100", least="1", most="100", help="Orders per answer. Fewer for a slow shop.")

    def problems(self, where: str) -> Sequence[Problem]:
        """What is wrong with the values though each can be read."""
        return [
            *_url_problems(f"{where} url", self.url),
            *self._auth_problems(where),
            *self._key_problems(where),
        ]

    def _auth_problems(self, where: str) -> Iterator[Problem]:
        if self.auth in ("basic", "query") and urlsplit(self.url).scheme == "http":
            yield Problem(
                where=f"{where} auth",
                what=say(
                    "{auth} would send the key unprotected over http, and WooCommerce refuses it.",
                    auth=self.auth,
                ),
                fix=say("Write auto, or use https."),
            )
        if self.ca_file is not None and not self.ca_file.is_file():
            yield Problem(
                where=f"{where} ca_file",
                what=say("There is no file {path}.", path=self.ca_file),
                fix=say("Correct the path, or remove the line: most shops need none."),
            )

    def _key_problems(self, where: str) -> Iterator[Problem]:
        pairs = (("consumer_key", self.consumer_key, "ck_"), ("consumer_secret", self.consumer_secret, "cs_"))
        for name, value, start in pairs:
            if value and not value.startswith(start):
                yield Problem(
                    where=f"{where} {name}",
                    what=say("It does not begin with {start}.", start=start),
                    fix=say("Copy it again. WooCommerce shows both once, when the key is made."),
                    severe=value.startswith(("ck_", "cs_")),
                )


def _url_problems(where: str, url: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        port_ok = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_ok = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_ok:
        yield _bad(
            where, say("{url} is no address of a shop.", url=_without_login(url)), f"https://{_bare(url)}"
        )
        return
    if parts.username or parts.password:
        yield _bad(where, say("There is a user name or password in the address."), _clean(parts))
    elif parts.query or parts.fragment or _API_PATH.search(parts.path):
        yield _bad(where, say("The address has more than the shop's own address in it."), _clean(parts))
    if parts.scheme == "http" and not is_local_host(parts.hostname):
        yield Problem(
            where=where,
            what=say("Orders and the buyers' addresses would travel unprotected over http."),
            fix=say("Write https:// if the shop has it."),
            severe=False,
        )


def _bad(where: str, what: Text, right: str) -> Problem:
    return Problem(where=where, what=what, fix=say("Write it like {right}", right=right))


def _clean(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{_API_PATH.sub('', parts.path).rstrip('/')}"


def _without_login(url: str) -> str:
    return re.sub(r"[^/\s]*@", "", url)[:80] or "''"


def _bare(url: str) -> str:
    found = _without_login(url).partition("://")[2] or _without_login(url)
    return (
        found
        if re.fullmatch(r"[\w.-]+\.[a-z]{2,}(:\d+)?(/\S*)?", found, re.IGNORECASE)
        else "shop.example.se"
    )


def is_local_host(host: str) -> bool:
    """Whether a host is this machine or the own network, where http tells nobody anything."""
    if (
        host == "localhost"
        or host.endswith((".localhost", ".local", ".test", ".internal"))
        or "." not in host
    ):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
