"""What Hogia's refusals mean, by consequence, and what the owner can do.

Three shapes of refusal were seen and any may come (Hogia facts, section 2.4); one code is known. So what a refusal is
about is looked up in the profile: by its code, else by its words. What nobody knows is told in Hogia's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bridge.erps.hogia_smart.profile import Consequence, Profile
from bridge.errors import NotFound, Rejected, RemoteError, Throttled, Unauthorised
from bridge.model.texts import Text, say
from bridge.transport import Refine, Reply, parse_json

__all__ = ["Refusal", "SequenceUsed", "explainer", "refusal_of"]


class SequenceUsed(Rejected):
    """The ``sequenceId`` has been there before: what it stands for is made already, not a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a refusal says, whatever its shape."""

    said: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    field: str = ""
    """The first field it complains of; "" for none."""


def refusal_of(body: bytes) -> Refusal:
    """ProblemDetails, a list of coded errors, a bare text, or nothing that could be read."""
    try:
        parsed = parse_json(body)
    except ValueError:
        return Refusal()
    if isinstance(parsed, str):
        return Refusal(said=(parsed,)) if parsed.strip() else Refusal()
    if isinstance(parsed, list):
        rows = [row for row in parsed if isinstance(row, Mapping)]
        return Refusal(
            said=tuple(_texts([row.get("message") for row in rows])),
            codes=tuple(str(row["errorCode"]) for row in rows if row.get("errorCode") is not None),
        )
    if isinstance(parsed, Mapping):
        fields = parsed.get("errors")
        pairs = [*fields.items()] if isinstance(fields, Mapping) else []
        said = [f"{name}: {each}" if name else each for name, texts in pairs for each in _texts(texts)]
        title = next(_texts([parsed.get("detail"), parsed.get("title"), parsed.get("message")]), "")
        return Refusal(
            said=tuple(said or ([title] if title else [])),
            field=next((str(name) for name, _ in pairs if name), ""),
        )
    return Refusal()


def _texts(found: Any) -> Iterator[str]:
    rows = found if isinstance(found, list) else [found]
    return (each.strip() for each in rows if isinstance(each, str) and each.strip())


_ADVICE: Final[Mapping[Consequence, Text]] = {
    Consequence.USED: say("Look in Hogia whether the invoice is there before you press Retry."),
    Consequence.YEAR: say("Make the financial year of the order's date in Hogia, then press Retry."),
    Consequence.ACCOUNT: say(
        "Make the account active in Hogia, for the year of the order, or correct it under [accounts] or [payments]. "
        "Then press Retry."
    ),
    Consequence.CURRENCY: say("Set up the currency in Hogia, then press Retry."),
    Consequence.CUSTOMER: say("Look at the customer in Hogia: mend it or make it active, then press Retry."),
    Consequence.OTHER: say(
        "Hogia's own words say what it is. Mend it there or in the shop, then press Retry."
    ),
}
_SLOWER: Final = say(
    "Hogia has had too many calls. The bridge waits; another program may be calling as well."
)
_COMPANY: Final = say(
    "The credentials do not open this company. Check organization_id under [erp], or ask Hogia to open the company "
    "for the integration. Every order waits and nothing is lost."
)
_CREDENTIALS: Final = say(
    "Copy client_id and client_secret again from Hogia. Every order waits and nothing is lost."
)
_GONE: Final = say(
    "Look in Hogia whether it is still there. If the address is wrong, remove base_url under [erp]."
)


def explainer(profile: Profile) -> Refine:
    """What makes a better error than the status alone gives; what is surely not done stays surely not done."""

    def explain(reply: Reply, error: RemoteError) -> RemoteError:
        refusal = refusal_of(reply.body)
        said = reply.redact.excerpt(" ".join(refusal.said).encode())
        told = say("Hogia refused it: {said}", said=said) if said else error.text
        code = refusal.codes[0] if refusal.codes else ""
        if isinstance(error, Throttled):
            wait = error.retry_after or profile.number("pace.wait")
            return _made(Throttled, error, error.text, advice=_SLOWER, retry_after=wait)
        if isinstance(error, Unauthorised):
            advice = _CREDENTIALS if error.status == 401 else _COMPANY
            return _made(Unauthorised, error, error.text, advice=advice, code=code)
        if isinstance(error, NotFound):
            return _made(NotFound, error, told, advice=_GONE, code=code)
        if not isinstance(error, Rejected) or error.advice is not None:
            return error  # a fault of theirs, or another address: told well enough already
        meant = _consequence(refusal, profile)
        kind = SequenceUsed if meant is Consequence.USED else Rejected
        return _made(kind, error, told, advice=_ADVICE[meant], code=code, field=refusal.field)

    return explain


def _consequence(refusal: Refusal, profile: Profile) -> Consequence:
    """The code goes before the words, unless all it says is that it is something else."""
    table = profile.table("errors.codes")
    for code in refusal.codes:
        meant = Consequence(table.get(code, Consequence.OTHER))
        if meant is not Consequence.OTHER:
            return meant
    words = " ".join(refusal.said)
    for meant in Consequence:
        name = f"errors.words.{meant}"
        patterns = profile.texts(name) if name in profile.entries else ()
        if any(re.search(pattern, words, re.IGNORECASE) for pattern in patterns):
            return meant
    return Consequence.OTHER


def _made(kind: type[RemoteError], error: RemoteError, text: Text, **more: Any) -> RemoteError:
    """The same evidence under another kind."""
    return kind(text, **{**error.evidence(), **more})
