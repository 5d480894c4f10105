"""URL adapters: the same as Flask's for each request, and Flask's where it decides anew."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from flask import Flask
from flask_typed.lean.adapters import HOSTS, Adapters
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Map, MapAdapter
from werkzeug.test import EnvironBuilder

HOST_NAMES = [
    "shop",
    "SHOP:80",
    "api.shop",
    "a.b.shop:8000",
    "é",
    "x" * 70,
    "",
    "[::1]:80",
    "a b",
]
ENVIRON = st.fixed_dictionaries(
    {
        "REQUEST_METHOD": st.sampled_from(["GET", "POST"]),
        "wsgi.url_scheme": st.sampled_from(["http", "https"]),
        "SERVER_NAME": st.sampled_from(["shop", "localhost"]),
        "SERVER_PORT": st.sampled_from(["80", "8000"]),
    },
    optional={
        "HTTP_HOST": st.sampled_from(HOST_NAMES),
        "SCRIPT_NAME": st.sampled_from(["", "/app", "/\xc3\xa9"]),
        "PATH_INFO": st.sampled_from(["", "/", "/b\xc3\xbc", "/\xff", "//a"]),
        "QUERY_STRING": st.sampled_from(["", "a=1", "\xc3\xa9"]),
        "HTTP_UPGRADE": st.just("websocket"),
        "HTTP_CONNECTION": st.sampled_from(["keep-alive", "Upgrade"]),
    },
)
APPS: list[dict[str, Any]] = [
    {},
    {"subdomain_matching": True},
    {"host_matching": True, "static_folder": None},
]
CONFIGS: list[dict[str, Any]] = [
    {},
    {"SERVER_NAME": "shop"},
    {"SERVER_NAME": "shop:8000"},
    {"TRUSTED_HOSTS": ["shop"]},
]


def make_app(options: dict[str, Any], config: dict[str, Any]) -> Flask:
    """Return an app."""
    app = Flask("shop", **options)
    app.config.update(config)
    return app


def make(app: Flask, create: Any, environ: dict[str, Any]) -> Any:
    """Return all that an adapter has, or the error, with the host of the request and warnings."""
    request = app.request_class(dict(environ), False)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            found = {**vars(create(request)), "map": None}
        except Exception as error:
            found = repr(error)
    return found, vars(request).get("host"), [str(warning.message) for warning in warned]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(APPS), st.sampled_from(CONFIGS), st.lists(ENVIRON, min_size=1, max_size=4))
def test_sameness(
    options: dict[str, Any], config: dict[str, Any], environs: list[dict[str, Any]]
) -> None:
    """The adapter of each of several requests is Flask's, and so are errors and warnings."""
    app = make_app(options, config)
    adapters = Adapters(app)
    for environ in [*environs, *environs]:
        assert make(app, adapters, environ) == make(app, app.create_url_adapter, environ)


def test_outside_of_requests() -> None:
    """Without a request, the adapter is that of the configuration."""
    app = make_app({}, {})
    adapters = Adapters(app)
    assert adapters(None) is None
    app.config["SERVER_NAME"] = "shop"
    adapter = adapters(None)
    assert adapter is not None
    assert adapter.server_name == "shop"


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the list of the environs that werkzeug binds a URL map to."""
    bind, bound = Map.bind_to_environ, []

    def bind_to_environ(self: Map, environ: Any, *args: Any, **options: Any) -> MapAdapter:
        bound.append(environ)
        return bind(self, environ, *args, **options)

    monkeypatch.setattr("flask_typed.lean.adapters.binds_plainly", lambda url_map: True)
    monkeypatch.setattr(Map, "bind_to_environ", bind_to_environ)
    return bound


def bind(app: Flask, adapters: Adapters, host: str, **more: str) -> MapAdapter:
    """Return the adapter of a request to a host."""
    environ = {**EnvironBuilder(base_url=f"http://{host}/").get_environ(), **more}
    adapter = adapters(app.request_class(environ))
    assert adapter is not None
    return adapter


def test_hosts_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """werkzeug is asked once for each host."""
    bound = count_calls(monkeypatch)
    app = make_app({}, {})
    adapters = Adapters(app)
    for host in ("shop", "api.shop", "shop"):
        assert bind(app, adapters, host).server_name == host
    assert len(bound) == 2


def test_many_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that make up hosts do not fill the memory."""
    bound = count_calls(monkeypatch)
    app = make_app({}, {})
    adapters = Adapters(app)
    for number in range(HOSTS + 1):
        bind(app, adapters, f"shop{number}")
    bind(app, adapters, f"shop{HOSTS}")
    assert len(bound) == HOSTS + 1
    bind(app, adapters, "shop0")
    assert len(bound) == HOSTS + 2


