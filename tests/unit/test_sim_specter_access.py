"""Specter simulator: scripts, letters, keys, answer forms and faults (specter facts, sections 2 to 4 and 7)."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from bridge.sim.faults import Kind
from bridge.sim.specter import ApiUser
from tests.support.specter_account import Client, form, md5, parsed

CHECK = "checkAccountSettings"


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """An account at noon."""
    return Client(tmp_path)


def test_both_key_formulas_hold_by_the_accounts_mode(client: Client) -> None:
    """The key of the other version is wrong; v1 wants no user."""
    assert client.put(CHECK, {})[0] == "1"
    newer = client.key("")
    client.sim.account.version = 1
    assert client.put(CHECK, {}, apiUserId=None)[0] == "1"
    assert client.put(CHECK, {}, key=newer) == ["0", "9001", "Felaktig nyckel"]


def test_key_is_reckoned_as_the_two_public_clients_do(client: Client) -> None:
    """Written out once: no separators, lower-case hex, the integration's key outside."""
    options = client.sim.options
    inner = md5(options["api_user_key"] + options["sbm_id"] + "B1")
    key = md5(options["integration_key"] + inner)
    query = f"Action=getArticleExternalNeedUpdate&sbmId={options['sbm_id']}&batchNo=B1&key={key}&useXML=2"
    assert parsed(client.raw("getInfo.asp", query).content).findtext("APIresponse/result") == "1"
    upper = client.raw("getInfo.asp", query.replace(key, key.upper())).text
    assert "Felaktig nyckel" in upper


@pytest.mark.parametrize(
    ("head", "code"),
    [({"sbmId": "4712"}, "9002"), ({"sbmId": None}, "9002"), ({"key": None}, "9001"), ({"key": "0" * 32}, "9001"),
     ({"apiUserId": "18"}, "9001"), ({"useXML": "3"}, "9008")],
)  # fmt: skip
def test_who_is_not_known_is_refused(client: Client, head: dict[str, object], code: str) -> None:
    """With status 200, as every business error."""
    assert client.put(CHECK, {}, **head)[:2] == ["0", code]


def test_user_may_be_left_out_unless_the_account_wants_it(client: Client) -> None:
    """One form calls it optional."""
    assert client.put(CHECK, {}, apiUserId=None)[0] == "1"
    client.sim.account.user_id_required = True
    assert client.put(CHECK, {}, apiUserId=None)[1] == "9001"


def test_reading_and_writing_may_be_two_users(client: Client) -> None:
    """Each with rights of its own."""
    client.sim.account.users = {"17": ApiUser(key="r", writes=False), "18": ApiUser(key="w", reads=False)}
    assert client.put(CHECK, {})[1] == "9004"
    assert client.done("Article", "x")[1] == "9014"


def test_check_is_signed_as_the_account_says(client: Client) -> None:
    """By nothing, or by a parameter; and may not be there at all."""
    client.sim.account.check_signed_by = "sbmId"
    assert client.put(CHECK, {})[1] == "9001"
    assert client.put(CHECK, {}, key=client.key("4711"))[0] == "1"
    client.sim.account.knows_check = False
    assert client.put(CHECK, {}, key=client.key("4711"))[1] == "9003"


def test_actions_belong_to_their_script(client: Client) -> None:
    """And unknown scripts are a page with 404."""
    assert client.ask("getInfo.asp", "newOrderSubmit", {}).text.startswith("0;9003;")
    assert client.ask("putInfo.asp", "getOrdersExternalNeedUpdate", {}).text.startswith("0;9003;")
    assert client.ask("PUTINFO.ASP", CHECK, {}).text.startswith("1;")
    assert client.raw("other.asp", "").status_code == 404


def test_names_have_no_case_and_query_and_form_are_one(client: Client) -> None:
    """A whole order may be one GET, or its parts lie in both."""
    values = {
        "ACTION": "NEWCUSTOMERSUBMIT", "SBMID": "4711", "Key": client.key("Bo AB"),
        "NAME": "Bo AB", "EMAILADDRESS": "bo@example.com",
    }  # fmt: skip
    assert client.raw("putInfo.asp", form(values)).text.startswith("1;1001;")
    split = list(values.items())
    sent = client.raw("putInfo.asp", form(dict(split[3:])), form(dict(split[:3])))
    assert sent.text.startswith("1;1001;")
    assert client.raw("putInfo.asp", form(values) + "&name=Other").text.startswith("0;9008;")
    assert client.raw("putInfo.asp", form(values) + "&name=Bo+AB").text.startswith("1;")


def test_query_too_long_for_the_server_is_404(client: Client) -> None:
    """Which is why an order goes in the form."""
    assert client.raw("putInfo.asp", "x=" + "y" * 2048).status_code == 404


def test_letters_are_latin_1_both_ways(client: Client) -> None:
    """What is sent so is kept so; answers are bytes of it too."""
    client.customer(name="Åsöga Ärta é ß")
    assert client.sim.customers.kept()[0].name == "Åsöga Ärta é ß"
    assert "är använt" not in client.ask("putInfo.asp", CHECK, {}).content.decode("iso-8859-1")
    raw = client.ask("getInfo.asp", "updateOrdersFromBatch", {"batchNo": "x"}).content
    assert "Okänd".encode("iso-8859-1") in raw


@pytest.mark.parametrize(
    "value", ["%C3%85s%C3%B6", "%E2%82%AC", "%u0142", "%80", "%00", "%5", "%F0%9F%98%80"]
)
def test_other_letters_are_refused(client: Client, value: str) -> None:
    """UTF-8, scripts' escapes, windows-1252, control characters, half an escape."""
    sent = client.raw("putInfo.asp", "action=newCustomerSubmit", f"name={value}")
    assert sent.text.startswith("0;9005;")


