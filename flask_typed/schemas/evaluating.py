"""Evaluating what stands in annotations, and what is said if that fails.

Registration time. Annotations are expressions of the program. Postponed ones are evaluated here;
since Python 3.14, all of them are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typing_extensions
from typing_extensions import Format

from ..exceptions import DeclarationError


@contextmanager
def evaluating(what: str) -> Iterator[None]:
    """Turn whatever an annotation raises into the error of a declaration.

    :param what: the annotation, as the message calls it: the subject of a sentence.
    :raises DeclarationError: for an annotation that cannot be evaluated. A marker may raise one of
        its own; it stays as it is.
    """
    try:
        yield
    except DeclarationError:
        raise
    except Exception as error:  # an expression of the program may raise anything
        raise explain(what, error) from error


def explain(what: str, error: Exception) -> DeclarationError:
    """Return the error for an annotation that raises another."""
    if isinstance(error, NameError) and error.name:
        return DeclarationError(
            f"{what} uses {error.name!r}, a name that cannot be found.",
            instead="Define or import it at the top of the module, outside `if TYPE_CHECKING:`.",
        )
    if isinstance(error, ImportError):
        return DeclarationError(
            f"{what} needs an import that fails: {error}.",
            instead="Install the module, or move what two modules import of each other to a third.",
        )
    return DeclarationError(
        f"{what} cannot be evaluated: {error}.",
        instead="Write types, or strings that name types.",
    )


def may_have_annotations(thing: Any) -> bool:
    """Say whether something has annotations of its own or could have; they are not evaluated."""
    return getattr(thing, "__annotate__", None) is not None or hasattr(thing, "__annotations__")


def read_annotations(thing: Any) -> Mapping[str, Any]:
    """Return the annotations that stand in a class or function itself.

    Names that cannot be found are left as references, for :func:`typing.get_type_hints` to refuse.

    :raises Exception: whatever an annotation raises since Python 3.14.
    """
    return typing_extensions.get_annotations(thing, format=Format.FORWARDREF)


def read_lazily(thing: Any, name: str, default: Any) -> Any:
    """Return an attribute, or a default if there is none; what it raises is raised.

    ``getattr`` with a default takes an ``AttributeError`` of what is evaluated for a missing one.
    """
    try:
        return getattr(thing, name)
    except AttributeError as error:
        if error.obj is not thing:
            raise
        return default


def find_broken_annotation(
    thing: Any, evaluate: Callable[[str], Any], error: BaseException | None
) -> str | None:  # pragma: no cover: Python 3.14 is the first whose annotations need it
    """Return the name of the annotation that raises an error, if it can be found by its text.

    :param evaluate: evaluates a text.
    """
    try:
        sources = typing_extensions.get_annotations(thing, format=Format.STRING)
    except Exception:  # an expression of the program, see above
        return None
    for name, text in sources.items():
        try:
            evaluate(text)
        except Exception as found:
            if repr(found) == repr(error):
                return name
    return None
