"""Gunicorn with one worker, which writes down what the doctor finds in it.

Run as a program, by its path: before gevent has patched, it imports nothing but gunicorn.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

#: Gunicorn's word for the app that ``flask`` is told of, or finds.
FLASKS = "flask_typed.doctor.trying:load_app()"
#: What the arguments and the configuration of the app cannot change.
FIXED = {
    "workers": 1,
    "daemon": False,
    "reload": False,
    "pidfile": None,
    "errorlog": "-",
    "accesslog": None,
    "control_socket_disable": True,
    "graceful_timeout": 1,
}


class Trial(WSGIApplication):  # type: ignore[misc]  # gunicorn has no annotations
    """Loads the app that its arguments name, or ``flask`` is told of, or the configuration names.

    Where nobody names one, it is the one that ``flask`` finds.
    """

    app_uri: str | None

    def init(self, parser: Any, opts: Any, args: Any) -> Any:
        """Return what the configuration may change."""
        super().init(parser, opts, args)
        if self.app_uri is None and os.environ["TRIAL_OF_FLASK_TYPED_APP"]:
            self.app_uri = FLASKS
        return {"wsgi_app": FLASKS}

    def load_config(self) -> None:
        """Read the configuration, but listen where nobody asks."""
        super().load_config()
        for name, value in {**FIXED, "bind": os.environ["TRIAL_OF_FLASK_TYPED_BIND"]}.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Load the app, and examine the worker when it is ready."""
        monkey = sys.modules.get("gevent.monkey")
        patched = monkey is not None and monkey.is_module_patched("socket")
        application = super().load()
        before = self.cfg.post_worker_init

        def post_worker_init(worker: Any) -> None:
            try:
                before(worker)
            finally:
                trying = importlib.import_module("flask_typed.doctor.trying")
                trying.write_report(application, worker.cfg, patched)

        self.cfg.set("post_worker_init", post_worker_init)
        return application


def main() -> None:
    """Run it, with gunicorn's own arguments."""
    del sys.path[0]  # this folder, since this file is the program
    Trial("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


if __name__ == "__main__":  # pragma: no cover: where it is the program
    main()
