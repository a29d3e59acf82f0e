"""Specter simulator: whatever is sent, it answers in one of its own forms and keeps nothing that is wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.support.specter_account import Client, form

ACTIONS = (
    "newCustomerSubmit", "newArticleSubmit", "newOrderSubmit", "checkAccountSettings", "updateOrdersFromBatch",
    "getArticleExternalNeedUpdate", "getArticleInfoExternalNeedUpdate", "getOrdersExternalNeedUpdate",
)  # fmt: skip
NAMES = (
    "customerId", "externalOrderNo", "articleNo_1", "articleNo_2", "name_1", "noOfItems_1", "priceExclVAT_1",
    "vatPercent_1", "name", "emailAddress", "orgNo", "identifyByCustomerId", "batchNo", "useXML", "orderDate",
    "stocksiteid", "getMultipleStocksites", f"articleNo_{'9' * 5000}", "_1", "x",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["", "0", "1", "2", "-1", "1001", "MUG", "1.5", "2026-11-21", "9" * 5000]),
    st.text(st.characters(max_codepoint=255), max_size=12),
)


@given(body=st.binary(max_size=60), query=st.binary(max_size=30))
def test_any_bytes_are_answered(body: bytes, query: bytes) -> None:
    """Nobody who comes without a key gets further than a refusal."""
    with tempfile.TemporaryDirectory() as folder:
        client = Client(Path(folder))
        sent = client.sim.app.test_client().post(
            "/putInfo.asp",
            data=body,
            query_string=query.decode("latin-1"),
            content_type="application/x-www-form-urlencoded",
        )
        assert sent.status_code == 200
        assert sent.data.startswith(b"0;90")


@given(action=st.sampled_from(ACTIONS), values=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=9))
def test_any_signed_call_is_answered(action: str, values: dict[str, str]) -> None:
    """Done or refused, never a fault of the simulator's own; and it starts again from what it kept."""
    with tempfile.TemporaryDirectory() as folder:
        client = Client(Path(folder))
        client.customer()
        known = {"action": action, "sbmId": "4711", "key": signature(client, action, values)}
        script = "putInfo.asp" if action.startswith(("new", "check")) else "getInfo.asp"
        sent = client.raw(script, form(known), form(values))
        assert sent.status_code == 200
        assert sent.content[:2] in (b"0;", b"1;", b"<?", b"ar")
        before = (client.sim.booked(), client.sim.customers.kept(), client.sim.goods.numbers())
        client.start()
        assert (client.sim.booked(), client.sim.customers.kept(), client.sim.goods.numbers()) == before


def signature(client: Client, action: str, values: dict[str, str]) -> str:
    """Of what signs the action."""
    if action == "newCustomerSubmit":
        value = values.get("name", "")
    else:
        names = {
            "newArticleSubmit": "articleNo_1",
            "newOrderSubmit": "customerId",
            "checkAccountSettings": "",
        }
        value = values.get(names.get(action, "batchNo"), "")
    while "  " in value:
        value = value.replace("  ", " ")
    return client.key(value.strip())
