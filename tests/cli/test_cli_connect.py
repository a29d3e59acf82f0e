"""``bridge connect fortnox`` against the simulated Fortnox over real sockets."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qsl, urlsplit

import click
import pytest
import requests

from bridge.clock import SystemClock
from bridge.config.option import Secret, option
from bridge.erps import connecting
from bridge.model.texts import say
from bridge.sim.faults import Kind
from bridge.sim.fortnox import Simulator
from bridge.sim.wsgi import serve
from bridge.store import Store
from tests.cli.conftest import Run
from tests.support.crashing import free_port

SHOP = """\
[bridge]
language = {language}
[shop main]
url = https://shop.example
consumer_key = ck_0123456789012345678901234567890123456789
consumer_secret = cs_0123456789012345678901234567890123456789
[erp]
type = fortnox
base_url = {url}
token_url = {url}/oauth-v1/token
auth_url = {url}/oauth-v1/auth
client_id = {client}
client_secret = {secret}
"""
PATIENCE = 60.0
"""Seconds for an answer that surely comes, on a busy machine too."""


@dataclass
class Desk:
    """Fortnox on a port, and a person with a browser."""

    folder: Path
    sim: Simulator
    url: str
    opened: list[str] = field(default_factory=list)
    back: list[requests.Response] = field(default_factory=list)
    way: Callable[[str], str] = staticmethod(lambda address: address)
    """What becomes of the address that the browser is sent back to."""
    _browsers: list[threading.Thread] = field(default_factory=list)

    def configure(self, language: str = "en", more: str = "") -> None:
        """The file an owner writes before connecting."""
        path = self.folder / "config.ini"
        path.write_text(
            SHOP.format(
                language=language,
                url=self.url,
                client=self.sim.oauth.client_id,
                secret=self.sim.oauth.client_secret,
            )
            + more
        )
        path.chmod(0o600)

    def consent(self, address: str) -> int:
        """Open the page and say yes: the browser follows where it is sent, in a thread of its own."""
        self.opened.append(address)
        sent_to = self.answer(address)
        follow = threading.Thread(
            target=lambda: self.back.append(requests.get(self.way(sent_to), timeout=PATIENCE))
        )
        self._browsers.append(follow)
        follow.start()
        return 0

    def leave(self) -> None:
        """Close the browser: the command may end before it has shown what it was sent."""
        for browser in self._browsers:
            browser.join()

    @property
    def shown(self) -> str:
        """The page that the browser ended on."""
        self.leave()
        (page,) = self.back
        return page.text

    def answer(self, address: str) -> str:
        """Where the consent page sends the browser."""
        reply = requests.get(address, allow_redirects=False, timeout=PATIENCE)
        return reply.headers["Location"]

    @property
    def kept(self) -> dict[str, str]:
        """What the bridge keeps of it."""
        found: dict[str, str] = json.loads((self.folder / "data" / "tokens" / "fortnox.json").read_text())
        return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A configuration with credentials and without a connection."""
    monkeypatch.setenv("DISPLAY", ":0")
    sim = Simulator(tmp_path, lambda: datetime.now(UTC))
    with serve(sim.app) as server:
        desk = Desk(tmp_path, sim, server.url)
        desk.configure()
        monkeypatch.setattr(click, "launch", desk.consent)
        yield desk
        desk.leave()


def test_consent_ends_in_the_lines_for_the_configuration(desk: Desk, run: Run):
    """A service account: the number of the company's database is all that must be kept (client credentials)."""
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 0, result.output
    assert "  type = fortnox\n  tenant_id = 29302\n" in result.output
    assert desk.sim.company.name in result.output
    asked = dict(parse_qsl(urlsplit(desk.opened[0]).query))
    assert asked["access_type"] == "offline"
    assert asked["account_type"] == "service"
    assert "order" in asked["scope"].split()
    assert "close this page" in desk.shown


