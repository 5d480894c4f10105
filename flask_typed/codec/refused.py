"""How the accelerated path says that a value is not for it.

Request time.
"""

from __future__ import annotations


class Refused(Exception):
    """The schema has to decide; nothing is said of the value itself."""
