"""From a view to all that it needs: its providers in order, and the values of the request.

Registration time. Each provider is one node and each value of the request is one argument, however
many views and providers use it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import FunctionType, MappingProxyType
from typing import Any, get_args

from typing_extensions import is_protocol
from werkzeug.exceptions import HTTPException

from ..declare.background import BackgroundTasksFull
from ..declare.dependencies import Depends, Provider, Scope
from ..declare.markers import Location
from ..declare.overload import Overloaded
from ..exceptions import DeclarationError, declared_in
from ..schemas.constraints import has_hash
from ..schemas.frameworks import reject_framework_class
from ..schemas.hints import Hint, is_class, name_of
from ..schemas.metadata import MARKERS, class_of, is_marker_or_scheme, write_marker, write_name
from ..security.dependencies import Security, SecurityScopes, is_security
from ..security.requirements import combine_requirements
from ..security.schemes import Requirement, Scheme
from .arguments import Argument, Site, name_argument, read_arguments, same_name
from .callees import (
    Callee,
    find_routine,
    is_generator,
    open_alias_of_class,
    read_provider,
    reject_uncallable,
)
from .limits import reject_other_limit
from .operation import REQUEST, TASKS, Inputs, Operation, Step

#: The locations that a security dependency may not use: it runs before the body is read.
LATE: tuple[Location, ...] = ("form", "file", "body")

#: The replacement of each overridden provider.
Replacements = Mapping[Provider, Provider]


@dataclass(eq=False, slots=True)
class Node:
    """A view or a provider, with the providers that it needs.

    :param original: the provider in the annotation, which may be overridden.
    :param key: of the value that it makes.
    :param where: the places that lead to it, innermost first, without the view.
    :param needs: the node of the provider of each argument that a provider makes.
    :param is_early: whether it runs before the body is read.
    :param scopes: the scopes that it has to require; a dict, to keep their order.
    :param is_taken: whether an argument takes its value.
    :param may_be_function: whether such an argument may take a function.
    :param is_shared: whether all that need the provider share one value.
    """

    callee: Callee
    original: Provider
    key: str = ""
    where: tuple[str, ...] = ()
    arguments: list[Argument] = field(default_factory=list)
    needs: dict[str, Node] = field(default_factory=dict)
    is_early: bool = False
    scopes: dict[str, None] = field(default_factory=dict)
    is_taken: bool = False
    may_be_function: bool = False
    scope: Scope = "request"
    max_concurrency: int | None = None
    is_shared: bool = True

    def inputs(self, passed: Iterable[str] = ()) -> Inputs:
        """Return the arguments of its call.

        :param passed: variables of the URL rule that are passed on unchanged.
        """
        names = {argument.name for argument in self.arguments}
        keys = [(name, name) for name in sorted(passed) if name not in names]
        constants: dict[str, Any] = {}
        for argument in self.arguments:
            if argument.name in self.needs:
                keys.append((argument.name, self.needs[argument.name].key))
            elif argument.location is not None:
                keys.append((argument.name, argument.key))
            elif argument.is_request:
                keys.append((argument.name, REQUEST))
            elif argument.is_tasks:
                keys.append((argument.name, TASKS))
            else:
                constants[argument.name] = SecurityScopes(tuple(self.scopes))
        return Inputs(tuple(keys), constants)

    def step(self) -> Step:
        """Return the record of its call in a request."""
        provider = self.callee.function
        yields = is_generator(provider)
        refuses = not self.is_taken or (self.is_early and not self.may_be_function)
        name, inputs = self.callee.name, self.inputs()
        return Step(
            self.key,
            provider,
            self.original,
            name,
            inputs,
            yields,
            refuses,
            self.scope,
            self.replaced(),
            self.max_concurrency,
        )

    def replaced(self) -> frozenset[Provider]:
        """Return the overridden providers among itself and all that it needs."""
        own = {self.original} if self.callee.function is not self.original else ()
        return frozenset(own).union(*(needed.replaced() for needed in self.needs.values()))


class Tree:
    """A view and all providers that it needs.

    :param wide: dependencies of the route, its blueprints and its app, which run first.
    :param first: providers that run before those of the view, by the names under which the route
        takes their values.
    :param last: likewise, those that run after them.
    :raises DeclarationError: for a provider that needs itself, or an argument whose value cannot
        come from anywhere. The error names the chain that leads to it.
    """

    def __init__(
        self,
        callee: Callee,
        site: Site,
        wide: Iterable[Depends] = (),
        replacements: Replacements | None = None,
        last: Mapping[str, Depends] = MappingProxyType({}),
        first: Mapping[str, Depends] = MappingProxyType({}),
    ) -> None:
        self._site = site
        self._replacements = replacements or {}
        self._known: dict[Any, Node] = {}
        self._values: dict[tuple[Location, str], Argument] = {}
        self._keys = set(site.variables)
        self._path: list[Node] = []
        #: In the order in which they run: each provider after those that it needs.
        self.nodes: list[Node] = []
        self.view = Node(callee, callee.function)
        self.view.arguments = self._read(self.view)
        for marker in wide:
            self._solve(marker, find_provider(marker), self.view)
        #: The providers of the values that the route itself takes, by name.
        self.named = {name: self._solve_named(marker) for name, marker in first.items()}
        self._solve_arguments(self.view)
        self.named.update({name: self._solve_named(marker) for name, marker in last.items()})
        for node in reversed(self.nodes):
            for needed in node.needs.values():
                needed.scopes = {**node.scopes, **needed.scopes}
        for node in self.nodes:
            if node.is_early:
                reject_late(node)

    @property
    def arguments(self) -> list[Argument]:
        """The arguments that are read from the request, each once."""
        return list(self._values.values())

    @property
    def early_keys(self) -> frozenset[str]:
        """The keys of the values that are read before the body."""
        early = (node for node in self.nodes if node.is_early)
        return frozenset(a.key for node in early for a in node.arguments if a.location)

    def steps(self, *, early: bool) -> tuple[Step, ...]:
        """Return the providers that run before the body is read, or those that run after it."""
        return tuple(node.step() for node in self.nodes if node.is_early == early)

    def problems(self) -> tuple[type[HTTPException], ...]:
        """Return the errors that the view and its providers declare."""
        nodes = (self.view, *self.nodes)
        found = [problem for node in nodes for problem in node.callee.problems()]
        is_limited = any(node.max_concurrency is not None for node in nodes)
        has_tasks = any(argument.is_tasks for node in nodes for argument in node.arguments)
        own = ((Overloaded, is_limited), (BackgroundTasksFull, has_tasks))
        return tuple(dict.fromkeys((*found, *(problem for problem, applies in own if applies))))

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the alternative security requirements; empty if no scheme is used."""
        providers = ((node.callee.function, tuple(node.scopes)) for node in self.nodes)
        return combine_requirements((p, scopes) for p, scopes in providers if isinstance(p, Scheme))

    def _read(self, node: Node) -> list[Argument]:
        """Return the arguments of a view or provider, with the keys of their values."""
        found = read_arguments(node.callee, self._site)
        where = node.where
        return [self._place(a._replace(where=where) if where else a) for a in found]

    def _place(self, argument: Argument) -> Argument:
        """Give an argument the key of its value; two arguments with one name share one value."""
        if argument.location is None:
            return argument
        name = argument.wire_name
        place = argument.location, name.lower() if argument.location == "header" else name
        known = self._values.get(place)
        if known is None:
            self._values[place] = argument._replace(key=self._take_key(argument))
            return self._values[place]
        if known.where == argument.where:
            raise same_name(*place)
        if not is_alike(known, argument):
            other = known.where[0] if known.where else "the view"
            raise DeclarationError(
                f"{name!r} in the {argument.location} is declared differently in {other}.",
                instead="Declare it the same in both places, or give one of them an alias.",
            ).within(name_argument(argument.name))
        return argument._replace(key=known.key)

    def _take_key(self, argument: Argument) -> str:
        """Return a unique key for a value."""
        if argument.location == "path":
            return argument.wire_name
        is_free = argument.name not in self._keys
        key = argument.name if is_free else f"{argument.location}:{argument.wire_name}"
        self._keys.add(key)
        return key

    def _solve_arguments(self, node: Node) -> None:
        """Find the providers of a node's arguments."""
        for argument in node.arguments:
            if isinstance(argument.marker, Depends):
                with declared_in(name_argument(argument.name)):
                    provider = find_provider(argument.marker, argument)
                needed = self._solve(argument.marker, provider, node)
                needed.is_taken = True
                needed.may_be_function |= may_be_function(argument.hint)
                node.needs[argument.name] = needed

    def _solve(self, marker: Depends, original: Provider, asking: Node) -> Node:
        """Return the node of a provider; it is made at the first use."""
        provider = self._replace(original)
        identity = identify(provider)
        is_early = asking.is_early or is_security(marker, provider)
        node = self._known.get(identity) if marker.use_cache else None
        if node is None:
            node = self._make(marker, provider, original, asking)
            if marker.use_cache:
                self._known[identity] = node
        if is_early:
            make_early(node)
        reject_other_use(marker, node, asking)
        reject_scopes(marker, node)
        if isinstance(marker, Security):
            node.scopes.update(dict.fromkeys(marker.scopes))
        return node

    def _solve_named(self, marker: Depends) -> Node:
        """Return the node of a provider whose value the route takes."""
        node = self._solve(marker, find_provider(marker), self.view)
        node.is_taken = True
        return node

    def _make(self, marker: Depends, provider: Provider, original: Provider, asking: Node) -> Node:
        """Return a new node, which runs after the nodes that it needs."""
        callee = read_provider(provider)
        place = f"dependency {callee.name}"
        if any(identify(node.callee.function) == identify(provider) for node in self._path):
            raise DeclarationError(
                "The dependency needs itself.",
                instead="Remove one of the dependencies in the chain.",
                where=(place,),
            )
        node = Node(
            callee,
            original,
            where=(place, *asking.where),
            scope=marker.scope,
            max_concurrency=marker.max_concurrency,
            is_shared=marker.use_cache,
        )
        self._path.append(node)
        with declared_in(place):
            node.arguments = self._read(node)
            if node.scope == "app":
                reject_request_values(node)
            self._solve_arguments(node)
        self._path.pop()
        node.key = f"#{len(self.nodes)}"
        self.nodes.append(node)
        return node

    def _replace(self, provider: Provider) -> Provider:
        """Return the replacement of a provider; a replacement itself may need the original."""
        replacement = self._replacements.get(provider) if has_hash(provider) else None
        inside = any(node.callee.function is replacement for node in self._path)
        return provider if replacement is None or inside else replacement


