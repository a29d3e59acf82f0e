from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bridge.clock import ManualClock, SystemClock
from bridge.disk import grab, open_lock
from bridge.errors import StoreError, UserError
from bridge.store import Lock, Store, upkeep
from bridge.store.connection import Writer
from bridge.store.migrations import LATEST, MIGRATIONS, Migration
from bridge.store.models import TABLES
from tests.conftest import ROOT
from tests.unit.store_world import World

NEXT = Migration(
    title="a colour", statements=("CREATE TABLE colour (name TEXT)", "INSERT INTO colour VALUES ('red')")
)
BROKEN = Migration(
    title="a slip", statements=("CREATE TABLE shape (name TEXT)", "INSERT INTO nowhere VALUES (1)")
)


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


@contextmanager
def another_process(path: Path) -> Iterator[int]:
    """Somebody else has the lock."""
    command = [sys.executable, "-m", "tests.unit.store_child", "hold", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child.pid
        finally:
            child.send_signal(signal.SIGKILL)


def upgrade(path: Path, clock: ManualClock, *steps: Migration) -> list[Path]:
    """What the next release would do at its start."""
    writer = Writer(path)
    try:
        writer.prepare()
        return upkeep.migrate(writer, clock=clock, migrations=(*MIGRATIONS, *steps))
    finally:
        writer.close()


def version(path: Path) -> int:
    """The schema's version in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_open_makes_what_only_its_owner_can_read(world: World) -> None:
    """Orders are personal data: the folder is 0700, every file 0600, also the log beside it."""
    world.add()
    assert stat.S_IMODE(world.path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in world.path.parent.iterdir()} == {0o600}


def test_open_tightens_a_file_that_others_could_read(world: World) -> None:
    """As after copying it back with the wrong umask."""
    world.store.close()
    world.path.chmod(0o644)
    world.reopen()
    assert stat.S_IMODE(world.path.stat().st_mode) == 0o600


def test_open_is_durable_by_wal_and_full_sync(world: World) -> None:
    """What keeps the promise "on disk before the first byte leaves"."""
    settings = {
        name: world.store._writer.read(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "user_version")
    }
    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "user_version": LATEST,
    }  # fmt: skip


def test_open_and_close_as_a_context(tmp_path: Path, clock: ManualClock) -> None:
    """For commands that do one thing; a folder with blanks and letters beyond ASCII is fine."""
    with Store.open(tmp_path / "min butik å#?%20" / "bridge.sqlite3", clock=clock) as store:
        assert store.reads.counts()["waiting"] == 0
        assert store.check() == []


def test_models_are_in_step_with_the_schema(world: World) -> None:
    """A question cannot ask for a column that is not there, nor miss one that is."""
    for model in TABLES:
        name = model._meta.table_name
        real = {row[1] for row in world.store._writer.read(f"PRAGMA table_info({name})")}
        assert set(model._meta.columns) == real


def test_migrate_backs_up_before_each_step(world: World) -> None:
    """An upgrade that went wrong has a way back, whole and readable by its owner only."""
    world.add()
    world.store.close()
    first, second = upgrade(world.path, world.clock, NEXT, Migration(title="none", statements=()))
    assert (version(world.path), version(first), version(second)) == (LATEST + 2, LATEST, LATEST + 1)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    with Store.open(first, clock=world.clock) as old:
        assert old.reads.counts()["waiting"] == 1


def test_migrate_that_fails_leaves_the_old_schema(world: World) -> None:
    """Half a step is no step."""
    world.store.close()
    with pytest.raises(StoreError, match=str(world.path)):
        upgrade(world.path, world.clock, BROKEN)
    assert version(world.path) == LATEST
    with closing(sqlite3.connect(world.path)) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'shape'").fetchone() is None


def test_migrate_twice_does_nothing_more(world: World) -> None:
    """Every later start finds it done."""
    world.store.close()
    assert len(upgrade(world.path, world.clock, NEXT)) == 1
    assert upgrade(world.path, world.clock, NEXT) == []


def test_migrate_beside_a_running_bridge_is_refused(world: World) -> None:
    """The older bridge that runs with it would not know its database any more."""
    world.store.close()
    with another_process(world.path) as pid, pytest.raises(StoreError, match=f"process {pid}"):
        upgrade(world.path, world.clock, NEXT)
    assert version(world.path) == LATEST


def test_open_of_a_newer_database_is_refused_and_changes_nothing(world: World) -> None:
    """After a downgrade: the sentence names the file, both versions and the remedy."""
    world.store.close()
    upgrade(world.path, world.clock, NEXT)
    before = world.path.read_bytes()
    with pytest.raises(StoreError, match=rf"{world.path} was made by a newer version .*schema {LATEST + 1}"):
        Store.open(world.path, clock=world.clock)
    assert world.path.read_bytes() == before


@pytest.mark.parametrize("damage", ["page", "start", "text"])
def test_open_of_a_damaged_file_names_it_and_the_remedy(world: World, damage: str) -> None:
    """Random bytes in a page, a broken head, something else altogether."""
    for number in range(50):
        world.add(number)
    world.store.close()
    content = bytearray(world.path.read_bytes())
    if damage == "page":
        content[4096 * 2 : 4096 * 6] = os.urandom(4096 * 4)
    elif damage == "start":
        content[:100] = bytes(100)
    else:
        content = bytearray(b"This is a shopping list, not a database.\n" * 100)
    world.path.write_bytes(content)
    with pytest.raises(StoreError, match=rf"{world.path} is damaged .* bridge db restore FILE"):
        Store.open(world.path, clock=world.clock)


def test_check_finds_what_does_not_add_up(world: World) -> None:
    """A done order without a document, a row without an entry, a broken queue."""
    world.done(1)
    world.add(2)
    connection = world.store._writer.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM link")
    connection.execute("UPDATE entry SET head = 0 WHERE shop_ref = '2'")
    connection.execute("INSERT INTO snapshot VALUES (99, 0, '')")
    found = [str(problem) for problem in world.store.check()]
    assert len(found) == 3
    assert any("main:1:order: It is done, but no document" in problem for problem in found)
    assert any("snapshot belongs to nothing" in problem for problem in found)
    assert any("main:2:order: It is not marked" in problem for problem in found)


def test_check_finds_damage_that_came_while_running(world: World) -> None:
    """The whole file is read, not only what is in use."""
    for number in range(50):
        world.add(number)
    with world.store._writer.locked() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entry_number'"
        ).fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX entry_number ON entry (digest)' WHERE name = 'entry_number'"
        )
        connection.execute("PRAGMA writable_schema = RESET")
    assert root
    assert any("damaged" in str(problem) for problem in world.store.check())


def test_backup_while_in_use_is_whole(world: World, tmp_path: Path) -> None:
    """Also what is still in the log beside the file, and nothing half is ever seen under its name."""
    world.done(1)
    to = tmp_path / "backup.sqlite3"
    world.store.backup(to)
    world.done(2)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    with Store.open(to, clock=world.clock) as copy:
        assert copy.reads.counts()["done"] == 1
    assert not list(tmp_path.glob("*.part"))


def test_backup_never_overwrites(world: World, tmp_path: Path) -> None:
    """The backup of yesterday is not lost by a slip of today."""
    (tmp_path / "b").write_text("old")
    with pytest.raises(UserError, match="exists already"):
        world.store.backup(tmp_path / "b")
    with pytest.raises(StoreError, match="cannot be written"):
        world.store.backup(tmp_path / "missing" / "b")
    assert (tmp_path / "b").read_text() == "old"


def test_backup_of_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A backup that could not be restored is none."""
    (tmp_path / "damaged").write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        upkeep.backup(tmp_path / "damaged", tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["damaged"]


def test_restore_puts_the_backup_in_place_and_keeps_the_other(world: World, tmp_path: Path) -> None:
    """A restore of the wrong file can be undone."""
    world.done(1)
    world.store.backup(tmp_path / "b")
    world.done(2)
    world.store.close()
    aside = Store.restore(tmp_path / "b", world.path, clock=world.clock)
    world.store = Store.open(world.path, clock=world.clock)
    assert world.store.reads.counts()["done"] == 1
    assert aside is not None
    with Store.open(aside, clock=world.clock) as other:
        assert other.reads.counts()["done"] == 2


def test_restore_into_an_empty_place(world: World, tmp_path: Path) -> None:
    """Moving to another machine."""
    world.done(1)
    world.store.backup(tmp_path / "b")
    assert Store.restore(tmp_path / "b", tmp_path / "new" / "bridge.sqlite3", clock=world.clock) is None
    with Store.open(tmp_path / "new" / "bridge.sqlite3", clock=world.clock) as copy:
        assert copy.reads.counts()["done"] == 1


@pytest.mark.parametrize("wrong", ["missing", "garbage", "empty", "newer"])
def test_restore_of_something_else_changes_nothing(world: World, tmp_path: Path, wrong: str) -> None:
    """The database stays as it was until the backup has been looked through."""
    world.done(1)
    source = tmp_path / "b"
    if wrong == "garbage":
        source.write_bytes(b"garbage" * 1000)
    elif wrong == "empty":
        source.touch()
    elif wrong == "newer":
        world.store.backup(source)
        upgrade(source, world.clock, NEXT)
    world.store.close()
    with pytest.raises((StoreError, UserError), match=str(source)):
        Store.restore(source, world.path, clock=world.clock)
    world.store = Store.open(world.path, clock=world.clock)
    assert world.store.reads.counts()["done"] == 1


def test_restore_under_a_running_bridge_is_refused(world: World, tmp_path: Path) -> None:
    """It would go on writing into the file that was put aside."""
    world.store.backup(tmp_path / "b")
    with another_process(world.path) as pid, pytest.raises(UserError, match=f"process {pid}"):
        Store.restore(tmp_path / "b", world.path, clock=world.clock)


def test_lock_is_not_refused_for_somebody_who_only_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that asks whether a bridge runs, in the moment in which one starts."""
    path = world.path.with_name("other.sqlite3")
    looking = open_lock(path.with_name(f"{path.name}.lock"))
    assert grab(looking)
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: os.close(looking))
    Lock.take(path).release()


def test_lock_keeps_a_second_bridge_out_until_the_first_is_dead(world: World) -> None:
    """The second names the first; a kill -9 of the first leaves no stale lock."""
    with another_process(world.path) as pid:
        assert Lock.holder(world.path) == pid
        with pytest.raises(UserError, match=f"process {pid}"):
            Lock.take(world.path)
        with Store.open(world.path, clock=world.clock) as guest:
            assert guest._writer.read("PRAGMA wal_autocheckpoint") == [(0,)]
    assert Lock.holder(world.path) is None
    lock = Lock.take(world.path)
    assert Lock.holder(world.path) == os.getpid()
    lock.release()
    lock.release()


def test_lock_in_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Names the file and the remedy."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="lock file"):
        Lock.take(tmp_path / "file" / "bridge.sqlite3")


def test_opening_beside_an_open_one_ends_no_lock_of_it(tmp_path: Path, clock: ManualClock) -> None:
    """Closing any handle of a file ends all its locks in this process: a command would then remove the log in use."""
    path = tmp_path / "bridge.db"
    command = (
        "import sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1])\n"
        "file.execute('CREATE TABLE visit (at TEXT)')\n"
        "file.close()\n"
    )
    with Store.open(path, clock=clock) as store:
        store.progress.put("mark", "first")
        upkeep.make_room(path)
        subprocess.run([sys.executable, "-c", command, path], check=True)
        assert path.with_name("bridge.db-wal").exists()
