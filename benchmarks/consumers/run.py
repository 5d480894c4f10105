"""Consumers of OpenAPI documents: our bookshop beside FastAPI's, tool by tool.

Each tool reads the document of ``examples/bookshop`` and that of ``fastapi_shop.py``, which has the
same main operations. Where it makes a program, the journey of ``tests/consumers`` runs with it
against a server. A step of a journey fails if its types are wrong, or if it fails when it runs::

    pip install ".[example]" -r benchmarks/consumers/requirements.txt
    python tests/consumers/install.py typescript_tools
    python benchmarks/consumers/run.py

``--write docs/figures`` writes the table of the documentation. Each tool needs some seconds: it is
run by hand, not in CI.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE.parent)]
from facts import write_facts  # noqa: E402  # the paths are known now

from tests.consumers import generating, running, test_proxy  # noqa: E402
from tests.consumers.generating import GENERATORS, TRIED, Generator, find_failed  # noqa: E402

VERSIONS = ("3.1.0", "3.0.3", "3.2.0")
LISTENING = re.compile(r"Uvicorn running on (http://127\.0\.0\.1:\d+)")
JOURNEYS = running.HERE
#: What is asked about types, in the language of a tool.
TYPESCRIPT_TYPES = {
    "price": 'shop.NewBook["price"]',
    "genre": 'shop.NewBook["genre"]',
    "published": 'shop.NewBook["published"]',
    "added": 'shop.Book["added"]',
}
HEAD = ("Tool", "Document of", "Reads", "Errors of types", "Price", "Genre", "Date", "Steps failed")


@dataclass(frozen=True)
class Side:
    """An API that tools are tried on.

    :param documents: by version.
    :param serve: a context that yields the URL of a new server.
    """

    name: str
    documents: dict[str, Path]
    serve: Callable[[Path], Any]


@dataclass
class Outcome:
    """What came of a tool and a document."""

    reads: list[str]
    errors: int | None = None
    types: dict[str, str] | None = None
    tried: int = 0
    failed: tuple[str, ...] = ()

    def cells(self) -> list[str]:
        """Return the cells of the table."""
        types = self.types or {}
        steps = f"{len(self.failed)} of {self.tried}" if self.tried else ""
        if self.failed:
            steps += f": {', '.join(self.failed)}"
        errors = "" if self.errors is None else str(self.errors)
        words = [shorten(types.get(name, "")) for name in ("price", "genre", "published")]
        return [", ".join(self.reads) or "none", errors, *words, steps]


def shorten(kind: str) -> str:
    """Return a type in a few words."""
    return kind if len(kind) <= 30 else f"{kind[:26]} …"


@contextmanager
def serve_fastapi(folder: Path) -> Iterator[str]:
    """Run FastAPI's bookshop, and yield its URL."""
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--app-dir",
        HERE,
        "--port",
        "0",
        "fastapi_shop:app",
    ]
    with running.listening(command, LISTENING, folder / "uvicorn.log") as url:
        yield url


def make_sides(folder: Path) -> tuple[Side, Side]:
    """Return both APIs; FastAPI publishes 3.1 alone."""
    ours = {each: running.write_document(running.BOOKSHOP, folder, each) for each in VERSIONS}
    path = folder / "fastapi.json"
    program = "import json, fastapi_shop; print(json.dumps(fastapi_shop.app.openapi()))"
    made = subprocess.run(
        [sys.executable, "-c", program], cwd=HERE, check=True, text=True, capture_output=True
    )
    path.write_text(made.stdout)
    return (
        Side("flask_typed", ours, lambda data: running.serving(running.BOOKSHOP, data)),
        Side("FastAPI", {"3.1.0": path}, serve_fastapi),
    )


def try_generator(generator: Generator, side: Side, folder: Path) -> Outcome:
    """Make a program of each version of a document, and run the journey with that of 3.1."""
    outcome = Outcome(list(read_all(generator.make, side, folder)))
    place = folder / "3.1.0"
    if "3.1.0" not in outcome.reads:
        return outcome
    types = ""
    if generator.adapter == "generators":
        outcome.types = name_python_types(place, "bookshop_client")
    else:
        types = generating.prepare_typescript(generator, place)
        outcome.types = name_typescript_types(place)
        outcome.errors = len(re.findall(r"^made/.*: error", types, re.MULTILINE))
    with served(side, folder) as url:
        if generator.adapter == "generators":
            lived = generating.live_python(JOURNEYS / "generators/bookshop_journey.py", url, place)
        else:
            lived = generating.live_typescript(place, url)
    return count(outcome, lived, types)


def try_datamodel_codegen(side: Side, folder: Path) -> Outcome:
    """Make models of each version, and check the values of a journey with those of 3.1."""
    outcome = Outcome(list(read_all(generating.make_datamodel_codegen, side, folder)))
    place = folder / "3.1.0"
    outcome.types = name_python_types(place, "models")
    lived = generating.live_python(JOURNEYS / "models/bookshop_values.py", "", place)
    return count(outcome, lived)


