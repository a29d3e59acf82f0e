"""One call to one remote system."""

from __future__ import annotations

import http.client
import json as jsonlib
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from bridge import __version__
from bridge.clock import Clock
from bridge.errors import LostReply, Rejected, RemoteError, Transient, UserError
from bridge.model.texts import say
from bridge.transport.failures import PASSES_QUICKLY, Fault, after_exception, after_status, fault_of
from bridge.transport.redaction import Redactor
from bridge.transport.reply import Reply
from bridge.transport.wire import DeadlineAdapter

__all__ = ["Auth", "Pace", "Path", "Refine", "Request", "Transport"]

_log: Final = logging.getLogger(__name__)

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_QUICK_TRIES: Final = 3
_PIECE: Final = 1 << 16
_LARGEST: Final = 32 << 20

_FAILURES: Final = (requests.RequestException, HTTPError, http.client.HTTPException, OSError)

Request = requests.PreparedRequest
Auth = Callable[[Request], Request]
"""Puts the credentials on a call; any auth object of requests is one."""

Refine = Callable[[Reply, RemoteError], RemoteError]
"""Makes a better error out of the vendor's body; gets the answer and the error its status alone gives."""

Path: TypeAlias = str | tuple[str, ...]
"""Below ``base_url``: a text as it is, or its parts, each encoded whole (``("articles", "A/1")``)."""

Pace = Callable[[], AbstractContextManager[None]]
"""Waits for leave to make one call, and learns when its answer was there; see ``bridge.transport.pacing``."""


class _TooLarge(Exception):
    """The answer is larger than the limit."""


class _Late(TimeoutError):
    """The deadline passed while the body came in."""


