"""A parser of SIE files that others wrote (pysie-accounting)."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

__all__ = ["read_foreign"]


def read_foreign(path: Path | str) -> Any:
    """The file as that parser sees it; the test is skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it builds its tables in a way its own library frowns upon
        pandas = pytest.importorskip("pandas")
        parser = pytest.importorskip("pysie_accounting.pysie").PySIE()
        parser.sie_encoding = "cp437"
        parser.dftrans = pandas.DataFrame(
            {"SRU": [0], "Ink2": [""]}
        )  # tax codes, of which our files have none
        parser.open(str(path))
    return parser
