"""The OpenAPI document of an app: apispec's, filled from operations.

Publishing time. Building it changes nothing, and gives the same bytes every time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apispec import APISpec
from flask import Flask

from ..declare.security import Requirement
from ..plan.operation import Operation
from ..plan.problems import ProblemShapes
from .converter import Components, TypedConverter
from .naming import name_components, name_operations
from .openapi30 import write_openapi_30
from .operations import OperationWriter, root_fields
from .own import name_own
from .paths import write_path
from .plain import plain_rules, write_plain
from .security import find_schemes, write_requirements
from .variants import DIRECTIONS

#: The versions that can be published; the first is the one that is made, others are made from it.
OPENAPI_VERSIONS = ("3.1.0", "3.0.3")


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What the configuration says of the document.

    :param servers: URLs, or Server Objects.
    :param plain_routes: whether plain routes are listed too.
    :param openapi_version: one of ``OPENAPI_VERSIONS``.
    """

    title: str
    version: str
    description: str | None = None
    servers: tuple[str | Mapping[str, Any], ...] = ()
    plain_routes: bool = False
    openapi_version: str = OPENAPI_VERSIONS[0]


def make_document(
    app: Flask,
    operations: Sequence[Operation],
    shapes: ProblemShapes,
    options: DocumentOptions,
    default: Sequence[Requirement] = (),
) -> dict[str, Any]:
    """Return the document.

    :param default: what the app asks of a client before any route does.
    """
    shown = [operation for operation in operations if not operation.details.hidden]
    roots = [root for operation in shown for root in root_fields(operation, shapes)]
    said = describe(options)
    if default:
        said["security"] = write_requirements(default)
    spec = APISpec(options.title, options.version, OPENAPI_VERSIONS[0], **said)
    names = name_components(roots)
    own = name_own(roots, names, set(names.values()))
    components = Components(spec, names, own)
    takes, gives = (TypedConverter(components, direction) for direction in DIRECTIONS)
    requirements = [way for operation in shown for way in operation.requirements]
    for name, scheme in find_schemes((*default, *requirements)).items():
        spec.components.security_scheme(name, dict(scheme))
    writer = OperationWriter(takes, gives, shapes, default)
    for operation, operation_id in zip(shown, name_operations(shown), strict=True):
        written = writer.write(operation, operation_id)
        spec.path(write_path(operation.rule), operations={operation.method.lower(): written})
    if options.plain_routes:
        add_plain_routes(spec, app, operations)
    for tag in dict.fromkeys(tag for operation in shown for tag in operation.details.tags):
        spec.tag({"name": tag})
    document: dict[str, Any] = spec.to_dict()
    return document if options.openapi_version == "3.1.0" else write_openapi_30(document)


def describe(options: DocumentOptions) -> dict[str, Any]:
    """Return the parts of the document that the configuration says."""
    parts: dict[str, Any] = {}
    if options.description:
        parts["info"] = {"description": options.description}
    if options.servers:
        parts["servers"] = [{"url": s} if isinstance(s, str) else dict(s) for s in options.servers]
    return parts


def add_plain_routes(spec: APISpec, app: Flask, operations: Sequence[Operation]) -> None:
    """List the plain routes of the app."""
    typed = {id(operation.rule) for operation in operations}
    for rule in plain_rules(app, typed):
        path, written = write_plain(app, rule)
        if written:
            spec.path(path, operations=written)


def write_document(document: Mapping[str, Any]) -> bytes:
    """Return the document's JSON text."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