class Transport:
    """Calls to one remote system, with connections kept open between them. Threads may share it."""

    def __init__(  # noqa: PLR0913 - each is a setting of its own, named at the call
        self,
        channel: str,
        *,
        base_url: str,
        clock: Clock,
        timeout: timedelta = timedelta(seconds=30),
        ca_file: FilePath | None = None,
        auth: Auth | None = None,
        secrets: Sequence[str] = (),
        mounts: Mapping[str, BaseAdapter] | None = None,
        refine: Refine | None = None,
        pace: Pace = nullcontext,
        largest: int = _LARGEST,
        user_agent: str = f"orderbro/{__version__}",
    ) -> None:
        if ca_file is not None and not ca_file.is_file():
            raise UserError(say("There is no file {path} (ca_file).", path=ca_file))
        self.channel = channel
        self._base = _normal(base_url, channel)
        self._host = urlsplit(self._base).hostname or ""
        self._clock = clock
        self._timeout = timeout.total_seconds()
        self._verify: bool | str = str(ca_file) if ca_file else True
        self._auth = auth
        self._refine = refine
        self._pace = pace
        self._largest = largest
        self.redact = Redactor(secrets)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.adapters.clear()
        for prefix, adapter in {
            "http://": DeadlineAdapter(),
            "https://": DeadlineAdapter(),
            **(mounts or {}),
        }.items():
            self._session.mount(prefix, adapter)
        # urllib3 logs whole addresses, at DEBUG and in warnings, and those may carry keys.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def __repr__(self) -> str:
        return f"Transport({self.channel!r})"

    def call(
        self,
        method: str,
        path: Path,
        *,
        params: Mapping[str, object] | None = None,
        json: object | None = None,
        data: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: timedelta | None = None,
        once: bool = False,
    ) -> Reply:
        """Make the call and read the whole answer within the deadline.

        Args:
            method: GET, HEAD and OPTIONS are repeated at most twice, and only after a fault that passes quickly.
            path: below ``base_url``; in parts where one comes from outside, such as an article number.
            params: the query; must not be empty filters.
            json: body; sent as UTF-8 JSON. Amounts must have been made text or int before.
            data: body as it is, with its Content-Type in ``headers``.
            headers: besides the usual ones.
            deadline: for this call instead of the transport's.
            once: the call has an effect whatever its method says (a GET that sends a mail): never repeated, and a
                lost answer is a ``LostReply``.

        Raises:
            Transient: surely not done.
            Throttled: too many calls.
            LostReply: a writing call that may have been carried out.
            Unauthorised: 401, 403.
            NotFound: 404, 410.
            Rejected: any other 4xx; also 3xx, which is a set-up fault, and a part of ``path`` that no
                address can have.
        """
        path = self._below(method, path)
        seconds = deadline.total_seconds() if deadline else self._timeout
        safe = method in _SAFE and not once
        tries = _QUICK_TRIES if safe else 1
        request = self._request(method, path, params, json if data is None else None, data, headers)
        until = self._clock.monotonic() + seconds
        for number in range(1, tries + 1):
            try:
                asked = self._clock.monotonic()
                with self._pace():
                    until += (
                        self._clock.monotonic() - asked
                    )  # waiting for our turn is not the other end's fault
                    return self._once(request, path, seconds, until, safe=safe)
            except RemoteError as error:
                pause = self._clock.uniform(0.05, 0.2) * number
                late = self._clock.monotonic() + pause >= until
                if number == tries or late or not _passes_quickly(error):
                    raise
                _log.debug("quick-retry channel=%s call=%r", self.channel, error.call)
            self._clock.sleep(pause)
        raise AssertionError("unreachable")  # pragma: no cover - the last try raises or returns

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, object] | None,
        json: object | None,
        data: bytes | str | None,
        headers: Mapping[str, str] | None,
    ) -> requests.PreparedRequest:
        """Put the request together by hand: requests' own way costs more than the rest of the call."""
        request = requests.PreparedRequest()
        request.method = method
        request.url = f"{self._base}/{path}"
        if params:
            request.url += "?" + urlencode(params, quote_via=quote, safe=",:")
        request.headers = CaseInsensitiveDict(self._headers)
        if json is not None:
            data = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":"))
            request.headers["Content-Type"] = "application/json; charset=utf-8"
        request.headers.update(headers or {})
        request.body = data.encode() if isinstance(data, str) else data
        if request.body is not None or method in ("POST", "PUT", "PATCH"):
            request.headers["Content-Length"] = str(len(request.body or b""))
        return request

    def _below(self, method: str, path: Path) -> str:
        """The path as it stands in the address."""
        if isinstance(path, str):
            return quote(path.lstrip("/"), safe="/:@,")
        written = "/".join(quote(part, safe="") for part in path)
        if not all(part.strip(".") for part in path):  # "" would ask for the whole list, ".." for its parent
            raise Rejected(
                say("The call to {channel} could not be put together.", channel=self.channel),
                channel=self.channel,
                call=f"{method} /{written}",
                code=Fault.UNSENDABLE,
            )
        return written

    def _once(
        self, request: requests.PreparedRequest, path: str, seconds: float, until: float, *, safe: bool
    ) -> Reply:
        """One try."""
        call = f"{request.method} /{path}"
        evidence: dict[str, Any] = {"channel": self.channel, "call": call}
        if self._auth is not None:  # signed anew for each try: a nonce is good for one
            request = self._auth(request.copy() if safe else request)
        started = self._clock.monotonic()
        failure: RemoteError | None = None
        try:
            status, headers, body = self._fetch(request, max(until - started, 0.001), until)
        except _TooLarge:
            text = say("{channel} sent more than {size} MB.", channel=self.channel, size=self._largest >> 20)
            failure = (Transient if safe else LostReply)(text, code=Fault.TOO_LARGE, **evidence)
        except _FAILURES as error:
            fault = fault_of(error)
            failure = after_exception(error, fault, safe=safe, seconds=seconds, host=self._host, **evidence)
        if failure is not None:
            raise failure  # out here: the exception above carries the whole address, keys and all
        if _log.isEnabledFor(logging.DEBUG):
            spent = (self._clock.monotonic() - started) * 1000
            _log.debug("call channel=%s call=%r status=%s ms=%.0f", self.channel, call, status, spent)
        reply = Reply(status=status, headers=headers, body=body, safe=safe, redact=self.redact, **evidence)
        if 200 <= status < 300:
            return reply
        excerpt = self.redact.excerpt(body)
        refusal = after_status(status, headers, safe=safe, now=self._clock.now(), excerpt=excerpt, **evidence)
        raise self._refine(reply, refusal) if self._refine else refusal

    def _fetch(
        self, request: requests.PreparedRequest, left: float, until: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        for header in request.headers.items():  # a line break would smuggle in another header
            requests.utils.check_header_validity(header)
        adapter = self._session.get_adapter(request.url or "")
        response = adapter.send(request, stream=True, timeout=left, verify=self._verify)
        try:
            return response.status_code, response.headers, self._read(response, until)
        except (_TooLarge, *_FAILURES):
            if response.status_code < 300:
                raise
            return response.status_code, response.headers, b""  # a refusal stays one when its reason is cut
        finally:
            response.close()

    def _read(self, response: requests.Response, until: float) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > self._largest:
                raise _TooLarge
            if self._clock.monotonic() > until:
                raise _Late("the call's deadline has passed")
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _passes_quickly(error: RemoteError) -> bool:
    """Whether a reading call is worth repeating at once: a broken connection, or a gateway's hiccup."""
    if error.status is None:
        return error.code in PASSES_QUICKLY
    return error.status in (502, 504) and isinstance(error, Transient) and error.retry_after is None


def _normal(base_url: str, channel: str) -> str:
    request = requests.PreparedRequest()
    try:
        request.prepare_url(base_url, None)
    except (requests.RequestException, UnicodeError) as wrong:
        raise UserError(
            say("{url} is not an address that can be called ({channel}).", url=base_url, channel=channel)
        ) from wrong
    return (request.url or "").rstrip("/")
