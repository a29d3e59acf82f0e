"""The log: one line per record, ``key=value``, nothing in it that must not leave the house.

Personal data and secrets are kept out where the lines are written; what slips through all the same (a
vendor's error text) is masked here, at the last moment before it leaves. A traceback keeps its frames and loses
the words of errors that may quote the buyer.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TextIO
from urllib.parse import quote

from bridge.errors import BridgeError
from bridge.model.numbers import mask_persons

__all__ = ["LineFormatter", "Mask", "setup"]

DOTS: Final = "••••"
SHORTEST_SECRET: Final = 6
"""Shorter ones would blot out ordinary words and protect nothing."""
LONGEST_LINE: Final = 20_000

_BREAKS: Final = {
    ord("\\"): "\\\\",
    **{code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))},
    0x0A: "\\n",
    0x0D: "\\r",
    0x09: "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TELLING: Final = (BridgeError, OSError, ImportError, NameError, AttributeError, TypeError)
"""Errors whose words speak of the program or the machine. Those of others (ValueError, KeyError) quote the value."""
_UNTOLD: Final = "(message withheld, it may quote a buyer; --verbose shows it)"
_LEVELS: Final = {
    "urllib3": logging.WARNING,
    "urllib3.connectionpool": logging.WARNING,
    "schedule": logging.WARNING,
    "werkzeug": logging.WARNING,
    "peewee": logging.WARNING,  # its DEBUG lines hold the rows themselves
    "waitress": logging.WARNING,
    "waitress.queue": logging.ERROR,  # says "depth is 1" at every second click
}


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Mask:
    """Replaces registered secrets and personal identity numbers by dots."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Register more secrets, also as they look in an address."""
        long = {each for each in secrets if len(each) >= SHORTEST_SECRET}
        self._secrets |= long | {quote(each, safe="") for each in long}
        # The longest first: one secret may begin with another.
        words = sorted(self._secrets, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        if self._pattern is not None:
            text = self._pattern.sub(DOTS, text)
        return mask_persons(text)


class LineFormatter(logging.Formatter):
    """``time=... level=INFO logger=bridge.flows.dispatch booked key=main:1234:order``, always one line."""

    def __init__(self, mask: Mask, *, verbose: bool = False) -> None:
        super().__init__()
        self._mask = mask
        self._verbose = verbose

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = f"time={when.removesuffix('+00:00')}Z level={record.levelname} logger={record.name} "
        parts = [record.getMessage()]
        parts += [f"{key}={_quoted(value)}" for key, value in vars(record).items() if key not in _STANDARD]
        if record.exc_info:
            parts.append(f"traceback={_quoted(self.formatException(record.exc_info))}")
        if record.stack_info:
            parts.append(f"stack={_quoted(record.stack_info)}")
        body = self._mask(" ".join(parts)).translate(_BREAKS)
        return head + (body if len(body) <= LONGEST_LINE else body[:LONGEST_LINE] + "...")

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the name is logging's
        """The traceback; errors that may quote a buyer say no more than what they are."""
        if self._verbose or ei[1] is None:
            return super().formatException(ei)
        return "\n".join(_story(ei[1]))


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, told apart from others; without a stream of its own it writes to today's standard error."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._fixed = stream

    def emit(self, record: logging.LogRecord) -> None:
        if self._fixed is None:
            self.stream = sys.stderr
        super().emit(record)


def setup(*, level: int = logging.INFO, secrets: Iterable[str] = (), stream: TextIO | None = None) -> Mask:
    """Send the log to ``stream`` (standard error) and give back the mask, for secrets learnt later."""
    mask = Mask(secrets)
    handler = _Handler(stream)
    handler.setFormatter(LineFormatter(mask, verbose=level <= logging.DEBUG))
    root = logging.getLogger()
    root.handlers[:] = [*(each for each in root.handlers if not isinstance(each, _Handler)), handler]
    root.setLevel(max(level, logging.INFO))
    logging.getLogger("bridge").setLevel(level)
    for name, quiet in _LEVELS.items():
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(capture=True)
    return mask


def _story(error: BaseException) -> Iterator[str]:
    """Frames and names of an error, what led to it first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _story(before)
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    yield f"{type(error).__qualname__}: {error if isinstance(error, _TELLING) else _UNTOLD}"


def _quoted(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', "'") + '"' if re.search(r"[\s=\"]", text) or not text else text
