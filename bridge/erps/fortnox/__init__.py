"""Fortnox: orders and invoices in the Swedish accounting service, over its REST interface, version 3."""

from bridge.erps.fortnox.adapter import Fortnox

__all__ = ["Fortnox"]
