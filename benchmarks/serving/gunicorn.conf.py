"""Makes gunicorn's own gevent worker fair; flask_typed's worker is fair by itself."""

import time

from greenlet import getcurrent

worker_class = "gevent"
worker_connections = 1000


def pre_request(worker, request):
    """Let the other connections have their turn.

    A greenlet yields when it has to wait. A connection whose next request is there already does not
    wait, and is served again and again before the others are.
    """
    current = getcurrent()  # each connection has a greenlet of its own
    if getattr(worker, "served_last", None) is current:
        time.sleep(0)  # gevent's, once the worker has patched the standard library
    worker.served_last = current
