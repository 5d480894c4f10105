"""What makes TypeScript of a document: a day at the bookshop with each generator.

hey-api runs in CI; the others in the environment ``consumers`` before a release.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .generating import (
    GENERATORS,
    Generator,
    find_failed,
    live_typescript,
    prepare_typescript,
)
from .running import BOOKSHOP, require, serving, write_document

#: What the tools cannot do: only kubb leaves it to its user to send cookies.
NOT_OF = {
    "heyapi": {"suggest"},
    "orval": {"suggest"},
    "kubb": set[str](),
    "openapigenerator": {"suggest"},
}


@pytest.mark.parametrize(
    "generator",
    [
        pytest.param(
            GENERATORS[adapter],
            id=adapter,
            marks=require("node", "tsc", GENERATORS[adapter].program),
        )
        for adapter in NOT_OF
    ],
)
def test_client(generator: Generator, tmp_path: Path) -> None:
    """The types are those of the document, and the answers are of the types."""
    made = generator.make(write_document(BOOKSHOP, tmp_path), tmp_path)
    assert made.returncode == 0, made.stdout
    types = prepare_typescript(generator, tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    with serving(BOOKSHOP, data) as url:
        lived = live_typescript(tmp_path, url)
    assert find_failed(lived, types) == NOT_OF[generator.adapter], (types, lived.stdout)
