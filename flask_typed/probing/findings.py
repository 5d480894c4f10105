"""What the check reports.

Development time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

#: The kinds of findings, which ``--ignore`` names.
FindingKind = Literal[
    "server-error",
    "no-answer",
    "undocumented",
    "response",
    "accepted",
    "refused",
    "anonymous",
    "schemathesis",
]
FINDING_KINDS: tuple[FindingKind, ...] = get_args(FindingKind)


@dataclass(frozen=True, slots=True)
class ContractFinding:
    """A promise of the document that the server did not keep.

    :param operation: method and path template.
    :param case: the request, in words.
    :param came: the answer.
    :param expected: what the document promises.
    :param curl: a command that repeats the request.
    """

    kind: FindingKind
    operation: str
    operation_id: str
    case: str
    came: str
    expected: str
    curl: str


@dataclass(slots=True)
class CheckReport:
    """The result of a check.

    :param sent: the number of requests.
    :param reached: for each checked operation, the documented statuses that came.
    :param unreached: for each checked operation, the documented statuses that did not come.
    :param used: the values of path variables, and where they are from, by operation.
    :param notes: what was not checked, and why.
    :param fuzzing: the output of schemathesis.
    """

    url: str
    sent: int = 0
    findings: list[ContractFinding] = field(default_factory=list)
    reached: dict[str, Sequence[str]] = field(default_factory=dict)
    unreached: dict[str, Sequence[str]] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    fuzzing: str = ""
