"""The VAT treatment of a sale: from what was charged, where it goes, and the buyer's number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.model.orders import Address, Customer, LineKind
from bridge.model.vat import (
    HOME_RATES,
    BuyerNumber,
    Supply,
    Treatment,
    VatScene,
    buyer_number,
    supply_of,
)
from bridge.model.vat_area import Area, place_of_country
from tests.builders import a_line

GERMAN = "DE129273398"


def scene(to: str = "SE", *, number: str = "", bill: str = "", **address: str) -> VatScene:
    """A sale to that country; billed elsewhere where told."""
    return VatScene.of(
        Customer(
            vat_number=number, shipping=Address(country=to, **address), billing=Address(country=bill or to)
        )
    )


def treat(where: VatScene, percent: str, country: str = "", supply: Supply = Supply.GOODS) -> Treatment:
    """What a row at that rate is."""
    return where.treat(Decimal(percent), country, supply=supply)


@pytest.mark.parametrize("percent", ["25", "12", "6"])
def test_map_03_swedish_vat_in_sweden_is_domestic(percent):
    """Each of the three rates."""
    assert treat(scene("SE"), percent, "SE") is Treatment.DOMESTIC
    assert treat(scene("SE"), percent) is Treatment.DOMESTIC


def test_map_03_no_vat_in_sweden_is_exempt():
    """Exempt articles and exempt buyers; a German VAT number changes nothing about goods that stay here."""
    assert treat(scene("SE"), "0") is Treatment.EXEMPT
    assert treat(scene("SE", number=GERMAN), "0", "DE") is Treatment.EXEMPT


def test_map_03_eu_consumer_below_the_threshold_has_swedish_vat():
    """A rate of Sweden's, by its code or by its percentage."""
    assert treat(scene("DK"), "25", "SE") is Treatment.EU_HOME_RATE
    assert treat(scene("DE"), "25") is Treatment.EU_HOME_RATE


@pytest.mark.parametrize(
    ("country", "percent"), [("DE", "19"), ("DE", "7"), ("DK", "25"), ("FI", "25.5"), ("GR", "24")]
)
def test_map_03_eu_consumer_with_the_vat_of_the_country_is_oss(country, percent):
    """The rate's own code tells, also where the percentage is the same as ours."""
    assert treat(scene(country), percent, country) is Treatment.EU_OSS


def test_map_03_rate_without_country_that_sweden_lacks_is_the_destinations():
    """19 % to Germany can only be German."""
    assert treat(scene("DE"), "19") is Treatment.EU_OSS
    assert scene("DE").vat_country(Decimal(19), "") == "DE"
    assert scene("DE").vat_country(Decimal(25), "") == "SE"
    assert scene("NO").vat_country(Decimal(19), "") == "SE"
    assert scene("GR").vat_country(Decimal(24), "EL") == "GR"


@pytest.mark.parametrize("number", [GERMAN, "129273398", "FR40303265045", "DE123456789", "XI110305878"])
def test_map_03_eu_business_without_vat_is_reverse_charge(number):
    """Any number of another member state: what was charged is booked, a wrong digit is for the warning."""
    assert treat(scene("DE", number=number), "0") is Treatment.EU_BUSINESS


@pytest.mark.parametrize("number", ["", "SE556016068001", "NO995525828MVA", "GB980780684"])
def test_map_03_eu_without_vat_and_without_a_number_of_the_union_is_untaxed(number):
    """Not reverse charge: it must not end up in the EU sales list."""
    assert treat(scene("DE", number=number), "0") is Treatment.EU_UNTAXED


def test_map_03_eu_business_that_was_charged_vat_is_like_a_consumer():
    """The number alone frees nobody."""
    assert treat(scene("DE", number=GERMAN), "19", "DE") is Treatment.EU_OSS


@pytest.mark.parametrize(
    "address",
    [{"to": "NO"}, {"to": "AX"}, {"to": "FI", "postcode": "22100"}, {"to": "ES", "postcode": "35001"},
     {"to": "GB", "postcode": "SW1A 1AA"}],
)  # fmt: skip
def test_map_03_without_vat_out_of_the_vat_area_is_export(address):
    """Also what stays inside a member state but outside its VAT area, whatever number the buyer gave."""
    assert treat(scene(**address, number=GERMAN), "0") is Treatment.EXPORT


