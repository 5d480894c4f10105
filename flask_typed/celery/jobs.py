"""Routes by which clients follow and cancel a task.

Registration time; in views.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, ParamSpec, TypeVar

from flask import url_for

from ..blueprint import TypedRoutes
from ..declare.problems import Problem, raises
from ..declare.replies import Accepted
from .tasks import CANCELLED, SENT, TypedTask

P = ParamSpec("P")
T = TypeVar("T")

#: The states of a job.
JobStatus = Literal["waiting", "running", "done", "failed", "cancelled"]
#: The states of a job by Celery's names. Those that a task gives itself are of one that runs.
STATUSES: Mapping[str, JobStatus] = {
    SENT: "waiting",
    "RECEIVED": "waiting",
    "RETRY": "waiting",
    "SUCCESS": "done",
    "FAILURE": "failed",
    "REVOKED": "cancelled",
}
#: Celery's name of the state of a task of which the result backend knows nothing.
UNKNOWN_STATE = "PENDING"


@dataclass
class Job(Generic[T]):
    """Work that goes on after the response.

    :param result: of a job that is done.
    """

    id: str
    status: JobStatus
    result: T | None = None


class JobNotFound(Problem):
    """No job has this id, or it has ended long ago."""

    status = 404


class JobHasBegun(Problem):
    """The job runs or has ended, and cannot be cancelled."""

    status = 409


class JobRoutes(Generic[P, T]):
    """The routes of the jobs of one task: ``GET`` and ``DELETE <prefix>/<job_id>``.

    ::

        exports = JobRoutes(typed, "/exports", export_tickets)

        @typed.post("/exports")
        def start_export(year: int) -> Accepted[Job[Report]]:
            return exports.accept(year)

    :param routes: a ``Typed`` or a ``TypedBlueprint``; the view that accepts jobs is in the same
        one.
    :param prefix: the URL rule before the id.
    :param task: needs a result backend.
    :param options: of the routes, such as ``dependencies=``. Whoever knows the id of a job may read
        and cancel it, unless a dependency says otherwise.
    """

    def __init__(
        self, routes: TypedRoutes, prefix: str, task: TypedTask[P, T], **options: Any
    ) -> None:
        self._task = task
        name = task.function.__name__
        self._endpoint = f"read_{name}_job"
        rule = f"{prefix}/<job_id>"

        @raises(JobNotFound)
        def read_job(job_id: str) -> Any:
            """Read the state of a job, and its result once it is done."""
            return self.read(job_id)

        @raises(JobNotFound, JobHasBegun)
        def cancel_job(job_id: str) -> None:
            """Cancel a job that has not begun."""
            self.cancel(job_id)

        returns = Job[task.returns]  # type: ignore[name-defined]  # known at run time
        reading: dict[str, Any] = {"endpoint": self._endpoint, "returns": returns, **options}
        routes.get(rule, **reading)(read_job)
        routes.delete(rule, endpoint=f"cancel_{name}_job", **options)(cancel_job)

    def accept(self, *args: P.args, **kwargs: P.kwargs) -> Accepted[Job[T]]:
        """Send a call to the workers, and return the reply of the view, with a ``Location``."""
        result = self._task.delay(*args, **kwargs)
        location = url_for(f".{self._endpoint}", job_id=result.id)
        return Accepted(Job[T](result.id, "waiting"), headers={"Location": location})

    def read(self, job_id: str) -> Job[T]:
        """Return the state of a job.

        :raises JobNotFound: if the result backend knows nothing of it.
        """
        result = self._task.result(job_id)
        status = result.status
        if status in (UNKNOWN_STATE, CANCELLED):
            raise JobNotFound
        shown = STATUSES.get(status, "running")
        return Job(job_id, shown, result.get() if shown == "done" else None)

    def cancel(self, job_id: str) -> None:
        """Cancel a job that has not begun.

        :raises JobNotFound: if the result backend knows nothing of it.
        :raises JobHasBegun: if it runs or has ended.
        """
        if self.read(job_id).status not in ("waiting", "cancelled"):
            raise JobHasBegun
        self._task.cancel(job_id)
