"""``flask typed …``, as Flask's own command finds and runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from click.testing import Result
from flask import Flask, abort
from flask_typed import Body, Document, Form, Header, Problem, Typed, TypedBlueprint, raises
from flask_typed.cli import find_differences, typed
from flask_typed.review.linting import RULES
from marshmallow import Schema, fields

Run = Callable[..., Result]


class Sold(Problem):
    """Somebody was faster."""

    status = 409


@pytest.fixture
def run(app: Flask) -> Run:
    """Return what runs a command on an app with typed and plain routes."""
    shop = Typed(
        app, documents=[Document(), Document(url="/inner.json", title="Inner", tags=["x"])]
    )

    @shop.get("/books/<int:number>")
    def read(number: int, page: int = 1, x_id: Annotated[str, Header()] = "") -> int: ...

    @shop.post("/books")
    @raises(Sold)
    def buy(title: Annotated[str, Body()]) -> None: ...

    @shop.put("/books")
    def send(title: Annotated[str, Form()], size: Annotated[int, Form()]):  # type: ignore[no-untyped-def]
        ...

    app.add_url_rule("/health", "health", lambda: "", methods=["GET", "POST"])
    app.add_url_rule("/nothing", "nothing")

    def run(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(typed, arguments)

    return run


def test_flask_finds_the_commands() -> None:
    """The entry point of the distribution is the group."""
    (entry,) = entry_points(group="flask.commands", name="typed")
    assert entry.load() is typed


def test_routes(run: Run) -> None:
    """A line for each operation: where from, what goes in, what comes out."""
    result = run("routes")
    assert result.exit_code == 0
    assert [line.split() for line in result.output.splitlines()] == [
        ["Method", "Path", "View", "Inputs", "Responses"],
        *(
            line.split()
            for line in (
                "typed GET /books/{number} run.read path(number) query(page) header(x-id)"
                " 200 404 422",
                "typed POST /books run.buy body(title) 204 400 409 413 415 422",
                "typed PUT /books run.send form(title, size) any 400 413 415 422",
                "plain GET /health health",
                "plain POST /health health",
            )
        ),
        [],
        ["5", "routes:", "3", "typed,", "2", "plain"],
    ]
    _, *lines = run("routes", "--plain").output.splitlines()
    assert [line.split()[0] for line in lines[:-2]] == ["plain", "plain"]
    assert "health" not in run("routes", "--typed").output


def test_bare_routes(app: Flask) -> None:
    """A view without annotations is left to convert, and a part of the list of what is left."""
    shop = TypedBlueprint("shop", __name__)

    @shop.get("/bare/<int:number>")
    def read(number):  # type: ignore[no-untyped-def]
        ...

    @shop.get("/typed")
    def count() -> int: ...  # type: ignore[empty-body]

    Typed(app)
    app.register_blueprint(shop)
    app.add_url_rule("/health", "health", lambda: "")
    run = app.test_cli_runner()
    lines = run.invoke(typed, ["routes"]).output.splitlines()
    assert [line.split()[:3] for line in lines[1:-2]] == [
        ["typed", "GET", "/typed"],
        ["bare", "GET", "/bare/{number}"],
        ["plain", "GET", "/health"],
    ]
    assert lines[-1] == "3 routes: 1 typed, 1 bare, 1 plain"
    left = run.invoke(typed, ["routes", "--plain"]).output.splitlines()
    assert [line.split()[0] for line in left[1:-2]] == ["bare", "plain"]


def test_routes_with_a_version(app: Flask) -> None:
    """The answer to a client that has the current version is listed, too."""

    @Typed(app).get("/", etag=True)
    def read() -> int: ...

    lines = app.test_cli_runner().invoke(typed, ["routes"]).output.splitlines()
    assert lines[1].split()[-3:] == ["200", "304", "412"]


def test_spec_to_standard_output(app: Flask, run: Run) -> None:
    """JSON for people, or YAML; what the server publishes."""
    result = run("spec")
    published = app.test_client().get("/openapi.json").json
    assert result.output.startswith('{\n  "openapi": "3.1.0",\n  "info": {\n    "title": "shop",\n')
    assert result.output.endswith("}\n")
    assert json.loads(result.output) == published
    assert yaml.safe_load(run("spec", "--format", "yaml").output) == published
    inner = json.loads(run("spec", "--document", "inner").output)
    assert (inner["info"]["title"], inner["paths"]) == ("Inner", {})


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml", "openapi.yml"])
def test_spec_to_a_file(run: Run, tmp_path: Path, name: str) -> None:
    """The suffix says how it is written; a file that says the same is not stale."""
    file = tmp_path / name
    assert run("spec", "--output", str(file)).output == ""
    text = file.read_text(encoding="utf-8")
    assert text.startswith("{") == (name == "openapi.json")
    result = run("spec", "--check", str(file))
    assert (result.exit_code, result.output) == (0, "")
    file.write_text(text.replace("'200'", "'201'").replace('"200"', '"201"'), encoding="utf-8")
    stale = run("spec", "--check", str(file))
    assert stale.exit_code == 1
    assert "is stale: it differs at /paths/~1books~1{number}/get/responses/20" in stale.output
    assert f"flask typed spec --output {file}" in stale.output
    other = run("spec", "--output", str(file), "--format", "json")
    assert other.exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("{")


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", b"{"), ("a.yaml", b"{"), ("a.json", b"\xff"), ("b.txt", b"x")]
)
def test_a_file_that_is_no_document(run: Run, tmp_path: Path, name: str, text: bytes) -> None:
    """It is named, with what is wrong."""
    file = tmp_path / name
    file.write_bytes(text)
    result = run("spec", "--check", str(file))
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {file} cannot be read: ")


def test_wrong_use(run: Run, tmp_path: Path) -> None:
    """Of what is not there, the message says what there is; click's own mistakes exit with 2."""
    result = run("spec", "--document", "other")
    assert result.exit_code == 1
    assert result.output == "Error: No document is called 'other'; there are: openapi, inner.\n"
    assert run("spec", "--check", str(tmp_path / "none.json")).exit_code == 2
    assert run("spec", "--format", "xml").exit_code == 2


