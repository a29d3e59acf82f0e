"""A process that books orders in a SIE folder until it is done or killed.

Run as ``python -m tests.support.sie_writer FOLDER FIRST LAST``; says so on standard output when it begins.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bridge.clock import SystemClock
from tests.builders import an_order
from tests.support.sie import a_sie, put


def main() -> None:
    """Book each order of the range once."""
    folder, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    sie = a_sie(folder, clock=SystemClock())
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    for order_id in range(first, last):
        put(sie, an_order(order_id=order_id))


if __name__ == "__main__":
    main()
