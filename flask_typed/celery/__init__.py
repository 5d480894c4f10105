"""Celery tasks with the types, the providers and the app context of a Flask app.

Needs the extra ``celery``. Nothing else of flask_typed imports this package.
"""

from .jobs import Job, JobHasBegun, JobNotFound, JobRoutes, JobStatus
from .results import TypedResult
from .tasks import TaskMessage, TaskMismatch, TypedCelery, TypedTask

__all__ = [
    "Job",
    "JobHasBegun",
    "JobNotFound",
    "JobRoutes",
    "JobStatus",
    "TaskMessage",
    "TaskMismatch",
    "TypedCelery",
    "TypedResult",
    "TypedTask",
]
