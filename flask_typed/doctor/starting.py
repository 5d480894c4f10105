"""The doctor where a worker starts: what it finds is logged, or ends the worker."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from flask import Flask

from ..bridge.patching import is_patched
from ..declare.settings import OnFinding, Settings
from ..exceptions import SetupError
from ..libraries.gunicorn import call_in_workers, find_config
from .findings import Finding
from .surroundings import Surroundings, describe_worker

#: What is done when a worker starts.
Start = Callable[[Surroundings], None]


def await_start(app: Flask, start: Start) -> None:
    """Do something when the worker is there that will serve an app.

    That is when gunicorn has made it, or else when gevent's hub first runs, if the app seems to be
    meant for it. Under other servers it is not done.
    """
    config = find_config()
    patched = is_patched("socket")
    if config is not None:
        call_in_workers(config, lambda worker: start(describe_worker(app, worker.cfg, patched)))
    elif patched or "gevent.pywsgi" in sys.modules:
        importlib.import_module("gevent").spawn(start_or_exit, start, Surroundings(app))


def start_or_exit(start: Start, surroundings: Surroundings) -> None:
    """Do it in a greenlet of its own, whose errors would end nothing else.

    :raises SystemExit: instead of an error of the setup.
    """
    try:
        start(surroundings)
    except SetupError as error:
        raise SystemExit(f"{error}") from error


def start_worker(settings: Settings, surroundings: Surroundings) -> None:
    """Examine a worker, and look at its hub from then on, as the app's settings ask.

    :raises SetupError: for what is found, if the configuration says so.
    """
    if settings.doctor != "ignore":
        report(surroundings, settings.doctor)
    limit = find_blocking_limit(settings, debug=surroundings.app.debug)
    if limit and surroundings.is_gevent:
        importlib.import_module(".watching", __package__).watch_hub(limit / 1000)


def report(surroundings: Surroundings, said: OnFinding) -> None:
    """Log what is found, or raise."""
    logger = surroundings.app.logger
    try:
        # Not before: what it imports, gevent has to have patched.
        examining = importlib.import_module(".examining", __package__)
        findings: list[Finding] = examining.examine(surroundings)
    except Exception:
        logger.exception("The doctor cannot examine this worker")
        return
    warnings = [finding for finding in findings if finding.is_warning]
    if said == "error" and warnings:
        raise SetupError("\n".join(map(str, warnings)))
    for finding in findings:
        log = logger.warning if finding.is_warning else logger.info
        log("%s", finding)


def find_blocking_limit(settings: Settings, *, debug: bool) -> float:
    """Return for how long the hub may be kept before it is told, in milliseconds; 0: for ever."""
    limit = settings.blocking_limit
    if limit is None:
        return 100 if debug else 0
    return float(limit)
