"""Specter Business Management, over its interface for web shops."""

from bridge.erps.specter.adapter import Specter

__all__ = ["Specter"]
