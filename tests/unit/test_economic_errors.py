"""e-conomic: refusals in plain words, by what to do next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.erps.economic.errors import explain, leaves
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Throttled, Transient, Unauthorised
from bridge.model.texts import say
from bridge.transport import Reply
from bridge.transport.failures import after_status

LEAF = {"propertyName": "paymentTerms", "errorMessage": "PaymentTerms '4711' not found.", "errorCode": "E07080",
        "inputValue": 4711, "developerHint": "Find a list."}  # fmt: skip
OLD = {"errorCode": "E04740", "message": "scale cannot be greater than two decimal places", "value": 10.12345}
NEW = {"propertyName": "unit", "errorMessage": "Unit '9' not found.", "errorCode": "E06000", "inputValue": 9}


def refused(errors: Any, *, status: int = 400, safe: bool = False, **more: Any) -> RemoteError:
    """What becomes of such an answer."""
    body = {
        "message": "Validation failed.",
        "errorCode": "E04300",
        "logId": "86d2a1f1-CPH",
        "errors": errors,
        **more,
    }
    return answered(json.dumps(body).encode(), status=status, safe=safe)


def answered(body: bytes, *, status: int, safe: bool = False) -> RemoteError:
    """What becomes of such a body."""
    from bridge.clock import ManualClock

    reply = Reply(status=status, headers={}, body=body, channel="erp", call="POST /orders/drafts", safe=safe)
    plain = after_status(
        status, {}, safe=safe, now=ManualClock().now(), channel="erp", call="POST /orders/drafts", excerpt="…"
    )
    return explain(reply, plain)


def test_newer_leaf_of_the_head() -> None:
    """As recorded in 2024: code, words, log id and what to do."""
    error = refused({"paymentTerms": {"errors": [LEAF]}})
    assert isinstance(error, Rejected)
    assert (error.code, error.field, error.request_id) == ("E07080", "paymentTerms", "86d2a1f1-CPH")
    assert "terms of payment: PaymentTerms '4711' not found (E07080)." in str(error)
    assert "payment_terms in [erp]" in str(error.advice)


@pytest.mark.parametrize(
    "lines",
    [
        [{"arrayIndex": 2, "unitNetPrice": {"errors": [OLD]}}],
        {"items": [{"arrayIndex": 2, "unitNetPrice": {"errors": [OLD]}}]},
    ],
)
def test_leaf_of_a_row_names_the_row(lines: Any) -> None:
    """Counted from 1, in both shapes a list has."""
    error = refused({"lines": lines})
    assert isinstance(error, Rejected)
    assert "row 3, price: scale cannot be greater than two decimal places (E04740)." in str(error)
    assert error.field == "lines.unitNetPrice"
    assert "fault in the bridge" in str(error.advice)


def test_leaf_below_a_leaf_and_beside_it() -> None:
    """A node may have faults of its own and of its parts."""
    tree = {
        "recipient": {"errors": [NEW], "vatZone": {"errors": [LEAF]}},
        "lines": [{"arrayIndex": 0, "errors": [NEW]}],
    }
    found = list(leaves(tree))
    assert [each.field for each in found] == ["recipient", "recipient.vatZone", "lines"]
    assert [each.row for each in found] == [None, None, 1]


@pytest.mark.parametrize("tree", [None, "nonsense", 7, [], {}, {"lines": [None, 3]}, {"a": {"b": {"c": 1}}}])
def test_tree_of_no_known_form_is_passed_over(tree: Any) -> None:
    """The sentence at the top is told instead."""
    assert list(leaves(tree)) == []
    error = refused(tree)
    assert "Validation failed." in str(error)
    assert error.code == "E04300"


def test_many_faults_are_counted() -> None:
    """Four are told, the rest is a number."""
    rows = [{"arrayIndex": place, "unit": {"errors": [NEW]}} for place in range(9)]
    error = refused({"lines": rows})
    assert "row 4, unit" in str(error)
    assert "row 5" not in str(error)
    assert "And 5 more." in str(error)


def test_missing_thing_is_advised_by_its_field() -> None:
    """E06000 says only that something does not exist."""
    article = {**NEW, "propertyName": "product"}
    error = refused({"lines": [{"arrayIndex": 0, "product": {"errors": [article]}}]})
    assert "Make the article in e-conomic" in str(error.advice)
    assert "bridge check" in str(refused({"layout": {"errors": [NEW]}}).advice)
    assert refused({"somethingNew": {"errors": [{"message": "Odd"}]}}).advice is None


def test_persons_are_not_repeated() -> None:
    """e-conomic repeats what it refuses, and that may be somebody's."""
    leaf = {**LEAF, "errorMessage": "Email 'anna@example.com' of 19811218-9876 is wrong", "errorCode": ""}
    told = str(refused({"email": {"errors": [leaf]}}))
    assert "anna@" not in told
    assert "9876" not in told
    assert told.endswith("is wrong.")


def test_code_of_the_newer_services() -> None:
    """They say ``code``, and 409 where somebody else was faster."""
    error = answered(
        json.dumps({"message": "Version conflict", "code": "E1", "property": "version"}).encode(), status=409
    )
    assert isinstance(error, Rejected)
    assert (error.code, str(error)) == ("E1", "e-conomic refused it: Version conflict")


def test_revoked_grant() -> None:
    """Every call is 401 then (section 2)."""
    error = answered(b"", status=401, safe=True)
    assert isinstance(error, Unauthorised)
    assert "bridge connect economic" in str(error.advice)


def test_missing_role() -> None:
    """403."""
    error = answered(b"{}", status=403)
    assert isinstance(error, Unauthorised)
    assert "role" in str(error)
    assert "SuperUser" in str(error.advice)


def test_absent() -> None:
    """404: not there, or not any more."""
    assert isinstance(answered(b"", status=404, safe=True), NotFound)


@pytest.mark.parametrize(
    ("status", "safe", "kind"),
    [(429, False, Throttled), (500, True, Transient), (500, False, LostReply), (503, False, LostReply)],
)
def test_what_passes_by_itself_keeps_its_doubt(status: int, safe: bool, kind: type[RemoteError]) -> None:  # noqa: FBT001
    """A 500 to a POST may have been carried out (a look-up comes first)."""
    error = refused(None, status=status, safe=safe, errorCode="E99")
    assert type(error) is kind
    assert error.advice is not None
    assert (error.code, error.request_id) == ("E99", "86d2a1f1-CPH")


def test_refusal_that_is_no_json() -> None:
    """A proxy's page: the status is told."""
    error = answered(b"<html>no</html>", status=415)
    assert isinstance(error, Rejected)
    assert "HTTP 415" in str(error)


def test_redirect_is_left_as_it_is() -> None:
    """Transport has told where to."""
    plain = Rejected(say("elsewhere"), status=302)
    reply = Reply(status=302, headers={}, body=b"")
    assert explain(reply, plain) is plain
