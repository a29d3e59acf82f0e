"""Where an ERP calls: whoever knows the address wakes the bridge, and can do nothing else."""

from __future__ import annotations

import pytest

from bridge.ports import Capability
from tests.web.site import Site

COLLECTS = frozenset({Capability.COLLECTS})


@pytest.fixture
def pinged(site: Site) -> Site:
    """A page before an ERP that pings."""
    site.bridge.erp.capabilities = COLLECTS
    return site


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ping_is_answered_and_wakes(pinged: Site, method: str) -> None:
    """Without session, form or origin; the answer is the ERP's own word, and the secret is in no header."""
    path = "/ping/erp/open-sesame?calltype=1"
    answer = pinged.client().open(path, method=method, data={"orderNo": "7"} if method == "POST" else None)
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "1;Done", "text/plain")
    assert pinged.bridge.pinged.is_set()
    assert pinged.bridge.poke.is_set()
    assert pinged.bridge.erp.told[-1]["calltype"] == "1"
    assert "open-sesame" not in str(answer.headers)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/ping/erp/wrong", "/ping/erp/", "/ping/erp/open-sesame/more", "/ping/shop/open-sesame"]
)
def test_wrong_address_is_not_there_and_wakes_nobody(pinged: Site, path: str) -> None:
    """A stranger learns nothing, not even that there is such a thing."""
    assert pinged.client().get(path).status_code == 404
    assert not pinged.bridge.pinged.is_set()


def test_erp_that_never_pings_has_no_such_address(site: Site) -> None:
    """Closed where it is not needed."""
    assert site.client().get("/ping/erp/open-sesame").status_code == 404
    assert site.bridge.erp.told == []


def test_ping_opens_no_page(pinged: Site) -> None:
    """After it a stranger is still one."""
    client = pinged.client()
    client.get("/ping/erp/open-sesame")
    assert client.get("/").status_code == 401


def test_ping_under_a_foreign_name_is_refused(pinged: Site) -> None:
    """The names under which the page may be called hold for programs too."""
    answer = pinged.client().get("/ping/erp/open-sesame", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert not pinged.bridge.pinged.is_set()


def test_large_ping_is_refused(pinged: Site) -> None:
    """It says next to nothing; whoever sends more is no ERP."""
    answer = pinged.client().post("/ping/erp/open-sesame", data=b"x" * 300_000)
    assert answer.status_code == 413