@pytest.mark.parametrize(
    ("name", "value"), [("SERVER_NAME", "example"), ("TRUSTED_HOSTS", ["example"])]
)
def test_configuration_that_changes(name: str, value: Any) -> None:
    """A later change of the configuration holds from the next request on."""
    app = make_app({"subdomain_matching": True}, {})
    adapters = Adapters(app)
    environ = EnvironBuilder(base_url="http://api.example/").get_environ()
    make(app, adapters, environ)
    app.config[name] = value
    assert make(app, adapters, environ) == make(app, app.create_url_adapter, environ)


def test_matching_that_changes() -> None:
    """A later change of what is matched holds from the next request on."""
    app = make_app({}, {"SERVER_NAME": "example"})
    adapters = Adapters(app)
    assert bind(app, adapters, "api.example").subdomain == ""
    app.subdomain_matching = True
    assert bind(app, adapters, "api.example").subdomain == "api"


def test_url_map_that_is_replaced() -> None:
    """Adapters are those of the map that the app has."""
    app = make_app({}, {})
    adapters = Adapters(app)
    bind(app, adapters, "shop")
    app.url_map = Map(default_subdomain="api")
    adapter = bind(app, adapters, "shop")
    assert (adapter.map, adapter.subdomain) == (app.url_map, "api")


class Tenants(Map):
    """A map that takes the subdomain from a header."""

    def bind_to_environ(self, environ: Any, *args: Any, **options: Any) -> MapAdapter:
        """Return the adapter of a request."""
        adapter = super().bind_to_environ(environ, *args, **options)
        adapter.subdomain = environ["HTTP_X_TENANT"]
        return adapter


def test_maps_that_bind_otherwise() -> None:
    """A map with a method of its own is asked for each request, also one that comes later."""
    app = make_app({}, {})
    adapters = Adapters(app)
    bind(app, adapters, "shop")
    app.url_map = Tenants()
    for tenant in ("a", "b"):
        assert bind(app, adapters, "shop", HTTP_X_TENANT=tenant).subdomain == tenant


def test_maps_with_a_function_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function on the map itself is called for each request."""
    app = make_app({}, {})
    adapters = Adapters(app)
    monkeypatch.setattr(app.url_map, "bind_to_environ", Tenants().bind_to_environ)
    for tenant in ("a", "b"):
        assert bind(app, adapters, "shop", HTTP_X_TENANT=tenant).subdomain == tenant


@pytest.mark.parametrize(
    ("name", "of_class"),
    [("bind", True), ("bind_to_environ", True), ("bind_to_environ", False)],
)
def test_maps_that_bind_otherwise_later(
    monkeypatch: pytest.MonkeyPatch, name: str, of_class: bool
) -> None:
    """A method of a map that is replaced between two requests is called from then on."""
    app = make_app({}, {})
    adapters = Adapters(app)
    bind(app, adapters, "shop")
    original = getattr(app.url_map, name)

    def replacement(*args: Any, **options: Any) -> MapAdapter:
        adapter: MapAdapter = original(*args[of_class:], **options)
        adapter.subdomain = "new"
        return adapter

    with monkeypatch.context() as patch:
        patch.setattr(Map if of_class else app.url_map, name, replacement)
        for _ in range(2):
            assert bind(app, adapters, "shop").subdomain == "new"
    assert bind(app, adapters, "shop").subdomain == ""


def test_hosts_that_a_request_trusts() -> None:
    """The trusted hosts of the request class are checked in each request."""
    app = make_app({}, {})
    adapters = Adapters(app)
    app.request_class.trusted_hosts, trusted = ["shop"], app.request_class.trusted_hosts
    try:
        for host in ("shop", "example", "shop"):
            environ = EnvironBuilder(base_url=f"http://{host}/").get_environ()
            assert make(app, adapters, environ) == make(app, app.create_url_adapter, environ)
    finally:
        app.request_class.trusted_hosts = trusted


def test_method_that_is_replaced_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the method of Flask's class is replaced, the new one is called."""
    app = make_app({}, {})
    adapters = Adapters(app)
    bind(app, adapters, "shop")
    monkeypatch.setattr(Flask, "create_url_adapter", lambda self, request: self.url_map.bind("new"))
    assert bind(app, adapters, "shop").server_name == "new"


def test_no_reference_to_the_app() -> None:
    """What is known of hosts does not keep the app."""
    app = make_app({}, {})
    adapters = Adapters(app)
    bind(app, adapters, "shop")
    found = app.request_class.__mro__  # anything that lives on
    del app
    with pytest.raises((AttributeError, TypeError), match="None"):
        adapters(None)
    assert found
