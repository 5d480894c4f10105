"""The operation of a request."""

from __future__ import annotations

import pytest
from flask_typed.mocking.matching import PathMatcher

from ..outside.documents import make_operation

PATHS = ("/a/{x}", "/a/b", "/a/{x}.json", "/{x}/c", "/a/{x}/d/{y}", "/files/{path}", "/")


@pytest.mark.parametrize(
    ("path", "template", "variables"),
    [
        ("/a/b", "/a/b", {}),
        ("/a/7", "/a/{x}", {"x": "7"}),
        ("/a/7.json", "/a/{x}.json", {"x": "7"}),
        ("/a/c", "/a/{x}", {"x": "c"}),
        ("/b/c", "/{x}/c", {"x": "b"}),
        ("/a/1/d/2", "/a/{x}/d/{y}", {"x": "1", "y": "2"}),
        ("/files/a/b c", "/files/{path}", {"path": "a/b c"}),
        ("/", "/", {}),
    ],
)
def test_match(path: str, template: str, variables: dict[str, str]) -> None:
    """Fixed paths come first, then those with more text; a last variable may have slashes."""
    found = PathMatcher(make_operation(path=one) for one in PATHS).find(path)
    assert found is not None
    known, texts = found
    assert (known.operations["GET"].path, texts) == (template, variables)


def test_no_match() -> None:
    """Other paths have no operation."""
    assert PathMatcher([make_operation(path="/a/{x}")]).find("/b") is None
