"""CSV with a header line, and the rows of a JSON array."""

import pytest
from flask_typed.wire.decoding import BodyUnreadable
from flask_typed.wire.tables import json_to_csv, read_csv


def test_written() -> None:
    """Numbers keep all their digits; null and absent keys are empty cells."""
    text = (
        b'[{"a":1.10,"b":true,"c":"x, \\"y\\"\\nz"},{"b":false,"a":null},'
        b'{"c":12345678901234567890}]'
    )
    assert json_to_csv(text, ["a", "b", "c"]) == (
        b'a,b,c\r\n1.10,true,"x, ""y""\nz"\r\n,false,\r\n,,12345678901234567890\r\n'
    )


def test_written_empty() -> None:
    """A table without rows names its columns."""
    assert json_to_csv(b"[]", ["a", "b"]) == b"a,b\r\n"


def test_one_empty_cell() -> None:
    """A row of one empty cell is not a blank line."""
    written = json_to_csv(b'[{"a":""},{"a":"x"}]', ["a"])
    assert read_csv(written).rows == [[""], ["x"]]


READ = [
    pytest.param("a,b\r\n1,2\r\n", [["1", "2"]], id="CRLF"),
    pytest.param("a,b\n1,2\n\n3,4", [["1", "2"], ["3", "4"]], id="LF and a blank line"),
    pytest.param("\ufeffa,b\n\u00e9,\n", [["\u00e9", ""]], id="byte order mark"),
    pytest.param('a,b\n"x\ny","""z"""\n', [["x\ny", '"z"']], id="quoted"),
    pytest.param("a,b\n", [], id="no rows"),
]


@pytest.mark.parametrize(("text", "rows"), READ)
def test_read(text: str, rows: list[list[str]]) -> None:
    """The first line names the columns, each further line is a row."""
    assert read_csv(text.encode()) == (["a", "b"], rows)


NAMED_ONCE = "The first line of the body must name each column once."
REFUSED = [
    pytest.param(b"\xff", "The body is not UTF-8.", id="not UTF-8"),
    pytest.param(b"\n", NAMED_ONCE, id="no header"),
    pytest.param(b"a,a\n1,2\n", NAMED_ONCE, id="a name twice"),
    pytest.param(b"a\n1,2\n", "Line 2 of the body has 2 cells instead of 1.", id="too many"),
    pytest.param(b"a,b\n1,2\n3\n", "Line 3 of the body has 1 cells instead of 2.", id="too few"),
    pytest.param(
        b"a\n" + b"x" * 131_073,
        "Line 2 of the body has a cell with more than 131072 characters.",
        id="a long cell",
    ),
    pytest.param(b'a\n"x"y\n', "The body is not CSV at line 2.", id="quotes"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED)
def test_refused(data: bytes, message: str) -> None:
    """A body that is not a table is rejected, with its line."""
    with pytest.raises(BodyUnreadable) as caught:
        read_csv(data)
    assert caught.value.description == message
