"""The check of responses: when it runs, and how it reports differences.

Setup time installs it. In tests and debug mode, every response of a typed route is compared with
its document, and a difference is a warning or an error. In production, a sample of the responses is
compared, and a difference is a line in the log.
"""

from __future__ import annotations

import random
import time
import warnings
from collections.abc import Callable, Hashable
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, current_app, request

from ..declare.settings import Settings
from ..exceptions import SetupError, UndocumentedResponse
from ..publish.content import DocumentSource
from ..serve.dispatch import Served
from ..serve.weakly import hold_weakly
from ..wire.limits import MAX_SAMPLED
from .schemas import is_jsonschema_installed, load_validator

if TYPE_CHECKING:
    from .documented import Documented

#: The seconds between two log lines of one operation.
QUIET_SECONDS = 10.0
#: The command that installs the check of bodies.
EXTRA = "pip install 'flask-typed-api[checks]'"


class Throttle:
    """Limits log lines: one line in ten seconds for each key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[Hashable, float] = {}
        self._counts: dict[Hashable, int] = {}

    def admit(self, key: Hashable) -> int | None:
        """Return the number of lines left out since the last; ``None`` to leave out this line."""
        with self._lock:
            now = time.monotonic()
            if now - self._last.get(key, -QUIET_SECONDS) < QUIET_SECONDS:
                self._counts[key] = self._counts.get(key, 0) + 1
                return None
            self._last[key] = now
            return self._counts.pop(key, 0)


class ResponseCheck:
    """Compares the responses of an app with its documents. The responses are not changed.

    :param find: returns the operation that answers a request.
    :param source: the published documents, and their content.
    :param settings: the policy in tests and debug mode, and the share of responses in production.
    """

    def __init__(
        self,
        app: Flask,
        find: Callable[[Request], Served | None],
        source: DocumentSource,
        settings: Settings,
    ) -> None:
        reject_missing(settings)
        self._config = app.config
        self._find = find
        self._source = source
        self._policy = settings.check_responses
        self._sample = settings.check_sample
        self._throttle = Throttle()
        self._has_warned = False

    @cached_property
    def documented(self) -> Documented:
        """The described responses of the app, from the first comparison."""
        from .documented import Documented  # noqa: PLC0415  # it imports what makes documents

        return Documented(self._source)

    def prepare(self) -> None:
        """Import what is imported by the first comparison, if there may be one in production."""
        if self._sample:
            _ = self.documented
            load_validator()

    def __call__(self, response: Response) -> None:
        """Check a response to the current request.

        :raises UndocumentedResponse: for a difference, if the policy is ``error``.
        """
        if self._config["TESTING"] or self._config["DEBUG"]:
            if self._policy != "ignore":
                self._report(response)
        elif self._sample and random.random() < self._sample:  # noqa: S311  # no secret
            self._log(response)

    def _report(self, response: Response) -> None:
        """Warn about a difference, or raise it."""
        if not (self._has_warned or is_jsonschema_installed()):
            self._has_warned = True
            current_app.logger.warning(
                "Bodies of responses are not compared without jsonschema: %s", EXTRA
            )
        report = self.compare(response)
        if report is None:
            return
        if self._policy == "error":
            raise report
        warnings.warn(report, stacklevel=1)

    def _log(self, response: Response) -> None:
        """Log a difference, or the error of the check; the response is sent in any case."""
        try:
            report = self.compare(response, MAX_SAMPLED)
            if report is not None:
                self._write(report.operation, "%s", report.write("; "))
        except Exception as error:
            self._write(type(error).__name__, "A response cannot be compared: %r", error)

    def _write(self, key: Hashable, line: str, value: object) -> None:
        """Log a line, unless one with its key was logged a moment ago."""
        count = self._throttle.admit(key)
        if count is not None:
            more = f" ({count} more since the last line)" if count else ""
            current_app.logger.warning(line + "%s", value, more)

    def compare(self, response: Response, limit: int | None = None) -> UndocumentedResponse | None:
        """Return the report of a response; ``None`` if it fits its document.

        :param limit: the maximum number of bytes of a body that is compared.
        """
        served = self._find(request)
        if served is None:
            return None
        operation, method, status = served.operation, request.method, response.status_code
        differences = tuple(self.documented.compare(response, method, operation, limit))
        if not differences:
            return None
        path = operation.rule.rule
        return UndocumentedResponse(operation.name, method, path, status, differences)


def reject_missing(settings: Settings) -> None:
    """Raise if bodies have to be compared, but jsonschema is not installed.

    :raises SetupError: with the command that installs it.
    """
    if (
        not (settings.check_sample or settings.check_responses == "error")
        or is_jsonschema_installed()
    ):
        return
    key = "TYPED_CHECK_SAMPLE" if settings.check_sample else "TYPED_CHECK_RESPONSES"
    raise SetupError(f"{key} needs the package jsonschema: {EXTRA}")


def install_check(app: Flask, check: Callable[[Response], None]) -> None:
    """Check each response after hooks and the session have changed it.

    This overrides a method that Flask leaves to apps. Hooks that are registered later run before
    the check.
    """
    process = hold_weakly(app.process_response, app)

    def process_response(*args: Any) -> Response:
        response: Response = process(*args)
        check(response)
        return response

    app.process_response = process_response  # type: ignore[method-assign,assignment]  # see above
