"""A configuration of gunicorn for each hypothesis; ``VARIANT`` selects one.

gunicorn reads this file in its main process. A variant is applied in the worker, after gevent's
patch.
"""

import gc
import os
import socket
import time
from contextlib import nullcontext

#: In each worker, the greenlet that was served last.
served = [None]


def leave_as_it_is(worker):
    """Change nothing."""


def switch_timeouts_off(worker):
    """Wait for the next request without a ``gevent.Timeout``."""
    type(worker).timeout_ctx = lambda self: nullcontext()


def accept_one_at_a_time(worker):
    """Accept one connection before the others have their turn, as gunicorn does for 2 workers."""
    from gevent.server import StreamServer  # noqa: PLC0415  # not before the patching

    StreamServer.max_accept = 1


def write_once(worker):
    """Send the headers together with the body, in one segment."""
    from gunicorn.http.wsgi import Response  # noqa: PLC0415  # not before the patching

    def send_headers(self):
        if not self.headers_sent:
            lines = [*self.default_headers(), *(f"{k}: {v}\r\n" for k, v in self.headers), "\r\n"]
            self.sock.sendall("".join(lines).encode("latin-1"), socket.MSG_MORE)
            self.headers_sent = True

    Response.send_headers = send_headers


def switch_nagle_on(worker):
    """Hold a small segment back until the one before is acknowledged."""
    handle = type(worker).handle

    def handle_delayed(self, listener, client, address):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        handle(self, listener, client, address)

    type(worker).handle = handle_delayed


def collect_no_garbage(worker):
    """Switch the cyclic garbage collector off."""
    gc.disable()


def give_way(worker, request, environ, response):
    """Let the others have their turn after each request."""
    time.sleep(0)


def give_way_to_the_waiting(worker, request):
    """Let the others have their turn if this connection was served last."""
    from gevent import getcurrent  # noqa: PLC0415  # not before the patching

    current = getcurrent()
    if served[0] is current:
        time.sleep(0)
    served[0] = current


def give_way_in_time(worker, request, environ, response):
    """Let the others have their turn after 5 ms without a wait."""
    now = time.perf_counter()
    if now - worker.__dict__.setdefault("gave_way", 0.0) > 0.005:
        time.sleep(0)
        worker.gave_way = time.perf_counter()


def apply_variants(worker):
    """Apply each variant that changes the worker."""
    for change in CHANGES:
        change(worker)


NAMES = os.environ["VARIANT"].split("+")
HOOKS = {
    "give_way": {"post_request": give_way},
    "give_way_in_time": {"post_request": give_way_in_time},
    "give_way_to_the_waiting": {"pre_request": give_way_to_the_waiting},
}
CHANGES = [globals()[name] for name in NAMES if name not in HOOKS]
worker_class = "gevent"
post_worker_init = apply_variants
for name in NAMES:
    globals().update(HOOKS.get(name, {}))
