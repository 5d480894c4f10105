"""The configuration is checked once, key by key, and kept where nobody can change it."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from flask import Flask
from flask_typed import Document, SetupError, Typed
from flask_typed.declare import settings
from flask_typed.declare.checks import JSON_VALUE, thaw
from flask_typed.declare.settings import DEFAULTS, Settings, read_settings, set_defaults
from openapi_spec_validator import OpenAPIV31SpecValidator

SERVER = {
    "url": "https://{region}.shop.example",
    "description": "By region.",
    "variables": {"region": {"default": "eu", "enum": ["eu", "us"], "description": "Where."}},
    "x-internal": [True, None, 1, 1.5, {"deep": ["text"]}],
}
DOCS = {"url": "https://shop.example/help", "description": "Help."}
TAG = {"name": "books", "description": "All.", "externalDocs": DOCS, "x-order": 1}
CONTACT = {"name": "Ann", "url": "https://shop.example", "email": "ann@shop.example"}

#: Values that each key takes, besides its default.
VALID: Mapping[str, list[Any]] = {
    "TYPED_TITLE": ["Shop", ""],
    "TYPED_VERSION": ["2.0", ""],
    "TYPED_SUMMARY": ["Books."],
    "TYPED_DESCRIPTION": ["**Books.**"],
    "TYPED_TERMS_OF_SERVICE": ["https://shop.example/terms"],
    "TYPED_CONTACT": [{}, CONTACT, {"name": "Ann", "x-room": 3}],
    "TYPED_LICENSE": ["MIT", {"name": "MIT", "identifier": "MIT"}, {"name": "X", "url": "/x"}],
    "TYPED_SERVERS": [["/v1"], ("/v1", SERVER), [{"url": "/", "name": "here"}]],
    "TYPED_EXTERNAL_DOCS": ["/help", DOCS],
    "TYPED_TAGS": [["books"], [TAG, "orders"], [{"name": "a", "kind": "nav", "parent": "b"}]],
    "TYPED_TAG_GROUPS": [{"Shop": ["books", "orders"]}, {"Empty": ()}],
    "TYPED_OPENAPI_VERSION": ["3.0.3", "3.2.0"],
    "TYPED_OPENAPI_URL": [None, "/api/openapi.json"],
    "TYPED_DOCS_URL": [None, "/api/"],
    "TYPED_DOCS_PAGE": ["redoc", "scalar"],
    "TYPED_DOCS_OPTIONS": [{"deepLinking": False, "requestSnippets": {"languages": ["a"]}}],
    "TYPED_PLAIN_ROUTES": [True],
    "TYPED_UNKNOWN_KEYS": ["exclude"],
    "TYPED_UNKNOWN_FORM_FIELDS": ["exclude"],
    "TYPED_UNKNOWN_QUERY_PARAMETERS": ["raise"],
    "TYPED_READ_ONLY_KEYS": ["exclude"],
    "TYPED_NAIVE_DATETIMES": ["utc"],
    "TYPED_EXCLUDE_NONE": [True],
    "TYPED_EXCLUDE_UNSET": [True],
    "TYPED_EXCLUDE_DEFAULTS": [True],
    "TYPED_RENAME": ["camel", "pascal", "kebab"],
    "TYPED_MAX_FAULTS": [1, 10**6],
    "TYPED_CHECK_RESPONSES": ["error", "ignore"],
    "TYPED_CHECK_SAMPLE": [0, 0.25, 1],
    "TYPED_ACCELERATION": [False],
    "TYPED_LEAN_FLASK": [False],
    "TYPED_ASYNC_BRIDGE": [False],
    "TYPED_DOCTOR": ["error", "ignore"],
    "TYPED_BLOCKING_LIMIT": [0, 0.5, 250, 10**6],
    "TYPED_STREAM_HEARTBEAT": [None, 0.5, 30],
    "TYPED_TIMEOUT": [None, 0.5, 30],
    "TYPED_TIMEOUT_RETRY_AFTER": [None, 1, 120],
    "TYPED_CLIENT_TIMEOUT_HEADER": [None, "X-Request-Timeout"],
    "TYPED_OPEN_AT_START": [True],
    "TYPED_BACKGROUND_RUNNING": [1, 100],
    "TYPED_BACKGROUND_WAITING": [1, 10**6],
    "TYPED_PAGE_SIZE": [1, 1000],
    "TYPED_MAX_PAGE_SIZE": [1, 10**6],
    "TYPED_MAX_OFFSET": [1, 2**63 - 1],
    "TYPED_PAGE_HEADERS": [None, "x-pagination"],
    "TYPED_GRAPHQL_INTROSPECTION": [False],
    "TYPED_GRAPHIQL": [False],
}

TEXT = "it may be Unicode text"
WORD = "it may be Unicode text that is not blank"
PATH = "it may be a path that begins with '/' and has no variables or None."
TRUTH = "it may be True or False."
COUNT = "it may be a whole number, 1 or more."
FRACTION = "it may be a number from 0 to 1."
LIMIT = "it may be a number, 0 or more or None."
SECONDS = "it may be a number of seconds or None."
ENDS = "and keys that begin with 'x-'."
#: Values that a key does not take, and what the message tells of them.
INVALID = [
    ("TYPED_TITLE", 3, f"TYPED_TITLE is 3; {TEXT} or None."),
    ("TYPED_TITLE", "a\udc80", rf"TYPED_TITLE is 'a\udc80'; {TEXT} or None."),
    ("TYPED_VERSION", 2, f"TYPED_VERSION is 2; {TEXT}."),
    ("TYPED_VERSION", None, f"TYPED_VERSION is None; {TEXT}."),
    ("TYPED_SUMMARY", b"a", f"TYPED_SUMMARY is b'a'; {TEXT} or None."),
    ("TYPED_DESCRIPTION", ["a"], f"TYPED_DESCRIPTION is ['a']; {TEXT} or None."),
    ("TYPED_TERMS_OF_SERVICE", "the terms", "TYPED_TERMS_OF_SERVICE is 'the terms'; it may be a U"),
    ("TYPED_CONTACT", "Ann", "TYPED_CONTACT is 'Ann'; it may be a Contact Object or None."),
    (
        "TYPED_CONTACT",
        {"mail": "a@b.example"},
        "TYPED_CONTACT has the key 'mail'; a Contact Object may have 'name', 'url', 'email', "
        + ENDS,
    ),
    ("TYPED_CONTACT", {3: "a"}, "TYPED_CONTACT has the key 3; a Contact Object may have 'name'"),
    ("TYPED_CONTACT", {"name": 3}, f"TYPED_CONTACT['name'] is 3; {TEXT}."),
    ("TYPED_LICENSE", "", f"TYPED_LICENSE is ''; {WORD} or a License Object or None."),
    (
        "TYPED_LICENSE",
        {"url": "/x"},
        "TYPED_LICENSE is {'url': '/x'}; a License Object needs the key 'name'.",
    ),
    (
        "TYPED_LICENSE",
        {"name": "MIT", "identifier": "MIT", "url": "/x"},
        "TYPED_LICENSE has 'identifier' and 'url'; it may have only one.",
    ),
    ("TYPED_SERVERS", "/v1", "TYPED_SERVERS is '/v1'; it may be a list of URLs and Server Obje"),
    ("TYPED_SERVERS", b"/v1", "TYPED_SERVERS is b'/v1'; it may be a list of URLs and Server Ob"),
    ("TYPED_SERVERS", None, "TYPED_SERVERS is None; it may be a list of URLs and Server Objects."),
    ("TYPED_SERVERS", {"/v1"}, "TYPED_SERVERS is {'/v1'}; it may be a list of URLs and Server "),
    (
        "TYPED_SERVERS",
        ["/", 3],
        "TYPED_SERVERS[1] is 3; it may be a URL without variables or a Server Object.",
    ),
    ("TYPED_SERVERS", ["https://{region}"], "TYPED_SERVERS[0] is 'https://{region}'; it may be a"),
    (
        "TYPED_SERVERS",
        [{"url": "/{a}/{b}", "variables": {"a": {"default": "x"}}}],
        "TYPED_SERVERS[0]['variables'] lacks 'b', which the URL has; add it.",
    ),
    ("TYPED_SERVERS", [{}], "TYPED_SERVERS[0] is {}; a Server Object needs the key 'url'."),
    (
        "TYPED_SERVERS",
        [{"url": "/", "variables": {"region": {}}}],
        "TYPED_SERVERS[0]['variables']['region'] is {}; a Server Variable Object needs the key 'd",
    ),
    (
        "TYPED_SERVERS",
        [{"url": "/", "variables": {"region": {"default": "eu", "enum": []}}}],
        "TYPED_SERVERS[0]['variables']['region']['enum'] lacks the default 'eu'; add it.",
    ),
    (
        "TYPED_SERVERS",
        [{"url": "/", "variables": {3: {}}}],
        f"A key of TYPED_SERVERS[0]['variables'] is 3; {TEXT}.",
    ),
    (
        "TYPED_SERVERS",
        [{"url": "/", "x-deep": [{"a": object}]}],
        "TYPED_SERVERS[0]['x-deep'][0]['a'] is <class 'object'>; it may be JSON.",
    ),
    ("TYPED_SERVERS", [{"url": "/", "x-a": float("nan")}], "TYPED_SERVERS[0]['x-a'] is nan; it"),
    ("TYPED_SERVERS", [{"url": "/", "x-a": 2**1024}], "TYPED_SERVERS[0]['x-a'] is 1797693134"),
    ("TYPED_EXTERNAL_DOCS", "", "TYPED_EXTERNAL_DOCS is ''; it may be a URL or an External Do"),
    (
        "TYPED_EXTERNAL_DOCS",
        {"description": "Help."},
        "TYPED_EXTERNAL_DOCS is {'description': 'Help.'}; an External Documentation Object needs",
    ),
    ("TYPED_TAGS", "books", "TYPED_TAGS is 'books'; it may be a list of names and Tag Objects."),
    ("TYPED_TAGS", [{"description": "All."}], "TYPED_TAGS[0] is {'description': 'All.'}; a Tag"),
    ("TYPED_TAGS", [" "], f"TYPED_TAGS[0] is ' '; {WORD} or a Tag Object."),
    ("TYPED_TAGS", ["a", {"name": "a"}], "TYPED_TAGS has 'a' twice; each name may occur only once"),
    (
        "TYPED_TAGS",
        [{"name": "a", "externalDocs": "/help"}],
        "TYPED_TAGS[0]['externalDocs'] is '/help'; it may be an External Documentation Object.",
    ),
    ("TYPED_TAG_GROUPS", "a", "TYPED_TAG_GROUPS is 'a'; it may be a mapping of names of tags by"),
    ("TYPED_TAG_GROUPS", {"a": "b"}, "TYPED_TAG_GROUPS['a'] is 'b'; it may be a list of names "),
    ("TYPED_TAG_GROUPS", {3: ["b"]}, f"A key of TYPED_TAG_GROUPS is 3; {TEXT}."),
    ("TYPED_OPENAPI_VERSION", "3", "TYPED_OPENAPI_VERSION is '3'; it may be '3.1.0', '3.0.3', '3"),
    ("TYPED_OPENAPI_VERSION", 3.1, "TYPED_OPENAPI_VERSION is 3.1; it may be '3.1.0', '3.0.3', '3"),
    ("TYPED_OPENAPI_URL", "openapi.json", f"TYPED_OPENAPI_URL is 'openapi.json'; {PATH}"),
    ("TYPED_OPENAPI_URL", "/<x>.json", f"TYPED_OPENAPI_URL is '/<x>.json'; {PATH}"),
    ("TYPED_DOCS_URL", False, f"TYPED_DOCS_URL is False; {PATH}"),
    ("TYPED_DOCS_PAGE", ["redoc"], "TYPED_DOCS_PAGE is ['redoc']; it may be 'swagger-ui', 'red"),
    (
        "TYPED_DOCS_OPTIONS",
        "deepLinking",
        "TYPED_DOCS_OPTIONS is 'deepLinking'; it may be a mapping of JSON values.",
    ),
    ("TYPED_DOCS_OPTIONS", {3: 1}, f"A key of TYPED_DOCS_OPTIONS is 3; {TEXT}."),
    ("TYPED_DOCS_OPTIONS", {"deepLinking": 1}, f"TYPED_DOCS_OPTIONS['deepLinking'] is 1; {TRUTH}"),
    ("TYPED_PLAIN_ROUTES", "False", f"TYPED_PLAIN_ROUTES is 'False'; {TRUTH}"),
    ("TYPED_PLAIN_ROUTES", 1, f"TYPED_PLAIN_ROUTES is 1; {TRUTH}"),
    ("TYPED_UNKNOWN_KEYS", "include", "TYPED_UNKNOWN_KEYS is 'include'; it may be 'raise', 'exc"),
    ("TYPED_UNKNOWN_FORM_FIELDS", "no", "TYPED_UNKNOWN_FORM_FIELDS is 'no'; it may be 'raise',"),
    ("TYPED_UNKNOWN_QUERY_PARAMETERS", 1, "TYPED_UNKNOWN_QUERY_PARAMETERS is 1; it may be 'ra"),
    ("TYPED_READ_ONLY_KEYS", None, "TYPED_READ_ONLY_KEYS is None; it may be 'raise', 'exclu"),
    ("TYPED_NAIVE_DATETIMES", "UTC", "TYPED_NAIVE_DATETIMES is 'UTC'; it may be 'error', 'utc'"),
    ("TYPED_EXCLUDE_NONE", 1, f"TYPED_EXCLUDE_NONE is 1; {TRUTH}"),
    ("TYPED_EXCLUDE_UNSET", "yes", f"TYPED_EXCLUDE_UNSET is 'yes'; {TRUTH}"),
    ("TYPED_EXCLUDE_DEFAULTS", None, f"TYPED_EXCLUDE_DEFAULTS is None; {TRUTH}"),
    ("TYPED_RENAME", "snake", "TYPED_RENAME is 'snake'; it may be 'camel', 'pascal', 'kebab'"),
    ("TYPED_MAX_FAULTS", 0, f"TYPED_MAX_FAULTS is 0; {COUNT}"),
    ("TYPED_MAX_FAULTS", True, f"TYPED_MAX_FAULTS is True; {COUNT}"),
    ("TYPED_MAX_FAULTS", 1.0, f"TYPED_MAX_FAULTS is 1.0; {COUNT}"),
    ("TYPED_CHECK_RESPONSES", True, "TYPED_CHECK_RESPONSES is True; it may be 'warn', 'err"),
    ("TYPED_CHECK_SAMPLE", 1.01, f"TYPED_CHECK_SAMPLE is 1.01; {FRACTION}"),
    ("TYPED_CHECK_SAMPLE", -0.01, f"TYPED_CHECK_SAMPLE is -0.01; {FRACTION}"),
    ("TYPED_CHECK_SAMPLE", True, f"TYPED_CHECK_SAMPLE is True; {FRACTION}"),
    ("TYPED_ACCELERATION", None, f"TYPED_ACCELERATION is None; {TRUTH}"),
    ("TYPED_LEAN_FLASK", "no", f"TYPED_LEAN_FLASK is 'no'; {TRUTH}"),
    ("TYPED_ASYNC_BRIDGE", "0", f"TYPED_ASYNC_BRIDGE is '0'; {TRUTH}"),
    ("TYPED_DOCTOR", False, "TYPED_DOCTOR is False; it may be 'warn', 'error', 'ignore'."),
    ("TYPED_BLOCKING_LIMIT", "100", f"TYPED_BLOCKING_LIMIT is '100'; {LIMIT}"),
    ("TYPED_BLOCKING_LIMIT", True, f"TYPED_BLOCKING_LIMIT is True; {LIMIT}"),
    ("TYPED_BLOCKING_LIMIT", -1, f"TYPED_BLOCKING_LIMIT is -1; {LIMIT}"),
    ("TYPED_BLOCKING_LIMIT", float("inf"), f"TYPED_BLOCKING_LIMIT is inf; {LIMIT}"),
    ("TYPED_BLOCKING_LIMIT", float("nan"), f"TYPED_BLOCKING_LIMIT is nan; {LIMIT}"),
    ("TYPED_STREAM_HEARTBEAT", 0, f"TYPED_STREAM_HEARTBEAT is 0; {SECONDS}"),
    ("TYPED_STREAM_HEARTBEAT", "5", f"TYPED_STREAM_HEARTBEAT is '5'; {SECONDS}"),
    ("TYPED_TIMEOUT", 0, f"TYPED_TIMEOUT is 0; {SECONDS}"),
    ("TYPED_TIMEOUT", True, f"TYPED_TIMEOUT is True; {SECONDS}"),
    ("TYPED_TIMEOUT_RETRY_AFTER", 0.5, "TYPED_TIMEOUT_RETRY_AFTER is 0.5; it may be a whole"),
    (
        "TYPED_CLIENT_TIMEOUT_HEADER",
        "X Timeout",
        "TYPED_CLIENT_TIMEOUT_HEADER is 'X Timeout'; it may be",
    ),
    ("TYPED_OPEN_AT_START", 1, f"TYPED_OPEN_AT_START is 1; {TRUTH}"),
    ("TYPED_BACKGROUND_RUNNING", 0, f"TYPED_BACKGROUND_RUNNING is 0; {COUNT}"),
    ("TYPED_BACKGROUND_WAITING", None, f"TYPED_BACKGROUND_WAITING is None; {COUNT}"),
    ("TYPED_PAGE_SIZE", 0, f"TYPED_PAGE_SIZE is 0; {COUNT}"),
    ("TYPED_MAX_PAGE_SIZE", None, f"TYPED_MAX_PAGE_SIZE is None; {COUNT}"),
    ("TYPED_MAX_OFFSET", "9", f"TYPED_MAX_OFFSET is '9'; {COUNT}"),
    ("TYPED_PAGE_HEADERS", "Link", "TYPED_PAGE_HEADERS is 'Link'; it may be"),
    ("TYPED_GRAPHQL_INTROSPECTION", "no", f"TYPED_GRAPHQL_INTROSPECTION is 'no'; {TRUTH}"),
    ("TYPED_GRAPHIQL", None, f"TYPED_GRAPHIQL is None; {TRUTH}"),
]


@pytest.mark.parametrize("key", DEFAULTS)
def test_what_a_key_takes(key: str) -> None:
    """Its default and other values are kept as they are, under the name of the key."""
    for value in (DEFAULTS[key], *VALID[key]):
        kept = getattr(read_settings({key: value}), key.removeprefix("TYPED_").lower())
        assert thaw(kept) == thaw(JSON_VALUE(value, key))


@pytest.mark.parametrize(("key", "value", "message"), INVALID, ids=str)
def test_what_a_key_does_not_take(key: str, value: Any, message: str) -> None:
    """The message names the key, the place inside of it, the value, and what may stand there."""
    app = Flask("shop")
    app.config[key] = value
    with pytest.raises(SetupError, match=f"^{re.escape(message)}"):
        Typed(app)
    assert "typed" not in app.blueprints


def test_every_key_is_tried() -> None:
    """Each has values that it takes, and one at least that it does not."""
    assert list(VALID) == list(DEFAULTS) == list(dict.fromkeys(key for key, _, _ in INVALID))


@pytest.mark.parametrize(
    ("key", "text", "meant"),
    [
        ("VERSION", "2.0", "'\"2.0\"'"),
        ("TITLE", "true", "'\"true\"'"),
        ("OPENAPI_VERSION", "3.1", None),
        ("PLAIN_ROUTES", "True", "true"),
        ("PLAIN_ROUTES", "yes", None),
        ("DOCS_URL", "0", None),
        ("BLOCKING_LIMIT", "None", "null"),
        ("TAGS", "books", "'[\"books\"]'"),
        ("SERVERS", "https://shop.example", "'[\"https://shop.example\"]'"),
    ],
)
def test_advice_for_the_environment(
    key: str, text: str, meant: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flask reads a variable as JSON, or else as text: the message has what to write."""
    monkeypatch.setattr(os, "environ", {f"FLASK_TYPED_{key}": text})
    app = Flask("shop")
    app.config.from_prefixed_env()
    with pytest.raises(SetupError, match=f"^TYPED_{key} is ") as caught:
        read_settings(app.config)
    advice = f"In the environment, write FLASK_TYPED_{key}={meant}: its values are read as JSON."
    assert str(caught.value).endswith(advice) == (meant is not None)
    assert ("In the environment" in str(caught.value)) == (meant is not None)


