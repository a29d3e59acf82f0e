"""WooCommerce, over its REST interface."""

from __future__ import annotations

from bridge.shops.woocommerce.adapter import WooCommerce
from bridge.shops.woocommerce.options import HALF_BUILT, Options

__all__ = ["HALF_BUILT", "Options", "WooCommerce"]
