"""The security requirements of operations: several alternatives, any of which is enough.

Registration and publishing time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from ..declare.names import reject_name
from ..declare.objects import is_text_list, reject_misfit
from ..declare.problems import Problem
from ..exceptions import DeclarationError
from .problems import InsufficientScope, NotAuthenticated
from .scheme_objects import is_security_scheme
from .schemes import Requirement, Scheme, join_requirements

#: The types of security schemes that read the header ``Authorization``.
AUTHORIZING = frozenset({"http", "oauth2", "openIdConnect"})


def combine_requirements(
    schemes: Iterable[tuple[Scheme[Any], tuple[str, ...]]],
) -> tuple[Requirement, ...]:
    """Return the alternative requirements that combine several schemes; none without a scheme.

    :param schemes: each scheme with the scopes that it requires.
    """
    ways: list[Requirement] = [{}]
    for scheme, scopes in schemes:
        more = scheme.alternatives(scopes)
        ways = [join_requirements(one, other) for one in ways for other in more]
    return tuple(way for n, way in enumerate(ways) if way not in ways[:n]) if any(ways) else ()


def find_refusals(
    ways: Sequence[Requirement],
) -> Iterator[type[Problem]]:
    """Yield the errors that the requirements of an operation cause."""
    rejects = any(scheme.rejects_malformed for way in ways for scheme in way)
    if ways and (all(ways) or rejects):
        yield NotAuthenticated
    if any(scopes for way in ways for scopes in way.values()):
        yield InsufficientScope


def reject_schemes(requirements: Iterable[Requirement]) -> None:
    """Raise for a security scheme that cannot be published."""
    instead = "Give it texts and URLs; keywords() returns OpenAPI's Security Scheme Object."
    for name, described in describe_schemes(requirements):
        reject_misfit(f"The security scheme {name!r}", described, is_security_scheme, instead)


def describe_schemes(
    requirements: Iterable[Requirement],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the Security Scheme Objects with their names.

    :raises DeclarationError: if OpenAPI does not allow a name, or a scheme cannot be described.
    """
    for way in requirements:
        for scheme, scopes in way.items():
            reject_name("A security scheme", scheme.name)
            reject_misfit(
                "scopes=", scopes, is_text_list, "Write texts.", f"scheme {scheme.name!r}"
            )
            try:
                described = scheme.describe()
            except Exception as error:  # a class of the user's own
                raise DeclarationError(
                    f"The scheme {scheme.name!r} cannot be described: {error!r}.",
                    instead="Let keywords() return a Security Scheme Object.",
                ) from error
            yield scheme.name, described


def note_schemes(
    requirements: Iterable[Requirement], known: MutableMapping[str, Mapping[str, Any]]
) -> None:
    """Add security schemes to those of an app.

    :param known: the app's Security Scheme Objects by their names.
    :raises DeclarationError: for two different schemes with the same name.
    """
    for name, described in describe_schemes(requirements):
        if known.setdefault(name, described) != described:
            raise DeclarationError(
                f"Two different security schemes are called {name!r}.",
                instead="Give one of them another name: `name=…`.",
            )


def find_schemes(requirements: Iterable[Requirement]) -> dict[str, Mapping[str, Any]]:
    """Return the Security Scheme Objects by their names, which registration keeps unique."""
    return {scheme.name: scheme.describe() for way in requirements for scheme in way}


def find_credential_headers(requirements: Iterable[Requirement]) -> Iterator[str]:
    """Yield the request headers that have the credentials of security schemes."""
    for way in requirements:
        for scheme in way:
            described = scheme.describe()
            if described["type"] in AUTHORIZING:
                yield "Authorization"
            elif described["type"] == "apiKey" and described["in"] == "header":
                yield described["name"]
            elif described["type"] == "apiKey" and described["in"] == "cookie":
                yield "Cookie"


def write_requirements(ways: Sequence[Requirement]) -> list[dict[str, list[str]]]:
    """Return the Security Requirement Objects: any of them is enough."""
    return [{scheme.name: list(scopes) for scheme, scopes in way.items()} for way in ways]
