"""Where a delivery goes, as the VAT directive sees it: home, the EU's VAT area, or outside it.

Some places belong to a member state and not to its VAT area, and the country code alone does not tell: Åland, the
Canary Islands, Livigno (directive 2006/112/EC, articles 5 to 7). Region or postcode does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bridge.model.orders import Address

__all__ = ["EU", "HOME", "Area", "Place", "place_of", "place_of_country"]

HOME: Final = "SE"
EU: Final = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SI SK".split())
"""The other countries of the union."""

NORTHERN_IRELAND: Final = "XI"

_SAME_VAT: Final = {"MC": "FR", "EL": "GR"}
"""Monaco is France for VAT (article 7); Greece writes EL in its VAT numbers and some shops do so everywhere."""

_OUTSIDE_BY_REGION: Final = {"ES": frozenset({"GC", "TF", "CE", "ML"})}
"""Las Palmas, Santa Cruz de Tenerife, Ceuta, Melilla: the province codes of ISO 3166-2, which WooCommerce uses."""

_OUTSIDE_BY_POSTCODE: Final = {
    "FI": re.compile(r"(?:AX)?22\d{3}"),  # Åland
    "ES": re.compile(r"(?:35|38|51|52)\d{3}"),  # the Canary Islands, Ceuta, Melilla
    "FR": re.compile(r"97\d{3}|98[678]\d{2}"),  # overseas departments and territories; 980 is Monaco
    "DE": re.compile(r"27498|78266"),  # Heligoland, Büsingen
    "IT": re.compile(r"23041|22061"),  # Livigno, Campione d'Italia
    "GR": re.compile(r"6308[67]"),  # Mount Athos
}
_NORTHERN_IRISH: Final = re.compile(r"BT\d.*")


class Area(Enum):
    """The three cases of the law."""

    HOME = "home"
    EU = "eu"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A destination."""

    country: str
    """As accounts are named after it: ``DE``; ``XI`` for Northern Ireland."""
    area: Area


def place_of_country(country: str) -> Place:
    """A country without further address."""
    code = _SAME_VAT.get(country, country)
    if code == HOME:
        return Place(country=code, area=Area.HOME)
    return Place(country=code, area=Area.EU if code in EU else Area.OUTSIDE)


def place_of(address: Address, *, goods: bool = True) -> Place:
    """Where ``address`` lies; Northern Ireland is in the EU for goods only."""
    place = place_of_country(address.country)
    postcode = re.sub(r"[\s-]", "", address.postcode).upper().removeprefix(f"{address.country}")
    if place.country == "GB" and _NORTHERN_IRISH.fullmatch(postcode):
        place = Place(country=NORTHERN_IRELAND, area=Area.OUTSIDE)
    if place.country == NORTHERN_IRELAND:
        return Place(country=NORTHERN_IRELAND, area=Area.EU if goods else Area.OUTSIDE)
    by_postcode = _OUTSIDE_BY_POSTCODE.get(place.country)
    special = address.region.upper() in _OUTSIDE_BY_REGION.get(place.country, ()) or (
        by_postcode is not None and by_postcode.fullmatch(postcode) is not None
    )
    return Place(country=place.country, area=Area.OUTSIDE) if special else place
