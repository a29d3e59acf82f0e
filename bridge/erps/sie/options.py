"""The keys of ``[erp]`` when ``type = sie``."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.config.option import option
from bridge.erps.file_keys import FileKeys

__all__ = ["SieOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SieOptions(FileKeys):
    """[erp] for SIE files."""

    company_name: str = option(required=True, example="Exempel AB", help="Your company, as in the books.")
    org_number: str = option(
        required=True, example="556000-4615", help="Organisation number; many programs refuse a wrong one."
    )
