"""The documents under the strictest rules of linters: not a word, in no version of OpenAPI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import APIS, Api, find, name_document, require, run, write_document

DOCUMENTS = [(api, version) for api in APIS for version in ("3.1.0", "3.0.3", "3.2.0")]

pytestmark = require("redocly", "spectral", "openapi-spec-validator")


@pytest.fixture(params=DOCUMENTS, ids=name_document)
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return where a document is."""
    api, version = request.param
    assert isinstance(api, Api)
    return write_document(api, tmp_path, version)


def test_validator(document: Path) -> None:
    """The document is one of its version."""
    checked = run("openapi-spec-validator", document)
    assert (checked.returncode, checked.stdout.strip()) == (0, f"{document}: OK")


def test_redocly(document: Path) -> None:
    """No error and no warning of ``recommended-strict``."""
    checked = run(
        "redocly", "lint", "--extends", "recommended-strict", document.name, cwd=document.parent
    )
    assert checked.returncode == 0, checked.stdout
    assert "Your API description is valid." in checked.stdout
    assert "warning" not in checked.stdout.lower(), checked.stdout


@pytest.mark.parametrize(
    "document",
    [document for document in DOCUMENTS if document[1] != "3.2.0"],  # which spectral does not know
    indirect=True,
    ids=name_document,
)
def test_spectral(document: Path) -> None:
    """No error, no warning, no hint of ``spectral:oas``.

    Since 3.1, an array needs no ``items``: ``prefixItems`` and ``maxItems`` describe a tuple.
    """
    rules = document.with_name("rules.yaml")
    is_old = json.loads(document.read_text())["openapi"].startswith("3.0")
    changed = "" if is_old else 'rules: {array-items: "off"}\n'
    rules.write_text(f'extends: ["spectral:oas"]\n{changed}')
    command = ("lint", "-r", rules, "--fail-severity", "hint", document)
    checked = run("spectral", *command)
    assert checked.returncode == 0, checked.stdout
    assert "No results" in checked.stdout


@pytest.mark.parametrize("api", APIS, ids=[api.name for api in APIS])
def test_a_consumer_of_3_0_alone(api: Api, tmp_path: Path) -> None:
    """openapi3 knows nothing of later versions: it reads what is 3.0, and refuses 3.1."""
    openapi3 = pytest.importorskip("openapi3")
    old = json.loads(write_document(api, tmp_path, "3.0.3").read_text())
    assert len(openapi3.OpenAPI(old, validate=False).paths) == len(old["paths"])
    assert openapi3.OpenAPI(old, validate=True).errors() == []
    new = json.loads(write_document(api, tmp_path, "3.1.0").read_text())
    with pytest.raises(openapi3.errors.SpecError):
        openapi3.OpenAPI(new)


def test_linters_find_something(tmp_path: Path) -> None:
    """The rules are in force: a document that breaks them is refused."""
    path = write_document(APIS[0], tmp_path)
    path.write_text(path.read_text().replace('"description"', '"x-description"'))
    assert find("redocly")
    redocly = run("redocly", "lint", "--extends", "recommended-strict", path)
    assert redocly.returncode == 1
    assert "description" in redocly.stdout