def test_personal_consent_keeps_the_refresh_token(desk: Desk, run: Run):
    """Nothing but the file is needed, and nothing of it is shown."""
    result = run("connect", "fortnox", "--personal", "--port", str(free_port()))
    assert result.exit_code == 0, result.output
    assert "tenant_id = " not in result.output
    assert "account_type" not in desk.opened[0]
    assert desk.kept["refresh_token"]
    assert "45 days" in result.output


def test_consent_that_gives_no_lasting_access_keeps_the_refresh_token(desk: Desk, run: Run):
    """The integration has no service accounts: it works all the same, and what that means is said."""
    refusal = b'{"error": "invalid_grant"}'
    desk.sim.faults.add(Kind.ANSWER, match=("POST", "/oauth-v1/token"), skip=1, status=400, body=refusal)
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 0, result.output
    assert "tenant_id = " not in result.output
    assert "45 days" in result.output
    assert desk.kept["refresh_token"]


def test_no_secret_is_printed(desk: Desk, run: Run, caplog: pytest.LogCaptureFixture):
    """Neither code nor token nor the client's secret, also with every detail logged."""
    result = run("--verbose", "connect", "fortnox", "--port", str(free_port()))
    assert len(desk.sim.secrets) >= 3
    shown = result.output + caplog.text
    assert [secret for secret in desk.sim.secrets if secret in shown] == []
    assert desk.kept["refresh_token"] not in shown


def test_machine_without_a_browser_pastes_the_address(desk: Desk, run: Run):
    """Also with a Redirect URI of the vendor's portal that is another machine's."""
    typed: list[str] = []

    def paste(*_args: object, **_more: object) -> str:
        address = re.search(r"\n(http\S+/oauth-v1/auth\S+)\n", shown[0])
        return desk.answer(address[1] if address else "")

    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        real = click.echo
        patch.setattr(
            click,
            "echo",
            lambda text="", **how: (shown.append(text) if "auth?" in text else None, real(text, **how)),
        )
        patch.setattr(click, "prompt", paste)
        result = run("connect", "fortnox", "--code", "--redirect", "https://example.se/back")
    assert result.exit_code == 0, result.output
    assert "redirect_uri=https%3A%2F%2Fexample.se%2Fback" in shown[0]
    assert "tenant_id = 29302" in result.output
    assert (desk.opened, typed) == ([], [])


def test_somebody_elses_answer_is_not_taken(desk: Desk, run: Run):
    """Without our own state it is not the answer to our question: the page goes on waiting."""
    first: list[str] = []

    def forged(address: str) -> str:
        if not first:
            first.append(requests.get(re.sub("state=[^&]*", "state=forged", address), timeout=PATIENCE).text)
            icon = urlsplit(address)._replace(query="", path="/favicon.ico").geturl()
            first.append(str(requests.get(icon, timeout=PATIENCE).status_code))
        return address

    desk.way = forged
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 0, result.output
    assert "Nothing is waited for" in first[0]
    assert first[1] == "404"


def test_pasted_answer_of_another_run_is_refused(desk: Desk, run: Run):
    """State does not match."""
    result = run("connect", "fortnox", "--code", typed="http://127.0.0.1:8788/?code=abc&state=other\n")
    assert result.exit_code == 2
    assert "not the answer" in result.output
    assert desk.sim.oauth.calls == []


def test_person_who_says_no_is_understood(desk: Desk, run: Run):
    """The vendor sends an error instead of a code."""
    desk.sim.oauth.refuses = "access_denied"
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 2
    assert "access_denied" in result.output


def test_code_that_is_spent_says_start_again(desk: Desk, run: Run):
    """Ten minutes, once."""
    desk.way = lambda address: re.sub("code=[^&]*", "code=spent", address)
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 2
    assert "ten minutes" in result.output


def test_consent_that_covers_less_is_told(desk: Desk, run: Run):
    """What is missing stands by name."""
    desk.way = lambda address: re.sub(
        "code=[^&]*",
        "code=" + desk.sim.grant_code(address.partition("?")[0], "companyinformation order"),
        address,
    )
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 0, result.output
    assert re.search(r"does not cover: article, bookkeeping, \S+", result.output)


