"""Runs all checks.

Runs when a worker starts.
"""

from __future__ import annotations

from . import deadlines, drivers, functions, originals, parts
from .findings import Finding
from .surroundings import Surroundings

#: The checks of every worker.
COMMON_CHECKS = (functions.check_streams, deadlines.check_deadlines)
#: The checks of workers that run gevent.
GEVENT_CHECKS = (
    parts.check_parts,
    *originals.ORIGINAL_CHECKS,
    *drivers.DRIVER_CHECKS,
    functions.check_hashing,
    functions.check_coroutines,
    functions.check_bridge,
)


def examine(surroundings: Surroundings) -> list[Finding]:
    """Return the findings in this process, warnings first."""
    checks = (*GEVENT_CHECKS, *COMMON_CHECKS) if surroundings.is_gevent else COMMON_CHECKS
    found = dict.fromkeys(finding for check in checks for finding in check(surroundings))
    return sorted(found, key=lambda finding: not finding.is_warning)
