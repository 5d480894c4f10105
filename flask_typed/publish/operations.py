"""Writes the Operation Object of an operation, in small parts.

Publishing time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, INCLUDE, fields
from webargs.core import is_json
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from ..bridge.pausing import Pauses
from ..declare.markers import Location
from ..declare.objects import is_example_object
from ..declare.problems import Problem
from ..declare.replies import Link
from ..plan.accepting import find_accepting
from ..plan.operation import JSON, Operation, Outcome, Payload, Reader
from ..plan.parameters import Upload, Uploads
from ..plan.paths import path_converters
from ..plan.phrases import phrase
from ..plan.problems import ProblemShapes
from ..plan.readers import URLENCODED
from ..plan.streams import LINES_WORDS
from ..schemas.families.choices import write_choice
from ..schemas.families.model_schemas import SpreadSchema, entering_fields
from ..schemas.families.scalars import Anything
from ..schemas.formats import CSV_WORDS, find_columns, find_format
from ..schemas.json_texts import JsonInText
from ..security.requirements import write_requirements
from ..security.schemes import Requirement
from ..wire.jsonvalues import NotJson
from .converter import TypedConverter
from .describing import write_external_docs
from .headers import AuthorizationScheme, describe_ignored, is_ignored
from .keywords import Keywords
from .media_types import is_text_type
from .naming import OperationNames
from .omitting import Omissions
from .parameter_styles import describe_style, described_field
from .paths import identify_converter, is_common, write_path_parameter, write_servers
from .plain import REFUSED_RESPONSE
from .preconditions import write_preconditions
from .samples import NO_VALUE
from .variants import Direction, Root, may_need_component

#: The header ``WWW-Authenticate`` of a 401.
CHALLENGE: Keywords = {
    "description": "How the client must authenticate.",
    "schema": {"type": "string"},
}

#: The header ``Accept-Patch`` or ``Accept-Query`` of a 415; one that a view raises has none.
ACCEPTED: Keywords = {
    "description": "The media types that the body may have.",
    "required": False,
    "schema": {"type": "string"},
}

#: The schema of a body of bytes, for consumers of OpenAPI 3.0 and 3.1.
BINARY: Keywords = {"type": "string", "format": "binary"}

#: Keywords that belong to a parameter rather than to its schema.
PARAMETER_KEYWORDS = ("description", "deprecated", "example", "examples")


@dataclass(frozen=True, slots=True)
class OperationIds:
    """The operationIds of an app.

    :param shown: the operationIds in the document, by endpoint and method.
    :param endpoints: all typed endpoints.
    :param given: the operationIds of all operations, also of those without an endpoint.
    :param omissions: collects the links that the document leaves out.
    """

    shown: Mapping[tuple[str, str], str]
    endpoints: Collection[str]
    given: OperationNames
    omissions: Omissions

    def find(self, link: Link, place: str) -> str | None:
        """Return the operationId of a link; ``None`` if its operation is not in the document.

        :param place: the place of the link in words.
        """
        if link.endpoint not in self.endpoints:
            error = NotJson(f"{link.endpoint!r} is not a typed endpoint")
            self.omissions.note(place, "a link", error)
        for (endpoint, method), operation_id in self.shown.items():
            if endpoint == link.endpoint and link.method in (None, method):
                return operation_id
        return None


class OperationWriter:
    """Writes the operations of one document.

    :param takes: describes the values of requests.
    :param gives: describes the values of responses.
    :param default: the security requirements of operations that declare none.
    :param ids: the operationIds that links may refer to.
    :param server_name: the app's ``SERVER_NAME``, the parent domain of subdomains.
    :param has_items: whether the version of OpenAPI has a keyword for the items of a stream.
    """

    def __init__(
        self,
        takes: TypedConverter,
        gives: TypedConverter,
        shapes: ProblemShapes,
        default: Sequence[Requirement],
        ids: OperationIds,
        server_name: str | None,
        *,
        has_items: bool,
    ) -> None:
        self._takes = takes
        self._gives = gives
        self._shapes = shapes
        self._default = tuple(default)
        self._ids = ids
        self._server_name = server_name
        self._has_items = has_items
        self._authorization = AuthorizationScheme(takes.spec)
        self._common: dict[tuple[Any, ...], Keywords] = {}
        self._written_problems: dict[tuple[type[HTTPException], ...], Mapping[str, Keywords]] = {}

    def write(self, operation: Operation, operation_id: str) -> Keywords:
        """Return the Operation Object."""
        written = self._write(operation, operation_id, self._responses(operation))
        required = self._authorization.add(operation, operation.requirements)
        if required is not None:
            written["security"] = required
        elif operation.requirements != self._default:
            written["security"] = write_requirements(operation.requirements)
        if servers := write_servers(operation.rule, self._server_name):
            written["servers"] = servers
        written = merge_extra(written, operation.details.extra)
        if has_no_client_error(written["responses"]):
            written["responses"]["4XX"] = REFUSED_RESPONSE
        return written

    def write_sent(self, operation: Operation) -> Keywords:
        """Return the Path Item Object of a request that the server sends."""
        responses = {str(o.status or "default"): self._outcome(o) for o in operation.outcomes}
        self._add_problems(responses, operation.problems)
        responses = responses or {"default": {"description": "Any response."}}
        name = self._ids.given.claim(operation.details.operation_id or "")
        return {operation.method.lower(): self._write(operation, name, responses)}

    def _write(self, operation: Operation, operation_id: str, responses: Keywords) -> Keywords:
        details = operation.details
        parts: Keywords = {
            "operationId": operation_id,
            "summary": details.summary,
            "description": describe_ignored(operation, details.description or details.summary),
            "externalDocs": write_external_docs(details.external_docs),
            "tags": list(details.tags),
            "deprecated": details.deprecated,
            "parameters": list(self._parameters(operation)),
            "requestBody": self._request_body(operation),
            "responses": responses,
            "callbacks": {
                name: {url: self.write_sent(sent) for url, sent in requests.items()}
                for name, requests in operation.callbacks.items()
            },
        }
        return {name: part for name, part in parts.items() if part}

    def _parameters(self, operation: Operation) -> Iterator[Keywords]:
        yield from self._path_parameters(operation)
        for reader in operation.readers:
            if reader.location in ("query", "header", "cookie"):
                for name, field in reader.fields.items():
                    if not (is_ignored(reader.location, name) or field.metadata.get("hidden")):
                        yield self._parameter(reader.location, name, field, field.required)
        yield from write_preconditions(operation.conditions)

    def _path_parameters(self, operation: Operation) -> Iterator[Keywords]:
        """Yield a parameter for each variable of the rule, even if the view does not take it."""
        checked: dict[str, fields.Field[Any]] = {}
        for reader in operation.readers:
            if reader.location == "path":
                checked.update(reader.fields)
        for name, converter in path_converters(operation.rule).items():
            field = checked.get(name)
            if not is_common(converter, field):
                yield self._path_parameter(name, converter, field)
                continue
            key = name, type(field), *identify_converter(converter)
            if key not in self._common:
                self._common[key] = self._path_parameter(name, converter, field)
            yield self._common[key]

    def _path_parameter(
        self, name: str, converter: BaseConverter, field: fields.Field[Any] | None
    ) -> Keywords:
        parameter = {} if field is None else self._parameter("path", name, field, required=True)
        return write_path_parameter(name, converter, parameter, field)

    def _parameter(
        self, location: Location, name: str, field: fields.Field[Any], required: bool
    ) -> Keywords:
        described = described_field(field)
        schema = self._takes.describe(described)
        own = {**take_out(schema, PARAMETER_KEYWORDS), **describe_style(field, location)}
        written = {"in": location, "name": name, "required": required, **own}
        if own.keys().isdisjoint(("example", "examples")):
            if required and location != "path":
                example = self._takes.find_example(described, schema)
                written.update({} if example is NO_VALUE else {"example": example})
            elif not required:
                schema = self._takes.add_example(described, schema)
        if isinstance(field, JsonInText):
            moved = take_out(written, ("example", "examples"))
            return {**written, "content": {JSON: {**moved, "schema": schema}}}
        return {**written, "schema": schema}

    def _request_body(self, operation: Operation) -> Keywords:
        payload = operation.payload
        if payload is None:
            return {}
        bodies = [r for r in operation.readers if r.location == "body"]
        own = [media_type for reader in bodies for media_type in reader.media_types]
        described: Keywords = {}
        content: Keywords = {}
        for media_type in payload.media_types:
            if media_type in own:
                readers = [r for r in bodies if media_type in r.media_types]
                is_open = readers[0].source.unknown == EXCLUDE
            else:
                locations = ("form",) if media_type == URLENCODED else ("form", "file")
                readers = [r for r in operation.readers if r.location in locations]
                is_open = payload.names is None
            if find_format(media_type) == "csv" and readers[0].row is not None:
                content[media_type] = {"schema": describe_table(entering_fields(readers[0].row))}
                continue
            schema = write_as_body(self._body_schema(readers, is_open=is_open), media_type)
            moved = take_out(schema, ("description", "example", "examples"))
            if "description" in moved:
                described = {"description": moved.pop("description")}
            elif readers[0].shape == "lines":
                described = {"description": LINES_WORDS}
            if readers[0].is_whole and moved.keys().isdisjoint(("example", "examples")):
                (field,) = readers[0].fields.values()
                found = self._takes.add_example(field, schema).get("examples")
                moved.update({"example": found[0]} if found else {})
            has_items = readers[0].shape == "lines" and self._has_items
            keyword = "itemSchema" if has_items else "schema"
            content[media_type] = {**moved, keyword: schema, **describe_files(readers)}
        return {**described, "required": payload.required, "content": content}

    def _body_schema(self, readers: list[Reader], *, is_open: bool) -> Keywords:
        """Return the schema of a whole body, or of an object with a key for each argument.

        :param is_open: whether the object may have more keys.
        """
        if readers[0].is_whole:
            (field,) = readers[0].fields.values()
            return self._takes.describe(field)
        merged: dict[str, fields.Field[Any]] = {}
        for reader in readers:
            merged.update(reader.fields)
        is_form = readers[0].location != "body"
        required = [name for name, field in merged.items() if field.required]
        return {
            "type": "object",
            "properties": {
                name: self._takes.field2property(described_field(f) if is_form else f)
                for name, f in merged.items()
            },
            **({"required": required} if required else {}),
            **describe_others(readers, self._takes.field2property, is_open=is_open),
        }

    def _responses(self, operation: Operation) -> Keywords:
        responses = {str(o.status or "default"): self._outcome(o) for o in operation.outcomes}
        if not operation.outcomes:
            responses["default"] = {"description": "The view's own response."}
        if operation.unchanged is not None:
            responses.setdefault("304", self._outcome(operation.unchanged))
        self._add_problems(responses, self._shapes.published(operation))
        add_limit(responses, operation.payload)
        for status in ("401", "403"):
            if operation.requirements and status in responses:
                header = {**CHALLENGE, "required": status == "401"}
                headers = {"headers": {"WWW-Authenticate": header}}
                responses[status] = {**responses[status], **headers}
        accepting = find_accepting(operation.method, operation.payload)
        if accepting is not None and "415" in responses:
            known = responses["415"]
            headers = {**known.get("headers", {}), accepting[0]: ACCEPTED}
            responses["415"] = {**known, "headers": headers}
        return responses

    def _add_problems(self, responses: Keywords, problems: Iterable[type[HTTPException]]) -> None:
        """Add the responses to errors, by status code."""
        key = tuple(problems)
        if key not in self._written_problems:
            self._written_problems[key] = self._write_problems(key)
        for status, written in self._written_problems[key].items():
            known = responses.get(status)
            responses[status] = merge(known, written) if known else written

    def _write_problems(self, problems: Iterable[type[HTTPException]]) -> Mapping[str, Keywords]:
        """Return the responses to errors by status code, which many operations share."""
        by_status: dict[str, list[type[HTTPException]]] = defaultdict(list)
        for problem in problems:
            by_status[str(problem.code)].append(problem)
        return {status: self._problems(alike) for status, alike in sorted(by_status.items())}

    def _outcome(self, outcome: Outcome) -> Keywords:
        examples = {name: {"value": value} for name, value in outcome.examples.items()}
        more = {"examples": examples} if examples else {}
        content = {
            name: {**self._body_content(body, name), **({} if is_table(body, name) else more)}
            for body in (outcome, *outcome.others.values())
            for name in body.media_types
        }
        parts: Keywords = {
            "description": outcome.description,
            "headers": self._headers(outcome),
            "content": content,
            "links": dict(self._links(outcome)),
        }
        made = {name: part for name, part in parts.items() if part}
        return merge_extra(made, outcome.returns.extra)

    def _body(self, outcome: Outcome, media_type: str) -> Keywords:
        """Return the schema of a body. JSON that the view writes itself may be any value."""
        if outcome.raw and is_json(media_type):
            return {}
        if outcome.field is None:
            return describe_raw(media_type)
        if is_table(outcome, media_type):
            return describe_table(find_columns(outcome.field))
        schema: Keywords = self._gives.field2property(outcome.field)
        return schema

    def _body_content(self, outcome: Outcome, media_type: str) -> Keywords:
        """Return the schema of a body; of a stream, that of an item.

        Only OpenAPI 3.2 has a keyword for items. Before it, generators take the schema of an item,
        which stands in the place of the body's, for the type of what they read.
        """
        schema = self._body(outcome, media_type)
        if outcome.stream in (None, "raw") or not self._has_items:
            return {"schema": schema}
        return {"itemSchema": describe_event(schema) if outcome.stream == "events" else schema}

    def _headers(self, outcome: Outcome) -> Keywords:
        headers = {name: self._header(field) for name, field in outcome.headers.items()}
        if not outcome.cookies:
            return headers
        cookies = {name: self._header(field) for name, field in outcome.cookies.items()}
        words = [
            f"{name}: {cookie['description']}"
            for name, cookie in cookies.items()
            if "description" in cookie
        ]
        described = {"description": " ".join((f"Sets {', '.join(cookies)}.", *words))}
        header = {**described, "schema": {"type": "string"}, "x-cookies": cookies}
        return {**headers, "Set-Cookie": header}

    def _header(self, field: fields.Field[Any]) -> Keywords:
        described = described_field(field)
        schema = self._gives.describe(described)
        moved = take_out(schema, PARAMETER_KEYWORDS)
        if moved.keys().isdisjoint(("example", "examples")):
            schema = self._gives.add_example(described, schema)
        if isinstance(field, JsonInText):
            examples = take_out(moved, ("example", "examples"))
            content = {JSON: {**examples, "schema": schema}}
            return {**moved, "required": field.required, "content": content}
        return {**moved, "required": field.required, "schema": schema}

    def _links(self, outcome: Outcome) -> Iterator[tuple[str, Keywords]]:
        """Yield the links whose operations are in the document."""
        for name, link in outcome.returns.links.items():
            operation_id = self._ids.find(link, f"link {name!r}")
            if operation_id is not None:
                parts = {
                    "operationId": operation_id,
                    "parameters": {key: write_choice(v) for key, v in link.parameters.items()},
                    "requestBody": link.request_body,
                    "description": link.description,
                }
                yield name, {key: part for key, part in parts.items() if part not in (None, {})}

    def _problems(self, problems: Sequence[type[HTTPException]]) -> Keywords:
        """Return the response for all problems of one status code."""
        outcomes = {id(o.field): o for o in map(self._shapes.outcome, problems)}
        media_types = next(iter(outcomes.values())).media_types
        raw = describe_raw(*media_types[:1]) if media_types else BINARY
        schemas = [
            self._gives.field2property(o.field) if o.field else raw for o in outcomes.values()
        ]
        schema = join_schemas(schemas, exclusive=are_distinct(problems))
        content = {media_type: {"schema": schema} for media_type in media_types[:1]}
        description = " ".join(dict.fromkeys(map(summarize_problem, problems)))
        parts = {"headers": self._problem_headers(problems), "content": content}
        return {"description": description, **{name: part for name, part in parts.items() if part}}

    def _problem_headers(self, problems: Sequence[type[HTTPException]]) -> Keywords:
        """Return the headers of problems of one status; those that not all have are optional."""
        known = [self._shapes.outcome(problem).headers for problem in problems]
        every = set.intersection(*map(set, known))
        found = {name: field for headers in known for name, field in headers.items()}
        return {
            name: {**self._header(field), "required": field.required and name in every}
            for name, field in found.items()
        }


def describe_event(data: Keywords) -> Keywords:
    """Return the schema of a server-sent event, by the schema of its data."""
    is_text = data == {"type": "string"}
    content = {} if is_text else {"contentMediaType": JSON, "contentSchema": data}
    return {
        "type": "object",
        "properties": {
            "data": {"type": "string", **content},
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
    }


def describe_raw(media_type: str) -> Keywords:
    """Return the schema of a body that is sent unchanged: text or bytes."""
    return {"type": "string"} if is_text_type(media_type) else BINARY


def is_table(outcome: Outcome, media_type: str) -> bool:
    """Return whether a body of a media type is written as CSV."""
    return outcome.is_formatted and find_format(media_type) == "csv"


def describe_table(columns: Iterable[str]) -> Keywords:
    """Return the schema of a body in CSV."""
    return {"type": "string", "description": CSV_WORDS.format(columns=", ".join(columns))}


def write_as_body(schema: Keywords, media_type: str) -> Keywords:
    """Return the schema of a body, as text if the media type is text.

    Lengths count the bytes of a body, not its characters, so a schema with lengths stays as it is.
    """
    is_text = schema.get("format") == "binary" and is_text_type(media_type)
    if not is_text or "minLength" in schema or "maxLength" in schema:
        return schema
    return {word: value for word, value in schema.items() if word != "format"}


def merge_extra(made: Keywords, extra: Mapping[str, Any]) -> Keywords:
    """Return an object merged with a copy of a user's addition, which apispec may change."""
    return merge_deep(made, deepcopy(extra)) if extra else made


