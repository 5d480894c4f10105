"""The configuration of an app: the keys ``TYPED_…``, read and checked once, into one record.

Setup time. A key is one field of :class:`Settings`: its name, default and check; the page
"Configuration" has a line for it.
"""

# ruff: noqa: RUF009  # key() returns a field, not a default that instances would share

from __future__ import annotations

import copy
import dataclasses
import difflib
import json
import shlex
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from ..exceptions import SetupError
from .checks import (
    CONTACT,
    COUNT,
    DURATION,
    EXTERNAL_DOCS,
    FRACTION,
    HEADER_NAME,
    JSON_OBJECT,
    LICENSE,
    PATH,
    SECONDS,
    SERVERS,
    SHORT,
    TAG_GROUPS,
    TAGS,
    TRUTH,
    UNICODE_TEXT,
    URL,
    WORD,
    ValueCheck,
    choice,
    either,
    optional,
)

KEY_PREFIX = "TYPED_"
#: Words that are text in a variable, but mean a JSON value.
JSON_WORDS: Mapping[str, str] = {"true": "true", "false": "false", "none": "null"}

#: The versions of OpenAPI that can be published; the document is made in the first one and
#: converted to the others.
OpenAPIVersion = Literal["3.1.0", "3.0.3", "3.2.0"]
#: The pages that can display a document.
PageKind = Literal["swagger-ui", "redoc", "scalar"]
#: Whether unknown keys of an object are rejected or ignored.
UnknownKeys = Literal["raise", "exclude"]
#: Whether a naive datetime in a response is an error, or is in UTC.
NaiveDatetimes = Literal["error", "utc"]
#: A style of names on the wire.
Rename = Literal["camel", "pascal", "kebab"]
#: The reaction to a response that the document does not describe.
OnDifference = Literal["warn", "error", "ignore"]
#: The header that tells the place of a page: ``Link``, or that of flask-smorest.
PageHeaders = Literal["link", "x-pagination"]
#: The reaction to a finding of the doctor when a worker starts.
OnFinding = Literal["warn", "error", "ignore"]


