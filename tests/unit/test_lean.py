"""What a running bridge does not load."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from bridge.lean import without_guessing
without_guessing()
import requests
print(sys.modules["charset_normalizer"], requests.Response().apparent_encoding)
"""


def test_requests_works_without_its_guesser_and_without_a_warning():
    """Nothing is printed on the owner's terminal, and the answer's own word decides."""
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", SCRIPT],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["None", "utf-8"]
    assert done.stderr == ""


def test_too_late_is_harmless():
    """Where requests is loaded already, it keeps what it has."""
    import requests

    from bridge.lean import without_guessing

    before = sys.modules.get("charset_normalizer")
    without_guessing()
    assert sys.modules.get("charset_normalizer") is before
    assert requests is sys.modules["requests"]
