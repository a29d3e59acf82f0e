"""What Specter's refusals mean, by consequence, and what the owner can do.

Only code 99 is known (specter facts, section 4 [1 PS]); the vendor's list of codes is not at hand. So what a refusal
means is looked up in the profile: by its code, else by its words. What nobody knows is told in Specter's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from bridge.erps.specter.answers import Answer
from bridge.erps.specter.profile import Action, Consequence, Profile
from bridge.errors import Rejected, RemoteError, Transient, Unauthorised
from bridge.model.texts import Text, say
from bridge.transport import Reply

__all__ = [
    "Duplicate",
    "KnownArticle",
    "OpenBatch",
    "UnknownArticle",
    "UnknownBatch",
    "UnknownCustomer",
    "consequence",
    "refusal",
]

_BATCHES: Final = frozenset(
    {
        Action.STOCK,
        Action.STOCK_DONE,
        Action.ARTICLES,
        Action.ARTICLES_DONE,
        Action.ORDERS,
        Action.ORDERS_DONE,
    }
)
_ONLY: Final[Mapping[Consequence, frozenset[Action]]] = {
    Consequence.DUPLICATE_ORDER: frozenset({Action.ORDER}),
    Consequence.UNKNOWN_CUSTOMER: frozenset({Action.ORDER, Action.CUSTOMER}),
    Consequence.UNKNOWN_ARTICLE: frozenset({Action.ORDER}),
    Consequence.KNOWN_ARTICLE: frozenset({Action.ARTICLE}),
    Consequence.ARTICLE_NUMBER: frozenset({Action.ORDER, Action.ARTICLE}),
    Consequence.OPEN_BATCH: _BATCHES,
    Consequence.UNKNOWN_BATCH: _BATCHES,
}
"""Where it can be meant at all; the others can anywhere."""
_APOSTROPHES: Final = re.compile(r"['‘’´`]([^'‘’´`]+)['‘’´`]")


class Duplicate(Rejected):
    """There is an order with this externalOrderNo already: what we sent was not made a second time."""

    number: str = ""
    """What Specter says between apostrophes, perhaps the order's number: a hint for people, no proof."""


class UnknownCustomer(Rejected):
    """Specter has no customer with the number that was sent."""


class UnknownArticle(Rejected):
    """Specter lacks an article that a row stands on."""


class KnownArticle(Rejected):
    """Specter has an article that was to be made."""


class OpenBatch(Transient):
    """Another batch is open; nothing new is handed out before it is acknowledged."""

    number: str = ""
    """Of the one that is open; empty: Specter did not say."""


class UnknownBatch(Rejected):
    """The batch is not open: acknowledged already, or never there."""


def consequence(answer: Answer, action: Action, profile: Profile) -> Consequence:
    """What a refusal means."""
    by_code = profile.table("errors.codes").get(answer.code)
    if by_code is not None:
        return Consequence(by_code)
    for meant in Consequence:
        name = f"errors.words.{meant.replace(' ', '_')}"
        if name not in profile.entries or action not in _ONLY.get(meant, {action}):
            continue
        # Access concerns every order, so no article or buyer called "Key" may speak of it.
        said = _APOSTROPHES.sub("", answer.message) if meant is Consequence.ACCESS else answer.message
        if any(re.search(pattern, said, re.IGNORECASE) for pattern in profile.texts(name)):
            return meant
    return Consequence.OTHER


def refusal(answer: Answer, action: Action, profile: Profile, reply: Reply) -> RemoteError:
    """The error for an answer that says no; surely nothing was done."""
    meant = consequence(answer, action, profile)
    said = reply.redact.excerpt(answer.message.encode())
    if answer.code:
        said = f"{said} ({answer.code})".strip()
    error = _KINDS.get(meant, Rejected)(
        _sentence(meant, said or "-"),
        channel="erp",
        call=reply.call,
        status=reply.status,
        code=answer.code,
        advice=_ADVICE.get(meant),
    )
    if isinstance(error, Duplicate | OpenBatch):
        found = [text.strip() for text in _APOSTROPHES.findall(answer.message)]
        numbers = [text for text in found if text.isascii() and text.isdigit()]
        error.number = next(iter((numbers if isinstance(error, Duplicate) else []) + found), "")
    return error


_KINDS: Final[Mapping[Consequence, Callable[..., RemoteError]]] = {
    Consequence.DUPLICATE_ORDER: Duplicate,
    Consequence.OPEN_BATCH: OpenBatch,
    Consequence.UNKNOWN_BATCH: UnknownBatch,
    Consequence.UNKNOWN_CUSTOMER: UnknownCustomer,
    Consequence.UNKNOWN_ARTICLE: UnknownArticle,
    Consequence.KNOWN_ARTICLE: KnownArticle,
    Consequence.ACCESS: Unauthorised,
}


def _sentence(meant: Consequence, said: str) -> Text:
    if meant is Consequence.ACCESS:
        return say("Specter refused the access: {said}", said=said)
    if meant is Consequence.OPEN_BATCH:
        return say("Specter is in the middle of handing out changes: {said}", said=said)
    return say("Specter refused it: {said}", said=said)


_ADVICE: Final[Mapping[Consequence, Text]] = {
    Consequence.ACCESS: say(
        "Compare sbm_id, signature and the keys in [erp] with what Specter has given you. Every order waits and "
        "nothing is lost."
    ),
    Consequence.DUPLICATE_ORDER: say(
        "Look in Specter for the order with this number as the web shop's order number (Webbutikens ordernr)."
    ),
    Consequence.UNKNOWN_CUSTOMER: say(
        "See that the customer has not been removed in Specter, then press Retry."
    ),
    Consequence.UNKNOWN_ARTICLE: say(
        "Make the article in Specter with exactly this number, or write missing = create under [articles], then "
        "press Retry."
    ),
    Consequence.KNOWN_ARTICLE: say("Nothing need be done: the article is there."),
    Consequence.ARTICLE_NUMBER: say("Change the article number (SKU) in the shop, then press Retry."),
    Consequence.MISSING: say("Fill in what Specter asks for in the shop's order, then press Retry."),
    Consequence.OTHER: say(
        "If this tells you nothing, show it to Specter's support with the order's number."
    ),
}
