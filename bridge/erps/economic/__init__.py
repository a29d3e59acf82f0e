"""Visma e-conomic, over its REST interface."""
