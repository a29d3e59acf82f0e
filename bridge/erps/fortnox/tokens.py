"""How the bridge proves to Fortnox who it is (fortnox facts, section 2).

With ``tenant_id``: client credentials, recommended for servers, nothing to lose. Without: the refresh token that
``bridge connect fortnox`` kept, good once and for 45 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bridge.clock import Clock
from bridge.erps.fortnox.options import CONNECT, Options
from bridge.transport.oauth2 import (
    ClientCredentials,
    Endpoint,
    Refreshing,
    TokenSource,
    Vault,
    Vendor,
    claims,
)

__all__ = ["SCOPES", "VENDOR", "endpoint", "tenant_of", "tokens"]

VENDOR: Final = Vendor(name="Fortnox", connect=CONNECT)

SCOPES: Final = (
    "customer", "article", "price", "order", "invoice", "payment", "settings", "bookkeeping", "companyinformation",
    "costcenter", "project", "print", "currency", "warehouse",
)  # fmt: skip
"""What is asked for at the consent. A scope gives reading and writing; a new one needs a new consent [D]."""


def tokens(options: Options, *, data_dir: Path, clock: Clock, mounts: Mapping[str, Any]) -> TokenSource:
    """The access of this company."""
    name = f"fortnox-{options.tenant_id}" if options.tenant_id else "fortnox"
    return TokenSource(
        ClientCredentials() if options.tenant_id else Refreshing(),
        endpoint=endpoint(options, clock=clock, mounts=mounts),
        vault=Vault(data_dir / "tokens" / f"{name}.json", clock=clock),
        clock=clock,
        client_secret=str(options.client_secret),
        tenant=options.tenant_id,
    )


def endpoint(options: Options, *, clock: Clock, mounts: Mapping[str, Any]) -> Endpoint:
    """Where tokens are given; the company is named in a header of its own (section 2 [D])."""
    return Endpoint(
        VENDOR,
        url=options.token_url,
        client_id=options.client_id,
        client_secret=str(options.client_secret),
        headers={"TenantId": options.tenant_id} if options.tenant_id else {},
        clock=clock,
        timeout=options.timeout,
        mounts=mounts,
    )


def tenant_of(access: str) -> str:
    """The company a token is for, by its own word (claim ``tenantId`` [D]); "" where it does not say."""
    found = claims(access).get("tenantId")
    return "" if found is None or isinstance(found, bool) else str(found)
