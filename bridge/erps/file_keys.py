"""The keys of [erp] about vouchers as files: of the adapter that writes them, and of one that has them written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bridge.config.option import option

__all__ = ["FileKeys"]


@dataclass(frozen=True, kw_only=True)
class FileKeys:
    """Everything but whose company it is, which not every adapter must know to start."""

    __slots__ = ()
    """The class that takes them in has the places, so that it may have keys of another parent too."""

    folder: Path = option(
        "sie",
        help="Folder for the files, seen from this file. Imported files may be moved to folders inside it.",
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
    row_articles: bool = option(
        "no",
        help="Whether rows of shipping, fees and discounts begin with their article of [articles] or [shipping]: "
        "yes or no. Example of yes: frakt: Frakt 25 %.",
    )
