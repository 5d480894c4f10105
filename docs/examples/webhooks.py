from dataclasses import dataclass
from typing import Annotated, BinaryIO

from flask import Flask
from flask_typed import Body, Form, MediaType, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Notification:
    Type: str
    Message: str


Posted = Annotated[Notification, Body(), MediaType("text/plain", "application/json")]


@typed.post("/notifications", unknown_keys="exclude")
def notify(notification: Posted) -> str:
    """JSON that calls itself text, with keys that are not of interest."""
    return notification.Message


@typed.post("/votes", unknown_form_fields="exclude")
def vote(book: Annotated[int, Form()]) -> int:
    """A form with a field that another extension checks."""
    return book


@typed.get("/search", unknown_query_parameters="raise")
def search(title: str = "") -> str:
    """A misspelled parameter is an error."""
    return title


@typed.post("/lines")
def count_lines(data: Annotated[BinaryIO, MediaType("text/csv")]) -> int:
    """A body that is read line by line, however large it is."""
    return sum(1 for _ in data)
