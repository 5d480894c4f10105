"""The results of tasks, in the types of their functions.

In the process that waits for them.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from celery import Celery
from celery.result import AsyncResult

from ..extension import Typed

R_co = TypeVar("R_co", covariant=True)


class TypedResult(Generic[R_co]):
    """The result of a task that was sent.

    :param returns: the annotation of the result.
    :ivar id: of the task.
    :ivar raw: Celery's own object, for all that is not here.
    """

    def __init__(self, celery: Celery, typed: Typed, task_id: str, returns: Any) -> None:
        self.id = task_id
        self.raw: Any = AsyncResult(task_id, app=celery)
        self._typed = typed
        self._returns = returns

    def __repr__(self) -> str:
        return f"<TypedResult {self.id}>"

    @property
    def status(self) -> str:
        """Celery's name of the state: ``SUCCESS``, ``FAILURE``, ``STARTED``, …"""
        status: str = self.raw.state
        return status

    @property
    def is_ready(self) -> bool:
        """Whether the task has ended."""
        return bool(self.raw.ready())

    def get(self, timeout: float | None = None) -> R_co:
        """Wait for the result.

        :param timeout: in seconds.
        :raises Exception: that of the task, or ``celery.exceptions.TimeoutError``.
        """
        data = self.raw.get(timeout=timeout)
        value: R_co = self._typed.load(self._returns, data)
        return value
