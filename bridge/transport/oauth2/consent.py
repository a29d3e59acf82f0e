"""The one time a person says yes, in a browser: the address to open, and what comes back."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bridge.errors import UserError
from bridge.model.texts import say
from bridge.transport.reply import parse_json

__all__ = ["Consent", "claims"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One asking for consent."""

    auth_url: str
    client_id: str
    redirect_uri: str
    scope: str
    state: str
    """Unguessable; an answer without it is not ours (RFC 6749, 10.12)."""
    extra: Mapping[str, str]
    """Further parameters of this vendor."""

    @property
    def address(self) -> str:
        """What the person opens."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": self.state,
            **self.extra,
        }
        return f"{self.auth_url}?{urlencode(asked)}"

    def code_in(self, address: str) -> str:
        """The code in the address that the person was sent to afterwards.

        Raises:
            UserError: it is not the answer to this asking, or the person said no.
        """
        answer = dict(parse_qsl(urlsplit(address.strip()).query))
        if not hmac.compare_digest(answer.get("state", "").encode(), self.state.encode()):
            raise UserError(
                say("This is not the answer to the address shown here. Start again, and use the new address.")
            )
        if answer.get("error"):
            reason = answer.get("error_description") or answer["error"]
            raise UserError(say("The consent was not given: {reason}", reason=reason[:200]))
        if not answer.get("code"):
            raise UserError(say("There is no code in that address. Copy the whole of it, from https:// on."))
        return answer["code"]


def claims(token: str) -> Mapping[str, Any]:
    """What a token (JWT) says of itself, unproven; {} where it says nothing that can be read."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        found = parse_json(base64.urlsafe_b64decode(padded))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
