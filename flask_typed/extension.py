"""Typed: the extension object, with the types, problem shape and documents of its apps.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import NoneType
from typing import Any, TypeVar, overload
from weakref import ref

import marshmallow
from flask import Blueprint, Flask, current_app, has_app_context
from typing_extensions import Self

from .blueprint import TypedRoutes, make_view, split_options
from .bridge.ending import await_end
from .bridge.installing import install, uninstall
from .bridge.patching import is_patched
from .bridge.pausing import Pauses
from .contract.checking import ResponseCheck, install_check
from .declare.dependencies import Depends, Provider
from .declare.names import RENAMING
from .declare.settings import DEFAULTS, KEY_PREFIX, read_settings, set_defaults
from .doctor.starting import await_start, start_worker
from .exceptions import SetupError, UnknownOption
from .libraries.gunicorn import find_config
from .plan.dependencies import read_dependencies
from .plan.options import Exclusion
from .plan.planning import Plan
from .plan.problems import ProblemShape
from .plan.unknown import UnknownPolicies
from .publish.configured import complete_documents
from .publish.content import Api, DocumentSource
from .publish.declared import Document
from .publish.making import import_makers, load_maker
from .publish.pages import Protect, make_pages
from .routes.converting import find_json_form
from .routes.guarding import make_protection
from .routes.overriding import call_function, override
from .routes.tools import Tools, make_tools
from .schemas.factory import SchemaFactory
from .schemas.registry import FieldBuilder
from .schemas.types import default_registry
from .serve.json_forms import JsonForm
from .serve.making import install_making
from .serve.rules import install_late_rules
from .serve.streams import follow_streams
from .serve.weakly import hold_weakly
from .state import TypedState, get_state
from .wire.jsonvalues import show

R = TypeVar("R")
T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])


#: The options of other packages that are keys of the configuration here.
KEYS_BY_OPTION = {
    "redoc_url": "TYPED_DOCS_PAGE",
    "openapi_tags": "TYPED_TAGS",
    "license_info": "TYPED_LICENSE",
}


class Typed(TypedRoutes):
    """Adds typed routes to Flask apps.

    ::

        typed = Typed(app)

    or, with an application factory, ``typed = Typed()`` and ``typed.init_app(app)``. One object may
    serve several apps. Blueprints may be registered before or after.

    :param app: the app, if it exists already.
    :param types: custom types: for each, a marshmallow field class, or a function that makes a
        field.
    :param metadata: classes of objects in ``Annotated`` that other packages use. flask_typed
        neither reads nor rejects them.
    :param dependencies: of every typed route, before those of blueprints and routes.
    :param problem_shape: makes the body of an error response from the HTTP exception. Its return
        annotation is published as the schema of every error. Problem details (RFC 9457) by default.
    :param documents: the published documents; by default one, from the configuration. The first
        one is at ``TYPED_OPENAPI_URL`` and ``TYPED_DOCS_URL``.
    """

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Explain unknown arguments before Python raises its own ``TypeError``.

        :raises UnknownOption: for an argument that is a key of the configuration.
        """
        for option in options:
            key = KEYS_BY_OPTION.get(option, f"{KEY_PREFIX}{option.upper()}")
            if key in DEFAULTS:
                raise UnknownOption(
                    f"Typed() has no {option}=.",
                    instead=f'Set `app.config["{key}"]` before `Typed(app)`.',
                )
        return super().__new__(cls)

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
        if not isinstance(types, (Mapping, NoneType)):
            raise SetupError(f"types= is {show(types)}: write `types={{Color: ColorField}}`.")
        self._registry = default_registry(metadata)
        for kind, build in (types or {}).items():
            self._registry.register(kind, build)
        self._dependencies = read_dependencies(dependencies, "Typed(dependencies=…)")
        self._problem_shape = problem_shape
        self._documents = tuple(documents)
        self._routes: list[Callable[[TypedState], None]] = []
        self._app = app  # kept alive; apps that are passed to init_app are not
        self._known: list[ref[TypedState]] = []
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add typed routes, the document and its page to an app.

        :raises SetupError: if the app has a ``Typed`` already, or its configuration has an unknown
            key or an invalid value.
        :raises DeclarationError: for a typed route, registered before, that cannot work.
        """
        if not isinstance(app, Flask):
            raise SetupError(
                f"Typed takes a Flask app, but got a {type(app).__name__}: write `Typed(app)`. The"
                " routes of a TypedBlueprint are typed once it is registered."
            )
        state = get_state(app)
        waiting = state.waiting
        settings = read_settings(app.config)
        documents = complete_documents(self._documents, settings, app.name)
        source = DocumentSource(partial(make_api, state), tuple(documents.values()), state.lock)
        check = ResponseCheck(app, state.find, source, settings)
        set_defaults(app.config)
        if settings.async_bridge:
            install(app)
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
        plan = Plan(factory, self._dependencies, unknown=policies, exclusion=exclusion)
        try:
            tools = make_tools(app, state.lock, plan, self._problem_shape, settings)
            pages = publish(app, state, tools, documents)
            state.start_serving(waiting, tools, documents)
        except Exception:
            uninstall(app)
            raise
        install_late_rules(app)
        install_making(app, hold_weakly(state.write_error, state))
        install_check(app, check)
        await_start(app, partial(start_worker, settings))
        gunicorn = find_config()
        if gunicorn is not None:
            await_end(gunicorn)
        if gunicorn is not None or is_patched("socket"):
            import_makers()  # no request waits for the import of another
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
        view = make_view(view_func, endpoint, rule)
        name = endpoint or view.__name__

        def add(state: TypedState) -> None:
            def add_rule(function: Any) -> None:
                state.app.add_url_rule(rule, name, function, provide_automatic_options, **options)

            state.add_route(name, view, details, add_rule)

        self._note(add)

    def webhook(self, name: str) -> Callable[[V], V]:
        """Decorate a function that describes a request that the app sends to its subscribers.

        It is only published in the document: its arguments describe the request (body, headers,
        query), and its return annotation describes the expected response.

        :param name: of the webhook.
        """

        def decorate(function: V) -> V:
            def add(state: TypedState) -> None:
                state.serving.add_webhook(name, function)

            self._note(add)
            return function

        return decorate

    def _note(self, add: Callable[[TypedState], None]) -> None:
        """Call a function for every app that this object serves now or later."""
        for state in self._states:
            add(state)
        self._routes.append(add)

    @property
    def _states(self) -> list[TypedState]:
        """The states of the apps that this object serves, without deleted apps."""
        found = ((known, known()) for known in self._known)
        alive = [(known, state) for known, state in found if state is not None]
        self._known = [known for known, _ in alive]
        return [state for _, state in alive]

    @contextmanager
    def override(
        self, provider: Provider, replacement: Provider, app: Flask | None = None
    ) -> Iterator[None]:
        """Replace a provider in a block, for tests: ``with typed.override(…):``.

        It applies to the thread, greenlet or task that runs the block. The arguments of the
        replacement are provided like those of any provider, and it may depend on the original.

        :param app: the only app; by default every app that this object serves.
        :raises DeclarationError: for a replacement that cannot work in place of the provider.
        """
        states = self._states if app is None else [get_state(app)]
        with override([state.serving for state in states], provider, replacement):
            yield

    def call(self, function: Callable[..., R], /, **given: Any) -> R:
        """Call a function with the dependencies of its annotations, without a request.

        For commands and tasks, inside an app context: ``typed.call(send_newsletter)``. Arguments
        that a view would get from the request take their defaults.

        :param given: arguments that are passed instead of provided ones.
        :raises DeclarationError: if an argument needs a request.
        """
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
        value: R = call_function(get_state(app).serving, function, given)
        return value

    @overload
    def load(self, kind: type[T], data: Any) -> T: ...

    @overload
    def load(self, kind: Any, data: Any) -> Any: ...

    def load(self, kind: Any, data: Any) -> Any:
        """Return the value of JSON data, by the rules of a body: ``typed.load(Book, data)``.

        For data that comes without a request: from a queue, a file, another service. It uses the
        types and the settings of the current app, or of the only app.

        :param kind: any annotation of a body: ``Book``, ``list[Book]``, ``Book | None``.
        :param data: a JSON value, as ``json.loads`` makes it, or bytes with JSON text.
        :raises DataInvalid: with the faults of the data.
        :raises DeclarationError: for a type without a JSON form.
        """
        return self._find_form(kind).load(data)

    def dump(self, value: Any, kind: Any) -> Any:
        """Return a value as JSON data, by the rules of a response: ``typed.dump(book, Book)``.

        Only the fields of the type are in it. A ``Decimal`` that is a ``JsonNumber`` stays one.

        :param kind: any annotation of a body.
        :raises ResponseMismatch: for a value that is not of the type.
        :raises DeclarationError: for a type without a JSON form.
        """
        return self._find_form(kind).dump(value)

    def dump_json(self, value: Any, kind: Any) -> bytes:
        """Return a value as JSON text in UTF-8; otherwise like :meth:`dump`."""
        return self._find_form(kind).dump_json(value)

    def _find_form(self, kind: Any) -> JsonForm:
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
            raise SetupError("load() and dump() need an app: call `typed.init_app(app)` first.")
        if len(states) != 1:
            raise SetupError(
                "load() and dump() need the types of one app: call them inside the app context of"
                " an app that this Typed serves."
            )
        return states[0]


def publish(
    app: Flask, state: TypedState, tools: Tools, documents: Mapping[str, Document]
) -> Blueprint:
    """Return the blueprint of an app's documents and their pages.

    :raises DeclarationError: for a guard that cannot work.
    """

    def make(document: Document, pauses: Pauses) -> Mapping[str, Any]:
        return load_maker()(make_api(state), document, pauses)

    def protect(document: Document) -> Protect:
        return make_protection(document.guard, tools)

    matching = app.url_map.host_matching
    return make_pages(documents, make, protect, state.lock, host_matching=matching)


def make_api(state: TypedState) -> Api:
    """Return the content of an app's documents."""
    serving = state.serving
    tools = serving.tools
    shapes, requirements = tools.problems.shapes, tools.requirements
    return Api(state.app, state.operations, shapes, requirements, state.tags, serving.webhooks)
