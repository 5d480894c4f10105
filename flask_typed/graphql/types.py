"""Stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Input:
    annotation: Any

    def load(self, value: Any) -> Any:
        return value


class GraphTypes:
    def __init__(self, factory: Any) -> None: ...
    def make_output(self, annotation: Any) -> Any:
        return annotation

    def make_input(self, annotation: Any, name: str, default: Any = None) -> Input:
        return Input(annotation)

    def find_model(self, definition: Any) -> Any:
        return None
