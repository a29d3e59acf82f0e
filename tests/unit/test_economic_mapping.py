"""From a draft to e-conomic's words: every field, every limit, nothing null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.arithmetic import ECONOMIC
from bridge.erps.drafting import Draft
from bridge.erps.drafting.fitting import PlacedDraft, place
from bridge.erps.economic.mapping import document_body, sheet_of, shown, whole_number
from bridge.erps.economic.mapping_tables import HEAD, LINE, Facts, Unit
from bridge.erps.wire import dumps
from bridge.errors import Rejected
from bridge.model.orders import Address, Customer, LineKind, Order
from tests.builders import a_line, an_order
from tests.support.drafts import drafted

FACTS = Facts(
    key="main:1234:order",
    dated=date(2026, 11, 21),
    zone=1,
    layout=19,
    terms=2,
    customer=7,
    country=lambda code: code,
)
ST = Unit(number=1, name="st")


def placed(
    order: Order, *, changes: Mapping[str, Any] | None = None, **sections: Mapping[str, str]
) -> PlacedDraft:
    """Its rows in e-conomic's arithmetic; ``changes`` to the draft first."""
    draft: Draft = replace(drafted(order, **sections), **(changes or {}))
    return place(draft, ECONOMIC, tax_lines=order.tax_lines, tolerance=Decimal("0.05"))


def body_of(order: Order, facts: Facts = FACTS, **how: Any) -> dict[str, Any]:
    """What would be sent, each row on its own article."""
    found = placed(order, **how)
    chosen = [(row.draft.article if row.draft else "avrundning", ST) for row in found.rows]
    sheet = sheet_of(found, facts, chosen)
    return dict(document_body(sheet))


def person(**changes: str) -> Customer:
    """A buyer with this address."""
    address = Address(**{"first_name": "Anna", "last_name": "Berg", "country": "SE", **changes})
    return Customer(
        email="a@example.com", billing=address, shipping=address, company=changes.get("company", "")
    )


def test_required_fields_are_there_and_nothing_is_null() -> None:
    """The eight e-conomic wants, and no null and no empty text anywhere."""
    body = body_of(an_order())
    assert {"date", "currency", "customer", "layout", "paymentTerms", "recipient", "references", "lines"} <= {
        *body
    }
    assert {"name", "vatZone"} <= {*body["recipient"]}
    assert body["references"] == {"other": "main:1234:order"}
    assert "null" not in dumps(body)
    assert '""' not in dumps(body)


def test_amounts_go_out_with_their_decimals() -> None:
    """79.20 and not 79.2, and never as text."""
    text = dumps(body_of(an_order(a_line("79.20", "19.80", unit_net=Decimal("79.20")))))
    assert '"unitNetPrice": 79.20' in text


def test_customer_that_is_not_there_yet_is_left_out() -> None:
    """A preview may be made before the customer."""
    assert "customer" not in body_of(an_order(), replace(FACTS, customer=None))


def test_rate_is_for_a_hundred_in_six_decimals() -> None:
    """As e-conomic has it; left out in the books' own currency."""
    assert body_of(an_order(), replace(FACTS, rate=Decimal("11.4512345678")))["exchangeRate"] == Decimal(
        "1145.123457"
    )
    assert "exchangeRate" not in body_of(an_order())


def test_terms_with_a_date_of_their_own_get_one() -> None:
    """The document's."""
    assert body_of(an_order(), replace(FACTS, due=date(2026, 11, 21)))["dueDate"] == "2026-11-21"
    assert "dueDate" not in body_of(an_order())


def test_address_rows_stand_below_each_other() -> None:
    """Contact, then street rows; in the delivery the name above them, since it has no field."""
    customer = person(
        company="Berg AB", street="Storgatan 1", street_2="Port B", postcode="111 22", city="Stockholm"
    )
    body = body_of(an_order(customer=customer))
    assert body["recipient"]["name"] == "Berg AB"
    assert body["recipient"]["address"] == "Anna Berg\nStorgatan 1\nPort B"
    assert body["delivery"]["address"] == "Berg AB\nAnna Berg\nStorgatan 1\nPort B"
    assert (body["recipient"]["zip"], body["recipient"]["city"]) == ("111 22", "Stockholm")


def test_long_texts_are_cut_and_told() -> None:
    """No field is longer than e-conomic's, and a person learns of it."""
    customer = person(
        company="Å" * 300,
        street="s" * 300,
        street_2="t" * 300,
        postcode="1" * 60,
        city="Ö" * 300,
        country="SE",
    )
    found = placed(an_order(a_line(name="x" * 3000), customer=customer, note="n" * 2000))
    sheet = sheet_of(found, FACTS, [("TVAL-1", None)])
    body: Any = document_body(sheet)
    for field in HEAD:
        if field.limit is not None:
            value = body
            for step in field.vendor.split("."):
                value = value.get(step, {}) if isinstance(value, dict) else value
            assert len(value or "") <= field.limit, field.vendor
    assert len(body["lines"][0]["description"]) == 2500
    told = " ".join(str(note) for note in sheet.notes)
    assert all(place in told for place in ("name", "address", "postcode", "city", "row 1", "comment"))


def test_nameless_buyer_is_called_by_the_order() -> None:
    """recipient.name is required."""
    body = body_of(an_order(customer=Customer(billing=Address(country="SE"))))
    assert body["recipient"]["name"] == "1234"
    assert "zip" not in body["recipient"]


