"""The keys of ``[erp]`` when ``type = sie``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bridge.config.option import option

__all__ = ["SieOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SieOptions:
    """[erp] for SIE files."""

    folder: Path = option(
        "sie",
        help="Folder for the files, seen from this file. Imported files may be moved to folders inside it.",
    )
    company_name: str = option(required=True, example="Exempel AB", help="Your company, as in the books.")
    org_number: str = option(
        required=True, example="556000-4615", help="Organisation number; many programs refuse a wrong one."
    )
    series: str = option(
        "W", help="Voucher series in the books, used by nothing else: letters and digits only."
    )
    credit_series: str = option(
        "", example="K", help="Voucher series of credits, for refunds in the shop. Empty: the same series."
    )
    first_number: int = option(
        "1", least="1", most="999999", help="Number of the first voucher of each financial year."
    )
    year_start: int = option("1", least="1", most="12", help="Month in which your financial year begins.")
    voucher_date: str = option(
        "paid",
        choices=("paid", "created", "completed"),
        help="Which day of the order dates the voucher. Where an order has none: the day it was created.",
    )
    customer_names: bool = option(
        "yes", help="Whether the buyer's name stands in the voucher. no keeps persons out of the books."
    )
