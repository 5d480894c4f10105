"""How the accelerated path treats one class of field: in, out, as a text, and part by part.

Registration time. A class has one of these in the module of its family; :mod:`.table` has them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .entering import Enter
from .leaving import Leave
from .loading import Parts
from .parts import PartMaker

#: Makes the value of a text.
Convert = Callable[[Any], Any]


def do_nothing(*args: Any) -> None:
    """Leave it to the field itself."""


@dataclass(frozen=True, slots=True)
class FieldCodec:
    """What is known about the fields of one class. Where nothing is, the field itself is asked.

    :param enter: returns how msgspec reads their values.
    :param leave: returns how msgspec writes their values.
    :param convert: returns what makes the value of a text; ``str`` if the text is the value.
    :param divide: returns what judges the parts of a value that was refused, if it has some that
        are more than single.
    """

    enter: Enter = do_nothing
    leave: Leave = do_nothing
    convert: Callable[[Any], Convert | None] = do_nothing
    divide: Callable[[PartMaker, Any], Parts | None] = do_nothing


def travels_as(form: type, way: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a way in or out for the fields of marshmallow's that travel as one of ours."""
    return lambda maker, field: way(maker, field) if type(field.form) is form else None
