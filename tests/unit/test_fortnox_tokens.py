"""The life of a connection to Fortnox, in one process; what a crash and a second process do: tests/machine."""

from __future__ import annotations

import json
import logging
import stat
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


def test_client_credentials_get_a_token_and_keep_it(office: Office):
    """One call per hour, however many adapters are built."""
    first = office.source().current()
    assert office.source().current() == first
    assert office.sim.oauth.scope_of(first)
    assert office.sim.oauth.calls == ["client_credentials"]


@pytest.mark.parametrize("tenant", ["29302", ""])
def test_token_is_renewed_before_it_runs_out(connected: Office, clock: ManualClock, tenant: str):
    """Five minutes early: no call of ours ever arrives with a token that has just died."""
    source = connected.source(tenant_id=tenant)
    first = source.current()
    clock.advance(minutes=54)
    assert source.current() == first
    clock.advance(minutes=1)
    assert source.current() != first
    assert connected.sim.oauth.scope_of(first), "it was still good"


def test_run_of_three_days_never_loses_the_connection(connected: Office, clock: ManualClock):
    """Seventy-two hours, a call every ten minutes, no refusal at any time."""
    core = connected.core()
    for _ in range(6 * 72):
        clock.advance(minutes=10)
        core.client.get("companyinformation")
    assert len(connected.sim.oauth.calls) == pytest.approx(72, abs=8)
    assert {each["status"] for each in connected.sim.log} == {200}


def test_without_a_connection_the_remedy_is_named(office: Office):
    """No call is made: there is nothing to show."""
    with pytest.raises(Unauthorised) as caught:
        office.source(tenant_id="").current()
    assert "bridge connect fortnox" in str(caught.value.advice)
    assert "nothing is lost" in str(caught.value.advice)
    assert office.sim.oauth.calls == []


def test_new_token_is_on_disk_before_anybody_uses_it(connected: Office, clock: ManualClock):
    """Whatever the first call with it meets, the file knows the token that can be renewed."""
    clock.advance(hours=2)
    core, kept = connected.core(), []
    connected.sim.watchers.append(
        lambda exchange: kept.append(
            (exchange.headers["Authorization"], json.loads(connected.file.read_text()))
        )
    )
    core.client.get("companyinformation")
    authorization, stored = kept[-1]
    assert authorization == f"Bearer {stored['access_token']}"
    assert not stored["in_doubt"]


def test_file_is_the_owners_alone(connected: Office):
    """The folder too: what is in it opens the books."""
    assert stat.S_IMODE(connected.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(connected.file.parent.stat().st_mode) == 0o700
    assert [each.name for each in sorted(connected.file.parent.iterdir())] == [
        "fortnox.json",
        "fortnox.json.lock",
    ]


def test_refused_token_is_renewed_once_and_the_call_made_again(connected: Office):
    """401 in the middle of a booking: the call surely did nothing, so even a POST goes out once more."""
    core = connected.core()
    core.client.get("companyinformation")
    connected.sim.oauth.expire()
    made = core.client.post("customers", '{"Customer": {"Name": "Anna Ek"}}')
    assert made["Name"] == "Anna Ek"
    assert [
        each["status"]
        for each in connected.sim.log
        if each["method"] == "POST" and "customers" in each["path"]
    ] == [401, 201]
    assert len(connected.sim.customers.kept()) == 1


def test_token_refused_again_is_not_renewed_for_ever(office: Office):
    """A vendor that refuses everything gets two calls, and the channel rests."""
    office.sim.faults.add(
        Kind.ANSWER, match=("GET", "/3/"), times=None, status=401, body=b'{"message":"unauthorized"}'
    )
    with pytest.raises(Unauthorised):
        office.core().client.get("companyinformation")
    assert len(office.sim.faults.struck) == 2


def test_revoked_consent_says_what_to_do(office: Office, connected: Office):
    """With either way to a token; orders wait, nothing is lost."""
    for tenant in ("29302", ""):
        core = connected.core(tenant_id=tenant)
        core.client.get("companyinformation")
    office.sim.revoke()
    for tenant in ("29302", "", "29302", ""):
        with pytest.raises(Unauthorised) as caught:
            connected.core(tenant_id=tenant).client.get("companyinformation")
        assert str(caught.value.text) == "The connection to Fortnox is gone."
        assert "bridge connect fortnox" in str(caught.value.advice)
        assert caught.value.code == "invalid_grant"


def test_person_who_connects_again_is_noticed_without_a_restart(connected: Office):
    """The command writes the file; the running bridge reads it before it gives up."""
    core = connected.core()
    core.client.get("companyinformation")
    connected.sim.revoke()
    with pytest.raises(Unauthorised):
        core.client.get("companyinformation")
    connected.connect()
    assert core.client.get("companyinformation")["CompanyName"]


def test_refresh_token_dies_of_age_and_says_so(connected: Office, clock: ManualClock):
    """45 days without a call: the vendor makes it unavoidable, so there is a clear sentence."""
    clock.advance(days=46)
    with pytest.raises(Unauthorised) as caught:
        connected.source().current()
    assert "is gone" in str(caught.value.text)


def test_changed_client_never_uses_the_old_ones_tokens(connected: Office):
    """They belong to another integration."""
    connected.sim.oauth.client_id = "another-client"
    with pytest.raises(Unauthorised) as caught:
        connected.source(client_id="another-client").current()
    assert "no connection" in str(caught.value.text)
    assert connected.sim.oauth.calls == []


def test_rotated_secret_keeps_the_connection(connected: Office):
    """A new secret at Fortnox and in the file: the old access is not used, the connection stays."""
    old = connected.source().current()
    connected.sim.oauth.client_secret = "rotated-secret-99"
    new = connected.source(client_secret="rotated-secret-99").current()
    assert new != old
    assert connected.sim.oauth.calls == ["refresh_token"]


def test_wrong_secret_costs_nothing(connected: Office, clock: ManualClock):
    """Refused before the refresh token is looked at; with the right one it goes on."""
    clock.advance(hours=2)
    with pytest.raises(Unauthorised) as caught:
        connected.source(client_secret="wrong-secret-0000").current()
    assert caught.value.code == "invalid_client"
    assert "client_secret" in str(caught.value.advice)
    assert not json.loads(connected.file.read_text())["in_doubt"]
    assert connected.source().current()


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
        shown += [caught.value, vars(caught.value), source, source.kept(), caught.value.excerpt]
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
