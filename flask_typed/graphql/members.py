"""The fields of a schema: resolvers with providers, and models of the app as their types.

Setup time. Strawberry's own fields are copied, never changed: a class may be in several schemas.
"""

from __future__ import annotations

import copy
import inspect
from collections import abc
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from operator import attrgetter
from typing import Annotated, Any, get_args, get_origin

import strawberry
from marshmallow import missing
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument, StrawberryArgumentAnnotation
from strawberry.types.base import StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver
from werkzeug.routing import Rule

from ..exceptions import DeclarationError, declared_in
from ..plan.callees import is_async_generator
from ..plan.resolvers import FieldArgument, ResolverPlan, plan_resolver
from ..routes.overriding import find_replacements
from ..routes.serving import Serving
from .arguments import Loading
from .attributes import ModelAttribute, make_converting_reader
from .direct import Passed, make_direct
from .resolving import FindPhases, Phases, Resolver
from .shown import ValueConversion
from .types import GraphTypes, Input

#: The return annotations of generators.
EVENT_ITERATORS = (
    abc.Iterator,
    abc.Iterable,
    abc.Generator,
    abc.AsyncIterator,
    abc.AsyncIterable,
    abc.AsyncGenerator,
)


class GivenResolver(StrawberryResolver[Any]):
    """A resolver whose arguments and return annotation flask_typed reads.

    :param parent: the name of the argument that gets the parent object.
    """

    def __init__(self, function: Any, parent: str | None = None) -> None:
        super().__init__(function)
        self._parent = parent

    @cached_property
    def arguments(self) -> list[StrawberryArgument]:
        """Nothing: the field has its arguments."""
        return []

    @cached_property
    def parent_parameter(self) -> inspect.Parameter | None:
        """The argument that gets the parent object."""
        if self._parent is not None:
            return self.signature.parameters[self._parent]
        return super().parent_parameter

    @property
    def type(self) -> Any:
        """Nothing: the field has its type."""
        return None

    @cached_property
    def type_annotation(self) -> StrawberryAnnotation | None:
        """Any type, if there is a return annotation: Strawberry does not know those of models."""
        returns = self.signature.return_annotation
        is_missing = returns is inspect.Signature.empty
        return None if is_missing else StrawberryAnnotation(object)

    @property
    def passed(self) -> Passed:
        """What GraphQL itself passes."""
        parent, info = self.parent_parameter or self.root_parameter, self.info_parameter
        names = [one.name if one else None for one in (parent, info)]
        return Passed(self.self_parameter is not None, *names)

    @property
    def given(self) -> list[str]:
        """The names of the arguments that GraphQL itself passes."""
        reserved = [one.name for one in self.reserved_parameters.values() if one]
        return reserved if self._parent is None else [*reserved, self._parent]


