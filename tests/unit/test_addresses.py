"""The buyers of stored orders as a table, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.flows.addresses import HEADINGS, safe, table, written
from bridge.model.orders import Address, Customer
from tests.builders import NOON, an_order

ANNA = Customer(
    email="anna@example.com",
    phone="+46701234567",
    billing=Address(
        first_name="Anna", last_name="Öberg", company="=cmd|' /C calc'!A0", street="Vasagatan 12", postcode="411 24",
        city="Göteborg", country="SE",
    ),
)  # fmt: skip


def rows_of(data: bytes) -> list[list[str]]:
    """As Excel reads it."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_cus_06_one_row_per_address_the_newest_order_counts():
    """Two orders of one buyer are one row."""
    moved = replace(ANNA, email="ANNA@example.com", billing=replace(ANNA.billing, street="Nygatan 1"))
    orders = [
        an_order(order_id=2, customer=moved, created_at=NOON + timedelta(days=1)),
        an_order(order_id=1, customer=ANNA),
        an_order(order_id=3, customer=replace(ANNA, email="bo@example.com")),
    ]
    found = table(orders)
    assert [(row[0], row[6], row[11], row[12]) for row in found.rows] == [
        ("ANNA@example.com", "Nygatan 1", "2", "2026-11-22"),
        ("bo@example.com", "Vasagatan 12", "1", "2026-11-21"),
    ]
    assert found.skipped == ()


@pytest.mark.parametrize("email", ["", " ", "anna", "anna@", "a b@c.se", "a@b"])
def test_cus_06_order_without_email_is_left_out_and_named(email):
    """An e-mail address is required."""
    found = table([an_order(customer=replace(ANNA, email=email))])
    assert (found.rows, found.skipped) == ((), ("1234",))


@pytest.mark.parametrize("cell", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cus_06_cell_that_would_run_is_text(cell):
    """The buyer chose what stands in it; the owner opens it."""
    assert safe(cell) == f"'{cell}"
    assert safe(f"x{cell}") == f"x{cell}"
    assert safe("") == ""


def test_cus_06_file_is_what_a_swedish_excel_expects():
    """Semicolons, UTF-8 with its mark, and every cell in its place whatever is in it."""
    hostile = replace(ANNA, billing=replace(ANNA.billing, city='a;b"c\r\nd', last_name="李"))
    found = table([an_order(customer=hostile)])
    data = written(found, map(str, HEADINGS), bom=True)
    assert data.startswith(b"\xef\xbb\xbfE-mail;First name;")
    (head, row) = rows_of(data)
    assert len(head) == len(row) == len(HEADINGS)
    told = dict(zip(head, row, strict=True))
    assert told["Company"] == "'=cmd|' /C calc'!A0"
    assert told["Phone"] == "'+46701234567"
    assert (told["City"], told["Last name"]) == ('a;b"c\r\nd', "李")
    assert not written(found, map(str, HEADINGS), bom=False).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("5560004615", "556000-4615"), ("811228-9874", ""), ("556000-4616", ""), ("", "")],
)
def test_cus_06_number_of_a_person_is_not_exported(number, shown):
    """A company's is public; a person's, or one that may be, has no business in a mailing list."""
    (row,) = table([an_order(customer=replace(ANNA, org_number=number))]).rows
    assert row[4] == shown
