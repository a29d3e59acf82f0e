"""JSON with exact amounts, and the custom way e-conomic writes resource numbers into addresses."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

from bridge.sim.economic.errors import Refusal

__all__ = ["decoded", "dumps", "encoded", "lean", "loads", "shown"]

# economic facts, section 3 [D19]
_ESCAPES: Final = {char: f"_{place}_" for place, char in enumerate("<>*%:&/\\_ ?.#+")}
_BACK: Final = {text: char for char, text in _ESCAPES.items()}
_TOKEN: Final = re.compile(r"_\d{1,2}_")


def loads(raw: bytes) -> Any:
    """Numbers with a point as Decimal, whole ones as int.

    Raises:
        Refusal: 400, it is no JSON.
    """
    try:
        return json.loads(raw.decode("utf-8"), parse_float=Decimal)
    except ValueError:
        raise Refusal(
            400, "The request body is not valid JSON.", hint="Please check your request data."
        ) from None


def shown(value: Decimal) -> str:
    """An amount as a JSON number: a point always, ``0.0`` as in the facts' examples (section 14)."""
    text = f"{value:f}"
    return text if "." in text else f"{text}.0"


def dumps(value: Any) -> str:
    """JSON; Decimal digit for digit."""
    if isinstance(value, Decimal):
        return shown(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(str(name))}:{dumps(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def lean(value: Any) -> Any:
    """Without nulls and false booleans: answers never have them (economic facts, section 3) [D19]."""
    if isinstance(value, dict):
        return {name: lean(each) for name, each in value.items() if each is not None and each is not False}
    if isinstance(value, list | tuple):
        return [lean(each) for each in value]
    return value


def encoded(text: str) -> str:
    """A resource's number in an address, before any percent-encoding."""
    return "".join(_ESCAPES.get(char, char) for char in text)


def decoded(segment: str) -> str:
    """The number behind a part of an address that is percent-decoded already.

    Raises:
        Refusal: 404, a character stands there that must be written as ``_n_`` (section 3).
    """
    text, at = "", 0
    while at < len(segment):
        match = _TOKEN.match(segment, at)
        if match is not None and match.group() in _BACK:
            text += _BACK[match.group()]
            at = match.end()
        elif segment[at] in _ESCAPES:
            raise Refusal(404, "The requested resource does not exist.")
        else:
            text += segment[at]
            at += 1
    return text
