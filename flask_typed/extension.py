"""Typed: the extension object. Config, types, the shape of errors, and publishing, for each app.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from weakref import ref

import marshmallow
from flask import Blueprint, Flask, current_app

from .blueprint import TypedRoutes, make_view, split_options
from .bridge.ending import await_end
from .bridge.installing import install, uninstall
from .contract.checking import ResponseCheck, install_check
from .contract.documented import Documented
from .declare.dependencies import Depends, Provider
from .declare.settings import read_settings, set_defaults
from .doctor.starting import await_start, start_worker
from .doctor.surroundings import find_gunicorn
from .exceptions import SetupError
from .plan.dependencies import read_dependencies
from .plan.planning import Plan
from .plan.problems import ProblemShape
from .publish.configured import complete_documents
from .publish.declared import Document
from .publish.document import Api, make_document
from .publish.pages import Protect, make_pages
from .schemas.factory import SchemaFactory
from .schemas.registry import FieldBuilder
from .schemas.types import default_registry
from .serve.making import install_making
from .serve.rules import install_late_rules
from .serve.streams import follow_streams
from .serve.weakly import hold_weakly
from .state import Tools, TypedState, get_state, override

R = TypeVar("R")
V = TypeVar("V", bound=Callable[..., Any])


class Typed(TypedRoutes):
    """Adds typed routes to Flask apps.

    ::

        typed = Typed(app)

    or, with an application factory, ``typed = Typed()`` and ``typed.init_app(app)``. One object may
    serve several apps. Blueprints may be registered before or after.

    :param app: the app, if it exists already.
    :param types: types of your own: for each, a marshmallow field class, or a function that makes
        a field.
    :param metadata: classes of objects in ``Annotated`` that are others' business: they are not
        read, and not refused.
    :param dependencies: of every typed route, before those of blueprints and routes.
    :param problem_shape: makes what is sent for an error, from the HTTP exception; its return
        annotation is published as the schema of every error. Problem details (RFC 9457) by default.
    :param documents: what the app publishes; by default one document, as the configuration says.
        The first is where ``TYPED_OPENAPI_URL`` and ``TYPED_DOCS_URL`` say.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        types: Mapping[Any, type[marshmallow.fields.Field[Any]] | FieldBuilder] | None = None,
        metadata: Iterable[type] = (),
        dependencies: Sequence[Depends] = (),
        problem_shape: ProblemShape | None = None,
        documents: Sequence[Document] = (Document(),),
    ) -> None:
        self._registry = default_registry(metadata)
        for kind, build in (types or {}).items():
            self._registry.register(kind, build)
        self._dependencies = read_dependencies(dependencies, "Typed(dependencies=…)")
        self._problem_shape = problem_shape
        self._documents = tuple(documents)
        self._routes: list[Callable[[TypedState], None]] = []
        self._app = app  # one that is given with init_app may be dropped before this object
        self._known: list[ref[TypedState]] = []
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Put typed routes, the document and its page on an app.

        :raises SetupError: if the app has a ``Typed`` already, or its configuration has an unknown
            key or a value that cannot be used.
        :raises DeclarationError: for a typed route, registered before, that cannot work.
        """
        state = get_state(app)
        if state.ready:
            raise SetupError(
                f"The app {app.name!r} has a Typed already: call Typed(app) or init_app(app) once."
            )
        settings = read_settings(app.config)
        documents = complete_documents(self._documents, settings, app.name)
        documented = Documented(partial(make_api, state), tuple(documents.values()), state.lock)
        check = ResponseCheck(app, state.find, documented, settings)
        set_defaults(app.config)
        if settings.async_bridge:
            install(app)
        factory = SchemaFactory(
            self._registry.copy(), unknown=settings.unknown_keys, read_only=settings.read_only_keys
        )
        plan = Plan(factory, self._dependencies)
        try:
            tools = state.make_tools(plan, self._problem_shape, settings)
            pages = publish(app, state, tools, documents)
            state.prepare(tools)
        except Exception:
            uninstall(app)
            raise
        install_late_rules(app)
        install_making(app, hold_weakly(state.write_error, state))
        install_check(app, check)
        await_start(app, partial(start_worker, settings))
        gunicorn = find_gunicorn()
        if gunicorn is not None:
            await_end(gunicorn)
        follow_streams(app)
        app.register_blueprint(pages)
        self._known.append(ref(state))
        for add in self._routes:
            add(state)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a URL rule for a typed view to every app that this object serves."""
        details = split_options(options, (), rule, view_func)
        view = make_view(view_func, endpoint)
        name = endpoint or view.__name__

        def add(state: TypedState) -> None:
            def add_rule(function: Any) -> None:
                state.app.add_url_rule(rule, name, function, provide_automatic_options, **options)

            state.add_route(name, view, details, add_rule)

        self._note(add)

    def webhook(self, name: str) -> Callable[[V], V]:
        """Decorate a function that stands for a request that the app sends to its subscribers.

        It is for the document alone: its arguments are what is sent (a body, headers, a query),
        and its return annotation is what is expected.

        :param name: of the webhook.
        """

        def decorate(function: V) -> V:
            def add(state: TypedState) -> None:
                state.add_webhook(name, function)

            self._note(add)
            return function

        return decorate

    def _note(self, add: Callable[[TypedState], None]) -> None:
        """Do something on every app that this object serves, and will serve."""
        for state in self._states:
            add(state)
        self._routes.append(add)

    @property
    def _states(self) -> list[TypedState]:
        """The states of the apps that this object serves, and that are still there."""
        found = ((known, known()) for known in self._known)
        there = [(known, state) for known, state in found if state is not None]
        self._known = [known for known, _ in there]
        return [state for _, state in there]

    @contextmanager
    def override(
        self, provider: Provider, replacement: Provider, app: Flask | None = None
    ) -> Iterator[None]:
        """Let another provider stand in for one, as tests want it: ``with typed.override(…):``.

        It holds for the thread, greenlet or task that runs the block. The replacement's own
        arguments are solved as any provider's; in what it needs, the original is itself.

        :param app: the one app; by default every app that this object serves.
        :raises DeclarationError: for a replacement that cannot work where it would stand.
        """
        states = self._states if app is None else [get_state(app)]
        with override(states, provider, replacement):
            yield

    def call(self, function: Callable[..., R], /, **given: Any) -> R:
        """Call a function with the dependencies that its annotations ask for, without a request.

        For commands and tasks, inside an app context: ``typed.call(send_newsletter)``. Values that
        a view would get from the request have their defaults.

        :param given: arguments, instead of what the annotations say.
        :raises DeclarationError: if something is needed that only a request has.
        """
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
        value: R = get_state(app).call(function, given)
        return value


def publish(
    app: Flask, state: TypedState, tools: Tools, documents: Mapping[str, Document]
) -> Blueprint:
    """Return the blueprint of an app's documents and their pages.

    :raises DeclarationError: for a guard that cannot work.
    """
    state.documents = documents

    def make(document: Document) -> Mapping[str, Any]:
        return make_document(make_api(state), document)

    def protect(document: Document) -> Protect:
        return state.protect(document.guard, tools)

    matching = app.url_map.host_matching
    return make_pages(documents, make, protect, state.lock, host_matching=matching)


def make_api(state: TypedState) -> Api:
    """Return what documents are made of."""
    tools = state.tools
    shapes = tools.problems.shapes
    return Api(state.app, state.operations, shapes, tools.requirements, state.tags, state.webhooks)
