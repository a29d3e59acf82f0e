"""A buyer as a customer of Fortnox: every field, every VAT type, every spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.erps.fortnox import mapping_customers as mapping
from bridge.model.documents import CustomerPart
from bridge.model.fitting import fit_customer
from bridge.model.orders import Address, Customer

HOME = Address(
    first_name="Anna",
    last_name="Öberg",
    street="Vasagatan 12",
    street_2="3 tr",
    postcode="411 24",
    city="Göteborg",
    country="SE",
    phone="031-1234",
)
FIRM = Customer(
    email="anna@example.com",
    phone="0701-2345",
    company="Öberg AB",
    org_number="556000-4615",
    vat_number="SE556000461501",
    billing=HOME,
    shipping=replace(HOME, street="Torget 1", street_2="", company="Öbergs lager"),
)


def at(country: str, *, vat: str = "", region: str = "", postcode: str = "") -> Customer:
    """A buyer who lives there."""
    return Customer(
        vat_number=vat, billing=Address(country=country, region=region, postcode=postcode, city="Ort")
    )


def test_a_company_is_made_whole() -> None:
    """Every field of the table, and nothing else."""
    assert mapping.made(FIRM, price_list="B", terms="30") == {
        "Customer": {
            "Name": "Öberg AB",
            "Type": "COMPANY",
            "OrganisationNumber": "556000-4615",
            "VATNumber": "SE556000461501",
            "Address1": "Vasagatan 12",
            "Address2": "3 tr",
            "ZipCode": "411 24",
            "City": "Göteborg",
            "CountryCode": "SE",
            "Phone1": "0701-2345",
            "DeliveryName": "Öbergs lager",
            "DeliveryAddress1": "Torget 1",
            "DeliveryZipCode": "411 24",
            "DeliveryCity": "Göteborg",
            "DeliveryCountryCode": "SE",
            "DeliveryPhone1": "031-1234",
            "Email": "anna@example.com",
            "EmailOrder": "anna@example.com",
            "EmailInvoice": "anna@example.com",
            "VATType": "SEVAT",
            "ShowPriceVATIncluded": False,
            "PriceList": "B",
            "TermsOfPayment": "30",
        }
    }


def test_a_person_is_private_and_reads_prices_with_vat() -> None:
    """Blanks and what nobody set are not sent: "" would be refused for Address1, API_BLANK would erase."""
    told = mapping.made(Customer(billing=Address(first_name="Bo", last_name="Ek")))["Customer"]
    assert told == {"Name": "Bo Ek", "Type": "PRIVATE", "VATType": "SEVAT", "ShowPriceVATIncluded": True}


@pytest.mark.parametrize(
    ("customer", "name"),
    [
        (Customer(shipping=Address(first_name="Eva"), email="e@example.com"), "Eva"),
        (Customer(email="e@example.com"), "e@example.com"),
        (Customer(), "Okänd kund"),
    ],
)
def test_a_new_customer_always_has_a_name(customer: Customer, name: str) -> None:
    """Fortnox makes nobody without."""
    told = mapping.made(customer)["Customer"]
    assert isinstance(told, dict)
    assert told["Name"] == name


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        (at("SE"), "SEVAT"),
        (Customer(), "SEVAT"),
        (at("DE"), "EUVAT"),
        (at("DE", vat="DE136695976"), "EUREVERSEDVAT"),
        (at("DE", vat="DE136695970"), "EUVAT"),
        (at("DE", vat="SE556000461501"), "EUVAT"),
        (at("NO"), "EXPORT"),
        (at("FI", postcode="22100"), "EXPORT"),
        (at("ES", region="TF"), "EXPORT"),
        (at("GB", postcode="BT1 1AA"), "EUVAT"),
        (replace(at("SE"), shipping=Address(country="NO", city="Oslo")), "EXPORT"),
    ],
)
def test_vat_type_follows_the_goods_and_the_number(customer: Customer, expected: str) -> None:
    """A number that cannot be right reverses nothing; a Swedish one does not either."""
    assert mapping.vat_type(customer) == expected


def test_eu_consumers_stay_swedish_where_oss_is_set_up_so() -> None:
    """Fortnox' own older help leaves the VAT type alone and books by account."""
    assert mapping.vat_type(at("DE"), consumers="SEVAT") == "SEVAT"
    assert mapping.vat_type(at("DE", vat="DE136695976"), consumers="SEVAT") == "EUREVERSEDVAT"


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        (at("DE", vat="DE136695976"), "DE136695976"),
        (at("NO", vat="NO999999999MVA"), None),
        (at("SE", vat="5560004615"), None),
    ],
)
def test_vat_numbers_are_whole_and_of_the_union(customer: Customer, expected: str | None) -> None:
    """The short form is refused; Norway's decides nothing in Fortnox."""
    told = mapping.made(customer)["Customer"]
    assert isinstance(told, dict)
    assert told.get("VATNumber") == expected


