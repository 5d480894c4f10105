"""Bodies of text are text in the document, and bodies of bytes are binary."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from annotated_types import MaxLen
from flask import Flask, Response
from flask_typed import Body, MediaType, Returns, Typed

TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}
TYPES = [
    pytest.param("text/csv", TEXT, id="text"),
    pytest.param("text/csv; charset=latin-1", TEXT, id="charset"),
    pytest.param("application/xml", TEXT, id="xml"),
    pytest.param("application/atom+xml", TEXT, id="suffix"),
    pytest.param("image/svg+xml", TEXT, id="svg"),
    pytest.param("application/yaml", TEXT, id="yaml"),
    pytest.param("application/vnd.oai.openapi+yaml", TEXT, id="yaml-suffix"),
    pytest.param("application/jsonl", TEXT, id="jsonl"),
    pytest.param("application/x-ndjson", TEXT, id="ndjson"),
    pytest.param("application/javascript", TEXT, id="javascript"),
    pytest.param("application/pdf", BINARY, id="pdf"),
    pytest.param("application/octet-stream", BINARY, id="octets"),
    pytest.param("application/x+zip", BINARY, id="zip"),
    pytest.param("image/png", BINARY, id="image"),
    pytest.param("video/xml", BINARY, id="no-application"),
]


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3", "3.2.0"])
@pytest.mark.parametrize(("media_type", "schema"), TYPES)
def test_bodies(media_type: str, schema: dict[str, str], version: str) -> None:
    """As a request, as a response, and as a response of Flask's."""
    app = Flask("shop")
    app.config["TYPED_OPENAPI_VERSION"] = version
    typed = Typed(app)

    def bytes_view(data: Any) -> Any: ...

    def flask_view() -> Any: ...

    kind = MediaType(media_type)
    bytes_view.__annotations__ = {
        "data": Annotated[bytes, kind, Body()],
        "return": Annotated[bytes, kind],
    }
    flask_view.__annotations__ = {"return": Annotated[Response, Returns(status=200), kind]}
    typed.post("/bytes")(bytes_view)
    typed.get("/flask")(flask_view)
    paths: Any = app.test_client().get("/openapi.json").get_json()["paths"]
    operation = paths["/bytes"]["post"]
    contents = [
        operation["requestBody"]["content"],
        operation["responses"]["200"]["content"],
        paths["/flask"]["get"]["responses"]["200"]["content"],
    ]
    assert [content[media_type]["schema"] for content in contents] == [schema] * 3


def test_a_response_of_json_has_any_value() -> None:
    """A ``flask.Response`` of JSON is neither text nor bytes."""
    app = Flask("shop")

    @Typed(app).get("/")
    def view() -> Annotated[Response, Returns(status=200), MediaType("application/json")]: ...

    document: Any = app.test_client().get("/openapi.json").get_json()
    content = document["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert content == {"application/json": {"schema": {}}}


def test_the_length_of_bytes_of_text_is_of_bytes() -> None:
    """``maxLength`` of text would count characters."""
    app = Flask("shop")

    def view(data: Any) -> None: ...

    view.__annotations__["data"] = Annotated[bytes, MediaType("text/csv"), Body(), MaxLen(5)]
    Typed(app).post("/")(view)
    document: Any = app.test_client().get("/openapi.json").get_json()
    content = document["paths"]["/"]["post"]["requestBody"]["content"]
    assert content == {"text/csv": {"schema": {**BINARY, "maxLength": 5}}}
