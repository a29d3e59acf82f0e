"""Refusals, in the three shapes that were seen (Hogia facts, section 2.4) [1]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["RULE", "Refusal", "shaped"]

RULE: Final = 1001004
"""The one code known: a voucher type that does not exist [1]. It stands for every broken rule here [INF]."""
TITLES: Final = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
                 415: "Unsupported Media Type"}  # fmt: skip
NOBODY: Final = "00000000-0000-0000-0000-000000000000"


class Refusal(Exception):
    """An answer that is no success.

    With ``field`` (or ``fields``) the form of the request is wrong, with ``rule`` what it says.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        field: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
        rule: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}
        if field:
            self.fields[field] = [message]
        self.rule = rule


def shaped(refusal: Refusal, *, shape: str, trace: str) -> Any:
    """The body. ``mixed``: wrong form a ProblemDetails, a broken rule a list, anything else a bare text [INF]."""
    if shape == "mixed":
        shape = "problem" if refusal.fields else "list" if refusal.rule else "text"
    texts = [text for each in refusal.fields.values() for text in each] or [refusal.message]
    if shape == "problem":
        return {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred." if refusal.fields else TITLES[refusal.status],
            "status": refusal.status,
            "traceId": trace,
            "errors": refusal.fields or {"": texts},
        }
    if shape == "list":
        return [
            {
                "errorCode": RULE,
                "errorScopeId": trace,
                "message": text,
                "reference": None,
                "sequentialId": NOBODY,
                "sourceHint": None,
            }
            for text in texts
        ]
    return " ".join(texts)
