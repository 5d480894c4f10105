import logging
from dataclasses import dataclass

from flask import Flask, Response
from flask_typed import Problem, Typed, raises
from flask_typed.telemetry.access_log import AccessLog
from flask_typed.telemetry.prometheus import Prometheus

logging.basicConfig(level=logging.INFO, format="%(message)s")
prometheus = Prometheus()
app = Flask(__name__)
typed = Typed(app, observers=[prometheus, AccessLog(exclude=["/metrics"])])


@dataclass
class Book:
    id: int
    title: str


class BookNotFound(Problem):
    """No book has this id."""

    status = 404


@typed.get("/books/<int:book_id>")
@raises(BookNotFound)
def read_book(book_id: int) -> Book:
    if book_id != 1:
        raise BookNotFound
    return Book(1, "Emma")


@app.get("/metrics")
def read_metrics() -> Response:
    return prometheus.make_response()
