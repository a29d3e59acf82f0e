from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.errors import ConfigError
from bridge.store.sessions import ABSOLUTE, IDLE
from bridge.web import auth, hash_password
from tests.web.site import PASSWORD, Site, a_site, csrf, post


def wrong(client: FlaskClient, address: str = "127.0.0.1") -> int:
    """The status of a login with a wrong password."""
    token = csrf(client.get("/login").text)
    answer = client.post(
        "/login", data={"csrf": token, "password": "guess"}, environ_base={"REMOTE_ADDR": address}
    )
    return int(answer.status_code)


def test_page_for_a_stranger_is_the_login_form(client: FlaskClient) -> None:
    """Nobody sees anything without a password; the answer is 401 and the form."""
    answer = client.get("/outbox?state=parked")
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    assert 'name="next" value="/outbox?state=parked"' in answer.text


def test_login_with_the_right_password_goes_where_one_wanted_to(client: FlaskClient) -> None:
    """After the login the page asked for is shown."""
    answer = post(client, "/login", at="/login", password=PASSWORD, next="/outbox?state=parked")
    assert (answer.status_code, answer.location) == (303, "/outbox?state=parked")
    assert client.get("/outbox").status_code == 200
    assert client.get("/login").status_code == 303


def test_login_with_a_wrong_password_opens_nothing(client: FlaskClient) -> None:
    """A wrong password gets 401 and no session."""
    assert wrong(client) == 401
    assert client.get("/").status_code == 401


def test_login_without_a_configured_password_is_closed_and_says_how_to_open(tmp_path: Path) -> None:
    """Closed by default: even an empty password fails, and the page names the command."""
    with a_site(tmp_path, password=None) as site:
        client = site.client()
        page = client.get("/login").text
        assert "bridge password" in page
        assert 'name="password"' not in page
        token = csrf(page)
        assert client.post("/login", data={"csrf": token, "password": ""}).status_code == 403


def test_configured_hash_opens_the_page(tmp_path: Path) -> None:
    """The line made by "bridge password" works as the configured password."""
    with a_site(tmp_path, web=f"password_hash = {hash_password('from the file')}", password=None) as site:
        assert post(site.client(), "/login", at="/login", password="from the file").status_code == 303


def test_one_time_password_replaces_the_configured_one(tmp_path: Path) -> None:
    """With a password for this process the configured one no longer counts."""
    with a_site(tmp_path, web=f"password_hash = {hash_password('from the file')}") as site:
        assert post(site.client(), "/login", at="/login", password="from the file").status_code == 401
        assert site.person().get("/").status_code == 200


def test_password_in_clear_in_the_configuration_is_refused(tmp_path: Path) -> None:
    """A hash no password can match stops the start and names the option."""
    with (
        pytest.raises(ConfigError, match="password_hash"),
        a_site(tmp_path, web="password_hash = hunter2", password=None),
    ):
        pass


def test_real_hash_is_scrypt_with_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """What we make costs a guesser 32 MB and a tenth of a second per try."""
    monkeypatch.undo()
    assert hash_password("x").startswith("scrypt:32768:8:1$")


def test_wrong_passwords_are_slowed_per_address(site: Site) -> None:
    """After five wrong ones an address waits; another address does not, and time heals."""
    client = site.client()
    assert [wrong(client) for _ in range(5)] == [401] * 5
    token = csrf(client.get("/login").text)
    late = client.post("/login", data={"csrf": token, "password": PASSWORD})
    assert late.status_code == 429
    assert late.headers["Retry-After"] == "30"
    assert "30 seconds" in late.text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert (
        client.post("/login", data={"csrf": token, "password": PASSWORD}, environ_base=elsewhere).status_code
        == 303
    )
    site.bridge.clock.advance(31)
    assert site.person().get("/").status_code == 200


def test_waiting_doubles_up_to_a_quarter_of_an_hour(site: Site) -> None:
    """Each further wrong password doubles the wait, and it never grows past fifteen minutes."""
    client, waits = site.client(), []
    for _ in range(12):
        if wrong(client) == 429:
            throttle = site.app.extensions["orderbro"].throttle
            waits.append(round(throttle._wait("127.0.0.1")))
            site.bridge.clock.advance(waits[-1])
            wrong(client)
    assert waits == sorted(waits)
    assert waits[0] == 30
    assert waits[-1] == 900


