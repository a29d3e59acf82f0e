"""The one place that talks HTTP: one call, one deadline, and every failure named by its consequence.

Redirects are never followed (a POST answered 302 would become a GET and look like success), the environment's
proxies, certificates and .netrc count for nothing, and a call that may have been carried out is never repeated.
"""

from __future__ import annotations

from bridge.transport.calls import Auth, Pace, Path, Refine, Request, Transport
from bridge.transport.failures import Fault
from bridge.transport.redaction import Redactor
from bridge.transport.reply import Doubled, Reply, parse_json

__all__ = [
    "Auth",
    "Doubled",
    "Fault",
    "Pace",
    "Path",
    "Redactor",
    "Refine",
    "Reply",
    "Request",
    "Transport",
    "parse_json",
]
