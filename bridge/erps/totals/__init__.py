"""The öre-exact engine: rows whose total, as the ERP will compute it, is the shop's.

    fitted = fit(parts, FORTNOX, target=Target(gross=..., vat={Decimal(25): ...}, currency="SEK"))

gives ``Fitted`` (rows to send, prices net or gross, the arithmetic as a table) or ``Unfit`` (why not, what to do).
An adapter that starts from a draft calls ``fit_draft(draft, FORTNOX, tax_lines=order.tax_lines)``.
"""

from bridge.erps.totals.drafts import FittedDraft, fit_draft
from bridge.erps.totals.engine import TOLERANCE, fit
from bridge.erps.totals.shapes import Fitted, FittedRow, Part, Role, Target, Unfit

__all__ = [
    "TOLERANCE",
    "Fitted",
    "FittedDraft",
    "FittedRow",
    "Part",
    "Role",
    "Target",
    "Unfit",
    "fit",
    "fit_draft",
]