def try_fastmcp(side: Side, folder: Path) -> Outcome:
    """Let an agent use the API."""
    outcome = Outcome(list(side.documents))
    with served(side, folder) as url:
        lived = generating.live_python(JOURNEYS / "agents/bookshop_journey.py", url)
    return count(outcome, lived)


def try_prism(side: Side, folder: Path) -> Outcome:
    """Compare requests and responses with the document, in a proxy."""
    outcome = Outcome(list(side.documents))
    with ExitStack() as stack:
        url = stack.enter_context(served(side, folder))
        document = side.documents["3.1.0"]
        proxy = stack.enter_context(test_proxy.proxying(document, url, folder))
        lived = generating.live_python(JOURNEYS / "proxy/bookshop_journey.py", proxy)
    return count(outcome, lived)


def read_all(make: Callable[[Path, Path], Any], side: Side, folder: Path) -> Iterator[str]:
    """Yield the versions that a tool reads, each made in a folder of its name."""
    for each, document in side.documents.items():
        place = folder / each
        place.mkdir()
        if make(document, place).returncode == 0:
            yield each


@contextmanager
def served(side: Side, folder: Path) -> Iterator[str]:
    """Run a new server, with data of its own."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    with side.serve(data) as url:
        yield url


def count(outcome: Outcome, lived: Any, types: str = "") -> Outcome:
    """Add the steps of a journey, in their order."""
    steps = TRIED.findall(lived.stdout)
    failed = find_failed(lived, types)
    outcome.tried, outcome.failed = len(steps), tuple(step for step in steps if step in failed)
    return outcome


def name_typescript_types(folder: Path) -> dict[str, str]:
    """Return the types of some fields, as the compiler writes them."""
    lines = [f"export type {name} = {text};" for name, text in TYPESCRIPT_TYPES.items()]
    probe = 'import type * as shop from "./shop.js";\n' + "\n".join(lines)
    (folder / "probe.ts").write_text(probe)
    program = folder / "types.mjs"
    program.write_text((HERE / "types.mjs").read_text())
    named = running.run("node", "types.mjs", "probe.ts", cwd=folder)
    assert named.returncode == 0, named.stdout
    found: dict[str, str] = json.loads(named.stdout)
    return found


def name_python_types(folder: Path, module: str) -> dict[str, str]:
    """Return the types of some fields of a model."""
    program = (
        f"import json, re, typing; from {module} import NewBook; fields = NewBook.model_fields\n"
        "names = ('price', 'genre', 'published')\n"
        "hints = {name: str(fields[name].annotation) for name in names}\n"
        r"clean = {k: re.sub(r'[\w.]+\.(?=\w)|<(class|enum) |[\'>]', '', v) "
        "for k, v in hints.items()}\n"
        "print(json.dumps(clean))"
    )
    named = running.run("python", "-W", "ignore", "-c", program, PYTHONPATH=str(folder))
    assert named.returncode == 0, named.stdout
    found: dict[str, str] = json.loads(named.stdout.splitlines()[-1])
    return found


def find_version(package: str) -> str:
    """Return the version of a package of PyPI or npm."""
    path = Path(sys.prefix) / "node_modules" / package / "package.json"
    return str(json.loads(path.read_text())["version"]) if path.exists() else version(package)


def try_all(folder: Path) -> Iterator[tuple[str, Side, Outcome]]:
    """Yield what came of each tool and each API, with the name and version of the tool."""
    tools: list[tuple[str, str, Callable[[Side, Path], Outcome]]] = [
        ("fastmcp", "fastmcp", try_fastmcp),
        ("datamodel-code-generator", "datamodel-code-generator", try_datamodel_codegen),
        ("Prism (proxy)", "@stoplight/prism-cli", try_prism),
    ]
    for each in GENERATORS.values():
        tools.append(
            (each.name, each.package, lambda side, place, g=each: try_generator(g, side, place))
        )
    sides = make_sides(folder)
    for number, (name, package, attempt) in enumerate(tools):
        for side in sides:
            place = folder / f"{number}-{side.name}"
            place.mkdir()
            yield f"{name} {find_version(package)}", side, attempt(side, place)


def main() -> None:
    """Try all, print the table, and write the files."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", type=Path, help="the folder that gets table and facts")
    options = parser.parse_args()
    rows = [list(HEAD)]
    with tempfile.TemporaryDirectory() as folder:
        for tool, side, outcome in try_all(Path(folder)):
            rows.append([tool, side.name, *outcome.cells()])
            print(" | ".join(rows[-1]), flush=True)
    if options.write:
        path = options.write / "consumers.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        write_facts(options.write, "consumers", ("fastapi", "pydantic"), rows=rows)


if __name__ == "__main__":
    main()