def find_provider(marker: Depends, argument: Argument | None = None) -> Provider:
    """Return the provider that a marker names: by default the annotated class.

    :raises DeclarationError: if the marker names none, and the annotation is not a class.
    """
    reject_scope(marker)
    reject_concurrency(marker)
    if marker.provider is not None:
        reject_provider(marker, marker.provider)
        reject_framework_class(class_of(marker.provider))
        reject_uncalled(marker, argument)
        return marker.provider
    if argument is None or not is_class(open_alias_of_class(argument.hint.type)):
        raise DeclarationError(
            f"{type(marker).__name__}() names no provider, and the annotation is not a class.",
            instead="Write `Depends(provider)`.",
        )
    provider: Provider = argument.hint.type
    reject_provider(marker, provider)
    reject_framework_class(provider)
    return provider


def reject_uncalled(marker: Depends, argument: Argument | None) -> None:
    """Raise for ``Depends(Role)`` where ``Depends(Role("admin"))`` is meant: a class with a call.

    The class would make instances from values of the request, and nothing would call them.
    """
    provider: Any = marker.provider
    is_called = is_class(provider) and any("__call__" in vars(base) for base in provider.__mro__)
    annotated: Any = argument.hint.type if argument else None
    if is_called and not (is_class(annotated) and issubclass(provider, annotated)):
        written, name = type(marker).__name__, name_of(provider)
        raise DeclarationError(
            f"{written}({name}) names a class whose instances are callable, but makes an instance"
            " without calling it.",
            instead=f"Write `{written}({name}(…))`, or annotate the argument with {name}.",
        )


