"""The options of a GraphQL endpoint, and their checks.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..exceptions import SetupError
from ..wire.jsonvalues import show

#: Options that count something, and are at least one.
COUNTED_OPTIONS = ("max_depth", "max_complexity", "max_batch", "max_tokens")
#: The functions that add fields to models.
Resolvers = Mapping[type, Sequence[Callable[..., Any]]]


@dataclass(frozen=True, slots=True)
class GraphQLOptions:
    """The options of a GraphQL endpoint.

    :param max_depth: how deeply the fields of an operation may be nested.
    :param max_complexity: how many fields an operation may have, fragments included as often as
        they are spread.
    :param max_batch: how many operations one request may have; 1 refuses batches.
    :param max_tokens: how many tokens the text of a document may have.
    :param uploads: whether requests may be ``multipart/form-data`` with files.
    :param persisted: the documents that clients may name by a hash: ``True`` keeps those that
        clients send (Automatic Persisted Queries); a mapping from hashes to documents allows only
        these.
    :param resolvers: functions that are fields of models; each takes the model's object first.
    :param types: more types of the schema, which no field names: members of interfaces.
    :param max_body: how many bytes a request may have; ``None`` for the limit of Flask.
    :param config: Strawberry's own configuration.
    """

    max_depth: int = 15
    max_complexity: int = 500
    max_batch: int = 1
    max_tokens: int = 5_000
    uploads: bool = False
    persisted: bool | Mapping[str, str] = False
    resolvers: Resolvers = field(default_factory=lambda: MappingProxyType({}))
    types: Sequence[Any] = ()
    config: Any = None
    max_body: int | None = None

    def __post_init__(self) -> None:
        """Check the options.

        :raises SetupError: for a value that cannot work.
        """
        for name in COUNTED_OPTIONS:
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise SetupError(f"{name}= is {show(value)}: write a whole number from 1.")
        if not isinstance(self.persisted, (bool, Mapping)):
            raise SetupError(
                f"persisted= is {show(self.persisted)}: write True, or a mapping from the SHA-256"
                " of each document to its text."
            )
