"""Starts an app as gunicorn does, in a process of its own, to examine it there.

Development time. :mod:`.trial` is the program; it runs :func:`load_app` and :func:`write_report`.
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
#: For how long an app may start, and a worker end, in seconds.
TRIAL_TIMEOUT = 60.0


class TrialError(Exception):
    """The worker did not start.

    :param output: what gunicorn said.
    """

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


def try_worker(app_path: str | None, arguments: Sequence[str]) -> list[Finding]:
    """Return what is found in a worker that has started.

    :param app_path: of the app, as ``flask --app`` takes it.
    :param arguments: gunicorn's; the app that they name comes first.
    :raises TrialError: if no worker starts.
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
            process = subprocess.Popen(  # noqa: S603  # the caller's own words
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
    """Wait until there is a report, or there will be none."""
    deadline = time.monotonic() + TRIAL_TIMEOUT
    while not report.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """End gunicorn, and with it its worker."""
    process.send_signal(signal.SIGQUIT)  # at once, whatever is being done
    try:
        process.wait(TRIAL_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def load_app() -> Flask:
    """Return the app that ``flask`` finds."""
    return ScriptInfo(app_import_path=os.environ["TRIAL_OF_FLASK_TYPED_APP"] or None).load_app()


def write_report(application: Any, config: Any, patched_before: bool) -> None:
    """Write what is found in this worker, all of it at once.

    :param application: what gunicorn serves.
    :param config: gunicorn's.
    """
    surroundings = describe_worker(find_app(application), config, patched_before)
    report = Path(os.environ["TRIAL_OF_FLASK_TYPED_REPORT"])
    part = report.with_suffix(".part")
    part.write_text(json.dumps([asdict(found) for found in examine(surroundings)]), "utf-8")
    part.rename(report)


def find_app(application: Any) -> Flask:
    """Return the Flask app that is served, or is inside what is served.

    :raises TypeError: if there is none.
    """
    for thing in (application, *gc.get_objects()):
        if issubclass(type(thing), Flask):
            app: Flask = thing
            return app
    raise TypeError("There is no Flask app in what gunicorn serves.")
