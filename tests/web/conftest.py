from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge.web import passwords
from tests.web.site import Site, a_site


@pytest.fixture(autouse=True)
def _cheap_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every site hashes its password; the real cost is measured in one test only."""
    monkeypatch.setattr(passwords, "METHOD", "pbkdf2:sha256:1")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A page in English before an empty store."""
    with a_site(tmp_path) as made:
        yield made


@pytest.fixture
def app(site: Site) -> Flask:
    """The page as Flask knows it."""
    return site.app


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A browser nobody has logged in."""
    return site.client()


@pytest.fixture
def person(site: Site) -> FlaskClient:
    """A browser of somebody logged in."""
    return site.person()
