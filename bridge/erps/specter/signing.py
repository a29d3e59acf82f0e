"""The signature of a call: nested MD5 with two secrets (specter facts, section 3).

    key = md5(second + md5(first + sbmId + X))        all joined as they are, hexadecimal in lower case

v2 [2+]: first is ApiUserKey, second IntegrationKey. v1 [1 PS]: MD5 key 1 and MD5 key 2. What X is, the profile says
for each action. MD5 is the vendor's choice; it proves little, so the address must be https.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.erps.specter.letters import encoded
from bridge.erps.specter.profile import Action, Profile

__all__ = ["Signer", "signed_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs the calls of one account."""

    sbm_id: str
    first: str = field(repr=False)
    second: str = field(repr=False)

    def key(self, text: str) -> str:
        """The signature over ``text``, which is in Specter's letters."""
        inner = _md5(encoded(f"{self.first}{self.sbm_id}{text}"))
        return _md5(encoded(f"{self.second}{inner}"))


def signed_text(action: Action, form: Mapping[str, str], profile: Profile) -> str:
    """X: the values that sign this call, by the names the rest of the adapter has for parameters.

    Raises:
        ValueError: the call has none of them: a fault of ours, or of the owner's profile.
    """
    for choice in profile.text(f"signs.{action}").split("|"):
        text = " ".join(value for name in choice.split() if (value := form.get(name, "")))
        if text:
            return text
    raise ValueError(f"nothing to sign {action} with")


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
