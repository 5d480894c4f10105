"""What the server has: the values of path variables, found in its own answers.

Development time. A document cannot know which books a server has. Three places can: the answer of
the list or of the request that made one, its ``Location``, and the links of the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from ..outside.operations import ApiOperation
from ..outside.values import ApiSchemas
from ..review.differences import strip_names
from ..review.references import JSONObject
from .sending import Received

#: A variable of a path.
PATH_VARIABLE = re.compile(r"\{([^}]*)\}")
#: The number of items that are remembered for each path.
MAX_KNOWN = 50


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of an answer.

    :param prefix: the path of the operation, without the names of its variables.
    :param parents: the values of the variables in that path.
    :param is_ours: whether a request of this run has made it.
    """

    prefix: str
    parents: tuple[str, ...]
    members: JSONObject
    is_ours: bool


class KnownItems:
    """The items of all answers so far."""

    def __init__(self) -> None:
        self._items: list[KnownItem] = []
        self._linked: dict[tuple[str, str], list[Any]] = {}

    def note(self, operation: ApiOperation, values: Mapping[str, Any], received: Received) -> None:
        """Remember the items in a successful answer.

        :param values: of the path variables in the request.
        """
        if not 200 <= received.status < 300:
            return
        if operation.method == "DELETE":
            self._forget(operation.path, values)
            return
        prefix = strip_names(operation.path)
        parents = tuple(str(values.get(name)) for name in PATH_VARIABLE.findall(operation.path))
        body = parse_answer(received)
        is_ours = operation.method == "POST"
        found = [KnownItem(prefix, parents, item, is_ours) for item in list_items(body)]
        self._items = [*found[:MAX_KNOWN], *self._items][: 20 * MAX_KNOWN]
        self._items.sort(key=lambda item: not item.is_ours)
        self._note_location(received)
        self._note_links(operation, received.status, body)

    def _note_location(self, received: Received) -> None:
        """Remember the last part of a ``Location`` as an id."""
        path = urlsplit(received.headers.get("Location", "")).path.rstrip("/")
        prefix, _, last = path.rpartition("/")
        if received.status == 201 and last:
            self._items.insert(0, KnownItem(prefix, (), {"id": unquote(last)}, True))

    def _note_links(self, operation: ApiOperation, status: int, body: Any) -> None:
        """Remember the values of the links of a response."""
        response = operation.raw_responses.get(str(status), {})
        for link in response.get("links", {}).values():
            for name, expression in link.get("parameters", {}).items():
                value = evaluate(expression, body)
                if value is not None:
                    key = str(link.get("operationId")), name.removeprefix("path.")
                    self._linked.setdefault(key, []).insert(0, value)

    def _forget(self, path: str, values: Mapping[str, Any]) -> None:
        """Forget what was deleted: an item whose members have the value of the last variable."""
        names = PATH_VARIABLE.findall(path)
        gone = str(values.get(names[-1])) if names else ""
        self._items = [item for item in self._items if gone not in map(str, item.members.values())]

    def find(self, operation: ApiOperation, schemas: ApiSchemas) -> dict[str, Any]:
        """Return the values of the path variables of an operation, as far as they are known."""
        found: dict[str, Any] = {}
        inputs = {one.name: one for one in operation.inputs if one.location == "path"}
        names = PATH_VARIABLE.findall(operation.path)
        for index in reversed(range(len(names))):
            name = names[index]
            if name in found or name not in inputs:
                continue
            for value, parents in self._propose(operation, index, names):
                if schemas.fits(inputs[name].schema, value):
                    found.update(zip(names, (*parents, value), strict=False) if parents else ())
                    found[name] = value
                    break
        return found

    def _propose(
        self, operation: ApiOperation, index: int, names: list[str]
    ) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Yield values of a variable, with those of the variables before it.

        The items of the path before the variable come first: ``/books`` for ``/books/{book_id}``.
        """
        name = names[index]
        for value in self._linked.get((operation.operation_id, name), ()):
            yield value, ()
        prefix = strip_names(operation.path.partition(f"/{{{name}}}")[0])
        for item in self._items:
            is_parent = item.prefix == prefix or item.prefix.endswith(f"/{prefix.strip('/')}")
            key = find_item_member(item.members, name) if is_parent else None
            if key is not None:
                yield item.members[key], item.parents
        for item in self._items:
            if name in item.members and name != "id":
                yield item.members[name], ()


def find_item_member(members: JSONObject, name: str) -> str | None:
    """Return the member that holds the value of a variable: of its name, or ``id``."""
    keys = (name, "id") if name.lower().endswith("id") else (name,)
    return next((key for key in keys if is_scalar_text(members.get(key))), None)


def is_scalar_text(value: Any) -> bool:
    """Return whether a value can be a part of a path."""
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


def parse_answer(received: Received) -> Any:
    """Return the JSON value of a body; ``None`` if it has none."""
    try:
        return json.loads(received.body)
    except (ValueError, RecursionError):
        return None


def list_items(body: Any) -> Iterator[JSONObject]:
    """Yield the objects of a body: itself, its items, and the items of its lists."""
    if isinstance(body, list):
        yield from (item for item in body if isinstance(item, Mapping))
    elif isinstance(body, Mapping):
        yield body
        for inner in body.values():
            if isinstance(inner, list):
                yield from (item for item in inner if isinstance(item, Mapping))


def evaluate(expression: Any, body: Any) -> Any:
    """Return the value of a link's expression, ``$response.body#/id`` or a constant."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    _, is_body, pointer = expression.partition("$response.body#/")
    found = body
    for key in pointer.split("/") if is_body else ():
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if is_body else None
