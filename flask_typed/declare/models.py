"""Options of types with named fields: ``@model(rename="camel")``, ``@computed``, ``Extra()``.

Declaration time. One attribute of the class has the options; registration reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal, TypeVar, cast, get_args

from ..exceptions import DeclarationError
from .names import RENAMING
from .settings import Rename

C = TypeVar("C", bound=type[Any])
F = TypeVar("F")
#: The attribute of a class that has its options, and that of a function which computes a value.
OPTIONS = "__typed_model__"
COMPUTED = "__typed_computed__"
#: The policy of a type for unknown keys.
ExtraKeys = Literal["forbid", "ignore"]
#: Returns the name on the wire for the name of a field.
RenameName = Callable[[str], str]


class NotGiven(Enum):
    """The type of :data:`NOT_GIVEN`."""

    VALUE = 0


#: Stands for an option that is not given: ``None`` is a value of ``rename``.
NOT_GIVEN: Final = NotGiven.VALUE


@dataclass(frozen=True)
class Extra:
    """A field that holds all keys of the object that no other field has.

    ``more: Annotated[dict[str, int], Extra()] = field(default_factory=dict)``.
    """


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options of a type with named fields.

    :param rename: returns the names on the wire; ``None`` if the app's configuration decides.
    :param extra: the policy for unknown keys; ``None`` if the app's configuration decides.
    :param computed: the names of properties that responses have too.
    :param validators: functions that check an instance.
    """

    rename: RenameName | None = None
    extra: ExtraKeys | None = None
    computed: tuple[str, ...] = ()
    validators: tuple[Callable[[Any], Any], ...] = ()

    def merge(self, derived: ModelOptions) -> ModelOptions:
        """Return these options of a base class with those of a derived class."""
        return ModelOptions(
            derived.rename or self.rename,
            derived.extra or self.extra,
            tuple(dict.fromkeys((*self.computed, *derived.computed))),
            tuple(dict.fromkeys((*self.validators, *derived.validators))),
        )


def model(
    *,
    rename: Rename | RenameName | NotGiven | None = NOT_GIVEN,
    extra: ExtraKeys | None = None,
    computed: Iterable[str] = (),
    validators: Iterable[Callable[[Any], Any]] = (),
) -> Callable[[C], C]:
    """Decorate a class with named fields, to set how it is sent and received.

    The options hold for subclasses too. A subclass may set other values for ``rename`` and
    ``extra``, and adds to ``computed`` and ``validators``.

    :param rename: the style of all names on the wire, or a function from a field's name to its name
        on the wire; ``None`` keeps the fields' names, whatever ``TYPED_RENAME`` is.
    :param extra: whether unknown keys are rejected (``"forbid"``) or ignored (``"ignore"``);
        ``TYPED_UNKNOWN_KEYS`` by default.
    :param computed: the names of properties that responses have too.
    :param validators: functions that get each instance that a request makes. A
        :exc:`ValueError` is a fault of the object, and ``ValidationError("…", "last")`` of
        marshmallow a fault of its field ``last``. A returned value takes the place of the instance.
    :raises DeclarationError: for an option that has no such value.
    """
    options = ModelOptions(
        read_rename(rename),
        read_extra_keys(extra),
        tuple(read_each("computed", computed, is_attribute_name)),
        tuple(read_each("validators", validators, callable)),
    )

    def decorate(cls: C) -> C:
        reject_foreign(cls)
        known = vars(cls).get(OPTIONS, ModelOptions())
        setattr(cls, OPTIONS, known.merge(options))
        return cls

    return decorate


def computed(function: F) -> F:
    """Decorate the function of a property: responses have its value, and requests do not.

    ``@property`` stands above it, or another decorator such as ``functools.cached_property``.

    :raises DeclarationError: for a function that it cannot mark.
    """
    inner = open_property(function)
    try:
        setattr(inner, COMPUTED, True)
    except AttributeError as error:
        raise DeclarationError(
            f"@computed cannot mark {function!r}.",
            instead="Write it below `@property`, directly above the function.",
        ) from error
    return function


def open_property(attribute: Any) -> Any:
    """Return the function of a property, of a cached property, or of another descriptor."""
    names = ("fget", "func", "__wrapped__")
    return next((found for name in names if (found := getattr(attribute, name, None))), attribute)


def read_rename(rename: Any) -> RenameName | None:
    """Return the function that renames fields; ``None`` if the option is not given."""
    if rename is NOT_GIVEN:
        return None
    if rename is None:
        return str
    known: Any = RENAMING.get(rename) if isinstance(rename, str) else rename
    if not callable(known):
        words = ", ".join(map(repr, RENAMING))
        raise DeclarationError(
            f"rename= of @model is {rename!r}.",
            instead=f"It may be {words}, a function from name to name, or None.",
        )
    return cast("RenameName", known)


def read_extra_keys(extra: Any) -> ExtraKeys | None:
    """Return the policy for unknown keys."""
    if extra is None or (isinstance(extra, str) and extra in get_args(ExtraKeys)):
        return extra  # type: ignore[return-value]  # one of them
    raise DeclarationError(
        f"extra= of @model is {extra!r}.",
        instead=(
            'It may be "forbid" or "ignore". To keep extra keys, give the class a field for them:'
            " `more: Annotated[dict[str, int], Extra()]`; or use a TypedDict with extra_items."
        ),
    )


def read_each(option: str, values: Any, is_valid: Callable[[Any], bool]) -> Iterable[Any]:
    """Return the values of an option that is a list."""
    listed = isinstance(values, Iterable) and not isinstance(values, (str, Mapping))
    found = list(values) if listed else [None]
    if not all(map(is_valid, found)):
        kind = "functions" if option == "validators" else "names of properties"
        raise DeclarationError(
            f"{option}= of @model is {values!r}, not a list of {kind}.",
            instead=f"Write `{option}=[…]`.",
        )
    return found


def is_attribute_name(value: Any) -> bool:
    """Return whether a value is the name of an attribute."""
    return isinstance(value, str) and value.isidentifier()


def reject_foreign(cls: Any) -> None:
    """Raise for anything but a class, and for a class that has options of another library."""
    if isinstance(cls, type) and not hasattr(cls, "__pydantic_core_schema__"):
        return
    name = getattr(cls, "__qualname__", repr(cls)).replace("<locals>.", "")
    raise DeclarationError(
        f"@model decorates {name}, which is no class of Python's own kinds, attrs or msgspec.",
        instead="A pydantic model has `model_config`, `@computed_field` and `@model_validator`.",
    )


def read_own_options(cls: type) -> ModelOptions | None:
    """Return the options of a class itself, not of its bases."""
    found = vars(cls).get(OPTIONS)
    return found if isinstance(found, ModelOptions) else None


def is_computed(attribute: Any) -> bool:
    """Return whether ``@computed`` marks the function of an attribute of a class."""
    return getattr(open_property(attribute), COMPUTED, None) is True


def merge_options(found: Iterable[ModelOptions | None]) -> ModelOptions:
    """Return the options of a class.

    :param found: those of its bases, the furthest first, and its own.
    """
    merged = ModelOptions()
    for options in found:
        merged = merged.merge(options) if options else merged
    return merged