def test_long_values_are_shown_in_short() -> None:
    """A message has the beginning and the end of a value."""
    with pytest.raises(SetupError, match=r"^TYPED_TAGS is 'xxx.{,120}'; it may be a list of"):
        read_settings({"TYPED_TAGS": "x" * 100_000})


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        pytest.param("TYPED_SERVER", "TYPED_SERVERS", id="singular"),
        pytest.param("TYPED_UNKNOWN_KEY", "TYPED_UNKNOWN_KEYS", id="another"),
        pytest.param("TYPED_", "TYPED_TAGS", id="prefix"),
    ],
)
def test_unknown_keys(key: str, nearest: str) -> None:
    """A key with our prefix is one of ours, and the message names the nearest."""
    app = Flask("shop")
    app.config.update({key: 1, "UNTYPED_SERVER": 1})
    message = f"^There is no configuration key {key}; the nearest is {nearest}[.]$"
    with pytest.raises(SetupError, match=message):
        Typed(app)


def find_mutable(value: Any) -> list[Any]:
    """Return what can be changed in a value that was kept."""
    if isinstance(value, MappingProxyType):
        return [part for item in value.values() for part in find_mutable(item)]
    if isinstance(value, tuple):
        return [part for item in value for part in find_mutable(item)]
    return [] if value is None or isinstance(value, (str, int, float)) else [value]


