"""The database on its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bridge.cli.exits import ExitCode
from bridge.clock import SystemClock
from bridge.store import Store
from bridge.store.lock import Lock


@pytest.fixture
def database(config, tmp_path: Path) -> Path:
    """A configuration and its database, with a mark to know it by."""
    config(language="en")
    path = tmp_path / "data" / "bridge.db"
    with Store.open(path, clock=SystemClock()) as store:
        store.progress.put("mark", "first")
    return path


def mark(path: Path) -> str | None:
    """The mark in a database."""
    with Store.open(path, clock=SystemClock()) as store:
        return store.progress.get("mark")


def test_backup_copies_beside_the_database_under_a_name_with_the_time(run, database: Path):
    """Without a name the copy lands where the automatic ones are, for its owner only."""
    result = run("db", "backup")
    assert result.exit_code == 0
    (copy,) = (database.parent / "backups").iterdir()
    assert str(copy) in result.stdout
    assert copy.stat().st_mode & 0o077 == 0
    assert mark(copy) == "first"


def test_backup_to_a_name_that_is_taken_is_refused(run, database: Path, tmp_path: Path):
    """No copy is ever written over."""
    assert run("db", "backup", "copy.db").exit_code == 0
    result = run("db", "backup", "copy.db")
    assert result.exit_code == ExitCode.USAGE
    assert "exists already" in result.stderr
    assert mark(tmp_path / "copy.db") == "first"
    assert mark(database) == "first"


def test_restore_puts_the_copy_in_place_and_keeps_the_old_one(run, database: Path):
    """What was there before can still be looked at."""
    run("db", "backup", "copy.db")
    with Store.open(database, clock=SystemClock()) as store:
        store.progress.put("mark", "second")
    result = run("db", "restore", "copy.db")
    assert result.exit_code == 0
    assert mark(database) == "first"
    (aside,) = database.parent.glob("bridge.db.replaced-*")
    assert str(aside) in result.stdout


def test_restore_into_nothing_says_nothing_of_an_old_one(run, database: Path):
    """On a new machine there is none."""
    run("db", "backup", "copy.db")
    for piece in database.parent.glob("bridge.db*"):
        piece.unlink()
    result = run("db", "restore", "copy.db")
    assert result.exit_code == 0
    assert "before" not in result.stdout
    assert mark(database) == "first"


def test_restore_while_a_bridge_runs_is_refused(run, database: Path):
    """It would book from one database what the other has forgotten."""
    run("db", "backup", "copy.db")
    with Lock.take(database):
        result = run("db", "restore", "copy.db")
    assert result.exit_code == ExitCode.USAGE
    assert "Stop it first" in result.stderr


@pytest.mark.usefixtures("database")
def test_restore_while_a_bridge_runs_finds_the_lock_it_really_takes(run, config):
    """The commands that send and the one that restores must mean the same file."""
    from bridge.cli.running import alone
    from bridge.cli.session import option_class
    from bridge.config import load

    run("db", "backup", "copy.db")
    with alone(load(config(), adapters=option_class)):
        result = run("db", "restore", "copy.db")
    assert result.exit_code == ExitCode.USAGE


def test_restore_from_a_file_that_is_no_copy_is_refused(run, database: Path, tmp_path: Path):
    """Nothing is changed then."""
    (tmp_path / "copy.db").write_text("hello")
    for name in ("copy.db", "nowhere.db"):
        assert run("db", "restore", name).exit_code == ExitCode.USAGE
    assert mark(database) == "first"


def test_upgrade_brings_the_database_up_to_date(run, database: Path):
    """Also when there is nothing to do."""
    result = run("db", "upgrade")
    assert result.exit_code == 0
    assert result.stdout == f"The database {database} has the form this version needs.\n"


def test_upgrade_of_a_database_from_the_future_is_refused(run, database: Path):
    """An older version must not write into it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()
    result = run("db", "upgrade")
    assert result.exit_code == ExitCode.USAGE
    assert "9999" in result.stderr


def test_check_of_a_sound_database_says_so(run, config, database: Path):
    """In the configured language."""
    config(language="sv")
    result = run("db", "check")
    assert result.exit_code == 0
    assert result.stdout == f"Databasen {database} är hel.\n"


def test_check_of_a_database_with_a_fault_shows_it(run, database: Path):
    """Each fault with its remedy, and an exit code a script sees."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "INSERT INTO entry_event (entry_id, step, at, after, who, note) VALUES (77, 1, 1, 'done', '', '')"
        )
        connection.commit()
    result = run("db", "check")
    assert result.exit_code == ExitCode.USAGE
    assert "belongs to nothing" in result.stdout


@pytest.mark.parametrize("command", ["backup", "upgrade", "check"])
def test_database_that_is_not_there_is_not_made_by_looking_at_it(run, config, tmp_path: Path, command: str):
    """A typing error in data_dir must not leave an empty database behind."""
    config()
    result = run("db", command)
    assert result.exit_code == ExitCode.USAGE
    assert "There is no database" in result.stderr
    assert not (tmp_path / "data").exists()


def remember(path: Path, fact: str) -> None:
    """What an adapter keeps of its own."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE IF NOT EXISTS sent (fact TEXT)")
        file.execute("INSERT INTO sent VALUES (?)", (fact,))


def remembered(path: Path) -> list[str]:
    """All of it."""
    with closing(sqlite3.connect(path)) as file:
        return [fact for (fact,) in file.execute("SELECT fact FROM sent")]


def test_backup_takes_along_what_is_remembered_of_the_erp(run, database: Path, tmp_path: Path):
    """For its owner only; on another machine it is put back with the database."""
    memory = database.with_name("vendor.sqlite")
    remember(memory, "main:1:order")
    assert "copy-vendor.sqlite" in run("db", "backup", "copy.db").stdout
    copy = tmp_path / "copy-vendor.sqlite"
    assert copy.stat().st_mode & 0o077 == 0
    memory.unlink()
    assert "was put back" in run("db", "restore", "copy.db").stdout
    assert remembered(memory) == ["main:1:order"]


def test_restore_never_forgets_what_was_sent_since(run, database: Path):
    """The memory that is there is newer, and all that keeps an order from being sent twice."""
    memory = database.with_name("vendor.sqlite")
    remember(memory, "main:1:order")
    run("db", "backup", "copy.db")
    remember(memory, "main:2:order")
    assert "was put back" not in run("db", "restore", "copy.db").stdout
    assert remembered(memory) == ["main:1:order", "main:2:order"]


def test_backup_under_another_name_is_not_taken_for_this_one(run, database: Path, tmp_path: Path):
    """Only what was copied together belongs together."""
    remember(tmp_path / "other-vendor.sqlite", "main:9:order")
    run("db", "backup", "copy.db")
    run("db", "restore", "copy.db")
    assert not database.with_name("vendor.sqlite").exists()
