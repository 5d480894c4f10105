"""From a resolver of GraphQL to its plan: the arguments of its field, and the providers it needs.

Registration time. An argument without a marker is one of the field's. Everything else comes from
where a view would get it, and is not in the GraphQL schema.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.routing import Rule

from ..declare.dependencies import Depends, Provider
from ..declare.markers import Location, Marker
from ..exceptions import DeclarationError, declared_in
from ..schemas.hints import Hint, read_hint
from .arguments import NO_DEFAULT, Argument, Site, find_marker, is_injected, name_argument
from .callees import Callee, read_provider
from .dependencies import Node, Tree, identify, uses_scopes
from .operation import Inputs, Reader, Step, takes_tasks
from .planning import Plan
from .provided import brings_provider, make_own_marker
from .readers import make_readers

#: The locations that a resolver cannot use: the body has the GraphQL request.
IN_BODY: tuple[Location, ...] = ("form", "file", "body")


@dataclass(frozen=True, slots=True)
class FieldArgument:
    """An argument of a field of the GraphQL schema.

    :param annotation: without the markers of flask_typed.
    :param default: ``inspect.Parameter.empty`` if it is required.
    :param description: from the docstring of the resolver, or the marker.
    """

    name: str
    annotation: Any
    default: Any = NO_DEFAULT
    description: str | None = None

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is NO_DEFAULT


@dataclass(frozen=True, slots=True)
class ComposedArgument:
    """An argument of a resolver that a class makes of several arguments of the field.

    Such a class brings its provider: ``paging: Paging`` takes ``limit`` and ``offset``.
    """

    name: str
    provider: Provider
    arguments: tuple[FieldArgument, ...]


@dataclass(frozen=True, slots=True)
class ResolverStep:
    """A provider that a resolver needs.

    :param shared: the identity of its value among all resolvers of a request; ``None`` if each
        call makes its own.
    """

    step: Step
    shared: Any


@dataclass(frozen=True, slots=True)
class ResolverPlan:
    """What one resolver needs in a request.

    :param name: of the resolver in messages: function, file and line.
    :param arguments: of the field.
    :param composed: arguments that are made of several of the field's.
    :param inputs: the arguments that providers and the request give.
    :param early: read the values that security dependencies need.
    :param late: read the values that all other providers need.
    :param guards: security dependencies, and all that these need.
    :param providers: all others.
    :param summary: the first line of the docstring.
    :param returns: the return annotation; ``inspect.Signature.empty`` without one.
    """

    name: str
    arguments: tuple[FieldArgument, ...]
    composed: tuple[ComposedArgument, ...]
    inputs: Inputs
    early: tuple[Reader, ...]
    late: tuple[Reader, ...]
    guards: tuple[ResolverStep, ...]
    providers: tuple[ResolverStep, ...]
    summary: str | None
    returns: Any

    @property
    def is_plain(self) -> bool:
        """Whether it needs nothing of the request."""
        return not (self.inputs.keys or self.inputs.constants or self.guards or self.providers)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The providers, in order."""
        return tuple(one.step for one in (*self.guards, *self.providers))

    @property
    def has_tasks(self) -> bool:
        """Whether the resolver or a provider may add background tasks."""
        return any(map(takes_tasks, (self.inputs, *(step.inputs for step in self.steps))))


