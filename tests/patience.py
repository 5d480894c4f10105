"""How long tests wait for what must come, and how they wait: for a condition, not for a time.

Whatever comes in time costs nothing, so one limit is for all, and it is generous: it only ends what
hangs. ``FLASK_TYPED_PATIENCE`` multiplies it, for a machine that is busier still.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

#: In seconds; less than ``faulthandler_timeout`` in setup.cfg.
PATIENCE = 120 * float(os.environ.get("FLASK_TYPED_PATIENCE", "1"))
#: How often a condition is looked at, in seconds.
LOOK_AGAIN = 0.02

T = TypeVar("T")


def wait_until(
    find: Callable[[], T],
    explain: Callable[[], object] = str,
    sleep: Callable[[float], object] = time.sleep,
) -> T:
    """Return what is looked for, as soon as it is there: the first value that counts as true.

    :param explain: what is told if it does not come.
    :param sleep: ``gevent.sleep`` where greenlets have to go on meanwhile.
    :raises AssertionError: if it does not come.
    """
    deadline = time.monotonic() + PATIENCE
    while not (found := find()):
        assert time.monotonic() < deadline, explain()
        sleep(LOOK_AGAIN)
    return found