def merge_deep(made: Keywords, extra: Mapping[str, Any]) -> Keywords:
    """Return an object merged with a user's addition. Values that are not objects are replaced."""
    merged = dict(made)
    for key, value in extra.items():
        known = merged.get(key)
        both = isinstance(known, Mapping) and isinstance(value, Mapping)
        merged[key] = merge_deep(dict(known), value) if both else value  # type: ignore[arg-type]  # both
    return merged


def merge(outcome: Keywords, problems: Keywords) -> Keywords:
    """Return the response of a status code that an outcome and problems share."""
    content = {**outcome.get("content", {}), **problems.get("content", {})}
    return {**problems, **({"content": content} if content else {})}


def join_schemas(schemas: list[Keywords], *, exclusive: bool) -> Keywords:
    """Return a schema that accepts the values of any of several schemas."""
    return schemas[0] if len(schemas) == 1 else {"oneOf" if exclusive else "anyOf": schemas}


def are_distinct(problems: Iterable[type[HTTPException]]) -> bool:
    """Return whether the types of problem classes are unique, so that ``oneOf`` is exact."""
    types: list[Any] = [p.type for p in problems if issubclass(p, Problem)]
    return len({kind for kind in types if isinstance(kind, str)}) == len(list(problems))


def summarize_problem(problem: type[HTTPException]) -> str:
    """Return a sentence for a class of errors."""
    if issubclass(problem, Problem):
        return str(problem.title)
    return f"{phrase(problem.code or 500)}."


