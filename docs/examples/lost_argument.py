from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@typed.get("/books/<int:book_id>")
def read_book(book_id: str) -> str:
    return book_id
