"""Refusals in e-conomic's own form: an envelope, and below it a tree that mirrors the request's document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

__all__ = ["ApiError", "Problem", "Problems", "Refusal", "envelope"]

Path = tuple[str | int, ...]

VALIDATION: Final = "E04300"  # recorded at the top level (economic facts, section 6) [L]
NO_IDENTIFIER: Final = "E04500"  # neither number nor self on a reference (section 6) [D19]
MISSING: Final = "E04500"  # a required property is not there: the nearest code known [I]
NO_QUANTITY: Final = "E04730"  # a product without a quantity (section 6) [D19]
FORMAT: Final = "E04740"  # too many decimals (section 6) [D19]; wrong type, too long, null: the nearest [I]
NOT_THERE: Final = "E06000"  # the referenced thing does not exist (section 6) [D19]
BARRED: Final = "E06600"  # "Product '…' is barred." at booking, recorded in a shop's log of 2024 [L]
NO_TERMS: Final = "E07080"  # payment terms not found (section 6) [L]
NO_ACCOUNT: Final = "E07150"  # account not found, recorded in two clients' tests of 2026 [L]
TERMS_TYPE: Final = "E07180"  # paymentTermsType does not match the terms (section 6) [L]
CLOSED: Final = "E04041"  # a date in a barred period or year, recorded in 2026 [L]

HINT: Final = "Please check the format of your data."


class Refusal(Exception):
    """An answer that is no success; ``problems`` only under a 400 of validation."""

    def __init__(
        self, status: int, message: str, *, hint: str = "", problems: Problems | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint
        self.problems = problems


ApiError = Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One leaf."""

    path: Path
    message: str
    code: str = FORMAT
    value: Any = None
    hint: str = HINT

    def leaf(self, *, old: bool) -> dict[str, Any]:
        """The documented older shape of 2019, or the newer one recorded in 2024 (section 6) [D19, L]."""
        if old:
            named = {"errorCode": self.code, "message": self.message, "value": self.value}
        else:
            name = next(part for part in reversed(self.path) if isinstance(part, str))
            named = {
                "propertyName": name,
                "errorMessage": self.message,
                "errorCode": self.code,
                "inputValue": self.value,
            }
        return {**named, "developerHint": self.hint}


class Problems:
    """All that is wrong with one document; nothing is done while there is one (section 6) [D19]."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(
        self, path: Path, message: str, *, code: str = FORMAT, value: Any = None, hint: str = HINT
    ) -> None:
        """Note one."""
        self.found.append(Problem(path=path, message=message, code=code, value=value, hint=hint))

    def at(self, path: Path) -> bool:
        """Whether something stands there already: the rules that come later keep silent then."""
        return any(each.path[: len(path)] == path for each in self.found)

    def settle(self) -> None:
        """Go on.

        Raises:
            Refusal: 400 with the tree.
        """
        if self.found:
            raise Refusal(400, "", problems=self)

    def body(self, *, old: bool) -> dict[str, Any]:
        """``message``, ``errors`` and, in the newer shape, ``errorCode`` and ``errorCount`` (section 6)."""
        hint = "Inspect validation errors and correct your request."
        tree = _tree([(each.path, each) for each in self.found], old=old)
        if old:
            return {"message": "Validation error.", "developerHint": hint, "errors": tree}
        count = len(self.found)
        message = f"Validation failed. {count} error{'s' if count != 1 else ''} found."
        return {
            "message": message,
            "errorCode": VALIDATION,
            "developerHint": hint,
            "errors": tree,
            "errorCount": count,
        }


def _tree(entries: list[tuple[Path, Problem]], *, old: bool) -> Any:
    """Nodes as the request has them; list members carry ``arrayIndex``.

    A list is an array in the older shape, and an object with ``items`` in the newer (recorded 2022-2026, which the
    composed example in the facts has not) [L]; at the very top it is an array in both [L].
    """
    keys = _in_order(path[0] for path, _ in entries if path)
    if keys and all(isinstance(key, int) for key in keys):
        return [
            {
                "arrayIndex": key,
                **_tree([(path[1:], one) for path, one in entries if path[0] == key], old=old),
            }
            for key in keys
        ]
    node: dict[str, Any] = {}
    own = [one.leaf(old=old) for path, one in entries if not path]
    if own:
        node["errors"] = own
    for key in keys:
        below = _tree([(path[1:], one) for path, one in entries if path and path[0] == key], old=old)
        node[str(key)] = {"items": below} if isinstance(below, list) and not old else below
    return node


def _in_order(keys: Iterable[str | int]) -> list[str | int]:
    return list(dict.fromkeys(keys))


def envelope(refusal: Refusal, *, old: bool, log_id: str, now: datetime) -> dict[str, Any]:
    """The body of an answer that is no success. Those of 401, 403 and 404 were never recorded [I]."""
    if refusal.problems is not None:
        inner = refusal.problems.body(old=old)
    else:
        inner = {"message": refusal.message, "developerHint": refusal.hint}
    return {
        **inner,
        "logId": log_id,
        "httpStatusCode": refusal.status,
        "logTime": f"{now:%Y-%m-%dT%H:%M:%S}",
    }
