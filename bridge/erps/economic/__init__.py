"""Visma e-conomic, over its REST interface."""

from bridge.erps.economic.adapter import Economic

__all__ = ["Economic"]
