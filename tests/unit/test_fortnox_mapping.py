"""The head of an order or invoice in Fortnox: where everything of an order goes, and in which letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.arithmetic import Prices
from bridge.erps.fortnox.countries import country_name
from bridge.erps.fortnox.letters import API_BLANK
from bridge.erps.fortnox.mapping import WRITABLE, replacing
from bridge.errors import Rejected
from bridge.model.documents import DocumentKind
from bridge.model.orders import Address, Customer, Order, Payment, Totals
from tests.builders import a_line, a_ref, an_order
from tests.support.fortnox_documents import body, made

HOME = Address(
    first_name="Eva", last_name="Berg", company="Berg AB", street="Storgatan 1", street_2="plan 3",
    postcode="111 22", city="Stockholm", country="SE", phone="08-123 45 67",
)  # fmt: skip
FIRM = Customer(
    email="eva@berg.example",
    company="Berg AB",
    billing=HOME,
    shipping=replace(HOME, company="Bergs lager", street="Hamngatan 5", phone="070-1"),
)
INVOICE = DocumentKind.INVOICE


def noted(order: Order, **more: Any) -> str:
    """All notes in one text."""
    return "\n".join(str(note) for note in made(order, **more).preview.notes)


def test_head_names_customer_key_and_the_shops_own_number() -> None:
    """The key is what the document is found by; the number is what a person looks for."""
    found = body(an_order(ref=a_ref(77, number="A-77")), shop={"number_prefix": "WEB-"})
    assert found["CustomerNumber"] == "1043"
    assert found["ExternalInvoiceReference1"] == "main:77:order"
    assert found["ExternalInvoiceReference2"] == "WEB-A-77"


def test_head_stops_the_customer_cards_own_fees() -> None:
    """Freight and fees are rows; what stands on the card must not come on top."""
    found = body(an_order())
    assert (found["AdministrationFee"], found["Freight"]) == (0, 0)


def test_company_has_its_addresses_and_the_buyer_as_reference() -> None:
    """The parcel names who waits for it; the delivery phone stands where it is another."""
    found = body(an_order(customer=FIRM))
    assert (found["CustomerName"], found["YourReference"]) == ("Berg AB", "Eva Berg")
    assert (found["Address1"], found["Address2"], found["ZipCode"]) == ("Storgatan 1", "plan 3", "111 22")
    assert found["DeliveryName"] == "Bergs lager, att. Eva Berg"
    assert (found["DeliveryAddress1"], found["DeliveryCountry"]) == ("Hamngatan 5", "Sverige")
    assert (found["Phone1"], found["Phone2"]) == ("08-123 45 67", "070-1")
    assert found["EmailInformation"] == {"EmailAddressTo": "eva@berg.example"}


def test_company_reads_prices_without_vat_and_a_person_with() -> None:
    """VATIncluded follows the buyer."""
    assert body(an_order())["VATIncluded"] is True
    assert body(an_order(customer=FIRM))["VATIncluded"] is False
    only_on_the_bill = Customer(billing=replace(HOME, company="Berg AB"))
    assert body(an_order(customer=only_on_the_bill))["VATIncluded"] is False


def test_prices_turn_where_only_the_other_sort_meets_the_total() -> None:
    """A company whose order was reckoned with VAT in the prices: gross rows are exact, net ones are not."""
    rows = [
        a_line("79.99", "20.00", id="1"),
        a_line("79.99", "20.00", id="2"),
        a_line("79.99", "20.00", id="3"),
    ]
    order = an_order(*rows, customer=FIRM)
    document = made(order)
    assert document.preview.gross == Decimal("299.97")
    assert not any("Rounding" in str(note) for note in document.preview.notes)


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [("SE", "SV", "Sverige"), ("NO", "EN", "Norway"), ("DE", "EN", "Germany"), ("", "SV", API_BLANK)],
)
def test_language_and_country_follow_the_buyer(country: str, language: str, name: str | None) -> None:
    """Documents have the country by name; a buyer without one keeps the customer's."""
    found = body(an_order(country=country))
    assert found["Language"] == language
    assert found.get("Country") == name


def test_address_takes_no_row_from_the_customers_card() -> None:
    """A part that is left out would be the card's: the old flat in the new street."""
    found = body(an_order())
    assert found["Address2"] == found["DeliveryAddress2"] == API_BLANK
    nowhere = Customer(email="a@example.com", billing=Address(first_name="Bo"), shipping=Address())
    assert not {"Address1", "Address2", "City", "Country"} & set(body(an_order(customer=nowhere)))


