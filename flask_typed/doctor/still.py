"""Inspects objects without running their code, so that lazy modules and proxies stay unresolved.

Runs when a worker starts. Ordinary attribute access may import a module, open a session, or need a
request.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from itertools import compress
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType, ModuleType
from typing import Any, TypeGuard

NOTHING: Mapping[str, Any] = MappingProxyType({})


def is_real_class(value: Any) -> TypeGuard[type]:
    """Return whether a value is a class, regardless of its ``__class__``."""
    return issubclass(type(value), type)


def is_module(value: Any) -> bool:
    """Return whether a value is a module, which may be a lazy one."""
    return issubclass(type(value), ModuleType)


def is_proxy(value: Any) -> bool:
    """Return whether a value has a ``__class__`` of its own, which may resolve a proxy."""
    holders = (base for base in find_bases(type(value)) if "__class__" in find_members(base))
    return next(holders) is not object


def find_bases(kind: Any) -> tuple[type, ...]:
    """Return a class and its bases, in method resolution order."""
    bases: tuple[type, ...] = vars(type)["__mro__"].__get__(kind)
    return bases


def find_members(value: Any) -> Mapping[str, Any]:
    """Return the attributes of a module, class or object itself, without inherited ones."""
    for base in find_bases(type(value)):
        descriptor = vars(type)["__dict__"].__get__(base).get("__dict__")
        if descriptor is not None:
            return read_descriptor(descriptor, value)
    return NOTHING


def read_descriptor(descriptor: Any, value: Any) -> Mapping[str, Any]:
    """Return the attributes behind a ``__dict__`` descriptor, if the descriptor is Python's own."""
    if type(descriptor) not in (GetSetDescriptorType, MemberDescriptorType):
        return NOTHING
    members: Mapping[str, Any] = descriptor.__get__(value)
    return members


def find_member(value: Any, name: str) -> Any:
    """Return an attribute of a module, or of the class of any other object."""
    if is_module(value):
        return find_members(value).get(name)
    return find_inherited(type(value), name)


def find_inherited(kind: type, name: str) -> Any:
    """Return an attribute of a class, which may be inherited; a method is a plain function."""
    for base in find_bases(kind):
        members: Mapping[str, Any] = find_members(base)
        if name in members:
            member = members[name]
            return member.__func__ if type(member) in (staticmethod, classmethod) else member
    return None


def class_module(kind: Any) -> str:
    """Return the module name of a class; ``""`` if it has none."""
    try:
        name = vars(type)["__module__"].__get__(kind)
    except AttributeError:
        return ""
    return name if type(name) is str else ""


def class_name(kind: Any) -> str:
    """Return the qualified name of a class."""
    return str(vars(type)["__qualname__"].__get__(kind))


def find_kinds(kind: type) -> list[type]:
    """Return a class and its subclasses, each once."""
    found = {id(kind): kind}
    kinds = [kind]
    for base in kinds:  # grows in the loop
        derived: type
        for derived in type.__subclasses__(base):
            if id(derived) not in found:
                found[id(derived)] = derived
                kinds.append(derived)
    return kinds


def find_instances(*kinds: type) -> list[Any]:
    """Return the instances of classes and of their subclasses."""
    known = {id(derived) for kind in kinds for derived in find_kinds(kind)}
    objects = gc.get_objects()
    return [*compress(objects, map(known.__contains__, map(id, map(type, objects))))]
