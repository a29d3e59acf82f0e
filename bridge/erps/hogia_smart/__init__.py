"""Hogia Smart, over Hogia's cloud interface or through files of vouchers."""

from bridge.erps.hogia_smart.adapter import HogiaSmart

__all__ = ["HogiaSmart"]
