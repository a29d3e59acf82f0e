"""Refusals. Only error code 99 is known (specter facts, sections 4 and 7); the others are the simulator's own."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BAD_ARTICLE_NUMBER",
    "BAD_LETTERS",
    "BAD_VALUE",
    "DUPLICATE_ORDER",
    "MISSING",
    "NOT_ALLOWED",
    "OPEN_BATCH",
    "UNKNOWN_ACCOUNT",
    "UNKNOWN_ACTION",
    "UNKNOWN_ARTICLE",
    "UNKNOWN_BATCH",
    "UNKNOWN_CUSTOMER",
    "UNKNOWN_PARAMETER",
    "UNKNOWN_THING",
    "USED_BATCH",
    "WRONG_KEY",
    "Refusal",
]

OPEN_BATCH: Final = "99"
"""Another batch is open; its number stands between apostrophes (section 4) [1]."""

# The simulator's own, each of four digits so that nobody takes one for the vendor's [UNK].
WRONG_KEY: Final = "9001"
UNKNOWN_ACCOUNT: Final = "9002"
UNKNOWN_ACTION: Final = "9003"
NOT_ALLOWED: Final = "9004"
BAD_LETTERS: Final = "9005"
UNKNOWN_PARAMETER: Final = "9006"
MISSING: Final = "9007"
BAD_VALUE: Final = "9008"
UNKNOWN_THING: Final = "9009"
UNKNOWN_CUSTOMER: Final = "9010"
DUPLICATE_ORDER: Final = "9011"
UNKNOWN_ARTICLE: Final = "9012"
BAD_ARTICLE_NUMBER: Final = "9013"
UNKNOWN_BATCH: Final = "9014"
USED_BATCH: Final = "9015"


class Refusal(Exception):
    """An answer that is no success, with HTTP status 200 all the same (section 2) [INF]."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
