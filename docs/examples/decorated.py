from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g
from flask.views import MethodView
from flask_typed import Typed, TypedBlueprint

app = Flask(__name__)
Typed(app)
pages = TypedBlueprint("pages", __name__, url_prefix="/<language>")


@pages.url_value_preprocessor
def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.language = (values or {}).pop("language", None)


def with_reader(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Any:
        return view(*args, reader="Ada", **kwargs)

    return call


@pages.get("/greeting")
@with_reader
def greeting(reader, times: int = 1) -> str:
    """Greet the reader of the decorator in the language of the blueprint."""
    return f"{g.language}: {reader} " * times


@pages.route("/books/<int:book_id>")
class BookView(MethodView):
    def get(self, book_id: int) -> str:
        """Read a book."""
        return f"book {book_id}"

    def put(self, book_id: int, title: str) -> str:
        """Name a book."""
        return f"book {book_id} is {title}"


app.register_blueprint(pages)
