"""The admin page: shows everything, changes nothing by itself, and lets nobody in by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from bridge.logs import Mask
from bridge.web import actions, auth, errors, gate, health, labels, pages, pings, words
from bridge.web.context import EXTENSION, Web
from bridge.web.front import Front
from bridge.web.passwords import hash_password
from bridge.web.server import Server, serve
from bridge.web.throttle import Throttle

if TYPE_CHECKING:
    from bridge.app import Bridge

__all__ = ["Server", "create_app", "hash_password", "serve"]


def create_app(bridge: Bridge, *, password: str | None = None) -> Flask:
    """Put the page together.

    Args:
        bridge: what it shows and acts through.
        password: takes the place of ``[web] password_hash`` for as long as this process lives; for the
            one-time password of the demo. Only its hash is kept.
    """
    section = bridge.config.web
    stored = section.password_hash if password is None else hash_password(password)
    app = Flask("bridge.web")
    app.config.update(WEB_SECTION=section, PASSWORD_SET=bool(stored))
    app.extensions[EXTENSION] = Web(
        bridge=bridge,
        password_hash=stored,
        throttle=Throttle(bridge.clock),
        mask=Mask(bridge.config.secrets),
    )
    app.url_map.merge_slashes = False  # two slashes are no page of ours, and no reason to redirect
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words.setup(app)
    labels.setup(app)
    gate.setup(app)
    errors.setup(app)
    for room in (auth, pages, actions, health, pings):
        app.register_blueprint(room.blueprint)
    app.wsgi_app = Front(  # type: ignore[method-assign] # Flask's own documented way to add a layer
        app.wsgi_app, prefix=section.url_prefix, trusted=section.trusted_proxies
    )
    return app
