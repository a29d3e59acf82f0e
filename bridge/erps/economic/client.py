"""e-conomic's REST interface: addresses and calls. Has no word of our model.

A POST is never repeated here, and nothing is deleted without a number: ``DELETE /invoices/drafts`` removes every
draft there is (economic facts, section 10 [D19]).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from bridge.clock import Clock
from bridge.erps.economic.errors import explain
from bridge.erps.economic.options import Options
from bridge.erps.wire import Json, dumps
from bridge.model.texts import say
from bridge.transport import Pace, Reply, Request, Transport

__all__ = ["PAGE_SIZE", "Client", "Page"]

PAGE_SIZE: Final = 1000
"""The most e-conomic gives (section 4 [D19])."""

_ONE: Final = re.compile(r"(?:[a-z-]+/)+[^/]*\d[^/]*")
"""The address of one thing: its last part has a digit in it, which no name of a collection has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a list."""

    rows: list[dict[str, Any]]
    results: int | None
    """How many the filter lets through, all pages together."""
    following: str = ""
    """Path and query of the next page; empty: this was the last."""

    @property
    def last(self) -> bool:
        """Whether the list ends here."""
        return not self.following


class Client:
    """Calls to one agreement; every answer is checked to be JSON and of the kind asked for."""

    def __init__(
        self,
        options: Options,
        *,
        clock: Clock,
        mounts: Mapping[str, Any] | None = None,
        pace: Pace = nullcontext,
    ) -> None:
        secrets = (str(options.app_secret_token), str(options.agreement_grant_token))
        base = urlsplit(options.base_url.rstrip("/"))
        self._home = (base.scheme.lower(), base.netloc.lower(), base.path)

        def tokens(request: Request) -> Request:
            request.headers["X-AppSecretToken"], request.headers["X-AgreementGrantToken"] = secrets
            return request

        self._transport = Transport(
            "erp",
            base_url=options.base_url,
            clock=clock,
            timeout=options.timeout,
            auth=tokens,
            secrets=secrets,
            mounts=mounts,
            refine=explain,
            pace=pace,
        )

    def get(self, path: str, **params: object) -> dict[str, Any]:
        """One object.

        Raises:
            NotFound: there is none, or not any more.
        """
        return _object(self._transport.call("GET", path, params=_query(params)))

    def page(
        self,
        path: str,
        *,
        filter: str = "",  # noqa: A002 - e-conomic's own name
        sort: str = "",
        size: int = PAGE_SIZE,
    ) -> Page:
        """The first answer of a list; an empty ``filter`` asks for everything."""
        asked = {"filter": filter, "sort": sort, "pagesize": size}
        query = {name: value for name, value in asked.items() if value}
        return self._page(self._transport.call("GET", path, params=query))

    def after(self, page: Page) -> Page:
        """The answer after this one, which is not the last."""
        path, _, query = page.following.partition("?")
        reply = self._transport.call("GET", path, params=dict(parse_qsl(query, keep_blank_values=True)))
        found = self._page(reply)
        if found.following == page.following:
            raise reply.unusable(say("e-conomic's list does not go on."))
        return found

    def pages(
        self,
        path: str,
        *,
        filter: str = "",  # noqa: A002 - e-conomic's own name
        sort: str = "",
        size: int = PAGE_SIZE,
    ) -> Iterator[list[dict[str, Any]]]:
        """The rows of a list, answer by answer; an empty list is one empty answer."""
        page = self.page(path, filter=filter, sort=sort, size=size)
        yield page.rows
        while not page.last:
            page = self.after(page)
            yield page.rows

    def rows(self, path: str, *, filter: str = "", sort: str = "") -> list[dict[str, Any]]:  # noqa: A002 - same
        """Every row of a list."""
        return [row for rows in self.pages(path, filter=filter, sort=sort) for row in rows]

    def post(self, path: str, body: str | Mapping[str, Json]) -> dict[str, Any]:
        """Make something; ``body`` as JSON text, or what becomes it. What was made."""
        return self._write("POST", path, body)

    def post_all(self, path: str, body: str | Mapping[str, Json]) -> list[dict[str, Any]]:
        """Make something where e-conomic answers with a list of what was made, or with the one thing (section 10)."""
        reply = self._send("POST", path, body)
        answer = reply.json()
        made = answer if isinstance(answer, list) else [answer]
        if not made or not all(isinstance(each, dict) for each in made):
            raise reply.unusable(say("e-conomic answered with something else than was asked for."))
        return made

    def put(self, path: str, body: str | Mapping[str, Json]) -> dict[str, Any]:
        """Replace something whole: whatever ``body`` leaves out is cleared (section 3 [D19]). What it is then."""
        return self._write("PUT", path, body)

    def delete(self, path: str) -> None:
        """Remove one thing.

        Raises:
            ValueError: the address is a whole collection's: a fault of ours.
            NotFound: it is gone already.
        """
        if not _ONE.fullmatch(path):
            raise ValueError(f"{path} would delete everything there is")
        self._transport.call("DELETE", path)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _write(self, method: str, path: str, body: str | Mapping[str, Json]) -> dict[str, Any]:
        return _object(self._send(method, path, body))

    def _send(self, method: str, path: str, body: str | Mapping[str, Json]) -> Reply:
        text = body if isinstance(body, str) else dumps(body)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return self._transport.call(method, path, data=text.encode(), headers=headers)

    def _page(self, reply: Reply) -> Page:
        answer = _object(reply)
        rows = answer.get("collection")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise reply.unusable(say("e-conomic answered with something else than a list."))
        pagination = answer.get("pagination")
        told: Mapping[str, Any] = pagination if isinstance(pagination, dict) else {}
        results = told.get("results")
        return Page(
            rows=rows,
            results=results if isinstance(results, int) else None,
            following=self._following(reply, told.get("nextPage")),
        )

    def _following(self, reply: Reply, link: object) -> str:
        """The next page's path and query. The tokens go nowhere but where the settings say."""
        if link is None:  # absent on the last page (section 4 [2+])
            return ""
        parts = urlsplit(link if isinstance(link, str) else "")
        scheme, host, above = self._home
        here = unquote(parts.path)
        if (parts.scheme.lower(), parts.netloc.lower()) != (scheme, host) or not here.startswith(f"{above}/"):
            raise reply.unusable(
                say("e-conomic's list goes on at another address, where the bridge does not follow."),
                advice=say("See that base_url in [erp] is e-conomic's own address."),
            )
        return f"{here.removeprefix(above)}?{parts.query}"


def _object(reply: Reply) -> dict[str, Any]:
    answer = reply.json()
    if not isinstance(answer, dict):
        raise reply.unusable(say("e-conomic answered with something else than was asked for."))
    return answer


def _query(params: Mapping[str, object]) -> dict[str, object]:
    if not all(str(value) for value in params.values()):
        raise ValueError("an empty parameter would ask for everything")
    return dict(params)
