"""The words of the business as frozen data. Standard library only; no I/O, no clock, no float."""
