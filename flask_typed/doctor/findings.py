"""The findings of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CheckName = Literal[
    "not-patched",
    "preload",
    "late-patch",
    "native-lock",
    "native-thread",
    "thread-pool",
    "psycopg2",
    "psycopg",
    "blocking-driver",
    "heavy-hashing",
    "blocking-in-coroutine",
    "async-bridge",
    "streams",
    "deadlines",
    "missing-part",
]
Severity = Literal["warning", "notice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem that keeps an app from running well.

    :param severity: a warning reports code that fails or blocks; a notice reports a limit.
    :param place: a module, a function or an option.
    :param remedy: advice.
    """

    check: CheckName
    severity: Severity
    place: str
    message: str
    remedy: str

    @property
    def is_warning(self) -> bool:
        """Whether the finding reports code that fails or blocks."""
        return self.severity == "warning"

    def __str__(self) -> str:
        return f"[{self.check}] {self.place}: {self.message}. {self.remedy}"
