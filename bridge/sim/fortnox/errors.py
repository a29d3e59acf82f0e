"""Refusals in the shapes Fortnox gives them (fortnox facts, section 5).

Messages are Swedish and change; a client acts on the code. Where no code is documented the nearest documented one
stands here with the text that clients have reported, marked [I].
"""

from __future__ import annotations

from typing import Any

__all__ = ["FortnoxError", "Unauthorised", "bad_filter", "bad_parameter", "inactive", "missing", "no_account"]

NOT_FOUND = {
    "Article": (2000428, "Kan inte hitta artikeln."),  # [L]
    "Customer": (2000433, "Kan inte hitta kunden."),  # [L]
    "Invoice": (2000434, "Kan inte hitta fakturan."),  # [L]
    "Order": (2000439, "Kan inte hitta ordern."),  # [L]
    "TermsOfPayment": (2000429, "Kan inte hitta betalningsvillkoret."),  # [L]
    "Unit": (2000432, "Kan inte hitta enheten."),  # [L]
    "Project": (2001161, "Kan inte hitta projektet."),  # [L]
    "Account": (2000423, "Kan inte hitta kontot."),  # [D]
}
UNNAMED = 2000729  # "no valid identifier" [D]; for registers whose own code nobody has captured [I]


class FortnoxError(Exception):
    """An answer with ErrorInformation: lower-case keys, but capital ones at 404 (section 5) [L]."""

    def __init__(self, code: int, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        if self.status == 404:
            return {"ErrorInformation": {"Error": 1, "Message": self.message, "Code": self.code}}
        return {"ErrorInformation": {"error": 1, "message": self.message, "code": self.code}}


class Unauthorised(Exception):
    """401 in its own shape: ``{"message": "unauthorized"}`` (section 5) [L]."""


def missing(what: str, *, status: int = 404) -> FortnoxError:
    """Nothing has this number. 404 in a path; 400 when a document or card names it [I]."""
    code, message = NOT_FOUND.get(what, (UNNAMED, f"Kan inte hitta {what}."))
    return FortnoxError(code, message, status=status)


def bad_filter() -> FortnoxError:
    """An unknown filter (section 4) [L]."""
    return FortnoxError(2000587, "Ett ogiltigt filter har använts.")


def bad_parameter(name: str) -> FortnoxError:
    """An unknown parameter, or a second one of the resource's own (section 4) [D]."""
    return FortnoxError(2000588, f"Ogiltig parameter i anropet. ({name})")


def no_account(account: object = "") -> FortnoxError:
    """A row's or article's account is missing or inactive, or a row has neither (section 5) [D + accodeing]."""
    return FortnoxError(2001304, f"Kunde inte hitta konto {account}".rstrip())


def inactive(what: str) -> FortnoxError:
    """Something that exists and may not be used any more; only the cost centre's code is known [I]."""
    return FortnoxError(2000947, f"{what} är inaktiv.")