def test_references_are_text_unless_ours_is_an_employee() -> None:
    """Names need a contact or an employee in e-conomic; a number is one."""
    meta = {"ref": "Kalle", "po": "PO-7"}
    sections = {
        "fields": {"ref": "your_reference", "po": "order_reference"},
        "orders": {"our_reference": "Eva Berg"},
    }
    body = body_of(an_order(meta=meta), **sections)
    assert body["notes"]["textLine1"] == "Er referens: Kalle\nVår referens: Eva Berg\nErt ordernummer: PO-7"
    sections["orders"] = {"our_reference": "2"}
    body = body_of(an_order(meta=meta), **sections)
    assert body["references"]["salesPerson"] == {"employeeNumber": 2}
    assert "Vår referens" not in body["notes"]["textLine1"]


def test_texts_and_comments_are_printed_on_lines_of_their_own() -> None:
    """The buyer's note for the staff on the second, since e-conomic has no field for the staff alone."""
    body = body_of(an_order(note="Lämna vid dörren\ntack"))
    assert body["notes"] == {"heading": "Order 1234", "textLine2": "Lämna vid dörren\ntack"}
    body = body_of(an_order(note="Lämna"), orders={"customer_note": "text"})
    assert body["notes"] == {"heading": "Order 1234", "textLine1": "Lämna"}


def test_credit_says_what_it_credits_first() -> None:
    """Above every other text."""
    body = body_of(
        an_order(note="Hej"),
        replace(FACTS, about="Kredit av faktura 10027"),
        orders={"customer_note": "text"},
    )
    assert body["notes"]["textLine1"] == "Kredit av faktura 10027\nHej"


def test_shop_section_gives_prefix_department_and_project() -> None:
    """By their numbers in e-conomic."""
    body = body_of(an_order(), replace(FACTS, department=4), shop={"number_prefix": "W-", "project": "7"})
    assert body["notes"]["heading"] == "Order W-1234"
    assert body["project"] == {"projectNumber": 7}
    assert body["lines"][0]["departmentalDistribution"] == {"departmentalDistributionNumber": 4}


@pytest.mark.parametrize("wrong", ["webb", "1,5", "²", "12345678901"])
def test_project_without_number_is_refused_by_its_option(wrong: str) -> None:
    """No API call would find it."""
    with pytest.raises(Rejected) as caught:
        whole_number(wrong, where="[shop] project")
    assert caught.value.field == "[shop] project"
    assert whole_number(" ", where="") is None


def test_way_of_delivery_else_the_method_stands_as_terms_of_delivery() -> None:
    """[shipping] first."""
    order = an_order(
        a_line(), a_line(kind=LineKind.SHIPPING, id="2", name="PostNord", method="flat_rate:1", sku=None)
    )
    assert body_of(order)["delivery"]["deliveryTerms"] == "PostNord"
    wanted = body_of(order, shipping={"flat_rate": "delivery:MYPACK"})
    assert wanted["delivery"]["deliveryTerms"] == "MYPACK"


def test_row_without_article_is_text_with_its_count() -> None:
    """Neither quantity nor price, which would need an article."""
    free = a_line(
        "0.00", "0.00", name="Provpåse", quantity=Decimal(2), sku=None, net_before=None, tax_before=None
    )
    found = placed(an_order(a_line(id="2"), free))
    chosen = [(row.draft.article if row.draft else "", ST) for row in found.rows]
    sheet = sheet_of(found, FACTS, chosen)
    lines: Any = document_body(sheet)["lines"]
    assert lines[1] == {"lineNumber": 2, "sortKey": 2, "description": "2 x Provpåse"}
    assert len(shown(found, sheet)) == len(lines)


def test_nameless_row_is_called_by_its_article() -> None:
    """A description is required beside an article."""
    assert body_of(an_order(a_line(name="\u200b ")))["lines"][0]["description"] == "TVAL-1"


def test_units_are_sent_by_number_and_only_with_an_article() -> None:
    """The article's, or none."""
    assert body_of(an_order())["lines"][0]["unit"] == {"unitNumber": 1}
    found = placed(an_order())
    lines: Any = document_body(sheet_of(found, FACTS, [("TVAL-1", None)]))["lines"]
    assert "unit" not in lines[0]


def test_discount_is_in_percent_and_left_out_without_one() -> None:
    """As the shop gave it."""
    line = a_line("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    assert body_of(an_order(line))["lines"][0]["discountPercentage"] == Decimal(10)
    assert "discountPercentage" not in body_of(an_order())["lines"][0]


def test_checkout_fields_reach_fields_of_e_conomic() -> None:
    """Numbers as numbers, days as days; they go before what the bridge writes itself."""
    meta = {"a": "7350000000015", "b": "2026-12-24", "c": "3", "d": " Julklappar "}
    rules = {
        "a": "vendor:recipient.ean",
        "b": "vendor:delivery.deliveryDate",
        "c": "vendor:references.vendorReference.employeeNumber",
        "d": "vendor:notes.heading",
    }
    body = body_of(an_order(meta=meta), fields=rules)
    assert body["recipient"]["ean"] == "7350000000015"
    assert body["delivery"]["deliveryDate"] == "2026-12-24"
    assert body["references"]["vendorReference"] == {"employeeNumber": 3}
    assert body["notes"]["heading"] == "Julklappar"


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("vendor:lines.accrual", "x"),
        ("vendor:delivery.deliveryDate", "i morgon"),
        ("vendor:project.projectNumber", "webb"),
    ],
)
def test_field_that_is_none_or_cannot_hold_the_text_is_refused_by_name(rule: str, value: str) -> None:
    """With what is possible instead."""
    with pytest.raises(Rejected) as caught:
        body_of(an_order(meta={"x": value}), fields={"x": rule})
    assert caught.value.field == rule.partition(":")[2]
    assert caught.value.advice is not None


def test_tables_tell_a_source_and_a_fact_of_every_field() -> None:
    """The matrix in the docs is made of them."""
    assert all(field.source and field.fact for table in (HEAD, LINE) for field in table)
    assert len({field.vendor for field in HEAD}) == len(HEAD)