def test_nothing_that_is_kept_can_be_changed() -> None:
    """Lists and mappings are read-only copies, to the bottom, and the record is frozen."""
    for key, values in VALID.items():
        for value in values:
            settings = read_settings({key: value})
            kept = [getattr(settings, field.name) for field in dataclasses.fields(Settings)]
            assert find_mutable(tuple(kept)) == []
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'title'"):
        settings.title = "Other"  # type: ignore[misc]  # it is frozen


def test_defaults_are_put_into_the_configuration() -> None:
    """They are there for everybody to read; a mapping is the app's own."""
    app, other = Flask("shop"), Flask("other")
    app.config["TYPED_TITLE"] = "Shop"
    Typed(app)
    defaults = settings.DEFAULTS  # as tox may have them, in one of its environments
    assert {key: app.config[key] for key in defaults} == {**defaults, "TYPED_TITLE": "Shop"}
    app.config["TYPED_TAG_GROUPS"]["Shop"] = ["books"]
    set_defaults(other.config)
    assert other.config["TYPED_TAG_GROUPS"] == {}


def test_later_changes_are_without_effect() -> None:
    """The configuration is read once, when Typed is put on the app."""
    app = Flask("shop")
    contact, servers = {"name": "Ann"}, ["/v1"]
    app.config.update(TYPED_CONTACT=contact, TYPED_SERVERS=servers, TESTING=True)
    typed = Typed(app)
    typed.get("/")(read)
    contact["name"] = "Bob"
    servers.append("/v2")
    app.config.update(
        TYPED_TITLE="Other", TYPED_OPENAPI_URL="/other", TYPED_CHECK_RESPONSES="error"
    )
    client = app.test_client()
    document = client.get("/openapi.json").get_json()
    assert document["info"]["contact"] == {"name": "Ann"}
    assert document["info"]["title"] == "shop"
    assert document["servers"] == [{"url": "/v1"}]
    assert client.get("/other").status_code == 404


