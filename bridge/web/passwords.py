"""The owner's password: how it is hashed, and whether a stored hash can be used at all."""

from __future__ import annotations

from typing import Final

from werkzeug.security import check_password_hash, generate_password_hash

from bridge.errors import ConfigError
from bridge.model.texts import Problem, say

__all__ = ["METHOD", "check_password", "hash_password", "require_usable"]

METHOD: Final = "scrypt:32768:8:1"
"""94 ms and 32 MB per check on a small machine: dear for a guesser, bearable for a daemon that checks one at
a time."""


def hash_password(password: str) -> str:
    """What belongs into ``[web] password_hash``."""
    return generate_password_hash(password, method=METHOD)


def check_password(stored: str, given: str) -> bool:
    """Whether ``given`` is the password; never with an empty ``stored``."""
    return bool(stored) and check_password_hash(stored, given)


def require_usable(stored: str) -> None:
    """Refuse a hash no password can ever match, before somebody stands before the closed door.

    Raises:
        ConfigError: it is not of the form ``scrypt:...$salt$digest``, for instance a password in clear.
    """
    method, salt, digest = [*stored.split("$", 2), "", ""][:3]
    if stored and not (method.startswith(("scrypt:", "pbkdf2:")) and salt and digest):
        problem = Problem(
            where="[web] password_hash",
            what=say("It is not a password hash."),
            fix=say("Run: bridge password, and put the line it prints there. Never the password itself."),
        )
        raise ConfigError(say("The page's password can't be used."), [problem])