def describe_others(
    readers: Sequence[Reader], describe: Callable[[Any], Any], *, is_open: bool
) -> Keywords:
    """Return ``additionalProperties`` of an object with the fields of several readers.

    :param describe: returns the schema of a field.
    :param is_open: whether it may have more keys, if no spread object decides.
    """
    sources = [reader.source for reader in readers]
    deciding = [one for one in sources if isinstance(one, SpreadSchema) and one.extra is not None]
    policies = {schema.unknown for schema in deciding}
    if INCLUDE in policies:
        typed = [rest for one in deciding for rest in one.rest if not isinstance(rest, Anything)]
        return {"additionalProperties": describe(typed[0]) if typed else True}
    ignored = EXCLUDE in policies if deciding else is_open
    return {} if ignored else {"additionalProperties": False}


def describe_files(readers: Iterable[Reader]) -> Keywords:
    """Return the ``encoding`` of a form: the media types of its files and of JSON texts."""
    encoding = {}
    for reader in readers:
        for name, field in reader.fields.items():
            upload = field.inner if isinstance(field, Uploads) else field
            if isinstance(upload, Upload) and upload.media_types:
                encoding[name] = {"contentType": ", ".join(upload.media_types)}
            if isinstance(field, JsonInText) and reader.location == "form":
                encoding[name] = {"contentType": JSON}
    return {"encoding": encoding} if encoding else {}


