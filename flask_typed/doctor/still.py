"""Looks at objects without running their code: lazy modules and proxies are not woken.

When a worker starts. An attribute that is asked for in the ordinary way may import a module, open
a session, or ask for a request that is not there.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from itertools import compress
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType, ModuleType
from typing import Any, TypeGuard

NOTHING: Mapping[str, Any] = MappingProxyType({})


def is_real_class(thing: Any) -> TypeGuard[type]:
    """Say whether something is a class, whatever it pretends to be."""
    return issubclass(type(thing), type)


def is_module(thing: Any) -> bool:
    """Say whether something is a module, a lazy one included."""
    return issubclass(type(thing), ModuleType)


def is_proxy(thing: Any) -> bool:
    """Say whether something pretends to be of another class, and asks for it when it is touched."""
    holders = (base for base in find_bases(type(thing)) if "__class__" in find_members(base))
    return next(holders) is not object


def find_bases(kind: Any) -> tuple[type, ...]:
    """Return a class and its bases, in the order of the look-up."""
    bases: tuple[type, ...] = vars(type)["__mro__"].__get__(kind)
    return bases


def find_members(thing: Any) -> Mapping[str, Any]:
    """Return the attributes of a module, of a class or of an object, but no inherited ones."""
    for base in find_bases(type(thing)):
        descriptor = vars(type)["__dict__"].__get__(base).get("__dict__")
        if descriptor is not None:
            return read_descriptor(descriptor, thing)
    return NOTHING


def read_descriptor(descriptor: Any, thing: Any) -> Mapping[str, Any]:
    """Return the attributes of an object, if Python itself keeps them."""
    if type(descriptor) not in (GetSetDescriptorType, MemberDescriptorType):
        return NOTHING
    members: Mapping[str, Any] = descriptor.__get__(thing)
    return members


def find_member(thing: Any, name: str) -> Any:
    """Return an attribute of a module, or what the class of an object has under a name."""
    if is_module(thing):
        return find_members(thing).get(name)
    return find_inherited(type(thing), name)


def find_inherited(kind: type, name: str) -> Any:
    """Return what a class has under a name, or inherits: a function, not a method."""
    for base in find_bases(kind):
        members: Mapping[str, Any] = find_members(base)
        if name in members:
            member = members[name]
            return member.__func__ if type(member) in (staticmethod, classmethod) else member
    return None


def class_module(kind: Any) -> str:
    """Return the name of the module of a class, as far as the class tells."""
    try:
        name = vars(type)["__module__"].__get__(kind)
    except AttributeError:
        return ""
    return name if type(name) is str else ""


def class_name(kind: Any) -> str:
    """Return the qualified name of a class."""
    return str(vars(type)["__qualname__"].__get__(kind))


def find_kinds(kind: type) -> list[type]:
    """Return a class and those derived from it, each once."""
    found = {id(kind): kind}
    kinds = [kind]
    for base in kinds:  # which grows
        derived: type
        for derived in type.__subclasses__(base):
            if id(derived) not in found:
                found[id(derived)] = derived
                kinds.append(derived)
    return kinds


def find_instances(*kinds: type) -> list[Any]:
    """Return the objects of some classes, and of those derived from them."""
    known = {id(derived) for kind in kinds for derived in find_kinds(kind)}
    things = gc.get_objects()
    return [*compress(things, map(known.__contains__, map(id, map(type, things))))]
