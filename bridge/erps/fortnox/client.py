"""Fortnox' REST interface, version 3: addresses, envelopes and calls. Has no word of our model.

No call carries an idempotency key, because Fortnox knows none (fortnox facts, section 6): writing twice is prevented
by asking first. A search is by substring (section 4 [D]): whoever searches compares exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bridge.clock import Clock
from bridge.erps.fortnox.errors import explain, is_stale
from bridge.erps.fortnox.options import Options
from bridge.erps.fortnox.reading import number
from bridge.errors import RemoteError
from bridge.model.texts import say
from bridge.transport import Path, Reply, Transport
from bridge.transport.oauth2 import Authorised, TokenSource
from bridge.transport.pacing import shared

__all__ = ["Client", "Page"]

CALLS: Final = 25
SECONDS: Final = 5
"""The window Fortnox counts in, per client id and company (section 3 [D])."""
_PAGE: Final = 500
"""The most rows a page may have (section 4)."""
_MOST_PAGES: Final = 10_000
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}
"""Others are refused: 1000030 and 1000031 (section 1 [D])."""


Page = list[dict[str, Any]]
"""The rows of one page."""


class Client:
    """Calls to one company; every answer is checked to be what was asked for. Threads may share it.

    A path is a text (``"orders"``, ``"settings/company"``) or, where a number from outside stands in it, its parts:
    ``("articles", number)``. It begins below ``/3/``.

    Every call may raise ``Unauthorised``, ``Throttled`` and ``Transient``; a writing one ``LostReply`` and
    ``Rejected``, a reading one ``NotFound``.
    """

    def __init__(
        self,
        options: Options,
        *,
        tokens: TokenSource,
        clock: Clock,
        mounts: Mapping[str, Any] | None = None,
    ) -> None:
        whose = ("fortnox", options.client_id, options.tenant_id)
        transport = Transport(
            "erp",
            base_url=options.base_url,
            clock=clock,
            timeout=options.timeout,
            secrets=(options.client_id, str(options.client_secret)),
            mounts=mounts,
            refine=explain,
            pace=shared(whose, calls=CALLS, seconds=SECONDS, clock=clock),
        )
        self.tokens = tokens
        self._http = Authorised(transport, tokens, stale=is_stale)

    def get(self, path: Path, **params: object) -> dict[str, Any]:
        """One thing, out of its envelope."""
        return self._one(self._call("GET", path, params))

    def pages(self, path: Path, name: str, **params: object) -> Iterator[Page]:
        """Every page of a list, an empty one too; ``name`` is the list's in the envelope (``"Orders"``).

        At most one parameter of the resource's own may be given, beside the general ones (section 4 [D]). What
        changes between two pages may be seen twice or not at all: sort by what does not change.
        """
        for page in range(1, _MOST_PAGES):
            reply = self._call("GET", path, {**params, "limit": _PAGE, "page": page})
            envelope = self._envelope(reply)
            yield self._page(envelope, name, reply)
            if page >= self._last(envelope, reply):
                return

    def first(self, path: Path, name: str, *, most: int, **params: object) -> Page:
        """The first rows of a list, as many as ``most``."""
        reply = self._call("GET", path, {**params, "limit": most})
        return self._page(self._envelope(reply), name, reply)

    def post(self, path: Path, body: str) -> dict[str, Any]:
        """Make something; ``body`` is JSON, envelope and all. The answer, out of its envelope."""
        return self._one(self._call("POST", path, {}, body))

    def put(self, path: Path, body: str | None = None) -> dict[str, Any]:
        """Change something, or carry out an action, which has no body."""
        return self._one(self._call("PUT", path, {}, body))

    def get_once(self, path: Path) -> None:
        """A GET with an effect, which is never repeated: ``.../email`` sends a mail (section 10).

        Raises:
            LostReply: the mail may have gone.
        """
        self._call("GET", path, {}, once=True)

    def warehouse(self, path: str, **params: object) -> Any:
        """What the warehouse module says, which knows no envelope: below ``/api/warehouse/`` (section 8)."""
        return self._http.call("GET", f"api/warehouse/{path}", params=params, headers=_JSON).json()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(
        self,
        method: str,
        path: Path,
        params: Mapping[str, object],
        body: str | None = None,
        *,
        once: bool = False,
    ) -> Reply:
        for name, value in params.items():
            if str(value) == "":
                raise ValueError(f"an empty {name} would ask for everything")
        where = f"3/{path}" if isinstance(path, str) else ("3", *path)
        data = None if body is None else body.encode()
        return self._http.call(method, where, params=params, data=data, headers=_JSON, once=once)

    def _one(self, reply: Reply) -> dict[str, Any]:
        inner = [value for name, value in self._envelope(reply).items() if name != "MetaInformation"]
        if len(inner) != 1 or not isinstance(inner[0], dict):
            raise self.odd(reply)
        return inner[0]

    def _envelope(self, reply: Reply) -> dict[str, Any]:
        body = reply.json()
        if not isinstance(body, dict):
            raise self.odd(reply)
        return body

    def _page(self, envelope: Mapping[str, Any], name: str, reply: Reply) -> Page:
        rows = envelope.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.odd(reply)
        return rows

    def _last(self, envelope: Mapping[str, Any], reply: Reply) -> int:
        """How many pages there are; a register without the word for it is whole."""
        meta = envelope.get("MetaInformation")
        if not isinstance(meta, dict):
            return 0
        try:
            return int(number(meta.get("@TotalPages")) or 0)
        except ValueError:
            raise self.odd(reply) from None

    @staticmethod
    def odd(reply: Reply) -> RemoteError:
        """The error for an answer that is no answer."""
        return reply.unusable(say("Fortnox answered with something else than was asked for."))
