"""The password line."""

from __future__ import annotations

from werkzeug.security import check_password_hash

from bridge.cli.exits import ExitCode
from bridge.config.checks import password_hash


def value(line: str) -> str:
    """What stands after the equals sign."""
    key, _, found = line.partition(" = ")
    assert key == "password_hash"
    return found


def test_password_from_standard_input_gives_a_line_the_configuration_accepts(run):
    """The hash fits the password and passes the option's own check; the password is nowhere."""
    result = run("password", "--stdin", typed="tre små ankor\n")
    assert result.exit_code == 0
    found = value(result.stdout.strip())
    assert found.startswith("scrypt:")
    assert check_password_hash(found, "tre små ankor")
    assert list(password_hash("", found)) == []
    assert "ankor" not in result.output


def test_password_is_asked_for_twice_and_not_shown(run):
    """A slip of the finger is caught; only the line itself goes to standard output."""
    result = run("password", typed="en lång rad\nen annan rad\nen lång rad\nen lång rad\n")
    assert result.exit_code == 0
    assert "The two entered values do not match" in result.stderr
    assert check_password_hash(value(result.stdout.strip()), "en lång rad")
    assert "lång" not in result.output


def test_password_that_is_short_is_refused(run, config):
    """In the owner's language, with how long it must be."""
    config(language="sv")
    result = run("password", "--stdin", typed="kort\n")
    assert result.exit_code == ExitCode.USAGE
    assert "Lösenordet är för kort. Använd minst 10 tecken" in result.stderr
    assert result.stdout == ""


def test_password_works_without_a_configuration(run):
    """It is made before the file is finished."""
    assert run("password", "--stdin", typed="tre små ankor\n").exit_code == 0
