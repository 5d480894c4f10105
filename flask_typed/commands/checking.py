"""``flask typed check``.

Development time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from flask.cli import ScriptInfo

if TYPE_CHECKING:
    from ..outside.operations import OutsideApi
    from ..probing.checking import CheckOptions
    from ..probing.findings import CheckReport
    from ..probing.sending import Sender

#: Where the document of a server is by default.
OPENAPI_PATH = "/openapi.json"


@click.command("check")
@click.argument("url", required=False)
@click.option("--app", "of_app", is_flag=True, help="Check the app in this process, not a server.")
@click.option(
    "--document",
    "place",
    help=f"A path on the server ({OPENAPI_PATH} by default), a URL or a file; with --app, the name"
    " of a document.",
)
@click.option(
    "--header",
    "lines",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="Send this header with each request; repeatable. Its value is not printed.",
)
@click.option(
    "--all-methods", is_flag=True, help="Check POST, PUT, PATCH and DELETE too: they change data."
)
@click.option("--operation", "only", multiple=True, help="Check only this operationId; repeatable.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="KIND[:OPERATION]",
    help="Findings to skip, of all operations or of one; repeatable.",
)
@click.option("--max-cases", type=click.IntRange(min=1), default=200, help="For each operation.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=10, help="Seconds of a request.")
@click.option("--seed", type=int, default=0, help="Selects the cases if there are too many.")
@click.option("--schemathesis", "with_schemathesis", is_flag=True, help="Run schemathesis too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def check(
    context: click.Context, /, url: str | None, of_app: bool, form: str, **given: Any
) -> None:
    """Send requests to the server at URL, and compare its answers with its OpenAPI document.

    Exit with 1 if there are findings, and with 2 if the check cannot run.
    """
    from ..probing.reporting import write_check_report  # noqa: PLC0415  # other commands do not need it
    from .documents import reject_without_jsonschema  # noqa: PLC0415  # as above

    if (url is not None) == of_app:
        raise click.UsageError("Check a URL or --app, not both or neither.")
    if of_app and given["with_schemathesis"]:
        raise click.UsageError("schemathesis needs a server: check a URL.")
    reject_without_jsonschema()
    options = read_options(given)
    api, sender = open_target(context, url, given, options)
    reject_unknown_operations(api, options.only)
    report = run_check(api, sender, options, fuzz=given["with_schemathesis"])
    for line in write_check_report(report, form):
        click.echo(line)
    if report.findings:
        context.exit(1)


def read_options(given: dict[str, Any]) -> CheckOptions:
    """Return the options of the check.

    :raises click.BadParameter: for a header or a kind of finding that is none.
    """
    from ..probing.checking import CheckOptions  # noqa: PLC0415  # see check()
    from ..probing.findings import FINDING_KINDS  # noqa: PLC0415  # see check()
    from ..probing.wiring import read_header_lines  # noqa: PLC0415  # see check()

    for name in given["ignore"]:
        if name.partition(":")[0] not in FINDING_KINDS:
            message = f"no finding is called {name!r}; there are: {', '.join(FINDING_KINDS)}."
            raise click.BadParameter(message, param_hint="--ignore")
    try:
        own = read_header_lines(given["lines"])
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--header") from error
    return CheckOptions(
        own,
        given["only"],
        given["all_methods"],
        given["seed"],
        given["max_cases"],
        frozenset(given["ignore"]),
        given["timeout"],
    )


def run_check(api: OutsideApi, sender: Sender, options: CheckOptions, *, fuzz: bool) -> CheckReport:
    """Return the report of the check, and of schemathesis.

    :raises CannotRun: if schemathesis cannot run.
    """
    from ..probing.checking import check_api  # noqa: PLC0415  # see check()
    from ..probing.fuzzing import FuzzingFailed, add_fuzzing, find_schemathesis  # noqa: PLC0415  # see check()
    from .documents import CannotRun  # noqa: PLC0415  # see check()

    if not fuzz:
        return check_api(api, sender, options)
    try:
        program = find_schemathesis()
        report = check_api(api, sender, options)
        add_fuzzing(report, program, api.document, sender, options)
    except FuzzingFailed as error:
        raise CannotRun(str(error)) from error
    return report


def open_target(
    context: click.Context, url: str | None, given: dict[str, Any], options: CheckOptions
) -> tuple[OutsideApi, Sender]:
    """Return the API to check, and what sends its requests."""
    from ..outside.operations import OutsideApi  # noqa: PLC0415  # see check()
    from ..probing.sending import HTTPSender, InProcessSender  # noqa: PLC0415  # see check()
    from .documents import (  # noqa: PLC0415  # see check()
        is_http_url,
        load_app_document,
        load_document,
        split_url,
    )

    if url is None:
        info = context.ensure_object(ScriptInfo)
        app = info.load_app()
        document = load_app_document(info, given["place"])
        return OutsideApi(document), InProcessSender(app, find_app_url(app))
    try:
        sender = HTTPSender(url, given["timeout"])
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
    place = locate_document(sender.url, given["place"])
    is_own = is_http_url(place) and split_url(place)[0] == split_url(url)[0]
    headers = options.own.pairs if is_own else ()  # credentials are for the server only
    return OutsideApi(load_document(place, headers, given["timeout"])), sender


def find_app_url(app: Flask) -> str:
    """Return the URL at which an app expects its requests."""
    host = app.config["SERVER_NAME"] or "localhost"
    root = app.config["APPLICATION_ROOT"].rstrip("/")
    return f"{app.config['PREFERRED_URL_SCHEME']}://{host}{root}"


def locate_document(url: str, place: str | None) -> str:
    """Return the file or the URL of a server's document."""
    from .documents import is_http_url  # noqa: PLC0415  # see check()

    if place is None:
        return url + OPENAPI_PATH
    is_on_server = place.startswith("/") and not Path(place).is_file()
    return url + place if is_on_server and not is_http_url(place) else place


def reject_unknown_operations(api: OutsideApi, only: Sequence[str]) -> None:
    """Raise if an operation to check does not exist.

    :raises click.BadParameter: with those that do.
    """
    from ..probing.checking import find_unknown_operations  # noqa: PLC0415  # see check()

    unknown = find_unknown_operations(api, only)
    if unknown:
        known = ", ".join(one.operation_id or str(one) for one in api.operations)
        message = f"no operation is called {', '.join(unknown)}; there are: {known}."
        raise click.BadParameter(message, param_hint="--operation")