class MemberMaker:
    """Makes the fields of one schema.

    :param rule: of the endpoint.
    :param config: names arguments.
    :param additions: functions that are fields of models.
    :ivar direct: the resolvers that graphql-core may call itself, by the identity of the field.
    :ivar event_conversions: what converts the events of subscriptions, by name.
    :ivar plans: of all resolvers, in the order in which they were made.
    """

    def __init__(
        self,
        types: GraphTypes,
        serving: Serving,
        rule: Rule,
        config: StrawberryConfig,
        additions: Mapping[type, Iterable[Callable[..., Any]]],
    ) -> None:
        self.types = types
        self._serving = serving
        self._rule = rule
        self._config = config
        self._additions = additions
        self._known: dict[int, tuple[StrawberryObjectDefinition, list[StrawberryField]]] = {}
        self._extended: set[type] = set()
        self.plans: list[ResolverPlan] = []
        self.direct: dict[int, Callable[..., Any]] = {}
        self.event_conversions: dict[str, ValueConversion] = {}

    def find_fields(self, definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Return the fields of a type; they are made once."""
        known = self._known.get(id(definition))
        if known is None:
            made = [*self._make_fields(definition)]
            with declared_in(f"the type {definition.name}"):
                self._reject_same_names("fields", made, self._config.name_converter.from_field)
            known = self._known[id(definition)] = definition, made
        return known[1]

    def reject_unused(self) -> None:
        """Raise for functions that add fields to a class that is no type of results.

        :raises DeclarationError: with the class.
        """
        for model in self._additions:
            if model not in self._extended:
                raise DeclarationError(
                    f"resolvers= adds fields to {model!r}, but no field returns it.",
                    instead="Name a model that a resolver returns, or leave it out.",
                )

    def _reject_same_names(
        self, kind: str, named: Iterable[Any], find_name: Callable[[Any], str]
    ) -> None:
        """Raise for two fields or arguments that have the same name in GraphQL.

        :raises DeclarationError: with the names in Python.
        """
        names: dict[str, str] = {}
        for one in named:
            name = find_name(one)
            if name in names:
                raise DeclarationError(
                    f"The {kind} {names[name]!r} and {one.python_name!r} have the same name in"
                    f" GraphQL: {name!r}.",
                    instead="Rename one of them.",
                )
            names[name] = one.python_name

    def _make_fields(self, definition: StrawberryObjectDefinition) -> Iterable[StrawberryField]:
        """Yield the fields of a type."""
        model = self.types.find_model(definition)
        additions = [*self._make_additions(model)]
        added = {one.python_name for one in additions}
        for field in definition.fields:
            if definition.is_input:
                yield field
            elif isinstance(field, ModelAttribute):
                if field.model_name not in added:
                    yield field
            else:
                with declared_in(f"{definition.name}.{field.python_name}"):
                    yield self._copy(field)
        yield from additions

    def _copy(self, field: StrawberryField) -> StrawberryField:
        """Return the field of a class of Strawberry for this schema."""
        made = copy.copy(field)
        resolver = field.base_resolver
        if resolver is None:
            annotation: Any = field.type_annotation
            shown = self.types.make_output(annotation.evaluate())
            made.type_annotation = StrawberryAnnotation(shown.type, namespace=annotation.namespace)
            if shown.convert is not None:
                read = make_converting_reader(attrgetter(field.python_name), shown.convert)
                made.get_result = lambda source, **given: read(source)  # type: ignore[method-assign]
            return made
        given = resolver if isinstance(resolver, GivenResolver) else make_given(resolver)
        self._resolve(made, given)
        return made

    def make_field(self, function: Any, *, is_subscription: bool = False) -> StrawberryField:
        """Return the field of a method of a plain class, to be copied into a schema."""
        field = StrawberryField(base_resolver=GivenResolver(function))
        field.is_subscription = is_subscription
        return field

    def _make_additions(self, model: type | None) -> Iterable[StrawberryField]:
        """Yield the fields that functions add to a model."""
        if model is None or model not in self._additions:
            return
        self._extended.add(model)
        for function in self._additions[model]:
            yield self.make_addition(function)

    def make_addition(self, function: Callable[..., Any]) -> StrawberryField:
        """Return a field of a model; the first argument of the function is the model's object.

        :raises DeclarationError: for a function without arguments.
        """
        if not inspect.isfunction(function):
            raise DeclarationError(
                f"{function!r} in resolvers= is not a function.",
                instead="Write a function: its name is that of the field.",
            )
        names = [*inspect.signature(function).parameters]
        if not names:
            raise DeclarationError(
                f"{function.__qualname__} is a field of a model, but takes no argument.",
                instead="Let its first argument take the object: `def author(book: Book) -> …`.",
            )
        resolver = GivenResolver(function, names[0])
        field = StrawberryField(base_resolver=resolver)
        self._resolve(field, resolver)
        return field

    def _resolve(self, field: StrawberryField, resolver: GivenResolver) -> None:
        """Give a field its resolver, with its arguments and its type."""
        function: Any = resolver.wrapped_func
        plan = plan_resolver(function, resolver.given, self._rule, self._serving.tools.plan)
        self.plans.append(plan)
        with declared_in(f"resolver {plan.name}"):
            returns: Any = plan.returns
            if field.type_annotation is not None and not isinstance(
                field.base_resolver, GivenResolver
            ):
                returns = field.type_annotation.evaluate()
            if returns is inspect.Signature.empty:
                raise DeclarationError(
                    "The resolver has no return annotation.",
                    instead="Annotate it: the annotation is the type of the field.",
                )
            if field.is_subscription:
                returns = read_event(returns)
            elif is_async_generator(function):
                raise DeclarationError(
                    "An async generator is a field of a subscription only.",
                    instead="Return a list, or add the class as the subscription.",
                )
            inputs: dict[str, Input] = {}
            parts = [part for one in plan.composed for part in one.arguments]
            arguments = [self._make_argument(one, inputs) for one in (*plan.arguments, *parts)]
            needed = [part.name for part in parts if part.required]
            filled = frozenset(name for name in needed if may_be_empty(inputs[name]))
            for argument in arguments:
                if argument.python_name in filled:
                    argument.type_annotation = make_optional(argument.type_annotation)
            self._reject_same_names("arguments", arguments, self._name)
            field.base_resolver = resolver
            field.arguments = arguments
            shown = self.types.make_output(returns)
            field.type_annotation = StrawberryAnnotation(shown.type)
        field.description = field.description or plan.summary
        find_phases = None if plan.is_plain else self._make_finder(function, resolver.given, plan)
        convert = None if field.is_subscription else shown.convert
        if field.is_subscription and shown.convert is not None:
            self.event_conversions[field.python_name] = shown.convert
        most = self._serving.tools.problems.max_faults
        loading = Loading(inputs, plan.composed, most, filled)
        prepared = Resolver(function, loading, find_phases, convert)
        if not (field.is_subscription or field.extensions) and all(
            i.field for i in inputs.values()
        ):
            names = {self._name(one): one.python_name for one in arguments}
            self.direct[id(field)] = make_direct(
                prepared, field, resolver.passed, names, self._config.info_class
            )
        field.get_result = prepared.get_result  # type: ignore[method-assign]  # of this copy

    def _make_argument(
        self, argument: FieldArgument, inputs: dict[str, Input]
    ) -> StrawberryArgument:
        """Return an argument of a field, and note how its value is loaded."""
        written, words = take_words(argument.annotation)
        default = missing if argument.required else argument.default
        with declared_in(f"argument {argument.name!r}"):
            name = words.name or self._config.name_converter.apply_naming_config(argument.name)
            made = inputs[argument.name] = self.types.make_input(written, name, default)
        return StrawberryArgument(
            argument.name,
            words.name,
            StrawberryAnnotation(made.annotation),
            description=words.description or argument.description or made.description,
            default=made.default,
            deprecation_reason=words.deprecation_reason,
        )

    def _name(self, argument: StrawberryArgument) -> str:
        """Return GraphQL's name of an argument."""
        return self._config.name_converter.from_argument(argument)

    def _make_finder(self, function: Any, given: list[str], plan: ResolverPlan) -> FindPhases:
        """Return what finds the phases of a resolver; others while a provider is overridden."""
        serving, rule = self._serving, self._rule
        phases = Phases(plan, serving.tools)
        find = partial(find_replacements, serving)

        def find_phases() -> Phases:
            replacements = find()
            if not replacements:
                return phases
            tools = serving.tools.with_replacements(replacements)
            return Phases(plan_resolver(function, given, rule, tools.plan), tools)

        return find_phases


def may_be_empty(found: Input) -> bool:
    """Return whether an argument is a model all of whose fields may be left out."""
    schema = getattr(found.field, "schema", None)
    return schema is not None and not any(one.required for one in schema.load_fields.values())


def make_optional(annotation: StrawberryAnnotation) -> StrawberryAnnotation:
    """Return the annotation of an argument that may be left out."""
    return StrawberryAnnotation(StrawberryOptional(annotation.resolve()))


def read_event(annotation: Any) -> Any:
    """Return the type of the events of a subscription.

    :raises DeclarationError: if the resolver returns no iterator.
    """
    if get_origin(annotation) not in EVENT_ITERATORS:
        raise DeclarationError(
            "A subscription returns the iterator of its events.",
            instead="Write a generator: `-> AsyncIterator[…]` or `-> Iterator[…]`.",
        )
    return get_args(annotation)[0]


def make_given(resolver: StrawberryResolver[Any]) -> GivenResolver:
    """Return the resolver of a Strawberry field as one of ours."""
    return GivenResolver(resolver.wrapped_func)


def take_words(annotation: Any) -> tuple[Any, StrawberryArgumentAnnotation]:
    """Return an annotation without ``strawberry.argument(…)``, and that, if there is one."""
    if get_origin(annotation) is not Annotated:
        return annotation, NO_WORDS
    inner, *metadata = get_args(annotation)
    words = [one for one in metadata if isinstance(one, StrawberryArgumentAnnotation)]
    others = [one for one in metadata if one not in words]
    written = Annotated[(inner, *others)] if others else inner
    return written, words[0] if words else NO_WORDS


#: An argument without ``strawberry.argument(…)``.
NO_WORDS = StrawberryArgumentAnnotation()


def field(function: Any = None, **options: Any) -> Any:
    """Decorate a method of a class of Strawberry as a field whose types flask_typed reads.

    ``@strawberry.field`` works too, unless an annotation of the method is generic: ``Page[Book]``,
    or a ``DataLoader[int, Author]`` that is injected. Strawberry rejects these in the class.

    :param options: those of :func:`strawberry.field`.
    """
    if function is None:
        return partial(field, **options)
    made: Any = strawberry.field(**options)
    made.base_resolver = GivenResolver(function)
    return made
