"""From the values of a call to its request, by the plan of the operation.

Where the client is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from marshmallow import fields
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import dump_cookie
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from ..declare.markers import Location
from ..libraries.werkzeug import find_converters
from ..plan.operation import JSON, Operation, Reader
from ..plan.paths import Converted
from ..schemas.families.model_schemas import Arguments
from ..schemas.formats import find_format
from ..serve.responding import NO_HEADER
from .arguments import SentValues
from .bodies import OutgoingBody, write_body_of
from .errors import ArgumentMismatch
from .operations import Mirrored
from .writing import (
    TextPair,
    Unwritable,
    write_deep,
    write_model,
    write_parameter,
)

#: The locations that are no part of a body, with their order in a request.
PARAMETERS: tuple[Location, ...] = ("query", "header", "cookie")


@dataclass(slots=True)
class PreparedRequest:
    """A request that is ready to be sent.

    :param path: with escaped characters, without the query.
    :param subdomain: of the rule, or its host.
    :param query: its parameters, in order.
    :param body: ``None`` if there is none.
    """

    method: str
    path: str
    subdomain: str
    query: list[TextPair] = field(default_factory=list)
    headers: Headers = field(default_factory=Headers)
    cookies: list[TextPair] = field(default_factory=list)
    body: OutgoingBody | None = None


class RequestWriter:
    """Writes one request.

    :param values: by the keys of the operation.
    """

    def __init__(self, mirrored: Mirrored, values: SentValues, defaults: Mapping[str, Any]) -> None:
        self._strict, self._loose = mirrored.strict, mirrored.loose
        self._values = values.by_key
        self._defaults = defaults
        self._headers = values.headers
        self._pairs: dict[Location, list[TextPair]] = {
            location: [] for location in (*PARAMETERS, "form")
        }
        self._files: list[tuple[str, Any]] = []

    def write(self) -> PreparedRequest:
        """Return the request.

        :raises ArgumentMismatch: for a value that cannot be sent.
        :raises TypeError: for a required value that is missing.
        """
        self._reject_missing()
        path, subdomain = self._write_path()
        strict = {(r.location, r.argument, r.json_patch): r for r in self._strict.readers}
        bodies: list[tuple[Reader, Reader]] = []
        for loose in self._loose.readers:
            pair = strict[loose.location, loose.argument, loose.json_patch], loose
            if loose.location == "body":
                bodies.append(pair)
            elif loose.location != "path" and not loose.alternative:
                self._write_parameters(*pair)
        request = PreparedRequest(self._loose.method, path, subdomain)
        request.query = self._pairs["query"]
        request.cookies = [write_cookie(*pair) for pair in self._pairs["cookie"]]
        for name, text in (*self._pairs["header"], *self._headers.items()):
            request.headers.add(name, text)
        accepted = choose_accept(self._loose)
        if accepted:
            request.headers["Accept"] = accepted
        request.body = self._write_body(bodies)
        return request

    def _reject_missing(self) -> None:
        """Raise for a required value of the view that was not given."""
        missing = []
        for name, key in self._loose.inputs.keys:
            if key not in self._values and any(needs_value(r, key) for r in self._loose.readers):
                missing.append(name)
        if missing:
            raise TypeError(f"{self._loose.name} needs the arguments {', '.join(missing)}")

    @contextmanager
    def _naming(self, key: str) -> Iterator[None]:
        """Name the argument in the errors of the block."""
        try:
            yield
        except (Unwritable, UnicodeError) as error:
            name = self._values[key][0]
            raise ArgumentMismatch(self._loose.name, name, str(error)) from error

    def _write_path(self) -> tuple[str, str]:
        """Return the path, and the subdomain or host."""
        rule: Rule = self._loose.rule
        values: dict[str, Any] = {}
        readers = {r.location: r for r in self._loose.readers if r.location == "path"}
        made = find_fields(readers["path"]) if readers else {}
        for name in rule.arguments - set(rule.defaults or ()):
            if name not in self._values:
                cause = "the URL has it, but nothing gives its value; pass it by with_arguments()"
                raise ArgumentMismatch(self._loose.name, name, cause)
            with self._naming(name):
                values[name] = write_variable(made.get(name), self._values[name][1])
        return build_path(self._loose, values)

    def _write_parameters(self, strict: Reader, loose: Reader) -> None:
        """Add the values of a reader to their location."""
        location = loose.location
        if location == "file":
            for key, field in find_fields(loose).items():
                if key in self._values:
                    self._add_files(key, field)
            return
        pairs = self._pairs[location]
        if loose.shape == "fields":
            known = find_fields(strict)
            for key, field in find_fields(loose).items():
                if key in self._values:
                    with self._naming(key):
                        pairs += self._write_single(key, known[key], field, location)
        elif loose.argument in self._values:
            with self._naming(loose.argument):
                pairs += self._write_object(strict, loose)

    def _write_single(
        self, key: str, strict: fields.Field[Any], loose: fields.Field[Any], location: Location
    ) -> list[TextPair]:
        _, value = self._values[key]
        is_form = location == "form"
        may_leave_out = not loose.required and self._is_default(key, value, loose)
        if value is None and may_leave_out and not is_form:
            return []
        texts = write_parameter(strict, loose, value, is_form=is_form)
        if not texts and not may_leave_out:
            raise Unwritable("an empty collection has no text, and the default is another value")
        return check_headers([(str(loose.data_key), text) for text in texts], location)

    def _is_default(self, key: str, value: Any, field: fields.Field[Any] | None = None) -> bool:
        """Return whether a value is the default of its argument: it may be left out.

        :param field: of a single value. Its documentation has the default of a provider's argument.
        """
        name, _ = self._values[key]
        if any(own == key for _, own in self._loose.inputs.keys):
            default = self._defaults.get(name)
        else:
            default = field.metadata.get("default") if field is not None else value
            value = list(value) if isinstance(value, (tuple, set, frozenset)) else value
        return bool(value is default if value is None else value == default)

    def _write_object(self, strict: Reader, loose: Reader) -> list[TextPair]:
        _, value = self._values[loose.argument]
        is_default = loose.optional and self._is_default(loose.argument, value)
        if value is None and is_default:
            return []
        if loose.shape == "deep":
            ((deep_strict,), (deep_loose,)) = (r.fields.values() for r in (strict, loose))
            pairs = list(write_deep(deep_strict, deep_loose, value))  # type: ignore[arg-type]  # its shape
        else:
            is_form = loose.location == "form"
            pairs = list(write_model(strict.schema, loose.schema, value, is_form=is_form))
        if not pairs and not is_default and (loose.optional or loose.shape == "deep"):
            raise Unwritable("nothing of it has a text, and the default is another value")
        return check_headers(pairs, loose.location)

    def _add_files(self, key: str, field: fields.Field[Any]) -> None:
        _, value = self._values[key]
        several = isinstance(field, fields.List)
        files = value if several else [value]
        self._files += ((str(field.data_key), file) for file in files or () if file is not None)

    def _write_body(self, bodies: list[tuple[Reader, Reader]]) -> OutgoingBody | None:
        """Return the body."""
        payload = self._loose.payload
        if payload is None:
            return None
        for strict, loose in bodies:
            keys = [loose.argument] if loose.argument else list(find_fields(loose))
            given = {key: self._values[key] for key in keys if key in self._values}
            if given:
                with self._naming(next(iter(given))):
                    body = write_body_of(strict, loose, given)
                if body is not None:
                    return body
        if payload.kind != "form" or not (self._pairs["form"] or self._files):
            return None
        return OutgoingBody.of_form(payload.media_types, self._pairs["form"], self._files)


def check_headers(pairs: list[TextPair], location: Location) -> list[TextPair]:
    """Return parameters, if they are no headers that HTTP cannot carry.

    :raises Unwritable: for such a header.
    """
    for _, text in pairs if location == "header" else ():
        if NO_HEADER.search(text) or text != text.strip(" \t"):
            raise Unwritable("a header is Latin-1 without line breaks and spaces around it")
    return pairs


def find_fields(reader: Reader) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of single values by the keys of their arguments."""
    return reader.source.made if isinstance(reader.source, Arguments) else {}


