"""Specter Business Management, over its interface for web shops."""
