"""What Fortnox' refusals mean and what the owner can do: one table by code (fortnox facts, section 5).

Their messages are Swedish and change, so only the code decides; the message is shown, as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bridge.erps.fortnox.options import CONNECT
from bridge.erps.fortnox.reading import either, text
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Throttled, Transient, Unauthorised
from bridge.model.texts import Text, say
from bridge.transport import Reply, parse_json

__all__ = ["ALREADY_PAID", "NOT_FOUND", "NUMBER_TAKEN", "explain", "is_stale"]

ALREADY_PAID: Final = "2003055"
NUMBER_TAKEN: Final = "2000637"
"""A customer number in use, also by a customer who was deleted."""

NOT_FOUND: Final[Mapping[str, str]] = {
    "2000428": "articles", "2000433": "customers", "2000434": "invoices", "2000439": "orders",
    "2000429": "termsofpayments", "2000432": "units", "2001161": "projects", "2000423": "accounts",
}  # fmt: skip
"""The code for "there is none" of each register [L]; a 400 as well as a 404 [1 woohub]."""

_STALE: Final = frozenset({"2000310", "2000311"})
"""Login failed, token missing or wrong [D]: the same as a plain 401."""
_NO_ACCESS: Final = frozenset({*_STALE, "2001101", "2001103"})
_THEIR_FAULT: Final = "1000003"
"""A system exception on their side [D]: nobody knows how far it had come."""

_WAIT: Final = 6
"""Seconds after a 429. It never says how long; the window is 5 s (section 3 [D]), and a second for the road [I]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What a code is about and what to do."""

    advice: Text
    field: str = ""


_OUR_MISTAKE: Final = _Meaning(
    advice=say(
        "This is a mistake in the bridge, not in your settings. Please report it, with the line above."
    )
)
_NUMBERS: Final = _Meaning(
    advice=say(
        "A number, a code or an address in the order is written in a way Fortnox does not take. Look at the texts of "
        "the order in the shop, mend it there, then press Retry."
    )
)
_ACCOUNT: Final = _Meaning(
    field="AccountNumber",
    advice=say(
        "Make the account active in Fortnox under Register > Kontoplan, for the year of the order, or correct it "
        "under [accounts], [payments] or on the article. Then press Retry."
    ),
)
_RATE: Final = _Meaning(
    field="VAT",
    advice=say(
        "Set up the VAT rate in Fortnox with a VAT code and an account of its own, and name that account under "
        "[accounts]. Then press Retry."
    ),
)

_CODES: Final[Mapping[str, _Meaning]] = {
    **dict.fromkeys(
        ("1000030", "1000031", "2000587", "2000588", "2000729", "2001392", "2001399", "2001740", "2002115"),
        _OUR_MISTAKE,
    ),
    **dict.fromkeys(("2000106", "2000107", "2000108", "2000134"), _NUMBERS),
    "2000359": _Meaning(
        advice=say(
            "One of the texts has a letter that Fortnox does not take. Take it away, then press Retry."
        )
    ),
    "2000423": _ACCOUNT,
    "2001304": _ACCOUNT,
    "2000428": _Meaning(
        field="ArticleNumber",
        advice=say("Make the article in Fortnox with exactly the shop's article number, then press Retry."),
    ),
    "2000433": _Meaning(
        field="CustomerNumber",
        advice=say("The customer is not in Fortnox any more. Press Retry: it is looked for or made anew."),
    ),
    "2000434": _Meaning(advice=say("Look for the invoice in Fortnox. Then press Retry.")),
    "2000439": _Meaning(advice=say("Look for the order in Fortnox. Then press Retry.")),
    "2000429": _Meaning(
        field="TermsOfPayment",
        advice=say(
            "Make these terms of payment in Fortnox, or correct terms: under [payments]. Then press Retry."
        ),
    ),
    "2000432": _Meaning(
        field="Unit", advice=say("Make the unit in Fortnox, or correct unit under [erp]. Then press Retry.")
    ),
    "2001161": _Meaning(
        field="Project",
        advice=say("Make the project in Fortnox, or correct project under [shop]. Then press Retry."),
    ),
    NUMBER_TAKEN: _Meaning(
        field="CustomerNumber",
        advice=say(
            "The number belongs to another customer, perhaps a deleted one. Press Retry for the next number."
        ),
    ),
    "2000947": _Meaning(
        field="CostCenter",
        advice=say(
            "Make the cost centre active in Fortnox, or correct result_unit under [shop]. Then press Retry."
        ),
    ),
    "2001101": _Meaning(
        advice=say(
            "The company has no Fortnox licence for this, or the consent does not cover it. Order the licence, then "
            "connect again with: {command}",
            command=CONNECT,
        )
    ),
    "2001103": _Meaning(advice=say("Order the licence for integrations in Fortnox (Integration).")),
    "2002980": _NUMBERS,
    "2003157": _NUMBERS,
    "2004021": _NUMBERS,
    ALREADY_PAID: _Meaning(advice=say("The invoice is paid in Fortnox already. Nothing need be done.")),
    "2003977": _Meaning(
        field="Description",
        advice=say("A row has neither text nor article. Give it a name in the shop, then press Retry."),
    ),
    "2004167": _Meaning(
        field="AccountNumber",
        advice=say(
            "The company has simple VAT switched on, and then every foreign rate needs an account of its own: name "
            "it under [accounts], like sales_DE_19. Then press Retry."
        ),
    ),
}

_SIGNS: Final[tuple[tuple[str, _Meaning], ...]] = (
    ("kostnadsställe", _CODES["2000947"]),
    ("moms", _RATE),
    ("konto", _ACCOUNT),
    (
        "valuta",
        _Meaning(
            field="Currency", advice=say("Set up the currency in Fortnox under Register, then press Retry.")
        ),
    ),
    (
        "räkenskapsår",
        _Meaning(advice=say("Make the financial year of the order's date in Fortnox, then press Retry.")),
    ),
    (
        "leveranssätt",
        _Meaning(
            field="WayOfDelivery",
            advice=say(
                "Make the way of delivery in Fortnox, or correct delivery: under [shipping]; it may also stand on "
                "the customer's card. Then press Retry."
            ),
        ),
    ),
    (
        "betalningssätt",
        _Meaning(advice=say("Make the way of payment in Fortnox, or correct mode: under [payments].")),
    ),
    ("artikel", _CODES["2000428"]),
)
"""For refusals whose code nobody has captured (section 5, last row): words in their message. A hint, no more."""

_LOOK: Final = say("Fortnox' own words say what it is. Mend it there or in the shop, then press Retry.")
_BUSY: Final = say("Fortnox has a fault of its own. The bridge waits and goes on by itself.")
_SLOWER: Final = say(
    "Fortnox takes 300 calls a minute. The bridge waits; another program may be calling as well."
)
_ELSEWHERE: Final = say("Remove base_url under [erp]: the usual address is then used.")
_RECONNECT: Final = say(
    "Connect again with: {command}. Every order waits and nothing is lost.", command=CONNECT
)
_CONSENT: Final = say(
    "The person who gave the consent may not see or change this in Fortnox, or the consent does not cover it. "
    "Connect again with: {command}",
    command=CONNECT,
)


def explain(reply: Reply, error: RemoteError) -> RemoteError:
    """A better error than the status alone gives: Fortnox' own code and words, and what to do."""
    body = _body(reply.body)
    found = either(body, "ErrorInformation")
    code = text(either(found, "Code"))
    said = reply.redact.excerpt(text(either(found, "Message") or either(body, "Message")).encode())
    if isinstance(error, Throttled):
        return _made(
            Throttled, error, error.text, advice=_SLOWER, code=code, retry_after=error.retry_after or _WAIT
        )
    if code in _NO_ACCESS or isinstance(error, Unauthorised):
        advice = _CODES[code].advice if code in _CODES else _CONSENT if reply.status == 403 else _RECONNECT
        return _made(
            Unauthorised, error, _said(said, code) if found else error.text, advice=advice, code=code
        )
    if code == _THEIR_FAULT or isinstance(error, Transient):
        kind = Transient if reply.safe else LostReply
        wait = error.retry_after if isinstance(error, Transient) else None
        return _made(kind, error, error.text, advice=_BUSY, code=code, retry_after=wait)
    if not code:
        return _without_code(reply, error)
    meaning = _meaning(code, said)
    if _asked_for(reply, code) if code in NOT_FOUND else isinstance(error, NotFound):
        return _made(NotFound, error, _said(said, code), advice=meaning.advice, code=code)
    return _made(Rejected, error, _said(said, code), advice=meaning.advice, code=code, field=meaning.field)


