"""Who calls: keys by basic auth or query over https, OAuth 1.0a anywhere (woocommerce facts, table d)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from bridge.sim.woocommerce.errors import WpError, unauthenticated
from bridge.sim.woocommerce.params import Query
from bridge.sim.woocommerce.state import ApiKey, State

__all__ = ["Credentials", "authenticate", "check_rights"]

LIMIT = 15 * 60  # table d: 14 minutes off passes, 16 does not
DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
OAUTH = ("oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What of a request matters for knowing the caller."""

    method: str
    target: str  # the raw path and query
    home: str  # scheme and host of the shop
    secure: bool
    query: Query
    authorization: str


def authenticate(state: State, given: Credentials) -> ApiKey | None:
    """The key's owner, nobody (None: WordPress then refuses by right), or a 401 naming what is wrong."""
    if "wp-json/wc/" not in given.target:
        return None  # table d: /?rest_route=… is never authenticated; &x=/wp-json/wc/ makes it work
    if state.database == "keys":
        return None  # row 3: the key look-up fails and the right key is a stranger
    return (_plain(state, given) if given.secure else None) or _oauth(state, given)


def check_rights(key: ApiKey, method: str) -> None:
    """Table d: a read key that writes, a write key that reads."""
    reading = method in ("GET", "HEAD", "OPTIONS")
    if method != "OPTIONS" and key.permissions not in ("read_write", "read" if reading else "write"):
        word = "read" if reading else "write"
        raise unauthenticated(f"The API key provided does not have {word} permissions.")


def _plain(state: State, given: Credentials) -> ApiKey | None:
    """Key and secret in the query or by basic auth; over plain http both are not even looked at."""
    name, secret = _text(given.query, "consumer_key"), _text(given.query, "consumer_secret")
    if not (name and secret):
        name, secret = _basic(given.authorization)
    key = state.keys.get(name)
    if key is None:
        return None  # table d: an unknown key is answered like no key at all
    if not hmac.compare_digest(key.secret.encode(), secret.encode()):
        raise unauthenticated("Consumer secret is invalid.")
    return key


def _basic(header: str) -> tuple[str, str]:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _oauth(state: State, given: Credentials) -> ApiKey | None:
    held = _oauth_header(given.authorization)
    held = {**{name: _text(given.query, name) for name in OAUTH if name in given.query}, **held}
    if not held:
        return None
    missing = [name for name in OAUTH if not held.get(name)]
    if missing:
        raise WpError(
            401,
            "woocommerce_rest_authentication_missing_parameter",
            f"Missing OAuth parameter{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
        )
    key = state.keys.get(held["oauth_consumer_key"])
    if key is None:
        raise unauthenticated("Consumer key is invalid.")
    _check_signature(key, held, given)
    _check_freshness(state, key, held)
    return key


def _oauth_header(header: str) -> dict[str, str]:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    return {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', rest)}


def _check_signature(key: ApiKey, held: dict[str, str], given: Credentials) -> None:
    digest = DIGESTS.get(held["oauth_signature_method"].upper())
    if digest is None:
        raise unauthenticated("Invalid signature - signature method is invalid.")
    base = _base_string(held, given)
    raw = hmac.new(f"{key.secret}&".encode(), base.encode(), digest).digest()
    sent = unquote(held["oauth_signature"]) if "%" in held["oauth_signature"] else held["oauth_signature"]
    if not hmac.compare_digest(base64.b64encode(raw).decode(), sent.replace(" ", "+")):
        raise unauthenticated("Invalid signature - provided signature does not match.")


def _base_string(held: dict[str, str], given: Credentials) -> str:
    """RFC 5849 over the query, but lists in PHP's counted form: that is why ``status[]`` never verifies (table d)."""
    pairs: list[tuple[str, str]] = []
    for name, value in {**given.query, **held}.items():
        if name == "oauth_signature":
            continue
        if isinstance(value, list):
            pairs += [(f"{name}[{place}]", item) for place, item in enumerate(value)]
        else:
            pairs.append((name, value))
    spelt = sorted((_escape(name), _escape(value)) for name, value in pairs)
    joined = "&".join(f"{name}={value}" for name, value in spelt)
    address = f"{given.home}{urlsplit(given.target).path}"
    return "&".join((given.method.upper(), _escape(address), _escape(joined)))


def _escape(value: str) -> str:
    return quote(value, safe="-._~")


def _check_freshness(state: State, key: ApiKey, held: dict[str, str]) -> None:
    now = int(state.now().timestamp())
    stamp = (
        int(held["oauth_timestamp"])
        if held["oauth_timestamp"].isascii() and held["oauth_timestamp"].isdigit()
        else 0
    )
    if abs(now - stamp) > LIMIT:
        raise unauthenticated("Invalid timestamp.")
    for used in [used for used, when in state.nonces.items() if now - when > LIMIT]:
        del state.nonces[used]
    mark = (key.key, held["oauth_nonce"])
    if mark in state.nonces:
        raise unauthenticated("Invalid nonce - nonce has already been used.")
    state.nonces[mark] = stamp


def _text(query: Query, name: str) -> str:
    value = query.get(name, "")
    return value if isinstance(value, str) else ""
