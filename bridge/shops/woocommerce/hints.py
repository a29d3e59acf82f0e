"""What WooCommerce's refusals mean and what the owner can do: one table, from what real shops answer.

The same 401 comes for an unknown key, a header stripped by the host and a database that failed for a moment
(woocommerce facts, section d and row 3), so a sentence never claims more than the answer proves.
"""

from __future__ import annotations

from typing import Any, Final

from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Transient
from bridge.model.texts import Text, say
from bridge.transport import Reply, parse_json

__all__ = ["HTML_INSTEAD", "NO_PAGE_ORDER", "PERMALINKS", "SPOILT_LIST", "TOO_OLD", "explain"]

PERMALINKS: Final = say(
    "Open Settings > Permalinks in WordPress and choose anything but Plain, then save. If that is so already, ask "
    "the host whether a firewall or a login page stands before the shop."
)
HTML_INSTEAD: Final = say("The shop answered with a web page instead of data.")
NO_PAGE_ORDER: Final = say(
    "The shop gives the same orders again and again. Take /wp-json out of any cache, and update WooCommerce."
)

SPOILT_LIST: Final = say("A plugin spoils the list. Switch off what was installed last, or ask its maker.")

TOO_OLD: Final = say("Update WooCommerce to 5.8 or newer.")

_SECRET: Final = say(
    "Copy key and secret again, or make a new key in WooCommerce > Settings > Advanced > REST API. It may also "
    "have been a moment's trouble in the shop: the bridge goes on trying."
)
_LOOK: Final = say(
    "Look for it in the shop, also in the trash. The id is meant, as in the address of the order's page; the order "
    "number may be another."
)
_WRITE: Final = say("Give the key the right Read/Write in WooCommerce > Settings > Advanced > REST API.")
_USER: Final = say("Let the key belong to a user who is Shop manager or Administrator.")
_CLOCK: Final = say(
    "Set this machine's clock right (time server): it may differ from the shop's by 15 minutes at most."
)
_SIGNATURE: Final = say(
    "Copy the secret again. If it is right, the shop knows itself by another address: write url as in WordPress > "
    "Settings > General."
)
_BLOCKED: Final = say(
    "A firewall or security plugin stands before the shop. Let this machine's address through to /wp-json/wc/v3."
)
_MISSING_API: Final = say(
    "Check url. In the shop, see that WooCommerce is switched on and that Settings > Permalinks is not Plain."
)
_BUSY: Final = say("The shop is being updated or repaired. It passes by itself; if not, ask the host.")
_FATAL: Final = say(
    "A plugin or the shop itself crashed. WooCommerce > Status > Logs says which; the host can help."
)
_SLOWER: Final = say(
    "Calls are limited by the host or a plugin. The bridge waits; raise poll_every if it comes often."
)

_DATABASE_DOWN: Final = (b"Error establishing a database", b"<title>Database Error")

_UNAUTHORISED: Final[tuple[tuple[str, Text, Text], ...]] = (
    ("Consumer secret is invalid", say("The shop knows the key, but not this secret."), _SECRET),
    ("Consumer key is invalid", say("The shop does not know this key."), _SECRET),
    ("Invalid timestamp", say("This machine's clock and the shop's differ too much."), _CLOCK),
    ("Invalid signature", say("The shop does not accept the signature."), _SIGNATURE),
    ("Invalid nonce", say("The shop believes it has seen this call before."), _CLOCK),
    ("write permissions", say("The key may only read."), _WRITE),
    ("read permissions", say("The key may only write."), _WRITE),
)


def explain(reply: Reply, error: RemoteError) -> RemoteError:
    """A better error than the status alone gives: the shop's own code, and what to do."""
    body = _body(reply)
    error.code = body.get("code") if isinstance(body.get("code"), str) else ""  # type: ignore[assignment]
    if error.code == "woocommerce_rest_shop_order_invalid_id":
        return _again(NotFound, error, say("The shop has no such order (now)."), _LOOK)
    if reply.status in (401, 403):
        text, advice = _unauthorised(reply.status, body)
        return _again(type(error), error, text, advice)
    if reply.status == 404:
        return _again(
            Transient, error, say("The shop has no WooCommerce interface at this address."), _MISSING_API
        )
    if reply.status == 400 and error.code == "rest_invalid_param":
        return _invalid(body, error)
    if isinstance(error, Transient):
        error.advice = _patience(reply)
    elif body.get("message"):
        said = reply.redact.excerpt(str(body["message"]).encode())
        return _again(type(error), error, say("The shop refused it: {said}", said=said), error.advice)
    return error


def _body(reply: Reply) -> dict[str, Any]:
    try:
        body = parse_json(reply.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _unauthorised(status: int, body: dict[str, Any]) -> tuple[Text, Text]:
    message = str(body.get("message", ""))
    for part, text, advice in _UNAUTHORISED:
        if part in message:
            return text, advice
    if not body:
        return say("Something before the shop refused the call (HTTP {status}).", status=status), _BLOCKED
    if status == 403:
        return say("The key's user may not see or change orders."), _USER
    return say("The shop does not know this key, or the key did not reach it."), _SECRET


def _invalid(body: dict[str, Any], error: RemoteError) -> RemoteError:
    """A parameter of ours the shop does not take; for ``status`` the message lists what it knows."""
    data = body.get("data")
    params = data.get("params") if isinstance(data, dict) else None
    field, said = next(iter(params.items()), ("", "")) if isinstance(params, dict) else ("", "")
    text = say("The shop does not take {field}: {said}", field=field, said=str(said)[:300])
    refusal = _again(Rejected, error, text, None)
    if isinstance(refusal, Rejected):
        refusal.field = str(field)
    return refusal


def _patience(reply: Reply) -> Text | None:
    if reply.status == 429:
        return _SLOWER
    down = reply.status in (502, 503, 504) or any(sign in reply.body for sign in _DATABASE_DOWN)
    return _BUSY if down else _FATAL


def _again(kind: type[RemoteError], error: RemoteError, text: Text, advice: Text | None) -> RemoteError:
    if isinstance(error, LostReply):
        kind = LostReply
    made = kind(text, **error.evidence(), advice=advice)
    if isinstance(made, Transient) and isinstance(error, Transient):
        made.retry_after = error.retry_after
    return made
