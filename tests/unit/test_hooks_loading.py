from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import ConfigError
from bridge.hooks import Hooks
from bridge.hooks.loading import load
from tests.support.plugins import write

GOOD = "def map_order(order):\n    return order\n"


def problems(folder: Path, *names: str) -> list[str]:
    """What is said of plugins that cannot be used."""
    with pytest.raises(ConfigError) as refused:
        Hooks.load(names, folder=folder, clock=ManualClock())
    return [str(each) for each in refused.value.problems]


def test_plugin_file_is_found_beside_the_configuration(tmp_path: Path):
    """A path is relative to the configuration; the plugin bears the name of its file."""
    (tmp_path / "plugins").mkdir()
    write(tmp_path / "plugins", GOOD)
    (plugin,) = load(["plugins/my_hooks.py"], folder=tmp_path)
    assert (plugin.name, list(plugin.hooks)) == ("my_hooks.py", ["map_order"])


def test_plugin_module_is_imported_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An installed module needs no path."""
    write(tmp_path, GOOD, name="orderbro_test_plugin.py")
    monkeypatch.syspath_prepend(tmp_path)
    (plugin,) = load(["orderbro_test_plugin"], folder=tmp_path / "elsewhere")
    assert (plugin.name, plugin.path.name) == ("orderbro_test_plugin", "orderbro_test_plugin.py")
    del sys.modules["orderbro_test_plugin"]


def test_plugins_of_one_file_name_do_not_hide_each_other(tmp_path: Path):
    """Nor does a plugin called json.py hide Python's own."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, f"WHICH = {name!r}\n{GOOD}", name="json.py")
    plugins = load(["a/json.py", "b/json.py"], folder=tmp_path)
    assert [plugin.hooks["map_order"].__globals__["WHICH"] for plugin in plugins] == ["a", "b"]
    assert "site-packages" not in str(sys.modules.get("json"))
    assert hasattr(sys.modules["json"], "loads")


def test_plugin_may_have_dataclasses_of_its_own(tmp_path: Path):
    """They look up their module while they are made."""
    write(tmp_path, f"from dataclasses import dataclass\n@dataclass\nclass Note:\n    text: str\n{GOOD}")
    assert load(["my_hooks.py"], folder=tmp_path)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def map_order(order:\n    pass\n", "It cannot be imported: my_hooks.py:5: SyntaxError: "),
        ("import nowhere_at_all\n", "my_hooks.py:5: ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("Y = 1\nX = {}['a']\n", "my_hooks.py:6: KeyError: 'a'"),
        ("raise SystemExit('no')\n", "my_hooks.py:5: SystemExit: no"),
        ("X = 1\n", "It defines no hook. Define one or more of: accept_order, map_order, map_line, "),
        (
            "def map_orders(order): ...\n",
            "It defines no hook. Did you mean map_order where it says map_orders?",
        ),
        ("map_order = 7\n", "map_order is not a function. Write: def map_order(order):"),
        ("def map_line(line): ...\n", "other arguments than it gets. Write: def map_line(line, order):"),
        ("async def map_order(order): ...\n", "map_order is asynchronous, and would never be run."),
    ],
)
def test_plugin_that_cannot_be_used_is_refused_at_start(tmp_path: Path, source: str, told: str):
    """The line or the function at fault is named, with what to write instead."""
    write(tmp_path, source)
    (problem,) = problems(tmp_path, "my_hooks.py")
    assert problem.startswith("[bridge] plugins: my_hooks.py: ")
    assert told in problem


def test_plugin_that_is_not_there_is_told_with_the_way_to_name_it(tmp_path: Path):
    """A file by its full path; a module with the hint that a file is meant, where one lies there."""
    missing_file, missing_module, file_meant, odd = problems(
        tmp_path,
        "gone.py",
        "gone_module_xyz",
        *(["beside_me"] if write(tmp_path, GOOD, name="beside_me.py") else []),
        "..bad",
    )
    assert f"There is no file {tmp_path / 'gone.py'}." in missing_file
    assert (
        "There is no module gone_module_xyz. Install it beside Orderbro, or write the path" in missing_module
    )
    assert (
        "There is no module beside_me. Write beside_me.py: the file beside the configuration." in file_meant
    )
    assert "There is no module ..bad." in odd


def test_plugin_module_inside_a_broken_package_is_told_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """To find a.b is to run a."""
    (tmp_path / "orderbro_broken").mkdir()
    (tmp_path / "orderbro_broken" / "__init__.py").write_text("1 / 0\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (problem,) = problems(tmp_path, "orderbro_broken.hooks")
    assert "It cannot be imported: orderbro_broken.hooks: ZeroDivisionError" in problem


def test_plugin_with_another_ending_is_refused(tmp_path: Path):
    """Python reads .py only."""
    write(tmp_path, GOOD, name="hooks.txt")
    (problem,) = problems(tmp_path, "./hooks.txt")
    assert "its name must end in .py" in problem


def test_plugin_named_twice_is_refused(tmp_path: Path):
    """Its hooks would be called twice; all faults are told at once."""
    write(tmp_path, GOOD)
    twice, gone = sorted(problems(tmp_path, "my_hooks.py", "gone.py", "./my_hooks.py"), key=len)
    assert "my_hooks.py: It is named twice." in twice
    assert "There is no file" in gone


def test_plugin_with_arguments_python_cannot_tell_is_taken(tmp_path: Path):
    """A callable whose signature cannot be read is called and seen."""
    write(tmp_path, "map_order = dict\n")
    assert load(["my_hooks.py"], folder=tmp_path)