def add_limit(responses: Keywords, payload: Payload | None) -> None:
    """Add the limit of a body to the description of the 413."""
    if payload is not None and payload.max_length is not None:
        response = responses["413"]
        words = f"{response['description']} The limit is {payload.max_length} bytes."
        responses["413"] = {**response, "description": words}


def take_out(schema: Keywords, keywords: Iterable[str]) -> Keywords:
    """Move keywords out of a schema, for the object around it. Examples become Example Objects."""
    taken = {keyword: schema.pop(keyword) for keyword in keywords if keyword in schema}
    if "examples" in taken:
        named = name_examples(taken["examples"])
        one = (
            {"example": taken.pop("example")} if "example" in taken else {}
        )  # either key, not both
        taken["examples"] = {
            k: write_example_object(value) for k, value in {**one, **named}.items()
        }
    return taken


def name_examples(examples: Any) -> Mapping[str, Any]:
    """Return examples by name; the examples of a schema are a list without names."""
    if isinstance(examples, Mapping):
        return examples
    return {f"example{number}": example for number, example in enumerate(examples, 1)}


def write_example_object(value: Any) -> Mapping[str, Any]:
    """Return an Example Object; a plain value is its ``value``."""
    return value if is_example_object(value) else {"value": value}


def has_no_client_error(responses: Mapping[str, Any]) -> bool:
    """Return whether no response has a 4xx status code."""
    return not any(status.startswith("4") for status in responses)


