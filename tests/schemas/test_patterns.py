"""A pattern has one meaning, to Python and to JSON Schema, or is refused."""

from __future__ import annotations

import json as jsonlib
import re
import shutil
import subprocess
from typing import Annotated, Any

import pytest
from flask_typed import DeclarationError
from flask_typed.schemas.patterns import Pattern, find_meaning, fit_pattern, share_pattern
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError, validate

from .codec import Codec

#: Pattern, flags, what is published, texts that match, and texts that do not.
TABLE: list[tuple[str, int, str, list[str], list[str]]] = [
    (r"^[a-z-]+$", 0, r"^[a-z-]+$", ["a-b"], ["", "A", "a\n"]),
    (r"a+", 0, r"^(?:a+)", ["a", "ab"], ["ba"]),
    (r"^a|b", 0, r"^(?:^a|b)", ["a", "b", "bc"], ["cb"]),
    (r"^a|^b", 0, r"^a|^b", ["a", "bc"], ["cb"]),
    (r"abc|abd", 0, r"^(?:abc|abd)", ["abc", "abd"], ["abe"]),
    (r"\Aab\Z", 0, r"^ab$", ["ab"], ["ab\n", "abc"]),
    (r"^.+@.+$", 0, r"^[^\n]+@[^\n]+$", ["a@b", "a\r@\u2028"], ["a@\n", "@b"]),
    (r"a.c", re.DOTALL, r"^(?:a[\s\S]c)", ["abc", "a\nc"], ["ac"]),
    (r"(?P<year>[0-9]{4})-", 0, r"^(?:([0-9]{4})-)", ["2020-"], ["202-"]),
    (r"\d{3}", re.ASCII, r"^(?:[0-9]{3})", ["123"], ["12", "\u0661\u0662\u0663"]),
    (r"[\w-]+$", re.ASCII, r"^(?:[A-Za-z0-9_\-]+$)", ["a_1-"], ["\u00e9", ""]),
    (r"\D\S", re.ASCII, r"^(?:[^0-9][^ \t\n\r\f\v])", ["ab", "\u0661b"], ["1b", "a "]),
    (r"[a-fX]y", re.I | re.A, r"^(?:[a-fA-FXx][yY])", ["AY", "xy"], ["gy", "aK"]),
    (r"[A-C]1", re.I | re.A, r"^(?:[A-Ca-c]1)", ["a1", "B1"], ["d1"]),
    (r"[^k]", re.I | re.A, r"^(?:[^kK])", ["a", "\u212a"], ["k", "K"]),
    (r"[^\n]\t", 0, r"^(?:[^\n]\t)", ["a\t"], ["\n\t"]),
    (r"a{,3}$", 0, r"^(?:a{0,3}$)", ["", "aaa"], ["aaaa"]),
    (r"a{2}b{2,}c{1,2}?d*?$", 0, r"^(?:a{2}b{2,}c{1,2}?d*?$)", ["aabbc", "aabbbccdd"], ["abbc"]),
    (r"\-\_\"", 0, r"^(?:-_\")".replace('\\"', '"'), ['-_"'], ["-"]),
    (r"(?x) a \  b # and so on", 0, r"^(?:a b)", ["a b"], ["ab"]),
    (r"(?=ab)a(?!c)b(?<=b)(?<!a)", 0, r"^(?:(?=ab)a(?!c)b(?<=b)(?<!a))", ["ab"], ["ac"]),
    (r"[]a^]", 0, r"^(?:[\]a\^])", ["]", "^"], ["b"]),
    ("[\u00e0-\u00ff\U0001f600]+$", 0, "^(?:[\u00e0-\u00ff\U0001f600]+$)", ["\U0001f600"], ["a"]),
    (r"(?:ab)*c?$", 0, r"^(?:(?:ab)*c?$)", ["abab", "c", ""], ["ba"]),
    (r"[^\u0000\ud800-\udfff]*$", 0, r"^(?:[^\u0000\ud800-\udfff]*$)", ["a"], ["\x00"]),
    (r"(?:\x01|\0)a/", 0, "^(?:[\\u0001\\u0000]a\\/)", ["\x01a/"], ["a/"]),
    (r"[\s\S]x", 0, r"^(?:[\s\S]x)", ["\nx"], ["x"]),
    (r"(?:)", 0, r"^(?:(?:))", ["", "a"], []),
    (r"(?:[ab]{2}){2}", 0, r"^(?:(?:[ab]{2}){2})", ["abab"], ["aba"]),
    (r"(?:^)*(?:(?=a))+a", 0, r"^(?:(?:^)*(?:(?=a))+a)", ["a"], ["b"]),
    (r"(?:a*)?b", re.DOTALL, r"^(?:(?:a*)?b)", ["aab", "b"], ["a"]),
]


@pytest.mark.parametrize(("pattern", "flags", "published", "fits", "differs"), TABLE)
def test_a_pattern_has_one_meaning(
    pattern: str, flags: int, published: str, fits: list[str], differs: list[str]
) -> None:
    """What is checked is what is published, read as JSON Schema reads it."""
    validator = fit_pattern(validate.Regexp(pattern, flags))
    assert validator.published == published
    for text in fits:
        assert validator(text) == text
        assert search(published, text)
    for text in differs:
        with pytest.raises(ValidationError, match="does not match expected pattern"):
            validator(text)
        assert not search(published, text)