def needs_value(reader: Reader, key: str) -> bool:
    """Return whether a reader needs a value under a key."""
    if reader.shape != "fields":
        return reader.argument == key and not reader.optional
    field = find_fields(reader).get(key)
    return field is not None and field.required


def write_variable(field: fields.Field[Any] | None, value: Any) -> Any:
    """Return the value of a variable of a URL for its converter."""
    if field is None or isinstance(field, Converted):
        return value
    (text,) = write_parameter(field, field, value)
    return text


def build_path(operation: Operation, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the path of a URL, and its subdomain or host.

    :raises ArgumentMismatch: for values that the URL does not give back.
    """
    rule: Rule = operation.rule
    converters = find_converters(rule)
    converted = {name: make_converted(converters[name], value) for name, value in values.items()}
    try:
        built = rule.build(converted, append_unknown=False)
    except ValueError:  # of a converter
        built = None
    if built is None:
        name = next(iter(values), "")
        raise ArgumentMismatch(operation.name, name, f"the URL {rule.rule} cannot hold it")
    subdomain, path = built
    if values:
        reject_other_path(operation, path, subdomain, converted)
    return path, subdomain


def make_converted(converter: Any, text: Any) -> Any:
    """Return the value of a converter that makes numbers for its text."""
    is_number = isinstance(converter, NumberConverter) and isinstance(text, str)
    return converter.num_convert(text) if is_number else text


def reject_other_path(
    operation: Operation, path: str, subdomain: str, values: Mapping[str, Any]
) -> None:
    """Raise for a path that a server reads in another way: for a text with a slash, or none."""
    rule = operation.rule
    host = {"subdomain": subdomain} if subdomain and not rule.map.host_matching else {}
    adapter = rule.map.bind(subdomain or "localhost", **host)
    found: Rule | None
    arguments: Mapping[str, Any]
    try:
        found, arguments = adapter.match(unquote(path), operation.method, return_rule=True)
    except HTTPException:  # a redirect is one too
        found, arguments = None, {}
    converters = find_converters(rule)
    for name, value in values.items():
        write = converters[name].to_url
        if found is not rule or write(arguments[name]) != write(value):
            cause = f"the URL {rule.rule} does not give it back"
            raise ArgumentMismatch(operation.name, name, cause)


def write_cookie(name: str, text: str) -> TextPair:
    """Return a cookie with its value as a header has it."""
    written = dump_cookie(name, text, path=None)
    return name, written.partition("=")[2]


def choose_accept(operation: Operation) -> str | None:
    """Return the header ``Accept`` where the server has several media types."""
    if not operation.is_negotiated:
        return None
    offered = [name for outcome in operation.outcomes for name in outcome.media_types]
    order = {"json": 0, "msgpack": 1, "csv": 2, None: 3}
    best = min(offered, key=lambda name: order[find_format(name)])
    return f"{best}, application/problem+json, */*;q=0.1" if best != JSON else JSON
