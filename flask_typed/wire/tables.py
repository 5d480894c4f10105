"""CSV with a header line (RFC 4180): text of rows, and rows of text.

Request time.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple

from .decoding import BodyUnreadable


class Table(NamedTuple):
    """The text of a CSV body.

    :ivar names: of the columns, in the first line.
    :ivar rows: the cells of each further line, as many as there are columns.
    """

    names: list[str]
    rows: list[list[str]]


def json_to_csv(text: bytes, columns: Sequence[str]) -> bytes:
    """Return the CSV of a JSON array of objects whose values are scalars.

    :param columns: the keys of the objects, in order. The cell of a key that is absent or null is
        empty.
    """
    rows = json.loads(text, parse_int=str, parse_float=str)  # each digit as it is
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([write_cell(row.get(name)) for name in columns] for row in rows)
    return written.getvalue().encode()


def write_cell(value: Any) -> str:
    """Return the text of a JSON value that is a scalar."""
    if value is None:
        return ""
    text = str(value)
    return text.lower() if isinstance(value, bool) else text


def read_csv(data: bytes) -> Table:
    """Return the names and the rows of a CSV text in UTF-8. Blank lines are ignored.

    :raises werkzeug.exceptions.BadRequest: for anything else.
    """
    try:
        text = data.decode("utf-8-sig")  # spreadsheets write a byte order mark
    except UnicodeDecodeError as error:
        raise BodyUnreadable("The body is not UTF-8.") from error
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        names = next(lines, [])
        return Table(names, list(check_rows(lines, names)))
    except csv.Error as error:
        if "field limit" in str(error):
            raise BodyUnreadable(
                f"Line {lines.line_num} of the body has a cell with more than"
                f" {csv.field_size_limit()} characters."
            ) from error
        raise BodyUnreadable(f"The body is not CSV at line {lines.line_num}.") from error


def check_rows(lines: Any, names: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of each line.

    :raises werkzeug.exceptions.BadRequest: for a header that is empty or has a name twice, and for
        a line with another number of cells than the header.
    """
    if not names or len(set(names)) < len(names):
        raise BodyUnreadable("The first line of the body must name each column once.")
    for cells in lines:
        if cells and len(cells) != len(names):
            number, most = lines.line_num, len(names)
            raise BodyUnreadable(
                f"Line {number} of the body has {len(cells)} cells instead of {most}."
            )
        if cells:
            yield cells
