"""``flask typed …``: the document on the command line, and what is left to convert.

Development time. Flask finds the commands by the entry point ``flask.commands``; each runs inside
the context of an app that has a ``Typed``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo

from .doctor.findings import Finding as Symptom
from .doctor.parts import check_parts
from .doctor.trying import TrialError, try_worker
from .extension import make_api
from .plan.operation import Operation
from .plan.problems import published_problems
from .plan.readers import ORDER
from .plan.sources import find_statuses
from .publish.declared import Document
from .publish.document import build_document, make_document, write_yaml
from .publish.omitting import Omissions
from .publish.paths import write_path
from .publish.plain import plain_methods, plain_rules
from .review.differences import Change, compare_documents
from .review.linting import RULES, Finding, lint_document
from .schemas.faults import escape_key
from .state import TypedState, get_state

#: The suffixes of files that are YAML; others are JSON.
YAML = (".yaml", ".yml")
HEADS = ("", "Method", "Path", "View", "Inputs", "Answers")

typed = AppGroup("typed", help="The OpenAPI document, and the typed routes.")


@typed.command()
@click.option("--document", "name", help="Which document, by name; the first by default.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    help="By default what the file's suffix says, else JSON.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="A file, instead of standard output.",
)
@click.option(
    "--check",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Write nothing, and exit with 1 if this file says something else.",
)
def spec(name: str | None, form: str | None, output: Path | None, check: Path | None) -> None:
    """Write the OpenAPI document."""
    made = build(find_state(), name)
    if check is not None:
        reject_stale(made, check)
        return
    is_yaml = form == "yaml" if form else output is not None and output.suffix in YAML
    text = write_yaml(made).decode() if is_yaml else write_json(made)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@typed.command()
@click.option("--typed/--plain", "kind", default=None, help="Only the typed, or only the plain.")
def routes(kind: bool | None) -> None:
    """List the routes: what goes in, what comes out, and which are left to convert."""
    state = find_state()
    typed_rows = list(describe_typed(state.operations))
    plain_rows = list(describe_plain(state))
    shown = [*(typed_rows if kind is not False else ()), *(plain_rows if kind is not True else ())]
    for line in lay_out([HEADS, *shown]):
        click.echo(line)
    count = len(typed_rows) + len(plain_rows)
    click.echo(f"\n{count} routes: {len(typed_rows)} typed, {len(plain_rows)} plain")


@typed.command()
@click.option("--document", "name", help="Which document, by name; the first by default.")
@click.option("--ignore", multiple=True, metavar="RULE", help="A rule to leave out; repeatable.")
def lint(name: str | None, ignore: tuple[str, ...]) -> None:
    """Say what consumers of the document will stumble over; exit with 1 if there is something."""
    unknown = set(ignore) - set(RULES)
    if unknown:
        raise click.BadParameter(
            f"no rule is called {', '.join(sorted(unknown))}; there are: {', '.join(RULES)}.",
            param_hint="--ignore",
        )
    state = find_state()
    omissions = Omissions()
    made = build_document(make_api(state), find_document(state, name), omissions)
    findings = (*lint_document(made), *find_undeclared(state), *find_omitted(omissions))
    shown = [finding for finding in findings if finding.rule not in ignore]
    for finding in shown:
        click.echo(f"{finding.place}: {finding.what} [{finding.rule}]")
    if shown:
        click.echo(f"\n{say(len(shown), 'finding')}")
        click.get_current_context().exit(1)


@typed.command(with_appcontext=False)
@click.argument("old", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--app", "of_app", is_flag=True, help="Compare with the app, instead of NEW.")
@click.option("--document", "name", help="Which document of the app; the first by default.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def diff(
    context: click.Context, old: Path, new: Path | None, of_app: bool, name: str | None, form: str
) -> None:
    """Compare two documents: OLD, and NEW or --app. Exit with 1 if a change is breaking."""
    if (new is not None) == of_app:
        raise click.UsageError("Say what OLD is compared with: a file, or --app.")
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
    """Start a worker as gunicorn does, and say what blocks it. Exit with 1 if there are warnings.

    Takes gunicorn's own arguments, and reads its configuration. The app is the one that they name
    as an argument, or that `flask` is told of, or else that of the configuration.
    """
    path = context.ensure_object(ScriptInfo).app_import_path
    try:
        findings = try_worker(path, arguments)
    except TrialError as error:
        for line in write_findings(list(check_parts())):
            click.echo(line)
        raise click.ClickException(f"No worker has started.\n\n{error.output}") from error
    for line in write_findings(findings):
        click.echo(line)
    if any(found.is_warning for found in findings):
        context.exit(1)


def write_findings(findings: list[Symptom]) -> Iterator[str]:
    """Yield the lines of a report."""
    for found in findings:
        yield f"{found.severity}  {found.place} [{found.check}]"
        yield f"    {found.what}."
        yield f"    {found.remedy}.\n"
    count = sum(found.is_warning for found in findings)
    yield f"{say(count, 'warning')}, {say(len(findings) - count, 'notice')}"


def say(count: int, word: str) -> str:
    """Return how many of something there are."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def write_changes(changes: list[Change], form: str) -> Iterator[str]:
    """Yield the lines of a report."""
    if form == "json":
        yield json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2)
        return
    for change in changes:
        yield f"{'breaking' if change.breaking else 'other   '}  {change}"
    count = sum(change.breaking for change in changes)
    yield f"\n{count} breaking, {len(changes) - count} other" if changes else "No change."


