"""``python -m bridge`` is the same as ``bridge``."""

from __future__ import annotations

from bridge.cli import main

if __name__ == "__main__":
    main(prog_name="bridge")
