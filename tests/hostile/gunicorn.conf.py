"""How gunicorn serves the drawn apps."""

import sys
from pathlib import Path

# Behind what is installed: the checkout is for the tests alone.
sys.path.append(str(Path(__file__).parents[2]))

wsgi_app = "tests.hostile.apps:make_served()"
bind = "127.0.0.1:0"
worker_class = "gevent"
workers = 1
timeout = 120
graceful_timeout = 1
limit_request_line = 8190
control_socket_disable = True  # gunicorn 25.1 and later; before, an unknown name is ignored
