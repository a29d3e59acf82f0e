"""WooCommerce's REST interface, version 3: addresses and calls. Has no word of our model.

Only orders' ``status`` and ``meta_data`` and private notes are ever written: anything else in a PUT makes the
shop recompute the buyer's money with today's rates (woocommerce facts, row 4). ``orders/batch`` is not used, it
does not validate (row 5); ``dates_are_gmt`` never, it shifts the filter (row 1); no filter is ever empty (row 17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from bridge.clock import Clock
from bridge.errors import Unauthorised
from bridge.model.texts import say
from bridge.shops.woocommerce.auth import WooAuth
from bridge.shops.woocommerce.hints import HTML_INSTEAD, PERMALINKS, explain
from bridge.shops.woocommerce.options import Options
from bridge.transport import Reply, Transport

T = TypeVar("T", list[Any], dict[str, Any])

__all__ = ["API", "Client"]

API: Final = "wp-json/wc/v3"


class Client:
    """Calls to one shop; every answer is checked to be JSON and of the kind asked for."""

    def __init__(
        self,
        channel: str,
        options: Options,
        *,
        clock: Clock,
        mounts: Mapping[str, Any] | None = None,
        prefix: str = "",
    ) -> None:
        secure = urlsplit(options.url).scheme == "https"
        key, secret = str(options.consumer_key), str(options.consumer_secret)
        self.auth = WooAuth(key, secret, mode=options.auth, secure=secure, clock=clock)
        self._transport = Transport(
            channel,
            base_url=f"{options.url.rstrip('/')}{prefix}/{API}",
            clock=clock,
            timeout=options.timeout,
            ca_file=options.ca_file,
            auth=self.auth,
            secrets=(key, secret),
            mounts=mounts,
            refine=explain,
        )

    def page(self, path: str, **params: object) -> tuple[list[Any], Reply]:
        """A list, and the answer it came in."""
        reply = self._call("GET", path, params)
        return self._of_kind(reply, list), reply

    def get(self, path: str, **params: object) -> dict[str, Any]:
        """One object."""
        return self._of_kind(self._call("GET", path, params), dict)

    def describe(self, path: str) -> dict[str, Any]:
        """What the interface says about an address: its arguments and the values they may have."""
        return self._of_kind(self._call("OPTIONS", path, {}), dict)

    def put_order(self, order_id: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Change an order; only ``status`` and ``meta_data`` may stand in ``body``."""
        if not set(body) <= {"status", "meta_data"}:
            raise ValueError(f"would recompute the order: {sorted(body)}")
        return self._of_kind(self._call("PUT", f"orders/{order_id}", {"dp": 2}, body), dict)

    def add_note(self, order_id: str, note: str) -> dict[str, Any]:
        """A note only the shop's people see: one for the buyer would be mailed (woocommerce facts, section e)."""
        body = {"note": note, "customer_note": False}
        return self._of_kind(self._call("POST", f"orders/{order_id}/notes", {}, body), dict)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _call(
        self, method: str, path: str, params: Mapping[str, object], body: Mapping[str, object] | None = None
    ) -> Reply:
        """Call; where ``auto`` is set and the header may have been stripped on the way, once more by address."""
        query = {name: _written(name, value) for name, value in params.items()}
        try:
            reply = self._transport.call(method, path, params=query, json=body)
        except Unauthorised as refused:
            # This answer comes before anything is done, so even a write may be repeated.
            if not refused.code.startswith("woocommerce_rest_cannot_") or not self.auth.try_other():
                raise
            try:
                reply = self._transport.call(method, path, params=query, json=body)
            except BaseException:
                self.auth.back()
                raise
        self.auth.worked()
        return reply

    def _of_kind(self, reply: Reply, kind: type[T]) -> T:
        if not reply.is_json:
            raise reply.unusable(HTML_INSTEAD, advice=PERMALINKS)
        answer = reply.json()
        if not isinstance(answer, kind):
            raise reply.unusable(say("The shop answered with something else than was asked for."))
        return answer


def _written(name: str, value: object) -> str:
    text = (
        ",".join(map(str, value))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )
    if not text:
        raise ValueError(f"an empty {name} would ask for everything")
    return text
