"""A gunicorn with one worker that writes the doctor's findings to a file.

Development time. Runs as a program, by its path: it imports only gunicorn, so that nothing else is
imported before the patch.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

#: Gunicorn's name for the app that ``flask`` selects.
FLASKS = "flask_typed.doctor.trying:load_app()"
#: Settings that neither arguments nor the configuration can change.
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
    """Loads the app of the arguments, of ``flask --app``, or of the configuration, in this order.

    Without any of these, it is the app that ``flask`` finds.
    """

    app_uri: str | None

    def init(self, parser: Any, opts: Any, args: Any) -> Any:
        """Return the settings that the configuration may change."""
        super().init(parser, opts, args)
        if self.app_uri is None and os.environ["TRIAL_OF_FLASK_TYPED_APP"]:
            self.app_uri = FLASKS
        return {"wsgi_app": FLASKS}

    def load_config(self) -> None:
        """Read the configuration, but listen on a socket that gets no requests."""
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
    """Run the program with gunicorn's own arguments."""
    del sys.path[0]  # the folder of this program
    Trial("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


if __name__ == "__main__":  # pragma: no cover: runs in the program only
    main()
