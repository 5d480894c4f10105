"""Values and the schemas of a document: which are valid, and a valid one.

Development time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Literal

from ..contract.records import find_member_names
from ..contract.schemas import Schema
from ..contract.words import ValueFault
from ..publish.samples import MAX_PROPOSALS, NO_VALUE, SampleSource, propose
from ..review.references import JSONObject
from ..wire.lossless import read_json

#: The keyword of properties that one direction does not have, although they may be required.
AbsentWord = Literal["readOnly", "writeOnly"]
#: What the proposals may raise for a schema that is not valid itself.
ODD_SCHEMA = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


class ApiSchemas:
    """The schemas of a document, in one direction.

    :param document: as it is read.
    :param absent: the keyword of properties that need not be there in this direction.
    """

    def __init__(self, document: JSONObject, absent: AbsentWord) -> None:
        self.document: JSONObject = relax(document, absent)
        self.exact = make_exact_copy(self.document)
        self._names = frozenset(find_member_names(self.document))
        self._known: dict[int, tuple[Any, Schema]] = {}
        self._picked: dict[tuple[int, bool], Any] = {}
        components = self.document.get("components", {}).get("schemas", {})
        lean = SampleSource(components, accepts=self.fits)
        self._sources = (SampleSource(components, is_full=True, accepts=self.fits), lean)

    def open(self, keywords: Any) -> Schema:
        """Return a schema that compares values.

        :param keywords: of the document, which is there for as long as this object.
        """
        if id(keywords) not in self._known:
            schema = {} if keywords is True else {"not": {}} if keywords is False else keywords
            made = Schema(make_exact_copy(schema), self.exact, self._names)
            self._known[id(keywords)] = keywords, made
        return self._known[id(keywords)][1]

    def find_faults(self, keywords: Any, value: Any) -> list[ValueFault]:
        """Return the differences of a JSON value from a schema."""
        return self.open(keywords).find_faults(read_json(json.dumps(value)))

    def fits(self, keywords: Any, value: Any) -> bool:
        """Return whether a JSON value is valid against a schema."""
        return not self.find_faults(keywords, value)

    def pick(self, keywords: Any, examples: Sequence[Any] = (), *, lean: bool = False) -> Any:
        """Return a valid value, or :data:`NO_VALUE` if none is found. It is made once.

        :param examples: are taken first, if they are valid.
        :param lean: whether optional parts are left out, as far as there is a choice.
        """
        if examples:
            return next(self.pick_valid(keywords, examples, lean=lean), NO_VALUE)
        key = id(self.open(keywords)), lean
        if key not in self._picked:
            self._picked[key] = next(self.pick_valid(keywords, lean=lean), NO_VALUE)
        return self._picked[key]

    def pick_valid(
        self, keywords: Any, examples: Iterable[Any] = (), *, lean: bool = False
    ) -> Iterator[Any]:
        """Yield valid values; the examples first."""
        full, small = self._sources
        sources = (small,) if lean else (full, small)
        proposals = chain(examples, *(propose_safely(keywords, source) for source in sources))
        yield from (v for v in islice(proposals, MAX_PROPOSALS) if self.fits(keywords, v))


def propose_safely(keywords: Any, source: SampleSource) -> Iterator[Any]:
    """Yield proposals, and none for a schema that is not valid itself."""
    try:
        yield from propose(keywords if isinstance(keywords, Mapping) else {}, source)
    except ODD_SCHEMA:
        return


def make_exact_copy(part: Any) -> Any:
    """Return a part of a document with exact numbers: ``0.3`` is a multiple of ``0.1``."""
    return json.loads(json.dumps(part), parse_float=Decimal)


def relax(part: Any, absent: AbsentWord) -> Any:
    """Return a part of a document in which the properties of the other direction are optional."""
    if isinstance(part, list):
        return [relax(item, absent) for item in part]
    if not isinstance(part, Mapping):
        return part
    relaxed = {key: relax(inner, absent) for key, inner in part.items()}
    properties, required = part.get("properties"), part.get("required")
    if isinstance(properties, Mapping) and isinstance(required, list):
        relaxed["required"] = [name for name in required if not has_word(properties, name, absent)]
    return relaxed


def has_word(properties: JSONObject, name: str, word: AbsentWord) -> bool:
    """Return whether a property has a keyword that is true."""
    schema = properties.get(name)
    return isinstance(schema, Mapping) and schema.get(word) is True
