"""The document of a command: from a file, a URL, or the app.

Development time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import click
from flask.cli import ScriptInfo

from ..contract.schemas import is_jsonschema_installed
from ..outside.reading import ApiUnreadable, parse_api, read_api_file
from ..probing.sending import HTTPSender, NoAnswer, WireRequest
from ..review.references import JSONObject
from .apps import build, find_state

#: The command that installs what compares values with schemas.
CHECKS_EXTRA = "pip install 'flask-typed-api[checks]'"
#: The number of redirects that are followed, on one server.
MAX_REDIRECTS = 3


class CannotRun(click.ClickException):
    """A command cannot do its work, as opposed to: has found something."""

    exit_code = 2


def reject_without_jsonschema() -> None:
    """Raise if values cannot be compared with schemas.

    :raises CannotRun: with the command that installs the library.
    """
    if not is_jsonschema_installed():
        raise CannotRun(f"This command needs the package jsonschema: {CHECKS_EXTRA}")


def warn(message: str) -> None:
    """Print a warning, not among the output of the command."""
    click.echo(f"Warning: {message}", err=True)


def is_http_url(place: str) -> bool:
    """Return whether a place is a URL."""
    return place.startswith(("http://", "https://"))


def load_document(
    place: str, headers: Sequence[tuple[str, str]] = (), timeout: float = 10
) -> JSONObject:
    """Return the document in a file or at a URL.

    :raises CannotRun: if there is none.
    """
    try:
        if is_http_url(place):
            return parse_api(fetch_text(place, headers, timeout), place, warn)
        return read_api_file(Path(place), warn)
    except (ApiUnreadable, NoAnswer, ValueError) as error:
        raise CannotRun(str(error)) from error


def fetch_text(url: str, headers: Sequence[tuple[str, str]], timeout: float) -> str:
    """Return the text at a URL. Redirects to other servers are not followed.

    :raises ApiUnreadable: if there is no text.
    """
    origin = split_url(url)[0]
    for _ in range(MAX_REDIRECTS + 1):
        found, target = split_url(url)
        if found != origin:
            break
        try:
            received = HTTPSender(origin, timeout).send(WireRequest("GET", target, headers, None))
        except NoAnswer as error:
            raise ApiUnreadable(f"{url}: {error}.") from error
        if received.status == 200:
            return received.body.decode(errors="replace")
        if "Location" not in received.headers:
            raise ApiUnreadable(f"{url} has no document: status {received.status}.")
        url = urljoin(url, received.headers["Location"])
    raise ApiUnreadable(f"The document is not on {origin}: it redirects to {url}.")


def split_url(url: str) -> tuple[str, str]:
    """Return the origin of a URL, and its path and query."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", (parts.path or "/") + query


def load_app_document(info: ScriptInfo, name: str | None) -> JSONObject:
    """Return a document of the app, as clients read it.

    :param name: of the document; the first one by default.
    :raises CannotRun: if the app has no such document.
    """
    app = info.load_app()
    try:
        with app.app_context():
            made = json.dumps(build(find_state(), name))
    except click.ClickException as error:
        raise CannotRun(error.message) from error
    return parse_api(made, f"The document of {app.name}", warn)
