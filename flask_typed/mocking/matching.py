"""The operation of a request, by its path and method.

Development time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..outside.operations import ApiOperation

#: A variable of a path template, and the text before it.
TEMPLATE_PART = re.compile(r"([^{}]*)(?:\{([^}]*)\})?")


@dataclass(frozen=True, slots=True)
class MockPath:
    """A path template with its operations.

    :param names: of the variables.
    :param operations: by method.
    """

    pattern: re.Pattern[str]
    names: Sequence[str]
    operations: Mapping[str, ApiOperation]


class PathMatcher:
    """Finds the path template of a request. Fixed paths come before those with variables."""

    def __init__(self, operations: Iterable[ApiOperation]) -> None:
        by_path: dict[str, dict[str, ApiOperation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        paths = sorted(by_path, key=lambda path: (path.count("{"), -len(path)))
        whole = [make_path(path, by_path[path], "[^/]+") for path in paths]
        # A variable of Flask's converter ``path`` has slashes. A document cannot say so.
        deep = [make_path(path, by_path[path], ".+") for path in paths if path.endswith("}")]
        self._paths = (*whole, *deep)

    def find(self, path: str) -> tuple[MockPath, dict[str, str]] | None:
        """Return the first template that fits a path, and the texts of its variables."""
        for known in self._paths:
            match = known.pattern.fullmatch(path)
            if match:
                return known, dict(zip(known.names, match.groups(), strict=True))
        return None


def make_path(path: str, operations: Mapping[str, ApiOperation], variable: str) -> MockPath:
    """Return a path template.

    :param variable: the pattern of a variable.
    """
    parts = TEMPLATE_PART.findall(path)
    names = [name for _, name in parts if name]
    texts = (re.escape(text) + (f"({variable})" if name else "") for text, name in parts)
    return MockPath(re.compile("".join(texts), re.DOTALL), names, operations)
