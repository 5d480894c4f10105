"""Starts an app under gunicorn in a process of its own, and examines it there.

Development time. The program is :mod:`.trial`, which calls :func:`load_app` and
:func:`write_report`.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.cli import ScriptInfo

from .examining import examine
from .findings import Finding
from .surroundings import describe_worker

PROGRAM = Path(__file__).with_name("trial.py")
#: The limit for the start of an app, and for the end of a worker, in seconds.
TRIAL_TIMEOUT = 60.0


class TrialError(Exception):
    """The worker did not start.

    :param output: the output of gunicorn.
    """

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def try_worker(app_path: str | None, arguments: Sequence[str]) -> list[Finding]:
    """Start a worker and return the findings in it.

    :param app_path: the argument of ``flask --app``.
    :param arguments: gunicorn's arguments; an app in them has precedence.
    :raises TrialError: if the worker does not start.
    """
    with TemporaryDirectory() as folder:
        report, log = Path(folder, "report"), Path(folder, "log")
        environment = {
            **os.environ,
            "TRIAL_OF_FLASK_TYPED_APP": app_path or "",
            "TRIAL_OF_FLASK_TYPED_BIND": f"unix:{folder}/socket",
            "TRIAL_OF_FLASK_TYPED_REPORT": str(report),
        }
        with log.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603  # the arguments of the user
                [sys.executable, str(PROGRAM), *arguments],
                env=environment,
                stdout=file,
                stderr=file,
            )
        try:
            wait_for(report, process)
        finally:
            end(process)
        if not report.exists():
            raise TrialError(log.read_text(encoding="utf-8", errors="replace"))
        return [Finding(**found) for found in json.loads(report.read_text(encoding="utf-8"))]


def wait_for(report: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait for the report, for the end of the process, or for the time limit."""
    deadline = time.monotonic() + TRIAL_TIMEOUT
    while not report.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop gunicorn and its worker."""
    process.send_signal(signal.SIGQUIT)  # without waiting for requests
    try:
        process.wait(TRIAL_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def load_app() -> Flask:
    """Return the app that ``flask`` selects."""
    return ScriptInfo(app_import_path=os.environ["TRIAL_OF_FLASK_TYPED_APP"] or None).load_app()


def write_report(application: Any, config: Any, patched_before: bool) -> None:
    """Write the findings in this worker to a file, which then appears at once.

    :param application: the WSGI application that gunicorn serves.
    :param config: gunicorn's configuration.
    """
    surroundings = describe_worker(find_app(application), config, patched_before)
    report = Path(os.environ["TRIAL_OF_FLASK_TYPED_REPORT"])
    part = report.with_suffix(".part")
    part.write_text(json.dumps([asdict(found) for found in examine(surroundings)]), "utf-8")
    part.rename(report)


def find_app(application: Any) -> Flask:
    """Return the Flask app that gunicorn serves, which may be inside a WSGI middleware.

    :raises TypeError: if there is no Flask app.
    """
    for candidate in (application, *gc.get_objects()):
        if issubclass(type(candidate), Flask):
            app: Flask = candidate
            return app
    raise TypeError("Gunicorn does not serve a Flask app.")
