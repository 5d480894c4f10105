"""The operations of a document, as clients call them.

Development time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..contract.records import DescribedResponse, DescribedResponses, DocumentReader
from ..review.differences import DocumentOperation, read_operations
from ..review.references import JSONObject, follow
from ..schemas.factory import find_examples
from .values import ApiSchemas

#: Parameters that OpenAPI describes elsewhere, in small letters.
IGNORED_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
#: The styles in which parameters are written by default, by location.
DEFAULT_STYLES: Mapping[str, str] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
    "form": "form",
}


@dataclass(frozen=True, slots=True)
class ApiInput:
    """A parameter, or a field of a form.

    :param location: ``path``, ``query``, ``header``, ``cookie`` or ``form``.
    :param is_json: whether the text is JSON.
    :param examples: valid or not.
    """

    location: str
    name: str
    required: bool
    schema: Any
    style: str
    explode: bool
    is_json: bool = False
    examples: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.location} {self.name}"


@dataclass(frozen=True, slots=True)
class ApiBody:
    """A media type of a request body.

    :param schema: of the body; of a line, for JSON Lines.
    """

    media_type: str
    schema: Any
    examples: tuple[Any, ...]
    encoding: JSONObject


@dataclass(frozen=True, slots=True)
class Credential:
    """A part of a request that authenticates the client.

    :param location: ``header``, ``cookie``, ``query``, or ``tls`` for a certificate.
    :param name: of a header, in small letters.
    """

    location: str
    name: str


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation.

    :param credentials: for each way to authenticate, what it needs; empty for public operations.
    :param raw_responses: the Responses Object.
    """

    method: str
    path: str
    operation_id: str
    inputs: tuple[ApiInput, ...]
    bodies: tuple[ApiBody, ...]
    is_body_required: bool
    credentials: tuple[frozenset[Credential], ...]
    responses: DescribedResponses
    raw_responses: JSONObject

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class OutsideApi:
    """An API, by its document.

    :param document: as :mod:`.reading` returns it.
    """

    def __init__(self, document: JSONObject) -> None:
        self.document = document
        self.incoming = ApiSchemas(document, "readOnly")
        self.outgoing = ApiSchemas(document, "writeOnly")
        self._reader = DocumentReader(self.outgoing.exact)
        self._exact = dict(read_operations(self.outgoing.exact))
        self._plain = dict(read_operations(self.outgoing.document))
        self.operations = tuple(self._read())

    def _read(self) -> Iterator[ApiOperation]:
        """Yield the operations in the order of the document."""
        for key, (name, place) in read_operations(self.incoming.document):
            method, _, path = name.partition(" ")
            body = follow(place.document, place.operation.get("requestBody"))
            described = self._reader.read(read_responses(self._exact[key][1]))
            # Most documents leave out the bodies of errors: that does not mean that there are none.
            opened = {code: replace(one, is_open=True) for code, one in described.items()}
            raw = read_responses(self._plain[key][1])
            yield ApiOperation(
                method,
                path,
                str(place.operation.get("operationId", "")),
                tuple(read_inputs(place)),
                tuple(read_bodies(place, body)),
                body.get("required") is True,
                tuple(read_credentials(place)),
                DescribedResponses(opened, DescribedResponse()),
                {code: follow(self.outgoing.document, part) for code, part in raw.items()},
            )


def read_responses(place: DocumentOperation) -> JSONObject:
    """Return the Responses Object of an operation, without extensions."""
    responses = place.operation.get("responses", {})
    return {code: part for code, part in responses.items() if not code.startswith("x-")}


def read_inputs(place: DocumentOperation) -> Iterator[ApiInput]:
    """Yield the parameters of an operation."""
    for parameter in place.parameters.values():
        location, name = str(parameter.get("in")), str(parameter.get("name"))
        if location not in DEFAULT_STYLES or name.lower() in IGNORED_PARAMETERS:
            continue
        style = parameter.get("style", DEFAULT_STYLES[location])
        content: JSONObject = next(iter(parameter.get("content", {}).values()), {})
        yield ApiInput(
            location,
            name,
            parameter.get("required") is True or location == "path",
            parameter.get("schema", content.get("schema", {})),
            style,
            parameter.get("explode", style in ("form", "deepObject")),
            bool(content),
            (*find_documented(place, parameter), *find_documented(place, content)),
        )


def read_bodies(place: DocumentOperation, body: JSONObject) -> Iterator[ApiBody]:
    """Yield the media types of a request body."""
    for media_type, content in body.get("content", {}).items():
        schema = content.get("itemSchema", content.get("schema", {}))
        examples = tuple(find_documented(place, content))
        yield ApiBody(media_type.lower(), schema, examples, content.get("encoding", {}))


def find_documented(place: DocumentOperation, part: JSONObject) -> Iterator[Any]:
    """Yield the values of the examples of a part of a document."""
    examples = part.get("examples")
    if isinstance(examples, Mapping):
        named = {name: follow(place.document, example) for name, example in examples.items()}
        part = {**part, "examples": named}
    yield from find_examples(part)


def read_credentials(place: DocumentOperation) -> Iterable[frozenset[Credential]]:
    """Return what each way to authenticate needs; nothing if the operation is public."""
    schemes = place.document.get("components", {}).get("securitySchemes", {})
    requirements = place.operation.get("security", place.document.get("security", ()))
    if {} in requirements:
        return ()
    return [
        frozenset(read_scheme(follow(place.document, schemes.get(name))) for name in requirement)
        for requirement in requirements
    ]


def read_scheme(scheme: JSONObject) -> Credential:
    """Return the part of a request that a Security Scheme Object is about."""
    kind = scheme.get("type")
    if kind == "apiKey":
        location, name = str(scheme.get("in")), str(scheme.get("name"))
        return Credential(location, name.lower() if location == "header" else name)
    return Credential("tls", "") if kind == "mutualTLS" else Credential("header", "authorization")
