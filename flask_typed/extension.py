"""Typed: the extension object, with the types, problem shape and documents of its apps.

Setup time. :mod:`.setup` does the work; it is imported by the first ``Typed``, not with this
module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from flask import Flask
from typing_extensions import Self, Unpack

from .blueprint import TypedRoutes
from .declare.background import BackgroundStats
from .declare.dependencies import Depends, Provider
from .declare.idempotency import Idempotency
from .declare.observing import Observer
from .declare.options import RouteOptions
from .declare.settings import DEFAULTS, KEY_PREFIX
from .exceptions import SetupError, UnknownOption
from .publish.declared import Document
from .wire.jsonvalues import show

if TYPE_CHECKING:
    import marshmallow

    from .plan.problems import ProblemShape
    from .schemas.registry import FieldBuilder

R = TypeVar("R")
T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])


#: The options of other packages that are keys of the configuration here.
KEYS_BY_OPTION = {
    "redoc_url": "TYPED_DOCS_PAGE",
    "openapi_tags": "TYPED_TAGS",
    "license_info": "TYPED_LICENSE",
    "swagger_ui_parameters": "TYPED_DOCS_OPTIONS",
    "swagger_ui_init_oauth": "TYPED_DOCS_OPTIONS",
}
#: The options of other packages that a dependency of scope app stands for here.
LIFESPAN_OPTIONS = ("lifespan", "on_startup", "on_shutdown")


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
    :param envelope: a generic class around the JSON bodies of all responses but errors, such as
        ``{"data": …, "message": …}``: with one field of its type parameter, and defaults for all
        others. A view that is annotated with the class itself returns the envelope.
    :param idempotency: the store of the keys of routes with ``idempotent=``, and the options that
        these leave out: ``Idempotency(make_store)``.
    :param documents: the published documents; by default one, from the configuration. The first
        one is at ``TYPED_OPENAPI_URL`` and ``TYPED_DOCS_URL``.
    :param observers: observe the requests of the app: for traces, metrics and logs.
    """

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Explain unknown arguments before Python raises its own ``TypeError``.

        :raises UnknownOption: for an argument that is a key of the configuration, or a function
            for the start and the end of a worker.
        """
        for option in options:
            if option in LIFESPAN_OPTIONS:
                raise UnknownOption(
                    f"Typed() has no {option}=.",
                    instead=(
                        "Write a provider with `yield`, and depend on it:"
                        ' `Depends(make_pool, scope="app")`.'
                    ),
                )
            key = KEYS_BY_OPTION.get(option, f"{KEY_PREFIX}{option.upper()}")
            if key in DEFAULTS:
                raise UnknownOption(
                    f"Typed() has no {option}=.",
                    instead=f'Set `app.config["{key}"]` before `Typed(app)`.',
                )
        return super().__new__(cls)

    def __init__(  # noqa: PLR0913  # all but the app are passed by name
        self,
        app: Flask | None = None,
        *,
        types: Mapping[Any, type[marshmallow.fields.Field[Any]] | FieldBuilder] | None = None,
        metadata: Iterable[type] = (),
        dependencies: Sequence[Depends] = (),
        problem_shape: ProblemShape | None = None,
        envelope: type | None = None,
        idempotency: Idempotency | None = None,
        documents: Sequence[Document] = (Document(),),
        observers: Iterable[Observer] = (),
    ) -> None:
        if not isinstance(types, (Mapping, NoneType)):
            raise SetupError(f"types= is {show(types)}: write `types={{Color: ColorField}}`.")
        from .setup import Setup, SetupOptions  # noqa: PLC0415  # with all that serves requests

        options = SetupOptions(
            types or {},
            metadata,
            dependencies,
            problem_shape,
            envelope,
            idempotency,
            documents,
            observers,
        )
        self._setup = Setup(options)
        self._app = app  # kept alive; apps that are passed to init_app are not
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
        self._setup.init_app(app)

    @property
    def app(self) -> Flask:
        """The app that this object serves: the current one, or the only one.

        :raises SetupError: if there is none, or if none of several is the current one.
        """
        return self._setup.find_app()

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a URL rule for a typed view to every app that this object serves."""
        self._setup.add_route(rule, endpoint, view_func, provide_automatic_options, options)

    def graphql(  # noqa: PLR0913  # all but the rule and the classes are passed by name
        self,
        rule: str,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        *,
        max_depth: int = 15,
        max_complexity: int = 500,
        max_batch: int = 1,
        max_tokens: int = 5_000,
        uploads: bool = False,
        persisted: bool | Mapping[str, str] = False,
        resolvers: Mapping[type, Sequence[Callable[..., Any]]] = MappingProxyType({}),
        types: Sequence[Any] = (),
        config: Any = None,
        **options: Unpack[RouteOptions],
    ) -> None:
        """Add a GraphQL endpoint to every app that this object serves; install ``[graphql]``.

        The fields of a root type are the methods of a plain class, or those of a class that is
        decorated with ``@strawberry.type``. The arguments of a resolver are those of its field, but
        for ``Depends``, ``Security`` and the other markers, which are provided as those of a view.
        Models of routes are types of the schema.

        :param rule: the URL rule.
        :param query: the class whose methods are the queries.
        :param mutation: likewise.
        :param subscription: likewise; the methods are generators, sync or async.
        :param max_depth: how deeply the fields of an operation may be nested.
        :param max_complexity: how many fields an operation may have, those of fragments as often as
            they are spread.
        :param max_batch: how many operations a request may have as a list; 1 refuses lists.
        :param max_tokens: how many tokens the text of a document may have.
        :param uploads: whether requests may be forms with files, by the "GraphQL multipart request
            specification"; such a request needs the header ``GraphQL-Preflight``.
        :param persisted: ``True`` lets clients name a document by its hash once they have sent it;
            a mapping from SHA-256 hashes to documents allows only these.
        :param resolvers: functions that are fields of models: ``{Book: [author]}``. The first
            argument of each is the object.
        :param types: more types of Strawberry, which no field names: members of interfaces.
        :param config: a ``strawberry.StrawberryConfig``.
        :param options: those of :meth:`route`. The endpoint is hidden in the document by default.
        :raises DeclarationError: for a schema that cannot work.
        :raises SetupError: if Strawberry is not installed.
        """
        own = {
            "max_depth": max_depth,
            "max_complexity": max_complexity,
            "max_batch": max_batch,
            "max_tokens": max_tokens,
            "uploads": uploads,
            "persisted": persisted,
            "resolvers": resolvers,
            "types": types,
            "config": config,
        }
        self._setup.add_graphql(rule, (query, mutation, subscription), own, dict(options))

    def webhook(self, name: str) -> Callable[[V], V]:
        """Decorate a function that describes a request that the app sends to its subscribers.

        It is only published in the document: its arguments describe the request (body, headers,
        query), and its return annotation describes the expected response.

        :param name: of the webhook.
        """

        def decorate(function: V) -> V:
            self._setup.add_webhook(name, function)
            return function

        return decorate

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
        with self._setup.override(provider, replacement, app):
            yield

    def close(self, app: Flask | None = None) -> None:
        """Close the values of scope ``app`` in this process, as the end of a worker does.

        For tests: later requests open new values.

        :param app: the only app; by default every app that this object serves.
        :raises Exception: the last error of a provider, after all values have been closed.
        """
        self._setup.close(app)

    def call(self, function: Callable[..., R], /, **given: Any) -> R:
        """Call a function with the dependencies of its annotations, without a request.

        For commands and tasks, inside an app context: ``typed.call(send_newsletter)``. Arguments
        that a view would get from the request take their defaults.

        :param given: arguments that are passed instead of provided ones.
        :raises DeclarationError: if an argument needs a request.
        """
        value: R = self._setup.call(function, given)
        return value

    def background_stats(self) -> BackgroundStats:
        """Return the number of background tasks that were added, that run, wait, have failed, …

        Of the current app, or of the only app, in this process.
        """
        return self._setup.read_background_stats()

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
        return self._setup.find_form(kind).load(data)

    def dump(self, value: Any, kind: Any) -> Any:
        """Return a value as JSON data, by the rules of a response: ``typed.dump(book, Book)``.

        Only the fields of the type are in it. A ``Decimal`` that is a ``JsonNumber`` stays one.

        :param kind: any annotation of a body.
        :raises ResponseMismatch: for a value that is not of the type.
        :raises DeclarationError: for a type without a JSON form.
        """
        return self._setup.find_form(kind).dump(value)

    def dump_json(self, value: Any, kind: Any) -> bytes:
        """Return a value as JSON text in UTF-8; otherwise like :meth:`dump`."""
        return self._setup.find_form(kind).dump_json(value)
