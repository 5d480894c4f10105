"""Reads the options of routes and blueprints.

Declaration time; imported by the first route or blueprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, get_args

from flask.views import View

from .declare.caching import Cache, read_cache
from .declare.dependencies import Depends
from .declare.idempotency import read_idempotency
from .declare.objects import (
    hold_objects,
    is_text_list,
    reject_documentation,
    reject_misfit,
    reject_text,
)
from .declare.options import RouteOptions
from .declare.settings import PageHeaders, UnknownKeys
from .exceptions import DeclarationError, declared_in
from .plan.callees import locate, reject_other_view
from .plan.conditions import read_conditions
from .plan.deadlines import Timeout, read_timeout
from .plan.dependencies import read_dependencies
from .plan.envelopes import Envelope, read_envelope
from .plan.limits import BLUEPRINT_LIMITS, RouteLimits, read_limits
from .plan.options import Exclusion, fill_in
from .plan.planning import RouteDetails
from .plan.unknown import UnknownPolicies
from .security.dependencies import without_security
from .wire.jsonvalues import show

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
    "require_match": bool,
    "hidden": bool,
    "deprecated": bool,
    "fields": bool,
    **dict.fromkeys(EXCLUDING_OPTIONS, bool),
    "status": int,
}


#: The options with a policy for unknown names.
POLICY_OPTIONS = tuple(field.name for field in fields(UnknownPolicies))


def reject_bare_decorator(rule: Any) -> None:
    """Raise for a view in place of the URL rule: ``@typed.get`` without parentheses."""
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


def reject_page_headers(options: Mapping[str, Any]) -> None:
    """Raise for a style of headers that does not exist."""
    style = options.get("page_headers")
    if style is not None and style not in get_args(PageHeaders):
        raise DeclarationError(
            f"page_headers= is {style!r}.", instead='Write "link", "x-pagination" or None.'
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
        reject_page_headers(options)
        reject_text("tags", options.get("tags"))
        reject_misfit("tags=", options.get("tags", []), is_text_list, "Write a list of texts.")
        reject_callbacks(options.get("callbacks", {}))
        dependencies = read_dependencies(options.get("dependencies", ()))
        timeout = read_timeout(options)
        limits = read_limits(options)
        conditions = read_conditions(options)
        envelope = read_envelope(options)
        idempotent = read_idempotency(options.pop("idempotent", None), "idempotent")
    known = RouteDetails.__dataclass_fields__.keys() & RouteOptions.__annotations__
    ours: dict[str, Any] = {key: options.pop(key) for key in known if key in options}
    ours["unknown"] = UnknownPolicies(**{key: options.pop(key, None) for key in POLICY_OPTIONS})
    ours["exclusion"] = Exclusion(**{key: options.pop(key, None) for key in EXCLUDING_OPTIONS})
    ours["tags"] = tuple(ours.get("tags", tags))
    ours["dependencies"] = dependencies
    ours["timeout"] = timeout
    ours["limits"] = limits
    ours["conditions"] = conditions
    ours["envelope"] = envelope
    ours["idempotent"] = idempotent
    return RouteDetails(**ours)


def make_view(view: Any, endpoint: str | None, rule: str) -> Any:
    """Return the view function; a class-based view may be given as the class."""
    with declared_in(f"route {rule!r}"):
        reject_other_view(view)
    if isinstance(view, type) and issubclass(view, View):
        return view.as_view(endpoint or view.__name__)
    return view


@dataclass(frozen=True, slots=True)
class BlueprintOptions:
    """What a blueprint says of the routes inside.

    :param tags: of its own routes.
    :param description: of the first tag.
    """

    tags: tuple[str, ...]
    description: str | None
    dependencies: tuple[Depends, ...]
    public: bool
    exclusion: Exclusion
    timeout: Timeout | None
    limits: RouteLimits
    cache: Cache | None
    envelope: Envelope | None

    def widen(self, details: RouteDetails) -> RouteDetails:
        """Return the details of a route inside with the options of the blueprint."""
        own = without_security(self.dependencies) if details.public else self.dependencies
        return replace(
            details,
            dependencies=(*own, *details.dependencies),
            public=details.public or self.public,
            exclusion=fill_in(details.exclusion, self.exclusion),
            timeout=details.timeout or self.timeout,
            max_body=details.max_body or self.limits.max_body,
            conditions=details.conditions.within(self.cache),
            envelope=details.envelope or self.envelope,
        )


def read_blueprint_options(
    name: str, own: Mapping[str, Any], options: dict[str, Any]
) -> BlueprintOptions:
    """Return the options of a blueprint.

    :param own: the arguments that only a TypedBlueprint has.
    :param options: the others. The limits, and the options that leave values out, are taken out of
        them.
    :raises DeclarationError: for an option that cannot work.
    """
    excluded = {option: options.pop(option, None) for option in EXCLUDING_OPTIONS}
    place = f"TypedBlueprint({name!r})"
    tags, description = own["tags"], own["description"]
    timeout = read_timeout(options, place)
    limits = read_limits(options, place, names=BLUEPRINT_LIMITS)
    cache = read_cache(options.pop("cache", None), place)
    envelope = read_envelope(options, place)
    reject_blueprint_options(options, place)
    reject_text("tags", tags, place)
    reject_other_kinds({"public": own["public"], **excluded}, place)
    if description is not None:
        reject_documentation({"description": description})
    return BlueprintOptions(
        (name,) if tags is None else tuple(tags),
        description,
        read_dependencies(own["dependencies"], place),
        own["public"],
        Exclusion(**excluded),
        timeout,
        limits,
        cache,
        envelope,
    )