def plan_resolver(
    function: Callable[..., Any], given: Iterable[str], rule: Rule, plan: Plan
) -> ResolverPlan:
    """Return the plan of a resolver.

    :param given: the names of arguments that GraphQL itself passes, such as the parent object.
    :param rule: of the endpoint.
    :raises DeclarationError: for anything that could not work in a request.
    """
    callee = read_provider(function, frozenset(given))
    with declared_in(f"resolver {callee.name}"):
        site = Site(plan.factory, rule, "POST", plan.settings)
        own = [*read_field_arguments(callee, site)]
        composed = tuple(one for one in own if isinstance(one, ComposedArgument))
        arguments = tuple(one for one in own if isinstance(one, FieldArgument))
        taken = frozenset(one.name for one in own)
        tree = Tree(replace(callee, given=callee.given | taken), site, (), plan.replacements)
        for node in (tree.view, *tree.nodes):
            reject_locations(node)
        early = [a for a in tree.arguments if a.key in tree.early_keys]
        late = [a for a in tree.arguments if a.key not in tree.early_keys]
        reading = plan.factory.under(plan.factory.unknown)
        steps = [(node, ResolverStep(node.step(), find_identity(node))) for node in tree.nodes]
        return ResolverPlan(
            callee.name,
            arguments,
            composed,
            tree.view.inputs(),
            make_readers(early, rule, reading),
            make_readers(late, rule, reading),
            tuple(step for node, step in steps if node.is_early),
            tuple(step for node, step in steps if not node.is_early),
            callee.docstring.summary or None,
            callee.hints.get("return", inspect.Signature.empty),
        )


def read_field_arguments(callee: Callee, site: Site) -> Iterable[FieldArgument | ComposedArgument]:
    """Yield the arguments of a resolver that are the field's, in order."""
    hints = callee.hints
    for parameter in callee.parameters():
        with declared_in(name_argument(parameter.name)):
            found = read_own_argument(parameter, hints, callee, site)
        if found is not None:
            yield found


def read_own_argument(
    parameter: inspect.Parameter, hints: Mapping[str, Any], callee: Callee, site: Site
) -> FieldArgument | ComposedArgument | None:
    """Return an argument that is the field's; ``None`` for one that comes from elsewhere."""
    if parameter.name not in hints:
        raise DeclarationError(
            "The argument has no annotation.",
            instead="Annotate it: the annotation is its type in the GraphQL schema.",
        )
    annotation = hints[parameter.name]
    hint = read_hint(annotation)
    if brings_provider(hint):
        return compose(parameter, hint, site)
    if find_marker(hint) is not None or is_injected(hint):
        return None
    description = callee.docstring.fields.get(parameter.name)
    return FieldArgument(parameter.name, annotation, parameter.default, description)


def compose(parameter: inspect.Parameter, hint: Hint, site: Site) -> ComposedArgument:
    """Return the argument of a class that brings its provider, which reads the query."""
    marker: Depends = make_own_marker(parameter, hint, site.factory, site.settings)
    callee = read_provider(marker.provider)  # type: ignore[arg-type]  # the class has made one
    found = [read_field_argument(one, callee.hints) for one in callee.parameters()]
    return ComposedArgument(parameter.name, callee.function, tuple(found))


def read_field_argument(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> FieldArgument:
    """Return an argument of a field for a query parameter."""
    annotation = hints[parameter.name]
    markers = read_hint(annotation).find(Marker)
    description = next((one.description for one in markers if one.description), None)
    return FieldArgument(parameter.name, annotation, parameter.default, description)


def find_identity(node: Node) -> Any:
    """Return the identity of a provider's value among all resolvers of a request.

    Resolvers with other scopes share what does not check them, such as a session.
    """
    scopes = tuple(node.scopes) if uses_scopes(node) else ()
    return (identify(node.callee.function), scopes) if node.is_shared else None


def reject_locations(node: Node) -> None:
    """Raise for a value of the body or of the path, which a resolver cannot have."""
    for argument in node.arguments:
        if argument.location in IN_BODY:
            raise explain_body(argument, node)


def explain_body(argument: Argument, node: Node) -> DeclarationError:
    """Return the error for an argument that would be in the body."""
    return DeclarationError(
        f"The argument is a value of the {argument.location}, but the body of the request is the"
        " GraphQL request.",
        instead=(
            "Leave the marker out, so that it is an argument of the field; or take it from the"
            " query, a header or a cookie."
        ),
        where=(name_argument(argument.name), *node.where),
    )
