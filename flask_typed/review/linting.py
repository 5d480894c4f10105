"""Problems that consumers of a document will have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from .differences import DocumentOperation, read_operations, strip_names
from .references import JSONObject, find_schema, follow

Rule = Literal[
    "info",
    "tag-description",
    "trailing-slash",
    "path-clash",
    "name-clash",
    "numbered-name",
    "summary",
    "tags",
    "parameter-description",
    "unknown-answer",
    "field-description",
    "undeclared-status",
    "unpublished-word",
    "ignored-header",
    "shared-type",
    "hidden-rule",
    "unchecked-change",
]
#: Header parameters that OpenAPI tells clients to ignore: it describes them elsewhere.
IGNORED_HEADERS = ("accept", "content-type", "authorization")
#: The headers that tell which version a client changes, in small letters.
CHECKING_HEADERS = ("if-match", "if-unmodified-since")
#: The names of all rules.
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One problem for consumers.

    :param rule: the name to pass to ``--ignore``.
    :param place: method and path, a component, a tag, or the document.
    """

    rule: Rule
    place: str
    message: str


def lint_document(document: JSONObject) -> Iterator[LintFinding]:
    """Yield the problems of a document."""
    yield from lint_info(document)
    yield from lint_tags(document)
    yield from lint_paths(document)
    operations = {name: place for _, (name, place) in read_operations(document)}
    yield from lint_names(document, operations)
    yield from lint_changes(document)
    for name, place in operations.items():
        yield from lint_words(name, place.operation)
        yield from lint_parameters(name, place.parameters.values())
        yield from lint_headers(name, place.parameters.values())
        yield from lint_responses(document, name, place.operation)
        yield from lint_problems(document, name, place.operation)
    yield from lint_components(document)


def lint_info(document: JSONObject) -> Iterator[LintFinding]:
    """Yield the missing parts of the API's description."""
    info = document.get("info", {})
    is_described = {
        "contact": "contact" in info,
        "license": "license" in info,
        "servers": bool(document.get("servers")),
    }
    for key in (key for key, found in is_described.items() if not found):
        yield LintFinding("info", "the document", f"it has no {key} (TYPED_{key.upper()})")


def lint_tags(document: JSONObject) -> Iterator[LintFinding]:
    """Yield the tags without a description."""
    for tag in document.get("tags", ()):
        if not tag.get("description"):
            message = "the tag has no description (TypedBlueprint(description=…), or TYPED_TAGS)"
            yield LintFinding("tag-description", f"tag {tag['name']!r}", message)


def lint_paths(document: JSONObject) -> Iterator[LintFinding]:
    """Yield the paths that clash, and those that end in a slash."""
    alike = defaultdict(list)
    for path, item in document.get("paths", {}).items():
        for method, others in item.get("x-alternatives", {}).items():
            names = ", ".join(str(other.get("operationId")) for other in others)
            message = f"other routes have this path and method, and are in x-alternatives: {names}"
            yield LintFinding("path-clash", f"{method.upper()} {path}", message)
        alike[strip_names(path)].append(path)
        if path.endswith("/") and path != "/":
            message = "the path ends in a slash: clients that leave it out are redirected"
            yield LintFinding("trailing-slash", path, message)
    for first, *others in alike.values():
        for other in others:
            message = (
                f"clients cannot distinguish this path from {first}: only variable names differ"
            )
            yield LintFinding("path-clash", other, message)


def lint_names(
    document: JSONObject, operations: Mapping[str, DocumentOperation]
) -> Iterator[LintFinding]:
    """Yield the names that a generated client cannot distinguish, and numbered names."""
    ids = [(place.operation.get("operationId", ""), name) for name, place in operations.items()]
    schemas = [
        (name, f"schema {name!r}") for name in document.get("components", {}).get("schemas", {})
    ]
    for names in (ids, schemas):
        alike = defaultdict(list)
        for name, place in names:
            alike[re.sub(r"[^a-z0-9]", "", name.lower())].append((name, place))
        for (first, _), *others in alike.values():
            for name, place in others:
                message = f"{name!r} and {first!r} are the same name in generated clients"
                yield LintFinding("name-clash", place, message)
        known = {name for name, _ in names}
        for name, place in names:
            bare = name.rstrip("0123456789").rstrip("_")
            if bare != name and bare in known:
                message = f"{name!r} has a number because {bare!r} is taken: rename one of them"
                yield LintFinding("numbered-name", place, message)


