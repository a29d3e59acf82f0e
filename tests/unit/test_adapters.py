"""From a name in the configuration to an adapter class."""

from __future__ import annotations

import sys
import types

import pytest

from bridge import erps
from bridge.erps.sie import Sie
from bridge.errors import ConfigError


def test_registry_every_name_leads_to_an_adapter():
    """A line of the registry that leads nowhere would be found by the first customer."""
    for name in erps.REGISTRY:
        assert erps.load(name).name == name


@pytest.mark.parametrize("name", ["bridge.erps.sie", "bridge.erps.sie:Sie"])
def test_registry_module_paths_work_too(name):
    """An adapter from outside is named by its module, with or without its class."""
    assert erps.load(name) is Sie


@pytest.mark.parametrize("name", ["sei", "", ".x", "no.such.module"])
def test_registry_unknown_name_says_what_could_be_meant(name):
    """A typing mistake is answered with the right word."""
    with pytest.raises(ConfigError, match="sie"):
        erps.load(name)


@pytest.mark.parametrize("name", ["bridge.clock", "bridge.erps.sie:SieOptions", "bridge.erps.sie:Nobody"])
def test_registry_module_without_an_adapter_is_told(name):
    """A module of something else is no adapter."""
    with pytest.raises(ConfigError, match="no single adapter"):
        erps.load(name)


def test_registry_two_adapters_in_a_module_must_be_told_apart(monkeypatch):
    """No guessing which one is meant."""
    marks = dict.fromkeys(erps._MARKS)
    module = types.ModuleType("twins")
    for name in ("One", "Two"):
        setattr(module, name, type(name, (), {**marks, "__module__": "twins"}))
    monkeypatch.setitem(sys.modules, "twins", module)
    with pytest.raises(ConfigError, match="no single"):
        erps.load("twins")
    assert erps.load("twins:Two").__name__ == "Two"


def test_registry_adapter_that_misses_a_library_shows_its_own_error(tmp_path, monkeypatch):
    """To call it unknown would send its author the wrong way."""
    (tmp_path / "half_done.py").write_text("import no_such_library_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_library_at_all"):
        erps.load("half_done")
