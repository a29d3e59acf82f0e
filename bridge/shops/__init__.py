"""The shops the bridge can read."""
