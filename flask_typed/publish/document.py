"""Builds one OpenAPI document of an app: apispec's ``APISpec``, filled from operations.

Publishing time. Building a document changes no state, and returns the same bytes every time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from apispec import APISpec

from ..bridge.pausing import Pauses
from ..messages.translating import in_default_language
from ..plan.operation import Operation
from ..security.requirements import find_schemes
from ..wire.encoding import dumps
from .content import Api
from .converter import Components, TypedConverter
from .declared import Document
from .describing import describe_api, write_tag_groups, write_tags
from .keywords import Written
from .naming import OperationNames, name_components, name_operations
from .omitting import Omissions
from .openapi30 import write_openapi_30
from .operations import OperationIds, OperationWriter, find_roots
from .own import name_own
from .paths import write_path
from .plain import PATH_ITEM_METHODS, PLAIN_DESCRIPTION, plain_rules, plain_tags, write_plain
from .variants import DIRECTIONS

#: The version that is built; the other versions are converted from it.
BUILT_VERSION = "3.1.0"
#: The order of the first keys of a document, for people; other keys follow.
KEY_ORDER = (
    "openapi",
    "info",
    "externalDocs",
    "servers",
    "security",
    "tags",
    "x-tagGroups",
    "paths",
)
INFO_ORDER = ("title", "version")
#: The key for operations whose method OpenAPI 3.1 does not support; OpenAPI 3.2 has one of its own.
MORE = "x-additionalOperations"

#: Path Item Objects by path.
Paths = dict[str, dict[str, Any]]


def make_document(api: Api, document: Document, pauses: Pauses | None = None) -> dict[str, Any]:
    """Return a document of an app, and log the values that it leaves out.

    :param document: a complete declaration.
    :param pauses: of the work; none by default.
    """
    omissions = Omissions()
    made = build_document(api, document, omissions, pauses)
    lines = "".join(f"\n  {omission}" for omission in omissions)
    if lines:
        api.app.logger.warning(
            "The document %r leaves out values that it cannot contain:%s", document.url, lines
        )
    return made


def build_document(
    api: Api, document: Document, omissions: Omissions, pauses: Pauses | None = None
) -> dict[str, Any]:
    """Return a document of an app, whose lazy texts are in the app's default language.

    :param document: a complete declaration.
    :param omissions: collects the values that the document leaves out.
    :param pauses: of the work; none by default.
    """
    with in_default_language(api.app):
        return fill_document(api, document, omissions, pauses or Pauses())


def fill_document(
    api: Api, document: Document, omissions: Omissions, pauses: Pauses
) -> dict[str, Any]:
    """Return a document of an app, in the current language."""
    named = [o for o in api.operations if not o.details.hidden]
    ids = dict(zip(map(id, named), name_operations(named), strict=True))
    shown = [o for o in named if document.shows(o.rule, o.details.tags)]
    webhooks = api.webhooks if document.webhooks else {}
    read = (*shown, *webhooks.values())
    roots = find_roots(read, api.shapes, pauses)
    top = describe_api(document, api.default)
    spec = APISpec(document.title or "", document.version or "", BUILT_VERSION, **top)
    names = name_components(roots, pauses)
    own = name_own(roots, names, set(names.values()), pauses)
    components = Components(spec, names, own, omissions)
    takes, gives = (TypedConverter(components, direction) for direction in DIRECTIONS)
    requirements = (*api.default, *(requirement for o in shown for requirement in o.requirements))
    for name, scheme in find_schemes(requirements).items():
        spec.components.security_scheme(name, dict(scheme))
    given = OperationNames(ids.values())
    linked = link_operations(api, {id(o): ids[id(o)] for o in shown}, given, omissions)
    server = api.app.config["SERVER_NAME"]
    writer = OperationWriter(takes, gives, api.shapes, api.default, linked, server)
    paths: Paths = {}
    for o in pauses.between(shown):
        add_operation(paths, write_path(o.rule), o.method.lower(), writer.write(o, ids[id(o)]))
    plain = add_plain_routes(paths, api, document, given) if document.plain_routes else []
    added = {write_path(o.rule) for o in shown if has_additions(o)}
    for path, item in pauses.between(paths.items()):
        spec.path(path, operations=Written(item) if path in added else None)
    used = list(dict.fromkeys((*(tag for o in shown for tag in o.details.tags), *plain)))
    for tag in write_tags(document, {**dict.fromkeys(plain, PLAIN_DESCRIPTION), **api.tags}, used):
        spec.tag(tag)
    sent = {name: writer.write_sent(o) for name, o in webhooks.items()}
    more = {**({"webhooks": sent} if sent else {}), **write_tag_groups(document, used)}
    return finish_document({**write_spec(spec, paths), **more}, document, omissions, pauses)


def link_operations(
    api: Api, shown: Mapping[int, str], given: OperationNames, omissions: Omissions
) -> OperationIds:
    """Return the operationIds that links may refer to.

    :param shown: those in the document, by the identity of the operation.
    """
    found = {(o.rule.endpoint, o.method): shown[id(o)] for o in api.operations if id(o) in shown}
    return OperationIds(found, {o.rule.endpoint for o in api.operations}, given, omissions)


def has_additions(operation: Operation) -> bool:
    """Return whether the author adds to an operation, perhaps with short references of apispec.

    Ours need no resolving: apispec would look for short references in every schema.
    """
    added = any(outcome.returns.extra for outcome in operation.outcomes)
    return bool(operation.details.extra or operation.callbacks or added)


def write_spec(spec: APISpec, paths: Paths) -> dict[str, Any]:
    """Return what apispec holds, in plain dictionaries, with the operations of its paths."""
    made = spec.to_dict()
    made["paths"] = {path: dict(paths[path]) for path in made["paths"]}
    components = made.get("components", {})
    if "schemas" in components:
        schemas = {name: dict(schema) for name, schema in components["schemas"].items()}
        made["components"] = {**components, "schemas": schemas}
    return made


def add_operation(paths: Paths, path: str, method: str, operation: Mapping[str, Any]) -> None:
    """Add an operation to its path.

    Flask distinguishes more routes than OpenAPI: by host, by converter, and with methods of any
    name. Operations that OpenAPI cannot express are kept under ``x-`` keys.

    :param method: in lower case.
    """
    item = paths.setdefault(path, {})
    if method.upper() in PATH_ITEM_METHODS:
        place, name = item, method
    else:
        place, name = item.setdefault(MORE, {}), method.upper()
    if name in place:
        item.setdefault("x-alternatives", {}).setdefault(method, []).append(operation)
    else:
        place[name] = operation


def add_plain_routes(paths: Paths, api: Api, document: Document, ids: OperationNames) -> list[str]:
    """Add the plain routes of the app to the paths, and return their tags."""
    used: list[str] = []
    for rule in plain_rules(api.app, api.operations):
        tags = plain_tags(rule)
        if not document.shows(rule, tags):
            continue
        path, written = write_plain(api.app, rule, ids)
        if written:
            for method, operation in written.items():
                add_operation(paths, path, method, operation)
            used.extend(tags)
    return used


def finish_document(
    made: dict[str, Any], document: Document, omissions: Omissions, pauses: Pauses
) -> dict[str, Any]:
    """Return the document in its version of OpenAPI, changed by its ``edit`` function."""
    made = omissions.tidy(made, pauses)
    if document.openapi_version == "3.0.3":
        made = write_openapi_30(made, pauses)
    elif document.openapi_version == "3.2.0":
        paths = {path: write_methods(item) for path, item in made["paths"].items()}
        made = {**made, "openapi": "3.2.0", "paths": paths}
    made = sort_keys({**made, "info": sort_keys(made["info"], INFO_ORDER)}, KEY_ORDER)
    if document.edit is None:
        return made
    own = json.loads(dumps(made))  # the author may change it: parts of ours are shared
    edited = document.edit(own)
    whole: dict[str, Any] = omissions.tidy(own if edited is None else edited, pauses)
    return whole


def write_methods(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Path Item Object of OpenAPI 3.2, which supports all methods."""
    written = {key: part for key, part in item.items() if key != MORE}
    more = dict(item.get(MORE, {}))
    if "QUERY" in more:
        written["query"] = more.pop("QUERY")
    return {**written, **({"additionalOperations": more} if more else {})}


def sort_keys(part: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """Return an object with some keys first, in the given order."""
    first = {key: part[key] for key in order if key in part}
    return {**first, **part}
