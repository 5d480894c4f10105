"""What the shop has on its first day, and how it refuses, as JSON."""

from __future__ import annotations

from typing import Any

from flask_typed.messages.recognizing import find_code

from bookshop.problems import ShopProblem

#: Email and password of each account.
BOSS = ("boss@bookshop.example", "between the shelves")
ANNA = ("anna@example.org", "from behind as from before")
BERTA = ("berta@example.org", "another one altogether")

LE_GUIN = {"id": 1, "name": "Ursula K. Le Guin", "born": "1929-10-21"}
CALVINO = {"id": 2, "name": "Italo Calvino", "born": "1923-10-15"}
HOMER = {"id": 8, "name": "Homer", "born": None}

EARTHSEA = {
    "id": 3,
    "title": "A Wizard of Earthsea",
    "author": LE_GUIN,
    "isbn": "9780000000026",
    "price": "9.90",
    "genre": "children",
    "published": "1968-11-01",
    "stock": 40,
    "tags": ["magic", "sea"],
    "added": "2024-05-03T09:00:00Z",
    "cover": None,
}

NOT_AUTHENTICATED = {
    "type": "about:blank",
    "title": "Authentication is required.",
    "status": 401,
}
INSUFFICIENT_SCOPE = {
    "type": "about:blank",
    "title": "The client is not allowed to do this.",
    "status": 403,
}
NO_CREDENTIALS = 'Bearer realm="the bookshop"'
BAD_TOKEN = 'Bearer realm="the bookshop", error="invalid_token"'

TOO_SHORT = "Shorter than minimum length 1."
TOO_SMALL = "Must be greater than or equal to 1."
NO_INTEGER = "Not a valid integer."
MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
NO_ISBN = "Must be 13 digits that start with 978 or 979."

#: The codes of the shop's own messages.
CODES = {NO_ISBN: "invalid_isbn"}
NO_MATCH = "String does not match expected pattern."


#: The types of the shop's own problems by their titles.
TYPES = {kind.title: kind.type for kind in ShopProblem.__subclasses__()}


def problem(status: int, title: str, **members: Any) -> dict[str, Any]:
    """Return the body of an error."""
    return {"type": TYPES.get(title, "about:blank"), "title": title, "status": status, **members}


def code_of(detail: str) -> str:
    """Return the code of a fault by its message."""
    return CODES.get(detail) or find_code(detail)


def invalid(*faults: tuple[str, str, str]) -> dict[str, Any]:
    """Return the body of a 422: where, pointer and detail of each fault."""
    count = "One value" if len(faults) == 1 else f"{len(faults)} values"
    return problem(
        422,
        "The request is not valid.",
        detail=f"{count} of the request cannot be accepted.",
        errors=[
            {"in": place, "pointer": at, "code": code_of(detail), "detail": detail}
            for place, at, detail in faults
        ],
    )
