"""[accounts]: which account of the books an amount goes to, for ERPs that book by account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from bridge.config import checks
from bridge.config.option import option
from bridge.model.texts import Problem

__all__ = ["AccountsSection"]

_PER_RATE: Final = {
    "sales": "sales", "service": "service", "vat": "vat", "shipping_rates": "shipping", "fee_rates": "fee",
}  # fmt: skip
"""The options with a line per rate, and what their lines begin with."""
_LISTS: Final = frozenset({"service_skus", "gift_card_skus"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsSection:
    """[accounts]: BAS accounts, for ERPs that book by account.

    ``sales_25`` is domestic sales at 25 %, ``sales_DE_19`` sales to Germany at 19 %; likewise ``vat_...``,
    ``service_...``, ``shipping_...`` and ``fee_...``. An empty account falls back as its help says.
    """

    receivable: str = option(
        "1580", help="Where the buyer's payment is waited for, unless [payments] says otherwise."
    )
    sales: Mapping[str, str] = option(
        "", pattern=True, example="sales_25 = 3001", help="Sales per VAT rate, and per country and rate."
    )
    service: Mapping[str, str] = option(
        "",
        pattern=True,
        example="service_25 = 3041",
        help="Services per VAT rate, and per country and rate. Without a line: as goods.",
    )
    service_skus: tuple[str, ...] = option(
        "",
        example="TJANST-, KURS-",
        help="Article numbers that begin so are services. Everything else is goods.",
    )
    vat: Mapping[str, str] = option(
        "", pattern=True, example="vat_25 = 2611", help="Output VAT per rate, and per country and rate."
    )
    sales_eu: str = option("3106", help="Goods to consumers in other EU countries, with Swedish VAT.")
    sales_oss: str = option(
        "",
        example="3109",
        help="Goods to consumers in other EU countries, with their VAT (One Stop Shop). Empty: as sales_eu.",
    )
    sales_eu_business: str = option("3108", help="Goods without VAT to EU companies with a VAT number.")
    sales_export: str = option("3105", help="Goods to countries outside the EU.")
    service_eu: str = option(
        "",
        example="3046",
        help="Services to consumers in other EU countries, with Swedish VAT. Empty: as goods.",
    )
    service_oss: str = option(
        "",
        example="3309",
        help="Services to consumers in other EU countries, with their VAT (One Stop Shop). Empty: as goods.",
    )
    service_eu_business: str = option(
        "3308", help="Services without VAT to EU companies with a VAT number. Empty: as goods."
    )
    service_export: str = option("3305", help="Services to countries outside the EU. Empty: as goods.")
    vat_eu: str = option("2670", help="VAT of other EU countries (One Stop Shop).")
    shipping: str = option("3520", help="Shipping charged.")
    shipping_rates: Mapping[str, str] = option(
        "",
        pattern=True,
        prefix="shipping",
        example="shipping_25 = 3520",
        help="Shipping per VAT rate, and per country and rate.",
    )
    shipping_eu: str = option(
        "",
        example="3520",
        help="Shipping to consumers in other EU countries, with Swedish VAT. Empty: as shipping.",
    )
    shipping_oss: str = option(
        "",
        example="3109",
        help="Shipping to consumers in other EU countries, with their VAT. Empty: as the goods.",
    )
    shipping_eu_business: str = option(
        "3521", help="Shipping without VAT to EU companies with a VAT number. Empty: as the goods."
    )
    shipping_export: str = option("3522", help="Shipping to countries outside the EU. Empty: as the goods.")
    fee: str = option("3540", help="Invoice and payment fees charged.")
    fee_rates: Mapping[str, str] = option(
        "",
        pattern=True,
        prefix="fee",
        example="fee_25 = 3540",
        help="Fees per VAT rate, and per country and rate.",
    )
    fee_eu: str = option(
        "",
        example="3540",
        help="Fees to consumers in other EU countries, with Swedish VAT. Empty: as fee.",
    )
    fee_oss: str = option(
        "",
        example="3109",
        help="Fees to consumers in other EU countries, with their VAT. Empty: as the goods.",
    )
    fee_eu_business: str = option(
        "3541", help="Fees without VAT to EU companies with a VAT number. Empty: as the goods."
    )
    fee_export: str = option("3542", help="Fees to countries outside the EU. Empty: as the goods.")
    cod: str = option("3540", help="Fees for cash on delivery charged.")
    discount: str = option("3730", help="Discounts given in Sweden. Abroad they lower the sale itself.")
    gift_card: str = option("2421", help="Gift cards not yet used.")
    gift_card_skus: tuple[str, ...] = option(
        "",
        example="PRESENTKORT",
        help="Article numbers that begin so are gift cards sold: a debt to the buyer, no sale yet.",
    )
    rounding: str = option("3740", help="Öre rounding.")

    @property
    def named(self) -> dict[str, str]:
        """Every account by the name of its line, without those that fall back on another."""
        single = {
            each.name: str(getattr(self, each.name))
            for each in fields(self)
            if each.name not in _LISTS and each.name not in _PER_RATE
        }
        per_rate = {
            f"{prefix}_{rest}": account
            for name, prefix in _PER_RATE.items()
            for rest, account in self.per_rate(name).items()
        }
        return {name: account for name, account in single.items() if account} | per_rate

    def per_rate(self, name: str) -> Mapping[str, str]:
        """The lines of one of the options that have a line per rate."""
        lines: Mapping[str, str] = getattr(self, name)
        return lines

    def problems(self, where: str) -> Sequence[Problem]:
        """Accounts that are no numbers, rates and countries that are misspelt."""
        needed = ("receivable", "sales_eu", "sales_eu_business", "sales_export", "vat_eu", "shipping", "fee",
                  "cod", "discount", "gift_card", "rounding")  # fmt: skip
        accounts = dict.fromkeys(needed, "") | self.named
        groups = {prefix: self.per_rate(name) for name, prefix in _PER_RATE.items()}
        return [*checks.accounts(where, accounts), *checks.rate_names(where, **groups)]
