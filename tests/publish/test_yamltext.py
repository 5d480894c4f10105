"""The pieces of a document's YAML text are together what the whole would be."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from flask_typed.publish.yamltext import DocumentDumper, write_top, write_yaml

LONG = {"get": {"description": "a\nb\n\nc " + "word " * 40}}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"openapi": "3.1.0", "paths": {}},
        {"paths": {"/a": {}, "/" + "x" * 200: LONG, "/b": LONG}, "components": {}, "tags": []},
        {"components": {"schemas": {}}},
        {"components": {"schemas": {"A": LONG, "B": {"é": "1e3"}}, "x-a": 1, "responses": {}}},
        {"components": {"x-a": 1, "schemas": {"A": {}}, "responses": {"B": [1]}}},
        {"components": 1, "paths": [LONG], "webhooks": {"a": LONG}},
    ],
)
def test_pieces(document: dict[str, Any]) -> None:
    """Indentation, wrapped lines and blocks are those of the whole document."""
    whole = yaml.dump(
        document, Dumper=DocumentDumper, sort_keys=False, allow_unicode=True, encoding="utf-8"
    )
    assert write_yaml(document) == whole


def test_each_path_and_component_is_a_piece() -> None:
    """A large document is written in many pieces."""
    document = {"paths": {"/a": LONG, "/b": LONG}, "components": {"schemas": {"A": {}, "B": {}}}}
    assert len(list(write_top(document))) == 5
