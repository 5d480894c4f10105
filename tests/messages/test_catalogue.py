"""The catalogue of messages: all of marshmallow's and of flask_typed's, with their translations."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from types import ModuleType

import pytest
from flask_typed.messages.catalogue import FAULTS
from flask_typed.messages.recognizing import MESSAGE_TEMPLATES, PLACEHOLDER, recognize
from flask_typed.messages.translating import FOLDER
from marshmallow import Schema, ValidationError, fields, validate

#: Messages that no invalid request leads to.
UNSENT = re.compile(r".* cannot be formatted as a [\w{}]+\.")  # of a value that a view returns
#: The attributes of marshmallow's validators that hold messages.
VALIDATOR_MESSAGES = (
    "default_message",
    *(f"message_{name}" for name in ("min", "max", "all", "equal")),
)
LANGUAGES = sorted(Path(FOLDER).iterdir())


def find_modules() -> Iterator[ModuleType]:
    """Yield every module of flask_typed that defines fields."""
    package = importlib.import_module("flask_typed.schemas")
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def find_fields() -> Iterator[type[fields.Field[object]]]:
    """Yield every class of fields."""
    for module in (fields, *find_modules()):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, fields.Field):
                yield value


def find_messages() -> Iterator[str]:
    """Yield every message of fields, with the words that a class puts into it."""
    yield from Schema._default_error_messages.values()
    for field in find_fields():
        messages: dict[str, str] = getattr(field, "default_error_messages", {})
        for message in messages.values():
            words = getattr(field, "words", getattr(field, "OBJ_TYPE", None)) or "{words}"
            yield message.replace("{words}", words).replace("{obj_type}", words)


def find_validator_messages() -> Iterator[str]:
    """Yield every message of marshmallow's validators."""
    for validator in vars(validate).values():
        if isinstance(validator, type) and validator is not validate.Range:
            for name, message in vars(validator).items():
                if name in VALIDATOR_MESSAGES:
                    yield message


def test_every_message_of_a_field() -> None:
    """The messages of marshmallow's fields and of flask_typed's are in the catalogue."""
    skipped = ("{words}", "{obj_type}", "{awareness}")  # filled in, they are entries of their own
    missing = {
        message
        for message in find_messages()
        if not any(word in message for word in skipped) and recognize(message) is None
    }
    assert {message for message in missing if not UNSENT.fullmatch(message)} == set()


def test_every_message_of_a_validator() -> None:
    """The messages of marshmallow's validators are in the catalogue."""
    assert [text for text in find_validator_messages() if recognize(text) is None] == []


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(options, id="-".join(f"{name}={value}" for name, value in options.items()))
        for options in (
            {"min": 1},
            {"max": 5},
            {"min": 1, "min_inclusive": False},
            {"max": 5, "max_inclusive": False},
            {"min": 1, "max": 5},
            {"min": 1, "max": 5, "max_inclusive": False},
            {"min": 1, "max": 5, "min_inclusive": False},
            {"min": 1, "max": 5, "min_inclusive": False, "max_inclusive": False},
        )
    ],
)
def test_ranges(options: dict[str, int]) -> None:
    """Each message of a range has an entry with its bounds as values."""
    bounds = {name: str(value) for name, value in options.items() if name in ("min", "max")}
    for number in (0, 6):
        try:
            validate.Range(**options)(number)  # type: ignore[arg-type]  # the options differ in type
        except ValidationError as error:
            recognized = recognize(error.messages[0])
    assert recognized is not None
    assert recognized.values == bounds


@pytest.mark.parametrize("folder", LANGUAGES, ids=[folder.name for folder in LANGUAGES])
def test_translations(folder: Path) -> None:
    """Every language has every message, with the same placeholders."""
    with (folder / "LC_MESSAGES" / "flask_typed.mo").open("rb") as binary:
        catalog = GNUTranslations(binary)
    for template in MESSAGE_TEMPLATES:
        translated = catalog.gettext(template)
        assert translated != template
        assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(template))


@pytest.mark.parametrize("folder", LANGUAGES, ids=[folder.name for folder in LANGUAGES])
def test_compiled(folder: Path) -> None:
    """The compiled file of a language has the translations of its text file, and no others."""
    pofile = pytest.importorskip("babel.messages.pofile", reason="flask-babel is not installed")
    names = [folder / "LC_MESSAGES" / f"flask_typed.{suffix}" for suffix in ("po", "mo")]
    with names[0].open("rb") as text, names[1].open("rb") as binary:
        written = {message.id: message.string for message in pofile.read_po(text) if message.id}
        compiled = GNUTranslations(binary)
    assert written.keys() == set(MESSAGE_TEMPLATES)
    assert {template: compiled.gettext(template) for template in written} == written


def test_codes_are_documented() -> None:
    """The docs list every code, in the order of the catalogue."""
    page = Path(__file__).parents[2] / "docs" / "errors.rst"
    section = page.read_text().partition("Codes of faults\n")[2].partition("\nTyped problems")[0]
    listed = [line.strip(" *-`") for line in section.splitlines() if line.startswith("    * - ")]
    assert listed[1:] == list(FAULTS)
