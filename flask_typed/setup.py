"""Puts typed routes, the documents and their pages on apps.

Setup time; imported by the first ``Typed``, with all that serves requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any
from weakref import ref

import marshmallow
from flask import Blueprint, Flask, current_app, has_app_context

from .bridge.ending import await_end
from .bridge.installing import install, uninstall
from .bridge.patching import is_patched
from .contract.checking import ResponseCheck, install_check
from .declare.background import BackgroundStats
from .declare.dependencies import Depends, Provider
from .declare.idempotency import Idempotency, read_idempotency
from .declare.names import RENAMING
from .declare.observing import Observer, read_observers
from .declare.settings import Settings, read_settings, set_defaults
from .doctor.starting import await_start, start_worker
from .exceptions import SetupError, declared_in
from .lean.installing import make_lean
from .libraries.gunicorn import call_in_workers, find_config
from .options import make_view, split_options
from .plan.deadlines import TimeLimit, make_client_timeout
from .plan.dependencies import read_dependencies
from .plan.envelopes import make_envelope
from .plan.options import Exclusion
from .plan.planning import Plan
from .plan.problems import ProblemShape
from .plan.unknown import UnknownPolicies
from .publish.configured import complete_documents
from .publish.content import Api, DocumentSource
from .publish.declared import Document
from .publish.making import import_makers
from .publish.pages import Protect, make_pages
from .routes.converting import find_json_form
from .routes.guarding import make_protection
from .routes.overriding import call_function, override
from .routes.tools import Tools, make_tools
from .schemas.factory import SchemaFactory
from .schemas.patches import build_patch, is_patch
from .schemas.registry import FieldBuilder
from .schemas.types import default_registry
from .serve.background import Background
from .serve.injection import open_values
from .serve.json_forms import JsonForm
from .serve.lifespan import find_lifespan
from .serve.making import install_making
from .serve.observing import KnownIds, install_observing
from .serve.rules import install_late_rules
from .serve.streams import follow_streams
from .serve.weakly import hold_weakly
from .state import TypedState, get_state


@dataclass(frozen=True, slots=True)
class SetupOptions:
    """The arguments of a ``Typed``, as the user wrote them."""

    types: Mapping[Any, type[marshmallow.fields.Field[Any]] | FieldBuilder]
    metadata: Iterable[type]
    dependencies: Sequence[Depends]
    problem_shape: ProblemShape | None
    envelope: type | None
    idempotency: Idempotency | None
    documents: Sequence[Document]
    observers: Iterable[Observer]


class Setup:
    """What a ``Typed`` knows: its arguments, its routes, and the apps that it serves."""

    def __init__(self, options: SetupOptions) -> None:
        self._registry = default_registry(options.metadata)
        self._registry.register(is_patch, build_patch)
        for kind, build in options.types.items():
            self._registry.register(kind, build)
        self._dependencies = read_dependencies(options.dependencies, "Typed(dependencies=…)")
        self._problem_shape = options.problem_shape
        with declared_in("Typed(envelope=…)"):
            self._envelope = make_envelope(options.envelope)
        self._idempotency = read_idempotency(
            options.idempotency, "idempotency", "Typed(idempotency=…)"
        )
        self._documents = tuple(options.documents)
        self._observers = read_observers(options.observers)
        self._routes: list[Callable[[TypedState], None]] = []
        self._known: list[ref[TypedState]] = []

    def init_app(self, app: Flask) -> None:
        """Add typed routes, the document and its page to an app."""
        state = get_state(app)
        waiting = state.waiting
        settings = read_settings(app.config)
        documents = complete_documents(self._documents, settings, app.name)
        source = DocumentSource(partial(make_api, state), tuple(documents.values()), state.lock)
        check = ResponseCheck(app, state.find, source, settings)
        set_defaults(app.config)
        if settings.async_bridge:
            install(app)
        plan = self._make_plan(state, settings)
        try:
            background = Background(app, settings, hold_weakly(state.plan_task, state))
            tools = make_tools(
                app,
                state.lock,
                plan,
                self._problem_shape,
                settings,
                background,
                is_observed=bool(self._observers),
            )
            pages = publish(app, source, tools, documents)
            state.start_serving(waiting, tools, documents)
        except Exception:
            uninstall(app)
            raise
        install_late_rules(app)
        if settings.lean_flask:
            make_lean(app)
        install_making(app, hold_weakly(state.write_error, state))
        install_check(app, check)
        await_start(app, partial(start_worker, settings))
        gunicorn = find_config()
        if gunicorn is not None:
            await_end(gunicorn)
            if settings.open_at_start:
                call_in_workers(gunicorn, lambda worker: open_values(state.needing, app))
        if gunicorn is not None or is_patched("socket"):
            import_makers()  # no request waits for the import of another
            check.prepare()
        follow_streams(app)
        if self._observers:
            find_id = KnownIds(hold_weakly(state.name_operations, state)).find
            install_observing(app, self._observers, hold_weakly(state.find, state), find_id)
        app.register_blueprint(pages)
        self._known.append(ref(state))
        for add in self._routes:
            add(state)

    def _make_plan(self, state: TypedState, settings: Settings) -> Plan:
        """Return the plan of the routes of an app."""
        factory = SchemaFactory(
            self._registry.copy(),
            unknown=settings.unknown_keys,
            read_only=settings.read_only_keys,
            naive_is_utc=settings.naive_datetimes == "utc",
            lock=state.lock,
            rename=RENAMING[settings.rename] if settings.rename else str,
        )
        policies = UnknownPolicies(
            unknown_form_fields=settings.unknown_form_fields,
            unknown_query_parameters=settings.unknown_query_parameters,
        )
        exclusion = Exclusion(
            settings.exclude_none, settings.exclude_unset, settings.exclude_defaults
        )
        header = settings.client_timeout_header
        client = (make_client_timeout(header),) if header else ()
        return Plan(
            factory,
            (*self._dependencies, *client),
            unknown=policies,
            exclusion=exclusion,
            time_limit=TimeLimit(settings.timeout, header, settings.timeout_retry_after),
            settings=settings,
            envelope=self._envelope,
            idempotency=self._idempotency,
        )

    def add_route(
        self,
        rule: str,
        endpoint: str | None,
        view_func: Any,
        provide_automatic_options: bool | None,
        options: dict[str, Any],
    ) -> None:
        """Add a URL rule for a typed view to every app."""
        details = split_options(options, (), rule, view_func)
        view = make_view(view_func, endpoint, rule)
        name = endpoint or view.__name__

        def add(state: TypedState) -> None:
            def add_rule(function: Any) -> None:
                state.app.add_url_rule(rule, name, function, provide_automatic_options, **options)

            state.add_route(name, view, details, add_rule)

        self._note(add)

    def add_graphql(
        self,
        rule: str,
        classes: tuple[Any, Any, Any],
        own: Mapping[str, Any],
        options: dict[str, Any],
    ) -> None:
        """Add a GraphQL endpoint to every app.

        :param classes: of queries, mutations and subscriptions.
        :param own: the options of the endpoint besides those of its route.
        :raises SetupError: if Strawberry is not installed.
        """
        if find_spec("strawberry") is None:
            raise SetupError(
                "typed.graphql() needs Strawberry: install `flask-typed-api[graphql]`."
            )
        from .graphql.endpoint import make_endpoint  # noqa: PLC0415  # an extra
        from .graphql.options import GraphQLOptions  # noqa: PLC0415  # likewise

        routing: dict[str, Any] = {"methods": ["GET", "POST"], "hidden": True, **options}
        graph = GraphQLOptions(**own, max_body=routing.pop("max_body", None))
        endpoint = routing.pop("endpoint", None) or "graphql"

        def add(state: TypedState) -> None:
            view = make_endpoint(state.serving, rule, *classes, graph)
            known = {**routing}
            details = split_options(known, (), rule, view)

            def add_rule(function: Any) -> None:
                state.app.add_url_rule(rule, endpoint, function, **known)

            state.add_route(endpoint, view, details, add_rule)

        self._note(add)

    def add_webhook(self, name: str, function: Callable[..., Any]) -> None:
        """Add a function that describes a request to subscribers to every app."""

        def add(state: TypedState) -> None:
            state.serving.add_webhook(name, function)

        self._note(add)

    def _note(self, add: Callable[[TypedState], None]) -> None:
        """Call a function for every app that is served now or later."""
        for state in self._states:
            add(state)
        self._routes.append(add)

    @property
    def _states(self) -> list[TypedState]:
        """The states of the apps that are served, without deleted apps."""
        found = ((known, known()) for known in self._known)
        alive = [(known, state) for known, state in found if state is not None]
        self._known = [known for known, _ in alive]
        return [state for _, state in alive]

    @contextmanager
    def override(
        self, provider: Provider, replacement: Provider, app: Flask | None
    ) -> Iterator[None]:
        """Replace a provider in a block, in one app or in all of them."""
        states = self._states if app is None else [get_state(app)]
        with override([state.serving for state in states], provider, replacement):
            yield

    def close(self, app: Flask | None) -> None:
        """Close the values of scope app, of one app or of all of them."""
        with ExitStack() as closing:
            for served in [state.app for state in self._states] if app is None else [app]:
                closing.callback(find_lifespan(served).close)

    def call(self, function: Callable[..., Any], given: dict[str, Any]) -> Any:
        """Call a function with the dependencies of its annotations."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
        return call_function(get_state(app).serving, function, given)

    def read_background_stats(self) -> BackgroundStats:
        """Return what is counted of background tasks."""
        return self._find_current().tools.background.read_stats()

    def find_app(self) -> Flask:
        """Return the current app, or the only one."""
        return self._find_current().app

    def find_form(self, kind: Any) -> JsonForm:
        """Return what loads and dumps the values of a type."""
        return find_json_form(self._find_current().serving, kind)

    def _find_current(self) -> TypedState:
        """Return the state of the current app, or of the only app if there is no app context.

        :raises SetupError: if there is no such app.
        """
        states = self._states
        if has_app_context():
            app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
            states = [state for state in states if state is get_state(app)]
        if not self._known:
            raise SetupError("This needs an app: call `typed.init_app(app)` first.")
        if len(states) != 1:
            raise SetupError(
                "This needs one app: call it inside the app context of an app that this Typed"
                " serves."
            )
        return states[0]


def publish(
    app: Flask, source: DocumentSource, tools: Tools, documents: Mapping[str, Document]
) -> Blueprint:
    """Return the blueprint of an app's documents and their pages.

    :raises DeclarationError: for a guard that cannot work.
    """

    def protect(document: Document) -> Protect:
        return make_protection(document.guard, tools)

    return make_pages(documents, source, protect, host_matching=app.url_map.host_matching)


def make_api(state: TypedState) -> Api:
    """Return the content of an app's documents."""
    serving = state.serving
    tools = serving.tools
    shapes, requirements = tools.problems.shapes, tools.requirements
    return Api(state.app, state.operations, shapes, requirements, state.tags, serving.webhooks)