def test_form_may_not_say_it_is_utf_8(client: Client) -> None:
    """Its own charset may be told; a body that is no form is not read."""
    kind = "application/x-www-form-urlencoded"
    query = form({"action": CHECK, "sbmId": "4711", "key": client.key("")})
    heads = {"Content-Type": f"{kind}; charset=utf-8"}
    assert client.raw("putInfo.asp", query, "", **heads).text.startswith("0;9005;")
    heads = {"Content-Type": f"{kind}; charset=ISO-8859-1"}
    assert client.raw("putInfo.asp", query, "", **heads).text.startswith("1;")
    json = client.raw("putInfo.asp", "", query, **{"Content-Type": "application/json"})
    assert json.text.startswith("0;9003;")


def test_guard_against_utf_8_can_be_taken_away(client: Client) -> None:
    """Then it is what the real one would do: mojibake."""
    client.sim.account.guards_utf8 = False
    values = {
        "action": "newCustomerSubmit",
        "sbmId": "4711",
        "key": client.key(""),
        "emailAddress": "a@example.com",
    }
    assert client.raw("putInfo.asp", form(values), "name=%C3%96").text.startswith(
        "0;9005;"
    )  # 96 is no letter
    values["key"] = client.key("Ã¶")
    assert client.raw("putInfo.asp", form(values), "name=%C3%B6").text.startswith("1;")
    assert client.sim.customers.kept()[0].name == "Ã¶"


def test_key_is_reckoned_over_tidy_text(client: Client) -> None:
    """Trimmed, and no double spaces: a client does so before it signs."""
    assert client.put("newCustomerSubmit", {"name": " Bo  AB ", "emailAddress": "b@example.com"})[1] == "9001"
    sent = client.put(
        "newCustomerSubmit", {"name": " Bo  AB ", "emailAddress": "b@example.com"}, key=client.key("Bo AB")
    )
    assert sent[0] == "1"
    assert client.sim.customers.kept()[0].name == "Bo AB"


def test_unknown_parameter_is_refused_unless_the_account_takes_it(client: Client) -> None:
    """A slip of the pen must show in a test."""
    assert client.put(CHECK, {"wesbhopId": "1"}) == ["0", "9006", "Okänd parameter: wesbhopid"]
    client.sim.account.more_parameters = {"wesbhopid"}
    assert client.put(CHECK, {"wesbhopId": "1"})[0] == "1"
    client.sim.account.refuses_unknown = False
    assert client.put(CHECK, {"other": "1"})[0] == "1"


def test_xml_answer_has_the_response_element(client: Client) -> None:
    """useXML=2; any other value leaves the line of text."""
    answer = client.ask("putInfo.asp", CHECK, {}, useXML="2")
    tree = parsed(answer.content)
    assert [(each.tag, each.text) for each in tree[0]][:2] == [("result", "1"), ("code", "4711")]
    assert tree[0].tag == "APIresponse"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='iso-8859-1'?>")
    assert "ä".encode("iso-8859-1") in answer.content
    assert client.ask("putInfo.asp", CHECK, {}, useXML="1").text.startswith("1;4711;")


def test_script_that_falls_over_shows_a_page(client: Client) -> None:
    """With 500 or 200, before or after its work; and an empty answer."""
    client.sim.asp_fault()
    broken = client.ask("putInfo.asp", CHECK, {})
    assert (broken.status_code, "VBScript" in broken.text) == (500, True)
    client.sim.asp_fault(status=200, work=True)
    values = {"name": "Bo AB", "emailAddress": "bo@example.com"}
    assert client.ask("putInfo.asp", "newCustomerSubmit", values).status_code == 200
    assert [each.name for each in client.sim.customers.kept()] == ["Bo AB"]
    client.sim.faults.add(Kind.ANSWER, status=200)
    assert client.ask("putInfo.asp", CHECK, {}).content == b""


def test_log_has_every_request_and_no_secret(client: Client) -> None:
    """Nor the key of a call."""
    client.customer()
    entry = client.sim.log[-1]
    assert (entry["method"], entry["path"]) == ("POST", "/putInfo.asp")
    assert entry["body"]["name"] == "Åsöga AB"
    assert "key=..." in entry["query"]
    assert not any(secret in str(client.sim.log) for secret in client.sim.secrets)
    assert client.key("Åsöga AB") not in str(client.sim.log)


def test_watchers_see_request_and_answer(client: Client) -> None:
    """Of this simulator, and of all of them."""
    seen, every = [], []
    client.sim.watchers.append(seen.append)
    type(client.sim).watching.append(every.append)
    try:
        client.put(CHECK, {})
        client.sim.watched = False
        client.put(CHECK, {"x": "1"})
    finally:
        type(client.sim).watching.remove(every.append)
    assert [each.answer[:2] for each in seen] == ["1;", "0;"]
    assert len(every) == 1


def test_options_lead_here_in_both_versions(client: Client) -> None:
    """Every secret of them is told as one."""
    newer = client.sim.options
    client.sim.account.version = 1
    older = client.sim.options
    assert newer["base_url"] == older["base_url"] == "https://specter.example"
    assert {newer["api_user_key"], newer["integration_key"]} <= set(client.sim.secrets)
    assert {older["md5_key_1"], older["md5_key_2"]} <= set(client.sim.secrets)


def test_refused_line_is_a_line_that_nobody_answers(client: Client) -> None:
    """The faults of the other simulators are here too."""
    client.sim.faults.add(Kind.REFUSE)
    with pytest.raises(requests.ConnectionError):
        client.put(CHECK, {})