def reject_provider(marker: Depends, provider: Any) -> None:
    """Raise for a class whose instances are of no use to a view.

    The class of a scheme would make a scheme from values of the request, and check nothing.
    """
    made = find_routine(provider) if callable(provider) else None
    if not isinstance(made, type):
        return
    written, name = type(marker).__name__, name_of(made)
    if issubclass(made, Scheme):
        raise DeclarationError(
            f"{written}({name}) names a scheme's class: it would make a scheme and check nothing.",
            instead=f"Write `{written}({name}(…))`.",
        )
    if issubclass(made, (*MARKERS, HTTPException)):
        raise DeclarationError(
            f"{written}({name}) names a class that cannot be a provider.",
            instead="Name a function, or a class whose instances the view uses.",
        )
    if inspect.isabstract(made) or is_protocol(made):
        raise DeclarationError(
            f"{name} is abstract: it has no instances.",
            instead=f"Name a function that makes an instance: `{written}(provider)`.",
        )


def reject_scope(marker: Depends) -> None:
    """Raise for a scope that does not exist, or that the other options rule out."""
    name = type(marker).__name__
    if marker.scope not in get_args(Scope):
        raise DeclarationError(f"scope= is {marker.scope!r}.", instead='Write "request" or "app".')
    if marker.scope == "app" and not marker.use_cache:
        raise DeclarationError(
            "A value of scope app is opened once, but use_cache=False asks for a new one.",
            instead=f"Write `{name}(…)` without one of the two.",
        )
    if marker.scope == "app" and (isinstance(marker, Security) or is_scheme(marker.provider)):
        raise DeclarationError(
            "A security dependency checks each request, so it cannot be of scope app.",
            instead=f"Write `{name}(…)` without scope=, and let it depend on values of scope app.",
        )


