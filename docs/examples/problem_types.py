from flask import Flask
from flask_typed import Problem, Typed, raises

app = Flask(__name__)
typed = Typed(app)


class ShopProblem(Problem):
    type_base = "https://shop.example/problems/"


class SoldOut(ShopProblem):
    """No copy is left."""

    status = 409


class BookReserved(ShopProblem):
    """All copies that are left are reserved."""

    status = 409


@typed.post("/books/<int:book_id>/orders")
@raises(SoldOut, BookReserved)
def order(book_id: int) -> None:
    """Order a book."""
    raise SoldOut if book_id == 1 else BookReserved
