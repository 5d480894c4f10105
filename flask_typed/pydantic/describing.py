"""pydantic's JSON Schemas, and the errors of types for which it has none.

Registration time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import pydantic
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from ..exceptions import UnsupportedType
from ..schemas.families.temporal import LocalDateTime, Time
from ..schemas.fields import COMPONENT_PREFIX, Described
from ..schemas.hints import name_of

#: The references to components, as a template for pydantic.
REFERENCE = f"{COMPONENT_PREFIX}{{model}}"

#: The end of a time with an offset.
WITH_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
#: Some versions of pydantic exclude texts without digits by it, in the pattern of a Decimal.
DECIMAL_LOOKAHEAD = "(?!^[-+.]*$)"
#: The keywords that have values, not schemas.
VALUE_KEYWORDS = ("default", "const", "enum", "examples", "example")

#: What pydantic raises for a type that it cannot use; a type may need a package of its own.
PYDANTIC_ERRORS = (PydanticUserError, PydanticUndefinedAnnotation, ImportError)

#: The advice for a type without a JSON form.
OTHER_TYPE = (
    "Use another type, or declare its JSON: `PlainSerializer(…)` and `WithJsonSchema(…)` in"
    " Annotated."
)

#: pydantic's names for requests and responses.
Mode = Literal["validation", "serialization"]


class SchemaGenerator(GenerateJsonSchema):
    """pydantic's generator, with flask_typed's names for generic models: ``PageBook``.

    It publishes no more than pydantic checks: a set of a request may repeat an item, and a time
    and a ``NaiveDatetime`` have no offset, which their formats would require.
    """

    def normalize_name(self, name: str) -> str:
        """Return the letters and digits of a name."""
        return "".join(filter(str.isalnum, name))

    def set_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of a set."""
        return self.allow_repeats(super().set_schema(schema))

    def frozenset_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of a frozen set."""
        return self.allow_repeats(super().frozenset_schema(schema))

    def allow_repeats(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a set for the direction: pydantic reads each item once."""
        is_request = self.mode == "validation"
        return {key: word for key, word in schema.items() if not is_request or key != "uniqueItems"}

    def datetime_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of a datetime."""
        is_naive = schema.get("tz_constraint") == "naive"
        return dict(LocalDateTime.json_schema) if is_naive else super().datetime_schema(schema)

    def time_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of a time."""
        return dict(Time.json_schema)


def describe_pydantic_model(model: Any, mode: Mode) -> Described:
    """Return pydantic's schema of a model, with the schemas that it refers to."""
    references, schemas = models_json_schema(
        [(model, mode)], ref_template=REFERENCE, schema_generator=SchemaGenerator
    )
    definitions = tidy_definitions(schemas["$defs"])
    component = references[model, mode]["$ref"].removeprefix(COMPONENT_PREFIX)
    return Described(definitions.pop(component), component, definitions)


def describe_adapter(adapter: pydantic.TypeAdapter[Any], mode: Mode) -> Described:
    """Return pydantic's schema of any other type, without a component of its own."""
    schema = adapter.json_schema(
        mode=mode, ref_template=REFERENCE, schema_generator=SchemaGenerator
    )
    definitions = tidy_definitions(schema.pop("$defs", {}))
    return Described(tidy_schema(schema), None, definitions)


def tidy_definitions(definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schemas of components; an ``Enum`` is one that models of other kinds share."""
    found = {name: tidy_schema(schema) for name, schema in definitions.items()}
    for name, schema in found.items():
        if "enum" in schema and schema.get("title") == name:
            del schema["title"]
    return found


def tidy_schema(schema: Any) -> Any:
    """Return a schema without defaults and patterns that consumers read in another way.

    Those are ``null``, which generators make a value of every field, times without an offset, which
    the format of their field excludes, and the lookahead of decimal numbers.
    """
    if isinstance(schema, list):
        return [tidy_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    default = schema.get("default")
    is_time = schema.get("format") in ("date-time", "time")
    is_dropped = default is None or (is_time and not WITH_ZONE.search(str(default)))
    made = {
        word: value if word in VALUE_KEYWORDS else tidy_schema(value)
        for word, value in schema.items()
        if word != "default" or not is_dropped
    }
    if isinstance(made.get("pattern"), str):
        made["pattern"] = made["pattern"].replace(DECIMAL_LOOKAHEAD, "")
    return made


@contextmanager
def explaining(annotation: Any) -> Iterator[None]:
    """Raise an error of the declaration if pydantic cannot use a type in the block.

    :raises UnsupportedType: with pydantic's reason.
    """
    try:
        yield
    except PYDANTIC_ERRORS as error:
        reason = str(getattr(error, "message", error)).partition("\n")[0].rstrip(".")
        lacks_package = isinstance(error, ImportError)
        raise UnsupportedType(
            f"pydantic cannot read or publish {name_of(annotation)}: {reason}.",
            instead="Install it." if lacks_package else OTHER_TYPE,
        ) from error
