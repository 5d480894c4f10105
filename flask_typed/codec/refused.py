"""The exception of the accelerated path for a value that it rejects.

Request time.
"""

from __future__ import annotations


class Refused(Exception):
    """The schema has to decide. The value itself may be valid or invalid."""
