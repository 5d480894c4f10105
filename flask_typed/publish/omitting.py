"""Collects the values that a document leaves out, because JSON or OpenAPI cannot express them.

Publishing time. For example, a field whose default cannot be written is published without its
default. Each omission is recorded and logged with its place and the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ..bridge.pausing import Pauses
from ..schemas.faults import escape_key
from ..wire.encoding import dumps
from ..wire.jsonvalues import NotJson, convert_key, show, to_json
from ..wire.limits import MAX_DOCUMENT_DEPTH
from .jsontext import PIECES, is_plain_json


@dataclass(frozen=True, slots=True)
class Omission:
    """A value that the document leaves out.

    :param place: a field in words, or a JSON Pointer into the document.
    :param word: the keyword, or the name of the validator.
    :param reason: why it cannot be published.
    """

    place: str
    word: str
    reason: str

    def __str__(self) -> str:
        text = f"{self.place}: {self.word} is left out: {self.reason}"
        return text.encode(errors="backslashreplace").decode()


class Omissions:
    """All omissions of a document, in the order in which they occurred."""

    def __init__(self) -> None:
        self._noted: dict[Omission, None] = {}

    def __iter__(self) -> Iterator[Omission]:
        return iter(self._noted)

    def note(self, place: str, word: str, error: Exception) -> None:
        """Record an omission, with an error as the reason."""
        reason = str(error) if isinstance(error, NotJson) else summarize_error(error)
        self._noted[Omission(place, word, reason)] = None

    @contextmanager
    def omitting(self, place: str, word: str) -> Iterator[None]:
        """Leave out a keyword if the block raises.

        It may raise any error, because it runs users' validators, fields and metadata.
        """
        try:
            yield
        except Exception as error:
            self.note(place, word, error)

    def tidy(self, document: Mapping[str, Any], pauses: Pauses) -> Any:
        """Return the document without the values that JSON cannot express.

        A document that has only JSON values is returned itself.
        """
        with suppress(Exception):  # of users' values, too
            if is_plain_json(document, PIECES, pauses):
                return document
        try:
            return json.loads(dumps(document).encode())
        except (TypeError, ValueError, RecursionError):  # value by value, which takes far longer
            return self._tidy(document, "")

    def _tidy(self, value: Any, place: str) -> Any:
        """Return a part of the document without the values that JSON cannot express.

        :param place: a JSON Pointer.
        """
        if isinstance(value, Mapping):
            return dict(self._tidy_items(value.items(), place))
        if isinstance(value, (list, tuple)):
            return [inner for _, inner in self._tidy_items(enumerate(value), place)]
        if isinstance(value, str):
            return self._tidy_text(value, place)
        return to_json(value)

    def _tidy_items(self, items: Any, place: str) -> Iterator[tuple[str, Any]]:
        for key, inner in items:
            with self.omitting(place or "the document", show_key(key)):
                inside = f"{place}/{escape_key(str(key))}"
                if inside.count("/") > MAX_DOCUMENT_DEPTH:
                    raise NotJson("it is nested too deeply")
                name = key if isinstance(key, str) else convert_key(key)
                yield self._tidy_text(name, place), self._tidy(inner, inside)

    def _tidy_text(self, text: str, place: str) -> str:
        """Return a text that UTF-8 can encode."""
        try:
            known: str = to_json(text)
        except NotJson as error:
            self.note(place or "the document", "a character", error)
            known = str.__str__(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return known


def show_key(key: Any) -> str:
    """Return a key as text for messages."""
    return key if isinstance(key, str) else show(key)


def summarize_error(error: Exception) -> str:
    """Return the class and message of an error in one line."""
    words = " ".join(read_message(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def read_message(error: Exception) -> str:
    """Return the message of an error; ``""`` if the error's class fails to make one."""
    try:
        return str(error)[:200]
    except Exception:
        return ""
