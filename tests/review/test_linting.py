"""What consumers of a document stumble over."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.review.linting import lint_document

GOOD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Shop",
        "version": "1",
        "contact": {"name": "Ann"},
        "license": {"name": "MIT"},
    },
    "servers": [{"url": "https://shop.example"}],
    "tags": [{"name": "books", "description": "Books."}],
    "paths": {
        "/": {"get": {"operationId": "home", "summary": "Home.", "tags": ["books"]}},
        "/books": {
            "get": {
                "operationId": "list_books",
                "summary": "List.",
                "tags": ["books"],
                "parameters": [{"in": "query", "name": "page", "description": "Which."}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"type": "integer"}}}},
                    "default": {"description": "Else."},
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Book": {
                "properties": {
                    "title": {"description": "On the cover."},
                    "size": {"$ref": "#/components/schemas/Size"},
                    "kind": {"enum": ["book"]},
                    "form": {"const": "book"},
                }
            },
            "Size": {"type": "integer", "description": "In pages."},
        }
    },
}


IF_MATCH = {"in": "header", "name": "If-Match", "description": "The version."}
TAGGED = {"200": {"description": "Here.", "headers": {"ETag": {"description": "The version."}}}}


def lint(**parts: Any) -> list[tuple[str, str, str]]:
    """Return the findings about a document with other parts."""
    return [(f.rule, f.place, f.message) for f in lint_document({**GOOD, **parts})]


def operation(**parts: Any) -> dict[str, Any]:
    """Return a good operation with other parts."""
    return {**GOOD["paths"]["/books"]["get"], **parts}


def respond(*problems: str) -> dict[str, Any]:
    """Return a response with one of several problems."""
    references = [{"$ref": f"#/components/schemas/{name}"} for name in problems]
    content = {"application/problem+json": {"schema": {"anyOf": references}}}
    return {"description": "No.", "content": content}


def make_problem(kind: str) -> dict[str, Any]:
    """Return the schema of a problem with a type."""
    return {"properties": {"type": {"type": "string", "enum": [kind]}}}


def test_nothing_to_say() -> None:
    """A document with everything gives no reason."""
    assert lint() == []


@pytest.mark.parametrize(
    ("parts", "findings"),
    [
        pytest.param(
            {"info": {}, "servers": []},
            [
                ("info", "the document", "it has no contact (TYPED_CONTACT)"),
                ("info", "the document", "it has no license (TYPED_LICENSE)"),
                ("info", "the document", "it has no servers (TYPED_SERVERS)"),
            ],
            id="info",
        ),
        pytest.param(
            {"tags": [{"name": "books"}]},
            [
                (
                    "tag-description",
                    "tag 'books'",
                    "the tag has no description (TypedBlueprint(description=…), or TYPED_TAGS)",
                )
            ],
            id="tag",
        ),
        pytest.param(
            {
                "paths": {
                    "/a/{x}/": {"get": operation(operationId="one")},
                    "/a/{y}/": {"put": operation(operationId="two")},
                }
            },
            [
                (
                    "trailing-slash",
                    "/a/{x}/",
                    "the path ends in a slash: clients that leave it out are redirected",
                ),
                (
                    "trailing-slash",
                    "/a/{y}/",
                    "the path ends in a slash: clients that leave it out are redirected",
                ),
                (
                    "path-clash",
                    "/a/{y}/",
                    "clients cannot distinguish this path from /a/{x}/: only variable names differ",
                ),
            ],
            id="paths",
        ),
        pytest.param(
            {
                "paths": {
                    "/a": {
                        "get": operation(),
                        "x-alternatives": {"get": [operation(operationId="a"), {}]},
                    }
                }
            },
            [
                (
                    "path-clash",
                    "GET /a",
                    "other routes have this path and method, and are in x-alternatives: a, None",
                )
            ],
            id="alternatives",
        ),
        pytest.param(
            {
                "paths": {
                    "/a": {"get": operation(operationId="read_book")},
                    "/b": {"get": operation(operationId="readBook")},
                    "/c": {"get": operation(operationId="read_book_2")},
                    "/d": {"get": operation(operationId="top_10")},
                }
            },
            [
                (
                    "name-clash",
                    "GET /b",
                    "'readBook' and 'read_book' are the same name in generated clients",
                ),
                (
                    "numbered-name",
                    "GET /c",
                    "'read_book_2' has a number because 'read_book' is taken: rename one of them",
                ),
            ],
            id="names of operations",
        ),
        pytest.param(
            {"components": {"schemas": {"Book": {}, "Book2": {}}}},
            [
                (
                    "numbered-name",
                    "schema 'Book2'",
                    "'Book2' has a number because 'Book' is taken: rename one of them",
                )
            ],
            id="names of schemas",
        ),
        pytest.param(
            {
                "paths": {
                    "/a": {
                        "get": operation(
                            summary="",
                            tags=[],
                            parameters=[{"in": "query", "name": "page"}],
                            responses={"default": {}},
                        ),
                        "put": operation(
                            operationId="put",
                            responses={"200": {"content": {"text/csv": {"schema": {}}}}},
                        ),
                    }
                }
            },
            [
                ("summary", "GET /a", "there is no summary (the view's docstring)"),
                ("tags", "GET /a", "there is no tag (a blueprint, or tags=)"),
                (
                    "parameter-description",
                    "GET /a",
                    "the query parameter 'page' has no description",
                ),
                (
                    "unknown-answer",
                    "GET /a",
                    "no successful response is described (a return annotation)",
                ),
                ("unknown-answer", "PUT /a", "the text/csv of the response 200 has no schema"),
            ],
            id="operations",
        ),
        pytest.param(
            {
                "paths": {
                    "/a": {
                        "get": operation(
                            responses={
                                "200": {"description": "Yes."},
                                "409": respond("Sold", "Lent", "Gone"),
                                "404": respond("Sold", "Gone"),
                            }
                        )
                    }
                },
                "components": {
                    "schemas": {
                        "Sold": make_problem("about:blank"),
                        "Lent": make_problem("about:blank"),
                        "Gone": make_problem("urn:example:gone"),
                    }
                },
            },
            [
                (
                    "shared-type",
                    "GET /a",
                    "Sold and Lent, of status 409, have the same type 'about:blank':"
                    " set type, or type_base in their base class",
                )
            ],
            id="problems",
        ),
        pytest.param(
            {
                "paths": {
                    "/a": {
                        "get": operation(operationId="a", responses=TAGGED),
                        "put": operation(operationId="b", parameters=[IF_MATCH]),
                        "delete": operation(operationId="c"),
                    },
                    "/b": {"put": operation(operationId="d")},
                }
            },
            [
                (
                    "unchecked-change",
                    "DELETE /a",
                    "GET sends an ETag, but the change ignores If-Match: take an argument"
                    " `match: IfMatch`, or write etag= with a function",
                )
            ],
            id="changes",
        ),
        pytest.param(
            {
                "components": {
                    "schemas": {
                        "Book": {"properties": {"a": {}, "b": True, "c": {"description": "x"}}}
                    }
                }
            },
            [
                (
                    "field-description",
                    "schema 'Book'",
                    "2 of 3 fields have no description: a, b",
                )
            ],
            id="fields",
        ),
    ],
)
def test_findings(parts: dict[str, Any], findings: list[tuple[str, str, str]]) -> None:
    """Each rule says where, what, and what can be done."""
    assert lint(**parts) == findings
