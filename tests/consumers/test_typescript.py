"""openapi-typescript and openapi-fetch: a day at the server compiles strictly, and runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from .running import APIS, HERE, Api, name_document, require, run, serving, write_document

SOURCES = HERE / "typescript"
DOCUMENTS = [(api, version) for api in APIS for version in ("3.1.0", "3.0.3")]

pytestmark = require("node", "openapi-typescript", "tsc")


@pytest.mark.parametrize("of", DOCUMENTS, ids=name_document)
def test_client(of: tuple[Api, str], tmp_path: Path) -> None:
    """The types are those of the document, and the answers are of the types."""
    api, version = of
    document = write_document(api, tmp_path, version)
    folder = tmp_path / "client"
    folder.mkdir()
    # A key with a default may be left out of a request; the generator has one option for both ways.
    options = ("--default-non-nullable=false", "--output", folder / f"{api.name}.d.ts")
    typed = run("openapi-typescript", document, *options)
    assert typed.returncode == 0, typed.stdout
    assert "warn" not in typed.stdout.lower(), typed.stdout
    shutil.copy(SOURCES / f"{api.name}.ts", folder / "journey.ts")
    for name in ("package.json", "tsconfig.json"):
        shutil.copy(SOURCES / name, folder)
    (folder / "node_modules").symlink_to(Path(sys.prefix) / "node_modules")
    checked = run("tsc", "--strict", "--project", "tsconfig.json", cwd=folder)
    assert checked.returncode == 0, checked.stdout
    data = tmp_path / "data"
    data.mkdir()
    with serving(api, data) as url:
        lived = run("node", "built/journey.js", url, cwd=folder)
    assert (lived.returncode, lived.stdout.strip()) == (0, "all is well"), lived.stdout
