"""The package's own errors: what their messages say, and how places are added to them."""

from __future__ import annotations

import pytest
from flask_typed import (
    DeclarationError,
    FlaskTypedError,
    ResponseMismatch,
    SetupError,
    UnsupportedType,
)
from flask_typed.exceptions import declared_in


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        pytest.param(DeclarationError, FlaskTypedError, id="DeclarationError"),
        pytest.param(UnsupportedType, DeclarationError, id="UnsupportedType"),
        pytest.param(SetupError, FlaskTypedError, id="SetupError"),
        pytest.param(ResponseMismatch, FlaskTypedError, id="ResponseMismatch"),
        pytest.param(FlaskTypedError, Exception, id="FlaskTypedError"),
    ],
)
def test_the_tree_of_errors(kind: type, base: type) -> None:
    """Every error has the parent that the module draws."""
    assert kind.__base__ is base


def test_a_declaration_error_says_what_and_what_instead() -> None:
    """Without a place there are two lines."""
    error = DeclarationError("It is wrong.", instead="Write it right.")

    assert str(error) == "It is wrong.\n  Write it right."


def test_a_declaration_error_says_where() -> None:
    """Places stand between the two, innermost first."""
    error = DeclarationError("It is wrong.", instead="Write it right.", where=["here", "there"])

    assert str(error) == "It is wrong.\n  in here, there\n  Write it right."


def test_a_place_is_added_around() -> None:
    """The same mistake seen from further out is another error; the first stays as it was."""
    inner = DeclarationError("It is wrong.", instead="Write it right.", where=("here",))

    outer = inner.within("there")

    assert str(outer) == "It is wrong.\n  in here, there\n  Write it right."
    assert inner.where == ("here",)


def test_a_place_does_not_change_the_class() -> None:
    """An unsupported type inside something is still an unsupported type."""
    assert type(UnsupportedType("No.", instead="Yes.").within("there")) is UnsupportedType


def test_places_are_added_to_what_a_block_raises() -> None:
    """Innermost first; the class and the cause stay as they are."""
    cause = KeyError("x")
    with (
        pytest.raises(UnsupportedType, match=r"\n  in here, there, outside\n") as caught,
        declared_in("outside"),
        declared_in("here", None, "there"),
    ):
        raise UnsupportedType("No.", instead="Yes.") from cause
    assert caught.value.__cause__ is cause


def test_a_block_without_places_raises_the_error_itself() -> None:
    """As if it were not there."""
    error = DeclarationError("It is wrong.", instead="Write it right.")
    with pytest.raises(DeclarationError, match=r"^It is wrong") as caught, declared_in(None):
        raise error
    assert caught.value is error


def test_other_errors_pass_a_block() -> None:
    """They say nothing of places."""
    with pytest.raises(SetupError, match=r"^Twice\.$"), declared_in("here"):
        raise SetupError("Twice.")


def test_a_mismatch_says_expected_and_found() -> None:
    """The whole value is the dollar sign."""
    assert str(ResponseMismatch("an int", "None")) == "at $ expected an int, found None"


def test_a_mismatch_says_where() -> None:
    """Keys have a dot, indexes have brackets."""
    error = ResponseMismatch("an int", "None", ("books", 0, "pages"))

    assert str(error) == "at $.books[0].pages expected an int, found None"


def test_a_mismatch_is_seen_from_further_out() -> None:
    """Each container adds its key in front."""
    error = ResponseMismatch("an int", "None")

    assert error.inside("pages").inside(0).inside("books").path == ("books", 0, "pages")


def test_a_mismatch_names_the_view_once_it_is_known() -> None:
    """The sentence in the log says whose mistake it is."""
    error = ResponseMismatch("an int", "None")
    error.view = "books.read_book"

    assert str(error) == (
        "books.read_book returned a value that does not fit its annotation: "
        "at $ expected an int, found None"
    )


def test_a_percent_sign_is_no_format() -> None:
    """Words of users stand in the message as they are."""
    assert (
        str(ResponseMismatch("100 %s", "50 %d", ("%s",))) == "at $.%s expected 100 %s, found 50 %d"
    )
