import time

from greenlet import getcurrent

wsgi_app = "hello:app"
worker_class = "gevent"
workers = 2
worker_connections = 1000
preload_app = False


def pre_request(worker, request):
    current = getcurrent()  # each connection has a greenlet of its own
    if getattr(worker, "served_last", None) is current:
        time.sleep(0)  # gevent's, once the worker has patched the standard library
    worker.served_last = current