def test_failures_are_forgotten_after_an_hour(site: Site) -> None:
    """Somebody who mistyped in the morning starts anew in the afternoon."""
    client = site.client()
    for _ in range(5):
        wrong(client)
    site.bridge.clock.advance(hours=2)
    assert wrong(client) == 401


def test_neighbours_in_one_ipv6_network_count_as_one(site: Site) -> None:
    """Changing the last half of an IPv6 address buys no more tries."""
    client = site.client()
    codes = [wrong(client, f"2001:db8::{n:x}") for n in range(1, 8)]
    assert codes == [401] * 5 + [429] * 2
    assert wrong(client, "2001:db8:0:1::1") == 401


def test_memory_of_addresses_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood from many addresses does not fill the memory."""
    monkeypatch.setattr("bridge.web.throttle.ADDRESSES", 3)
    client = site.client()
    for n in range(6):
        wrong(client, f"192.0.2.{n}")
    wrong(client, "no address at all")
    assert len(site.app.extensions["orderbro"].throttle._records) == 3


def test_passwords_are_checked_one_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty tries at once never check two passwords together, and the owner gets in afterwards."""
    busy, together, codes = [0], [], []
    gate = threading.Event()

    def slow(_stored: str, given: str) -> bool:
        busy[0] += 1
        together.append(busy[0])
        gate.wait(0.05)
        busy[0] -= 1
        return given == PASSWORD

    monkeypatch.setattr(auth, "check_password", slow)
    clients = [site.client() for _ in range(50)]
    threads = [
        threading.Thread(target=lambda c=c, n=n: codes.append(wrong(c, f"198.51.100.{n}")))
        for n, c in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(together) == 1
    assert set(codes) == {401, 429}
    assert site.person().get("/").status_code == 200


def test_log_of_a_refused_login_has_no_password(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The log says that and from where, never what was typed."""
    with caplog.at_level(logging.DEBUG):
        wrong(site.client())
    assert "login=refused address=127.0.0.1" in caplog.text
    assert "guess" not in caplog.text


def test_old_cookie_after_logout_opens_nothing(site: Site, person: FlaskClient) -> None:
    """Logging out ends the session on the server: a kept copy of the cookie is worth nothing."""
    kept = person.get_cookie("orderbro")
    assert kept is not None
    assert post(person, "/logout").location == "/login"
    assert person.get_cookie("orderbro") is None
    thief = site.client()
    thief.set_cookie("orderbro", kept.value)
    assert thief.get("/").status_code == 401


def test_login_makes_a_new_session_each_time(site: Site) -> None:
    """A cookie planted before the login is not taken over."""
    client = site.client()
    client.set_cookie("orderbro", "planted")
    post(client, "/login", at="/login", password=PASSWORD)
    made = client.get_cookie("orderbro")
    assert made is not None
    assert made.value != "planted"


@pytest.mark.parametrize("limit", [IDLE, ABSOLUTE])
def test_session_ends_by_itself(site: Site, person: FlaskClient, limit: object) -> None:
    """Without a visit, and in any case after the longest time, one logs in again."""
    site.bridge.clock.advance(limit.total_seconds() + 60)  # type: ignore[attr-defined]
    assert person.get("/").status_code == 401


def test_database_holds_no_session_token(person: FlaskClient, tmp_path: Path) -> None:
    """A stolen copy of the database opens no session."""
    cookie = person.get_cookie("orderbro")
    assert cookie is not None
    files = b"".join(path.read_bytes() for path in tmp_path.glob("bridge.db*"))
    assert cookie.value.encode() not in files


def test_cookie_over_http_is_closed_to_scripts_and_strangers(client: FlaskClient) -> None:
    """HttpOnly and SameSite always; Secure only where it would work."""
    header = next(
        h
        for h in post(client, "/login", at="/login", password=PASSWORD).headers.getlist("Set-Cookie")
        if h.startswith("orderbro=")
    )
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Secure" not in header


def test_name_of_the_person_is_one_short_line(site: Site) -> None:
    """What stands in the timeline can't break a line or fill a page."""
    number = site.parked()
    anna = site.person(name="  Anna\r\n\x00Ö " + "x" * 99)
    post(anna, f"/entry/{number}/retry", at=f"/entry/{number}")
    detail = site.store.reads.entry(number)
    assert detail is not None
    assert detail.events[-1].who == ("AnnaÖ " + "x" * 99)[:40]
