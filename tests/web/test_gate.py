from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.errors import StoreError
from bridge.web.front import HEADERS
from tests.web.site import PASSWORD, Site, a_site, csrf, post

PAGES = (
    "/", "/outbox", "/outbox?state=parked", "/outbox/confirm?do=retry", "/outbox/confirm?do=all-drop", "/entry/1",
    "/entry/1/preview", "/skipped", "/order/main/500", "/order/main/500/preview",
)  # fmt: skip
ACTS = (
    "/outbox/act", "/entry/1/retry", "/entry/1/drop", "/entry/1/settle", "/entry/1/choose",
    "/order/main/500/send", "/resume", "/logout",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_page_is_for_people_logged_in(site: Site, path: str) -> None:
    """A stranger gets the login form and not a word of the shop; a person gets the page."""
    site.parked()
    site.skipped()
    answer = site.client().get(path)
    assert answer.status_code == 401
    assert "TVAL" not in answer.text
    assert site.person().get(path).status_code == 200


def test_every_route_is_in_these_lists(site: Site) -> None:
    """A new page or action can't be forgotten here: open ones are named one by one."""
    known = {path.partition("?")[0] for path in (*PAGES, *ACTS)}
    found = set()
    for rule in site.app.url_map.iter_rules():
        path = rule.rule.replace("<int:number>", "1").replace("<shop>", "main").replace("<order_id>", "500")
        found.add(path)
    called = {"/health", "/ready", "/ping/erp/<secret>"}
    assert found == known | called | {"/login", "/language", "/static/<path:filename>"}


@pytest.mark.parametrize("path", ACTS)
def test_action_refuses_whatever_is_not_a_form_of_ours(site: Site, path: str) -> None:
    """No token, a wrong one, somebody else's, a foreign or hidden origin, or GET: nothing changes."""
    number = site.parked()
    site.skipped()
    person, other = site.person(), site.person("Bo")
    token = csrf(person.get("/").text)
    good = {"csrf": token, "reason": "why", "number": "1", "do": "drop", "whole": "1", "count": "1"}
    assert site.client().post(path, data=good).status_code == 401
    for bad in ("", "0" * 64, "å", csrf(other.get("/").text)):
        assert person.post(path, data={**good, "csrf": bad}).status_code == 403
    for origin in ("https://evil.example", "null", "http://localhost:9999", "http://[", "ftp://localhost"):
        assert person.post(path, data=good, headers={"Origin": origin}).status_code == 403
    assert person.post(path, data=good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    answer = person.get(path)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert site.state(number) == "parked"
    assert site.bridge.operator.sent == []
    assert person.get("/").status_code == 200


@pytest.mark.parametrize("origin", ["http://localhost", "http://LOCALHOST:80", None])
def test_action_from_our_own_page_is_taken(site: Site, origin: str | None) -> None:
    """The browser's own word for our page, or none at all from an old one, is fine."""
    number = site.parked()
    headers = {"Origin": origin} if origin else {}
    answer = post(site.person(), f"/entry/{number}/retry", at=f"/entry/{number}", headers=headers)
    assert (answer.status_code, site.state(number)) == (303, "waiting")


def test_action_through_a_proxy_that_hides_the_host_is_taken_under_a_listed_name(tmp_path: Path) -> None:
    """A name the owner listed counts as ours even where the proxy does not pass it on."""
    with a_site(tmp_path, web="allowed_hosts = bridge.example.se") as site:
        number = site.parked()
        headers = {"Origin": "https://bridge.example.se"}
        post(site.person(), f"/entry/{number}/retry", at="/", headers=headers)
        assert site.state(number) == "waiting"


def test_headers_are_on_every_answer(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Policy, sniffing, framing, referrer and caching: on pages, files, 400, 401, 404, 405 and 500."""
    person, codes = site.person(), set()
    paths = ("/", "/login", "/health", "/ready", "/static/style.css", "/nothing", "/entry/99", "/logout")
    answers = [client.get(path) for path in paths for client in (person, site.client())]
    answers.append(person.get("/", headers={"Host": "evil.example"}))
    monkeypatch.setattr(site.store.reads, "overview", lambda _now: 1 / 0)
    answers.append(person.get("/"))
    for answer in answers:
        codes.add(answer.status_code)
        for name, value in HEADERS.items():
            assert answer.headers.getlist(name) == [value], answer.request.path
        answer.close()
    assert codes == {200, 303, 400, 401, 404, 405, 500, 503}
    assert "'unsafe" not in HEADERS["Content-Security-Policy"]


def test_pages_have_no_script_or_style_in_them(site: Site) -> None:
    """The strict policy would cut them off: everything comes out of files."""
    site.parked()
    site.skipped()
    person = site.person()
    for path in (*PAGES, "/login", "/nothing"):
        text = person.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click" not in text
        assert text.count("<script") == text.count('<script src="/static/page.js" defer></script>')


def test_page_that_fails_says_so_without_a_traceback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug gives a calm page and a line in the log, never the inside."""
    monkeypatch.setattr(site.store.reads, "overview", lambda _now: 1 / 0)
    answer = site.person().get("/")
    assert answer.status_code == 500
    assert "No order is lost" in answer.text
    assert "ZeroDivision" not in answer.text


def test_page_says_when_the_database_fails(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence of the store stands on the page."""

    def full(_now: object) -> object:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(site.store.reads, "overview", full)
    answer = site.person().get("/")
    assert (answer.status_code, "The disk is full." in answer.text) == (503, True)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "", "localhost.evil.example", "localhost@evil.example", "localhost:abc", "[::1", "a b"],
)
def test_page_under_a_strange_name_is_refused(client: FlaskClient, host: str) -> None:
    """DNS rebinding and poisoned links start with a Host header of somebody else."""
    answer = client.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8787", "127.0.0.1:8787", "[::1]:8787", "bridge.example.se"]
)
def test_page_under_a_known_name_is_shown(tmp_path: Path, host: str) -> None:
    """The listen address, this machine, and the names in allowed_hosts."""
    with a_site(tmp_path, web="allowed_hosts = Bridge.example.se") as site:
        assert site.client().get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "wish",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example",
     "javascript:alert(1)", "/\t/evil.example", "/a\r\nSet-Cookie: x=1", "", "evil", "/å", "///evil.example"],
)  # fmt: skip
def test_login_never_leads_out_of_the_house(client: FlaskClient, wish: str) -> None:
    """Whatever next= says, only a path of ours is followed."""
    assert post(client, "/login", at="/login", password=PASSWORD, next=wish).location == "/"


@pytest.mark.parametrize("path", ["/login", "/outbox/act", "/nothing", "/language"])
def test_body_of_ten_megabytes_is_refused(person: FlaskClient, path: str) -> None:
    """Our largest form is some kilobytes."""
    assert person.post(path, data=b"x" * 10_000_000).status_code == 413


def test_long_field_without_a_stated_length_is_refused(person: FlaskClient) -> None:
    """Chunked, so that nobody knows the size beforehand: refused while reading."""
    from io import BytesIO

    answer = person.post(
        "/outbox/act",
        input_stream=BytesIO(b"csrf=" + b"x" * 600_000),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/static/../auth.py", "/static/%2e%2e/auth.py", "/static//etc/passwd", "/entry/abc"]
)
def test_path_out_of_the_folder_is_not_found(person: FlaskClient, path: str) -> None:
    """Only the files meant for browsers, only numbers as numbers."""
    assert person.get(path).status_code == 404
