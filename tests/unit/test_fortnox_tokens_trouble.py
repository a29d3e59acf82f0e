"""What goes wrong around the tokens of a connection to Fortnox: lost answers, a full disk, threads, secrets shown."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bridge import disk
from bridge.clock import ManualClock
from bridge.erps.fortnox.tokens import tenant_of
from bridge.errors import BridgeError, LostReply, NotFound, Rejected, Throttled, Transient, Unauthorised
from bridge.sim.faults import Kind
from bridge.transport.oauth2 import claims
from tests.support.fortnox import Office

TOKEN = ("POST", "/oauth-v1/token")


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company with nobody connected."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


@pytest.fixture
def connected(office: Office) -> Office:
    """Connected with a refresh token."""
    office.erp = {"tenant_id": ""}
    office.connect()
    office.sim.oauth.calls.clear()
    return office


def test_lost_answer_that_was_never_asked_for_is_made_up_for(connected: Office, clock: ManualClock):
    """The connection broke before the renewal arrived: the old refresh token is as good as ever."""
    clock.advance(hours=2)
    connected.sim.faults.add(Kind.DROP, match=TOKEN)
    source = connected.source()
    with pytest.raises(Transient) as caught:
        source.current()
    assert not isinstance(caught.value, LostReply), "the document it was for is in no doubt"
    assert json.loads(connected.file.read_text())["in_doubt"]
    assert source.current()
    assert not json.loads(connected.file.read_text())["in_doubt"]


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.TRUNCATE, Kind.CUT])
def test_lost_answer_to_a_renewal_that_was_done_ends_in_a_clear_sentence(
    connected: Office, clock: ManualClock, kind: Kind
):
    """The vendor has spent the token and nobody has its successor: tried once more, then a person is told why."""
    clock.advance(hours=2)
    connected.sim.faults.add(kind, match=TOKEN)
    source = connected.source()
    with pytest.raises(Transient):
        source.current()
    with pytest.raises(Unauthorised) as caught:
        source.current()
    assert "cut short" in str(caught.value.text)
    assert "bridge connect fortnox" in str(caught.value.advice)
    connected.connect()
    assert source.current()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error":"invalid_request"}', Unauthorised),
        (403, b"Forbidden", Unauthorised),
        (404, b"<html>", Unauthorised),
        (302, b"", Unauthorised),
        (429, b"", Throttled),
        (500, b"", Transient),
        (503, b"", Transient),
        (200, b"[]", Transient),
        (200, b'{"access_token": ""}', Transient),
        (200, b"<html>hello</html>", Transient),
    ],
)
@pytest.mark.parametrize("tenant", ["29302", ""])
def test_no_trouble_with_a_token_is_ever_the_documents(
    connected: Office, clock: ManualClock, status: int, body: bytes, kind: type[BridgeError], tenant: str
):
    """Never "not found", "refused" or "perhaps done": the call it was for has not been made."""
    clock.advance(hours=2)
    connected.sim.faults.add(Kind.ANSWER, match=TOKEN, status=status, body=body)
    with pytest.raises(kind) as caught:
        connected.core(tenant_id=tenant).client.get("companyinformation")
    assert not isinstance(caught.value, LostReply | NotFound | Rejected)


def test_trouble_at_the_desk_stops_nobody_while_the_token_is_good(connected: Office, clock: ManualClock):
    """In its last five minutes it is renewed if that goes, and used if not."""
    source = connected.source()
    first = source.current()
    clock.advance(minutes=57)
    connected.sim.faults.add(Kind.REFUSE, match=TOKEN, times=2)
    assert [source.current() for _ in range(5)] == [first] * 5
    assert len(connected.sim.faults.struck) == 1, "nobody is held up by a try at every call"
    clock.advance(minutes=4)
    with pytest.raises(Transient):
        source.current()
    assert source.current() != first


def test_threads_that_are_refused_together_renew_once(connected: Office):
    """Eight workers, one dead token, one renewal."""
    source = connected.source()
    dead = source.current()
    connected.sim.oauth.expire()
    connected.sim.oauth.calls.clear()
    with ThreadPoolExecutor(8) as pool:
        fresh = set(pool.map(lambda _: source.instead_of(dead), range(8)))
    assert len(fresh) == 1
    assert connected.sim.oauth.calls == ["refresh_token"]


def test_full_disk_is_found_before_the_token_is_spent(
    connected: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
):
    """Nothing is asked for that could not be kept; the order waits, and says which file."""
    clock.advance(hours=2)
    with monkeypatch.context() as patch:
        patch.setattr(disk, "replace_file", _full)
        with pytest.raises(Unauthorised) as caught:
            connected.source().current()
    assert "fortnox.json" in str(caught.value.text)
    assert "No space left" in str(caught.value.text)
    assert connected.sim.oauth.calls == []
    assert connected.source().current()


def test_disk_that_fills_up_in_between_loses_nothing(
    connected: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """The new tokens live in memory and are stored by the next renewal."""
    clock.advance(hours=2)
    source, room = connected.source(), iter([True, False, True, True])

    def sometimes(path: Path, data: bytes) -> None:
        return real(path, data) if next(room) else _full(path, data)

    real = disk.replace_file
    with monkeypatch.context() as patch:
        patch.setattr(disk, "replace_file", sometimes)
        first = source.current()
        assert source.current() == first
        assert json.loads(connected.file.read_text())["in_doubt"]
        clock.advance(hours=2)
        assert source.current() != first
    assert not json.loads(connected.file.read_text())["in_doubt"]
    assert "not-stored" in caplog.text
    assert connected.source().current()


def _full(path: Path, data: bytes) -> None:
    del path, data
    raise OSError(28, "No space left on device")


def test_client_credentials_work_without_a_disk(office: Office, monkeypatch: pytest.MonkeyPatch):
    """They can be asked for again at any time, so a file that cannot be written is no reason to stop."""
    monkeypatch.setattr(disk, "replace_file", _full)
    core = office.core()
    for _ in range(3):
        core.client.get("companyinformation")
    assert office.sim.oauth.calls == ["client_credentials"]


@pytest.mark.parametrize(
    "spoilt", [b"", b"{", b"[]", b'{"format": 2}', b"\xff\xfe", b'{"format": 1, "client": 1}']
)
def test_spoilt_file_is_no_connection(connected: Office, spoilt: bytes):
    """Somebody edited it: the remedy is to connect, not a traceback."""
    connected.file.write_bytes(spoilt)
    with pytest.raises(Unauthorised) as caught:
        connected.source().current()
    assert "no connection" in str(caught.value.text)


def test_clock_that_was_put_back_renews_when_refused(connected: Office, clock: ManualClock):
    """By our clock the token is young, by theirs it is dead: their word counts."""
    core = connected.core()
    core.client.get("companyinformation")
    clock.advance(hours=3)
    clock.jump(clock.now() - timedelta(hours=3))
    connected.sim.oauth.expire()
    assert core.client.get("companyinformation")["CompanyName"]


def test_no_token_shows_in_logs_errors_or_reprs(
    connected: Office, clock: ManualClock, caplog: pytest.LogCaptureFixture
):
    """Whatever goes wrong, and with every detail logged."""
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []
    for kind in (Kind.ANSWER, Kind.TRUNCATE, Kind.GARBAGE, Kind.HTML):
        connected.connect()
        clock.advance(hours=2)
        source = connected.source()
        connected.sim.faults.add(
            kind, match=TOKEN, status=418, work=True, body=json.dumps(connected.sim.secrets).encode()
        )
        with pytest.raises((Transient, Unauthorised)) as caught:
            source.current()
        shown += [caught.value, vars(caught.value), source, source._vault.read(), caught.value.excerpt]
    connected.connect()
    core = connected.core()
    core.client.get("companyinformation")
    echo = json.dumps({"message": f"token {core.client.tokens.current()} is odd"}).encode()
    connected.sim.faults.add(Kind.ANSWER, match=("GET", "/3/"), status=400, body=echo)
    with pytest.raises(Rejected) as refused:
        core.client.get("companyinformation")
    shown += [refused.value, vars(refused.value), core.client.tokens, core.options]
    seen = caplog.text + repr(shown) + "".join(map(str, shown))
    assert len(connected.sim.secrets) > 5
    assert [secret for secret in connected.sim.secrets if secret in seen] == []


def test_tenant_is_read_from_the_token(office: Office):
    """Its claim tenantId (fortnox facts, section 2 [D]); a token that is no JWT says nothing."""
    assert tenant_of(office.source().current()) == "29302"
    for odd in ("", "a.b", "a.b.c", "a.e30.c", "a.W10.c", "a.eyJ0ZW5hbnRJZCI6dHJ1ZX0.c"):
        assert tenant_of(odd) == ""
    assert claims("a.e30.c") == {}


def test_another_bridge_that_never_finishes_is_not_waited_for_without_end(
    connected: Office, clock: ManualClock
):
    """A minute and a half by the clock, then the order waits like after any other trouble."""
    clock.advance(hours=2)
    source, lock = connected.source(), connected.file.with_name("fortnox.json.lock")
    with disk.held(lock, clock=clock, patience=0), pytest.raises(Transient) as caught:
        source.current()
    assert "Another bridge" in str(caught.value.text)
    assert source.current()


@pytest.mark.parametrize("what", ["lock", "read"])
def test_folder_that_cannot_be_used_says_whose_it_should_be(
    connected: Office, monkeypatch: pytest.MonkeyPatch, what: str
):
    """Orders wait; no traceback, no attempt counted."""

    def denied(*_args: object, **_more: object) -> int:
        raise PermissionError(13, "Permission denied")

    source = connected.source()
    if what == "lock":
        monkeypatch.setattr(disk, "open_lock", denied)
    else:
        monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(Unauthorised) as caught:
        source.current()
    assert "Permission denied" in str(caught.value.text)
    assert "ownership" in str(caught.value.advice)
