"""The policies for names that a view does not take: in a JSON body, a form and the query.

Registration time makes the records, requests read them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    schemes = (scheme.describe() for way in requirements for scheme in way)
    keys = [keywords["name"] for keywords in schemes if keywords.get("in") == "query"]
    return QueryNames(
        frozenset((*keys, *(name for name, field in known if not isinstance(field, DeepObject)))),
        tuple(field for _, field in known if isinstance(field, DeepObject)),
    )
