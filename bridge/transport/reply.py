"""An answer that came through whole, and the strict reading of its JSON.

A 200 alone proves nothing: hosts answer 200 with a login page, a plugin's warning before the JSON, or half of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NoReturn

from bridge.errors import LostReply, RemoteError, Transient
from bridge.model.texts import Text, say
from bridge.transport.redaction import Redactor

__all__ = ["Doubled", "Reply", "parse_json"]

_BOM: Final = b"\xef\xbb\xbf"


class Doubled(dict[str, Any]):
    """A JSON object in which a name stood twice: nobody can say which value counts."""


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def parse_json(body: bytes) -> Any:
    """Parse exactly: numbers with a fraction as Decimal, no NaN, UTF-8 only; a leading byte order mark is let pass.

    An object with the same name twice comes back as ``Doubled``: its reader decides what that means.

    Raises:
        ValueError: not JSON, or nested deeper than the interpreter can follow.
    """
    while body.startswith(_BOM):  # plugins saved with one put it before everything the shop says
        body = body[len(_BOM) :]
    try:
        return json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_object
        )
    except (RecursionError, ArithmeticError) as wrong:
        raise ValueError(f"not readable: {type(wrong).__name__}") from wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A 2xx answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes = field(repr=False)
    channel: str = ""
    call: str = ""
    """Method and path."""
    safe: bool = True
    """Whether the call only read; decides what an unusable answer means."""
    redact: Redactor = field(default_factory=Redactor, repr=False)

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_json(self) -> bool:
        """Whether the other end says that it is JSON."""
        return "json" in self.headers.get("Content-Type", "").lower()

    def json(self) -> Any:
        """The parsed body; see ``parse_json``.

        Raises:
            Transient: unusable answer to a reading call.
            LostReply: unusable answer to a writing one: it may have been carried out.
        """
        try:
            return parse_json(self.body)
        except ValueError as wrong:
            raise self.unusable(
                say("{channel} answered with something that is not JSON.", channel=self.channel)
            ) from wrong

    def unusable(self, text: Text, *, advice: Text | None = None) -> RemoteError:
        """The error for an answer that came and is no use."""
        kind = Transient if self.safe else LostReply
        return kind(
            text,
            channel=self.channel,
            call=self.call,
            status=self.status,
            excerpt=self.redact.excerpt(self.body),
            advice=advice,
        )
