"""From a view, a URL rule and a method to an :class:`Operation`.

Registration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from flask.views import View
from werkzeug.routing import Rule

from ..declare.dependencies import Depends
from ..declare.idempotency import Idempotency
from ..declare.overload import Overloaded
from ..declare.settings import PageHeaders, Settings
from ..exceptions import DeclarationError, declared_in
from ..libraries.werkzeug import find_converters
from ..schemas.excluding import find_factory
from ..schemas.factory import SchemaFactory
from ..schemas.hints import join_union
from ..security.dependencies import without_security
from ..security.requirements import reject_schemes
from ..security.schemes import Requirement
from .arguments import NOT_CONFIGURED, Argument, Site, find_unprovided, name_argument
from .callees import (
    Callee,
    is_async_generator,
    is_generator,
    read_provider,
    read_view,
    reject_object,
)
from .conditions import (
    NO_CONDITIONS,
    ConditionOptions,
    find_condition_problems,
    plan_conditions,
)
from .deadlines import NO_TIME_LIMIT, TimeLimit, Timeout
from .dependencies import Replacements, Tree
from .envelopes import NO_ENVELOPE, Envelope
from .flask_returns import is_flasks
from .freshness import complete_freshness
from .idempotency import (
    add_replayed_header,
    choose_idempotency,
    find_key_problems,
    find_key_providers,
    plan_idempotency,
)
from .limits import NO_LIMITS, RouteLimits, reject_limit_of_nothing
from .operation import Details, Operation, Phase, PlannedCall, Returned
from .options import NO_EXCLUSION, Exclusion, fill_in
from .page_headers import with_page_headers
from .published import reject_unpublishable
from .readers import make_payload, make_readers, reject_clashes
from .returns import make_outcomes, split_problems, takes_items
from .selections import choose_returned, find_chosen
from .unknown import NO_POLICIES, UnknownPolicies, find_query_names, tell_names


@dataclass(frozen=True, slots=True)
class RouteDetails:
    """The options of a route decorator besides those of Flask.

    :param status: of a plain return value; 200 by default, 204 for ``None``.
    :param dependencies: of the route, after those of the blueprints around it.
    :param public: whether the app's security dependencies are left out.
    :param callbacks: by name, and by the expression that is the URL: functions that are declared
        like views.
    :param returns: the return annotation, in place of the view's own.
    :param exclusion: the values that responses leave out.
    :param extra: more members of the Operation Object.
    :param unknown: its policies for unknown names.
    :param timeout: how long its requests may take; ``None`` leaves it to the app.
    :param limits: of its body, and of its requests at once.
    :param max_body: the limit of bodies of the blueprints around it.
    :param page_headers: the style of the headers of pages; ``"app"`` leaves it to the app.
    :param conditions: its conditional requests, and the freshness of its responses.
    :param envelope: of its responses; ``None`` leaves it to the app.
    :param idempotent: how its requests are made repeatable.
    :param fields: whether clients choose the fields of its responses.
    """

    status: int | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    description: str | None = None
    operation_id: str | None = None
    deprecated: bool = False
    hidden: bool = False
    dependencies: tuple[Depends, ...] = ()
    public: bool = False
    external_docs: Mapping[str, Any] | str | None = None
    callbacks: Mapping[str, Mapping[str, Callable[..., Any]]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    unknown: UnknownPolicies = NO_POLICIES
    returns: Any = inspect.Signature.empty
    exclusion: Exclusion = NO_EXCLUSION
    timeout: Timeout | None = None
    limits: RouteLimits = NO_LIMITS
    max_body: int | None = None
    page_headers: PageHeaders | Literal["app"] | None = "app"
    conditions: ConditionOptions = NO_CONDITIONS
    envelope: Envelope | None = None
    idempotent: Idempotency | None = None
    fields: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of an app with which its views are planned.

    :param dependencies: of every typed route of the app.
    :param replacements: of overridden providers.
    :param unknown: the policies for unknown names of routes that have none of their own.
    :param exclusion: the values that responses leave out.
    :param time_limit: of routes without one of their own.
    :param settings: of the app.
    :param envelope: of the responses of routes without one of their own.
    :param idempotency: what the routes whose requests are repeatable leave out.
    """

    factory: SchemaFactory
    dependencies: tuple[Depends, ...] = ()
    replacements: Replacements = field(default_factory=dict)
    unknown: UnknownPolicies = NO_POLICIES
    exclusion: Exclusion = NO_EXCLUSION
    time_limit: TimeLimit = NO_TIME_LIMIT
    settings: Settings = NOT_CONFIGURED
    envelope: Envelope = NO_ENVELOPE
    idempotency: Idempotency | None = None


