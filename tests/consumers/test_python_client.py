"""openapi-python-client: no warning, a client that type-checks, and a day with it at the server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .running import APIS, HERE, Api, name_document, require, run, serving, write_document

JOURNEYS = HERE / "python_client"
#: The operations whose bodies may be CSV too, which the generator leaves out.
TABLES = {"bookshop": ["PATCH /books/prices"], "zoo": []}
#: What the generator cannot do: bodies of text (its word: "Unsupported content type").
BODIES_OF_TEXT = {
    "bookshop": [],
    "zoo": ["PUT /animals/{animal_id}/notes", "POST /animals/table"],
}

pytestmark = require("openapi-python-client", "mypy")


DOCUMENTS = [(api, version) for api in APIS for version in ("3.1.0", "3.0.3")]


@pytest.fixture(params=DOCUMENTS, ids=name_document)
def generated(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Api, Path]:
    """Return an API, and the folder with its client and a journey."""
    api, version = request.param
    document = write_document(api, tmp_path, version)
    client = tmp_path / f"{api.name}_client"
    command = ("generate", "--path", document, "--output-path", client, "--meta", "none")
    made = run("openapi-python-client", *command, "--config", JOURNEYS / "config.yaml")
    warnings = [line for line in made.stdout.splitlines() if "warning" in line.lower()]
    told = [line for line in warnings if " parsing " in line]
    whole = [line for line in told if "Endpoint will not be generated" in line]
    assert [name_operation(line) for line in whole] == BODIES_OF_TEXT[api.name], made.stdout
    others = [name_operation(line) for line in told if line not in whole]
    assert others == TABLES[api.name], made.stdout
    assert len(warnings) == len(told) + bool(told), made.stdout
    mend(client)
    shutil.copy(JOURNEYS / f"{api.name}_journey.py", tmp_path)
    return api, tmp_path


def name_operation(warning: str) -> str:
    """Return the operation that a warning is about."""
    return warning.partition(" parsing ")[2].partition(" within ")[0]


def mend(client: Path) -> None:
    """Import what the generator forgets to import where a body may be of several media types.

    openapi-python-client's issue 1451, open in 0.29.1.
    """
    for module in (client / "api").rglob("*.py"):
        text = module.read_text()
        if "| Unset" in text and "Unset\n" not in text.partition("\n\n\n")[0]:
            module.write_text(
                text.replace("import UNSET, Response\n", "import UNSET, Response, Unset\n")
            )


def test_client(
    generated: tuple[Api, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It type-checks, strictly, with a program that uses it; and that program works."""
    api, folder = generated
    journey = f"{api.name}_journey.py"
    # The client's own core is the generator's: it is followed, and not reported.
    strictly = ("--strict", "--follow-imports=silent")
    # What it knows of libraries serves for the other clients too.
    cache = ("--cache-dir", tmp_path_factory.getbasetemp() / "mypy")
    checked = run("mypy", *strictly, *cache, journey, *parts(folder, api), cwd=folder)
    assert checked.returncode == 0, checked.stdout
    data = folder / "data"
    data.mkdir()
    with serving(api, data) as url:
        lived = run("python", journey, url, cwd=folder)
    assert (lived.returncode, lived.stdout.strip()) == (0, "all is well"), lived.stdout


def parts(folder: Path, api: Api) -> list[Path]:
    """Return what the generator has made of the document."""
    client = folder / f"{api.name}_client"
    return [client / "api", client / "models"]
