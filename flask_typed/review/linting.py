"""What consumers of a document will stumble over."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from .differences import Place, read_operations, strip_names
from .references import Keywords, follow

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
]
#: Headers that are no parameters to OpenAPI: it has other words for them.
IGNORED_HEADERS = ("accept", "content-type", "authorization")
#: What is looked for.
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that consumers stumble over.

    :param rule: its name, to leave it out.
    :param place: method and path, or a component.
    """

    rule: Rule
    place: str
    what: str


def lint_document(document: Keywords) -> Iterator[Finding]:
    """Yield what there is to say of a document."""
    yield from lint_info(document)
    yield from lint_tags(document)
    yield from lint_paths(document)
    operations = {name: place for _, (name, place) in read_operations(document)}
    yield from lint_names(document, operations)
    for name, place in operations.items():
        yield from lint_words(name, place.operation)
        yield from lint_parameters(name, place.parameters.values())
        yield from lint_headers(name, place.parameters.values())
        yield from lint_answers(document, name, place.operation)
    yield from lint_components(document)


def lint_info(document: Keywords) -> Iterator[Finding]:
    """Yield what is not said of the API."""
    info = document.get("info", {})
    said = {
        "contact": "contact" in info,
        "license": "license" in info,
        "servers": bool(document.get("servers")),
    }
    for key in (key for key, is_said in said.items() if not is_said):
        yield Finding("info", "the document", f"it says nothing of its {key} (TYPED_{key.upper()})")


def lint_tags(document: Keywords) -> Iterator[Finding]:
    """Yield the tags that nothing is said of."""
    for tag in document.get("tags", ()):
        if not tag.get("description"):
            what = "the tag has no description (TypedBlueprint(description=…), or TYPED_TAGS)"
            yield Finding("tag-description", f"tag {tag['name']!r}", what)


def lint_paths(document: Keywords) -> Iterator[Finding]:
    """Yield paths that clash, and those that end in a slash."""
    alike = defaultdict(list)
    for path, item in document.get("paths", {}).items():
        for method, others in item.get("x-alternatives", {}).items():
            names = ", ".join(str(other.get("operationId")) for other in others)
            what = f"other routes have this path and method, and are in x-alternatives: {names}"
            yield Finding("path-clash", f"{method.upper()} {path}", what)
        alike[strip_names(path)].append(path)
        if path.endswith("/") and path != "/":
            what = "the path ends in a slash: clients that leave it out are redirected"
            yield Finding("trailing-slash", path, what)
    for first, *others in alike.values():
        for other in others:
            what = f"{first} is the same path to a client: their variables alone differ"
            yield Finding("path-clash", other, what)


def lint_names(document: Keywords, operations: Mapping[str, Place]) -> Iterator[Finding]:
    """Yield names that a generated client cannot tell apart, or that were numbered."""
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
                what = f"{name!r} and {first!r} are one name in generated clients"
                yield Finding("name-clash", place, what)
        known = {name for name, _ in names}
        for name, place in names:
            bare = name.rstrip("0123456789").rstrip("_")
            if bare != name and bare in known:
                what = f"{name!r} has a number, because {bare!r} is another: name them"
                yield Finding("numbered-name", place, what)


def lint_words(name: str, operation: Keywords) -> Iterator[Finding]:
    """Yield what is not said of an operation."""
    if not operation.get("summary"):
        yield Finding("summary", name, "there is no summary (the view's docstring)")
    if not operation.get("tags"):
        yield Finding("tags", name, "there is no tag (a blueprint, or tags=)")


def lint_parameters(name: str, parameters: Iterable[Keywords]) -> Iterator[Finding]:
    """Yield the parameters that nothing is said of."""
    for parameter in parameters:
        if not parameter.get("description"):
            what = (
                f"the {parameter.get('in')} parameter {parameter.get('name')!r} has no description"
            )
            yield Finding("parameter-description", name, what)


def lint_headers(name: str, parameters: Iterable[Keywords]) -> Iterator[Finding]:
    """Yield the header parameters that clients ignore, because OpenAPI says so."""
    for parameter in parameters:
        header = str(parameter.get("name"))
        if parameter.get("in") == "header" and header.lower() in IGNORED_HEADERS:
            what = f"clients ignore the header parameter {header!r}, as OpenAPI tells them to"
            yield Finding("ignored-header", name, what)


def lint_answers(document: Keywords, name: str, operation: Keywords) -> Iterator[Finding]:
    """Yield answers of which a client knows nothing."""
    answers: Mapping[str, Keywords] = operation.get("responses", {})
    if "default" in answers and not any(status.startswith("2") for status in answers):
        yield Finding(
            "unknown-answer", name, "nothing is known of the answer (a return annotation)"
        )
    for status, said in answers.items():
        for media_type, content in follow(document, said).get("content", {}).items():
            if content.get("schema") in ({}, True):
                what = f"anything may be in the {media_type} of {status}"
                yield Finding("unknown-answer", name, what)


def lint_components(document: Keywords) -> Iterator[Finding]:
    """Yield how many fields of each model nothing is said of."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        keys = schema.get("properties", {})
        silent = [key for key, said in keys.items() if not describes_itself(document, said)]
        if silent:
            what = f"{len(silent)} of {len(keys)} fields have no description: {', '.join(silent)}"
            yield Finding("field-description", f"schema {name!r}", what)


def describes_itself(document: Keywords, schema: object) -> bool:
    """Say whether a field has words, its own or those of the model that it holds."""
    own = schema if isinstance(schema, Mapping) else {}
    said = "description" in own or "description" in follow(document, schema)
    return said or "const" in own or len(own.get("enum", ())) == 1