def reject_concurrency(marker: Depends) -> None:
    """Raise for a limit of requests at once that cannot work."""
    if marker.max_concurrency is None:
        return
    reject_other_limit("max_concurrency", marker.max_concurrency)
    if marker.scope == "app":
        raise DeclarationError(
            "max_concurrency= limits the requests that use a provider at once, but a value of scope"
            " app is never closed between them.",
            instead="Write it on a provider of scope request that depends on this one.",
        )


def is_scheme(provider: Provider | None) -> bool:
    """Return whether a provider is a security scheme."""
    return isinstance(provider, Scheme)


def reject_other_use(marker: Depends, node: Node, asking: Node) -> None:
    """Raise for a provider that is used in two ways, or does not live as long as its user."""
    if node.max_concurrency != marker.max_concurrency:
        raise DeclarationError(
            f"{node.callee.name} is used with different limits:"
            f" max_concurrency={node.max_concurrency} and {marker.max_concurrency}.",
            instead="Write the same limit in both places: an alias keeps them alike.",
        )
    if node.scope != marker.scope:
        raise DeclarationError(
            f"{node.callee.name} is a dependency of scope app and of scope request.",
            instead='Write scope="app" in both places, or in none: an alias keeps them alike.',
        )
    if asking.scope == "app" and node.scope != "app":
        raise DeclarationError(
            f"{node.callee.name} makes a value for one request, but a dependency of scope app lives"
            " until the worker ends.",
            instead='Write `Depends(…, scope="app")` for it too, or leave scope= out of both.',
        )


