"""Simulators: strict small web servers written from the vendors' documents, never from our adapters.

They stand beside the house: nothing in here imports anything of ``bridge`` but ``bridge.sim``, and no adapter
imports a simulator. Tests run them in process behind a real requests session (``bridge.sim.wsgi.mount``), the
demo serves them on loopback (``bridge.sim.wsgi.serve``).
"""

from __future__ import annotations
