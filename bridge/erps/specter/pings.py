"""Specter calls an address of ours when something has changed (specter facts, section 5.5 [DOC TAL, 1 PS]).

The call is not signed [INF]: a secret in the address is all that tells Specter from a stranger, so nothing it says is
believed. It only wakes the reading; a ping that is lost is made good by the next reading.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from bridge.erps.specter.profile import Profile
from bridge.erps.specter.pulling import Pulling

__all__ = ["Pings"]


class Pings:
    """``Collects``."""

    def __init__(self, secret: str, pulling: Pulling, profile: Profile) -> None:
        self._secret = secret
        self._pulling = pulling
        self._profile = profile

    def pinged(self, secret: str, told: Mapping[str, str]) -> str | None:
        """As ``Collects``: what Specter wants to hear, whatever it tells of [1 PS]."""
        del told
        if not self._secret or not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return None
        return self._profile.text("pings.answer")

    def collect(self) -> int:
        """As ``Collects``."""
        return self._pulling.collect()
