"""The commands of ``flask typed``.

Development time. Flask finds them by the entry point ``flask.commands``. ``check``, ``diff``,
``doctor`` and ``mock`` load an app themselves, if they need one; the others run in the context of
an app that has a ``Typed``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup, ScriptInfo

from .commands.apps import build, find_document, find_state
from .commands.checking import check
from .commands.mocking import mock
from .doctor.findings import Finding
from .doctor.parts import check_parts
from .doctor.trying import TrialError, try_worker
from .libraries.werkzeug_routing import find_rules
from .plan.hiding import find_hidden
from .plan.operation import Operation
from .plan.problems import published_problems
from .plan.readers import READING_ORDER
from .plan.sources import find_statuses
from .publish.document import build_document
from .publish.omitting import Omissions
from .publish.paths import write_path
from .publish.plain import plain_methods, plain_rules
from .publish.yamltext import write_yaml
from .review.differences import Change, compare_documents
from .review.linting import RULES, LintFinding, lint_document
from .schemas.faults import escape_key
from .setup import make_api
from .state import TypedState

#: The suffixes of files that are YAML; others are JSON.
YAML = (".yaml", ".yml")
#: The kinds of routes, in the order in which they are listed.
KINDS = ("typed", "bare", "plain")
HEADINGS = ("", "Method", "Path", "View", "Inputs", "Responses")

typed = AppGroup("typed", help="The OpenAPI document, and the typed routes.")
typed.add_command(check)
typed.add_command(mock)


@typed.command()
@click.option("--document", "name", help="The name of the document; the first one by default.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    help="By default, the format of the file's suffix, or JSON.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write to this file instead of standard output.",
)
@click.option(
    "--check",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Write nothing; exit with 1 if this file differs from the document.",
)
def spec(name: str | None, form: str | None, output: Path | None, check: Path | None) -> None:
    """Write the OpenAPI document."""
    made = build(find_state(), name)
    if check is not None:
        reject_stale(made, check)
        return
    is_yaml = form == "yaml" if form else output is not None and output.suffix in YAML
    text = write_yaml(made).decode() if is_yaml else format_json(made)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@typed.command()
@click.option(
    "--typed/--plain",
    "is_typed",
    default=None,
    help="List only the typed routes, or only those that are left to convert.",
)
def routes(is_typed: bool | None) -> None:
    """List the routes: inputs and responses of typed routes, and the routes left to convert.

    A route is bare if a typed decorator has added it, but its view has no annotation yet.
    """
    state = find_state()
    rows = [*describe_typed(state.operations), *describe_plain(state)]
    rows.sort(key=lambda row: KINDS.index(row[0]))
    shown = [row for row in rows if is_typed in (None, row[0] == "typed")]
    for line in lay_out([HEADINGS, *shown]):
        click.echo(line)
    counts = Counter(row[0] for row in rows)
    listed = [f"{counts[kind]} {kind}" for kind in KINDS if counts[kind] or kind != "bare"]
    click.echo(f"\n{len(rows)} routes: {', '.join(listed)}")


@typed.command()
@click.option("--document", "name", help="The name of the document; the first one by default.")
@click.option("--ignore", multiple=True, metavar="RULE", help="A rule to skip; repeatable.")
def lint(name: str | None, ignore: tuple[str, ...]) -> None:
    """Report problems for consumers of the document. Exit with 1 if there are any."""
    unknown = set(ignore) - set(RULES)
    if unknown:
        raise click.BadParameter(
            f"no rule is called {', '.join(sorted(unknown))}; there are: {', '.join(RULES)}.",
            param_hint="--ignore",
        )
    state = find_state()
    app = state.app
    omissions = Omissions()
    made = build_document(make_api(state), find_document(state, name), omissions)
    findings = (
        *lint_document(made),
        *(LintFinding("hidden-rule", *found) for found in find_hidden(find_rules(app.url_map))),
        *find_undeclared(state),
        *find_omitted(omissions),
    )
    shown = [finding for finding in findings if finding.rule not in ignore]
    for finding in shown:
        click.echo(f"{finding.place}: {finding.message} [{finding.rule}]")
    if shown:
        click.echo(f"\n{format_count(len(shown), 'finding')}")
        click.get_current_context().exit(1)


@typed.command(with_appcontext=False)
@click.argument("old", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--app", "of_app", is_flag=True, help="Compare with the app instead of NEW.")
@click.option(
    "--document", "name", help="The name of the app's document; the first one by default."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def diff(
    context: click.Context, old: Path, new: Path | None, of_app: bool, name: str | None, form: str
) -> None:
    """Compare document OLD with NEW, or with the app. Exit with 1 if a change is breaking."""
    if (new is not None) == of_app:
        raise click.UsageError("Compare OLD with a file or with --app, not with both or neither.")
    known = read_document(old)
    if new is not None:
        current = read_document(new)
    else:
        with context.ensure_object(ScriptInfo).load_app().app_context():
            current = json.loads(json.dumps(build(find_state(), name)))
    changes = sorted(compare_documents(known, current), key=lambda change: not change.breaking)
    for line in write_changes(changes, form):
        click.echo(line)
    if any(change.breaking for change in changes):
        context.exit(1)


@typed.command(
    with_appcontext=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[GUNICORN ARGUMENTS]...")
@click.pass_context
def doctor(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Start a gunicorn worker and report what blocks it. Exit with 1 if there are warnings.

    Takes gunicorn's own arguments and reads its configuration. The app comes from the arguments,
    from `flask --app`, or from the configuration, in this order.
    """
    path = context.ensure_object(ScriptInfo).app_import_path
    try:
        findings = try_worker(path, arguments)
    except TrialError as error:
        for line in write_findings(list(check_parts())):
            click.echo(line)
        raise click.ClickException(f"The worker did not start.\n\n{error.output}") from error
    for line in write_findings(findings):
        click.echo(line)
    if any(found.is_warning for found in findings):
        context.exit(1)


