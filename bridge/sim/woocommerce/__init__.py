"""A WooCommerce shop in memory, strict as the real one (woocommerce facts; measured on WooCommerce 10.5.0)."""

from __future__ import annotations

from bridge.sim.woocommerce.shop import ShopSim
from bridge.sim.woocommerce.state import ApiKey, Mail, Write

__all__ = ["ApiKey", "Mail", "ShopSim", "Write"]
