"""The table of the page "GraphQL": each row is what a schema has."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import re
import sys
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from annotated_types import Le
from flask_typed import CursorPage, Page

from .pages import EXAMPLES

pytest.importorskip("strawberry", reason="GraphQL endpoints need the extra")

from ..graphql_types.graphs import Graph

LITERAL = re.compile(r"``(.*?)``")
NAMES = {
    "Annotated": Annotated,
    "Any": Any,
    "CursorPage": CursorPage,
    "Decimal": Decimal,
    "IPv4Address": IPv4Address,
    "Le": Le,
    "Literal": Literal,
    "Page": Page,
    "UUID": UUID,
    "date": dt.date,
    "datetime": dt.datetime,
    "time": dt.time,
    "timedelta": dt.timedelta,
}


def read_rows() -> list[Any]:
    """Return the rows, one for each annotation, with the types of results and of arguments."""
    with (EXAMPLES / "graph/types.csv").open(encoding="utf-8") as file:
        _, *rows = csv.reader(file, delimiter=";", quotechar="^")
    return [
        pytest.param(annotation, result.strip("`"), argument.strip("`"), id=annotation)
        for annotations, result, argument in rows
        for annotation in LITERAL.findall(annotations)
    ]


@pytest.mark.parametrize(("annotation", "result", "argument"), read_rows())
def test_row(monkeypatch: pytest.MonkeyPatch, annotation: str, result: str, argument: str) -> None:
    """An annotation has these types; an empty cell stands for a type that nobody sends."""
    monkeypatch.setattr(sys, "path", [str(EXAMPLES / "graph"), *sys.path])
    kind = eval(annotation, {**vars(importlib.import_module("united")), **NAMES})
    assert Graph().add("it", kind, lambda: None).type_of("it") == result
    if argument:
        graph = Graph().add("it", int, lambda value: 1, value=kind)
        assert graph.type_of_argument("it", "value") == argument
