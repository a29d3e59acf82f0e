"""Orderbro: the bridge between a webshop and its ERP. Nothing happens on import."""

from __future__ import annotations

from importlib import metadata

__all__ = ["__version__"]

try:
    __version__ = metadata.version("orderbro")
except metadata.PackageNotFoundError:  # running from a bare checkout
    __version__ = "0+unknown"
