"""TypedBlueprint, and the route decorators that it shares with Typed.

Declaration time: decorators record views. Registration time: the blueprint's setup state passes
them to the app's :class:`~flask_typed.state.TypedState`. The first blueprint, and the first route,
import what registration needs; to import this module needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint
from flask.sansio.app import App
from flask.sansio.blueprints import BlueprintSetupState
from typing_extensions import Unpack

from .declare.dependencies import Depends
from .declare.options import RouteOptions

if TYPE_CHECKING:
    from .plan.planning import RouteDetails
    from .state import TypedState

V = TypeVar("V", bound=Callable[..., Any])

#: The option that carries the details of a typed route through Flask's own code.
DETAILS = "_typed_details"


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
        :param timeout: how long a request may take, in seconds; ``None`` for no limit. The default
            is that of the blueprint, or the app's ``TYPED_TIMEOUT``.
        :param max_body: how many bytes a body may have; the default is that of the blueprint, or
            Flask's ``MAX_CONTENT_LENGTH``.
        :param max_concurrency: how many requests of one worker process may be in progress at once;
            a request beyond them is answered with 503.
        :param etag: the version of the resource, for conditional requests: ``True`` for a hash of
            the response, the name of an attribute of the returned value, or a function, which runs
            before the view and is declared like a provider.
        :param last_modified: the time of its last change: an attribute or a function, likewise.
        :param require_match: reject changes without ``If-Match`` with 428.
        :param cache: for how long, and by whom, successful responses may be reused: a
            :class:`Cache`, or the directives of ``Cache-Control``.
        :param envelope: a generic class around the JSON bodies of responses; ``None`` for none. The
            default is that of the blueprint, or of ``Typed``.
        :param idempotent: answer a repeated POST or PATCH with the first response, by the header
            ``Idempotency-Key``: ``True``, or an :class:`Idempotency`.
        :param fields: let clients choose the fields of the objects in the response, by the query
            parameter ``fields``.
        """

        if callable(rule):
            from .options import reject_bare_decorator  # noqa: PLC0415  # see the module's docstring

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

    def query(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["QUERY"]``: a safe request with a body."""
        return self._method_route("QUERY", rule, options)

    def patch(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["PATCH"]``."""
        return self._method_route("PATCH", rule, options)

    def delete(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Shortcut for :meth:`route` with ``methods=["DELETE"]``."""
        return self._method_route("DELETE", rule, options)


def open_state(app: App) -> TypedState:
    """Return the state of an app."""
    from .state import get_state  # noqa: PLC0415  # see the module's docstring

    return get_state(app)  # type: ignore[arg-type]  # sansio.App is Flask here


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
            details = blueprint.route_options.widen(details)
        open_state(self.app).add_route(
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
    :param timeout: likewise.
    :param max_body: likewise.
    :param cache: likewise, for GET and HEAD.
    :param envelope: likewise.
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
        from .options import read_blueprint_options  # noqa: PLC0415  # see the module's docstring

        own = {"tags": tags, "description": description, "dependencies": dependencies}
        self.route_options = read_blueprint_options(name, {**own, "public": public}, options)
        super().__init__(name, import_name, *args, **options)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a URL rule for a typed view; see :meth:`route`."""
        from .options import make_view, split_options  # noqa: PLC0415  # see the module's docstring

        details = split_options(options, self.route_options.tags, rule, view_func)
        view = make_view(view_func, endpoint, rule)
        options[DETAILS] = details
        Blueprint.add_url_rule(self, rule, endpoint, view, provide_automatic_options, **options)

    def make_setup_state(
        self, app: App, options: dict[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """Return the setup state that also adds typed rules."""
        tags, description = self.route_options.tags, self.route_options.description
        if description and tags:
            open_state(app).describe_tag(tags[0], description)
        return TypedSetupState(self, app, options, first_registration)
