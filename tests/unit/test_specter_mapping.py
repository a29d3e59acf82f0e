"""An order as Specter's newOrderSubmit: head, rows, payment, what is noted and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bridge.erps.arithmetic import SPECTER
from bridge.erps.drafting import DraftSettings
from bridge.erps.specter.mapping import Made, Rules, Wanted, made_of
from bridge.erps.specter.matrix import MATRIX
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Profile, load
from bridge.errors import Rejected
from bridge.model.orders import Address, Customer, LineKind, Order, Payment
from tests.builders import a_line, an_order
from tests.support.drafts import recorded, recorded_ids, with_cards
from tests.support.specter_wire import context_of, specter_config

LOOSE = "[articles]\nunnumbered = ovrigt\n"


def rules(more: str = "", *, shop: str = "", profile: Profile | None = None, **erp: str) -> Rules:
    """The owner's, as a file with these lines says."""
    config = specter_config(more, shop=shop, **erp)
    options = config.erp_options
    assert isinstance(options, Options)
    return Rules(
        settings=DraftSettings.of(context_of(config)),
        options=options,
        profile=profile or load(),
        arithmetic=SPECTER,
        zone=config.zone,
    )


def made(order: Order, more: str = "", **changes: Any) -> Made:
    """As it is sent."""
    wanted = Wanted(order=order, external=f"{order.ref}:order", customer="10023")
    return made_of(wanted, rules(more, **changes))


def notes(found: Made) -> list[str]:
    """In English."""
    return [str(note) for note in found.preview.notes]


def total(form: dict[str, str] | Any) -> Decimal:
    """What Specter is taken to make of the rows, reckoned from the form alone."""
    net: dict[int, Decimal] = {}
    at = 1
    while f"articleNo_{at}" in form:
        percent = int(form[f"vatPercent_{at}"])
        row = Decimal(form[f"priceExclVAT_{at}"]) * Decimal(form[f"noOfItems_{at}"])
        net[percent] = net.get(percent, Decimal(0)) + row
        at += 1
    cent = Decimal("0.01")
    return sum(
        (base.quantize(cent, "ROUND_HALF_UP") + (base * rate / 100).quantize(cent, "ROUND_HALF_UP"))
        for rate, base in net.items()
    )  # type: ignore[return-value]


def test_plain_order_has_every_parameter_in_its_place():
    """What the shop charged, net with three decimals; nothing that is empty."""
    assert made(an_order()).form == {
        "customerId": "10023",
        "externalOrderNo": "main:1234:order",
        "currency": "SEK",
        "language": "SE",
        "orderDate": "2026-11-21",
        "internalComment": "1234",
        "sendOrderMail": "0",
        "sendOrderMailToUser": "0",
        "userSource": "webuser",
        "payTypeIdentifier": "PP",
        "isPrepayment": "1",
        "articleNo_1": "TVAL-1",
        "articleName_1": "Tvål",
        "priceExclVAT_1": "80.000",
        "noOfItems_1": "1",
        "vatPercent_1": "25",
    }


FINNISH = [
    number
    for number in recorded_ids()
    if any(line.percent and line.percent % 1 for line in recorded(number).tax_lines)
]
"""With 25.5 % VAT."""


@pytest.mark.parametrize("order_id", [number for number in recorded_ids() if number not in FINNISH])
def test_every_recorded_order_comes_to_its_total(order_id: int):
    """Reckoned here from the form alone, to the öre."""
    order = recorded(order_id)
    found = made(order, LOOSE)
    assert total(found.form) == order.totals.gross
    assert found.preview.gross == order.totals.gross


def test_recorded_order_with_a_broken_percentage_waits_for_a_person():
    """Nobody knows whether Specter would round it, and no answer of Specter's tells a total."""
    assert len(FINNISH) == 1
    with pytest.raises(Rejected, match="whole VAT percentages only"):
        made(recorded(FINNISH[0]), LOOSE)


