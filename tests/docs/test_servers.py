"""What the pages install and start: the names are ours, and the servers serve the app."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ..bridge.served.serving import find_port
from ..patience import PATIENCE, wait_until
from .loading import split_program
from .pages import PAGES, read_exchanges

SETUP = Path(__file__).parents[2] / "setup.cfg"


def read_commands(*starts: str) -> list[tuple[str, str]]:
    """Return the commands of the pages that start one of some programs.

    :return: the program of the page that each command is about, and the command.
    """
    exchanges = [exchange for page in PAGES for exchange in read_exchanges(page)]
    found = ((exchange.program, exchange.command) for exchange in exchanges)
    return list(dict.fromkeys(pair for pair in found if pair[1].split()[0] in starts))


@contextmanager
def running(command: str, port: int, folder: Path) -> Iterator[None]:
    """Run a command of a page in a folder, at the given port instead of the page's."""
    program, *arguments = shlex.split(re.sub(r" --bind \S+", "", command))
    places = {
        "gunicorn": ["--bind", f"127.0.0.1:{port}", "--graceful-timeout", "1"],
        "flask": ["--port", f"{port}"],
    }
    whole = [sys.executable, "-B", "-m", program, *arguments, *places[program]]
    silent = subprocess.DEVNULL
    with subprocess.Popen(whole, cwd=folder, stdout=silent, stderr=silent) as server:
        try:
            yield
        finally:
            server.terminate()


def fetch(port: int, path: str) -> tuple[int, str]:
    """Return status and body of a URL, as soon as the server has started."""

    def ask() -> tuple[int, str] | None:
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            try:
                connection.request("GET", path)
            except ConnectionError:  # it does not listen yet
                return None
            response = connection.getresponse()
            return response.status, response.read().decode()

    answer = wait_until(ask)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("program", "command"),
    [found for found in read_commands("flask", "gunicorn") if " typed " not in found[1]],
)
def test_servers(program: str, command: str) -> None:
    """Each server that a page starts serves the program's document."""
    port = find_port()
    with running(command, port, split_program(program)[0]):
        status, body = fetch(port, "/openapi.json")
    assert (status, "notes" in command) == (200, '"/notes/"' in body)


@pytest.mark.parametrize("command", sorted({command for _, command in read_commands("pip")}))
def test_installing(command: str) -> None:
    """What a page installs is this project, with extras that it has."""
    config = ConfigParser(interpolation=None)
    config.read(SETUP, encoding="utf-8")
    _, _, wanted = shlex.split(command)
    name, _, extra = wanted.rstrip("]").partition("[")
    assert name == config["metadata"]["name"]
    assert not extra or extra in config["options.extras_require"]
