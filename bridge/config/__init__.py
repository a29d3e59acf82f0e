"""Configuration: an INI file described as data."""

from __future__ import annotations

from bridge.config.loaded import Config, Setting, ShopConf
from bridge.config.loading import Adapters, load, parse, peek_language

__all__ = ["Adapters", "Config", "Setting", "ShopConf", "load", "parse", "peek_language"]
