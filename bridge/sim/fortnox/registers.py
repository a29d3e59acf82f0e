"""The small registers behind documents: terms, units, ways, modes, lists, centres (fortnox facts, section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, inactive, missing, no_account
from bridge.sim.fortnox.fields import Field, checked, choice, day, flag, numeric, text
from bridge.sim.fortnox.listing import Listing, by_number, listing
from bridge.sim.fortnox.state import Call, Entry, Reply, State

__all__ = ["REGISTERS", "Register", "code_of", "fill", "must_exist", "routes"]


@dataclass(frozen=True, kw_only=True)
class Register:
    """One register: its path, names and fields."""

    path: str
    name: str
    plural: str
    scope: str
    fields: Mapping[str, Field]
    empty: Mapping[str, Any]
    """Every field in the order answered, with what it is when not given."""
    required: tuple[str, ...]
    key: str = "Code"
    upper: bool = False
    """Codes are upper-cased (section 10) [L]."""
    location: str = ""
    """The Location header of a POST, as recorded."""
    listed: tuple[str, ...] = ()
    """The fields in the list; empty: all."""
    series: str = ""
    """Where the next number comes from when none is given."""
    start: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What is there from the beginning."""


def _lines(text_of: str) -> dict[str, dict[str, Any]]:
    pairs = (each.split("=", 1) for each in text_of.split(", "))
    return {code: {"Description": name} for code, name in pairs}


REGISTERS = {
    register.name: register
    for register in (
        Register(
            path="termsofpayments", name="TermsOfPayment", plural="TermsOfPayments", scope="settings",
            fields={"Code": text(25, shortest=1, pattern=r"[^\W_]+"), "Description": text(1024)},
            empty={"Code": "", "Description": ""}, required=("Code", "Description"), upper=True,
            location="paymentterms",
            start=_lines("0=0 dagar, 10=10 dagar, 15=15 dagar, 20=20 dagar, 30=30 dagar, AG=Autogiro, K=Kontant, "
                         "PF=Postförskott"),
        ),
        Register(
            path="termsofdeliveries", name="TermsOfDelivery", plural="TermsOfDeliveries", scope="settings",
            fields={"Code": text(20, shortest=1), "Description": text(200), "DescriptionEnglish": text(100)},
            empty={"Code": "", "Description": "", "DescriptionEnglish": ""}, required=("Code", "Description"),
            start=_lines("FVL=Fritt vårt lager, FKL=Fritt kunds lager"),
        ),
        Register(
            path="wayofdeliveries", name="WayOfDelivery", plural="WayOfDeliveries", scope="settings",
            fields={"Code": text(50, shortest=1), "Description": text(100), "DescriptionEnglish": text(100)},
            empty={"Code": "", "Description": "", "DescriptionEnglish": ""}, required=("Code",),
            start=_lines("B=Brev, P=Postpaket, H=Hämtas"),
        ),
        Register(
            path="units", name="Unit", plural="Units", scope="settings", location="units",
            fields={"Code": text(20, shortest=1), "CodeEnglish": text(100), "Description": text(100, shortest=1)},
            empty={"Code": "", "CodeEnglish": "", "Description": ""}, required=("Code", "Description"),
            start=_lines("förp=förpackning, h=timmar, km=Kilometer, st=styck, utl=Utlägg"),
        ),
        Register(
            path="modesofpayments", name="ModeOfPayment", plural="ModesOfPayments", scope="settings",
            fields={"AccountNumber": numeric(exactly=4), "Code": text(20, shortest=1), "Description": text(1024)},
            empty={"AccountNumber": "", "Code": "", "Description": ""}, required=("AccountNumber",),
            start={
                code: {"Description": name, "AccountNumber": account}
                for code, name, account in (
                    ("BG", "Bankgiro", "1930"), ("CARD", "Kort", "1686"), ("K", "Kontant", "1910"),
                    ("KLARNA", "Klarna", "1580"), ("PG", "Plusgiro", "1920"),
                )
            },
        ),
        Register(
            path="pricelists", name="PriceList", plural="PriceLists", scope="price",
            fields={"Code": text(100, shortest=1), "Comments": text(1024), "Description": text(50, shortest=1),
                    "PreSelected": flag()},
            empty={"Code": "", "Description": "", "Comments": "", "PreSelected": False},
            required=("Code", "Description"),
            start={"A": {"Description": "Prislista A", "PreSelected": True}, "B": {"Description": "Prislista B"}},
        ),
        Register(
            path="costcenters", name="CostCenter", plural="CostCenters", scope="costcenter",
            fields={"Active": flag(), "Code": text(6, shortest=1), "Description": text(1024, shortest=1),
                    "Note": text(1024)},
            empty={"Code": "", "Description": "", "Note": "", "Active": True}, required=("Code", "Description"),
            start=_lines("BUTIK=Butiken, WEBB=Webbutiken"),
        ),
        Register(
            path="projects", name="Project", plural="Projects", scope="project", key="ProjectNumber",
            fields={"Comments": text(512), "ContactPerson": text(50), "Description": text(50, shortest=1),
                    "EndDate": day(), "ProjectLeader": text(50), "ProjectNumber": text(20, shortest=1),
                    "Status": choice("NOTSTARTED", "ONGOING", "COMPLETED"), "StartDate": day()},
            empty={"Comments": "", "ContactPerson": None, "Description": "", "EndDate": None, "ProjectLeader": None,
                   "ProjectNumber": "", "Status": "ONGOING", "StartDate": None},
            listed=("Description", "EndDate", "ProjectLeader", "ProjectNumber", "Status", "StartDate"),
            required=("Description",), location="project", series="projects",
        ),
        Register(
            path="labels", name="Label", plural="Labels", scope="settings", key="Id",
            fields={"Description": text(25, shortest=1)}, empty={"Id": "", "Description": ""},
            required=("Description",), series="labels",
        ),
    )
}  # fmt: skip
TEXTS = {
    "WayOfDelivery": "Kunde inte hämta/hitta leveranssätt",  # junipeer's words (section 14); code [I]
    "TermsOfDelivery": "Kunde inte hämta/hitta leveransvillkor",
    "PriceList": "Kunde inte hitta prislistan",
    "Currency": "Valutan finns inte",
    "CostCenter": "Kunde inte hitta kostnadsstället",
    "ModeOfPayment": "Kunde inte hitta betalningssättet",
}


