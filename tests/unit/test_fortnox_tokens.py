"""The life of a connection to Fortnox, in one process; what a crash and a second process do: tests/machine."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Unauthorised
from bridge.sim.faults import Kind
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
