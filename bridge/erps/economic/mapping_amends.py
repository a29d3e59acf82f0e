"""A draft as it is to be after a change: e-conomic replaces the whole document, what is left out is cleared. Pure.

So what others have put on it, and the bridge knows nothing of, is sent back as it was (economic facts, 3 [D19]).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.erps.economic.mapping_tables import Sheet
from bridge.erps.wire import Json

__all__ = ["amended", "as_posted"]

_KEPT: Final[Mapping[str, Sequence[str]]] = {
    "deliveryLocation": ("deliveryLocationNumber",),
    "project": ("projectNumber",),
    "references.salesPerson": ("employeeNumber",),
    "references.vendorReference": ("employeeNumber",),
    "references.customerContact": ("customerContactNumber",),
    "recipient.attention": ("customerContactNumber",),
}
"""What a person may have added, by the object it stands in."""

_OURS: Final[Mapping[str, frozenset[str]]] = {
    "recipient": frozenset({"name", "address", "zip", "city", "country", "vatZone", "attention", "self"}),
    "delivery": frozenset({"address", "zip", "city", "country", "deliveryTerms", "self"}),
}
"""Objects of which all else is a person's, also what e-conomic has added since the documents of 2019."""

_WRITTEN: Final = (
    "date dueDate currency exchangeRate customer layout paymentTerms recipient delivery deliveryLocation references "
    "notes project lines"
).split()
_NUMBERS: Final = {
    "customer": "customerNumber",
    "layout": "layoutNumber",
    "paymentTerms": "paymentTermsNumber",
    "deliveryLocation": "deliveryLocationNumber",
    "project": "projectNumber",
    "product": "productNumber",
    "unit": "unitNumber",
    "departmentalDistribution": "departmentalDistributionNumber",
    "vatZone": "vatZoneNumber",
    "attention": "customerContactNumber",
    "customerContact": "customerContactNumber",
    "salesPerson": "employeeNumber",
    "vendorReference": "employeeNumber",
}
"""References: only the number is sent; a type of terms beside it is refused (section 6, E07180 [L])."""
_LINE: Final = (
    "lineNumber sortKey description product quantity unitNetPrice discountPercentage unitCostPrice unit "
    "departmentalDistribution accrual"
).split()


def amended(there: Mapping[str, Any], body: Mapping[str, Json], sheet: Sheet) -> dict[str, Json]:
    """``body`` with what stays of the draft ``there``; all rows are the body's.

    Their units get a name, which PUT needs (section 9 [D19]).
    """
    made: dict[str, Json] = dict(body)
    for place, names in _KEPT.items():
        old = _inner(there, place)
        for name in names:
            if name in old:
                made = _with(made, (*place.split("."), name), old[name])
    for place, ours in _OURS.items():
        for name, value in _inner(there, place).items():
            if name not in ours:
                made = _with(made, (place, name), _plain(name, value))
    names_of = {line.unit.number: line.unit.name for line in sheet.lines if line.unit}
    made["lines"] = [_named(line, names_of) for line in _rows(body)]
    if "layout" in there:
        made["layout"] = _plain("layout", there["layout"])  # somebody may have chosen another language
    return made


def as_posted(there: Mapping[str, Any]) -> dict[str, Json]:
    """A document as read, as it may be sent again: without what e-conomic works out itself."""
    made: dict[str, Json] = {name: _plain(name, there[name]) for name in _WRITTEN if name in there}
    made["lines"] = [
        {name: _plain(name, line[name]) for name in _LINE if name in line} for line in there.get("lines", ())
    ]
    return made


def _plain(name: str, value: Any) -> Json:
    if name in _NUMBERS and isinstance(value, Mapping):
        number: Json = value[_NUMBERS[name]]
        return {_NUMBERS[name]: number}
    if isinstance(value, Mapping):
        return {inner: _plain(inner, each) for inner, each in value.items() if inner != "self"}
    plain: Json = value
    return plain


def _inner(there: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    for name in place.split("."):
        there = there.get(name) or {}
    return there


def _with(made: Mapping[str, Json], steps: Sequence[str], value: Json) -> dict[str, Json]:
    """A copy with a value where there is none; what the bridge writes itself goes before."""
    name, *rest = steps
    inner = made.get(name)
    if not rest:
        return {name: value, **made}
    return {**made, name: _with(inner if isinstance(inner, Mapping) else {}, rest, value)}


def _rows(body: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
    rows: Any = body["lines"]
    return list(rows)


def _named(line: Mapping[str, Json], names: Mapping[int, str]) -> dict[str, Json]:
    unit: Any = line.get("unit")
    if unit is None:
        return dict(line)
    return {**line, "unit": {**unit, "name": names[unit["unitNumber"]]}}
