"""Errors, named after what to do next and not after what went wrong.

``transport`` turns every status and exception into one of the remote errors; an adapter may refine it from
the vendor's body. Anything that is not a ``BridgeError`` is a bug: logged with traceback, the entry parked,
the daemon goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.model.texts import Problem, Text, say

__all__ = [
    "BridgeError",
    "ConfigError",
    "GuardTripped",
    "LostReply",
    "NotFound",
    "PluginError",
    "Rejected",
    "RemoteError",
    "StoreError",
    "Throttled",
    "Transient",
    "Unanswerable",
    "Unauthorised",
    "UserError",
]


class BridgeError(Exception):
    """The root. ``text`` is for people and safe to show: no secret, no personal data."""

    def __init__(self, text: Text | str) -> None:
        self.text = text if isinstance(text, Text) else say("{text}", text=text)
        super().__init__(str(self.text))


class UserError(BridgeError):
    """The operator can mend it; shown without a traceback, all problems at once."""

    def __init__(self, text: Text | str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """The sentence, then one line per problem."""
        return "\n".join([str(self.text), *(f"  {problem}" for problem in self.problems)])


class ConfigError(UserError):
    """The configuration cannot be used as it stands."""


class PluginError(UserError):
    """A hook of a plugin failed, or gave back what cannot be used: this order waits, the others go on."""

    def __init__(self, text: Text | str, problems: Sequence[Problem] = (), *, plugin: str, hook: str) -> None:
        super().__init__(text, problems)
        self.plugin = plugin
        self.hook = hook


class GuardTripped(UserError):
    """Refused on purpose, because doing it would probably do harm."""


class StoreError(BridgeError):
    """The database cannot be used: disk full, read-only, damaged, newer than we are."""


class RemoteError(BridgeError):
    """Something at the other end; carries what a person or a support ticket needs."""

    def __init__(
        self,
        text: Text | str,
        *,
        channel: str = "",
        call: str = "",
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        excerpt: str = "",
        advice: Text | None = None,
    ) -> None:
        super().__init__(text)
        self.channel = channel
        """Which remote system: ``shop main``, ``erp``."""
        self.call = call
        """Method and path, without query and host: they may carry keys."""
        self.status = status
        self.code = code
        """The vendor's own error code."""
        self.request_id = request_id
        self.excerpt = excerpt
        """The start of the answer's body, redacted."""
        self.advice = advice
        """What to do about it, if we know better than the sentence itself says."""

    def evidence(self) -> dict[str, Any]:
        """Everything but the words, for an error that tells the same in better ones."""
        return {
            "channel": self.channel,
            "call": self.call,
            "status": self.status,
            "code": self.code,
            "request_id": self.request_id,
            "excerpt": self.excerpt,
        }


class Transient(RemoteError):
    """Surely not done, and will pass by itself: try later."""

    def __init__(self, text: Text | str, *, retry_after: float | None = None, **evidence: object) -> None:
        super().__init__(text, **evidence)  # type: ignore[arg-type] # the names are RemoteError's own
        self.retry_after = retry_after
        """Seconds the other end asked us to wait."""


class Throttled(Transient):
    """Too many calls; costs no attempt."""


class LostReply(Transient):
    """Nobody knows whether it was done: ask before trying again."""


class Rejected(RemoteError):
    """The document, as it is, will never pass: a person must look."""

    def __init__(self, text: Text | str, *, field: str = "", **evidence: object) -> None:
        super().__init__(text, **evidence)  # type: ignore[arg-type] # the names are RemoteError's own
        self.field = field
        """The field the other end complains of, as its own documents call it."""


class Unanswerable(Rejected):
    """Asked whether it has something, the other end cannot say: only a person can look there."""


class Unauthorised(RemoteError):
    """Nothing will pass before somebody renews the access: pause the channel, keep the attempts."""


class NotFound(RemoteError):
    """The thing asked for is not there (or not there *now*: one answer proves nothing)."""