def test_discount_is_a_row_of_its_own_with_a_minus():
    """Goods at their full price, then the article of discounts, one piece."""
    line = a_line("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    form = made(an_order(line, coupons=("HÖST",))).form
    assert (form["priceExclVAT_1"], form["articleNo_2"]) == ("80.000", "rabatt")
    assert (form["priceExclVAT_2"], form["noOfItems_2"]) == ("-8.000", "1")
    assert form["articleName_2"] == "Rabatt HÖST"


def test_discount_can_be_left_unshown():
    """As [orders] says."""
    line = a_line("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    form = made(an_order(line), "[orders]\ndiscounts = net\n").form
    assert form["priceExclVAT_1"] == "72.000"
    assert "articleNo_2" not in form


def test_gift_card_is_a_row_with_a_minus_and_no_vat():
    """Its article is that of [articles]."""
    form = made(recorded(recorded_ids()[0], with_cards(("ABCD", "10.00"))), LOOSE).form
    at = next(name[10:] for name, value in form.items() if value == "presentkort")
    assert (form[f"priceExclVAT_{at}"], form[f"vatPercent_{at}"]) == ("-10.000", "0")


def test_minus_of_a_quantity_goes_to_the_price():
    """Only prices have one in Specter."""
    lines = (a_line(), a_line("-16.00", "-4.00", id="2", quantity=Decimal(-2), sku="RETUR", net_before=None))
    form = made(an_order(*lines)).form
    assert (form["priceExclVAT_2"], form["noOfItems_2"]) == ("-8.000", "2")


def test_rounding_row_is_noted():
    """Its article is that of [articles]."""
    order = an_order()
    order = replace(order, totals=replace(order.totals, gross=Decimal("100.01")))
    found = made(order)
    assert found.form["articleNo_2"] == "avrundning"
    assert "Rounding: 0.01 SEK on a row of its own." in notes(found)


def test_settings_of_shop_and_erp_stand_in_the_head():
    """Shop's channel before the account's, stock site, mails, references."""
    company = Address(first_name="Anna", last_name="Öberg", company="Berg AB", street="Gatan 1", country="DE")
    order = an_order(
        customer=Customer(email="a@example.com", company="Berg AB", billing=company, shipping=company),
        meta={"po": "PO 7", "sms": "0701234567"},
        note="Ring på\nSnälla",
    )
    more = (
        "[orders]\norder_mail = yes\norder_mail_copy = order@example.se\nour_reference = Eva\n"
        "[fields]\npo = order_reference\nsms = vendor:notifyDeliveryMobileNo\n"
    )
    found = made(
        order,
        more,
        shop="number_prefix = WEB-\nchannel = 3\nresult_unit = 200\nproject = 7",
        webshop_id="2",
        stock_site="5",
    )
    form = found.form
    assert (form["webshopId"], form["stocksiteid"], form["language"]) == ("3", "5", "DE")
    assert (form["sendOrderMail"], form["sendOrderMailToUser"]) == ("1", "1")
    assert (form["customerReference"], form["customerOrderReference"]) == ("Anna Öberg", "PO 7")
    assert form["notifyDeliveryMobileNo"] == "0701234567"
    assert form["internalComment"] == "WEB-1234\nRing på\nSnälla"
    assert [note for note in notes(found) if "cannot be told" in note] == [
        "Specter cannot be told this: our reference.",
        "Specter cannot be told this: cost centre.",
        "Specter cannot be told this: project.",
    ]


def test_our_reference_goes_along_once_its_name_is_known(tmp_path: Path):
    """The owner's profile says it; the preview spells it so."""
    own = tmp_path / "own.toml"
    own.write_text('[parameters]\nourReference = { value = "ourRef" }\n', "utf-8")
    found = made(an_order(), "[orders]\nour_reference = Eva\n", profile=load(own))
    assert dict(parse_qsl(found.preview.payload))["ourRef"] == "Eva"
    assert not [note for note in notes(found) if "cannot be told" in note]


def test_shop_number_as_key_is_not_said_twice():
    """Where the number itself is the externalOrderNo."""
    found = made_of(Wanted(order=an_order(), external="1234", customer=""), rules())
    assert "internalComment" not in found.form
    assert "customerId" not in found.form


def test_preview_is_what_is_sent_without_any_secret():
    """Latin-1, percent-encoded; neither key nor user."""
    payload = made(an_order()).preview.payload
    read = dict(parse_qsl(payload, encoding="iso-8859-1", errors="strict"))
    assert read["action"] == "newOrderSubmit"
    assert read["articleName_1"] == "Tvål"
    assert not {"key", "apiUserId"} & set(read)


def test_way_of_delivery_is_the_owners_else_the_shops_method():
    """It must equal the external key in Specter."""
    order = an_order(a_line(), a_line(kind=LineKind.SHIPPING, id="2", name="Paket", method="flat_rate:3"))
    assert made(order).form["externalDeliveryMethod"] == "flat_rate"
    named = made(order, "[shipping]\nflat_rate = delivery:postnord\n")
    assert named.form["externalDeliveryMethod"] == "postnord"


def test_payment_number_goes_along_where_specter_charges():
    """With the account at the provider."""
    order = an_order(payment=Payment(method="kco", title="Klarna", transaction_id="RES-1"))
    form = made(order, pay_system_user_kco="K123").form
    assert (form["payTypeIdentifier"], form["payTypeReference"]) == ("KG", "RES-1")
    assert form["payTypeIdentifierPaySystemUser"] == "K123"
    assert "isPrepayment" not in form


def test_payment_number_stays_a_comment_where_the_shop_charges():
    """So that nobody is charged twice."""
    order = an_order(payment=Payment(method="kco", title="Klarna", transaction_id="RES-1"))
    form = made(order, capture="shop", pay_system_user_kco="K123").form
    assert form["payTypeIdentifier"] == "KG"
    assert form["internalComment"] == "1234\nKlarna RES-1"
    assert not {"payTypeReference", "payTypeIdentifierPaySystemUser"} & set(form)
    assert made(an_order(), capture="shop").form["internalComment"] == "1234"


def test_each_shop_has_its_own_side_that_charges():
    """In one bridge, by the name of the shop's section."""
    order = an_order(payment=Payment(method="kco", title="Klarna", transaction_id="RES-1"))
    assert "payTypeReference" not in made(order, capture_main="shop").form
    assert "payTypeReference" in made(order, capture_outlet="shop").form
    assert "payTypeReference" in made(order, capture="shop", capture_Main="erp").form


def test_payment_code_of_the_owner_goes_first():
    """And a hyphen sends none; nor does an order without a method."""
    assert made(an_order(), "[payments]\nbacs = 1510 mode:ZZ\n").form["payTypeIdentifier"] == "ZZ"
    assert "payTypeIdentifier" not in made(an_order(), "[payments]\nbacs = 1510 mode:-\n").form
    assert "payTypeIdentifier" not in made(an_order(payment=Payment())).form


def test_payment_method_nobody_knows_waits_for_a_person():
    """Without a code, a reserved payment might never be charged."""
    with pytest.raises(Rejected, match="payment method stripe_x is called in Specter"):
        made(an_order(payment=Payment(method="stripe_x")))


def test_broken_pieces_and_klarna_are_noted():
    """Half a metre would be charged as nothing."""
    line = a_line(quantity=Decimal("0.5"))
    klarna = an_order(line, payment=Payment(method="kco", transaction_id="R"))
    assert any("Klarna charges whole pieces only" in note for note in notes(made(klarna)))
    assert not any("Klarna" in note for note in notes(made(an_order(line))))
    assert not any("Klarna" in note for note in notes(made(klarna, capture="shop")))


def test_letters_outside_latin_1_are_written_otherwise_and_noted():
    """By field; nothing crashes, nothing turns to mojibake."""
    found = made(an_order(a_line(name="Łódź \N{PARTY POPPER} mug")))
    assert found.form["articleName_1"] == "Lódz ? mug"
    assert any(note.startswith("articleName in Specter: some letters") for note in notes(found))


@pytest.mark.parametrize("sku", ["A 1", "A,1", "MÖSSA", "A&B", "5%", "A#1", "A;1", "€1", "Ł1"])
def test_article_number_specter_cannot_hold_is_refused_before_anything_is_sent(sku: str):
    """Or booked on the article for such goods."""
    with pytest.raises(Rejected, match="cannot have the article number"):
        made(an_order(a_line(sku=sku)))
    assert made(an_order(a_line(sku=sku)), LOOSE).form["articleNo_1"] == "ovrigt"


def test_article_of_the_settings_specter_cannot_hold_is_refused():
    """A row must never go without one."""
    freight = an_order(a_line(), a_line(kind=LineKind.SHIPPING, id="2", name="Paket"))
    with pytest.raises(Rejected, match="row Paket stands on article 'frakt å'"):
        made(freight, "[articles]\nshipping = frakt å\n")


def test_vat_that_is_no_whole_percentage_is_refused(tmp_path: Path):
    """Finland's 25.5, until the owner's profile says that it is taken."""
    order = an_order(a_line("80.00", "20.40", percent="25.5"))
    with pytest.raises(Rejected, match=r"whole VAT percentages only; Tvål was charged 25\.5 %"):
        made(order)
    own = tmp_path / "own.toml"
    own.write_text("[numbers]\nvat_decimals = { value = 1 }\n", "utf-8")
    assert made(order, profile=load(own)).form["vatPercent_1"] == "25.5"


def test_key_that_cannot_stand_whole_is_refused():
    """It would not be what keeps the order from being made twice."""
    with pytest.raises(Rejected, match="cannot stand in Specter"):
        made_of(Wanted(order=an_order(), external="łódź:1:order", customer="1"), rules())


def test_field_nobody_may_write_is_refused():
    """Its name is told, and what is possible."""
    with pytest.raises(Rejected, match="no field customerId"):
        made(an_order(meta={"x": "7"}), "[fields]\nx = vendor:customerId\n")


@pytest.mark.parametrize(
    ("said", "day"), [("created", "2026-11-21"), ("paid", "2026-11-23"), ("completed", "2026-11-21")]
)
def test_day_of_the_order_is_the_books(said: str, day: str):
    """In Swedish time; where the order lacks it, the day it was created."""
    order = an_order()
    paid = order.created_at.replace(day=22, hour=23, minute=30)
    order = replace(order, payment=replace(order.payment, paid_at=paid))
    assert made(order, order_date=said).form["orderDate"] == day


def test_articles_an_order_stands_on_are_told_each_once():
    """Goods with the price of one piece in the books' currency; the others without a price."""
    lines = (a_line(), a_line(id="2"), a_line(kind=LineKind.SHIPPING, id="3", name="Frakt"))
    needs = made(an_order(*lines)).needs
    assert [(need.number, need.net_price, need.stocked) for need in needs] == [
        ("TVAL-1", Decimal("80.000"), True),
        ("frakt", None, False),
    ]
    assert made(an_order(currency="EUR")).needs[0].net_price is None


def test_price_of_one_piece_is_told_where_a_row_is_all_of_them():
    """Three thousandths of a piece cannot be said, so the row is one of all."""
    found = made(an_order(a_line(quantity=Decimal("1.005"))))
    assert found.form["articleName_1"] == "1.005 x Tvål"
    assert found.needs[0].name == "Tvål"
    assert found.needs[0].net_price == Decimal(80) / Decimal("1.005")


def test_every_parameter_of_the_tables_stands_in_the_profile():
    """With a certainty; headings and fields are for the docs."""
    profile = load()
    names = {field.vendor for table in MATRIX.values() for field in table}
    assert {name for name in names if f"parameters.{name}" not in profile.entries} == set()
    assert all(field.fact and field.source for table in MATRIX.values() for field in table)
