"""Webhooks: made over the API, queued on events, delivered when somebody visits (woocommerce facts, table g).

Deliveries land in a list one can read; ``deliver(post=…)`` also sends them, and the answer's status is what counts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.app import Handler, encode
from bridge.sim.woocommerce.errors import WpError, bad_param
from bridge.sim.woocommerce.moments import shown, shown_local
from bridge.sim.woocommerce.products import product_json
from bridge.sim.woocommerce.render import API, order_json
from bridge.sim.woocommerce.request import Call, Reply
from bridge.sim.woocommerce.state import State

__all__ = ["Delivery", "Webhooks"]

AGENT = "WooCommerce/10.5.0 Hookshot (WordPress/6.9.7)"
TOPICS = [
    f"{resource}.{event}" for resource in ("order", "product") for event in ("created", "updated", "deleted")
]
TOO_MANY = (
    5  # table g: disabled at the seventh failure in a row, that is when the count has gone past five before
)
Post = Callable[["Delivery"], int]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One POST of the shop."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True)
class Hook:
    """A registered webhook."""

    id: int
    name: str
    topic: str
    url: str
    secret: str
    status: str
    created: Any
    failures: int = 0


class Webhooks:
    """The registered hooks, the queue, and what was delivered."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._queue: dict[tuple[int, int], dict[str, Any]] = {}
        self._numbers = 0
        self.hooks: dict[int, Hook] = {}
        self.deliveries: list[Delivery] = []
        self.reply: Post = lambda _delivery: 200
        state.listeners.append(self._heard)

    def _heard(self, topic: str, ident: int, body: dict[str, Any]) -> None:
        for hook in self.hooks.values():
            if hook.topic == topic and hook.status == "active":
                self._queue[hook.id, ident] = body  # three quick updates: one delivery with the last state

    def deliver(self, post: Post | None = None) -> int:
        """WP-Cron runs, because someone visits the shop: everything queued goes out once, nothing is retried."""
        with self._state.lock:
            queue, self._queue = self._queue, {}
            waiting = [
                (self.hooks[hook], self._delivery(self.hooks[hook], ident, body))
                for (hook, ident), body in queue.items()
                if hook in self.hooks
            ]
        for hook, delivery in waiting:  # without the lock: the receiver may well ask the shop back
            self._send(hook, delivery, post or self.reply)
        return len(waiting)

    def _send(self, hook: Hook, delivery: Delivery, post: Post) -> None:
        status = post(delivery)
        with self._state.lock:
            self.deliveries.append(delivery)
            if 200 <= status < 300 or status in (301, 302):  # a redirect counts as success
                hook.failures = 0
                return
            hook.failures += 1
            if hook.failures > TOO_MANY + 1:
                hook.status, hook.failures = (
                    "disabled",
                    TOO_MANY + 1,
                )  # the count stays; one more disables again

    def _delivery(self, hook: Hook, ident: int, body: dict[str, Any]) -> Delivery:
        """The body as it is at delivery, not at the event; ``deleted`` has only the id."""
        state = self._state
        if not body and hook.topic.startswith("order.") and ident in state.orders:
            body = order_json(state, state.orders[ident])
        elif not body and ident in state.products:
            body = product_json(state, state.products[ident])
        raw = encode(body or {"id": ident}).encode()
        resource, _, event = hook.topic.partition(".")
        self._numbers += 1
        headers = {
            "User-Agent": AGENT,
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": "https://shop.example/",
            "X-WC-Webhook-Topic": hook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": signature(hook.secret, raw),
            "X-WC-Webhook-ID": str(hook.id),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(
                str(self._numbers).encode(), usedforsecurity=False
            ).hexdigest(),
        }
        return Delivery(url=hook.url, headers=headers, body=raw)

    def _ping(self, hook: Hook) -> None:
        """On creation a form without signature; whatever it is answered, the hook is active."""
        headers = {"User-Agent": AGENT, "Content-Type": "application/x-www-form-urlencoded"}
        self.deliveries.append(Delivery(url=hook.url, headers=headers, body=f"webhook_id={hook.id}".encode()))

    # --- the end points

    def create(self, call: Call) -> Reply:
        """POST webhooks. Without a secret the shop makes its own, and no call ever shows it."""
        body = call.body
        if body.get("topic") not in TOPICS:
            raise bad_param("topic", "Webhook topic must be valid.", "woocommerce_rest_webhook_invalid_topic")
        call.need("create")
        number = call.state.next_id("webhook")
        hook = Hook(
            id=number,
            name=str(body.get("name") or "Webhook created"),
            topic=body["topic"],
            url=str(body.get("delivery_url", "")),
            secret=str(body.get("secret") or hashlib.sha256(str(number).encode()).hexdigest()[:50]),
            status=str(body.get("status") or "active"),
            created=call.state.now(),
        )
        self.hooks[number] = hook
        self._ping(hook)
        return Reply(data=self._json(call, hook), status=201)

    def listing(self, call: Call) -> Reply:
        """GET webhooks."""
        size = params.integer(call.query, "per_page", default=10, low=1, high=100)
        call.need("list")
        rows = [self._json(call, hook) for hook in self.hooks.values()]
        return Reply(data=rows[:size], headers={"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"})

    def show(self, call: Call, ident: int) -> Reply:
        """GET webhooks/<id>."""
        hook = self._find(ident)
        call.need("view")
        return Reply(data=self._json(call, hook))

    def change(self, call: Call, ident: int) -> Reply:
        """PUT webhooks/<id>: after ``active`` the count of failures stays where it was."""
        hook = self._find(ident)
        call.need("edit")
        hook.status = str(call.body.get("status", hook.status))
        hook.url = str(call.body.get("delivery_url", hook.url))
        hook.secret = str(call.body.get("secret") or hook.secret)
        return Reply(data=self._json(call, hook))

    def remove(self, call: Call, ident: int) -> Reply:
        """DELETE webhooks/<id>?force=true."""
        hook = self._find(ident)
        call.need("delete")
        if not (params.boolean(call.query, "force") or call.body.get("force") is True):
            raise WpError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
        del self.hooks[ident]
        return Reply(data=self._json(call, hook))

    def _find(self, ident: int) -> Hook:
        if ident not in self.hooks:
            raise WpError(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
        return self.hooks[ident]

    def _json(self, call: Call, hook: Hook) -> dict[str, Any]:
        local, gmt = shown_local(hook.created, call.state.zone), shown(hook.created)
        resource, _, event = hook.topic.partition(".")
        return {
            "id": hook.id,
            "name": hook.name,
            "status": hook.status,
            "topic": hook.topic,
            "resource": resource,
            "event": event,
            "hooks": [],
            "delivery_url": hook.url,
            "date_created": local,
            "date_created_gmt": gmt,
            "date_modified": local,
            "date_modified_gmt": gmt,
            "_links": {"self": [{"href": f"{call.base}{API}/webhooks/{hook.id}"}]},
        }

    def routes(self) -> list[tuple[str, dict[str, Handler]]]:
        """The end points of this shop's hooks."""
        one: dict[str, Handler] = {
            "GET": self.show,
            "PUT": self.change,
            "POST": self.change,
            "DELETE": self.remove,
        }
        return [("/webhooks", {"GET": self.listing, "POST": self.create}), (r"/webhooks/(\d+)", one)]


def signature(secret: str, body: bytes) -> str:
    """base64(HMAC-SHA256(secret, raw body)); the secret may be any text (table g)."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
