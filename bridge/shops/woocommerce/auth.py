"""How a call proves who it is: basic, in the address, or signed (OAuth 1.0a).

WooCommerce takes basic and the address only over https, and a signature everywhere; with bracketed parameters
(``status[]=``) a right signature is refused, so lists are written with commas (woocommerce facts, section d).
"""

from __future__ import annotations

import base64
from typing import Any, Final
from urllib.parse import quote

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY, Client

from bridge.clock import Clock
from bridge.transport import Request

__all__ = ["WooAuth"]

_NONCE_BYTES: Final = 16


class WooAuth:
    """Puts the key on each call; ``auto`` settles what the host lets through and remembers it."""

    def __init__(self, key: str, secret: str, *, mode: str, secure: bool, clock: Clock) -> None:
        self._key, self._secret, self._clock = key, secret, clock
        self._basic = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
        self._query = f"consumer_key={quote(key, safe='')}&consumer_secret={quote(secret, safe='')}"
        self._may_change = mode == "auto" and secure
        self.mode = mode if mode != "auto" else ("basic" if secure else "oauth1")

    def __repr__(self) -> str:
        return f"WooAuth({self.mode})"

    def __call__(self, request: Request) -> Request:
        """Put the key on it."""
        if self.mode == "basic":
            request.headers["Authorization"] = self._basic
        elif self.mode == "query":
            joint = "&" if "?" in (request.url or "") else "?"
            request.url = f"{request.url}{joint}{self._query}"
        else:
            signer = Client(
                self._key,
                self._secret,
                signature_method=SIGNATURE_HMAC_SHA256,
                signature_type=SIGNATURE_TYPE_QUERY,
                nonce=self._clock.token(_NONCE_BYTES),
                timestamp=str(int(self._clock.now().timestamp())),
            )
            method: Any = request.method
            request.url, _, _ = signer.sign(request.url or "", http_method=method)
        return request

    def worked(self) -> None:
        """A call got through this way: it stays."""
        self._may_change = False

    def try_other(self) -> bool:
        """Change to the address, because some hosts strip the header; false if that was settled before."""
        if not self._may_change or self.mode != "basic":
            return False
        self.mode = "query"
        return True

    def back(self) -> None:
        """The other way is no better: the key itself is wrong. Keep secrets out of addresses."""
        self.mode = "basic"