def test_country_nobody_knows_has_no_name() -> None:
    """And every one that is known has one without a letter Fortnox refuses."""
    assert country_name("QQ") == ""
    assert country_name("ci") == "Côte d’Ivoire"


def test_document_is_dated_by_swedish_time() -> None:
    """23:30 UTC on the last of December is next year's."""
    order = replace(an_order(), created_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert body(order)["OrderDate"] == "2027-01-01"
    assert body(order, INVOICE)["InvoiceDate"] == "2027-01-01"


@pytest.mark.parametrize(("which", "day"), [("created", "21"), ("paid", "23"), ("completed", "21")])
def test_owner_chooses_the_day(which: str, day: str) -> None:
    """An order without that day has the one it was created on."""
    paid = Payment(method="bacs", paid_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    found = body(an_order(payment=paid), erp={"order_date": which})
    assert found["OrderDate"] == f"2026-11-{day}"


def test_foreign_money_has_its_rate_and_says_so() -> None:
    """SEK per one unit; Swedish money has no rate at all."""
    order = replace(an_order(), currency="EUR")
    found = body(order)
    assert (found["Currency"], found["CurrencyRate"], found["CurrencyUnit"]) == ("EUR", Decimal("11.45"), 1)
    assert "EUR at 11.45" in noted(order)
    assert "CurrencyRate" not in body(an_order())


def test_references_texts_and_codes_come_from_the_settings() -> None:
    """Each in the field a Swedish bookkeeper looks for it."""
    order = replace(
        an_order(customer=FIRM), note="Ring först", meta={"ref": "PO-1", "who": "Bo", "print": "Tack!"}
    )
    found = body(
        order,
        orders={"our_reference": "Eva i lagret", "order_mail": "yes", "order_mail_copy": "order@example.se"},
        fields={"ref": "order_reference", "who": "your_reference", "print": "text"},
        payments={"bacs": "1580 terms:10days mode:BG"},
        shop={"result_unit": "200", "project": "7"},
        erp={"price_list": "B", "print_template": "of", "stock_point": "L1"},
    )
    assert (found["OurReference"], found["YourReference"]) == ("Eva i lagret", "Bo")
    assert (found["YourOrderNumber"], found["Remarks"], found["Comments"]) == ("PO-1", "Tack!", "Ring först")
    assert (found["TermsOfPayment"], found["CostCenter"], found["Project"]) == ("10DAYS", "200", "7")
    assert (found["PriceList"], found["PrintTemplate"], found["StockPointCode"]) == ("B", "of", "L1")
    assert found["EmailInformation"]["EmailAddressBCC"] == "order@example.se"


def test_vendor_fields_go_where_the_owner_says() -> None:
    """By Fortnox' own name; an empty one is not sent, and it goes before what the bridge would say."""
    order = replace(an_order(), meta={"door": "1234", "no": "\u200f"})
    found = body(order, fields={"door": "vendor:Phone2", "no": "vendor:YourReference"})
    assert found["Phone2"] == "1234"
    assert "YourReference" not in found


def test_vendor_field_is_cut_to_its_own_limit() -> None:
    """As if the bridge had filled it in itself."""
    order = replace(an_order(), meta={"who": "B" * 60, "code": "C" * 60})
    found = body(order, fields={"who": "vendor:YourReference", "code": "vendor:PrintTemplate"})
    assert (len(found["YourReference"]), len(found["PrintTemplate"])) == (50, 60)


@pytest.mark.parametrize("name", ["OrganisationNumber", "ExternalInvoiceReference1", "Total", "DueDate"])
def test_vendor_field_that_may_not_be_written_is_rejected_and_named(name: str) -> None:
    """Before anything is sent; DueDate is only for invoices."""
    order = replace(an_order(), meta={"x": "2026-12-24"})
    with pytest.raises(Rejected, match=name) as caught:
        body(order, fields={"x": f"vendor:{name}"})
    assert caught.value.field == f"[fields] vendor:{name}"


def test_vendor_fields_of_a_sale_are_left_out_of_its_credit() -> None:
    """A refund must not wait because the sale had a due date of its own."""
    order = replace(an_order(), meta={"x": "2026-12-24", "y": "lucka 3"})
    lines = {"x": "vendor:DueDate", "y": "vendor:Phone2"}
    assert body(order, INVOICE, fields=lines)["DueDate"] == "2026-12-24"
    credit = body(order, DocumentKind.CREDIT, fields=lines)
    assert "DueDate" not in credit
    assert credit["Phone2"] == "lucka 3"
    assert "ExternalInvoiceReference1" not in WRITABLE[INVOICE]


def test_letters_fortnox_refuses_are_written_otherwise_and_told() -> None:
    """One emoji would refuse the whole document; the note names the field and never the text."""
    order = replace(an_order(), note='🎉 <b>"Hej"</b> ~ då\n\nrad 2')
    found = body(order)
    assert found["Comments"] == "? ?b?’’Hej’’?/b? - då\nrad 2"
    assert "Comments" in noted(order)
    assert "Hej" not in noted(order)


def test_long_texts_are_cut_and_told() -> None:
    """Each to its own limit."""
    order = replace(an_order(), note="ord " * 400, meta={"po": "9" * 90, "long": "rad\n" * 500})
    found = body(order, fields={"po": "order_reference", "long": "text"})
    assert len(found["YourOrderNumber"]) == 75
    assert 900 < len(found["Comments"]) <= 1024
    assert len(found["Remarks"]) <= 1024
    assert "YourOrderNumber in Fortnox: cut after 75 letters" in noted(
        order, fields={"po": "order_reference"}
    )


@pytest.mark.parametrize("email", ["no address", "anna@exa mple.com", "a@b", "anna@<x>.example", ""])
def test_address_nobody_can_mail_to_is_left_out(email: str) -> None:
    """A document must not be refused for it, and half an address is somebody else's."""
    found = body(an_order(customer=Customer(email=email, billing=HOME, shipping=HOME)))
    assert "EmailInformation" not in found


def test_key_that_would_come_back_changed_is_rejected() -> None:
    """A document that is never found again would be made twice."""
    with pytest.raises(Rejected, match="cannot stand in Fortnox"):
        body(an_order(), key="main:1234:order~")


def test_reverse_charge_is_printed_with_the_buyers_number() -> None:
    """Fortnox does not say it by itself, and the invoice must; in the buyer's language."""
    place = Address(
        first_name="Uwe", last_name="Meyer", company="Meyer GmbH", street="Allee 1", city="Kiel", country="DE"
    )
    buyer = Customer(company="Meyer GmbH", vat_number="DE136695976", billing=place, shipping=place)
    order = an_order(a_line("796.00", "0.00", percent="0"), customer=buyer, country="DE")
    assert body(order)["Remarks"] == "Reverse charge. VAT number of the buyer: DE136695976"
    assert "Remarks" not in body(an_order())


def test_remarks_of_a_credit_stand_first() -> None:
    """What it takes back, then what the order says."""
    order = replace(an_order(), meta={"print": "Tack!"})
    found = body(order, DocumentKind.CREDIT, remarks=("Krediterar faktura 7", ""), fields={"print": "text"})
    assert found["Remarks"] == "Krediterar faktura 7\nTack!"


def test_rounding_row_is_told() -> None:
    """With its amount."""
    order = an_order(totals=Totals(gross=Decimal("100.03"), tax=Decimal("20.00")))
    assert "Rounding: 0.03 SEK" in noted(order)


def test_preview_without_a_customer_leaves_the_number_out() -> None:
    """It is not known yet; everything else is as it will be."""
    found = body(an_order(), customer=None)
    assert "CustomerNumber" not in found
    assert found["OrderRows"]


def test_replacing_empties_telephones_and_leaves_the_staffs_comments() -> None:
    """An old number would be rung; what a person wrote since stays."""
    order = replace(an_order(), note="Ring först")
    document = made(order, dated=date(2026, 11, 20), prefer=Prices.NET)
    found = replacing(document)
    assert found["Phone1"] == found["Phone2"] == API_BLANK
    assert found["Address1"] == "Vasagatan 12"
    assert "Comments" not in found
    assert (found["OrderDate"], found["VATIncluded"]) == ("2026-11-20", False)


def test_whole_kronor_company_gets_no_document_it_would_round() -> None:
    """The buyer has paid the öre."""
    order = an_order(a_line("80.20", "20.05"))
    with pytest.raises(Rejected, match="rounds documents to whole units"):
        made(order, erp={"whole_kronor": "yes"})
    assert made(an_order(), erp={"whole_kronor": "yes"}).preview.gross == Decimal("100.00")
