"""Names components after types, and operations after endpoints.

Publishing time. The names do not depend on the order of registration.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ..bridge.pausing import Pauses
from ..declare.names import to_ascii
from ..plan.operation import Operation
from ..schemas.families.model_schemas import ModelSchema
from .variants import PATCH, Root, Use, Variant, find_asymmetric, find_uses


def name_components(roots: Iterable[Root], pauses: Pauses | None = None) -> Mapping[Use, str]:
    """Return a component name for every use of a schema that the roots contain.

    A schema whose fields differ between requests and responses becomes two components; the one for
    requests is called ``…Input``. Types with the same name in several modules get as much of their
    module's name as makes them unique. Types with the same name in one module are numbered.

    :param pauses: of the work; none by default.
    """
    pauses = pauses or Pauses()
    uses = find_uses(roots, pauses)
    two_faced = find_asymmetric(uses, pauses)
    by_name: dict[str, list[Use]] = defaultdict(list)
    same: dict[Use, Use] = {}
    for use in pauses.between(uses):
        variant, direction = use
        other: Use = (variant, "out" if direction == "in" else "in")
        split = variant in two_faced and other in uses
        if not split and other in same:
            same[use] = other
            continue
        same[use] = use
        name = to_ascii(base_name(variant))
        by_name[name + ("Input" if split and direction == "in" else "")].append(use)
    names: dict[Use, str] = {}
    taken = {name for name, rivals in by_name.items() if len(rivals) == 1}
    for name, rivals in sorted(by_name.items()):
        for use, qualified in qualify_all(name, rivals):
            names[use] = qualified if len(rivals) == 1 else find_free(qualified, taken)
            taken.add(names[use])
    return {use: names[same[use]] for use in uses}


def find_free(name: str, taken: Collection[str]) -> str:
    """Return a name that is free: with a number if the name itself is taken."""
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}{number}"
    return free


def base_name(variant: Variant) -> str:
    """Return a type's name with its modifiers: ``Book`` (of ``BookSchema``), ``BookPatch``."""
    wish: object = getattr(variant.schema_class, "__component_name__", None)
    name = variant.schema_class.__name__
    return (str(wish or "") or name.removesuffix("Schema") or name) + "".join(modifiers(variant))


def modifiers(variant: Variant) -> Iterator[str]:
    """Yield words for the differences between a schema instance and its class."""
    meta = variant.schema.opts
    if variant.only is not None:
        yield from ("Only", *words_of(variant.only))
    for word, chosen, usual in (
        ("Without", variant.exclude, meta.exclude),
        ("Entering", variant.load_only, meta.load_only),
        ("Leaving", variant.dump_only, meta.dump_only),
    ):
        if chosen and chosen - set(usual):
            yield from (word, *words_of(chosen - set(usual)))
    if variant.partial == PATCH:
        yield "Patch"
    elif variant.partial:
        yield from ("Partial", *words_of(() if variant.partial is True else variant.partial))
    if variant.unknown != meta.unknown:
        yield from (variant.unknown.capitalize(), "Unknown")


def words_of(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of fields as parts of a component name: ``FirstName`` for ``first_name``."""
    for name in sorted(names):
        yield from (word[:1].upper() + word[1:] for word in re.split(r"[^a-zA-Z0-9]+", name))


def qualify_all(name: str, rivals: Sequence[Use]) -> Iterator[tuple[Use, str]]:
    """Yield a name for each schema of one name, qualified by its module as far as necessary."""
    ordered = sorted(rivals, key=lambda use: (use[0].schema_class.__module__, origin(use)))
    modules = [tuple(use[0].schema_class.__module__.split(".")) for use in ordered]
    parts = 0
    longest = max(map(len, modules))
    while parts < longest and are_alike(name, set(modules), parts):
        parts += 1
    for use, module in zip(ordered, modules, strict=True):
        yield use, qualify(name, module, parts)


def are_alike(name: str, modules: Collection[Sequence[str]], parts: int) -> bool:
    """Return whether two names are equal if qualified by this many parts of the modules' names."""
    return len({qualify(name, module, parts) for module in modules}) < len(modules)


def origin(use: Use) -> tuple[str, str]:
    """Return a sort key for types of one name in one module."""
    schema_class = use[0].schema_class
    named = schema_class.model.origin if issubclass(schema_class, ModelSchema) else schema_class
    return named.__qualname__, use[1]


def qualify(name: str, module: Sequence[str], parts: int) -> str:
    """Return a name with the last parts of its module's name as a prefix: ``ModelsBook``."""
    last = map(to_ascii, module[max(len(module) - parts, 0) :] if parts else ())
    words = [word for part in last for word in part.split("_")]
    return "".join(word[:1].upper() + word[1:] for word in words) + name


def name_operations(operations: Sequence[Operation]) -> Sequence[str]:
    """Return an operationId for each operation: the route's own, or one made from the endpoint."""
    endpoints = Counter(operation.rule.endpoint for operation in operations)
    ids = OperationNames(filter(None, (o.details.operation_id for o in operations)))
    names = []
    for operation in operations:
        name = operation.rule.endpoint.replace(".", "_")
        if endpoints[operation.rule.endpoint] > 1:
            name = f"{name}_{operation.method.lower()}"
        names.append(operation.details.operation_id or ids.claim(name))
    return names


class OperationNames:
    """The unique operationIds of a document.

    :param taken: the names that are taken already.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def claim(self, name: str) -> str:
        """Return a free name, with a number if necessary, and take it."""
        number = 1
        free = name
        while free in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free)
        return free