def read_document(file: Path) -> Any:
    """Return the document in a file.

    :raises click.ClickException: for a file of something else.
    """
    document = read(file)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise click.ClickException(f"{file} is no OpenAPI document of version 3.")
    return document


def find_omitted(omissions: Omissions) -> Iterator[Finding]:
    """Yield the words that a document leaves out, because it cannot hold them."""
    for omission in omissions:
        what = f"{omission.word} is left out of the document: {omission.reason}"
        yield Finding("unpublished-word", omission.place, what)


def find_undeclared(state: TypedState) -> Iterator[Finding]:
    """Yield statuses that the source of a view answers, and that the document does not have."""
    for view, served in state.views:
        operation = served.operation
        if operation.details.hidden:
            continue
        seen = find_statuses(view, operation.method)
        for status in sorted(seen - set(served.statuses) if None not in served.statuses else ()):
            what = f"the view answers {status}, which is not declared (@raises, or its annotation)"
            place = f"{operation.method} {write_path(operation.rule)}"
            yield Finding("undeclared-status", place, what)


def find_state() -> TypedState:
    """Return what flask_typed knows of the app.

    :raises click.ClickException: if it has no ``Typed``.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    state = get_state(app)
    if not state.ready:
        raise click.ClickException(f"The app {app.name!r} has no Typed: call Typed(app).")
    return state


def build(state: TypedState, name: str | None) -> dict[str, Any]:
    """Return a document of the app as it is published.

    :raises click.ClickException: for a name that no document has.
    """
    return make_document(make_api(state), find_document(state, name))


def find_document(state: TypedState, name: str | None) -> Document:
    """Return what a document of the app is to say and to show.

    :raises click.ClickException: for a name that no document has.
    """
    name = next(iter(state.documents)) if name is None else name
    if name not in state.documents:
        known = ", ".join(state.documents)
        raise click.ClickException(f"No document is called {name!r}; there are: {known}.")
    return state.documents[name]


def write_json(document: Mapping[str, Any]) -> str:
    """Return the JSON text of a document, for people and for version control."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def reject_stale(made: Mapping[str, Any], file: Path) -> None:
    """Raise if a file does not say what the document says.

    :raises click.ClickException: with the place of the first difference.
    """
    place = next(find_differences(json.loads(json.dumps(made)), read(file)), None)
    if place is not None:
        raise click.ClickException(
            f"{file} is stale: it differs at {place or 'the top'}."
            f" Write it again with `flask typed spec --output {file}`."
        )


def read(file: Path) -> Any:
    """Return what a file of JSON or YAML says.

    :raises click.ClickException: for a file of something else.
    """
    try:
        text = file.read_text(encoding="utf-8")
        return yaml.safe_load(text) if file.suffix in YAML else json.loads(text)
    except (yaml.YAMLError, ValueError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from error


def find_differences(made: Any, known: Any, place: str = "") -> Iterator[str]:
    """Yield the JSON Pointer of each place where two values differ; keys may be in any order."""
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
    """Yield a row for each typed operation."""
    for operation in operations:
        view = operation.name.partition(" (")[0]
        yield (
            "typed",
            operation.method,
            write_path(operation.rule),
            view,
            " ".join(describe_inputs(operation)),
            " ".join(describe_answers(operation)),
        )


def describe_answers(operation: Operation) -> Iterator[str]:
    """Yield the statuses of an operation, those of errors last."""
    for outcome in operation.outcomes:
        yield str(outcome.status or "any")
    if not operation.outcomes:
        yield "any"
    yield from map(str, sorted({problem.code or 500 for problem in published_problems(operation)}))


def describe_inputs(operation: Operation) -> Iterator[str]:
    """Yield what an operation takes: names by place."""
    for location in ORDER:
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
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
