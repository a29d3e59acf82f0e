"""The agreement's own registers, asked once and kept for the process: layouts, terms, zones, groups, units.

The settings name an entry by its number or its name. What is not there is refused with what there is instead.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeVar

from bridge.erps.chart import percent_text
from bridge.erps.economic.client import Client
from bridge.erps.economic.options import Options
from bridge.errors import NotFound, Rejected, Transient
from bridge.model.texts import Text, say

__all__ = ["HOME_ZONES", "Agreement", "Entry", "Registers", "lacking_roles"]

T = TypeVar("T")

HOME_ZONES: Final[Mapping[str, frozenset[str]]] = {
    "domestic": frozenset({"domestic", "inrikes", "inland", "hemland", "hemlandet", "sverige", "sweden", "indland"}),
    "eu": frozenset({"eu", "inom eu", "eu-land", "eu-länder", "within eu"}),
    "abroad": frozenset({"abroad", "utlandet", "utland", "utrikes", "utanför eu", "outside eu", "export", "udland"}),
    "exempt": frozenset(
        {"domestic without vat", "inrikes utan moms", "inland utan moms", "hemland utan moms", "hemlandet utan moms",
         "sverige utan moms", "momsfri inrikes", "indland uden moms"}
    ),
}  # fmt: skip
"""What the four usual zones are called: "Domestic" is documented, the others are what agreements were seen to have
(economic facts, section 12 [D19, I]). Numbers are never assumed: one agreement has 31 for Sweden [1]."""
_NAMES: Final[Mapping[str, tuple[str, Text]]] = {
    "layouts": ("layoutNumber", say("layout")),
    "payment-terms": ("paymentTermsNumber", say("terms of payment")),
    "customer-groups": ("customerGroupNumber", say("customer group")),
    "vat-zones": ("vatZoneNumber", say("VAT zone")),
    "product-groups": ("productGroupNumber", say("product group")),
    "units": ("unitNumber", say("unit")),
    "journals": ("journalNumber", say("journal")),
    "departmental-distributions": ("departmentalDistributionNumber", say("departmental distribution")),
}
_JOURNALS: Final = "journals"
_OLD_JOURNALS: Final = "journals-experimental"
_ADVICE: Final = say("Correct the line, by number or name, or make it in e-conomic; then press Retry.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a register."""

    number: int
    name: str
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def is_called(self, wanted: str) -> bool:
        """Whether the settings mean this one: its number, or its name in any case of letters."""
        plain_name = " ".join(wanted.split()).casefold()
        return wanted.strip() == str(self.number) or " ".join(self.name.split()).casefold() == plain_name

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What ``GET /self`` tells (section 2 [D19])."""

    number: str
    company: str
    currency: str
    """Of the books."""
    modules: tuple[str, ...]
    roles: tuple[str, ...]
    """Those the app asks for."""

    @property
    def inventory(self) -> bool:
        """Whether it has the inventory module; told by its name, its number is not documented [I]."""
        return any(re.search(r"inventory|lager", name, re.IGNORECASE) for name in self.modules)


class Registers:
    """Looks up and remembers. Threads may share it."""

    def __init__(self, client: Client, options: Options) -> None:
        self._client = client
        self._options = options
        self._lock = threading.RLock()
        self._kept: dict[str, Any] = {}

    def forget(self) -> None:
        """Ask anew: e-conomic has refused something of a register as not there."""
        with self._lock:
            self._kept.clear()

    def agreement(self) -> Agreement:
        """Who we are."""
        return self._once("self", lambda: _agreement(self._client.get("self")))

    def entries(self, register: str) -> Sequence[Entry]:
        """All of one register, in its own order."""
        return self._once(register, lambda: self._load(register))

    def find(self, register: str, wanted: str, *, where: str) -> Entry:
        """The entry the settings mean; ``wanted`` empty: the only one there is.

        Raises:
            Rejected: none, or several; names ``where`` and what there is.
        """
        there = [each for each in self.entries(register) if not each.raw.get("deleted")]
        what = _NAMES[register][1]
        if not wanted.strip():
            if len(there) == 1:
                return there[0]
            text = say(
                "Nothing says which {what} to use; there are: {there}.", what=what, there=_listed(there)
            )
            raise Rejected(text, channel="erp", field=where, advice=say("Write its number or name."))
        by_number = [each for each in there if wanted.strip() == str(each.number)]
        found = by_number or [each for each in there if each.is_called(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            text = say("e-conomic has {what} {wanted} several times.", what=what, wanted=wanted)
            raise Rejected(text, channel="erp", field=where, advice=say("Write the number instead."))
        raise Rejected(
            say(
                "e-conomic has no {what} called {wanted}; there are: {there}.",
                what=what,
                wanted=wanted,
                there=_listed(there),
            ),
            channel="erp",
            field=where,
            advice=_ADVICE,
        )

    def layout(self) -> int:
        """Of orders and invoices."""
        return self.find("layouts", self._options.layout, where="[erp] layout").number

    def terms(self, wanted: str = "", *, where: str = "[erp] payment_terms") -> Entry:
        """Terms of payment: those named, else those of the settings."""
        if wanted:
            return self.find("payment-terms", wanted, where=where)
        return self.find("payment-terms", self._options.payment_terms, where="[erp] payment_terms")

    def customer_group(self, *, company: bool = False) -> int:
        """Of new customers."""
        if company and self._options.company_group:
            wanted, where = self._options.company_group, "[erp] company_group"
        else:
            wanted, where = self._options.customer_group, "[erp] customer_group"
        return self.find("customer-groups", wanted, where=where).number

    def zone(self, name: str) -> Entry:
        """A VAT zone: ``domestic``, ``eu``, ``abroad``, ``exempt``, or a country in two letters.

        Raises:
            Rejected: it is neither in the settings nor found by its usual name.
        """
        where = f"[erp] vat_zone_{name}"
        usual = HOME_ZONES.get(name, frozenset())
        wanted = getattr(self._options, where.split()[1]) if usual else self._options.zone_line(name)
        if wanted:
            return self.find("vat-zones", wanted, where=where)
        zones = self.entries("vat-zones")
        found = [each for each in zones if " ".join(each.name.split()).casefold() in usual]
        if len(found) == 1:
            return found[0]
        raise Rejected(
            say(
                "The settings do not say which VAT zone of e-conomic is {name}; there are: {there}.",
                name=name,
                there=_listed(zones),
            ),
            channel="erp",
            field=where,
            advice=say("Write the zone's number or name; ask your accountant which it is."),
        )

    def has_zone(self, country: str) -> bool:
        """Whether the settings have a zone for this country's own VAT."""
        return bool(self._options.zone_line(country))

    def unit(self, wanted: str = "") -> Entry | None:
        """A unit: the one named, else that of the settings; None: there is none."""
        name = wanted or self._options.unit
        return self.find("units", name, where="[erp] unit") if name else None

    def journal(self) -> Entry:
        """Of the buyers' payments."""
        return self.find("journals", self._options.journal, where="[erp] journal")

    def journals_home(self) -> str:
        """Where journals are: ``journals`` today, ``journals-experimental`` in the documents of 2019 (section 10)."""

        def look() -> str:
            try:
                self._client.page(_JOURNALS, size=1)
            except NotFound:
                return _OLD_JOURNALS
            return _JOURNALS

        return self._once("journals home", look)

    def distribution(self, wanted: str, *, where: str) -> int:
        """A departmental distribution: what the settings call a cost centre."""
        return self.find("departmental-distributions", wanted, where=where).number

    def currencies(self) -> frozenset[str]:
        """Their codes; a document in any other is refused (section 13)."""
        return self._once(
            "currencies",
            lambda: frozenset(str(row["code"]).upper() for row in self._client.rows("currencies")),
        )

    def group(self, wanted: str, *, where: str) -> Entry:
        """A product group."""
        return self.find("product-groups", wanted, where=where)

    def group_of(self, percent: Decimal) -> Entry:
        """The product group of articles with this VAT at home: the line ``group_25``, else the only one that has it.

        Raises:
            Rejected: no group has, or several.
        """
        where = f"[erp] group_{percent_text(percent)}"
        line = self._options.group_lines().get(percent)
        if line:
            return self.group(line, where=where)
        home = self.zone("domestic").number
        found = [each for each in self.entries("product-groups") if self.rate(each.number, home) == percent]
        if len(found) == 1:
            return found[0]
        there = found or self.entries("product-groups")
        text = (
            say(
                "Several product groups have {percent} % VAT: {there}.", percent=percent, there=_listed(there)
            )
            if found
            else say(
                "No product group has {percent} % VAT; there are: {there}.",
                percent=percent,
                there=_listed(there),
            )
        )
        raise Rejected(text, channel="erp", field=where, advice=say("Write which it is, like group_25 = 1."))

    def rate(self, group: int, zone: int) -> Decimal | None:
        """Percent of VAT on an article of the group sold into the zone; None: it has no sales account there.

        Decided by the sales account's VAT code (section 12 [D19 structure; combination I]); an account without one
        has no VAT.
        """
        accounts = self._once(f"sales-accounts {group}", lambda: self._sales_accounts(group))
        if zone not in accounts:
            return None
        code = accounts[zone]
        return self.vat_codes().get(code, Decimal(0)) if code else Decimal(0)

    def vat_codes(self) -> Mapping[str, Decimal]:
        """The agreement's VAT codes and their percentages."""
        return self._once("vat-accounts", self._vat_codes)

    def _sales_accounts(self, group: int) -> dict[int, str]:
        """Zone to the VAT code of the group's sales account there; empty: the account has none."""
        found: dict[int, str] = {}
        for row in self._client.rows(f"product-groups/{group}/sales-accounts"):
            account = row.get("salesAccount", {})
            vat = account.get("vatAccount", {})
            found[int(row["vatZone"]["vatZoneNumber"])] = str(vat.get("vatCode", ""))
        return found

    def _vat_codes(self) -> dict[str, Decimal]:
        rows = self._client.rows("vat-accounts")
        return {str(row["vatCode"]): Decimal(row.get("ratePercentage", 0)) for row in rows}

    def _load(self, register: str) -> tuple[Entry, ...]:
        number, _ = _NAMES[register]
        home = self.journals_home() if register == _JOURNALS else register
        return tuple(
            Entry(number=int(row[number]), name=str(row.get("name", "")), raw=row)
            for row in self._client.rows(home)
        )

    def _once(self, name: str, load: Callable[[], T]) -> T:
        with self._lock:  # two threads ask once
            if name not in self._kept:
                try:
                    self._kept[name] = load()
                except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as odd:
                    text = say("e-conomic's answer about {what} cannot be read.", what=name)
                    raise Transient(text, channel="erp", call=f"GET /{name}") from odd
            found: T = self._kept[name]
            return found


def lacking_roles(me: Agreement, *, payments: bool) -> Sequence[str]:
    """The roles the app needs and does not ask for; SuperUser has them all, and silence lacks nothing [I]."""
    needed = {"Sales", "Bookkeeping"} if payments else {"Sales"}
    return sorted(needed - {*me.roles}) if me.roles and "SuperUser" not in me.roles else []


def _agreement(row: Mapping[str, Any]) -> Agreement:
    return Agreement(
        number=str(row.get("agreementNumber", "")),
        company=str(row.get("company", {}).get("name", "")),
        currency=str(row["settings"]["baseCurrency"]).upper(),
        modules=tuple(str(each.get("name", "")) for each in row.get("modules", ())),
        roles=tuple(
            str(each.get("name", "")) for each in row.get("application", {}).get("requiredRoles", ())
        ),
    )


def _listed(entries: Sequence[Entry]) -> str:
    return ", ".join(map(str, entries)) or "-"
