"""The group: help, languages, and what an error becomes."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bridge.cli import COMMANDS, main
from bridge.cli.exits import ExitCode, code_for
from bridge.errors import (
    BridgeError,
    ConfigError,
    GuardTripped,
    LostReply,
    NotFound,
    Rejected,
    StoreError,
    Throttled,
    Transient,
    Unauthorised,
    UserError,
)
from bridge.i18n import translator
from bridge.model.texts import Problem, say

ROOT = Path(__file__).resolve().parents[2]


def commands(command: click.Command, path: str = "bridge") -> Iterator[tuple[str, click.Command]]:
    """A command and all below it."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, f"{path} {name}")


def everything() -> list[tuple[str, click.Command]]:
    """Every command there is."""
    found = [("bridge", main)]
    for name, (target, _) in COMMANDS.items():
        module, _, attribute = target.partition(":")
        found += commands(getattr(importlib.import_module(module), attribute), f"bridge {name}")
    return found


def test_every_command_and_option_says_what_it_does():
    """Help without a text is no help."""
    silent = [path for path, command in everything() if not command.help]
    silent += [
        f"{path} {each.opts[0]}"
        for path, command in everything()
        for each in command.params
        if isinstance(each, click.Option) and not each.help
    ]
    assert silent == []


def test_every_argument_is_spoken_of():
    """Click has no help for arguments, so the command's own text must name it."""
    silent = [
        f"{path} {each.human_readable_name}"
        for path, command in everything()
        for each in command.params
        if isinstance(each, click.Argument)
        and each.human_readable_name.lower() not in (command.help or "").lower()
    ]
    assert silent == []


def test_help_is_written_in_swedish_where_the_environment_is(run, monkeypatch: pytest.MonkeyPatch):
    """Commands, options and click's own words."""
    monkeypatch.setenv("LANG", "sv_SE.UTF-8")
    result = run("--help")
    assert result.exit_code == 0
    assert "Användning: bridge" in result.output
    assert "Visa versionen och avsluta." in result.output
    assert translator("sv")(COMMANDS["password"][1]) in result.output
    assert "Visa, kontrollera eller påbörja" in run("config", "--help").output


def test_help_is_english_again_afterwards(run, monkeypatch: pytest.MonkeyPatch):
    """The commands themselves are not changed by being shown."""
    monkeypatch.setenv("ORDERBRO_LANGUAGE", "sv")
    run("password", "--help")
    monkeypatch.setenv("ORDERBRO_LANGUAGE", "en")
    assert "Make the password line" in run("password", "--help").output


def test_help_lists_every_command_without_loading_one():
    """It answers at once, without database, HTTP and web in memory."""
    code = (
        "import sys; from bridge.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'flask', 'peewee', 'requests', 'waitress', 'bridge.app'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


def test_python_dash_m_bridge_is_the_same():
    """Where the script is not on the path."""
    words = [sys.executable, "-m", "bridge", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("bridge, version ")


@pytest.mark.parametrize(
    ("language", "complaint"),
    [("en", "Error: No such command 'frob'."), ("sv", "Fel: Det finns inget kommando 'frob'.")],
)
def test_unknown_command_is_refused_in_the_configured_language(run, config, language: str, complaint: str):
    """Also where --config names the file with an equals sign."""
    path = config(language=language)
    for words in (["--config", str(path)], [f"--config={path}"], []):
        result = run(*words, "frob")
        assert result.exit_code == ExitCode.USAGE
        assert complaint in result.output


def test_config_comes_from_the_environment_too(run, config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """ORDERBRO_CONFIG names it where the command line does not."""
    path = config(text="[bridge]\nlanguage = sv\n").rename(tmp_path / "annan.ini")
    monkeypatch.setenv("ORDERBRO_CONFIG", str(path))
    assert f"Konfigurationen {path} kan inte användas." in run("config", "check").output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UserError("x"), ExitCode.USAGE),
        (ConfigError("x"), ExitCode.USAGE),
        (GuardTripped("x"), ExitCode.USAGE),
        (StoreError("x"), ExitCode.USAGE),
        (Unauthorised("x"), ExitCode.USAGE),
        (NotFound("x"), ExitCode.USAGE),
        (Rejected("x"), ExitCode.PARKED),
        (Transient("x"), ExitCode.REMOTE),
        (Throttled("x"), ExitCode.REMOTE),
        (LostReply("x"), ExitCode.REMOTE),
    ],
)
def test_each_error_has_its_exit_code(error: BridgeError, code: ExitCode):
    """Scripts act on it."""
    assert code_for(error) is code


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch):
    """A command that fails as told."""

    def install(error: BaseException) -> None:
        @click.command()
        def boom() -> None:
            raise error

        module = types.ModuleType("boom_module")
        module.boom = boom  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "boom_module", module)
        monkeypatch.setitem(COMMANDS, "boom", ("boom_module:boom", "Fails."))  # type: ignore[arg-type]

    return install


def test_error_is_printed_with_problems_and_remedies(run, fails, config):
    """All of them, to standard error, in the reader's language, without a traceback."""
    config(language="sv")
    fix = say("Did you mean {near}?", near="web")
    mild = Problem(where="[web] listen", what=say("There is no shop."), fix=fix, severe=False)
    fails(UserError(say("The configuration cannot be read."), [mild]))
    result = run("boom")
    assert result.exit_code == ExitCode.USAGE
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Fel: Konfigurationen kan inte läsas.",
        "! [web] listen: Det finns ingen butik.",
        "    Menade du web?",
    ]


def test_remote_error_is_printed_with_its_advice(run, fails):
    """What the adapter knows better than the sentence is shown too."""
    fails(Transient(say("{channel} has had too many calls.", channel="erp"), advice=say("Try again later.")))
    result = run("boom")
    assert result.exit_code == ExitCode.REMOTE
    assert result.stderr.splitlines() == ["Error: erp has had too many calls.", "    Try again later."]


def test_remote_error_without_advice_is_one_line(run, fails):
    """Nothing is made up."""
    fails(NotFound("gone"))
    assert run("boom").stderr == "Error: gone\n"


def test_mistake_of_ours_is_logged_on_one_line_and_has_its_own_code(run, fails):
    """Python's own 1 would read as "something is parked"."""
    fails(TypeError("811218-9876"))
    result = run("boom")
    assert result.exit_code == ExitCode.BUG
    log, sentence = result.stderr.splitlines()
    assert "TypeError: ******-****" in log
    assert sentence.startswith("This is a mistake in the bridge")


def test_interruption_has_its_own_code(run, fails):
    """Ctrl-C at a prompt or in a long command."""
    fails(KeyboardInterrupt())
    assert run("boom").exit_code == ExitCode.INTERRUPTED


def test_exit_code_a_command_asks_for_is_kept(run, fails):
    """Also usage errors of click's own."""
    fails(click.exceptions.Exit(ExitCode.PARKED))
    assert run("boom").exit_code == ExitCode.PARKED
    fails(click.UsageError("no"))
    assert run("boom").exit_code == ExitCode.USAGE


def test_verbose_logs_every_call(run, fails, caplog: pytest.LogCaptureFixture):
    """Without it only warnings reach standard error."""
    import logging

    fails(click.exceptions.Exit(0))
    run("boom")
    assert logging.getLogger("bridge").level == logging.WARNING
    run("-v", "boom")
    assert logging.getLogger("bridge").level == logging.DEBUG
    assert caplog.records == []
