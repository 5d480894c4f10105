"""What the doctor finds."""

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
    "missing-part",
]
Severity = Literal["warning", "notice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that keeps an app from running well.

    :param check: what was looked for.
    :param severity: a warning is of what fails or blocks; a notice, of a limit to know.
    :param place: a module, a function, an option.
    :param remedy: what to do.
    """

    check: CheckName
    severity: Severity
    place: str
    message: str
    remedy: str

    @property
    def is_warning(self) -> bool:
        """Whether it is of what fails or blocks."""
        return self.severity == "warning"

    def __str__(self) -> str:
        return f"[{self.check}] {self.place}: {self.message}. {self.remedy}"
