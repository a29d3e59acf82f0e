"""Hogia's cloud interface: addresses, version, pages and calls (Hogia facts, section 2). Has no word of our model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path as FilePath
from typing import Any, Final
from uuid import UUID

from bridge.clock import Clock
from bridge.erps.hogia_smart.errors import explainer
from bridge.erps.hogia_smart.options import Options
from bridge.erps.hogia_smart.profile import Profile
from bridge.model.texts import say
from bridge.transport import Reply, Transport
from bridge.transport.oauth2 import Authorised, ClientCredentials, Endpoint, TokenSource, Vault, Vendor
from bridge.transport.pacing import shared

__all__ = ["VENDOR", "Client", "tokens"]

VENDOR: Final = Vendor(name="Hogia", connect="bridge check", in_form=True)
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}


def tokens(
    options: Options, *, data_dir: FilePath, clock: Clock, mounts: Mapping[str, Any] | None = None
) -> TokenSource:
    """The access of this integration: client credentials in the form, without a scope (section 2.1) [2+]."""
    secret = str(options.client_secret)
    return TokenSource(
        ClientCredentials(),
        endpoint=Endpoint(
            VENDOR,
            url=options.token_url,
            client_id=options.client_id,
            client_secret=secret,
            clock=clock,
            timeout=options.timeout,
            mounts=mounts,
        ),
        vault=Vault(data_dir / "tokens" / f"hogia-{options.organization_id.lower()}.json", clock=clock),
        clock=clock,
        client_secret=secret,
        tenant=options.organization_id.lower(),
    )


class Client:
    """Calls to one company; every answer is checked to be what was asked for. Threads may share it.

    A path is its parts below the organisation. Every call may raise ``Unauthorised``, ``Throttled`` and
    ``Transient``; a writing one ``LostReply`` and ``Rejected``, a reading one ``NotFound``.
    """

    def __init__(
        self,
        options: Options,
        profile: Profile,
        *,
        tokens: TokenSource,
        clock: Clock,
        mounts: Mapping[str, Any] | None = None,
    ) -> None:
        self.profile = profile
        self._organization = options.organization_id
        self._http = Authorised(
            Transport(
                "erp",
                base_url=options.base_url,
                clock=clock,
                timeout=options.timeout,
                secrets=(options.client_id, str(options.client_secret)),
                mounts=mounts,
                refine=explainer(profile),
                pace=shared(
                    ("hogia", options.client_id, options.organization_id.lower()),
                    calls=profile.number("pace.calls"),
                    seconds=profile.number("pace.seconds"),
                    clock=clock,
                ),
            ),
            tokens,
        )

    def path(self, name: str, *below: str) -> tuple[str, ...]:
        """Where something is: the profile's word for it, and what stands below that."""
        return (*self.profile.text(f"paths.{name}").split("/"), *below)

    def get(self, *path: str, **params: object) -> dict[str, Any]:
        """One thing."""
        reply = self._call("GET", path, params)
        found = reply.json()
        if not isinstance(found, dict):
            raise self._odd(reply)
        return found

    def rows(self, *path: str, **params: object) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page; a bare object is a list of one (section 2.2) [1].

        The first call names no page, and each next one the page after that which the answer says it was: whether
        pages begin at 0 or 1 then does not matter (section 2.1: both were seen). The last one is the one the answer
        says it is, however few Hogia gives to a page; where it does not say, one that is not full. A page with others
        behind it that does not say which it is cannot be followed.
        """
        words = self.profile
        size, page = words.number("pages.most"), words.text("pages.page")
        paged: dict[str, object] = {**params, words.text("pages.size"): size}
        for seen in count(1):
            reply = self._call("GET", path, paged)
            found = self._list(reply)
            yield from found
            current, pages = (_whole(reply, words.text(f"pages.{name}")) for name in ("current", "count"))
            if not found or (len(found) < size if pages is None else seen >= pages):
                return
            if current is None or current + 1 == paged.get(page):  # the same page for ever
                raise self._odd(reply)
            paged[page] = current + 1

    def register(self, *path: str, **params: object) -> list[dict[str, Any]]:
        """A register that does not come in pages."""
        return self._list(self._call("GET", path, params))

    def heard(self, *path: str, **params: object) -> Reply:
        """A reading as it was answered: for finding out what nobody has written down."""
        return self._call("GET", path, params)

    def post(self, body: str, *path: str) -> dict[str, Any]:
        """Make or change something; ``body`` is JSON. The answer is the whole of it."""
        reply = self._call("POST", path, {}, body)
        made = reply.json()
        if not isinstance(made, dict):
            raise self._odd(reply)
        return made

    def post_made(self, body: str, *path: str) -> dict[str, Any] | str:
        """Make something: the whole of it, or its GUID alone. Which, may change with the version (section 2.3)."""
        reply = self._call("POST", path, {}, body)
        made = reply.json()
        if isinstance(made, dict):
            return made
        try:
            return str(UUID(made))
        except (ValueError, AttributeError, TypeError):
            raise self._odd(reply) from None

    def post_for_any(self, body: str, *path: str) -> str:
        """Make something of whose answer nothing is known [UNK]: its GUID if one is told, else ""."""
        reply = self._call("POST", path, {}, body)
        if not reply.body.strip():
            return ""
        made = reply.json()
        own = made.get("id") if isinstance(made, dict) else made
        return own if isinstance(own, str) else ""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(
        self, method: str, path: tuple[str, ...], params: Mapping[str, object], body: str | None = None
    ) -> Reply:
        for name, value in params.items():
            if str(value) == "":
                raise ValueError(f"an empty {name} would ask for everything")
        return self._http.call(
            method,
            (self._organization, *path),
            params={**params, "api-version": self.profile.text("version.date")},
            data=None if body is None else body.encode(),
            headers=_JSON,
        )

    def _list(self, reply: Reply) -> list[dict[str, Any]]:
        found = reply.json()
        rows = [found] if isinstance(found, dict) else found
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._odd(reply)
        return rows

    @staticmethod
    def _odd(reply: Reply) -> Exception:
        return reply.unusable(say("Hogia answered with something else than was asked for."))


def _whole(reply: Reply, name: str) -> int | None:
    text = reply.headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
