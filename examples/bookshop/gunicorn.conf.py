"""``gunicorn -c examples/bookshop/gunicorn.conf.py`` runs the shop.

Each worker creates its own app after gevent has patched the standard library. This file must not
import a module that opens a socket or creates a lock, and the app is not preloaded.
"""

import os
from pathlib import Path

wsgi_app = "bookshop:create_app()"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("BIND", "127.0.0.1:8000")

worker_class = "flask_typed.worker.GeventWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_connections = 1000
preload_app = False

keepalive = 5
timeout = 60
graceful_timeout = 10

control_socket_disable = True  # gunicorn 25.1 and later; before, an unknown name is ignored
