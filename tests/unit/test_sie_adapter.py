"""The adapter as the flow and the check see it."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest

from bridge.erps.chart import Chart
from bridge.erps.sie.setup import (
    account_problems,
    company_problems,
    file_problems,
    folder_problems,
    rate_problems,
)
from bridge.errors import Rejected, Transient
from bridge.model.documents import DocumentKind
from bridge.model.orders import Address, Customer, OrderRef
from tests.builders import a_line, an_order
from tests.support.sie import VOUCHER, a_sie, config_of, key_of, put


def _where(problems):
    return [problem.where for problem in problems]


def test_adapter_preview_is_the_file_byte_by_byte(tmp_path):
    """What is shown is what is then written."""
    sie = a_sie(tmp_path)
    preview = sie.preview(an_order(), key_of(an_order()), VOUCHER)
    assert preview.payload.encode("cp437") == Path(put(sie, an_order()).link).read_bytes()
    assert preview.rows[1] == {
        "account": "3001", "name": "Försäljning inom Sverige, 25 % moms", "debit": "", "credit": "80.00",
        "text": "Försäljning 25 %",
    }  # fmt: skip


def test_adapter_preview_of_a_booked_order_says_so(tmp_path):
    """Nobody should think it would be booked again."""
    sie = a_sie(tmp_path)
    put(sie, an_order())
    notes = sie.preview(an_order(), key_of(an_order()), VOUCHER).notes
    assert "W1 has this order's key already" in str(notes[-1])


@pytest.mark.parametrize("kind", [DocumentKind.ORDER, DocumentKind.INVOICE])
def test_adapter_makes_vouchers_only(tmp_path, kind):
    """A SIE file is no invoice; the remedy is a line in the configuration."""
    with pytest.raises(Rejected) as caught:
        a_sie(tmp_path).put_document(an_order(), key_of(an_order()), kind)
    assert "document = voucher" in str(caught.value.advice)


def test_adapter_notes_tell_what_was_changed(tmp_path):
    """Letters that do not exist in SIE are named on the document, not lost."""
    order = an_order(customer=Customer(billing=Address(first_name="Søren", last_name="Ærø 😀")))
    document = put(a_sie(tmp_path), order)
    assert "ø → ö" in str(document.notes[0])
    assert "Order 1234, Sören Ærö ?" in Path(document.link).read_text("cp437")


def test_adapter_long_order_number_leaves_the_key_whole(tmp_path):
    """A text is cut before the key, never in it."""
    order = an_order(ref=OrderRef(shop="main", id="1234", number="N" * 300))
    sie = a_sie(tmp_path)
    text = Path(put(sie, order).link).read_text("cp437")
    assert ' main:1234:order" ' in text
    assert len(next(line for line in text.splitlines() if line.startswith("#VER"))) < 150


def test_adapter_logs_no_personal_data(tmp_path, caplog):
    """The log tells number and key; never who bought."""
    caplog.set_level(logging.DEBUG)
    sie = a_sie(tmp_path)
    put(sie, an_order())
    put(sie, an_order())
    assert "sie_made=W1 year=2026 key=main:1234:order" in caplog.text
    assert "sie_found=W1" in caplog.text
    assert "Öberg" not in caplog.text


def test_adapter_wrong_org_number_is_written_as_digits(tmp_path):
    """The check complains; the file still has the record that validators demand."""
    sie = a_sie(tmp_path, erp={"org_number": "123 456"})
    assert "#ORGNR 123456" in Path(put(sie, an_order()).link).read_text("cp437")
    empty = a_sie(tmp_path, erp={"org_number": "ej klart"})
    assert "#ORGNR" not in Path(put(empty, an_order(order_id=2)).link).read_text("cp437")


def test_adapter_closing_twice_is_harmless(tmp_path):
    """There is nothing to let go of."""
    sie = a_sie(tmp_path)
    sie.close()
    sie.close()


def test_check_fresh_settings_are_in_order_and_make_the_folder(tmp_path):
    """Nothing but the folder is left behind."""
    assert a_sie(tmp_path).check() == []
    assert {path.name for path in (tmp_path / "sie").iterdir()} == set()


def test_check_company_findings_name_their_option(tmp_path):
    """Name, number, series: each with its remedy."""
    options = config_of(tmp_path, erp={"company_name": "Øl AB", "org_number": "556000-4616", "series": "W 1"})
    problems = list(company_problems(options.erp_options))
    assert _where(problems) == ["[erp] company_name", "[erp] org_number", "[erp] series"]
    assert [problem.severe for problem in problems] == [False, True, True]


def test_check_empty_company_name_is_severe(tmp_path):
    """No program imports a file without one."""
    from dataclasses import replace

    options = replace(config_of(tmp_path).erp_options, company_name=" ")
    assert any("no program" in str(problem.what) for problem in company_problems(options))


def test_check_accounts_that_are_none_or_shared(tmp_path):
    """A word, and two uses that would hide each other."""
    from dataclasses import replace

    config = config_of(tmp_path, payments={"bacs": "3740"}, accounts={"sales_25": "3001", "vat_25": "3001"})
    accounts = replace(config.accounts, fee="avgift")
    problems = list(account_problems(accounts, config.payments))
    assert "[accounts] fee" in _where(problems)
    shared = [problem for problem in problems if "share" in str(problem.what)]
    assert len(shared) == 2
    assert any("[payments] bacs" in where and "rounding" in where for where in _where(shared))


def test_check_rates_with_one_account_of_two(tmp_path):
    """Sales at 20 % without VAT at 20 %, Norwegian VAT to come, Swedish VAT of 10 % without sales."""
    config = config_of(tmp_path, accounts={"sales_20": "3009", "sales_NO_25": "3107", "vat_10": "2651"})
    problems = list(rate_problems(Chart(config.accounts, config.payments), config.accounts))
    assert _where(problems) == ["[accounts] vat_SE_20", "[accounts] vat_NO_25", "[accounts] sales_10"]
    assert all("Add a line" in str(problem.fix) for problem in problems)


def test_check_rates_covered_are_no_finding(tmp_path):
    """Zero needs no VAT account, Germany falls back on the one for the union."""
    config = config_of(tmp_path, accounts={"sales_0": "3044", "sales_DE_19": "3116", "sales_25": "3041"})
    assert list(rate_problems(Chart(config.accounts, config.payments), config.accounts)) == []


def test_check_exchange_rates(tmp_path):
    """A rate nobody can use is found before the first foreign order."""
    sie = a_sie(tmp_path)
    sie._conversion._rates["EUR"] = "1"
    assert _where(sie.check()) == ["[orders] exchange_rates"]


def test_check_folder_that_is_a_file_is_said_once(tmp_path):
    """One finding with its remedy, and the rest of the check does not stumble over it."""
    (tmp_path / "sie").write_text("x")
    (problem,) = a_sie(tmp_path).check()
    assert "not a folder" in str(problem.what)


def test_check_folder_without_hard_links_is_a_hint(tmp_path, monkeypatch):
    """It works all the same."""

    def no_links(*_):
        raise OSError(errno.EPERM, "no")

    monkeypatch.setattr("bridge.erps.sie.setup.os.link", no_links)
    (problem,) = folder_problems(tmp_path)
    assert not problem.severe
    assert list(tmp_path.iterdir()) == []


def test_check_locked_folder_is_reported_not_raised(tmp_path, monkeypatch):
    """The check never raises."""
    sie = a_sie(tmp_path)

    def busy():
        raise Transient("busy")

    monkeypatch.setattr(sie._folder, "tidy", busy)
    assert _where(sie.check()) == ["[erp] folder"]


def test_check_damaged_files_are_named(tmp_path):
    """A file that a failing disk cut off is found, with the only remedy there is."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    path = Path(document.link)
    path.write_bytes(path.read_bytes()[:200])
    (problem,) = sie.check()
    assert problem.where == path.name
    assert "backup" in str(problem.fix)


