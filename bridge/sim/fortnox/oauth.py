"""Codes, access tokens and refresh tokens (fortnox facts, section 2)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bridge.sim.clock import Now
from bridge.sim.fortnox.company import SCOPES, Company

__all__ = ["Desk", "Refusal"]

CODE_LIFE = timedelta(minutes=10)  # [evangelist quoting the vendor]
ACCESS_LIFE = timedelta(seconds=3600)  # [L]
REFRESH_LIFE = timedelta(days=45)  # [evangelist]


class Refusal(Exception):
    """An OAuth error object; its content type is what was recorded of it [L]."""

    def __init__(
        self, error: str, text: str, *, status: int = 400, kind: str = "text/html; charset=UTF-8"
    ) -> None:
        super().__init__(text)
        self.status = status
        self.kind = kind
        self.body = {"error": error, "error_description": text}


@dataclass
class Grant:
    """A code or token that is good until a moment."""

    scope: str
    until: datetime
    redirect: str = ""


@dataclass
class Desk:
    """The authorisation server."""

    now: Now
    company: Company
    client_id: str = "client-1234567890"
    client_secret: str = "secret-1234567890"  # noqa: S105 - made up
    refuses: str = ""
    """What the person answers on the consent page instead of yes: access_denied."""
    scopes: str = SCOPES
    """What the integration is registered for."""
    calls: list[str] = field(default_factory=list)
    """Grant types asked for, in order."""
    _codes: dict[str, Grant] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _issued: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is, or was, good for something."""
        return (self.client_secret, *self._issued)

    def grant_code(self, redirect: str = "", scope: str = "") -> str:
        """The administrator consents; the code the browser brings back."""
        self.company.consent = True
        code = self._fresh("code")
        self._codes[code] = Grant(scope=scope or self.scopes, until=self.now() + CODE_LIFE, redirect=redirect)
        return code

    def revoke(self) -> None:
        """The company withdraws its consent: everything issued is dead, and nothing new is given."""
        self.company.consent = False
        for kept in (self._codes, self._access, self._refresh):
            kept.clear()

    def expire(self) -> None:
        """Every access token issued so far has run out."""
        self._access.clear()

    def scope_of(self, token: str) -> str | None:
        """The scopes of an access token that is good now."""
        grant = self._access.get(token)
        return grant.scope if grant is not None and grant.until > self.now() else None

    def authorise(self, asked: Mapping[str, str]) -> str:
        """GET /oauth-v1/auth: the address the browser is sent to, with code and state.

        Raises:
            Refusal: the question itself is wrong, so nobody is sent anywhere.
        """
        if asked.get("client_id") != self.client_id:
            raise Refusal("invalid_client", "The client id is not known")  # [I]
        if asked.get("response_type") != "code" or not asked.get("redirect_uri"):
            raise Refusal("invalid_request", "response_type must be code; redirect_uri is required")  # [I]
        back = {"state": asked["state"]} if "state" in asked else {}
        wanted = asked.get("scope", "")
        if self.refuses:
            back["error"] = self.refuses
        elif not wanted or set(wanted.split()) - set(self.scopes.split()):
            back["error"] = "invalid_scope"  # a scope the integration is not registered for
        else:
            self.company.service_account = asked.get("account_type") == "service"
            back["code"] = self.grant_code(asked["redirect_uri"], wanted)
        joint = "&" if "?" in asked["redirect_uri"] else "?"
        return f"{asked['redirect_uri']}{joint}{urlencode(back)}"

    def token(self, authorization: str, tenant: str, raw: bytes) -> dict[str, Any]:
        """POST /oauth-v1/token.

        Raises:
            Refusal: nothing is issued.
        """
        form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
        self._client(authorization)
        kind = form.get("grant_type", "")
        self.calls.append(kind)
        if kind == "authorization_code":
            code = form.get("code", "")
            grant = self._codes.pop(code, None)
            if grant is None or grant.until <= self.now():
                raise Refusal("invalid_grant", "Invalid authorization code")  # wording [I]
            if grant.redirect and form.get("redirect_uri") != grant.redirect:
                raise Refusal("redirect_uri_mismatch", "The redirect URI is missing or does not match")  # [I]
            return self._issue(grant.scope, refresh=True)
        if kind == "refresh_token":
            # Each refresh kills the token it used (section 2) [L; D].
            used = self._refresh.pop(form.get("refresh_token", ""), None)
            if used is None or used.until <= self.now():
                raise Refusal("invalid_grant", "Invalid refresh token")
            return self._issue(used.scope, refresh=True)
        if kind == "client_credentials":
            if not tenant:
                raise Refusal("invalid_request", "The TenantId header is missing")  # wording [I]
            company = self.company
            if tenant != company.tenant or not company.consent or not company.service_account:
                raise Refusal(
                    "invalid_grant", "No consent of a service account for this tenant"
                )  # wording [I]
            return self._issue(self.scopes, refresh=False)
        raise Refusal("unsupported_grant_type", "The grant type is missing or not supported")

    def withdraw(self, authorization: str, raw: bytes) -> dict[str, Any]:
        """POST /oauth-v1/revoke with ``token_type_hint=refresh_token`` (section 2) [1 csharp].

        Raises:
            Refusal: as for a token.
        """
        self._client(authorization)
        form = dict(parse_qsl(raw.decode("utf-8", "replace")))
        if self._refresh.pop(form.get("token", ""), None) is None:
            return {"revoked": False}
        self.revoke()
        return {"revoked": True}

    def _client(self, authorization: str) -> None:
        scheme, _, coded = authorization.partition(" ")
        try:
            name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = secret = ""
        if scheme.lower() != "basic" or (name, secret) != (self.client_id, self.client_secret):
            raise Refusal(
                "invalid_client",
                "The client credentials are invalid",
                status=401,
                kind="text/plain;charset=UTF-8",
            )

    def _issue(self, scope: str, *, refresh: bool) -> dict[str, Any]:
        access = self._jwt()
        self._issued.append(access)
        self._access[access] = Grant(scope=scope, until=self.now() + ACCESS_LIFE)
        issued: dict[str, Any] = {
            "access_token": access,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "token_type": "bearer",
            "scope": scope,
        }
        if refresh:
            issued["refresh_token"] = self._fresh("refresh")
            self._refresh[issued["refresh_token"]] = Grant(scope=scope, until=self.now() + REFRESH_LIFE)
        return issued

    def _jwt(self) -> str:
        """An access token is a JWT whose claim ``tenantId`` names the company (section 2) [D]."""
        parts = (
            {"alg": "HS256", "typ": "JWT"},
            {"tenantId": int(self.company.tenant), "jti": self._fresh("id")},
        )
        coded = (base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts)
        return f"{'.'.join(coded)}.unsigned"

    def _fresh(self, kind: str) -> str:
        self._issued.append(f"{kind}-{len(self._issued) + 1:06d}-of-the-simulated-fortnox")
        return self._issued[-1]
