"""Specter at the other end of the wire: takes what is sent, answers what a test has laid ready."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter

from bridge.clock import Clock, ManualClock
from bridge.config import Config, parse
from bridge.erps.context import ErpContext
from bridge.erps.specter.client import Client
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Profile, load
from tests.support.configs import ShopOptions

__all__ = ["Wire", "client_of", "context_of", "specter_config", "specter_options"]

SETTINGS = {
    "sbm_id": "4711",
    "api_user_id": "17",
    "api_user_key": "anvandarnyckel",
    "integration_key": "integrationsnyckel",
}
ADAPTERS = {"shop": ShopOptions, "erp": Options}


class Wire(BaseAdapter):
    """A requests adapter: bytes are answered, exceptions raised."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: deque[Any] = deque()
        self.calls: list[requests.PreparedRequest] = []

    def answer(self, *bodies: Any) -> Wire:
        """The next answers, in this order."""
        self.answers.extend(bodies)
        return self

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The next answer."""
        self.calls.append(request)
        found = self.answers.popleft()
        if isinstance(found, Exception):
            raise found
        status, kind, body = found if isinstance(found, tuple) else (200, "text/html", found)
        reply = requests.Response()
        reply.status_code = status
        reply.headers["Content-Type"] = kind
        reply.raw = BytesIO(body)
        return reply

    def close(self) -> None:
        """Nothing is open."""

    def sent(self, at: int = -1) -> dict[str, str]:
        """What a call said, address and body together, in ISO-8859-1."""
        return self.address(at) | _read(self.calls[at].body or b"")

    def address(self, at: int = -1) -> dict[str, str]:
        """What its address said."""
        return _read(urlsplit(self.calls[at].url or "").query)


def _read(text: Any) -> dict[str, str]:
    plain = text.decode("ascii") if isinstance(text, bytes) else text
    return dict(parse_qsl(plain, encoding="iso-8859-1", errors="strict", strict_parsing=bool(plain)))


def specter_config(more: str = "", *, shop: str = "", **erp: str) -> Config:
    """A file with these lines; ``more``: further sections; ``shop``: further lines of [shop main]."""
    keys = "\n".join(f"{key} = {value}" for key, value in {"type": "specter", **SETTINGS, **erp}.items())
    text = f"[shop main]\nurl = https://shop.example\nsecret = ck_0123456789\n{shop}\n[erp]\n{keys}\n{more}\n"
    return parse(text, path=Path("/nowhere/specter.ini"), adapters=lambda kind, _: ADAPTERS[kind], environ={})


def context_of(config: Config) -> ErpContext:
    """What an adapter is given with that file."""
    return ErpContext(
        clock=ManualClock(),
        timezone=config.zone,
        orders=config.orders,
        articles=config.articles,
        accounts=config.accounts,
        payments=config.payments,
        shipping=config.shipping,
        fields=config.fields,
        shops={name: conf.section for name, conf in config.shops.items()},
        customers=config.customers,
    )


def specter_options(**changes: str) -> Options:
    """As a file with these lines in [erp] says."""
    options = specter_config(**changes).erp_options
    assert isinstance(options, Options)
    return options


def client_of(
    wire: Wire, clock: Clock, *, profile: Profile | None = None, changes: Mapping[str, str] | None = None
) -> Client:
    """A client whose calls end there."""
    mounts = {"https://api.specter.se": wire}
    return Client(specter_options(**(changes or {})), profile or load(), clock=clock, mounts=mounts)
