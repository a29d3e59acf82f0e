"""The keys of ``[erp]`` when ``type = economic``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from bridge.config.option import Duration, Secret, option
from bridge.model.texts import Problem, say

__all__ = ["LOCAL", "Options"]

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
_PERCENT: Final = re.compile(r"\d{1,2}([.,]\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """[erp] for e-conomic. A register entry is named by its number or its name."""

    base_url: str = option(
        "https://restapi.e-conomic.com", help="Address of e-conomic's interface. Leave it as it is."
    )
    app_secret_token: Secret = option(
        required=True, help="The app's secret token, from e-conomic's page for developers."
    )
    agreement_grant_token: Secret = option(
        required=True,
        help="The token your company gave the app. This command tells how to get it: bridge connect economic.",
    )
    app_public_token: str = option(
        "",
        help="The app's public token: with it, bridge connect economic opens the page where your company approves "
        "the app. Needed for nothing else.",
    )
    layout: str = option(
        "",
        example="Svensk standard",
        help="Layout of orders and invoices, by number or name. Empty: the only one there is.",
    )
    payment_terms: str = option(
        "",
        example="30 dagar netto",
        help="Terms of payment, by number or name, where [payments] has no terms: for the method. Empty: the only "
        "ones there are.",
    )
    customer_group: str = option(
        "",
        example="Privatkunder",
        help="Group of new customers, by number or name. Empty: the only one there is.",
    )
    company_group: str = option(
        "",
        example="Företagskunder",
        help="Group of new customers that are companies, by number or name. Empty: customer_group.",
    )
    customer_currency: str = option(
        "", example="SEK", help="Currency of new customers. Empty: that of the books."
    )
    vat_zone_domestic: str = option(
        "",
        example="Domestic",
        help="VAT zone of sales in Sweden, by number or name. Empty: the one called so.",
    )
    vat_zone_eu: str = option(
        "",
        example="EU",
        help="VAT zone of sales without VAT to EU companies with a VAT number. Empty: the one called so.",
    )
    vat_zone_abroad: str = option(
        "", example="Abroad", help="VAT zone of sales outside the EU. Empty: the one called so."
    )
    vat_zone_exempt: str = option(
        "",
        example="Domestic without VAT",
        help="VAT zone of sales in Sweden without VAT. Empty: the one called so.",
    )
    vat_zones: Mapping[str, str] = option(
        "",
        pattern=True,
        prefix="vat_zone",
        example="vat_zone_DE = Germany",
        help="VAT zone of sales with another EU country's VAT (One Stop Shop), one line per country, by number or "
        "name.",
    )
    groups: Mapping[str, str] = option(
        "",
        pattern=True,
        prefix="group",
        example="group_25 = 1",
        help="Product group of articles with this VAT in Sweden, by number or name: it decides the VAT. Without a "
        "line: the only group that has the rate.",
    )
    unit: str = option(
        "", example="st", help="Unit of articles and rows, by number or name. Empty: rows have none."
    )
    mark_sent: bool = option(
        "no",
        help="Whether an order is registered as sent before the bridge makes its invoice: yes or no. e-conomic then "
        "keeps it in the archive; otherwise the order goes up in its invoice.",
    )
    journal: str = option(
        "",
        example="Kortbetalningar",
        help="Journal for the buyers' payments, by number or name. Needed with register_payments = yes in [orders].",
    )
    calls_per_second: int = option(
        "5",
        least="1",
        most="20",
        help="So many calls in a second at most. e-conomic publishes no limit, and may stop whoever calls too much.",
    )
    settle: Duration = option(
        "2m", least="10s", most="1h", help="How long a document may still appear after a lost reply."
    )
    timeout: Duration = option("30s", least="1s", most="10m", help="Longest wait for one whole answer.")

    def problems(self, where: str) -> Sequence[Problem]:
        """What is wrong with the values though each can be read."""
        return [*self._address(where), *self._countries(where), *self._percents(where)]

    def group_lines(self) -> dict[Decimal, str]:
        """The lines ``group_25`` by rate; those that are none are told by ``problems``."""
        return {
            Decimal(percent.replace(",", ".")): wanted
            for percent, wanted in self.groups.items()
            if _PERCENT.fullmatch(percent)
        }

    def zone_line(self, country: str) -> str:
        """What ``vat_zone_DE`` says, in any case of letters; empty: there is no such line."""
        return next((line for code, line in self.vat_zones.items() if code.upper() == country.upper()), "")

    def _address(self, where: str) -> Iterator[Problem]:
        parts = urlsplit(self.base_url)
        if parts.scheme == "https" or (parts.hostname or "") in LOCAL:
            return
        yield Problem(
            where=f"{where} base_url",
            what=say("The tokens would travel unprotected."),
            fix=say("Write it with https://, or remove the line."),
        )

    def _countries(self, where: str) -> Iterator[Problem]:
        for code in self.vat_zones:
            if not _COUNTRY.fullmatch(code):
                yield Problem(
                    where=f"{where} vat_zone_{code}",
                    what=say("{code} is no country.", code=code),
                    fix=say(
                        "Write the country in two letters, like vat_zone_DE, or domestic, eu, abroad, exempt."
                    ),
                )

    def _percents(self, where: str) -> Iterator[Problem]:
        for percent in self.groups:
            if not _PERCENT.fullmatch(percent):
                yield Problem(
                    where=f"{where} group_{percent}",
                    what=say("{rest} is no VAT rate.", rest=percent),
                    fix=say("Write the percentage, like group_25."),
                )