def test_an_app_without_typed(app: Flask) -> None:
    """There is nothing to say of it."""
    result = app.test_cli_runner().invoke(typed, ["routes"])
    assert result.exit_code == 1
    assert result.output == "Error: The app 'shop' has no Typed: call Typed(app).\n"


@pytest.mark.parametrize(
    ("made", "known", "places"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, []),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["/a/1/b"]),
        ({"a/b": 1}, {"c~": 1}, ["/a~1b", "/c~0"]),
        ([1], [1, 2], [""]),
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a": 1}, 1, [""]),
    ],
)
def test_differences(made: Any, known: Any, places: list[str]) -> None:
    """Each is a JSON Pointer."""
    assert list(find_differences(made, known)) == places


def test_lint(run: Run) -> None:
    """Each finding says where and by which rule; rules can be left out; some means exit 1."""
    result = run("lint", "--ignore", "info", "--ignore", "summary")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "GET /books/{number}: there is no tag (a blueprint, or tags=) [tags]",
        "GET /books/{number}: the path parameter 'number' has no description"
        " [parameter-description]",
        "GET /books/{number}: the query parameter 'page' has no description"
        " [parameter-description]",
        "GET /books/{number}: the header parameter 'x-id' has no description"
        " [parameter-description]",
        "PUT /books: there is no tag (a blueprint, or tags=) [tags]",
        "PUT /books: no successful response is described (a return annotation) [unknown-answer]",
        "POST /books: there is no tag (a blueprint, or tags=) [tags]",
        "",
        "7 findings",
    ]
    rules = ("info", "summary", "tags", "parameter-description", "unknown-answer")
    result = run("lint", *(word for rule in rules for word in ("--ignore", rule)))
    assert (result.exit_code, result.output) == (0, "")
    result = run("lint", "--ignore", "sumary")
    assert result.exit_code == 2
    assert "no rule is called sumary; there are: info," in result.output


