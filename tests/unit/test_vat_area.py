"""Where a delivery goes for VAT: country codes alone do not tell."""

from __future__ import annotations

import pytest

from bridge.model.orders import Address
from bridge.model.vat_area import EU, Area, place_of, place_of_country


@pytest.mark.parametrize(
    ("country", "postcode", "area"),
    [("SE", "411 24", Area.HOME), ("DE", "10115", Area.EU), ("NO", "0154", Area.OUTSIDE),
     ("US", "90210", Area.OUTSIDE), ("GB", "SW1A 1AA", Area.OUTSIDE), ("CH", "8001", Area.OUTSIDE)],
)  # fmt: skip
def test_area_plain_countries(country, postcode, area):
    """Sweden, a member state, the rest of the world."""
    assert place_of(Address(country=country, postcode=postcode)).area is area


def test_area_all_member_states_are_in_the_union():
    """Twenty-six besides Sweden, Greece under its ISO code."""
    assert len(EU) == 26
    assert {place_of_country(country).area for country in EU} == {Area.EU}


@pytest.mark.parametrize(
    ("country", "postcode", "region"),
    [("AX", "22100", ""), ("FI", "22100", ""), ("FI", "AX-22 100", ""), ("FI", "FI-22100", ""),
     ("ES", "35001", ""), ("ES", "38 003", ""), ("ES", "", "GC"), ("ES", "", "tf"), ("ES", "51001", ""),
     ("ES", "52001", "ML"), ("FR", "97400", ""), ("FR", "98800", ""), ("GP", "97100", ""), ("DE", "27498", ""),
     ("DE", "78266", ""), ("IT", "23041", ""), ("IT", "22061", ""), ("GR", "63086", ""),
     ("EL", "630 87", "")],
)  # fmt: skip
def test_area_places_that_belong_to_a_member_state_and_not_to_its_vat(country, postcode, region):
    """Åland, the Canary Islands, Ceuta, Réunion, Heligoland, Livigno, Mount Athos: goods sent there are exported."""
    assert place_of(Address(country=country, postcode=postcode, region=region)).area is Area.OUTSIDE


@pytest.mark.parametrize(
    ("country", "postcode", "region"),
    [("FI", "00100", ""), ("FI", "21100", ""), ("ES", "28001", "M"), ("ES", "08001", "B"), ("FR", "75001", ""),
     ("DE", "27499", ""), ("IT", "20121", ""), ("GR", "10431", ""), ("PT", "9000-082", ""), ("IE", "", "")],
)  # fmt: skip
def test_area_neighbours_of_such_places_are_in_the_union(country, postcode, region):
    """Turku is not Åland, and Madeira has rates of its own but is in the VAT area."""
    assert place_of(Address(country=country, postcode=postcode, region=region)).area is Area.EU


def test_area_northern_ireland_is_in_the_union_for_goods_only():
    """Known by its own code or by a British postcode that begins with BT."""
    for address in (Address(country="XI"), Address(country="GB", postcode="bt1 5gs")):
        assert (place_of(address).country, place_of(address).area) == ("XI", Area.EU)
        assert place_of(address, goods=False).area is Area.OUTSIDE


def test_area_monaco_is_france_and_greece_has_two_codes():
    """Accounts and rates are those of the country whose VAT it is."""
    assert place_of(Address(country="MC", postcode="98000")) == place_of_country("FR")
    assert place_of_country("EL").country == "GR"
