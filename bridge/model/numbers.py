"""Swedish organisation numbers. The arithmetic is python-stdnum's; the forms people write them in are ours."""

from __future__ import annotations

import re
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.se import orgnr

from bridge.model.texts import Text, say

__all__ = ["NumberError", "organisation_number"]

_CENTURY: Final = re.compile(r"(?:16|18|19|20)(?=\d{10}$)")
"""Twelve digits: 16 before a company's number, the century before a person's."""


class NumberError(ValueError):
    """Not a number of that kind; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


def organisation_number(raw: str) -> str:
    """An organisation number, or the person number of a sole trader, in the form ``556000-4615``.

    Raises:
        NumberError: not ten digits, or the last one is not what the others demand.
    """
    digits = _CENTURY.sub("", re.sub(r"[\s-]", "", raw))
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise NumberError(say("{number} is no organisation number: it has ten digits.", number=repr(raw)))
    try:
        valid = orgnr.validate(digits)
    except ValidationError:
        raise NumberError(
            say("{number} is no organisation number: a digit is wrong.", number=repr(raw))
        ) from None
    return f"{valid[:6]}-{valid[6:]}"
