"""What makes Python of a document: fastmcp's tools, and the models and clients of generators."""

from __future__ import annotations

from pathlib import Path

import pytest

from .generating import GENERATORS, find_failed, live_python, make_datamodel_codegen
from .running import (
    BOOKSHOP,
    HERE,
    ZOO,
    Api,
    name_document,
    require,
    serving,
    write_document,
)

EXAMPLES = HERE.parents[1] / "docs/examples"
DOCUMENTS = [(BOOKSHOP, "3.1.0"), (BOOKSHOP, "3.0.3"), (ZOO, "3.2.0")]

#: What fastmcp cannot do: a null as an argument, and a response that is text (findings/).
NOT_OF_AGENTS = {"clear_date", "read_receipt"}
#: What datamodel-code-generator leaves to the server: the pattern of a decimal number.
NOT_OF_MODELS = {"bookshop": {"refuse_bounds"}, "zoo": set[str]()}


@pytest.mark.parametrize("of", DOCUMENTS, ids=name_document)
@require("datamodel-codegen")
def test_models(of: tuple[Api, str], tmp_path: Path) -> None:
    """datamodel-code-generator makes models of each document, which accept what it describes."""
    api, version = of
    made = make_datamodel_codegen(write_document(api, tmp_path, version), tmp_path)
    assert made.returncode == 0, made.stdout
    checked = live_python(HERE / "models" / f"{api.name}_values.py", "", tmp_path)
    assert find_failed(checked) == NOT_OF_MODELS[api.name], checked.stdout


@require("fastmcp")
def test_agent(tmp_path: Path) -> None:
    """An agent spends a day in the bookshop: each operation is a tool."""
    with serving(BOOKSHOP, tmp_path) as url:
        lived = live_python(HERE / "agents/bookshop_journey.py", url)
    assert find_failed(lived) == NOT_OF_AGENTS, lived.stdout


@require("fastmcp")
def test_guide_of_agents(tmp_path: Path) -> None:
    """The server of the page "Agents" has the tools of its document, and an agent uses them."""
    lived = live_python(HERE / "agents/library_journey.py", "", HERE / "agents", EXAMPLES)
    assert find_failed(lived) == set(), lived.stdout


@require("openapi-generator-cli")
def test_openapi_generator(tmp_path: Path) -> None:
    """openapi-generator makes a client: a day in the bookshop with it."""
    made = GENERATORS["generators"].make(write_document(BOOKSHOP, tmp_path), tmp_path)
    assert made.returncode == 0, made.stdout
    data = tmp_path / "data"
    data.mkdir()
    with serving(BOOKSHOP, data) as url:
        lived = live_python(HERE / "generators/bookshop_journey.py", url, tmp_path)
    # It sends no cookies.
    assert find_failed(lived) == {"suggest"}, lived.stdout
