"""Buyers and articles as Specter takes them, and the values of forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.config.customers import CustomersSection
from bridge.erps.fields import Field
from bridge.erps.specter.letters import fitting
from bridge.erps.specter.mapping_articles import ArticleNeed, article_forms, holds, needed, offered
from bridge.erps.specter.mapping_customers import Buyer, customer_form
from bridge.erps.specter.mapping_wire import filled, fixed, language
from bridge.erps.specter.profile import load
from bridge.errors import Rejected
from bridge.model.goods import Product
from bridge.model.orders import Address, Customer
from tests.support.specter_wire import context_of, specter_config

HOME = Address(
    first_name="Anna", last_name="Öberg", street="Vasagatan 12", street_2="2 tr", postcode="411 24",
    city="Göteborg", country="SE", phone="031-1",
)  # fmt: skip
AWAY = Address(
    first_name="Bo", last_name="Ek", company="Ek AB", street="Storgatan 1", postcode="0150", city="Oslo",
    region="Oslo", country="NO", phone="070-2",
)  # fmt: skip
LANGUAGES = ("SE", "EN", "NO")


def section(**lines: str) -> CustomersSection | None:
    """[customers] with these lines."""
    more = "[customers]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items())
    return context_of(specter_config(more)).customers


def form(customer: Customer, **changes: Any) -> dict[str, str]:
    """As it is sent."""
    given: dict[str, Any] = {"currency": "SEK", "languages": LANGUAGES, "section": None, **changes}
    return dict(customer_form(Buyer.of(customer, given.pop("section"), **given), fitting()))


def test_person_has_first_and_last_name_and_no_company():
    """Billing and delivery, both whole."""
    buyer = Customer(email="anna@example.com", org_number="19121212-1212", billing=HOME, shipping=AWAY)
    assert form(buyer, person_group="3", company_group="4") == {
        "firstName": "Anna", "surName": "Öberg", "customerOrganizationalForm": "P", "customerGroupId": "3",
        "orgNo": "19121212-1212", "currency": "SEK", "language": "SE", "invoiceCompanyName": "Anna Öberg",
        "address": "Vasagatan 12", "addressRow2": "2 tr", "zipCodeEng": "411 24", "city": "Göteborg",
        "countryCode": "SE", "deliveryCompanyName": "Ek AB", "deliveryAttention": "Bo Ek",
        "deliveryAddress": "Storgatan 1", "deliveryZipCodeEng": "0150", "deliveryCity": "Oslo",
        "deliveryCountryCode": "NO", "deliveryregion": "Oslo", "emailAddress": "anna@example.com",
        "phoneNo": "031-1", "mobileNo": "070-2",
    }  # fmt: skip


def test_company_has_a_name_and_a_contact():
    """Where no delivery is told the goods go to the bill's address."""
    buyer = Customer(
        email="e@example.com", phone="08-1", company="Ek AB", vat_number="SE556000461501", billing=HOME
    )
    found = form(buyer, person_group="3", company_group="4")
    assert (found["name"], found["contactPerson"], found["attention"]) == (
        "Ek AB",
        "Anna Öberg",
        "Anna Öberg",
    )
    assert (found["customerOrganizationalForm"], found["customerGroupId"]) == ("C", "4")
    assert (found["vatNo"], found["phoneNo"]) == ("SE556000461501", "08-1")
    assert (found["deliveryCompanyName"], found["deliveryCity"]) == ("Anna Öberg", "Göteborg")
    assert not {"firstName", "surName", "deliveryAttention"} & set(found)


def test_delivery_without_a_name_goes_to_the_company():
    """Somebody must be on the parcel."""
    there = Address(street="Hamnen 2", city="Luleå")
    found = form(Customer(email="e@example.com", company="Ek AB", billing=HOME, shipping=there))
    assert found["deliveryCompanyName"] == "Ek AB"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ("Anna", "", ("Anna", "-")),
        ("", "Öberg", ("-", "Öberg")),
        ("", "", ("anna", "-")),
    ],
)
def test_person_without_both_names_still_has_two(first: str, last: str, written: tuple[str, str]):
    """Specter asks for both."""
    found = form(Customer(email="anna@example.com", billing=Address(first_name=first, last_name=last)))
    assert (found["firstName"], found["surName"]) == written


def test_flags_are_those_of_the_owners_section():
    """Nobody said: Specter matches in its own way."""
    buyer = Customer(email="a@example.com", billing=HOME)
    flags = {"ignoreControlEmail", "ignoreControlOrgNo", "forceCustomerUpdate", "identifyByCustomerId"}
    assert not flags & set(form(buyer))
    assert not flags & set(form(buyer, section=section()))
    every = form(buyer, section=section(ignore_email="yes", ignore_org_number="yes", force_update="yes"))
    assert {every[name] for name in flags - {"identifyByCustomerId"}} == {"1"}
    known = form(buyer, number="10023")
    assert (known["identifyByCustomerId"], known["customerId"]) == ("10023", "10023")


@pytest.mark.parametrize("email", ["", "anna@exämple.łódź", f"{'a' * 100}@example.com"])
def test_buyer_without_an_address_specter_can_take_waits_for_a_person(email: str):
    """Half of one would be somebody else's."""
    with pytest.raises(Rejected, match="no e-mail address") as caught:
        form(Customer(email=email, billing=HOME))
    assert caught.value.field == "emailAddress"