def key(default: Any, check: ValueCheck) -> Any:
    """Return a field of the settings."""
    return dataclasses.field(metadata={"default": default, "check": check})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration of one app. ``title`` is the value of ``TYPED_TITLE``, and so on."""

    title: str | None = key(None, optional(UNICODE_TEXT))
    version: str = key("0.1.0", UNICODE_TEXT)
    summary: str | None = key(None, optional(UNICODE_TEXT))
    description: str | None = key(None, optional(UNICODE_TEXT))
    terms_of_service: str | None = key(None, optional(URL))
    contact: Mapping[str, str] | None = key(None, optional(CONTACT))
    license: Mapping[str, str] | str | None = key(None, optional(either(WORD, LICENSE)))
    servers: tuple[str | Mapping[str, Any], ...] = key((), SERVERS)
    external_docs: Mapping[str, Any] | str | None = key(None, optional(either(URL, EXTERNAL_DOCS)))
    tags: tuple[str | Mapping[str, Any], ...] = key((), TAGS)
    tag_groups: Mapping[str, tuple[str, ...]] = key({}, TAG_GROUPS)
    openapi_version: OpenAPIVersion = key("3.1.0", choice(OpenAPIVersion))
    openapi_url: str | None = key("/openapi.json", optional(PATH))
    docs_url: str | None = key("/docs", optional(PATH))
    docs_page: PageKind = key("swagger-ui", choice(PageKind))
    docs_options: Mapping[str, Any] = key({}, JSON_OBJECT)
    plain_routes: bool = key(False, TRUTH)
    unknown_keys: UnknownKeys = key("raise", choice(UnknownKeys))
    unknown_form_fields: UnknownKeys = key("raise", choice(UnknownKeys))
    unknown_query_parameters: UnknownKeys = key("exclude", choice(UnknownKeys))
    read_only_keys: UnknownKeys = key("raise", choice(UnknownKeys))
    naive_datetimes: NaiveDatetimes = key("error", choice(NaiveDatetimes))
    exclude_none: bool = key(False, TRUTH)
    exclude_unset: bool = key(False, TRUTH)
    exclude_defaults: bool = key(False, TRUTH)
    rename: Rename | None = key(None, optional(choice(Rename)))
    max_faults: int = key(100, COUNT)
    check_responses: OnDifference = key("warn", choice(OnDifference))
    check_sample: float = key(0.0, FRACTION)
    acceleration: bool = key(True, TRUTH)
    lean_flask: bool = key(True, TRUTH)
    async_bridge: bool = key(True, TRUTH)
    doctor: OnFinding = key("warn", choice(OnFinding))
    blocking_limit: float | None = key(None, optional(DURATION))
    stream_heartbeat: float | None = key(15.0, optional(SECONDS))
    timeout: float | None = key(None, optional(SECONDS))
    timeout_retry_after: int | None = key(None, optional(COUNT))
    client_timeout_header: str | None = key(None, optional(HEADER_NAME))
    open_at_start: bool = key(False, TRUTH)
    background_running: int = key(8, COUNT)
    background_waiting: int = key(1000, COUNT)
    page_size: int = key(20, COUNT)
    max_page_size: int = key(100, COUNT)
    max_offset: int = key(1_000_000, COUNT)
    page_headers: PageHeaders | None = key("link", optional(choice(PageHeaders)))
    graphql_introspection: bool = key(True, TRUTH)
    graphiql: bool = key(True, TRUTH)


@dataclass(frozen=True, slots=True)
class Excluded:
    """The values of fields that responses leave out.

    :param none: ``None``.
    :param unset: fields that a mapping, or an instance of a pydantic model, was made without.
    :param defaults: values that are equal to the field's default.
    """

    none: bool = False
    unset: bool = False
    defaults: bool = False

    def __bool__(self) -> bool:
        return self.none or self.unset or self.defaults


NOTHING_EXCLUDED = Excluded()


#: The checks by the names of the fields, and the defaults by the keys of the configuration.
SETTING_CHECKS: Mapping[str, ValueCheck] = {
    field.name: field.metadata["check"] for field in dataclasses.fields(Settings)
}
DEFAULTS: Mapping[str, Any] = {
    f"{KEY_PREFIX}{field.name.upper()}": field.metadata["default"]
    for field in dataclasses.fields(Settings)
}


def read_settings(config: Mapping[str, Any]) -> Settings:
    """Return the values of a configuration, with the defaults of missing keys.

    :raises SetupError: for a value that a key cannot have, or an unknown key.
    """
    reject_unknown(config)
    values = {
        name: read_setting(config.get(key, DEFAULTS[key]), key, check)
        for key, (name, check) in zip(DEFAULTS, SETTING_CHECKS.items(), strict=True)
    }
    return Settings(**values)


def read_setting(value: Any, key: str, check: ValueCheck) -> Any:
    """Return the checked value of a key.

    :raises SetupError: for another value, with the variable to write if it may come from one.
    """
    try:
        return check(value, key)
    except SetupError as error:
        meant = (text for text in write_meant(value) if is_allowed(check, json.loads(text), key))
        advice = [write_advice(key, text) for text in islice(meant, 1)]
        raise SetupError(" ".join((str(error), *advice))) from None


def write_advice(key: str, text: str) -> str:
    """Return what to write in the environment.

    :param text: the JSON text of a value that the key can have.
    """
    variable = f"FLASK_{key}={shlex.quote(text)}"
    return f"In the environment, write {variable}: its values are read as JSON."


def write_meant(value: Any) -> Iterator[str]:
    """Yield JSON texts that were perhaps meant: Flask reads a variable as JSON, or as text."""
    if isinstance(value, str) and len(value) <= SHORT.maxstring:
        if value.lower() in JSON_WORDS:
            yield JSON_WORDS[value.lower()]
        yield json.dumps([value], ensure_ascii=False)
    elif isinstance(value, (int, float)):
        yield json.dumps(json.dumps(value))


def is_allowed(check: ValueCheck, value: Any, key: str) -> bool:
    """Return whether a key can have a value."""
    try:
        check(value, key)
    except SetupError:
        return False
    return True


def set_defaults(config: MutableMapping[str, Any]) -> None:
    """Add the missing keys to a configuration, with a copy of the defaults for each app."""
    for key, default in DEFAULTS.items():
        config.setdefault(key, copy.copy(default))


def reject_unknown(config: Mapping[str, Any]) -> None:
    """Raise for an unknown key with the prefix ``TYPED_``.

    :raises SetupError: with the most similar key.
    """
    for key in config:
        if key.startswith(KEY_PREFIX) and key not in DEFAULTS:
            (nearest,) = difflib.get_close_matches(key, DEFAULTS, n=1, cutoff=0)
            raise SetupError(f"There is no configuration key {key}; the nearest is {nearest}.")