def write_findings(findings: list[Finding]) -> Iterator[str]:
    """Yield the lines of the doctor's report."""
    for found in findings:
        yield f"{found.severity}  {found.place} [{found.check}]"
        yield f"    {found.message}."
        yield f"    {found.remedy}.\n"
    count = sum(found.is_warning for found in findings)
    yield f"{format_count(count, 'warning')}, {format_count(len(findings) - count, 'notice')}"


def format_count(count: int, word: str) -> str:
    """Return a count with its noun, in the plural if needed."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def write_changes(changes: list[Change], form: str) -> Iterator[str]:
    """Yield the lines of a comparison."""
    if form == "json":
        yield json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2)
        return
    for change in changes:
        yield f"{'breaking' if change.breaking else 'other   '}  {change}"
    count = sum(change.breaking for change in changes)
    yield f"\n{count} breaking, {len(changes) - count} other" if changes else "No change."


def read_document(file: Path) -> Any:
    """Return the document in a file.

    :raises click.ClickException: if the file holds no OpenAPI document.
    """
    document = read_file(file)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise click.ClickException(f"{file} is not an OpenAPI 3 document.")
    return document


def find_omitted(omissions: Omissions) -> Iterator[LintFinding]:
    """Yield a finding for each value that the document leaves out."""
    for omission in omissions:
        message = f"{omission.word} is left out of the document: {omission.reason}"
        yield LintFinding("unpublished-word", omission.place, message)


def find_undeclared(state: TypedState) -> Iterator[LintFinding]:
    """Yield a finding for each status code in a view's source that the document does not have."""
    for view, served in state.views:
        operation = served.operation
        if operation.details.hidden:
            continue
        seen = find_statuses(view, operation.method)
        for status in sorted(seen - set(served.statuses) if None not in served.statuses else ()):
            message = (
                f"the view responds with {status}, which is not declared"
                " (@raises, or its annotation)"
            )
            place = f"{operation.method} {write_path(operation.rule)}"
            yield LintFinding("undeclared-status", place, message)


def format_json(document: Mapping[str, Any]) -> str:
    """Return the JSON text of a document, indented for people and version control."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def reject_stale(made: Mapping[str, Any], file: Path) -> None:
    """Raise if a file differs from the document.

    :raises click.ClickException: with a pointer to the first difference.
    """
    place = next(find_differences(json.loads(json.dumps(made)), read_file(file)), None)
    if place is not None:
        raise click.ClickException(
            f"{file} is stale: it differs at {place or 'the top'}."
            f" Write it again with `flask typed spec --output {file}`."
        )


def read_file(file: Path) -> Any:
    """Return the content of a JSON or YAML file.

    :raises click.ClickException: if it cannot be parsed.
    """
    try:
        text = file.read_text(encoding="utf-8")
        return yaml.safe_load(text) if file.suffix in YAML else json.loads(text)
    except (yaml.YAMLError, ValueError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from error


def find_differences(made: Any, known: Any, place: str = "") -> Iterator[str]:
    """Yield the JSON Pointer of each difference. The order of keys does not count."""
    if isinstance(made, dict) and isinstance(known, dict):
        for key in dict.fromkeys((*made, *known)):
            pointer = f"{place}/{escape_key(str(key))}"
            if key in made and key in known:
                yield from find_differences(made[key], known[key], pointer)
            else:
                yield pointer
    elif isinstance(made, list) and isinstance(known, list) and len(made) == len(known):
        for index, (one, other) in enumerate(zip(made, known, strict=True)):
            yield from find_differences(one, other, f"{place}/{index}")
    elif type(made) is not type(known) or made != known:
        yield place


def describe_typed(operations: Iterable[Operation]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each operation that a typed decorator has added."""
    for operation in operations:
        view = operation.name.partition(" (")[0]
        yield (
            "typed" if operation.is_annotated else "bare",
            operation.method,
            write_path(operation.rule),
            view,
            " ".join(describe_inputs(operation)),
            " ".join(describe_responses(operation)),
        )


def describe_responses(operation: Operation) -> Iterator[str]:
    """Yield the status codes of an operation, those of errors last."""
    for outcome in operation.outcomes:
        yield str(outcome.status or "any")
    if not operation.outcomes:
        yield "any"
    if operation.unchanged is not None:
        yield "304"
    yield from map(str, sorted({problem.code or 500 for problem in published_problems(operation)}))


def describe_inputs(operation: Operation) -> Iterator[str]:
    """Yield the inputs of an operation: the names by location."""
    for location in READING_ORDER:
        readers = [reader for reader in operation.readers if reader.location == location]
        names = [
            reader.argument if reader.is_whole else name
            for reader in readers
            for name in reader.fields
        ]
        if names:
            yield f"{location}({', '.join(names)})"


def describe_plain(state: TypedState) -> Iterator[tuple[str, ...]]:
    """Yield a row for each method of each plain route."""
    for rule in plain_rules(state.app, state.operations):
        for method in plain_methods(state.app, rule):
            yield "plain", method, write_path(rule), rule.endpoint, "", ""


def lay_out(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