def test_lint_finds_statuses(app: Flask) -> None:
    """A status that a view answers, and that nobody declares, is one."""
    shop = Typed(app)

    @shop.get("/one")
    def one() -> int:  # pragma: no cover: read, not run
        abort(404)

    @shop.get("/hidden", hidden=True)
    def hidden() -> int:  # pragma: no cover: read, not run
        abort(404)

    @shop.get("/any")
    def anything():  # type: ignore[no-untyped-def]  # pragma: no cover: read, not run
        abort(404)

    rules = ("info", "summary", "tags", "unknown-answer")
    ignored = [word for rule in rules for word in ("--ignore", rule)]
    result = app.test_cli_runner().invoke(typed, ["lint", *ignored])
    what = "the view responds with 404, which is not declared (@raises, or its annotation)"
    expected = f"GET /one: {what} [undeclared-status]\n\n1 finding\n"
    assert (result.exit_code, result.output) == (1, expected)


def test_diff(run: Run, tmp_path: Path, app: Flask) -> None:
    """Breaking changes come first and mean exit 1; others are told, too."""
    old, new = tmp_path / "old.yaml", tmp_path / "new.json"
    assert run("spec", "--output", str(old)).exit_code == 0
    document = yaml.safe_load(old.read_text())
    result = run("diff", str(old), "--app")
    assert (result.exit_code, result.output) == (0, "No change.\n")
    document["paths"]["/new"] = {"get": {}}
    new.write_text(json.dumps(document))
    result = run("diff", str(old), str(new))
    assert (result.exit_code, result.output) == (
        0,
        "other     GET /new: the operation is new\n\n0 breaking, 1 other\n",
    )
    del document["paths"]["/books"]["post"]
    new.write_text(json.dumps(document))
    result = run("diff", str(old), str(new))
    assert (result.exit_code, result.output.splitlines()) == (
        1,
        [
            "breaking  POST /books: the operation is gone",
            "other     GET /new: the operation is new",
            "",
            "1 breaking, 1 other",
        ],
    )
    result = run("diff", str(new), "--app", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.output)[0] == {
        "breaking": True,
        "operation": "GET /new",
        "where": "",
        "what": "the operation is gone",
    }
    result = run("diff", str(new), "--app", "--document", "inner")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.json",), 2, "File 'none.json' does not exist."),
        (("{old}",), 2, "Compare OLD with a file or with --app, not with both or neither."),
        (
            ("{old}", "{old}", "--app"),
            2,
            "Compare OLD with a file or with --app, not with both or neither.",
        ),
        (
            ("{old}", "--app", "--document", "x"),
            1,
            "No document is called 'x'; there are: openapi, ",
        ),
        (("{other}", "--app"), 1, "other.json is not an OpenAPI 3 document."),
        (("{old}", "{list}"), 1, "list.json is not an OpenAPI 3 document."),
        (("{old}", "{broken}"), 1, "broken.json cannot be read: "),
    ],
)
def test_diffs_that_cannot_be(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    """What is called wrongly exits with 2, what cannot be read with 1."""
    files = {
        "old": '{"openapi": "3.1.0"}',
        "other": '{"swagger": "2.0"}',
        "list": "[]",
        "broken": "{",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text)
    paths = {name: str(tmp_path / f"{name}.json") for name in files}
    result = run("diff", *(argument.format(**paths) for argument in arguments))
    assert result.exit_code == code
    assert message in result.output


def test_lint_omissions() -> None:
    """Words that the document cannot hold, headers that clients ignore, and hidden rules."""
    typed_app = Flask("words")
    form = Schema.from_dict({"day": fields.Date(metadata={"example": object()})}, name="Form")

    def take(body: Any) -> None: ...

    take.__annotations__["body"] = form
    parameters = [{"in": "header", "name": "accept", "schema": {"type": "string"}}]
    Typed(typed_app).post("/take", extra={"parameters": parameters})(take)
    typed_app.add_url_rule("/take", "later", take, methods=["POST"])
    wanted = ("unpublished-word", "ignored-header", "hidden-rule")
    ignored = [word for rule in RULES if rule not in wanted for word in ("--ignore", rule)]
    result = typed_app.test_cli_runner().invoke(typed, ["lint", *ignored])
    assert (result.exit_code, result.output.splitlines()) == (
        1,
        [
            "POST /take: clients ignore the header parameter 'accept', as OpenAPI requires"
            " [ignored-header]",
            "POST /take: it is never reached: /take takes all its requests [hidden-rule]",
            "field 'day' of Form: example is left out of the document: object has no form in JSON"
            " [unpublished-word]",
            "",
            "3 findings",
        ],
    )