def find_roots(
    operations: Sequence[Operation], shapes: ProblemShapes, pauses: Pauses
) -> Sequence[Root]:
    """Return the fields of requests and responses that may need a component.

    Each is returned once for each direction, at its last place: names depend on the order in which
    uses are found, which is from the last root to the first.
    """
    found: dict[tuple[int, Direction], Root] = {}
    seen: set[Sequence[type[HTTPException]]] = set()
    for operation in pauses.between(reversed(operations)):
        problems = shapes.published(operation)
        of_problems = () if problems in seen else body_roots(map(shapes.outcome, problems))
        seen.add(problems)
        for root in reversed((*root_fields(operation, shapes), *of_problems)):
            if may_need_component(root[0]):
                found.setdefault((id(root[0]), root[1]), root)
    return [*reversed(found.values())]


def root_fields(operation: Operation, shapes: ProblemShapes) -> Iterator[Root]:
    """Yield the fields of the requests and responses of an operation, without its problems."""
    for reader in operation.readers:
        for field in reader.fields.values():
            yield described_field(field), "in"
    for sent in operation.callbacks.values():
        for called in sent.values():
            yield from root_fields(called, shapes)
            yield from body_roots(map(shapes.outcome, shapes.published(called)))
    for outcome in operation.outcomes:
        for field in (*outcome.headers.values(), *outcome.cookies.values()):
            yield described_field(field), "out"
    yield from body_roots(operation.outcomes)


def body_roots(outcomes: Iterable[Outcome]) -> Iterator[Root]:
    """Yield the fields of the bodies of responses."""
    for outcome in outcomes:
        for body in (outcome, *outcome.others.values()):
            if body.field is not None:
                yield body.field, "out"
