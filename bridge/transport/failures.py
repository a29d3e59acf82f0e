"""Which failure means what: the one function that turns a status or an exception into an error of ours.

The question is always the same: is it surely not done, or does nobody know? (Measured: a refused connection and
one that broke after the request come as the same outer class, so the chain of causes is what counts.)
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import SSLError as Urllib3SslError

from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Throttled, Transient, Unauthorised
from bridge.model.texts import Text, say
from bridge.transport.wire import TlsFailed

__all__ = ["PASSES_QUICKLY", "Fault", "after_exception", "after_status", "fault_of", "retry_after"]

LONGEST_WAIT: Final = 86_400.0
SHORTEST_WAIT: Final = 1.0

_SECONDS: Final = re.compile(r"\s*(-?\d{1,18})(?:\.\d+)?\s*")


def after_status(
    status: int, headers: Mapping[str, str], *, safe: bool, now: datetime, **evidence: Any
) -> RemoteError:
    """The error for an answer that is not 2xx."""
    channel = evidence.get("channel", "")
    evidence["status"] = status
    wait = retry_after(headers, now=now)
    if status == 429:
        return Throttled(
            say("{channel} has had too many calls.", channel=channel), retry_after=wait, **evidence
        )
    if status >= 500 or status == 408:
        text = say("{channel} has a fault of its own (HTTP {status}).", channel=channel, status=status)
        return (Transient if safe else LostReply)(text, retry_after=wait, **evidence)
    if status in (401, 403, 407):
        return Unauthorised(
            say("{channel} refused the access (HTTP {status}).", channel=channel, status=status), **evidence
        )
    if status in (404, 410):
        return NotFound(say("{channel} does not have what was asked for.", channel=channel), **evidence)
    if 300 <= status < 400:
        target = headers.get("Location", "")[:200].split("?")[0]
        evidence.setdefault(
            "advice", say("Set the address that it ends up at; redirects are never followed.")
        )
        return Rejected(
            say("{channel} answers from another address: {target}", channel=channel, target=target),
            **evidence,
        )
    return Rejected(say("{channel} refused it (HTTP {status}).", channel=channel, status=status), **evidence)


class Fault(StrEnum):
    """How a call failed to bring an answer; stands as ``code`` in the error."""

    TLS = "tls"
    NAME = "no-such-host"
    NO_ANSWER_TO_CONNECT = "connect-timeout"
    REFUSED = "unreachable"
    UNSENDABLE = "unsendable"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    TOO_LARGE = "too-large"


PASSES_QUICKLY: Final = frozenset({Fault.REFUSED, Fault.BROKEN})
"""Worth repeating a reading call at once. Not after a time-out: the time is spent."""

_UNKNOWN: Final = frozenset({Fault.TIMEOUT, Fault.BROKEN})

_KINDS: Final[tuple[tuple[Fault, tuple[type[BaseException], ...]], ...]] = (
    (Fault.NAME, (NameResolutionError, socket.gaierror)),
    (Fault.REFUSED, (NewConnectionError, ConnectionRefusedError)),
    (Fault.NO_ANSWER_TO_CONNECT, (ConnectTimeoutError, requests.ConnectTimeout)),
    (Fault.UNSENDABLE, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)),
    (Fault.TIMEOUT, (TimeoutError, ReadTimeoutError, requests.Timeout)),
)
"""The first kind that any cause belongs to counts; what belongs to none broke on the way."""


def fault_of(error: BaseException) -> Fault:
    """What kind of failure an exception of requests, urllib3 or the socket is."""
    causes = list(_chain(error))
    if _before_tls(error, causes):
        return Fault.TLS
    for fault, types in _KINDS:
        if any(isinstance(cause, types) for cause in causes):
            return fault
    return Fault.BROKEN


def after_exception(
    error: BaseException, fault: Fault, *, safe: bool, seconds: float, host: str, **evidence: Any
) -> RemoteError:
    """The error for a call without a whole answer."""
    text = _sentence(
        error, fault, seconds=f"{seconds:g}", host=host, channel=str(evidence.get("channel", ""))
    )
    evidence |= {"advice": _ADVICE.get(fault), "code": str(fault)}
    if fault is Fault.UNSENDABLE:
        return Rejected(text, **evidence)
    return (LostReply if fault in _UNKNOWN and not safe else Transient)(text, **evidence)


_ADVICE: Final[Mapping[Fault, Text]] = {
    Fault.TLS: say(
        "Nothing was sent. Renew the server's certificate, or name the authority that signed it in ca_file."
    ),
    Fault.NAME: say("Check the spelling of the address, and this machine's network."),
    Fault.REFUSED: say("Check the address and its port, and whether the server is running."),
}


def _sentence(error: BaseException, fault: Fault, *, seconds: str, **places: str) -> Text:
    match fault:
        case Fault.TLS:
            reason = _before_tls(error, list(_chain(error)))
            text = say("No safe connection to {channel} at {host}: {reason}.", reason=reason, **places)
        case Fault.NAME:
            text = say("{channel}: there is no machine called {host}.", **places)
        case Fault.NO_ANSWER_TO_CONNECT:
            text = say("{channel} at {host} cannot be reached: no connection in time.", **places)
        case Fault.REFUSED:
            text = say("{channel} at {host} cannot be reached.", **places)
        case Fault.UNSENDABLE:
            text = say("The call to {channel} could not be put together.", **places)
        case Fault.TIMEOUT:
            text = say("{channel} did not answer within {seconds} s.", seconds=seconds, **places)
        case _:
            text = say("The connection to {channel} broke before the answer was whole.", **places)
    return text


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The seconds of a ``Retry-After``, kept between a second and a day; None where it makes no sense.

    A date is compared with the answer's own ``Date``, because their clock need not be ours.
    """
    raw = headers.get("Retry-After", "")
    if not raw:
        return None
    if match := _SECONDS.fullmatch(raw):
        return _clamped(float(match[1]))
    until = _http_date(raw)
    if until is None:
        return None
    return _clamped((until - (_http_date(headers.get("Date", "")) or now)).total_seconds())


def _clamped(seconds: float) -> float:
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _before_tls(error: BaseException, causes: list[BaseException]) -> str:
    """Why TLS did not come about, or "" if that is not what happened (or it broke after the request)."""
    found = next((cause for cause in causes if isinstance(cause, TlsFailed)), None)
    late = any(isinstance(cause, Urllib3SslError) for cause in causes)
    if found is None and (late or not isinstance(error, requests.exceptions.SSLError)):
        return ""
    reason = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if reason is not None:
        return str(getattr(reason, "verify_message", "") or reason)
    other = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    return str((other.reason if other else "") or "TLS")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was made of: requests and urllib3 keep causes in three different places.

    Not ``__context__``: it would lead to failures of earlier calls, which say nothing about this one.
    """
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        parts = (*each.args, getattr(each, "reason", None), each.__cause__)
        waiting.extend(part for part in parts if isinstance(part, BaseException))