def is_stale(refused: Unauthorised) -> bool:
    """Whether a new token may help: 401 has no code of theirs (section 5 [L]), and two codes say the same."""
    return refused.status == 401 or refused.code in _STALE


def _without_code(reply: Reply, error: RemoteError) -> RemoteError:
    """Not Fortnox' way of refusing: it may not be Fortnox at all, and then nothing was asked of it."""
    if isinstance(error, NotFound):
        return _made(
            Transient, error, say("There is no interface of Fortnox at this address."), advice=_ELSEWHERE
        )
    words = reply.redact.excerpt(reply.body)
    if isinstance(error, Rejected) and reply.status >= 400 and words:
        return _made(
            Rejected, error, say("Fortnox refused it: {said}", said=words), advice=error.advice or _LOOK
        )
    return error


def _asked_for(reply: Reply, code: str) -> bool:
    """Whether the missing thing is the one the call is about, not one that its body names."""
    register = NOT_FOUND[code]
    method, _, path = reply.call.partition(" ")
    return method == "GET" or f"/{register}/" in f"{path}/"


def _meaning(code: str, said: str) -> _Meaning:
    """A code that only says "this value is wrong" tells less than a word in the message."""
    known = _CODES.get(code)
    if known is not None and known is not _NUMBERS:
        return known
    lowered = said.lower()
    return next((meaning for word, meaning in _SIGNS if word in lowered), known or _Meaning(advice=_LOOK))


def _said(said: str, code: str) -> Text:
    return say("Fortnox says: {said} (its code {code})", said=said or "–", code=code or "–")


def _body(written: bytes) -> Any:
    try:
        return parse_json(written)
    except ValueError:
        return {}


def _made(
    kind: type[RemoteError],
    error: RemoteError,
    what: Text,
    *,
    advice: Text | None,
    code: str = "",
    **more: Any,
) -> RemoteError:
    return kind(what, **{**error.evidence(), "code": code}, advice=advice, **more)
