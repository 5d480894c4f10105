"""Finds the template of a message: its code, and the values in it.

Request time, for invalid requests only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from typing_extensions import Self

from .catalogue import FAULTS, INVALID, PROBLEMS

PLACEHOLDER = re.compile(r"\{(\w+)\}")
CODES: Mapping[str, str] = {
    template: code for code, templates in FAULTS.items() for template in templates
}
MESSAGE_TEMPLATES = (*CODES, *PROBLEMS)


class FaultMessage(str):
    """The message of a fault, with a code of its own.

    ``raise ValidationError(FaultMessage("Not an ISBN.", code="isbn"))``, or ``error=`` of a
    marshmallow validator. Other messages of a program's own have the code ``invalid``.

    :param text: the message.
    :param code: for programs that read the response; a name that never changes.
    """

    __slots__ = ("code",)

    code: str

    def __new__(cls, text: object, *, code: str) -> Self:
        message = super().__new__(cls, text)
        message.code = code
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        return (str(self),), {"code": self.code}

    def format(self, *args: Any, **values: Any) -> Self:
        """Fill in values, as marshmallow's validators do."""
        return type(self)(super().format(*args, **values), code=self.code)


@dataclass(frozen=True, slots=True)
class Recognized:
    """A message of the catalogue.

    :param template: the message with placeholders.
    :param values: the text at each placeholder.
    """

    template: str
    values: Mapping[str, str]


def write_pattern(template: str) -> re.Pattern[str]:
    """Return the regular expression for the messages of a template."""
    parts = PLACEHOLDER.split(template)
    texts = (f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(texts), re.DOTALL)


PATTERNS = [
    (template, write_pattern(template)) for template in MESSAGE_TEMPLATES if "{" in template
]
CONSTANT = {
    template: Recognized(template, {}) for template in MESSAGE_TEMPLATES if "{" not in template
}


def recognize(text: str) -> Recognized | None:
    """Return the entry of a message in the catalogue; ``None`` for a program's own message."""
    return CONSTANT.get(text) or match_templates(text)


@lru_cache(maxsize=1024)
def match_templates(text: str) -> Recognized | None:
    """Return the entry of a message with values. Cached: constraints have constant values."""
    for template, pattern in PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return Recognized(template, found.groupdict())
    return None


def find_code(message: str) -> str:
    """Return the code of a fault."""
    if isinstance(message, FaultMessage):
        return message.code
    recognized = recognize(message)
    return CODES.get(recognized.template, INVALID) if recognized else INVALID
