"""The shop's own configuration, with workers that are killed between a commit and its response."""

import os
import random
import runpy
import signal
from pathlib import Path
from typing import Any

SHOP = Path(__file__).resolve().parents[2] / "examples" / "bookshop" / "gunicorn.conf.py"
globals().update(runpy.run_path(str(SHOP)))

#: Of how many orders one kills its worker.
ONE_IN = int(os.environ["KILL_ONE_IN"])


def post_worker_init(worker: Any) -> None:
    """Kill the worker after some of the orders: the response is made, and nothing of it sent."""
    app = worker.wsgi
    chance = random.SystemRandom()

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        body = app(environ, start_response)
        is_order = (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/orders")
        if is_order and chance.randrange(ONE_IN) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return body

    worker.wsgi = answer