def reject_request_values(node: Node) -> None:
    """Raise for an argument of a provider of scope app that needs a request."""
    for argument in node.arguments:
        if not isinstance(argument.marker, Depends):
            source = f"a value from the {argument.location}" if argument.location else "the request"
            raise DeclarationError(
                f"The argument is {source}, but a dependency of scope app serves all requests.",
                instead=(
                    "Read the configuration of current_app in it, pass the value with"
                    " functools.partial, or leave scope= out."
                ),
                where=(name_argument(argument.name),),
            )


def reject_scopes(marker: Depends, node: Node) -> None:
    """Raise for scopes that no provider checks and that the document would not contain."""
    if isinstance(marker, Security) and marker.scopes and not uses_scopes(node):
        scopes = ", ".join(map(repr, marker.scopes))
        raise DeclarationError(
            f"Security() requires the scopes {scopes}, but no provider checks them.",
            instead="Give the provider an argument of the type SecurityScopes, and check them.",
            where=(f"dependency {node.callee.name}",),
        )


def uses_scopes(node: Node) -> bool:
    """Return whether a provider, or one that it needs, checks scopes or publishes them."""
    if isinstance(node.callee.function, Scheme):
        return True
    asks = any(argument.hint.type is SecurityScopes for argument in node.arguments)
    return asks or any(map(uses_scopes, node.needs.values()))


def read_dependencies(dependencies: Any, *places: str) -> tuple[Depends, ...]:
    """Return the items of ``dependencies=``.

    :param places: of the option, for the message, innermost first.
    :raises DeclarationError: for an item that is not a valid ``Depends`` or ``Security``.
    """
    if not isinstance(dependencies, Iterable) or isinstance(dependencies, (str, Mapping)):
        raise DeclarationError(
            f"dependencies= is {write_name(dependencies)}, but has to be a list.",
            instead=f"Write `dependencies=[{write_dependency(dependencies)}]`.",
            where=places,
        )
    found = tuple(dependencies)
    for dependency in found:
        if not isinstance(dependency, Depends):
            raise DeclarationError(
                f"{write_name(dependency)} in dependencies= is not inside Depends().",
                instead=f"Write `dependencies=[{write_dependency(dependency)}]`.",
                where=places,
            )
        try:
            reject_uncallable(find_provider(dependency))
        except DeclarationError as error:
            raise DeclarationError(error.what, instead=error.instead, where=places) from error
    return found


def write_dependency(item: Any) -> str:
    """Return the code of the dependency that the user seems to mean."""
    if is_marker_or_scheme(item, (Depends, Scheme)):
        return write_marker(item)
    return f"Depends({write_name(item)})" if callable(item) else "Depends(provider)"


def make_early(node: Node) -> None:
    """Let a node, and all nodes that it needs, run before the body is read."""
    node.is_early = True
    for needed in node.needs.values():
        make_early(needed)


def reject_late(node: Node) -> None:
    """Raise for a location that a security dependency cannot use."""
    for argument in node.arguments:
        if argument.location in LATE:
            raise DeclarationError(
                f"A security dependency reads the {argument.location}, but it runs before the body"
                " is read.",
                instead="Read the path, the query, headers or cookies, or use Depends().",
                where=(name_argument(argument.name), *node.where),
            )


def may_be_function(hint: Hint) -> bool:
    """Return whether the values of a type may be functions."""
    kind = hint.type
    return not is_class(kind) or is_protocol(kind) or kind in (Any, *FunctionType.__mro__)


def is_alike(one: Argument, other: Argument) -> bool:
    """Return whether two declarations of one value are equal."""
    first, second = ((a.annotation, a.marker, a.required) for a in (one, other))
    return first == second and bool(one.required or one.default == other.default)


def uses(operation: Operation, replacements: Replacements) -> bool:
    """Return whether an operation uses a provider that is overridden."""
    originals = (step.original for step in operation.steps)
    return any(original in replacements for original in originals if has_hash(original))


def identify(provider: Provider) -> Any:
    """Return the identity of a provider: itself if it is hashable, else its ``id``."""
    return provider if has_hash(provider) else id(provider)
