"""The records that describe types with named fields.

Registration time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_origin

from marshmallow import missing
from typing_extensions import Never

from ...declare.markers import Marker
from ...declare.models import RenameName

#: Whether requests and responses, only requests (``in``) or only responses (``out``) have a field.
FieldDirection = Literal["both", "in", "out"]


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a model.

    :param name: the name of the constructor's argument.
    :param required: whether a request must have the field.
    :param default: the default value, or marshmallow's ``missing``.
    :param factory: makes the default anew each time, if it has a factory.
    :param attribute: the attribute of an instance, if it differs from the name.
    :param wire_name: the key of the JSON object, if it differs from the name.
    :param direction: ``in`` for ``InitVar`` and ``WriteOnly``, ``out`` for ``init=False`` and
        ``ReadOnly``.
    :param documentation: the description, the examples and so on, by keyword.
    :param constant: the value in every instance, if the constructor does not take it (a tag).
    :param marker: the marker of the field; its location must be that of the whole object.
    :param may_be_absent: whether a sentinel stands for an absent value.
    """

    name: str
    annotation: Any
    required: bool
    default: Any = missing
    factory: Callable[[], Any] | None = None
    attribute: str | None = None
    wire_name: str | None = None
    direction: FieldDirection = "both"
    documentation: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    constant: Any = missing
    marker: Marker | None = None
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A type with named fields.

    :param name: the name of its component in the document.
    :param construct: makes an instance from keyword arguments; it handles missing fields.
    :param refusals: the exceptions that ``construct`` raises for values that it rejects.
    :param rest: the type of extra keys; ``Never`` if the type forbids them, regardless of the app's
        policy, and marshmallow's ``missing`` if the type does not decide.
    :param rest_field: the name of the constructor's argument that takes the extra keys; empty if
        each of them is an argument of its own.
    :param rest_attribute: the attribute of an instance that holds them.
    :param ignores_unknown: whether unknown keys are ignored, regardless of the app's policy.
    :param rename: returns the names on the wire; ``None`` if the app's configuration decides.
    :param validators: functions that check an instance, and may return another one.
    """

    type: Any
    name: str
    fields: tuple[ModelField, ...]
    construct: Callable[..., Any]
    refusals: tuple[type[Exception], ...] = (ValueError,)
    rest: Any = missing
    rest_field: str = ""
    rest_attribute: str = ""
    ignores_unknown: bool = False
    rename: RenameName | None = None
    validators: tuple[Callable[[Any], Any], ...] = ()

    @property
    def has_rest(self) -> bool:
        """Whether the type allows extra keys."""
        return self.rest is not missing and self.rest is not Never

    @property
    def origin(self) -> type:
        """The class, without type arguments."""
        return get_origin(self.type) or self.type
