"""Counts the lines of the programs of ``examples/beside``, for each resource.

A line counts if it has code: blank lines, comments and docstrings do not. The tables, the settings
of Django and the WSGI file of Django are not counted.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

BESIDE = Path(__file__).parents[2] / "examples" / "beside"
#: The programs by the names of the frameworks.
PROGRAMS = {
    "flask_typed": "flask_typed_app.py",
    "FastAPI": "fastapi_app.py",
    "Django Ninja": "django_ninja_app.py",
    "Litestar": "litestar_app.py",
    "flask-smorest": "smorest_app.py",
    "APIFlask": "apiflask_app.py",
}
#: The first part of a program has what its resources share.
SHARED = "App, session, book"
RESOURCES = [
    "Partial update",
    "Pages",
    "Conditional requests",
    "Repeatable requests",
    "Bulk and formats",
]
#: The part of programs that import it.
KEYS = ("from .keys import", "keys.py", "Repeatable requests")
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def find_docstrings(source: str) -> set[int]:
    """Return the numbers of the lines of docstrings."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str()), lineno=first, end_lineno=last):
                lines.update(range(first, (last or first) + 1))
    return lines


def find_code(source: str) -> list[int]:
    """Return the numbers of the lines that have code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return sorted(lines - find_docstrings(source))


def count_lines(program: str) -> dict[str, int]:
    """Return the number of lines with code by resource, and of what the resources share."""
    source = (BESIDE / program).read_text(encoding="utf-8")
    titles = [SHARED]
    for line in source.splitlines():
        is_title = line.startswith("# -- ")
        titles.append(line.strip("# -") if is_title else titles[-1])
    found = Counter(titles[number] for number in find_code(source))
    imported, module, resource = KEYS
    if imported in source:
        found[resource] += len(find_code((BESIDE / module).read_text(encoding="utf-8")))
    return dict(found)


def make_table() -> list[list[str]]:
    """Return the rows of the table, with the heading."""
    counts = [count_lines(program) for program in PROGRAMS.values()]
    rows = [["Lines", *PROGRAMS]]
    for title in [SHARED, *RESOURCES]:
        rows.append([title, *(str(count.get(title, "-")) for count in counts)])
    return [*rows, ["All", *(str(sum(count.values())) for count in counts)]]
