"""The owner's password: how it is hashed and checked. Whether a stored hash can be one at all, config says."""

from __future__ import annotations

from typing import Final

from werkzeug.security import check_password_hash, generate_password_hash

__all__ = ["METHOD", "check_password", "hash_password"]

METHOD: Final = "scrypt:32768:8:1"
"""94 ms and 32 MB per check on a small machine: dear for a guesser, bearable for a daemon that checks one at
a time."""


def hash_password(password: str) -> str:
    """What belongs into ``[web] password_hash``."""
    return generate_password_hash(password, method=METHOD)


def check_password(stored: str, given: str) -> bool:
    """Whether ``given`` is the password; never with an empty ``stored``."""
    return bool(stored) and check_password_hash(stored, given)
