"""``bridge check --probe``: what harmless calls have taught, and the lines to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from bridge.erps.sie import Sie
from bridge.model.probing import Learnt
from bridge.model.texts import say
from bridge.ports import Capability
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import serve

Run = Callable[..., Result]

TEXT = """\
[shop main]
url = {url}
consumer_key = {key}
consumer_secret = {secret}
[erp]
company_name = Exempel AB
org_number = 556000-4615
[bridge]
language = en
"""


@pytest.fixture(autouse=True)
def _set_up(tmp_path: Path) -> Iterator[None]:
    """An empty shop behind a socket."""
    sim = ShopSim(catalogue=False)
    with serve(sim.app) as serving:
        path = tmp_path / "config.ini"
        path.write_text(TEXT.format(url=serving.url, key=sim.key, secret=sim.secret), "utf-8")
        path.chmod(0o600)
        yield


def learnt() -> Iterator[Learnt]:
    """One of each sort."""
    yield Learnt(asked=say("Is there a list?"), found=say("There is."), good=True)
    yield Learnt(
        asked=say("Where do pages begin?"), found=say("At 0."), good=False, line="[pages]\nfirst = 0"
    )
    yield Learnt(asked=say("Which letters are there?"), found=say("It does not tell."))


@pytest.fixture
def probing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ERP of which not all is known."""
    monkeypatch.setattr(Sie, "capabilities", Sie.capabilities | {Capability.PROBES})
    monkeypatch.setattr(Sie, "probe", lambda _self: learnt(), raising=False)


@pytest.mark.usefixtures("probing")
def test_probe_shows_each_answer_and_the_lines(run: Run) -> None:
    """With a sign for how it compares, and what to copy at the end."""
    result: Result = run("check", "--probe")
    assert "✓ Is there a list? There is." in result.stdout
    assert "✗ Where do pages begin? At 0." in result.stdout
    assert "? Which letters are there? It does not tell." in result.stdout
    assert result.stdout.rstrip().endswith("[erp] profile names:\n  [pages]\n  first = 0")


def test_probe_of_an_erp_that_is_known_says_so(run: Run) -> None:
    """Nothing is asked."""
    assert "Of sie everything the bridge needs is known" in run("check", "--probe").stdout


@pytest.mark.usefixtures("probing")
def test_nothing_is_probed_without_being_asked(run: Run) -> None:
    """A check is a check."""
    assert "Is there a list?" not in run("check").stdout
