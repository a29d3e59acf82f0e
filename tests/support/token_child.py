"""A process of its own that calls Fortnox when told to, and says how it went: one of several at the same time."""

# ruff: noqa: T201 - saying how it went is its job

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from bridge.app import read_config
from bridge.clock import SystemClock
from bridge.erps.fortnox.client import Client
from bridge.erps.fortnox.tokens import tokens
from bridge.errors import BridgeError


def main(path: Path) -> None:
    """Each line on standard input is one call; the answer is a mark of the token it was made with, or the error."""
    config, clock = read_config(path), SystemClock()
    options = config.erp_options
    source = tokens(options, data_dir=config.bridge.data_dir, clock=clock, mounts={})
    client = Client(options, tokens=source, clock=clock)
    print("ready", flush=True)
    for _ in sys.stdin:
        try:
            client.get("companyinformation")
            print(hashlib.sha256(source.current().encode()).hexdigest(), flush=True)
        except BridgeError as error:
            print(f"{type(error).__name__}: {error.text}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
