"""From a view, a URL rule and a method to an :class:`Operation`.

Registration time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask.views import View
from werkzeug.routing import Rule

from ..declare.dependencies import Depends
from ..exceptions import DeclarationError, declared_in
from ..schemas.factory import SchemaFactory
from ..security.dependencies import without_security
from ..security.requirements import reject_schemes
from ..security.schemes import Requirement
from .arguments import Argument, Site, name_argument
from .callees import Callee, read_provider, read_view, reject_object
from .dependencies import Replacements, Tree
from .flask_returns import is_flasks
from .operation import Call, Details, Operation, Outcome, Phase
from .paths import find_converters
from .published import reject_unpublishable
from .readers import make_payload, make_readers, reject_clashes
from .returns import make_outcomes


@dataclass(frozen=True, slots=True)
class RouteDetails:
    """What a route decorator says besides what Flask takes.

    :param status: of a plain returned value; 200, or 204 for ``None``, by default.
    :param dependencies: of the route, and of the blueprints around it, which come first.
    :param public: whether the app's security dependencies are dropped.
    :param callbacks: by name, and by the expression that is the URL: functions that are declared
        as views are.
    :param extra: what else the Operation Object says.
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an app when its views are planned.

    :param dependencies: of every typed route of the app.
    :param replacements: the providers that stand in for others.
    """

    factory: SchemaFactory
    dependencies: tuple[Depends, ...] = ()
    replacements: Replacements = field(default_factory=dict)


def plan_operation(
    view: Callable[..., Any], rule: Rule, method: str, said: RouteDetails, plan: Plan
) -> Operation:
    """Read a view, and all providers that it needs, once.

    :param view: the function as Flask calls it; for class-based views, what ``as_view`` made.
    :raises DeclarationError: for anything that could not work in a request.
    """
    reject_object(view)
    callee = read_view(view, method)
    counts = plan.factory.count_made()
    with declared_in(f"view {callee.name}"):
        try:
            return make_operation(callee, rule, method, said, plan)
        except DeclarationError:
            plan.factory.forget(counts)
            raise


def plan_call(function: Callable[..., Any], given: Iterable[str], plan: Plan) -> Call:
    """Read a function that is called outside of requests.

    :param given: the names of arguments that the caller gives.
    :raises DeclarationError: if something is needed that only a request has.
    """
    callee = read_provider(function, frozenset(given))
    with declared_in(f"call of {callee.name}"):
        tree = Tree(callee, Site(plan.factory), replacements=plan.replacements)
        for node in (tree.view, *tree.nodes):
            for argument in node.arguments:
                reject_request(argument)
    steps = (*tree.steps(early=True), *tree.steps(early=False))
    return Call(callee.name, tree.view.inputs(), steps)


def plan_requirements(plan: Plan) -> tuple[Requirement, ...]:
    """Return what the app asks of a client before any route does.

    :raises DeclarationError: for a dependency of the app that cannot work on any route.
    """
    nothing = read_provider(lambda: None)
    with declared_in("Typed(dependencies=…)"):
        requirements = Tree(nothing, Site(plan.factory), plan.dependencies).requirements()
        reject_schemes(requirements)
    return requirements


def reject_request(argument: Argument) -> None:
    """Raise for an argument that only a request can give."""
    wants_value = argument.location is not None and argument.required
    wants_request = argument.location is None and argument.is_request
    if wants_value or wants_request:
        what = "the request" if wants_request else f"a value from the {argument.location}"
        raise DeclarationError(
            f"The argument is {what}, and there is no request.",
            instead="Give it a default, give it to call(), or override the provider.",
            where=(name_argument(argument.name), *argument.where),
        )


def make_operation(
    callee: Callee, rule: Rule, method: str, said: RouteDetails, plan: Plan
) -> Operation:
    """Return the record of a view on one rule for one method."""
    factory = plan.factory
    site = Site(factory, rule, method)
    wide = without_security(plan.dependencies) if said.public else plan.dependencies
    tree = Tree(callee, site, (*wide, *said.dependencies), plan.replacements)
    converters = find_converters(rule)
    ours = [a for a in tree.arguments if a.location != "path" or a.wire_name in converters]
    early = [argument for argument in ours if argument.key in tree.early_keys]
    late = [argument for argument in ours if argument.key not in tree.early_keys]
    security = Phase(make_readers(early, rule, factory), tree.steps(early=True))
    work = Phase(make_readers(late, rule, factory), tree.steps(early=False))
    reject_clashes((*security.readers, *work.readers))
    fixed = rule.arguments - {a.wire_name for a in ours if a.location == "path"}
    factory.check_examples()
    operation = Operation(
        name=callee.name,
        rule=rule,
        method=method,
        security=security,
        work=work,
        payload=make_payload(work.readers),
        inputs=tree.view.inputs(accepted(callee, rule) & fixed),
        fixed=frozenset(fixed),
        outcomes=read_return(callee.hints, said.status, factory),
        problems=tree.problems(),
        requirements=tree.requirements(),
        details=make_details(callee, said),
        callbacks={
            name: {url: plan_sent(called, plan) for url, called in sent.items()}
            for name, sent in said.callbacks.items()
        },
    )
    reject_unpublishable(operation)
    return operation


def plan_sent(function: Callable[..., Any], plan: Plan) -> Operation:
    """Read a function that stands for a request that the server sends: a callback, a webhook.

    What it takes is what is sent, and what it returns is what is expected.
    """
    alone = Plan(plan.factory)
    operation = plan_operation(function, Rule("/"), "POST", RouteDetails(), alone)
    name = operation.details.operation_id or function.__name__
    return replace(operation, details=replace(operation.details, operation_id=name))


def read_return(
    hints: Mapping[str, Any], status: int | None, factory: SchemaFactory
) -> tuple[Outcome, ...]:
    """Return the answers that a view's return annotation allows; none if that is up to Flask."""
    if "return" not in hints:
        return ()
    with declared_in("the return annotation"):
        if is_flasks(hints["return"]):
            return ()
        return make_outcomes(hints["return"], status, factory)


