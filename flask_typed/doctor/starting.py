"""Runs the doctor when a worker starts: findings are logged, or stop the worker."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask, request, request_started

from ..bridge.patching import in_greenlet, is_patched
from ..declare.settings import OnFinding, Settings
from ..exceptions import SetupError
from ..libraries.gunicorn import call_in_workers, find_config
from .findings import Finding
from .surroundings import Surroundings, describe_worker

#: The key of the environ that servers set, and test clients do not.
SERVER_KEY = "SERVER_SOFTWARE"
#: A function that is called when a worker starts.
Start = Callable[[Surroundings], None]


def await_start(app: Flask, start: Start) -> None:
    """Call a function when the worker that will serve an app starts.

    Under gunicorn, that is when the worker is initialised. Otherwise it is when a greenlet handles
    the first request that a server received: to have imported gevent, or one of its servers, does
    not mean to be served by it. If threads handle the requests, the function is not called.
    """
    config = find_config()
    if config is None:
        await_request(app, start)
        return
    patched = is_patched("socket")
    call_in_workers(config, lambda worker: start(describe_worker(app, worker.cfg, patched)))


def await_request(app: Flask, start: Start) -> None:
    """Call a function after the first request of an app, if a greenlet handles it.

    The requests of test clients do not count. The app is not kept alive.
    """

    def begin(served: Flask, **_: Any) -> None:
        if SERVER_KEY in request.environ:
            request_started.disconnect(begin, served)
            if in_greenlet():
                surroundings = Surroundings(served, serves_in_greenlets=True)
                sys.modules["gevent"].spawn(start_or_exit, start, surroundings)

    request_started.connect(begin, app, weak=False)


def start_or_exit(start: Start, surroundings: Surroundings) -> None:
    """Call the function in a greenlet of its own, whose errors would not end the process.

    :raises SystemExit: instead of a ``SetupError``.
    """
    try:
        start(surroundings)
    except SetupError as error:
        raise SystemExit(f"{error}") from error


def start_worker(settings: Settings, surroundings: Surroundings) -> None:
    """Examine a worker and watch its hub, according to the app's settings.

    :raises SetupError: if there are warnings and ``TYPED_DOCTOR`` is ``"error"``.
    """
    if settings.doctor != "ignore":
        report(surroundings, settings.doctor)
    limit = find_blocking_limit(settings, debug=surroundings.app.debug)
    if limit and surroundings.is_gevent:
        importlib.import_module(".watching", __package__).watch_hub(limit / 1000)


def report(surroundings: Surroundings, policy: OnFinding) -> None:
    """Log the findings, or raise an error for warnings."""
    logger = surroundings.app.logger
    try:
        # Not at the top: gevent must patch the modules that it imports first.
        examining = importlib.import_module(".examining", __package__)
        findings: list[Finding] = examining.examine(surroundings)
    except Exception:
        logger.exception("The doctor cannot examine this worker")
        return
    warnings = [finding for finding in findings if finding.is_warning]
    if policy == "error" and warnings:
        raise SetupError("\n".join(map(str, warnings)))
    for finding in findings:
        log = logger.warning if finding.is_warning else logger.info
        log("%s", finding)


def find_blocking_limit(settings: Settings, *, debug: bool) -> float:
    """Return after how many milliseconds a blocked hub is logged; 0 for never."""
    limit = settings.blocking_limit
    if limit is None:
        return 100 if debug else 0
    return float(limit)
