"""Markers only store words: what they say of a place, and that they are plain values."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask_typed import Body, Cookie, File, Form, Header, MediaType, Path, Query
from flask_typed.declare.markers import Marker

MARKERS = [Path, Query, Header, Cookie, Form, File, Body]


@pytest.mark.parametrize(
    ("marker", "location"),
    [
        pytest.param(Path, "path", id="Path"),
        pytest.param(Query, "query", id="Query"),
        pytest.param(Header, "header", id="Header"),
        pytest.param(Cookie, "cookie", id="Cookie"),
        pytest.param(Form, "form", id="Form"),
        pytest.param(File, "file", id="File"),
        pytest.param(Body, "body", id="Body"),
    ],
)
def test_a_marker_names_a_place(marker: type[Marker], location: str) -> None:
    """The class says where, its words say what."""
    assert issubclass(marker, Marker)
    assert marker.location == location
    assert marker().location == location


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_says_nothing_by_default(marker: type[Marker]) -> None:
    """Everything about a marker may be left out."""
    made = marker()

    assert (made.alias, made.description, made.example, made.examples, made.deprecated) == (
        None,
        None,
        None,
        None,
        False,
    )


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_keeps_its_words(marker: type[Marker]) -> None:
    """All markers take the same words."""
    words: dict[str, Any] = {
        "alias": "x",
        "description": "An X.",
        "example": 1,
        "examples": {"one": 1},
        "deprecated": True,
    }

    made = marker(**words)

    assert {name: getattr(made, name) for name in words} == words


@pytest.mark.parametrize("marker", MARKERS)
def test_words_have_names(marker: Any) -> None:
    """Words come by keyword: nobody knows their order."""
    with pytest.raises(TypeError, match="positional argument"):
        marker("x")


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_cannot_be_changed(marker: type[Marker]) -> None:
    """One marker in an alias serves many views."""
    made = marker()

    with pytest.raises(dataclasses.FrozenInstanceError, match="alias"):
        made.alias = "x"  # type: ignore[misc]  # the point of it


def test_equal_words_make_equal_markers() -> None:
    """Two annotations written alike are alike; another place is another marker."""
    query: Marker = Query(alias="x")
    header: Marker = Header(alias="x")

    assert query == Query(alias="x")
    assert query != header


def test_a_body_may_be_a_key() -> None:
    """Only a body can be embedded."""
    assert Body().embed is False
    assert Body(embed=True).embed is True
    with pytest.raises(TypeError, match="embed"):
        Query(embed=True)  # type: ignore[call-arg]  # the point of it


@pytest.mark.parametrize(
    ("marker", "exploded"),
    [
        pytest.param(Query(), True, id="form"),
        pytest.param(Query(explode=False), False, id="form-with-commas"),
        pytest.param(Query(style="spaceDelimited"), False, id="spaces"),
        pytest.param(Query(style="pipeDelimited"), False, id="pipes"),
        pytest.param(Query(style="pipeDelimited", explode=True), True, id="pipes-exploded"),
        pytest.param(Query(style="deepObject"), True, id="deep"),
    ],
)
def test_explode_has_a_default_for_each_style(marker: Query, exploded: bool) -> None:
    """OpenAPI's defaults: only the delimited styles are not exploded."""
    assert marker.exploded is exploded


def test_only_the_query_has_styles() -> None:
    """Everything else is written in one way."""
    with pytest.raises(TypeError, match="style"):
        Header(style="form")  # type: ignore[call-arg]  # the point of it


def test_a_media_type_has_a_name() -> None:
    """It is no place of a request."""
    assert MediaType("text/html").name == "text/html"
    assert not isinstance(MediaType("text/html"), Marker)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        pytest.param(Query(), {}, id="nothing"),
        pytest.param(Query(alias="x"), {}, id="alias-is-not-for-the-document"),
        pytest.param(Query(deprecated=True), {"deprecated": True}, id="deprecated"),
        pytest.param(
            Body(description="", example=0, examples={}, embed=True),
            {"description": "", "example": 0, "examples": {}},
            id="falsy-words-are-words",
        ),
    ],
)
def test_a_marker_says_its_words_for_the_document(marker: Marker, words: dict[str, Any]) -> None:
    """Only what was said is published, falsy examples too."""
    assert marker.documentation() == words