def test_names_are_cut_and_spelled_with_a_note():
    """The letters of a name never stop an order."""
    fit = fitting()
    buyer = Customer(email="a@example.com", billing=Address(first_name="Łukasz", last_name="Ö" * 60))
    found = customer_form(Buyer(customer=buyer), fit)
    assert (found["firstName"], found["surName"]) == ("Lukasz", "Ö" * 50)
    told = [str(note) for note in fit.notes()]
    assert (
        "firstName in Specter: some letters do not exist in the ERP and were written otherwise: Ł → L."
        in told
    )
    assert "surName in Specter: cut after 50 letters." in told


@pytest.mark.parametrize(
    ("country", "known", "code"),
    [
        ("SE", LANGUAGES, "SE"),
        ("", LANGUAGES, "SE"),
        ("NO", LANGUAGES, "NO"),
        ("DK", LANGUAGES, "EN"),
        ("DK", ("SE", "EN", "DA"), "DA"),
        ("FR", LANGUAGES, "EN"),
    ],
)
def test_language_is_one_specter_has(country: str, known: tuple[str, ...], code: str):
    """It would fall back to Swedish by itself."""
    assert language(country, known) == code


def test_greece_is_called_as_by_iso():
    """VAT's own names of countries are no countries of a customer."""
    assert form(Customer(email="a@example.com", billing=Address(country="EL")))["countryCode"] == "GR"


@pytest.mark.parametrize("number", ["A-1", "A_1", "a.B/1", "É1", "X+Y"])
def test_number_specter_can_hold(number: str):
    """Hyphen and underscore are what the manual advises."""
    assert holds(number, load())


@pytest.mark.parametrize("number", ["", "A 1", "A,1", "å", "Ä", "ö", "&", "%", "¤", "#", "€", ";", "ł", "\t"])
def test_number_specter_cannot_hold(number: str):
    """Section 6 of the facts."""
    assert not holds(number, load())


def test_article_for_an_order_is_made_without_touching_one_that_is_there():
    """Name, price with three decimals, VAT; stock only for goods."""
    profile = load()
    makings = [
        needed(
            ArticleNeed(number="A-1", name="Tvål", percent=Decimal(25), net_price=Decimal("7.9992")), profile
        ),
        needed(ArticleNeed(number="frakt", name="", percent=Decimal("25.5"), stocked=False), profile),
    ]
    assert list(article_forms(makings, profile, fitting(), force=False)) == [
        {
            "forceArticleUpdate": "0", "addSupplier": "0",
            "articleNo_1": "A-1", "name_1": "Tvål", "priceExclVAT_1": "7.999", "vatPercent_1": "25",
            "createArticleStock_1": "1",
            "articleNo_2": "frakt", "name_2": "frakt", "createArticleStock_2": "0",
        }
    ]  # fmt: skip


def test_product_of_the_shop_overwrites_what_the_shop_tells_and_no_stock():
    """What the shop does not tell is not sent."""
    profile = load()
    whole = Product(
        sku="A-1", name="Tvål", ean="7310865004703", vat_percent=Decimal(12), net_price=Decimal(10),
        weight=Decimal(1250), keeps_stock=True, extra={"supplierNo": "77", "other": "x"},
    )  # fmt: skip
    (sent,) = article_forms(
        [offered(each, profile) for each in (whole, Product(sku="B-1", name="Ask"))],
        profile,
        fitting(),
        force=True,
    )
    assert sent == {
        "forceArticleUpdate": "1", "addSupplier": "0",
        "articleNo_1": "A-1", "name_1": "Tvål", "priceExclVAT_1": "10.000", "vatPercent_1": "12",
        "createArticleStock_1": "1", "barCode_1": "7310865004703", "productWeight_1": "1.250",
        "supplierNo_1": "77",
        "articleNo_2": "B-1", "name_2": "Ask",
    }  # fmt: skip


def test_many_articles_go_in_several_calls():
    """As many in each as Specter takes, each call numbered from 1."""
    profile = load()
    makings = [offered(Product(sku=f"A-{at}", name="x"), profile) for at in range(201)]
    calls = list(article_forms(makings, profile, fitting(), force=True))
    assert [sum(name.startswith("articleNo_") for name in call) for call in calls] == [100, 100, 1]
    assert calls[2]["articleNo_1"] == "A-200"
    assert list(article_forms([], profile, fitting(), force=True)) == []


def test_values_of_a_form():
    """Yes and no as 1 and 0; what is empty is left out; comments keep their lines; amounts are written before."""
    table = (
        Field(vendor="a", source="", value=lambda _: True),
        Field(vendor="b", source="", value=lambda _: False),
        Field(vendor="c", source="", value=lambda _: 7),
        Field(vendor="d", source="", value=lambda _: None),
        Field(vendor="e", source="", value=lambda _: ""),
        Field(vendor="internalComment", source="", value=lambda _: " x  y \n z"),
    )
    assert filled(table, object(), fitting()) == {"a": "1", "b": "0", "c": "7", "internalComment": "x y\nz"}
    with pytest.raises(TypeError, match="cannot be a parameter"):
        filled([Field(vendor="a", source="", value=lambda _: Decimal(1))], object(), fitting())
    assert (fixed(Decimal("0.0005"), 3), fixed(Decimal("-0.0001"), 3)) == ("0.001", "0.000")