def fill(state: State) -> None:
    """Put in what a new company has."""
    for name, register in REGISTERS.items():
        state.registers[name] = {
            code: Entry(
                number=code,
                values={**register.empty, register.key: code, **values},
                touched=state.now(),
            )
            for code, values in register.start.items()
        }


def code_of(state: State, kind: str, code: str) -> str:
    """The code as it is kept: terms of payment are upper-cased."""
    return code.upper() if REGISTERS[kind].upper and code not in state.registers[kind] else code


def must_exist(state: State, kind: str, value: Any) -> None:
    """A document or card may only name what there is.

    Raises:
        FortnoxError: 400, with the code of the register where it is known, else the nearest [I].
    """
    if kind == "Account":
        account = state.company.accounts.get(int(value))
        if account is None or not account.active:
            raise no_account(value)
        return
    if kind == "Currency":
        known = value == "SEK" or value in state.company.rates
    else:
        entry = state.registers[kind].get(code_of(state, kind, value))
        known = entry is not None
        if entry is not None and kind == "CostCenter" and not entry.values["Active"]:
            raise inactive(f"Kostnadsställe {value}")  # 2000947 [sharespine]
    if not known:
        refusal = missing(kind, status=400)
        raise FortnoxError(refusal.code, f"{TEXTS.get(kind, refusal.message.rstrip('.'))} ({value}).")


def _shown(call: Call, register: Register, entry: Entry, names: tuple[str, ...] = ()) -> dict[str, Any]:
    kept = {name: entry.values[name] for name in names or register.empty}
    if register.name == "Label":
        return {**kept, "Id": int(entry.number)}
    return {"@url": call.url(f"{register.path}/{quote(entry.number, safe='')}")} | kept


class _Shelf:
    """Who answers for one register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def _kept(self, call: Call) -> dict[str, Entry]:
        return call.state.registers[self._register.name]

    def _one(self, call: Call, code: str) -> Entry:
        found = self._kept(call).get(code_of(call.state, self._register.name, code))
        if found is None:
            raise missing(self._register.name)
        return found

    def _answer(self, call: Call, entry: Entry) -> dict[str, Any]:
        return {self._register.name: _shown(call, self._register, entry)}

    def several(self, call: Call) -> Reply:
        register = self._register
        rules = Listing(
            plural=register.plural,
            show=lambda inner, entry: _shown(inner, register, entry, register.listed),
            # codes as text, 19DAYS before 20 [L]; numbers given in a row as numbers
            order=by_number if register.series else lambda entry: entry.number.lower(),
        )
        return listing(call, rules, self._kept(call).values())

    def read(self, call: Call, code: str) -> Reply:
        return Reply(self._answer(call, self._one(call, code)))

    def create(self, call: Call) -> Reply:
        register = self._register
        sent = checked(register.fields, call.entity(register.name))
        values = {**register.empty, **{name: value for name, value in sent.items() if value is not None}}
        if not values[register.key] and register.series:
            values[register.key] = call.state.next(register.series, self._kept(call))
        if any(not values[name] for name in register.required):
            raise FortnoxError(2001392, f"Uppgift saknas: {', '.join(register.required)}.")  # code [I]
        code = str(values[register.key] or values["AccountNumber"])
        code = code.upper() if register.upper else code
        if code in self._kept(call):
            raise FortnoxError(2000637, f"{code} används redan.")  # code [I]
        entry = Entry(number=code, values={**values, register.key: code}, touched=call.state.now())
        self._kept(call)[code] = entry
        return Reply(self._answer(call, entry), status=201, location=register.location or register.path)

    def change(self, call: Call, code: str) -> Reply:
        register = self._register
        entry = self._one(call, code)
        sent = checked(register.fields, call.entity(register.name))
        sent.pop(register.key, None)
        laid = {name: register.empty[name] if value is None else value for name, value in sent.items()}
        entry.values.update(laid)
        call.state.touch(entry)
        return Reply(self._answer(call, entry))

    def remove(self, call: Call, code: str) -> Reply:
        """Also one that a customer's card still names; documents for it then fail (section 14) [junipeer]."""
        del self._kept(call)[self._one(call, code).number]
        return Reply(status=204)


def routes() -> list[Route]:
    """List, read, make, change and remove, for each register."""
    return [each for register in REGISTERS.values() for each in _routes_of(register)]


def _routes_of(register: Register) -> list[Route]:
    shelf = _Shelf(register)
    path, item = f"/3/{register.path}", f"/3/{register.path}/{{code}}"
    return [
        route("GET", path, register.scope, shelf.several),
        route("POST", path, register.scope, shelf.create),
        route("GET", item, register.scope, shelf.read),
        route("PUT", item, register.scope, shelf.change),
        route("DELETE", item, register.scope, shelf.remove),
    ]
