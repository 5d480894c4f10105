from typing import Annotated

from annotated_types import Ge, Le
from flask import Flask
from flask_typed import Query, Typed, TypedBlueprint

app = Flask(__name__)
app.config.update(
    TYPED_TITLE="The shop",
    TYPED_VERSION="2.1",
    TYPED_DESCRIPTION="What can be asked of the shop.",
    TYPED_SERVERS=["https://shop.example"],
    TYPED_PLAIN_ROUTES=True,
)
typed = Typed(app)
books = TypedBlueprint("books", __name__, url_prefix="/books", tags=["Catalogue"])


@books.get("/")
def list_books(
    limit: Annotated[int, Query(description="How many at most."), Ge(1), Le(100)] = 20,
) -> list[str]:
    """List the titles.

    The newest come first. *CommonMark* works here.
    """
    return ["Emma", "Persuasion"][:limit]


@books.get("/all", deprecated=True, operation_id="everything", summary="List them all")
def list_all() -> list[str]:
    return ["Emma", "Persuasion"]


@books.get("/secret", hidden=True)
def list_secrets() -> list[str]:
    return []


app.register_blueprint(books)


@app.get("/health")
def health() -> str:
    """Say that all is well."""
    return "well\n"
