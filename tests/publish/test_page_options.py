"""Options of the pages come from the configuration, or from a document."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask_typed import Document, SetupError, Typed

OPTIONS = {"persistAuthorization": True, "docExpansion": "none", "filter": '"><script>'}


def read_options(app: Flask, url: str = "/docs") -> Any:
    """Return the options that a page gives to its script."""
    text = app.test_client().get(url).text
    (found,) = re.findall(r'data-options="([^"]*)"', text)
    return json.loads(html.unescape(found))


def test_options_of_the_configuration(app: Flask) -> None:
    """They are JSON in an attribute: the page has no inline code."""
    app.config["TYPED_DOCS_OPTIONS"] = OPTIONS
    Typed(app)
    assert read_options(app) == OPTIONS
    assert "<script>" not in app.test_client().get("/docs").text


def test_options_of_documents(app: Flask) -> None:
    """Those of a document are its own; those of the configuration are for its kind of page."""
    app.config.update(TYPED_DOCS_PAGE="redoc", TYPED_DOCS_OPTIONS={"hideHostname": True})
    documents = [
        Document(),
        Document(url="/b.json", docs_url="/b", page_options={"sortTagsAlphabetically": True}),
        Document(url="/c.json", docs_url="/c", page="swagger-ui"),
        Document(url="/d.json", docs_url="/d", page="scalar", page_options={"theme": "moon"}),
    ]
    Typed(app, documents=documents)
    assert [read_options(app, url) for url in ("/docs", "/b", "/c", "/d")] == [
        {"hideHostname": True},
        {"sortTagsAlphabetically": True},
        {},
        {"theme": "moon"},
    ]


OURS = "flask_typed sets it: remove it."
FUNCTION = "its value is a JavaScript function, and options are JSON: remove it."


@pytest.mark.parametrize(
    ("page", "options", "message"),
    [
        ("swagger-ui", {"url": "/x"}, f" has the key 'url'; {OURS}"),
        ("swagger-ui", {"urls": []}, f" has the key 'urls'; {OURS}"),
        ("swagger-ui", {"dom_id": "#a"}, f" has the key 'dom_id'; {OURS}"),
        ("swagger-ui", {"oauth2RedirectUrl": "/"}, f" has the key 'oauth2RedirectUrl'; {OURS}"),
        ("swagger-ui", {"onComplete": "x"}, f" has the key 'onComplete'; {FUNCTION}"),
        ("swagger-ui", {"validatorUrl": None}, " has the key 'validatorUrl'; the page calls"),
        ("swagger-ui", {"queryConfigEnabled": True}, " has the key 'queryConfigEnabled'; links"),
        (
            "swagger-ui",
            {"persistAuthorisation": True},
            " has the unknown key 'persistAuthorisation'; the nearest is 'persistAuthorization'.",
        ),
        ("swagger-ui", {"deepLinking": "no"}, "['deepLinking'] is 'no'; it may be True or False."),
        ("swagger-ui", {"docExpansion": "all"}, "['docExpansion'] is 'all'; it may be 'list', '"),
        ("swagger-ui", {"initOAuth": "me"}, "['initOAuth'] is 'me'; it may be a mapping of the a"),
        ("swagger-ui", {"initOAuth": {"clientId": 3}}, "['initOAuth']['clientId'] is 3; it may "),
        (
            "swagger-ui",
            {"initOAuth": {"clientSecret": "a"}},
            "['initOAuth'] has the key 'clientSecret'; everybody can read the page: remove it",
        ),
        ("redoc", {"specUrl": "/x"}, f" has the key 'specUrl'; {OURS}"),
        ("scalar", {"url": "/x"}, f" has the key 'url'; {OURS}"),
        ("scalar", {"proxyUrl": "https://p.example"}, " has the key 'proxyUrl'; the page calls n"),
        (
            "scalar",
            {"servers": []},
            " has the key 'servers'; the page may only call the servers of",
        ),
        ("scalar", {"theme": {1, 2}}, "['theme'] is {1, 2}; it may be JSON."),
    ],
)
def test_options_that_a_page_does_not_take(page: Any, options: Any, message: str) -> None:
    """The message names the key and the option, and the reason or the allowed values."""
    app = Flask("shop")
    app.config.update(TYPED_DOCS_PAGE=page, TYPED_DOCS_OPTIONS=options)
    with pytest.raises(SetupError, match=f"^TYPED_DOCS_OPTIONS{re.escape(message)}"):
        Typed(app)
    document = Document(page=page, page_options=options)
    with pytest.raises(SetupError, match=rf"^page_options= of Document\(0\){re.escape(message)}"):
        Typed(Flask("shop"), documents=[document])