def plan_operation(
    view: Callable[..., Any], rule: Rule, method: str, details: RouteDetails, plan: Plan
) -> Operation:
    """Return the operation of a view, from its signature and those of all providers that it needs.

    :param view: the function that Flask calls; for a class-based view, the one from ``as_view``.
    :raises DeclarationError: for anything that could not work in a request.
    """
    reject_object(view)
    callee = replace(read_view(view, method), returns=details.returns)
    counts = plan.factory.count_made()
    with declared_in(f"view {callee.name}"):
        try:
            return make_operation(callee, rule, method, details, plan)
        except DeclarationError:
            plan.factory.forget(counts)
            raise


def plan_call(function: Callable[..., Any], given: Iterable[str], plan: Plan) -> PlannedCall:
    """Return the plan of a function that is called without a request.

    :param given: the names of arguments that the caller passes.
    :raises DeclarationError: if an argument needs a request.
    """
    callee = read_provider(function, frozenset(given))
    with declared_in(f"call of {callee.name}"):
        callee = replace(callee, given=callee.given | find_unprovided(callee))
        tree = Tree(
            callee, Site(plan.factory, settings=plan.settings), replacements=plan.replacements
        )
        for node in (tree.view, *tree.nodes):
            for argument in node.arguments:
                reject_request(argument)
    steps = (*tree.steps(early=True), *tree.steps(early=False))
    return PlannedCall(callee.name, tree.view.inputs(), steps)


def plan_requirements(plan: Plan) -> tuple[Requirement, ...]:
    """Return the security requirements of the app, which hold for all routes.

    :raises DeclarationError: for a dependency of the app that cannot work on any route.
    """
    nothing = read_provider(lambda: None)
    with declared_in("Typed(dependencies=…)"):
        requirements = Tree(nothing, Site(plan.factory), plan.dependencies).requirements()
        reject_schemes(requirements)
    return requirements


def reject_request(argument: Argument) -> None:
    """Raise for an argument that needs a request."""
    needs_value = argument.location is not None and argument.required
    if needs_value or argument.is_request or argument.is_tasks:
        source = f"a value from the {argument.location}"
        if not needs_value:
            source = "the request" if argument.is_request else "the background tasks of a request"
        raise DeclarationError(
            f"The argument is {source}, but there is no request.",
            instead="Give it a default, pass it to call(), or override the provider.",
            where=(name_argument(argument.name), *argument.where),
        )


def make_operation(
    callee: Callee, rule: Rule, method: str, details: RouteDetails, plan: Plan
) -> Operation:
    """Return the record of a view on one rule for one method."""
    factory = plan.factory
    site = Site(factory, rule, method, plan.settings)
    wide = without_security(plan.dependencies) if details.public else plan.dependencies
    last = details.conditions.functions
    excluded = fill_in(details.exclusion, plan.exclusion).read()
    leaving = find_factory(factory, excluded)
    envelope = details.envelope or plan.envelope
    read = partial(read_return, callee.hints, details.status, envelope)
    chosen = find_chosen(read(leaving), envelope) if details.fields else None
    selecting = () if chosen is None else (chosen.dependency,)
    dependencies = (*wide, *details.dependencies, *selecting)
    idempotent = choose_idempotency(details.idempotent, plan.idempotency, rule, method)
    first = find_key_providers(idempotent)
    tree = Tree(callee, site, dependencies, plan.replacements, last, first)
    converters = find_converters(rule)
    ours = [a for a in tree.arguments if a.location != "path" or a.wire_name in converters]
    early = [argument for argument in ours if argument.key in tree.early_keys]
    late = [argument for argument in ours if argument.key not in tree.early_keys]
    policies = fill_in(details.unknown, plan.unknown)
    reading = factory.under(policies.unknown_keys or factory.unknown)
    security = Phase(make_readers(early, rule, reading), tree.steps(early=True))
    work = Phase(make_readers(late, rule, reading), tree.steps(early=False))
    readers = (*security.readers, *work.readers)
    reject_clashes(readers)
    requirements = tree.requirements()
    tell_names(readers, requirements)
    fixed = rule.arguments - {a.wire_name for a in ours if a.location == "path"}
    factory.check_examples()
    returned = choose_returned(read, leaving, chosen, envelope) if chosen else read(leaving)
    own = details.page_headers
    style = plan.settings.page_headers if own == "app" else own
    returned = with_page_headers(returned, style, factory)
    reject_generator(callee, returned)
    time_limit = plan.time_limit.narrow(details.timeout)
    limits = details.limits
    payload = make_payload(work.readers, policies)
    reject_limit_of_nothing(callee, limits, payload)
    if payload is not None:
        payload = replace(payload, max_length=limits.max_body or details.max_body)
    problems = (*tree.problems(), *returned.problems, *time_limit.problems)
    problems += () if limits.max_concurrency is None else (Overloaded,)
    outcomes = returned.outcomes
    conditions = plan_conditions(details.conditions, rule, method, tree, outcomes)
    repeatable = plan_idempotency(idempotent, tree, readers, outcomes)
    problems += (*find_condition_problems(conditions), *find_key_problems(repeatable))
    operation = Operation(
        name=callee.name,
        rule=rule,
        method=method,
        security=security,
        work=work,
        payload=payload,
        query_names=find_query_names(readers, requirements, policies),
        inputs=tree.view.inputs(accepted(callee, rule) & fixed),
        fixed=frozenset(fixed),
        outcomes=outcomes,
        problems=tuple(dict.fromkeys(problems)),
        requirements=requirements,
        details=make_details(callee, details),
        callbacks={
            name: {url: plan_sent(called, plan) for url, called in sent.items()}
            for name, sent in details.callbacks.items()
        },
        is_annotated=bool(callee.hints),
        time_limit=time_limit,
        max_concurrency=limits.max_concurrency,
        conditions=conditions,
        repeatable=repeatable,
    )
    operation = complete_freshness(operation, details.conditions, factory)
    operation = add_replayed_header(operation, factory)
    reject_unpublishable(operation)
    return operation


