"""e-conomic simulator: the two shapes of a refusal, and amounts written digit for digit (facts, sections 3 and 6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.sim.economic.errors import Refusal
from bridge.sim.economic.wire import decoded, dumps, encoded, lean, loads
from tests.support.economic_client import Client, document, line

WRONG = document(line("NO-SUCH"), line(price=1.234), currency="ISK")


def test_newer_shape_is_the_recorded_one() -> None:
    """Code and count at the top; leaves with propertyName and inputValue; lists under ``items``."""
    body = Client().refused("POST", "/orders/drafts", WRONG)
    assert (body["errorCode"], body["errorCount"], body["httpStatusCode"]) == ("E04300", 3, 400)
    assert body["logTime"] == "2026-11-21T12:00:00"
    (currency,) = body["errors"]["currency"]["errors"]
    assert currency == {
        "propertyName": "currency",
        "errorMessage": "Currency 'ISK' not found.",
        "errorCode": "E06000",
        "inputValue": "ISK",
        "developerHint": "Find a list of currencies at https://economic.example/currencies .",
    }
    first, second = body["errors"]["lines"]["items"]
    assert (first["arrayIndex"], first["product"]["errors"][0]["inputValue"]) == (0, "NO-SUCH")
    assert (second["arrayIndex"], second["unitNetPrice"]["errors"][0]["errorCode"]) == (1, "E04740")


def test_older_shape_is_the_documented_one() -> None:
    """No code, no count; leaves with message and value; lists bare."""
    client = Client()
    client.sim.old_errors = True
    assert client.sim.old_errors
    body = client.refused("POST", "/orders/drafts", WRONG)
    assert "errorCode" not in body
    assert "errorCount" not in body
    first, _second = body["errors"]["lines"]
    (leaf,) = first["product"]["errors"]
    assert set(leaf) == {"errorCode", "message", "value", "developerHint"}
    assert (first["arrayIndex"], leaf["value"]) == (0, "NO-SUCH")


def test_each_refusal_has_its_own_log_id() -> None:
    """Support asks for it."""
    client = Client()
    ids = {client.refused("GET", "/nothing", status=404)["logId"] for _ in range(3)}
    assert len(ids) == 3


def test_amounts_keep_their_digits() -> None:
    """A point always, never a power of ten; read back as they were."""
    written = dumps({"a": Decimal("253.04"), "b": Decimal(80), "c": Decimal("1E+3"), "d": [1, "å", True]})
    assert written == '{"a":253.04,"b":80.0,"c":1000.0,"d":[1,"å",true]}'
    assert loads(written.encode())["a"] == Decimal("253.04")
    with pytest.raises(Refusal):
        loads(b"\xff")


def test_nulls_and_falses_are_left_out() -> None:
    """In every depth; nothing and zero stay."""
    assert lean({"a": None, "b": False, "c": [{"d": None, "e": 0}], "f": ""}) == {"c": [{"e": 0}], "f": ""}


@pytest.mark.parametrize("text", ["<>*%:&/\\_ ?.#+", "_", "_9_", "a_1b", "åäö-€", ""])
def test_encoding_is_undone(text: str) -> None:
    """For every character of the table."""
    assert decoded(encoded(text)) == text


@pytest.mark.parametrize("text", ["a_b", "_14_", "a b", "_"])
def test_what_must_be_encoded_is_refused(text: str) -> None:
    """404: there is no such address."""
    with pytest.raises(Refusal) as caught:
        decoded(text)
    assert caught.value.status == 404
