"""gunicorn's gevent worker imports gevent's WSGI server, which these tests do not start."""

from __future__ import annotations

import sys

import gunicorn.workers.ggevent  # noqa: F401  # it holds what it has imported

# The doctor would examine each app of the other tests, as if the server was running.
sys.modules.pop("gevent.pywsgi", None)
