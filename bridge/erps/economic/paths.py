"""Resource numbers in addresses: e-conomic writes fourteen characters in its own way (economic facts, section 3 [D]).

``AB/12_ö 3.5`` is ``AB_6_12_8_ö_9_3_11_5``; what is left is percent-encoded by transport as usual.
"""

from __future__ import annotations

from typing import Final

__all__ = ["encoded", "path"]

_ESCAPES: Final = str.maketrans({char: f"_{place}_" for place, char in enumerate("<>*%:&/\\_ ?.#+")})


def encoded(number: str) -> str:
    """One resource's number as it stands in an address, before any percent-encoding.

    Raises:
        ValueError: it is empty, and the address would be that of the whole collection.
    """
    if not number:
        raise ValueError("an empty number would mean the whole collection")
    return number.translate(_ESCAPES)


def path(*parts: str | int) -> str:
    """``path("products", sku)``: the address of one resource.

    Names of resources have none of the fourteen characters, so they may stand among the numbers.

    Raises:
        ValueError: a part is empty.
    """
    first, *rest = parts
    return "/".join((str(first), *(encoded(str(part)) for part in rest)))