def test_consent_of_another_company_is_told(desk: Desk, run: Run):
    """Somebody logged in to the wrong company."""
    desk.configure(more="tenant_id = 77777\n")
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert "another database (77777)" in result.output


def test_taken_port_is_told(run: Run, desk: Desk):
    """With the way out."""
    with serve(desk.sim.app) as other:
        result = run("connect", "fortnox", "--port", str(other.port))
    assert result.exit_code == 2
    assert "--port" in result.output


def test_nobody_who_comes_is_waited_for_only_so_long(desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch):
    """Ten minutes by the clock."""
    monkeypatch.setattr(click, "launch", lambda _address: 0)
    moments = iter(range(0, 10_000, 40))
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: float(next(moments)))
    monkeypatch.setattr("bridge.cli.loopback._Server.timeout", 0)
    result = run("connect", "fortnox", "--wait", "1", "--port", str(free_port()))
    assert result.exit_code == 2
    assert "--wait" in result.output
    assert desk.back == []


def test_machine_without_a_screen_opens_nothing(desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch):
    """A browser of text would take over the window; the address stands there all the same."""
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    moments = iter(range(0, 10_000, 40))
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: float(next(moments)))
    monkeypatch.setattr("bridge.cli.loopback._Server.timeout", 0)
    result = run("connect", "fortnox", "--wait", "1", "--port", str(free_port()))
    assert "/oauth-v1/auth?" in result.output
    assert desk.opened == []


def test_everything_is_said_in_swedish(desk: Desk, run: Run):
    """The owner's language."""
    desk.configure("sv")
    result = run("connect", "fortnox", "--port", str(free_port()))
    assert result.exit_code == 0, result.output
    assert "Ansluten till" in result.output
    assert "Öppna den här adressen" in result.output
    assert "Stäng" in desk.shown or "stänga" in desk.shown


def test_running_bridge_is_woken(desk: Desk, run: Run):
    """Its rest after the lost connection ends."""
    database = desk.folder / "data" / "bridge.db"
    now = datetime(2026, 11, 21, tzinfo=UTC)
    store = Store.open(database, clock=SystemClock())
    store.progress.pause("erp", until=None, why=say("gone"), now=now)
    assert run("connect", "fortnox", "--port", str(free_port())).exit_code == 0
    assert store.progress.pauses() == {}
    store.close()


def test_name_must_be_the_configured_one(desk: Desk, run: Run):
    """The credentials of one ERP are not asked of another."""
    assert desk.url
    result = run("connect", "economic")
    assert result.exit_code == 2
    assert "type = fortnox" in result.output


def test_redirect_elsewhere_needs_pasting(desk: Desk, run: Run):
    """Nobody would be listening there."""
    assert desk.url
    result = run("connect", "fortnox", "--redirect", "https://example.se/back")
    assert result.exit_code == 2
    assert "--code" in result.output


def test_erp_without_anything_to_connect_says_so(tmp_path: Path, run: Run):
    """SIE files need no consent."""
    path = tmp_path / "config.ini"
    path.write_text(
        SHOP.partition("[erp]")[0].format(language="en")
        + "[erp]\ncompany_name = A\norg_number = 556000-4615\n"
    )
    path.chmod(0o600)
    result = run("connect", "sie")
    assert result.exit_code == 2
    assert "nothing to connect with sie" in result.output


def test_key_that_connecting_brings_may_be_missing_before(monkeypatch: pytest.MonkeyPatch):
    """An adapter names it in GIVES; every other required key stays required."""
    from dataclasses import dataclass

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        grant: Secret = option(required=True, help="The grant.")
        secret: Secret = option(required=True, help="The secret.")

    module = ModuleType("their.connecting")
    monkeypatch.setattr(connecting, "_module", lambda _name: module)
    assert connecting.before("their", Options) is Options
    module.__dict__["GIVES"] = frozenset({"grant"})
    eased = connecting.before("their", Options)
    required = {each.name: each.metadata["orderbro"].required for each in eased.__dataclass_fields__.values()}
    assert required == {"grant": False, "secret": True}
