"""TypedBlueprint, and the route decorators that it shares with Typed.

Declaration time: decorators record views. Registration time: the blueprint's setup state passes
them to the app's :class:`~flask_typed.state.TypedState`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from http import HTTPStatus
from itertools import accumulate
from typing import Any, TypeVar, get_args

from flask import Blueprint
from flask.sansio.app import App
from flask.sansio.blueprints import BlueprintSetupState
from flask.views import View
from typing_extensions import TypedDict, Unpack

from .declare.dependencies import Depends
from .declare.objects import (
    hold_objects,
    is_text_list,
    reject_documentation,
    reject_misfit,
    reject_text,
)
from .declare.settings import UnknownKeys
from .exceptions import DeclarationError, declared_in
from .plan.callees import locate, reject_other_view
from .plan.dependencies import read_dependencies
from .plan.options import Exclusion, fill_in
from .plan.planning import RouteDetails
from .plan.unknown import UnknownPolicies
from .security.dependencies import without_security
from .state import get_state
from .wire.jsonvalues import show

V = TypeVar("V", bound=Callable[..., Any])

#: The option that carries the details of a typed route through Flask's own code.
DETAILS = "_typed_details"


class RouteOptions(TypedDict, total=False):
    """The options of a route decorator: those of Flask, then those of flask_typed."""

    endpoint: str | None
    methods: Sequence[str]
    defaults: dict[str, Any]
    strict_slashes: bool
    merge_slashes: bool
    subdomain: str
    host: str
    redirect_to: str | Callable[..., str]
    alias: bool
    build_only: bool
    websocket: bool
    provide_automatic_options: bool

    status: int
    tags: Sequence[str]
    summary: str
    description: str
    operation_id: str
    deprecated: bool
    hidden: bool
    dependencies: Sequence[Depends]
    public: bool
    external_docs: Mapping[str, Any] | str
    callbacks: Mapping[str, Mapping[str, Callable[..., Any]]]
    extra: Mapping[str, Any]
    unknown_keys: UnknownKeys
    unknown_form_fields: UnknownKeys
    unknown_query_parameters: UnknownKeys
    returns: Any
    exclude_none: bool
    exclude_unset: bool
    exclude_defaults: bool


class TypedRoutes:
    """The route decorators; a subclass defines ``add_url_rule``."""

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a URL rule for a typed view."""
        ...

    def route(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Decorate a typed view: a function, or a class-based view such as a ``MethodView``.

        Takes the options of :meth:`flask.Flask.route`, and these:

        :param rule: the URL rule.
        :param status: of a plain return value, instead of 200 (204 for ``None``).
        :param tags: groups of the document; a blueprint's name by default.
        :param summary: a few words; the docstring's first line by default.
        :param description: CommonMark; the rest of the docstring by default.
        :param operation_id: a unique name; made from the endpoint by default.
        :param deprecated: mark it in the document.
        :param hidden: leave it out of the document.
        :param dependencies: ``Depends`` and ``Security`` whose values the view does not need. They
            run after those of the app and of the blueprints around the route.
        :param public: leave out the security dependencies of the app and of the blueprints.
        :param external_docs: a URL, or an External Documentation Object.
        :param callbacks: requests that the server sends to the client: by name, and by the
            expression that is the URL, a function that is declared like a view.
        :param extra: more members of the Operation Object, which override the generated ones.
        :param unknown_keys: of a JSON body: ``"raise"`` rejects them, ``"exclude"`` drops them. The
            default is the app's ``TYPED_UNKNOWN_KEYS``.
        :param unknown_form_fields: likewise, of a form: ``TYPED_UNKNOWN_FORM_FIELDS``.
        :param unknown_query_parameters: likewise: ``TYPED_UNKNOWN_QUERY_PARAMETERS``.
        :param returns: the return annotation, in place of the view's own. The view may then be
            annotated with the type that it really returns, such as a row of a database.
        :param exclude_none: leave fields that are ``None`` out of responses.
        :param exclude_unset: leave out fields that a returned mapping does not have, instead of
            adding their defaults.
        :param exclude_defaults: leave out fields that are equal to their defaults.
        """

        reject_bare_decorator(rule)

        def decorate(view: V) -> V:
            self.add_url_rule(rule, view_func=view, **options)
            return view

        return decorate

    def _method_route(self, method: str, rule: str, options: RouteOptions) -> Callable[[V], V]:
        if "methods" in options:
            raise TypeError("Use the 'route' decorator to use the 'methods' argument.")
        with_method: RouteOptions = {**options, "methods": [method]}
        return self.route(rule, **with_method)

    def get(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["GET"]``."""
        return self._method_route("GET", rule, options)

    def post(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["POST"]``."""
        return self._method_route("POST", rule, options)

    def put(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["PUT"]``."""
        return self._method_route("PUT", rule, options)

    def patch(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["PATCH"]``."""
        return self._method_route("PATCH", rule, options)

    def delete(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["DELETE"]``."""
        return self._method_route("DELETE", rule, options)


#: The options of other packages, and their equivalents here.
OPTIONS_OF_OTHERS = {
    "status_code": "status=…",
    "response_model": "the return annotation, `-> Book`, or returns=Book",
    "response": "the return annotation, `-> Book`, or returns=Book",
    "response_class": "`-> Annotated[str, MediaType(…)]`",
    "response_model_exclude_none": "exclude_none=…",
    "response_model_exclude_unset": "exclude_unset=…",
    "response_model_exclude_defaults": "exclude_defaults=…",
    "response_description": "`-> Annotated[Book, Returns(description=…)]`",
    "responses": "`-> Book | Accepted[Job]`, and @raises for errors",
    "include_in_schema": "hidden=True",
    "tag": "tags=[…]",
    "name": "endpoint=… or operation_id=…",
    "operationId": "operation_id=…",
    "security": "dependencies=[Security(…)]",
    "auth": "dependencies=[Security(…)]",
    "openapi_extra": "extra={…}",
    "resp": "the return annotation, `-> Book`, and @raises for errors",
    "doc": "hidden=True, or extra={…}",
    **dict.fromkeys(
        ("query", "json", "form", "headers", "cookies", "body"),
        "an argument of the view: `book: Book`, `filters: Annotated[Filters, Query()]`",
    ),
    **dict.fromkeys(
        ("response_model_include", "response_model_exclude"),
        "the return annotation with a model that has these fields",
    ),
    **dict.fromkeys(
        ("arguments", "parameters", "schema"),
        "an argument of the view: `book: Book`, `filters: Annotated[Filters, Query()]`",
    ),
    "media_type": "`-> Annotated[str, MediaType(…)]`",
    "openapi_tags": "tags=[…]",
    "response_model_by_alias": "aliases on the fields of the model: they are always used",
}

#: The options of other packages' routers, and their equivalents here.
BLUEPRINT_OPTIONS_OF_OTHERS = {
    "prefix": "url_prefix=…",
    "include_in_schema": "hidden=True on its routes",
    "responses": "@raises on its views",
    "abp_tags": "tags=[…]",
    "abp_security": "dependencies=[Security(…)]",
    "security": "dependencies=[Security(…)]",
    "tag": "tags=[…]",
    "enable_openapi": "hidden=True on its routes",
}


#: The options that leave values out of responses.
EXCLUDING_OPTIONS = tuple(field.name for field in fields(Exclusion))

#: The types of options for which a text would have another meaning: ``"False"`` is true.
OPTION_TYPES: Mapping[str, type] = {
    "public": bool,
    "hidden": bool,
    "deprecated": bool,
    **dict.fromkeys(EXCLUDING_OPTIONS, bool),
    "status": int,
}


#: The options with a policy for unknown names.
POLICY_OPTIONS = tuple(field.name for field in fields(UnknownPolicies))


def reject_bare_decorator(rule: Any) -> None:
    """Raise for a view in place of the URL rule: ``@typed.get`` without parentheses."""
    if callable(rule):
        raise DeclarationError(
            "A route decorator is written without parentheses.",
            instead='Write the URL rule: `@typed.get("/books")`.',
            where=(f"view {locate(rule)}",),
        )


def reject_other_kinds(options: Mapping[str, Any], *places: str) -> None:
    """Raise for an option of the wrong type."""
    for option, kind in OPTION_TYPES.items():
        value = options.get(option)
        if value is not None and type(value) is not kind and not isinstance(value, HTTPStatus):
            raise DeclarationError(
                f"{option}= is {value!r}.",
                instead=f"Write {'True or False' if kind is bool else 'a number'}.",
                where=places,
            )


def reject_other_policies(options: Mapping[str, Any]) -> None:
    """Raise for a policy for unknown names that does not exist."""
    for option in POLICY_OPTIONS:
        if options.get(option, "raise") not in get_args(UnknownKeys):
            raise DeclarationError(
                f"{option}= is {options[option]!r}.", instead='Write "raise" or "exclude".'
            )


def reject_other_options(options: Iterable[str]) -> None:
    """Raise for options of other packages, and for misspelled ones.

    Flask rejects other unknown options, unless the app's own rule class takes them.
    """
    known = RouteOptions.__annotations__
    for option in [option for option in options if option not in known]:
        names = get_close_matches(option, (*known, *OPTIONS_OF_OTHERS), 1, cutoff=0.8)
        for name in names:
            instead = OPTIONS_OF_OTHERS.get(name, f"{name}=…")
            raise DeclarationError(
                f"{option}= is not an option of a route.", instead=f"Write {instead}."
            )


def reject_blueprint_options(options: Iterable[str], place: str) -> None:
    """Raise for an option of another package's routers; Flask rejects other unknown options."""
    for option in options:
        instead = BLUEPRINT_OPTIONS_OF_OTHERS.get(option)
        if instead is not None:
            raise DeclarationError(
                f"{option}= is not an option of a TypedBlueprint.",
                instead=f"Write {instead}.",
                where=(place,),
            )


def reject_callbacks(callbacks: Any) -> None:
    """Raise for callbacks that are not a mapping of functions by name and by URL."""
    if not (hold_objects(callbacks) and all(map(holds_functions, callbacks.values()))):
        raise DeclarationError(
            f"callbacks= is {show(callbacks)}.",
            instead='Write `callbacks={"shipped": {"{$request.body#/url}": function}}`.',
        )


def holds_functions(sent: Mapping[Any, Any]) -> bool:
    """Return whether all values of a mapping are functions."""
    return all(map(callable, sent.values()))


def split_options(
    options: dict[str, Any], tags: Iterable[str], rule: str, view: Any
) -> RouteDetails:
    """Take our options out of a route's options.

    :param tags: of a route without the option.
    :raises DeclarationError: for an option that cannot work.
    """
    with declared_in(f"view {locate(view)}" if callable(view) else None, f"route {rule!r}"):
        reject_other_options(options)
        reject_other_kinds(options)
        reject_other_policies(options)
        reject_text("tags", options.get("tags"))
        reject_misfit("tags=", options.get("tags", []), is_text_list, "Write a list of texts.")
        reject_callbacks(options.get("callbacks", {}))
        dependencies = read_dependencies(options.get("dependencies", ()))
    known = RouteDetails.__dataclass_fields__.keys() & RouteOptions.__annotations__
    ours: dict[str, Any] = {key: options.pop(key) for key in known if key in options}
    ours["unknown"] = UnknownPolicies(**{key: options.pop(key, None) for key in POLICY_OPTIONS})
    ours["exclusion"] = Exclusion(**{key: options.pop(key, None) for key in EXCLUDING_OPTIONS})
    ours["tags"] = tuple(ours.get("tags", tags))
    ours["dependencies"] = dependencies
    return RouteDetails(**ours)


def make_view(view: Any, endpoint: str | None, rule: str) -> Any:
    """Return the view function; a class-based view may be given as the class."""
    with declared_in(f"route {rule!r}"):
        reject_other_view(view)
    if isinstance(view, type) and issubclass(view, View):
        return view.as_view(endpoint or view.__name__)
    return view


class TypedSetupState(BlueprintSetupState):
    """Flask's setup state, which also adds typed rules."""

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any
    ) -> None:
        """Add a rule to the app; a typed one through the app's state."""
        details: RouteDetails | None = options.pop(DETAILS, None)
        add = super().add_url_rule
        if details is None or view_func is None:
            add(rule, endpoint, view_func, **options)
            return
        endpoint = endpoint or view_func.__name__
        full_name = f"{self.name_prefix}.{self.name}.{endpoint}".lstrip(".")
        for blueprint in reversed(self._blueprints()):
            details = blueprint.widen(details)
        get_state(self.app).add_route(  # type: ignore[arg-type]  # sansio.App is Flask here
            full_name, view_func, details, lambda view: add(rule, endpoint, view, **options)
        )

    def _blueprints(self) -> list[TypedBlueprint]:
        """Return the blueprint and those around it, outermost first."""
        names = list(accumulate(self.name_prefix.split("."), "{}.{}".format))
        parents = [self.app.blueprints[name] for name in names if name]
        return [b for b in (*parents, self.blueprint) if isinstance(b, TypedBlueprint)]


class TypedBlueprint(TypedRoutes, Blueprint):  # type: ignore[misc]  # our decorators name their options
    """A :class:`flask.Blueprint` whose routes are typed.

    Everything else works as in Flask's blueprints: nesting, prefixes, ``before_request``, error
    handlers.

    :param tags: of its routes in the document, instead of the blueprint's name.
    :param description: of its (first) tag, in CommonMark.
    :param dependencies: of all its typed routes, including those of nested blueprints.
    :param public: leave out the security dependencies of the app and of the blueprints around it.
    :param exclude_none: of its routes, those of nested blueprints too; see :meth:`route`.
    :param exclude_unset: likewise.
    :param exclude_defaults: likewise.
    """

    def __init__(
        self,
        name: str,
        import_name: str,
        *args: Any,
        tags: Sequence[str] | None = None,
        description: str | None = None,
        dependencies: Sequence[Depends] = (),
        public: bool = False,
        **options: Any,
    ) -> None:
        excluded = {option: options.pop(option, None) for option in EXCLUDING_OPTIONS}
        place = f"TypedBlueprint({name!r})"
        reject_blueprint_options(options, place)
        super().__init__(name, import_name, *args, **options)
        reject_text("tags", tags, place)
        self._exclusion = Exclusion(**excluded)
        reject_other_kinds({"public": public, **excluded}, place)
        self._tags = (name,) if tags is None else tuple(tags)
        if description is not None:
            reject_documentation({"description": description})
        self._description = description
        self._dependencies = read_dependencies(dependencies, place)
        self._public = public

    def widen(self, details: RouteDetails) -> RouteDetails:
        """Return the details of a route inside with the options of the blueprint."""
        own = without_security(self._dependencies) if details.public else self._dependencies
        public = details.public or self._public
        exclusion = fill_in(details.exclusion, self._exclusion)
        dependencies = (*own, *details.dependencies)
        return replace(details, dependencies=dependencies, public=public, exclusion=exclusion)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a URL rule for a typed view; see :meth:`route`."""
        details = split_options(options, self._tags, rule, view_func)
        view = make_view(view_func, endpoint, rule)
        options[DETAILS] = details
        Blueprint.add_url_rule(self, rule, endpoint, view, provide_automatic_options, **options)

    def make_setup_state(
        self, app: App, options: dict[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """Return the setup state that also adds typed rules."""
        if self._description and self._tags:
            get_state(app).describe_tag(self._tags[0], self._description)  # type: ignore[arg-type]  # sansio
        return TypedSetupState(self, app, options, first_registration)