def test_check_files_that_vanish_meanwhile_are_no_finding(tmp_path, monkeypatch):
    """The owner moves files when he likes."""
    put(a_sie(tmp_path), an_order())
    monkeypatch.setattr(Path, "read_bytes", lambda _: (_ for _ in ()).throw(OSError(errno.ENOENT, "gone")))
    assert list(file_problems(tmp_path / "sie")) == []
    assert list(file_problems(tmp_path / "nowhere")) == []


def test_adapter_file_unreadable_now_answers_from_the_journal(tmp_path, monkeypatch):
    """A file another program holds shut is still a booked voucher."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order(a_line()))
    monkeypatch.setattr(Path, "read_bytes", lambda _: (_ for _ in ()).throw(OSError(errno.EACCES, "held")))
    (found,) = sie.find_document(key_of(an_order()))
    assert (found.number, found.gross) == (document.number, document.gross)


def test_adapter_subfolder_nobody_may_read_does_no_harm(tmp_path, monkeypatch):
    """An owner's private folder inside ours is passed by."""
    (tmp_path / "sie" / "privat").mkdir(parents=True)
    real = os.scandir

    def guarded(path):
        if str(path).endswith("privat"):
            raise PermissionError(errno.EACCES, "no")
        return real(path)

    monkeypatch.setattr("bridge.erps.sie.index.os.scandir", guarded)
    assert put(a_sie(tmp_path), an_order()).number == "W1"


def test_adapter_removed_subfolder_is_forgotten(tmp_path):
    """Files that went with their folder are remembered by the journal only."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    inside = tmp_path / "sie" / "klart"
    inside.mkdir()
    moved = Path(document.link).rename(inside / Path(document.link).name)
    assert sie.find_document(key_of(an_order()))[0].link == str(moved)
    moved.unlink()
    inside.rmdir()
    assert sie.find_document(key_of(an_order()))[0].link == ""
