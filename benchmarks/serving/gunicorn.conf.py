"""What a gunicorn.conf.py should say for the gevent worker."""

import time

worker_class = "gevent"
worker_connections = 1000


def post_request(worker, request, environ, response):
    """Let the other connections have their turn.

    A greenlet yields when it has to wait. A connection whose next request is there already does not
    wait, and is served again and again before the others are.
    """
    time.sleep(0)  # gevent's, once the worker has patched the standard library
