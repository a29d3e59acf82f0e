"""For monitoring: is the process alive, and does it work? No login, no secrets, no figures of the shop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Response, jsonify

from bridge import __version__
from bridge.errors import StoreError
from bridge.web.context import web

__all__ = ["blueprint", "late_shops"]

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


def late_shops() -> list[str]:
    """The shops whose last reading is too long ago."""
    bridge = web().bridge
    late = []
    for name, shop in bridge.config.shops.items():
        limit = shop.section.poll_every * MISSED + GRACE
        polled = bridge.store.progress.get(f"polled:{name}")
        if polled is None or bridge.clock.now() - datetime.fromisoformat(polled) > limit:
            late.append(name)
    return late


def _reasons() -> list[str]:
    store = web().bridge.store
    try:
        with store.saving():
            pass
        found = {
            "trouble": web().bridge.health.trouble is not None,
            "paused": bool(store.progress.pauses()),
            "shop not read lately": bool(late_shops()),
        }
    except StoreError:
        return ["database"]
    return [reason for reason, so in found.items() if so]