def read() -> None: ...


def test_an_edit_changes_one_document() -> None:
    """What ``edit`` is given is made anew each time, to the bottom."""

    def edit(document: dict[str, Any]) -> None:
        document["info"]["contact"]["name"] += "!"
        document["servers"][0]["variables"]["region"]["enum"].append("de")

    app = Flask("shop")
    app.config.update(TYPED_CONTACT=CONTACT, TYPED_SERVERS=[SERVER])
    Typed(app, documents=[Document(edit=edit), Document(url="/second.json", edit=edit)])
    client = app.test_client()
    documents = [client.get(url).get_json() for url in ("/openapi.json", "/second.json")]
    assert documents[0] == documents[1]
    assert documents[0]["info"]["contact"]["name"] == "Ann!"


def test_everything_that_is_taken_is_published() -> None:
    """The document with all of it is valid, in JSON and in YAML."""
    app = Flask("shop")
    app.config.update(
        TYPED_CONTACT=CONTACT,
        TYPED_LICENSE={"name": "MIT", "identifier": "MIT"},
        TYPED_SERVERS=["/v1", SERVER, {"url": "/", "name": "here"}],
        TYPED_EXTERNAL_DOCS=DOCS,
        TYPED_TAGS=[TAG, {"name": "orders", "parent": "books", "summary": "Some."}],
        TYPED_TAG_GROUPS={"Shop": ["books"]},
    )
    Typed(app, documents=[Document(), Document(url="/new.json", openapi_version="3.2.0")])
    typed = app.extensions["typed"]
    assert typed.tools.settings.contact == CONTACT
    client = app.test_client()
    document = client.get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    assert document["servers"] == [{"url": "/v1"}, SERVER, {"url": "/", "x-name": "here"}]
    newer = client.get("/new.json").get_json()
    assert newer["servers"][2] == {"url": "/", "name": "here"}
    assert client.get("/openapi.yaml").status_code == 200


