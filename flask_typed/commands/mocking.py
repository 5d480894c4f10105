"""``flask typed mock``.

Development time.
"""

from __future__ import annotations

import click
from flask.cli import ScriptInfo
from werkzeug.serving import run_simple


@click.command("mock")
@click.argument("place", metavar="DOCUMENT", required=False)
@click.option("--app", "of_app", is_flag=True, help="Serve the document of the app.")
@click.option(
    "--document", "name", help="The name of the app's document; the first one by default."
)
@click.option("--host", default="127.0.0.1", help="The interface to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=4010, help="The port to listen on.")
@click.pass_context
def mock(
    context: click.Context, place: str | None, of_app: bool, name: str | None, host: str, port: int
) -> None:
    """Serve the API of DOCUMENT, a file or a URL, with the document's examples.

    Requests are compared with the document. `Prefer: code=404` asks for another response.
    """
    from ..mocking.app import MockApp  # noqa: PLC0415  # it imports jsonschema
    from .documents import (  # noqa: PLC0415  # as above
        load_app_document,
        load_document,
        reject_without_jsonschema,
    )

    if (place is not None) == of_app:
        raise click.UsageError("Serve a file, a URL or --app, not several or none.")
    reject_without_jsonschema()
    if place is None:
        document = load_app_document(context.ensure_object(ScriptInfo), name)
    else:
        document = load_document(place)
    title = document.get("info", {}).get("title", place)
    click.echo(f"{title}: http://{host}:{port} is a mock of its document.")
    run_simple(host, port, MockApp(document), threaded=True)