def accepted(callee: Callee, rule: Rule) -> frozenset[str]:
    """Return the names that a view takes; a decorated one, or one with ``**kwargs``, takes all."""
    parameters = callee.signature.parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if open_ended or callee.is_decorated:
        return frozenset(rule.arguments)
    return frozenset(parameters)


def view_methods(view: Callable[..., Any], rule: Rule) -> tuple[str, ...]:
    """Return the methods of a rule that are operations, in a fixed order.

    HEAD is served by GET, and OPTIONS by Flask, unless the view has its own. A decorator that asks
    for OPTIONS, as flask-cors does, answers it.
    """
    methods = set(rule.methods or ())
    view_class = getattr(view, "view_class", View)
    if "GET" in methods and not hasattr(view_class, "head"):
        methods.discard("HEAD")
    automatic = getattr(rule, "provide_automatic_options", False)  # Flask sets it
    if automatic or leaves_options(view):
        methods.discard("OPTIONS")
    order = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
    return tuple(m for m in order if m in methods) + tuple(sorted(methods - set(order)))


def leaves_options(view: Callable[..., Any]) -> bool:
    """Return whether a decorator of a view answers OPTIONS, which the view itself does not."""
    asked = "OPTIONS" in getattr(view, "required_methods", ())
    return asked and not hasattr(getattr(view, "view_class", View), "options")


def make_details(callee: Callee, said: RouteDetails) -> Details:
    """Return what the document says in words: the route's own, else the docstring's."""
    docstring = callee.docstring
    return Details(
        summary=docstring.summary if said.summary is None else str(said.summary),
        description=docstring.rest if said.description is None else str(said.description),
        tags=said.tags,
        operation_id=said.operation_id,
        deprecated=said.deprecated or callee.is_deprecated,
        hidden=said.hidden,
        external_docs=said.external_docs,
        extra=said.extra,
    )
