"""What a document leaves out: words that JSON, or OpenAPI, cannot hold.

Publishing time. A field whose default cannot be written is published without its default, and the
document stays. What is left out is noted, with its place and the reason, and is logged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..schemas.faults import escape_key
from ..wire.encoding import dumps
from ..wire.jsonvalues import NotJson, convert_key, show, to_json
from ..wire.limits import MAX_DOCUMENT_DEPTH


@dataclass(frozen=True, slots=True)
class Omission:
    """A word that is left out.

    :param place: of the word, for people: a field, or a JSON Pointer into the document.
    :param word: a keyword, or the name of a validator.
    :param reason: why it cannot be published.
    """

    place: str
    word: str
    reason: str

    def __str__(self) -> str:
        told = f"{self.place}: {self.word} is left out: {self.reason}"
        return told.encode(errors="backslashreplace").decode()


class Omissions:
    """All that a document leaves out, in the order in which it was met."""

    def __init__(self) -> None:
        self._noted: dict[Omission, None] = {}

    def __iter__(self) -> Iterator[Omission]:
        return iter(self._noted)

    def note(self, place: str, word: str, error: Exception) -> None:
        """Note a word that is left out, because of an error."""
        reason = str(error) if isinstance(error, NotJson) else describe_error(error)
        self._noted[Omission(place, word, reason)] = None

    @contextmanager
    def omitting(self, place: str, word: str) -> Iterator[None]:
        """Leave out a word if the code of the block raises.

        It may raise anything: the block runs validators, fields and metadata of the user's own.
        """
        try:
            yield
        except Exception as error:
            self.note(place, word, error)

    def tidy(self, document: Mapping[str, Any]) -> Any:
        """Return the document, made of JSON's values alone.

        Whatever was put into it passes through here: what JSON cannot hold is left out.
        """
        try:
            return json.loads(dumps(document).encode())
        except (TypeError, ValueError, RecursionError):  # part by part, which takes far longer
            return self._tidy(document, "")

    def _tidy(self, value: Any, place: str) -> Any:
        """Return a part of the document.

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
        """Return a text that can be encoded."""
        try:
            known: str = to_json(text)
        except NotJson as error:
            self.note(place or "the document", "a character", error)
            known = str.__str__(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return known


def show_key(key: Any) -> str:
    """Return a key as messages write it."""
    return key if isinstance(key, str) else show(key)


def describe_error(error: Exception) -> str:
    """Return what an error of a user's own code was, in one line."""
    words = " ".join(describe_text(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def describe_text(error: Exception) -> str:
    """Return the message of an error; one of a user's own class may not have any."""
    try:
        return str(error)[:200]
    except Exception:
        return ""
