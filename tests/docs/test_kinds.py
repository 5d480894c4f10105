"""The table of the page "Types": each row is what the server takes, answers and publishes."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from flask_typed import Body, Query, Typed, UnsupportedType
from typing_extensions import Unpack

from .pages import EXAMPLES

LITERAL = re.compile(r"``(.*?)``")
NAMES = {
    "Annotated": Annotated,
    "Any": Any,
    "Decimal": Decimal,
    "IPv4Address": IPv4Address,
    "IPv4Interface": IPv4Interface,
    "IPv4Network": IPv4Network,
    "IPv6Address": IPv6Address,
    "IPv6Network": IPv6Network,
    "Literal": Literal,
    "Sequence": Sequence,
    "UUID": UUID,
    "Unpack": Unpack,
    "date": dt.date,
    "datetime": dt.datetime,
    "time": dt.time,
    "timedelta": dt.timedelta,
}


def read_rows() -> list[Any]:
    """Return the rows, one for each type: Python, JSON, texts, schema."""
    with (EXAMPLES / "kinds.csv").open(encoding="utf-8") as file:
        _, *rows = csv.reader(file, delimiter=";", quotechar="^")
    return [
        pytest.param(kind, LITERAL.findall(value)[0], LITERAL.findall(text), schema[2:-2], id=kind)
        for kinds, value, text, schema in rows
        for kind in LITERAL.findall(kinds.partition(" (")[0])
    ]


def make_app(kind: str, marker: Body | Query) -> Flask:
    """Return an app whose view gives back a value of a type under a key."""
    names = {**vars(importlib.import_module("kinds")), **NAMES, "marker": marker}

    def view(value: Any) -> Any:
        return {"value": value}

    view.__annotations__ = {
        "value": eval(f"Annotated[{kind}, marker]", names),
        "return": eval(f"dict[str, {kind}]", names),
    }
    app = Flask(__name__)
    Typed(app).post("/")(view)
    return app


@pytest.mark.parametrize(("kind", "value", "texts", "schema"), read_rows())
def test_json(kind: str, value: str, texts: list[str], schema: str) -> None:
    """The JSON form is taken, and leaves as it came."""
    client = make_app(kind, Body()).test_client()
    response = client.post("/", data=value, content_type="application/json")
    assert response.get_json() == {"value": json.loads(value)}


@pytest.mark.parametrize(("kind", "value", "texts", "schema"), read_rows())
def test_text(kind: str, value: str, texts: list[str], schema: str) -> None:
    """The text is taken as the value whose JSON form stands beside; without a text, none is."""
    if not texts:
        with pytest.raises(UnsupportedType, match="cannot be written"):
            make_app(kind, Query())
        return
    spread = "=" in texts[0]
    query = texts[0] if spread else urlencode([("value", text) for text in texts])
    response = make_app(kind, Query()).test_client().post(f"/?{query}")
    shown = json.loads(value)
    expected = shown[: len(texts)] if isinstance(shown, list) else shown
    assert response.get_json() == {"value": expected}


@pytest.mark.parametrize(("kind", "value", "texts", "schema"), read_rows())
def test_schema(kind: str, value: str, texts: list[str], schema: str) -> None:
    """The published schema is the one beside; ``…`` stands for what is too long for a table."""
    document = make_app(kind, Body()).test_client().get("/openapi.json").get_json()
    content = document["paths"]["/"]["post"]["requestBody"]["content"]
    expected = json.loads(schema)
    published = content["application/json"]["schema"]
    published.pop("examples", None)  # tests/publish/test_examples.py has them
    assert {key: "…" if expected.get(key) == "…" else published[key] for key in published} == (
        expected
    )
