"""The policies for names that a view does not take: in a JSON body, a form and the query.

Registration time makes the records, requests read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..declare.markers import Location
from ..declare.settings import UnknownKeys
from ..schemas.deep_objects import DeepObject
from ..schemas.families.model_schemas import SpreadSchema
from ..security.schemes import Requirement
from .operation import QueryNames, Reader


@dataclass(frozen=True, slots=True)
class UnknownPolicies:
    """A policy for each location that can have unknown names; ``None`` is that of the app.

    The names of the fields are those of the options of a route.
    """

    unknown_keys: UnknownKeys | None = None
    unknown_form_fields: UnknownKeys | None = None
    unknown_query_parameters: UnknownKeys | None = None


#: Leaves every policy to the app.
NO_POLICIES = UnknownPolicies()


def find_query_names(
    readers: Iterable[Reader], requirements: Iterable[Requirement], policies: UnknownPolicies
) -> QueryNames | None:
    """Return the names that a request may have in its query; ``None`` if it may have any.

    :param requirements: their schemes may read a key from the query.
    """
    if policies.unknown_query_parameters != "raise":
        return None
    here = [reader for reader in readers if reader.location == "query"]
    if any(isinstance(r.schema, SpreadSchema) and r.schema.extra is not None for r in here):
        return None  # the object decides
    known = [item for reader in here for item in reader.fields.items()]
    deep = tuple(field for _, field in known if isinstance(field, DeepObject))
    plain = (name for name, field in known if not isinstance(field, DeepObject))
    return QueryNames(frozenset((*find_keys(requirements, "query"), *plain)), deep)


def find_keys(requirements: Iterable[Requirement], location: Location) -> Iterator[str]:
    """Yield the names under which schemes read keys from a location."""
    for keywords in (scheme.describe() for way in requirements for scheme in way):
        if keywords.get("in") == location:
            yield keywords["name"]


def tell_names(readers: Sequence[Reader], requirements: Sequence[Requirement]) -> None:
    """Tell objects that decide about unknown names the names of all other arguments.

    :param requirements: their schemes may read a key from the location of an object.
    """
    for reader in readers:
        if reader.shape == "model" and isinstance(reader.schema, SpreadSchema):
            here = [one for one in readers if one.location == reader.location]
            known = [item for one in here for item in one.fields.items()]
            keys = find_keys(requirements, reader.location)
            reader.schema.others = frozenset((*keys, *(name for name, _ in known)))
            deep = (field.key_of for _, field in known if isinstance(field, DeepObject))
            reader.schema.key_readers = tuple(deep)
