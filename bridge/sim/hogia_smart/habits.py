"""What nobody outside knows of the interface, one switch each: an adapter must live with every position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["VERSIONS", "Habits"]

VERSIONS = frozenset(
    "2024-06-11 2024-06-12 2024-11-11 2025-02-13 2025-03-12 2025-03-21 2025-03-24 2025-06-01".split()
)
"""The dates seen as ``api-version`` (section 2.1) [2+]. Whether others are taken is [UNK]: here they are refused."""


@dataclass(kw_only=True)
class Habits:
    """Change what you like, between two calls."""

    newer_from: date = date(2025, 3, 12)
    """The first version whose customer invoice has the newer body: 2025-03 (section 2.3) [1]. The one client's own
    test sends the newer body with 2025-02-13 too, so where the border runs is not sure."""
    sequence: str = "replay"
    """The same ``sequenceId`` again: ``replay`` the first answer, ``refuse``, or make a second ``document``. That it
    is there against doubles is likely and not proven (section 2.3) [INF]."""
    lists_invoices: bool = False
    """Whether invoices can be read again: no client was seen to (section 2.2) [UNK]. Off: 405 and 404."""
    errors: str = "mixed"
    """``problem``, ``list`` or ``text``: every refusal in this shape. ``mixed``: by what is wrong; a client must
    accept all three (section 2.4) [INF]."""
    other_organisation: int = 403
    """Status for a well-formed GUID of somebody else's company: 403 or 404 [UNK]."""
    single_objects: bool = True
    """A filter by number that finds one answers the bare object instead of a list of one, as may happen
    (section 2.2) [1]."""
    first_page: int = 1
    """1 as in one product's documentation, 0 as in one client's tests (section 2.1) [DOC, 1]."""
    vat_rounding: str = "line"
    """VAT is rounded per ``line`` or per ``rate``: each line of an answer has a VAT amount of its own, and there is
    a distribution by rate (section 2.3); which of them is rounded is [UNK]."""
    codes_as_fraction: bool = True
    """``vatPercent`` in the register of VAT codes as 0.25, as in an invoice [INF], or as 25."""
    dates: str = "seconds"
    """Dates come back as ``seconds`` (2026-11-21T00:00:00), ``day`` (2026-11-21), or with a ``fraction``; several
    forms were seen (section 2.1) [1]."""
    retry_after: bool = False
    """Whether 429 says how long to wait [UNK]."""
    key_field: str = "customerOrderNumber"
    """Where ``booked()`` reads the bridge's key. Both body shapes have the field by name (section 2.3) [2+, 1],
    it is the order's number by its own name, and nothing is known to read it. ``invoiceReference`` stands in both
    too, but is also a default on the customer, and e-invoice receivers route by it."""

    def is_newer(self, version: str) -> bool:
        """Whether a customer invoice of this version has the newer body."""
        return date.fromisoformat(version) >= self.newer_from

    def shown(self, day: date) -> str:
        """A day as it comes back."""
        endings = {"day": "", "seconds": "T00:00:00", "fraction": "T00:00:00.0000000"}
        return f"{day:%Y-%m-%d}{endings[self.dates]}"
