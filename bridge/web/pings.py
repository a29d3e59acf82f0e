"""Where an ERP calls when something has changed: believed nothing, it only wakes the bridge.

Open to everybody who knows the address, which ends in the owner's own secret: an ERP has no session and no form. What
it says is not looked at beyond that; the bridge then asks for itself.
"""

from __future__ import annotations

import logging
from typing import Final, cast

from flask import Blueprint, Response, abort, request

from bridge.ports import Capability, Collects
from bridge.web.context import web

__all__ = ["blueprint"]

log: Final = logging.getLogger(__name__)

blueprint = Blueprint("pings", __name__)


@blueprint.route("/ping/erp/<secret>", methods=["GET", "POST"])
def erp(secret: str) -> Response:
    """Answer at once; the daemon does the rest."""
    bridge = web().bridge
    if Capability.COLLECTS not in bridge.erp.capabilities:
        abort(404)
    answer = cast("Collects", bridge.erp).pinged(secret, request.values.to_dict())
    if answer is None:
        abort(404)
    log.info("ping=heard")
    bridge.pinged.set()
    bridge.poke.set()
    return Response(answer, mimetype="text/plain")
