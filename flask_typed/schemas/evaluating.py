"""Evaluating annotations, and the errors if that fails.

Registration time. Annotations are expressions of the program. Postponed annotations are evaluated
here; since Python 3.14, all annotations are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typing_extensions
from typing_extensions import Format

from ..exceptions import DeclarationError


@contextmanager
def evaluating(subject: str) -> Iterator[None]:
    """Turn any exception of an annotation into a declaration error.

    :param subject: the annotation, as the subject of the message's sentence.
    :raises DeclarationError: if the annotation cannot be evaluated. A ``DeclarationError`` that a
        marker raises is passed on.
    """
    try:
        yield
    except DeclarationError:
        raise
    except Exception as error:  # an expression of the program may raise anything
        raise explain_failure(subject, error) from error


def explain_failure(subject: str, error: Exception) -> DeclarationError:
    """Return the declaration error for an annotation that raises an exception."""
    if isinstance(error, NameError) and error.name:
        return DeclarationError(
            f"{subject} uses {error.name!r}, a name that cannot be found.",
            instead="Define or import it at the top of the module, outside `if TYPE_CHECKING:`.",
        )
    if isinstance(error, ImportError):
        return DeclarationError(
            f"{subject} needs an import that fails: {error}.",
            instead="Install the module, or resolve the import cycle with a third module.",
        )
    return DeclarationError(
        f"{subject} cannot be evaluated: {str(error).rstrip('.')}.",
        instead="Write types, or strings that name types.",
    )


def may_have_annotations(owner: Any) -> bool:
    """Return whether an object may have annotations of its own, without evaluating them."""
    return getattr(owner, "__annotate__", None) is not None or hasattr(owner, "__annotations__")


def read_annotations(owner: Any) -> Mapping[str, Any]:
    """Return the annotations of a class or function itself, not of base classes.

    Unknown names stay references; :func:`typing.get_type_hints` rejects them later.

    :raises Exception: any exception of an annotation, since Python 3.14.
    """
    return typing_extensions.get_annotations(owner, format=Format.FORWARDREF)


def read_lazily(owner: Any, name: str, default: Any) -> Any:
    """Return an attribute, or the default if it is missing.

    ``getattr`` with a default would hide an ``AttributeError`` from evaluating the attribute.
    """
    try:
        return getattr(owner, name)
    except AttributeError as error:
        if error.obj is not owner:
            raise
        return default


def find_broken_annotation(
    owner: Any, evaluate: Callable[[str], Any], error: BaseException | None
) -> str | None:
    """Return the name of the annotation that raises an error, if its text reveals it.

    :param evaluate: evaluates the text of an annotation.
    """
    try:
        sources = typing_extensions.get_annotations(owner, format=Format.STRING)
    except Exception:  # pragma: no cover: an expression of the program, since Python 3.14
        return None
    for name, text in sources.items():
        try:
            evaluate(text)
        except Exception as found:
            if repr(found) == repr(error):
                return name
    return None
