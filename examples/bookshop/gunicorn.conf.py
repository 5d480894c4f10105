"""``gunicorn -c examples/bookshop/gunicorn.conf.py`` runs the shop.

Each worker makes its own app after gevent has patched the standard library: nothing that opens
a socket or makes a lock may be imported here, and the app is not preloaded.
"""

import os
import time
from pathlib import Path
from typing import Any

from greenlet import getcurrent

wsgi_app = "bookshop:create_app()"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("BIND", "127.0.0.1:8000")

worker_class = "gevent"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_connections = 1000
preload_app = False

keepalive = 5
timeout = 60
graceful_timeout = 10

control_socket_disable = True  # gunicorn 25.1 and later; before, an unknown name is ignored


def pre_request(worker: Any, request: object) -> None:
    """Let the other connections have their turn.

    A greenlet yields only when it has to wait. SQLite never waits in gevent's sense, and a client
    that sends its next request at once would keep the worker for itself.
    """
    current = getcurrent()  # each connection has a greenlet of its own
    if getattr(worker, "served_last", None) is current:
        time.sleep(0)
    worker.served_last = current