def search(published: str, text: str) -> bool:
    """Say whether a text has a published pattern; ``$`` is the very end."""
    return re.search(published.replace("$", r"\Z"), text) is not None


@pytest.mark.skipif(not shutil.which("node"), reason="no node, whose engine reads ECMA-262")
def test_an_engine_of_ecma_agrees() -> None:
    """A real engine, with the ``u`` flag, decides as Python does."""
    asked = [
        (published, text) for _, _, published, fits, differs in TABLE for text in (*fits, *differs)
    ]
    program = (
        "const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const said = asked.map(([p, s]) => new RegExp(p, 'u').test(s));"
        "console.log(JSON.stringify(said));"
    )
    ran = subprocess.run(
        ["node", "-e", program],
        input=jsonlib.dumps(asked),
        text=True,
        capture_output=True,
        check=True,
    )
    assert jsonlib.loads(ran.stdout) == [
        text in fits for _, _, _, fits, differs in TABLE for text in (*fits, *differs)
    ]


@pytest.mark.parametrize(
    ("pattern", "flags", "uses", "instead"),
    [
        (r"\d+", 0, r"\d", "List the characters, such as [0-9], or pass re.ASCII."),
        (r"[\w.]", 0, r"\w", "List the characters, such as [A-Za-z0-9_], or pass re.ASCII."),
        (r"\S", 0, r"\s", r"List the characters, such as [ \t\n\r\f\v], or pass re.ASCII."),
        (r"[\Da]", re.ASCII, r"\d", "List the characters, such as [0-9], or pass re.ASCII."),
        (r"\bword", re.ASCII, r"\b or \B", "Write the characters that may be there."),
        (r"a", re.IGNORECASE, "re.IGNORECASE", "Pass re.ASCII too, or list both cases."),
        (r"^a", re.MULTILINE, "re.MULTILINE", "Write line feeds into the pattern."),
        (r"(a)\1", 0, "a feature of Python (groupref)", "Write the pattern without it."),
        (
            r"(a)?(?(1)b|c)",
            0,
            "a feature of Python (groupref exists)",
            "Write the pattern without it.",
        ),
    ],
)
def test_a_pattern_with_two_meanings_is_refused(
    json: Codec, pattern: str, flags: int, uses: str, instead: str
) -> None:
    """The message says what it uses, and what to write."""
    error = json.reject(Annotated[str, validate.And(validate.Regexp(pattern, flags))])
    assert error.what == (
        f"The pattern {pattern!r} uses {uses}, which JSON Schema"
        " does not have or reads differently."
    )
    assert error.instead == instead


def test_bytes_have_no_pattern() -> None:
    """JSON has no bytes."""
    with pytest.raises(DeclarationError, match="uses bytes"):
        fit_pattern(validate.Regexp(re.compile(b"a")))  # type: ignore[arg-type]  # on purpose


def test_messages_are_the_users(json: Codec) -> None:
    """A pattern keeps the words that it is refused with."""
    annotation = Annotated[str, validate.Regexp("^a$", error="Not an a.")]
    assert json.refuse(annotation, "a\n") == ["Not an a."]


def test_what_is_no_plain_regexp_is_left(json: Codec) -> None:
    """A class of the user's own decides as it likes; a pattern of theirs may have two meanings."""

    class Own(validate.Regexp):
        """Any case."""

    own, unshared = Own(r"\d"), validate.Regexp(r"\d")
    assert share_pattern(own) is own
    assert share_pattern(unshared) is unshared
    assert isinstance(share_pattern(validate.Regexp("a")), Pattern)
    assert json.load(Annotated[str, own], "\u0661") == "\u0661"


SETS = st.builds("[{}]".format, st.text("abcxyz019_", min_size=1, max_size=3))
ATOMS = st.sampled_from(["a", "b", ".", "[^a]", r"\.", r"\n", "[a-c]", "(?:)", r"\-"]) | SETS
PATTERNS: st.SearchStrategy[Any] = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=1, max_size=3).map("|".join).map("(?:{})".format)
        | st.tuples(inner, st.sampled_from(["*", "+?", "?", "{2}", "{1,2}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        )
        | inner.map("(?={})a?".format)
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    pattern=PATTERNS,
    start=st.sampled_from(["", "^", r"\A"]),
    end=st.sampled_from(["", "$", r"\Z"]),
    texts=st.lists(st.text("abcx0.-\n\r\u2028", max_size=5), max_size=8),
)
def test_python_and_the_document_agree(
    pattern: str, start: str, end: str, texts: list[str]
) -> None:
    """The server matches a text exactly if the published pattern is found in it."""
    meaning = find_meaning(re.compile(start + pattern + end))
    plain = re.compile(start + pattern + end.replace("$", r"\Z"))
    for text in texts:
        checked = meaning.regex.match(text) is not None
        assert checked == search(meaning.published, text)
        assert checked == (plain.match(text) is not None)
