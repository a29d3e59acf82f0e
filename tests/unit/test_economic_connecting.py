"""e-conomic: the approval that gives the grant token, and what ``bridge connect economic`` says and keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bridge.clock import ManualClock
from bridge.config import parse
from bridge.erps.connecting import Connecting, before, connection
from bridge.erps.economic.options import Options
from bridge.errors import Unauthorised, UserError
from tests.support.configs import ShopOptions
from tests.support.economic_office import SHOP, Office

GRANT = "economic-grant-token-0123456789"
BACK = "http://127.0.0.1:8788/"


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


def asking(office: Office, **erp: str) -> Connecting:
    """With a configuration as it is before there is a grant."""
    left = {name: value for name, value in office.sim.options.items() if name != "agreement_grant_token"}
    lines = "\n".join(f"{name} = {value}" for name, value in {"type": "economic", **left, **erp}.items())
    options: dict[str, type] = {"shop": ShopOptions, "erp": before("economic", Options)}
    config = parse(
        f"{SHOP}[erp]\n{lines}\n",
        adapters=lambda kind, _: options[kind],
        path=office.folder / "config.ini",
        environ={},
    )
    return connection(
        "economic", config.erp_options, clock=office.clock, data_dir=office.folder, mounts=office.mounts
    )


def test_page_is_opened_with_the_public_token(office: Office) -> None:
    """In Swedish; the way back carries the state."""
    found = asking(office, app_public_token="pub+lic")
    assert len(found.instructions(BACK)) == 1
    page = urlsplit(found.address(back_to=BACK, state="s3cret", personal=False))
    assert (
        f"{page.scheme}://{page.netloc}{page.path}"
        == "https://secure.e-conomic.com/secure/api1/requestaccess.aspx"
    )
    query = parse_qs(page.query)
    assert (query["appPublicToken"], query["locale"]) == (["pub+lic"], ["sv-SE"])
    assert query["redirectUrl"] == [f"{BACK}?state=s3cret"]


def test_without_public_token_the_words_are_all(office: Office) -> None:
    """Where the page is, who approves, where the token goes."""
    found = asking(office)
    told = " ".join(map(str, found.instructions(BACK)))
    assert "Installation URL" in told
    assert "agreement_grant_token" in told
    assert found.address(back_to=BACK, state="s", personal=True) == ""
    found.close()


@pytest.mark.parametrize(
    "answer",
    [f"/?state=s3cret&token={GRANT}", f" {BACK}?Token={GRANT} ", GRANT, f"{BACK}?token={GRANT}&state=s3cret"],
)
def test_token_is_tried_and_told(office: Office, answer: str) -> None:
    """From the address the browser was sent to, or as the page showed it."""
    found = asking(office, app_public_token="public")
    found.address(back_to=BACK, state="s3cret", personal=False)
    connected = found.finish(answer)
    assert "Prov & Bruk AB (agreement 123456)" in str(connected.text)
    assert connected.lines == (f"agreement_grant_token = {GRANT}",)
    assert list(connected.notes) == []
    found.close()


def test_app_without_the_role_is_told_at_once(office: Office) -> None:
    """The role of an app never changes."""
    office.sim.company.roles = {"Bookkeeping"}
    (note,) = asking(office).finish(GRANT).notes
    assert "SuperUser" in str(note)


@pytest.mark.parametrize("answer", ["", f"{BACK}?state=s3cret", f"{BACK}?state=other&token={GRANT}"])
def test_answer_that_is_none(office: Office, answer: str) -> None:
    """Nothing is tried."""
    found = asking(office, app_public_token="public")
    found.address(back_to=BACK, state="s3cret", personal=False)
    with pytest.raises(UserError):
        found.finish(answer)
    assert office.said() == []


def test_token_nobody_knows(office: Office) -> None:
    """Never shown in the error."""
    with pytest.raises(Unauthorised) as caught:
        asking(office).finish("wrong-token-0123456789")
    assert "wrong-token" not in str(caught.value)
