from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.erps.fortnox.errors import _CODES, explain, is_stale
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Throttled, Transient, Unauthorised
from bridge.transport import Reply
from bridge.transport.failures import after_status


def explained(status: int, body: Any, *, call: str = "POST /3/orders", safe: bool = False) -> RemoteError:
    """What an answer of Fortnox becomes."""
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = Reply(status=status, headers={}, body=written, channel="erp", call=call, safe=safe)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return explain(reply, after_status(status, {}, safe=safe, now=now, channel="erp", call=call))


def information(code: int, message: str = "Fel.", *, capital: bool = False) -> dict[str, Any]:
    """ErrorInformation in one of its two casings."""
    if capital:
        return {"ErrorInformation": {"Error": 1, "Message": message, "Code": code}}
    return {"ErrorInformation": {"error": 1, "message": message, "code": code}}


@pytest.mark.parametrize("casing", ["capital", "small"])
def test_both_casings_are_read(casing: str):
    """Capital keys in a 404, small ones in a 400 (fortnox facts, section 5 [L])."""
    error = explained(400, information(2001304, "Kunde inte hitta konto.", capital=casing == "capital"))
    assert isinstance(error, Rejected)
    assert (error.code, error.field) == ("2001304", "AccountNumber")
    assert str(error.text) == "Fortnox says: Kunde inte hitta konto. (its code 2001304)"
    assert "Kontoplan" in str(error.advice)


@pytest.mark.parametrize("code", sorted(_CODES))
def test_every_code_has_a_remedy_in_plain_words(code: str):
    """And the vendor's own words beside it, so that its support knows what we talk of."""
    error = explained(400, information(int(code), "Så här är det."))
    assert error.advice is not None
    assert error.code == code
    assert "Så här är det." in str(error.text)


@pytest.mark.parametrize("code", [2001101, 2001103, 2000310, 2000311])
def test_missing_licence_or_login_is_no_fault_of_the_order(code: int):
    """Every order would meet it: the channel rests, and none is parked."""
    for status in (400, 403):
        assert isinstance(explained(status, information(code)), Unauthorised)


def test_plain_401_is_stale_and_403_is_not():
    """A new token helps against the first only."""
    first = explained(401, {"message": "unauthorized"})
    assert isinstance(first, Unauthorised)
    assert is_stale(first)
    assert "bridge connect fortnox" in str(first.advice)
    second = explained(403, information(2000663, "Har inte behörighet för scope."))
    assert isinstance(second, Unauthorised)
    assert not is_stale(second)
    assert "bridge connect fortnox" in str(second.advice)
    login = explained(403, information(2000311, "Kan inte logga in."))
    assert isinstance(login, Unauthorised)
    assert is_stale(login)


@pytest.mark.parametrize("status", [400, 500])
def test_their_own_exception_leaves_writing_in_doubt(status: int):
    """1000003: nobody knows how far it had come."""
    assert isinstance(explained(status, information(1000003), safe=False), LostReply)
    assert type(explained(status, information(1000003), safe=True)) is Transient


def test_server_fault_leaves_writing_in_doubt():
    """500 and 502 to 504 without a word."""
    for status in (500, 502, 503, 504):
        assert isinstance(explained(status, b"oops", safe=False), LostReply)
        assert type(explained(status, b"oops", safe=True)) is Transient


def test_unknown_code_is_told_in_fortnox_words():
    """Never swallowed, never guessed."""
    error = explained(400, information(2999999, "Något nytt."))
    assert isinstance(error, Rejected)
    assert "Något nytt." in str(error.text)
    assert "2999999" in str(error.text)
    assert error.advice


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("Kostnadsställe måste anges för konto 3001", "cost centre"),
        ("Kunde inte hämta/hitta moms", "VAT"),
        ("Inköpskonto inte uppdaterat. Kontot 4000 existerar inte", "account"),
        ("Kunde inte hämta/hitta leveranssätt", "way of delivery"),
        ("Valutan finns inte", "currency"),
        ("Räkenskapsår saknas", "financial year"),
        ("Betalningssätt saknas", "way of payment"),
        ("Artikeln är inaktiv", "article"),
    ],
)
def test_message_without_known_code_gives_a_hint(message: str, word: str):
    """Where nobody has captured the code, the words of the message point the way (section 5, last row)."""
    error = explained(400, information(2111111, message))
    assert isinstance(error, Rejected)
    assert word in str(error.advice)


def test_throttled_waits_a_window():
    """No Retry-After is documented (section 3)."""
    error = explained(429, {"message": "Too Many Requests"})
    assert isinstance(error, Throttled)
    assert error.retry_after == 6


def test_refusal_without_their_envelope_is_shown_as_it_is():
    """A firewall's page, or the warehouse's own shape of errors."""
    error = explained(400, {"error": "BAD", "id": "1", "message": "no such stock point"})
    assert isinstance(error, Rejected)
    assert "no such stock point" in str(error.text)
    assert isinstance(explained(400, b""), Rejected)


def test_no_personal_data_comes_through_in_their_words():
    """A message may quote what was sent."""
    error = explained(400, information(2000359, "Ogiltigt tecken i eva.berg@example.se"))
    assert "eva.berg" not in str(error.text) + error.excerpt


def test_codes_may_be_text():
    """Types wobble."""
    body = {"ErrorInformation": {"Error": "1", "Message": "Kan inte hitta ordern.", "Code": "2000439"}}
    assert isinstance(explained(404, body, call="GET /3/orders/9", safe=True), NotFound)
    assert isinstance(explained(404, body, call="PUT /3/orders/9/cancel"), NotFound)
    assert isinstance(explained(404, body, call="PUT /3/invoices/9"), Rejected)
