"""Real processes and real sockets: a kill in the middle of a renewal, and several who renew at the same time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
import requests

from bridge.app import read_config
from bridge.clock import SystemClock
from bridge.erps.fortnox.tokens import endpoint, tokens
from bridge.store import Store
from tests.support.crashing import ROOT, Trial
from tests.support.wired import Dawdling

TOGETHER = 6


class Connected(Trial):
    """Fortnox, connected with a refresh token that is good once."""

    def __post_init__(self) -> None:
        super().__post_init__()
        text = re.sub(
            "tenant_id = .*", f"auth_url = {self.books_server.url}/oauth-v1/auth", self.config.read_text()
        )
        self.config.write_text(text)

    def connect(self) -> None:
        """A person consents."""
        config, clock = read_config(self.config), SystemClock()
        desk = endpoint(config.erp_options, clock=clock, mounts={})
        source = tokens(config.erp_options, data_dir=config.bridge.data_dir, clock=clock, mounts={})
        code = self.books.grant_code("http://127.0.0.1/")
        source.adopt(desk.ask(grant_type="authorization_code", code=code, redirect_uri="http://127.0.0.1/"))
        desk.close()
        source.close()
        self.books.oauth.calls.clear()

    def connect_by_command(self) -> subprocess.CompletedProcess[str]:
        """The same by ``bridge connect``, with a person who pastes the address."""
        with subprocess.Popen(
            [*self.command("connect", "fortnox", "--code", "--personal")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as asking:  # fmt: skip
            address = next(line.strip() for line in lines(asking.stdout) if "/oauth-v1/auth?" in line)
            sent_to = requests.get(address, allow_redirects=False, timeout=60).headers["Location"]
            out, err = asking.communicate(sent_to + "\n", timeout=60)
        return subprocess.CompletedProcess(asking.args, asking.returncode, out, err)

    def command(self, *words: str) -> list[str]:
        """``bridge`` with these words."""
        return [sys.executable, "-m", "bridge", "--config", str(self.config), *words]

    @property
    def file(self) -> Path:
        """Where the tokens are."""
        return self.folder / "data" / "tokens" / "fortnox.json"

    @property
    def kept(self) -> dict[str, Any]:
        """What is in it."""
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def run_out(self) -> None:
        """An hour has passed for the access token."""
        kept = self.kept
        kept["expires_at"] = (SystemClock().now() - timedelta(seconds=1)).isoformat()
        self.file.write_text(json.dumps(kept))

    def rests_because(self) -> str:
        """What the page says of the channel to Fortnox."""
        store = Store.open(self.folder / "data" / "bridge.db", clock=SystemClock())
        pause = store.progress.pauses()["erp"]
        store.close()
        return str(pause.why)

    def waiting(self) -> list[dict[str, Any]]:
        """What the outbox says of orders that wait."""
        asked = subprocess.run(
            self.command("outbox", "list", "--state", "waiting", "--json"),
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(asked.stdout)
        return found


def lines(stream: IO[str] | None) -> Iterator[str]:
    """Line by line, as they come."""
    assert stream is not None
    return iter(stream.readline, "")


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Connected]:
    """A shop and a connected Fortnox, both on ports."""
    trial = Connected(tmp_path, erp="fortnox")
    trial.connect()
    yield trial
    trial.close()


@pytest.mark.slow
def test_kill_before_the_new_token_is_stored_ends_in_a_clear_sentence_and_loses_no_order(trial: Connected):
    """The vendor has spent the old token and the new one died with us: unavoidable, so it is said and mended."""
    trial.run_out()
    before = trial.kept["refresh_token"]
    trial.place(2)
    trial.life(crash_at="token-received")
    assert trial.books.oauth.calls == ["refresh_token"]
    assert (trial.kept["refresh_token"], trial.kept["in_doubt"]) == (before, True)

    trial.life_until("access=gone", "poll=done")
    assert trial.books.booked() == []
    assert {each["key"] for each in trial.waiting()} == {f"main:{order}:order" for order in trial.placed}
    assert "cut short" in trial.rests_because()

    done = trial.connect_by_command()
    assert done.returncode == 0, done.stderr
    assert not [secret for secret in trial.books.secrets if secret in done.stdout + done.stderr]
    trial.finish(limit=200)
    verdict = trial.verdict()
    assert (verdict.booked, verdict.duplicates, verdict.lost, verdict.parked) == (2, [], [], []), str(verdict)


@pytest.mark.slow
def test_kill_after_the_new_token_is_stored_loses_nothing(trial: Connected):
    """The next life finds it on disk, and nobody notices."""
    trial.run_out()
    trial.place(2)
    trial.life(crash_at="token-stored")
    assert trial.books.booked() == []
    trial.finish(limit=200)
    verdict = trial.verdict()
    assert (verdict.booked, verdict.duplicates, verdict.lost, verdict.parked) == (2, [], [], []), str(verdict)
    assert trial.books.oauth.calls == ["refresh_token"]


@pytest.mark.slow
def test_processes_that_renew_at_once_renew_once(trial: Connected):
    """The daemon, a check, a preview: all find the token dead at the same moment, by the clock and by a 401."""
    trial.books.limit = None
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.token_child", str(trial.config)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(TOGETHER)
    ]  # fmt: skip
    try:
        assert {next(lines(child.stdout)) for child in children} == {"ready\n"}
        for dies in (trial.run_out, trial.books.oauth.expire):
            dies()
            trial.books.oauth.calls.clear()
            assert len(answers(children)) == 1, "one token for all"
            assert trial.books.oauth.calls == ["refresh_token"]
    finally:
        for child in children:
            child.kill()
            child.communicate()


def answers(children: list[subprocess.Popen[str]]) -> set[str]:
    """Tell all of them to call, then hear what each says."""
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return {next(lines(child.stdout)) for child in children}


@pytest.mark.slow
def test_process_that_dies_while_it_renews_holds_up_nobody(trial: Connected):
    """The system lets go of its lock; whether it had spent the token, the next one finds out by asking."""
    trial.run_out()
    slow = trial.books.app.wsgi_app
    trial.books.app.wsgi_app = Dawdling(slow, delay=1.0)
    first, second = (
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.token_child", str(trial.config)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    )  # fmt: skip
    try:
        assert {next(lines(child.stdout)) for child in (first, second)} == {"ready\n"}
        assert first.stdin is not None
        first.stdin.write("go\n")
        first.stdin.flush()
        while not trial.kept["in_doubt"]:
            pass
        first.kill()
        trial.books.app.wsgi_app = slow
        assert re.match(
            r"[0-9a-f]{64}\n|Unauthorised: The connection to Fortnox is gone", answers([second]).pop()
        )
    finally:
        for child in (first, second):
            child.kill()
            child.communicate()


def test_trial_is_of_the_kind_it_says(trial: Connected):
    """A refresh token and no tenant: otherwise the tests above would show nothing."""
    options = read_config(trial.config).erp_options
    assert options.tenant_id == ""
    assert replace(options).client_id == trial.books.oauth.client_id
    assert trial.kept["refresh_token"]