def test_state_goes_with_the_city_where_it_belongs_to_the_address() -> None:
    """Fortnox has no field for it."""
    buyer = replace(at("US", region="NY"), shipping=Address(country="SE", region="AB", city="Kista"))
    told = mapping.made(buyer)["Customer"]
    assert isinstance(told, dict)
    assert (told["City"], told["DeliveryCity"]) == ("Ort NY", "Kista")


def test_greece_and_northern_ireland_have_their_iso_names() -> None:
    """VAT calls them EL and XI."""
    assert mapping.made(at("EL"))["Customer"]["CountryCode"] == "GR"  # type: ignore[index, call-overload]
    assert mapping.made(at("XI"))["Customer"]["CountryCode"] == "GB"  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("part", "names"),
    [
        (CustomerPart.BILLING, {each.vendor for each in mapping.BILLING}),
        (CustomerPart.DELIVERY, {each.vendor for each in mapping.DELIVERY} - {"DeliveryAddress2"}),
        (CustomerPart.EMAIL, {"Email"}),
    ],
)
def test_update_says_only_its_part(part: CustomerPart, names: set[str]) -> None:
    """The address for invoices, too, is left to whoever keeps the books."""
    assert set(mapping.updated(FIRM, [part], current="SEVAT")["Customer"]) == names  # type: ignore[arg-type]


def test_update_of_blanks_says_nothing() -> None:
    """What the order does not know, Fortnox may: no name out of an e-mail address, no part without content."""
    nobody = Customer(email="x@example.com")
    assert mapping.updated(nobody, [CustomerPart.DELIVERY], current="SEVAT") == {}
    assert mapping.updated(nobody, [CustomerPart.BILLING], current="EXPORT") == {
        "Customer": {"Type": "PRIVATE"}
    }
    assert mapping.updated(FIRM, [], current="SEVAT") == {}


@pytest.mark.parametrize(
    ("customer", "current", "sent"),
    [
        (at("DE"), "SEVAT", "EUVAT"),
        (at("DE"), "EUVAT", None),
        (at("SE"), mapping.REVERSED, None),
        (at("NO"), mapping.REVERSED, "EXPORT"),
    ],
)
def test_update_moves_the_vat_type_with_the_country(
    customer: Customer, current: str, sent: str | None
) -> None:
    """Reverse charge among builders is never guessed and never taken away at home."""
    told = mapping.updated(customer, [CustomerPart.BILLING], current=current)["Customer"]
    assert isinstance(told, dict)
    assert told.get("VATType") == sent


def test_records_are_read_from_lists_and_cards() -> None:
    """Both null and "" are nothing; numbers may come as numbers."""
    row = {"CustomerNumber": 7, "Name": "Bo", "Email": None, "OrganisationNumber": "", "ZipCode": "411 24"}
    found = mapping.record(row)
    assert (found.id, found.number, found.name, found.email, found.postcode) == (
        "7",
        "7",
        "Bo",
        "",
        "411 24",
    )
    with pytest.raises(KeyError):
        mapping.record({"CustomerNumber": ""})


@pytest.mark.parametrize(
    ("row", "expected"), [({}, True), ({"Active": "true"}, True), ({"Active": False}, False)]
)
def test_activity_is_told_on_cards_only(row: dict[str, object], *, expected: bool) -> None:
    """Lists leave it out."""
    assert mapping.is_active(row) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("556000-4615", ("5560004615", "556000-4615")),
        ("165560004615", ("5560004615", "556000-4615")),
        ("DE 136 695 976", ("DE 136 695 976", "DE136695976")),
        ("DE136695976", ("DE136695976",)),
    ],
)
def test_numbers_are_looked_for_in_every_spelling(number: str, expected: tuple[str, ...]) -> None:
    """Ten digits are part of twelve; the hyphen makes another text."""
    assert mapping.spellings(number) == expected


def test_answers_are_compared_exactly() -> None:
    """Fortnox finds anna@x.se in johanna@x.se, and ten digits in a VAT number."""
    rows = [
        {"CustomerNumber": "1", "Email": "Anna@X.se ", "OrganisationNumber": "16556000-4615"},
        {"CustomerNumber": "2", "Email": "johanna@x.se", "OrganisationNumber": "556000461501"},
    ]
    first, second = map(mapping.record, rows)
    assert mapping.has_email(first, "anna@x.SE")
    assert not mapping.has_email(second, "anna@x.se")
    assert mapping.has_number(first, "556000-4615")
    assert not mapping.has_number(second, "556000-4615")


def test_the_limits_are_the_fields() -> None:
    """What is fitted to them is taken: letters of the list, ten for the postcode."""
    odd = replace(FIRM, company='Å"B" <x>', billing=replace(HOME, postcode="12345 67890 1"))
    fitted, notes = fit_customer(odd, mapping.LIMITS)
    assert all(map(mapping.LIMITS.repertoire.takes, fitted.company))
    assert len(fitted.billing.postcode) <= 10
    assert len(notes) == 2
