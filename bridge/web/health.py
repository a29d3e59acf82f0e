"""For monitoring: is the process alive, and does it work? No login, no secrets, no figures of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Response, jsonify

from bridge import __version__
from bridge.errors import StoreError
from bridge.web.context import web

__all__ = ["ShopHealth", "blueprint", "shops"]

blueprint = Blueprint("health", __name__)

MISSED: Final = 3
"""A shop not read for so many periods is late."""
GRACE: Final = timedelta(minutes=2)
"""Reading takes a while, and the first reading after a start longer."""


@blueprint.get("/health")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok", version=__version__)


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """The bridge does its work: the database takes writes, shops are being read, nothing is paused."""
    reasons = _reasons()
    return jsonify(ready=not reasons, reasons=reasons), 503 if reasons else 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopHealth:
    """How fresh our knowledge of a shop is."""

    name: str
    polled: datetime | None
    """When it was last read whole; None: not yet."""
    late: bool


def shops() -> list[ShopHealth]:
    """Every shop, with its last reading."""
    bridge = web().bridge
    found = []
    for name, shop in bridge.config.shops.items():
        polled = bridge.health.last_read(name)
        limit = shop.section.poll_every * MISSED + GRACE
        late = polled is None or bridge.clock.now() - polled > limit
        found.append(ShopHealth(name=name, polled=polled, late=late))
    return found


def _reasons() -> list[str]:
    store = web().bridge.store
    try:
        with store.saving():
            pass
        found = {
            "trouble": web().bridge.health.trouble is not None,
            "paused": bool(store.progress.pauses()),
            "shop not read lately": any(shop.late for shop in shops()),
        }
    except StoreError:
        return ["database"]
    return [reason for reason, so in found.items() if so]
