"""Celery tasks whose arguments and results are checked and sent by the types of their functions.

Declaration time; in views that send tasks, and in workers that run them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from celery import Celery
from celery.exceptions import Ignore
from celery.states import REVOKED

from ..exceptions import DataInvalid, ResponseMismatch, SetupError, declared_in
from ..extension import Typed
from ..plan.remote import RETURN, RemoteCall, name_place, plan_remote
from ..routes.converting import find_json_form
from ..routes.overriding import plan_function
from ..state import get_state
from .ids import make_task_id
from .received import load_sent
from .results import TypedResult
from .wire import protect

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

#: The state of a task that was sent and has not begun.
SENT = "SENT"
#: The suffix of the id under which the result backend keeps that a task is cancelled: a worker that
#: is not there yet does not hear of it otherwise.
CANCELLED = ".cancelled"


class TaskMismatch(ResponseMismatch, TypeError):
    """A value that is passed to a task, or that it returns, does not fit its annotation."""


@dataclass(frozen=True, slots=True)
class TaskMessage:
    """A call of a task that is ready to be sent: a row of an outbox table.

    :param id: of the task. A message that is sent twice is two messages with one id.
    :param task: the name of the task.
    :param arguments: as JSON values, by name.
    """

    id: str
    task: str
    arguments: Mapping[str, Any]


class TypedTask(Generic[P, R_co]):
    """A task; it stays callable, like the function that it was made of.

    :ivar name: of the task.
    :ivar function: the decorated function.
    """

    def __init__(
        self, tasks: TypedCelery, name: str, function: Callable[..., Any], remote: RemoteCall
    ) -> None:
        self.name = name
        self.function = function
        self.__doc__ = function.__doc__
        self._tasks = tasks
        self._remote = remote
        self._options: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"<TypedTask {self.name}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Call the function, here and now."""
        return self.function(*args, **kwargs)

    def with_options(self, **options: Any) -> TypedTask[P, R_co]:
        """Return the task with options of ``apply_async``: ``countdown=60``, ``queue="mails"``."""
        task = copy.copy(self)
        task._options = {**self._options, **options}
        return task

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> TypedResult[R_co]:
        """Send a call to the workers.

        Arguments with ``Depends`` are left out: the worker provides them.

        :raises TaskMismatch: for a value that does not fit its annotation.
        """
        message = self.prepare(*args, **kwargs)
        self._tasks.send(message, **self._options)
        return self.result(message.id)

    def prepare(self, *args: P.args, **kwargs: P.kwargs) -> TaskMessage:
        """Return a call that is not sent yet.

        :raises TaskMismatch: for a value that does not fit its annotation.
        """
        given = self._remote.bind(args, kwargs)
        arguments = {name: self.dump(value, name) for name, value in given.items()}
        task_id = self._options.get("task_id") or make_task_id(self.name)
        return TaskMessage(task_id, self.name, arguments)

    def result(self, task_id: str) -> TypedResult[R_co]:
        """Return the result of a call."""
        return self._tasks.make_result(task_id, self._remote.returns)

    @property
    def returns(self) -> Any:
        """The annotation of the result."""
        return self._remote.returns

    @property
    def raw(self) -> Any:
        """Celery's own task, for all that is not here.

        ``task.raw.s()`` takes its argument from the task before it in a chain.
        """
        return self._tasks.celery.tasks[self.name]

    def cancel(self, task_id: str) -> None:
        """Do not run a call that has not begun; one that runs goes on."""
        self._tasks.cancel(task_id)

    def signature(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Return a Celery signature, for chains, groups and schedules.

        A result that is passed on is read by the annotation of the next argument.
        """
        message = self.prepare(*args, **kwargs)
        return self.raw.signature(kwargs=protect(message.arguments), **self._options)

    def dump(self, value: Any, name: str) -> Any:
        """Return the JSON value of an argument, which the worker will accept.

        :param name: of the argument, or :data:`~.remote.RETURN`.
        :raises TaskMismatch: for a value that does not fit its annotation.
        """
        kind = self._remote.returns if name == RETURN else self._remote.kinds[name]
        try:
            data = self._tasks.typed.dump(value, kind)
            self._tasks.typed.load(kind, data)
        except ResponseMismatch as error:
            path = (f"{self.name}({name})", *error.path)
            raise TaskMismatch(error.expected, error.found, path) from error
        except DataInvalid as error:
            path = (f"{self.name}({name})",)
            raise TaskMismatch(error.type_name, "; ".join(map(str, error.errors)), path) from error
        return data

    def run(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """In a worker: call the function with what was sent, and return the result as JSON.

        :raises DataInvalid: for arguments that do not fit their annotations.
        """
        typed = self._tasks.typed
        with typed.app.app_context():
            given = load_sent(typed, self.name, self._remote, args, kwargs)
            return protect(self.dump(typed.call(self.function, **given), RETURN))

    def check(self) -> None:
        """Check that the task can work, once there is an app.

        :raises DeclarationError: for types without a JSON form, and arguments without a provider.
        """
        serving = get_state(self._tasks.typed.app).serving
        with declared_in(f"task {self._remote.name}"):
            for name, kind in (*self._remote.kinds.items(), (RETURN, self._remote.returns)):
                with declared_in(name_place(name)):
                    find_json_form(serving, kind)
        plan_function(serving, self.function, self._remote.kinds)


class TaskDecorator(Protocol):
    """Makes tasks of functions, sync and async."""

    @overload
    def __call__(self, function: Callable[P, Coroutine[Any, Any, R]], /) -> TypedTask[P, R]: ...

    @overload
    def __call__(self, function: Callable[P, R], /) -> TypedTask[P, R]: ...


class TypedCelery:
    """Makes Celery tasks of annotated functions.

    ::

        tasks = TypedCelery(celery, typed)

        @tasks.task
        def mail_order(order_id: UUID, mailer: Mail = PROVIDED) -> None: ...

        mail_order.delay(order.id)

    :param celery: the Celery app, in views and in workers.
    :param typed: whose app has the types, the providers and the app context of tasks.
    """

    def __init__(self, celery: Celery, typed: Typed) -> None:
        self.celery = celery
        self.typed = typed

    @overload
    def task(self, function: Callable[P, Coroutine[Any, Any, R]], /) -> TypedTask[P, R]: ...

    @overload
    def task(self, function: Callable[P, R], /) -> TypedTask[P, R]: ...

    @overload
    def task(self, /, *, name: str | None = None, **options: Any) -> TaskDecorator: ...

    def task(
        self, function: Any = None, /, *, name: str | None = None, **options: Any
    ) -> TypedTask[Any, Any] | TaskDecorator:
        """Make a task of a function.

        :param name: by default, the module and name of the function.
        :param options: of Celery's tasks: ``acks_late=True``, ``autoretry_for=(OSError,)``, …
        :raises DeclarationError: for an argument or a result that cannot be sent.
        """
        if function is not None:
            return self._make(function, name, options)

        def decorate(function: Any, /) -> Any:
            return self._make(function, name, options)

        return decorate

    def send(self, message: TaskMessage, **options: Any) -> None:
        """Send a call that was prepared, with options of Celery's ``apply_async``."""
        task = self.celery.tasks[message.task]
        is_eager, store = self.celery.conf.task_always_eager, self.celery.backend.store_result
        if not (task.ignore_result or is_eager):
            store(message.id, None, SENT)
        arguments = protect(dict(message.arguments))
        options = {**options, "task_id": message.id, "serializer": "json"}
        result = task.apply_async(kwargs=arguments, **options)
        if is_eager and not task.ignore_result:  # Celery has read this setting with the task
            store(message.id, result.result, result.state)

    def cancel(self, task_id: str) -> None:
        """Do not run a call that has not begun: a worker looks before it runs one."""
        backend = self.celery.backend
        backend.store_result(task_id + CANCELLED, None, CANCELLED)
        backend.store_result(task_id, None, REVOKED)

    def make_result(self, task_id: str, returns: Any) -> TypedResult[Any]:
        """Return the result of a call.

        :param returns: the annotation of the result.
        """
        return TypedResult(self.celery, self.typed, task_id, returns)

    def _make(
        self, function: Callable[..., Any], name: str | None, options: Mapping[str, Any]
    ) -> TypedTask[Any, Any]:
        remote = plan_remote(function)
        module, own = function.__module__, function.__name__
        task_name = name or self.celery.gen_task_name(own, module)
        task: TypedTask[Any, Any] = TypedTask(self, task_name, function, remote)

        def run(celery_task: Any, *args: Any, **kwargs: Any) -> Any:
            if self._is_cancelled(celery_task):
                celery_task.backend.store_result(celery_task.request.id, None, REVOKED)
                raise Ignore
            return task.run(args, kwargs)

        run.__name__, run.__module__, run.__doc__ = own, module, function.__doc__
        with suppress(SetupError):  # the app may come later
            self.typed.app  # noqa: B018
            task.check()
        # Arguments are checked here, and a shared task would be one of every Celery app.
        defaults = {"track_started": True, "typing": False, "shared": False}
        register: Any = self.celery.task  # its stubs know the options one by one
        register(run, bind=True, name=task_name, **{**defaults, **options})
        return task

    def _is_cancelled(self, task: Any) -> bool:
        """In a worker: return whether the current call was cancelled before it began."""
        if task.ignore_result or task.request.is_eager:
            return False
        return bool(task.backend.get_state(task.request.id + CANCELLED) == CANCELLED)
