"""Configuration: an INI file described as data."""
