"""Names that stand in the document as keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_typed import APIKeyHeader, APIKeyQuery, DeclarationError, HTTPBearer, MediaType
from flask_typed.declare.names import to_ascii


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Book", "Book"),
        ("Ok.x-1_", "Ok.x-1_"),
        ("Größe", "Grosse"),
        ("E\u0301te\u0301", "Ete"),
        ("ﬁx", "fix"),
        ("書籍", "u66F8u7C4D"),
        ("Page[Book]", "Page_Book"),
        ("My Form", "My_Form"),
        ("½", "u00BD"),
        ("!!!", "Component"),
        ("", "Component"),
    ],
)
def test_to_ascii(name: str, known: str) -> None:
    """Marks are dropped, what has no form in ASCII is its code point, and all else is a line."""
    assert to_ascii(name) == known


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: HTTPBearer(name="Größe"),
            r"'Größe': OpenAPI does not.*\n.*\n  Write 'Grosse', or",
        ),
        (lambda: HTTPBearer(name=5), r"is called 5: OpenAPI does not allow.*\n.*\n  Write another"),  # type: ignore[arg-type]  # wrong
        (lambda: HTTPBearer(description=5), r"^description= is 5\."),  # type: ignore[arg-type]  # wrong
        (lambda: APIKeyHeader("My Key"), r"^'My Key' is not a valid header name\."),
        (lambda: APIKeyQuery(5), r"^key= is 5\."),  # type: ignore[arg-type]  # wrong
        (lambda: MediaType("text"), r"^'text' is not a media type\.\n  Write a type and"),
    ],
)
def test_refused(make: Callable[[], Any], message: str) -> None:
    """A name that the document, or HTTP, cannot have is refused where it is given."""
    with pytest.raises(DeclarationError, match=message):
        make()


def test_the_name_of_a_class() -> None:
    """A scheme that is called as its class is has a name that OpenAPI allows."""
    scheme = type("Schlüssel", (APIKeyHeader,), {})("X-Key")
    assert scheme.name == "Schlussel"
