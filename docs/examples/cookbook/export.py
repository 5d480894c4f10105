import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from io import StringIO
from typing import Annotated

from flask import Flask, Response
from flask_typed import MediaType, Returns, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Ticket:
    id: int
    title: str
    assignee: str


tickets = [Ticket(1, "Printer jams", "ada"), Ticket(2, "=1+1, really", "bob")]


def write_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield each row as a line of CSV."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow([disarm(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def disarm(value: object) -> object:
    """Put a quote before a text that a spreadsheet would run as a formula."""
    dangerous = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if dangerous else value


def make_rows() -> Iterator[Iterable[object]]:
    """Yield the heading and the tickets."""
    yield "id", "title", "assignee"
    yield from map(astuple, tickets)


@typed.get("/tickets.csv")
def export_tickets() -> Annotated[str, MediaType("text/csv")]:
    """Export the tickets as CSV."""
    return "".join(write_lines(make_rows()))


Download = Annotated[Response, Returns(status=200), MediaType("text/csv")]


@typed.get("/archive.csv")
def export_archive() -> Download:
    """Export many tickets, line by line."""
    response = Response(write_lines(make_rows()), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="archive.csv")
    return response