def test_map_03_vat_of_a_country_outside_the_union_is_foreign():
    """A shop registered in Norway charges Norwegian VAT; Swedish VAT on an export stays Swedish."""
    assert treat(scene("NO"), "25", "NO") is Treatment.FOREIGN_VAT
    assert treat(scene("NO"), "25", "SE") is Treatment.DOMESTIC
    assert treat(scene("XI"), "20", "XI") is Treatment.EU_OSS


def test_map_03_services_go_where_the_buyer_lives():
    """A Norwegian who sends a present within Sweden buys the course in Norway, the book in Sweden."""
    present = scene("SE", bill="NO")
    assert treat(present, "0", supply=Supply.SERVICE) is Treatment.EXPORT
    assert treat(present, "0", supply=Supply.SHIPPING) is Treatment.EXEMPT
    ireland = scene("XI", number="XI110305878")
    assert treat(ireland, "0") is Treatment.EU_BUSINESS
    assert treat(ireland, "0", supply=Supply.SERVICE) is Treatment.EXPORT


def test_map_03_pickup_and_order_without_address():
    """The bill's address fills in; without any, the only country whose VAT was charged, else Sweden."""
    pickup = VatScene.of(Customer(billing=Address(country="NO")))
    ship = VatScene.of(Customer(shipping=Address(country="NO")))
    assert pickup.goods == pickup.services == ship.services == place_of_country("NO")
    assert VatScene.of(Customer(), only_country="DE").goods.country == "DE"
    assert VatScene.of(Customer()).services.area is Area.HOME


@pytest.mark.parametrize(
    ("raw", "country", "found"),
    [("DE 129 273 398", "DE", ("DE", True)), ("129273398", "DE", ("DE", True)), ("DE129273399", "DE", ("DE", False)),
     ("EL 094259216", "GR", ("GR", True)), ("094259216", "GR", ("GR", True)), ("GR094259216", "GR", ("GR", True)),
     ("ATU57194903", "AT", ("AT", True)), ("IE6433435F", "IE", ("IE", True)), ("X2482300W", "ES", ("ES", True)),
     ("NL004495445B01", "NL", ("NL", True)), ("FRK7399859412", "FR", ("FR", True)),
     ("XI110305878", "GB", ("XI", True)), ("CHE-107.787.577 MWST", "CH", ("CH", False)),
     ("SE556016068001", "SE", ("SE", True)), ("556016-0680", "SE", ("SE", True)),
     ("556016-0681", "SE", ("SE", False)),
     ("okänt", "DE", ("DE", False)), ("129273398", "", ("", False))],
)  # fmt: skip
def test_vat_number_is_read_as_buyers_write_it(raw, country, found):
    """With or without country, Greek as EL or GR, a Swedish organisation number as half of its VAT number."""
    number = buyer_number(Customer(vat_number=raw, billing=Address(country=country)))
    assert number is not None
    assert (number.country, number.valid) == found


def test_vat_number_none_given():
    """Blanks and hyphens are no number; without a bill's address the delivery's country counts."""
    assert buyer_number(Customer(vat_number=" - ")) is None
    there = Customer(vat_number="129273398", shipping=Address(country="DE"))
    assert buyer_number(there) == BuyerNumber(country="DE", valid=True)


def test_supply_is_told_by_the_row_and_its_article_number():
    """Goods unless the owner says which article numbers are services."""
    services = ("KURS-", "tjanst")
    assert supply_of(a_line(kind=LineKind.SHIPPING), services=services) is Supply.SHIPPING
    assert supply_of(a_line(kind=LineKind.FEE), services=services) is Supply.FEE
    assert supply_of(a_line(sku="kurs-1"), services=services) is Supply.SERVICE
    assert supply_of(a_line(sku="TJANST"), services=services) is Supply.SERVICE
    assert supply_of(a_line(sku="BOK-KURS-1"), services=services) is Supply.GOODS
    assert supply_of(a_line(sku=None), services=services) is Supply.GOODS
    assert supply_of(a_line(sku="KURS-1")) is Supply.GOODS


def test_home_rates_are_what_the_owner_configured():
    """A fourth Swedish rate of the owner's is not taken for the destination's."""
    customer = Customer(shipping=Address(country="DE"))
    own = VatScene.of(customer, home_rates=(*HOME_RATES, Decimal(19)))
    assert own.treat(Decimal(19), "", supply=Supply.GOODS) is Treatment.EU_HOME_RATE
    assert Treatment.EXEMPT.domestic
    assert not Treatment.EU_HOME_RATE.domestic