def plan_sent(function: Callable[..., Any], plan: Plan) -> Operation:
    """Return the operation of a function that describes a callback or a webhook.

    Its arguments describe the request that the server sends, and its return annotation describes
    the expected response.
    """
    alone = Plan(plan.factory)
    operation = plan_operation(function, Rule("/"), "POST", RouteDetails(), alone)
    name = operation.details.operation_id or function.__name__
    return replace(operation, details=replace(operation.details, operation_id=name))


def read_return(
    hints: Mapping[str, Any], status: int | None, envelope: Envelope, factory: SchemaFactory
) -> Returned:
    """Return the responses that a view's return annotation allows; none if Flask handles it."""
    if "return" not in hints:
        return Returned()
    with declared_in("the return annotation"):
        problems, others = split_problems(hints["return"], factory)
        if not others or is_flasks(join_union(others)):
            return Returned((), problems)
        return Returned(make_outcomes(others, status, factory, envelope), problems)


def reject_generator(callee: Callee, returned: Returned) -> None:
    """Raise for a view with ``yield`` whose values cannot become its response.

    Flask streams what a generator yields if the view has no annotation, and an array may be
    yielded item by item. A decorator may make anything of it.
    """
    function = callee.function
    if callee.is_decorated or not is_generator(function):
        return
    is_async = is_async_generator(function)
    if any(outcome.stream for outcome in returned.outcomes):
        return
    if is_async or (returned.outcomes and not any(map(takes_items, returned.outcomes))):
        raise DeclarationError(
            "The view has `yield`, so it returns "
            f"{'an async generator' if is_async else 'a generator'}, which is not a response.",
            instead=(
                "Annotate a stream, `Iterator[…]` or `EventStream[…]`; or return the value, a list"
                " of all items, or `flask.Response(…)` with a generator that is not the view."
            ),
        )


def accepted(callee: Callee, rule: Rule) -> frozenset[str]:
    """Return the URL variables that a view takes: all if it is decorated or has ``**kwargs``."""
    parameters = callee.signature.parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if open_ended or callee.is_decorated:
        return frozenset(rule.arguments)
    return frozenset(parameters)


def view_methods(view: Callable[..., Any], rule: Rule) -> tuple[str, ...]:
    """Return the methods of a rule that are operations, in a fixed order.

    GET also serves HEAD, and Flask serves OPTIONS, unless the view has methods for them. If a
    decorator such as flask-cors requires OPTIONS, the decorator answers it.
    """
    methods = set(rule.methods or ())
    view_class = getattr(view, "view_class", View)
    if "GET" in methods and not hasattr(view_class, "head"):
        methods.discard("HEAD")
    automatic = getattr(rule, "provide_automatic_options", False)  # Flask sets it
    if automatic or leaves_options(view):
        methods.discard("OPTIONS")
    order = ("GET", "QUERY", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
    return tuple(m for m in order if m in methods) + tuple(sorted(methods - set(order)))


def leaves_options(view: Callable[..., Any]) -> bool:
    """Return whether a decorator of a view answers OPTIONS instead of the view itself."""
    is_required = "OPTIONS" in getattr(view, "required_methods", ())
    return is_required and not hasattr(getattr(view, "view_class", View), "options")


def make_details(callee: Callee, details: RouteDetails) -> Details:
    """Return the texts and options for the document: of the route, else of the docstring."""
    docstring = callee.docstring
    return Details(
        summary=docstring.summary if details.summary is None else str(details.summary),
        description=docstring.rest if details.description is None else str(details.description),
        tags=details.tags,
        operation_id=details.operation_id,
        deprecated=details.deprecated or callee.is_deprecated,
        hidden=details.hidden,
        external_docs=details.external_docs,
        extra=details.extra,
    )
