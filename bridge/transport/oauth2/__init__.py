"""Calls that prove who they are by a token that passes (OAuth 2.0, RFC 6749), for any vendor.

Two ways to a token: client credentials, asked for again at any time; and a refresh token that is good *once*, where
a lost answer can lose the connection. So one refresher at a time, among processes too, the file before the network,
and the new token on disk before anybody uses it.
"""

from __future__ import annotations

from bridge.transport.oauth2.authorised import Authorised
from bridge.transport.oauth2.consent import Consent, claims
from bridge.transport.oauth2.endpoint import Endpoint, Vendor
from bridge.transport.oauth2.kept import Kept, Vault
from bridge.transport.oauth2.source import ClientCredentials, Refreshing, TokenSource

__all__ = [
    "Authorised",
    "ClientCredentials",
    "Consent",
    "Endpoint",
    "Kept",
    "Refreshing",
    "TokenSource",
    "Vault",
    "Vendor",
    "claims",
]
