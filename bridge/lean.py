"""Memory: a hosting provider runs hundreds of bridges on one machine, and pays for each megabyte as often."""

from __future__ import annotations

import sys
import warnings

__all__ = ["without_guessing"]


def without_guessing() -> None:
    """Keep requests from loading its guesser of character sets: 2.5 MB, measured, that nothing here ever asks.

    Every answer is decoded by ``transport`` as what it says it is. requests can live without the guesser and
    warns of it when it is loaded; too late, and therefore without effect, when it has been loaded already.
    """
    if "requests" in sys.modules:
        return
    sys.modules.setdefault("charset_normalizer", None)  # type: ignore[arg-type] # None: "not installed"
    warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
