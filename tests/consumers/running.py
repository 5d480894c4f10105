"""Starts the APIs that consumers are tried on under gunicorn with a gevent worker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from ..patience import PATIENCE, wait_until

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")

STAFF = ("staff@shop.example", "twelve geese and a goat")


@dataclass(frozen=True)
class Api:
    """An API that is tried.

    :param app: the factory, as gunicorn is told it.
    :param config: what its environment says.
    """

    name: str
    app: str
    folder: Path
    config: Mapping[str, str] = field(default_factory=dict)


BOOKSHOP = Api(
    "bookshop",
    "bookshop:create_app",
    EXAMPLES,
    {"BOOKSHOP_STAFF_EMAIL": STAFF[0], "BOOKSHOP_STAFF_PASSWORD": STAFF[1]},
)
ZOO = Api("zoo", "zoo:create_app", HERE)
APIS = (BOOKSHOP, ZOO)


def name_document(document: tuple[Api, str]) -> str:
    """Return what a document, of an API and a version, is called in a report."""
    api, version = document
    return f"{api.name} {version}"


def require(*programs: str) -> pytest.MarkDecorator:
    """Skip what needs programs that are not here, unless the environment says that they are."""
    missing = [program for program in programs if not find(program)]
    return pytest.mark.skipif(
        bool(missing) and not os.environ.get("FLASK_TYPED_REQUIRE_CONSUMERS"),
        reason=f"not installed: {', '.join(missing)}; tox has environments with them",
    )


def find(program: str) -> str:
    """Return the path of a program of an environment of tox; none if it is not there."""
    scripts = Path(sys.prefix) / "bin"
    modules = Path(sys.prefix) / "node_modules" / ".bin"
    return shutil.which(program, path=f"{scripts}{os.pathsep}{modules}") or ""


def run(
    *command: Any, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment, and return what it printed.

    :param variables: added to those of the environment.
    """
    program, *arguments = command
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [find(program), *map(str, arguments)],
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **variables},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
    )


def write_document(api: Api, folder: Path, version: str = "3.1.0") -> Path:
    """Write an API's document into a folder, and return where it is."""
    key = api.name, version
    if key not in DOCUMENTS:
        DOCUMENTS[key] = make_document(api, version)
    path = folder / f"{api.name}-{version}.json"
    path.write_text(DOCUMENTS[key])
    return path


#: Those that were made, each once: by the names of their API and version.
DOCUMENTS: dict[tuple[str, str], str] = {}


def make_document(api: Api, version: str) -> str:
    """Return what the command line writes of an API."""
    with TemporaryDirectory() as folder:
        config = {
            "TYPED_OPENAPI_VERSION": version,
            "TYPED_SERVERS": [f"https://{api.name}.example"],
            "DATABASE_URL": f"sqlite:///{folder}/unused.sqlite",
            "SECRET_KEY": "unused",
        }
        path = Path(folder, "document")
        app = f"{api.app}({config!r})"
        written = run("flask", "--app", app, "typed", "spec", "--output", path, cwd=api.folder)
        assert written.returncode == 0, written.stdout
        return path.read_text()


@contextmanager
def serving(api: Api, folder: Path) -> Iterator[str]:
    """Run an API, and yield its URL.

    :param folder: for its data and its log.
    """
    log = folder / "gunicorn.log"
    environment = {
        **os.environ,
        **api.config,
        "BIND": "127.0.0.1:0",
        "BOOKSHOP_INSTANCE": str(folder),
        "BOOKSHOP_WATCH_SECONDS": "1",
        "DATABASE_URL": "",
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(EXAMPLES / "bookshop/gunicorn.conf.py")]
    # Fuzzers write long URLs; what is too long is gunicorn's to refuse, in words of its own.
    command += ["--limit-request-line", "0", "--chdir", str(api.folder), f"{api.app}()"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield wait_for(server, log)
    finally:
        server.terminate()
        server.wait(PATIENCE)
    assert "Traceback" not in log.read_text(), log.read_text()


@contextmanager
def listening(command: Sequence[Any], listens: re.Pattern[str], log: Path) -> Iterator[str]:
    """Run a server, and yield the URL that it prints.

    :param listens: of the line that it prints, with the URL as its group.
    """
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        found = wait_until(lambda: listens.search(log.read_text()), log.read_text)
        assert found is not None
        yield found[1]
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(server: subprocess.Popen[bytes], log: Path) -> str:
    """Return the URL of a server, once it answers."""

    def find_url() -> str | None:
        assert server.poll() is None, log.read_text()
        found = LISTENING.findall(log.read_text())
        return found[0] if found and is_answering(found[0]) else None

    url = wait_until(find_url, log.read_text)
    assert url is not None
    return url


def is_answering(url: str) -> bool:
    """Say whether a server publishes its document."""
    try:
        with urlopen(f"{url}/openapi.json", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False