def lint_changes(document: JSONObject) -> Iterator[LintFinding]:
    """Yield the changes of a resource with versions that ignore the version of the client."""
    operations = dict(read_operations(document))
    for (path, method), (name, place) in operations.items():
        _, reading = operations.get((path, "GET"), ("", None))
        if reading is None or method not in ("PUT", "PATCH", "DELETE"):
            continue
        success = follow(document, reading.operation.get("responses", {}).get("200", {}))
        is_checked = any(("header", one) in place.parameters for one in CHECKING_HEADERS)
        if "ETag" in success.get("headers", {}) and not is_checked:
            message = (
                "GET sends an ETag, but the change ignores If-Match: take an argument"
                " `match: IfMatch`, or write etag= with a function"
            )
            yield LintFinding("unchecked-change", name, message)


def lint_words(name: str, operation: JSONObject) -> Iterator[LintFinding]:
    """Yield an operation without a summary or a tag."""
    if not operation.get("summary"):
        yield LintFinding("summary", name, "there is no summary (the view's docstring)")
    if not operation.get("tags"):
        yield LintFinding("tags", name, "there is no tag (a blueprint, or tags=)")


def lint_parameters(name: str, parameters: Iterable[JSONObject]) -> Iterator[LintFinding]:
    """Yield the parameters without a description."""
    for parameter in parameters:
        if not parameter.get("description"):
            message = (
                f"the {parameter.get('in')} parameter {parameter.get('name')!r} has no description"
            )
            yield LintFinding("parameter-description", name, message)


def lint_headers(name: str, parameters: Iterable[JSONObject]) -> Iterator[LintFinding]:
    """Yield the header parameters that OpenAPI tells clients to ignore."""
    for parameter in parameters:
        header = str(parameter.get("name"))
        if parameter.get("in") == "header" and header.lower() in IGNORED_HEADERS:
            message = f"clients ignore the header parameter {header!r}, as OpenAPI requires"
            yield LintFinding("ignored-header", name, message)


def lint_responses(document: JSONObject, name: str, operation: JSONObject) -> Iterator[LintFinding]:
    """Yield the responses whose content has no schema."""
    responses: Mapping[str, JSONObject] = operation.get("responses", {})
    if "default" in responses and not any(status.startswith("2") for status in responses):
        yield LintFinding(
            "unknown-answer", name, "no successful response is described (a return annotation)"
        )
    for status, response in responses.items():
        for media_type, content in follow(document, response).get("content", {}).items():
            if find_schema(media_type, content) in ({}, True):
                message = f"the {media_type} of the response {status} has no schema"
                yield LintFinding("unknown-answer", name, message)


def lint_problems(document: JSONObject, name: str, operation: JSONObject) -> Iterator[LintFinding]:
    """Yield the problems of one status code that have one ``type``: clients know only titles."""
    for status, response in operation.get("responses", {}).items():
        for content in follow(document, response).get("content", {}).values():
            by_type = defaultdict(list)
            for reference in (content.get("schema") or {}).get("anyOf", ()):
                kind = follow(document, reference).get("properties", {}).get("type", {})
                for known in kind.get("enum", ()):
                    by_type[known].append(reference["$ref"].rpartition("/")[2])
            for known, alike in by_type.items():
                if len(alike) > 1:
                    message = (
                        f"{' and '.join(alike)}, of status {status}, have the same type {known!r}:"
                        " set type, or type_base in their base class"
                    )
                    yield LintFinding("shared-type", name, message)


def lint_components(document: JSONObject) -> Iterator[LintFinding]:
    """Yield the components that have fields without a description."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        keys = schema.get("properties", {})
        silent = [key for key, field in keys.items() if not describes_itself(document, field)]
        if silent:
            message = (
                f"{len(silent)} of {len(keys)} fields have no description: {', '.join(silent)}"
            )
            yield LintFinding("field-description", f"schema {name!r}", message)


def describes_itself(document: JSONObject, schema: object) -> bool:
    """Return whether a field, or the model in it, has a description, or the field is constant."""
    own = schema if isinstance(schema, Mapping) else {}
    is_described = "description" in own or "description" in follow(document, schema)
    return is_described or "const" in own or len(own.get("enum", ())) == 1