def test_values_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask reads them as JSON; what is not JSON is a text, and no truth."""
    environment = {
        "FLASK_TYPED_PLAIN_ROUTES": "true",
        "FLASK_TYPED_SERVERS": '["https://shop.example"]',
        "FLASK_TYPED_CONTACT__name": "Ann",
    }
    monkeypatch.setattr(os, "environ", environment)
    app = Flask("shop")
    app.config.from_prefixed_env()
    settings = read_settings(app.config)
    assert (settings.plain_routes, settings.servers) == (True, ("https://shop.example",))
    assert settings.contact == {"name": "Ann"}
    environment["FLASK_TYPED_PLAIN_ROUTES"] = "False"
    app.config.from_prefixed_env()
    with pytest.raises(SetupError, match="TYPED_PLAIN_ROUTES is 'False'; it may be True or False"):
        Typed(app)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"page": "other"}, "page= of Document(0) is 'other'; it may be 'swagger-ui', 'redoc',"),
        ({"name": "a.b"}, "name= of Document('a.b') is 'a.b'; it may be a name without dots or N"),
        ({"name": "a", "servers": "/v1"}, "servers= of Document('a') is '/v1'; it may be a list "),
        ({"url": "x.json"}, "url= of Document('x.json') is 'x.json'; it may be a path that begins"),
        ({"title": 3}, f"title= of Document(0) is 3; {TEXT}"),
        ({"contact": {"mail": ""}}, "contact= of Document(0) has the key 'mail'; a Contact Objec"),
        ({"tag_objects": [{}]}, "tag_objects= of Document(0)[0] is {}; a Tag Object needs the ke"),
        ({"webhooks": None}, f"webhooks= of Document(0) is None; {TRUTH}"),
        ({"plain_routes": "no"}, "plain_routes= of Document(0) is 'no'; it may be True or False"),
        ({"blueprints": [3]}, f"blueprints= of Document(0)[0] is 3; {WORD}."),
        ({"select": "new"}, "select= of Document(0) is 'new'; it may be a function or None."),
        ({"edit": {}}, "edit= of Document(0) is {}; it may be a function or None."),
    ],
    ids=str,
)
def test_fields_of_documents(options: dict[str, Any], message: str) -> None:
    """They are checked as the keys are; the message names the document and the field."""
    with pytest.raises(SetupError, match=f"^{re.escape(message)}"):
        Typed(Flask("shop"), documents=[Document(**options)])


def test_what_is_no_document() -> None:
    """It is refused by its place."""
    with pytest.raises(SetupError, match=r"^Typed\(documents=…\)\[0\] is 'api'; it may be a Docum"):
        Typed(Flask("shop"), documents=["api"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([Document(), Document(url="/x/")], "The url= '/x/' of a document contains no name"),
        ([Document(), Document(url="")], "A document has no URL: give it a url=."),
        ([Document(url="/docs")], "Two documents or pages have the URL '/docs': change"),
        (
            [Document(), Document(name="b", url="/openapi.json")],
            "Two documents or pages have the URL '/openapi.json': change one",
        ),
    ],
)
def test_documents_at_one_place(documents: list[Document], message: str) -> None:
    """Each has a place of its own."""
    with pytest.raises(SetupError, match=re.escape(message)):
        Typed(Flask("shop"), documents=documents)


def test_a_document_that_is_not_served() -> None:
    """An empty URL serves neither the document nor its page."""
    app = Flask("shop")
    Typed(app, documents=[Document(url="")])
    client = app.test_client()
    assert [client.get(url).status_code for url in ("/openapi.json", "/docs")] == [404, 404]
