"""One call as the handlers see it, and the answer they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.sim.economic.errors import Refusal
from bridge.sim.economic.shape import Checker, Shape
from bridge.sim.economic.state import State

__all__ = ["Call", "Handler", "Reply", "Route", "absent", "created"]


@dataclass(kw_only=True)
class Call:
    """A call that found its route and was let in."""

    state: State
    path: str
    args: Mapping[str, str]
    body: Any = None
    raw: bytes = b""
    """As it came, for files."""
    media: str = ""
    """Content-Type, as sent."""

    def checker(self) -> Checker:
        """A check of this call's document."""
        return Checker(self.state.exists, address=self.state.address)

    def clean(self, table: Shape) -> dict[str, Any]:
        """The document, if nothing is wrong with it.

        Raises:
            Refusal: something is.
        """
        checker = self.checker()
        body = checker.document(self.body, table)
        checker.problems.settle()
        return body


@dataclass(kw_only=True)
class Reply:
    """What a handler answers; ``data`` None: nothing at all."""

    data: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """A file instead of JSON."""


Handler = Callable[..., Reply]
Route = tuple[str, str, str, Handler]
"""Method, pattern (``:n`` a whole number, ``:s`` any text), the role that is needed, handler."""


def absent() -> Refusal:
    """404; its body was never recorded [I]."""
    return Refusal(404, "The requested resource does not exist.")


def created(data: Any, location: str) -> Reply:
    """201 with ``Location`` and the document (economic facts, section 3) [D19]."""
    return Reply(data=data, status=201, headers={"Location": location})
