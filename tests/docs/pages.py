"""Reads the pages of the documentation: what they include, and the transcripts they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
PAGES = sorted(page for page in DOCS.rglob("*.rst") if "_build" not in page.parts)

DIRECTIVE = re.compile(r"( *)\.\. ([a-z-]+):: *(.*)")


@dataclass(frozen=True)
class Block:
    """A directive of a page: its name, argument and body."""

    name: str
    argument: str
    body: str


@dataclass(frozen=True)
class Exchange:
    """A command, and what a page shows of its answer.

    :param program: the program that the page included last, see :func:`name_program`.
    """

    page: str
    program: str
    command: str
    shown: str


def read_blocks(text: str) -> Iterator[Block]:
    """Yield the directives of a page."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if match := DIRECTIVE.fullmatch(line):
            indent, name, argument = match.groups()
            yield Block(name, argument, read_body(lines[number + 1 :], len(indent)))


def read_body(lines: list[str], indent: int) -> str:
    """Return the lines that are indented deeper, options left out."""
    body = []
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        body.append(line[indent + 4 :])
    while body and body[0].startswith(":"):
        del body[0]
    return "\n".join(body).strip("\n")


def name_page(page: Path) -> str:
    """Return the path of a page in ``docs``, without suffix."""
    return page.relative_to(DOCS).with_suffix("").as_posix()


def name_program(path: Path) -> str:
    """Return the name of a program.

    It is the path in ``docs/examples``, without suffix; for a module of ``examples``, it is the
    name by which it is imported from there.
    """
    path = path.resolve().with_suffix("")
    if EXAMPLES in path.parents:
        return path.relative_to(EXAMPLES).as_posix()
    parts = path.parts
    starts = [index for index, part in enumerate(parts) if part == "examples"]
    return ".".join(parts[starts[-1] + 1 :] if starts else parts[-1:])


def locate(page: Path, argument: str) -> Path:
    """Return the path of a file that a page includes."""
    return (DOCS / argument[1:] if argument.startswith("/") else page.parent / argument).resolve()


def read_exchanges(page: Path) -> Iterator[Exchange]:
    """Yield the commands of a page's console blocks, each with the program that it is about."""
    program = ""
    for block in read_blocks(page.read_text(encoding="utf-8")):
        if block.name == "literalinclude" and block.argument.endswith(".py"):
            program = name_program(locate(page, block.argument))
        elif (block.name, block.argument) == ("code-block", "console"):
            for part in re.split(r"^\$ ", block.body.replace("\\\n", ""), flags=re.M)[1:]:
                command, _, shown = part.partition("\n")
                yield Exchange(name_page(page), program, command.strip(), shown.strip("\n"))


def read_included(page: Path) -> list[str]:
    """Return the paths in ``docs/examples`` of the files that a page includes or offers."""
    text = page.read_text(encoding="utf-8")
    included = r"^(?:\.\. literalinclude:: | +:file: )(\S+)$"
    offered = r":download:`[^<]+<([^>]+)>`"
    found = [*re.findall(included, text, flags=re.M), *re.findall(offered, text)]
    paths = [locate(page, argument) for argument in found]
    return [path.relative_to(EXAMPLES).as_posix() for path in paths if EXAMPLES in path.parents]


def list_examples(pattern: str = "*") -> list[str]:
    """Return the paths in ``docs/examples`` of all files, or of those of a pattern."""
    found = (path for path in EXAMPLES.rglob(pattern) if path.is_file())
    return sorted(path.relative_to(EXAMPLES).as_posix() for path in found)
