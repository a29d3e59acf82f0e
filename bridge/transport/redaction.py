"""Nothing secret leaves through an error, a log line or the admin page."""

from __future__ import annotations

import base64
import html
import re
from collections import deque
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, quote_plus

__all__ = ["DOTS", "Redactor"]

DOTS: Final = "••••"

_LENGTH: Final = 300
_LEARNT: Final = 4
_LOOKED_AT: Final = 20_000

_CREDENTIALS: Final = re.compile(
    r"(?i)\b((?:consumer_key|consumer_secret|oauth_[a-z]+|access_token|refresh_token|client_secret|api_?key|"
    r"password|signature)[\"']?\s*[=:]\s*[\"']?|(?:basic|bearer)\s+)[^\s&\"',;<>]+"
)
_KEYS: Final = re.compile(r"\bc[ks]_[0-9a-zA-Z]{8,}")
"""WooCommerce's keys, also those of somebody else's shop."""
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PERSON: Final = re.compile(r"\b(?:19|20)?\d{6}[-+]?\d{4}\b")
_INVISIBLE: Final = re.compile(r"(?is)<(script|style|svg)\b.*?(?:</\1>|$)|<!--.*?(?:-->|$)")
_TAG: Final = re.compile(r"<[^>]{0,2000}>")
_MARKUP: Final = re.compile(rb"(?i)^\s*<(?:!doctype|html|head|br|b|div|link|meta)\b")


class Redactor:
    """Replaces the secrets it was given, in every spelling they travel in, by dots."""

    __slots__ = ("_learnt", "_secrets")

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        found: set[str] = set()
        for secret in filter(None, secrets):
            found |= {secret, quote(secret, safe=""), quote_plus(secret)}
            found.add(base64.b64encode(secret.encode()).decode())
        if len(secrets) > 1:
            pairs = (f"{first}:{second}" for first in secrets for second in secrets)
            found |= {base64.b64encode(pair.encode()).decode() for pair in pairs}
        self._secrets = sorted(found, key=len, reverse=True)
        self._learnt: deque[str] = deque(maxlen=_LEARNT)

    def learn(self, secret: str) -> None:
        """One secret more, which will be followed by others: a token. The last few are remembered."""
        if secret and secret not in self._learnt:
            self._learnt.append(secret)

    def __repr__(self) -> str:
        return "Redactor()"

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for secret in (*self._learnt, *self._secrets):
            text = text.replace(secret, DOTS)
        return _KEYS.sub(DOTS, _CREDENTIALS.sub(rf"\1{DOTS}", text))

    def excerpt(self, body: bytes, length: int = _LENGTH) -> str:
        """The start of an answer as a person can read it: no markup, no secret, no e-mail, no person number."""
        text = body[:_LOOKED_AT].decode("utf-8", "replace")
        if _MARKUP.match(body[:200]):
            text = html.unescape(_TAG.sub(" ", _INVISIBLE.sub(" ", text)))
        text = " ".join(self(text).split())
        text = _PERSON.sub(DOTS, _MAIL.sub(DOTS, text))
        return text if len(text) <= length else text[: length - 1] + "…"
