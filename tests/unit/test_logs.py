"""The log: one line per record, and nothing in it that must not leave the house."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Iterator

import pytest

from bridge import logs
from bridge.logs import LONGEST_LINE, Mask


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    """The root logger belongs to everybody."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    names = ["bridge", "waitress.queue", "waitress", "urllib3", "peewee", "schedule", "werkzeug"]
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:], root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def stream() -> io.StringIO:
    """Where the lines go."""
    return io.StringIO()


LOG = logging.getLogger("bridge.flows.dispatch")


def test_line_has_time_level_and_logger_and_then_what_was_said(stream: io.StringIO):
    """A machine and a person can read it."""
    logs.setup(stream=stream)
    LOG.info("booked key=%s number=%s", "main:1234:order", "W17")
    assert re.fullmatch(
        r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=INFO logger=bridge.flows.dispatch "
        r"booked key=main:1234:order number=W17\n",
        stream.getvalue(),
    )


def test_extra_values_are_written_as_pairs(stream: io.StringIO):
    """What is passed aside comes behind, quoted where it must be."""
    logs.setup(stream=stream)
    LOG.info("polled", extra={"shop": "main", "note": 'two "words"', "empty": "", "count": 3})
    assert stream.getvalue().endswith('polled shop=main note="two \'words\'" empty="" count=3\n')


@pytest.mark.parametrize(
    ("evil", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("a\r\nlevel=INFO fake", r"a\r\nlevel=INFO fake"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\u2028b\x85c", r"a\u2028b\x85c"),
        ("a\\nb", r"a\\nb"),
    ],
)
def test_line_break_in_a_value_cannot_forge_a_line(stream: io.StringIO, evil: str, shown: str):
    """What a shop or a buyer wrote stays inside its own line."""
    logs.setup(stream=stream)
    LOG.info("got value=%s", evil)
    assert stream.getvalue().splitlines()[0].endswith(f"got value={shown}")
    assert stream.getvalue().count("\n") == 1


def test_traceback_is_one_line_too(stream: io.StringIO):
    """One grep finds the whole story, and the secrets in the error's text are dots."""
    logs.setup(stream=stream, secrets=["cs_0123456789"], level=logging.DEBUG)
    try:
        int("cs_0123456789")
    except ValueError:
        LOG.exception("unexpected error", stack_info=True)
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert "with base 10: '••••'" in line
    assert "stack=" in line


def test_traceback_does_not_quote_the_buyer(stream: io.StringIO):
    """Where and what it was stays; the words only where they speak of the program, or when asked for."""
    logs.setup(stream=stream)
    try:
        try:
            {}["Anna Öberg"]
        except KeyError:
            None.name  # noqa: B018 - it fails, as wanted
    except AttributeError:
        LOG.exception("unexpected error")
    line = stream.getvalue()
    assert "Anna" not in line.replace('{}["Anna Öberg"]', "").replace("{}['Anna Öberg']", "")
    assert "KeyError: (message withheld" in line
    assert "AttributeError: 'NoneType' object has no attribute 'name'" in line
    assert line.count("test_logs.py") == 2


def test_line_of_a_megabyte_is_cut(stream: io.StringIO):
    """An answer of a vendor cannot fill the disk."""
    logs.setup(stream=stream)
    LOG.info("got %s", "x" * 1_000_000)
    assert len(stream.getvalue()) < LONGEST_LINE + 200


@pytest.mark.parametrize(
    "number", ["811218-9876", "8112189876", "19811218-9876", "198112189876", "811218+9876", "701063-2391"]
)
def test_person_number_is_masked(number: str):
    """Ten or twelve digits, with or without a sign, also a co-ordination number (day plus 60)."""
    assert Mask()(f"kund {number}, order 17") == "kund ******-****, order 17"


@pytest.mark.parametrize(
    "number",
    ["811218-9875", "8113189876", "556677-8899", "1234567890", "2026112112345678", "W-8112189876", "12345"],
)
def test_number_that_is_no_person_stays(number: str):
    """Order, organisation and voucher numbers must be found in the log."""
    assert Mask()(f"order {number}.") == f"order {number}."


def test_secret_is_masked_also_in_an_address():
    """Quoted for a URL it is the same secret; the longer of two that begin alike goes as a whole."""
    mask = Mask(["hemligt&ord", "hemligt&ord-långt"])
    assert mask("a hemligt&ord b?k=hemligt%26ord c hemligt&ord-långt.") == "a •••• b?k=•••• c ••••."


def test_secret_of_few_letters_is_not_masked():
    """Otherwise half the words of the log would be dots."""
    assert Mask(["a", "12345"])("a 12345") == "a 12345"


def test_mask_learns_secrets_later(stream: io.StringIO):
    """The configuration is read after the log is opened."""
    mask = logs.setup(stream=stream)
    mask.add(["ck_secret_1"])
    LOG.warning("key=%s", "ck_secret_1")
    assert "key=••••" in stream.getvalue()


def test_levels_let_our_facts_through_and_keep_others_quiet(stream: io.StringIO):
    """Without it waitress says "queue depth" at every click, peewee's DEBUG would print the rows."""
    logs.setup(stream=stream)
    LOG.debug("no")
    logging.getLogger("waitress.queue").warning("no")
    logging.getLogger("urllib3.connectionpool").info("no")
    logging.getLogger("peewee").debug("no")
    assert stream.getvalue() == ""
    logs.setup(level=logging.DEBUG, stream=stream)
    LOG.debug("yes")
    logging.getLogger("peewee").debug("no")
    assert stream.getvalue().endswith("yes\n")
    assert stream.getvalue().count("\n") == 1


def test_setup_twice_writes_every_line_once(stream: io.StringIO):
    """The command line may set it up again; other handlers are left alone."""
    other = logging.NullHandler()
    logging.getLogger().addHandler(other)
    logs.setup(stream=stream)
    logs.setup(stream=stream)
    LOG.info("once")
    assert stream.getvalue().count("once") == 1
    assert other in logging.getLogger().handlers


def test_log_goes_to_the_standard_error_of_the_moment(capsys: pytest.CaptureFixture[str]):
    """A stream that was replaced since is not written to any more."""
    logs.setup()
    LOG.info("here")
    captured = capsys.readouterr()
    assert "here" in captured.err
    assert captured.out == ""
    assert sys.stderr is not None
