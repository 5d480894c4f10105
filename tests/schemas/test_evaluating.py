"""Annotations of classes that cannot be evaluated: the error has the view, the field and advice.

The classes are made from text: until Python 3.13 an annotation that is not postponed is evaluated
before its class is there.
"""

from __future__ import annotations

import sys
import types
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import Body, DeclarationError, Typed
from flask_typed.schemas.evaluating import find_broken_annotation, read_lazily
from flask_typed.schemas.hints import resolve_hints

HEAD = """
from dataclasses import InitVar, dataclass
from typing import Annotated, Generic, NamedTuple, TypeVar
import attr, attrs, lost, msgspec, typing
import typing_extensions as te
from flask_typed import Problem, Query
T = TypeVar("T")
"""
POSTPONED = "from __future__ import annotations\n"

#: Classes with a field ``a`` of the annotation ``LOST``, by kind; the one that is used is ``A``.
KINDS = {
    "dataclass": "@dataclass\nclass A:\n x: int\n a: LOST",
    "dataclass with InitVar": "@dataclass\nclass A:\n x: int\n a: InitVar[LOST]",
    "TypedDict": "class A(typing.TypedDict):\n a: LOST",
    "TypedDict of typing_extensions": "class A(te.TypedDict):\n a: te.NotRequired[LOST]",
    "NamedTuple": "class A(NamedTuple):\n a: LOST",
    "attr.s": "@attr.s(auto_attribs=True)\nclass A:\n a: LOST",
    "attrs.define": "@attrs.define\nclass A:\n a: LOST",
    "Struct": "class A(msgspec.Struct):\n a: LOST",
    "generic": "@dataclass\nclass G(Generic[T]):\n t: T\n a: LOST\nA = G[int]",
    "Problem": "class A(Problem):\n status = 404\n a: LOST",
    "base": "@dataclass\nclass B:\n a: LOST\n@dataclass\nclass A(B):\n b: int",
    "base that is no dataclass": "class B:\n a: LOST\n@dataclass\nclass A(B):\n b: int",
    "generic base": (
        "@dataclass\nclass B(Generic[T]):\n a: LOST\n@dataclass\nclass A(B[int]):\n b: int"
    ),
    "TypedDict's base": "class B(te.TypedDict):\n a: LOST\nclass A(B):\n b: int",
    "TypedDict's generic base": (
        "class B(te.TypedDict, Generic[T]):\n a: LOST\n t: T\nclass A(B[int]):\n b: int"
    ),
    "Struct's base": "class B(msgspec.Struct):\n a: LOST\nclass A(B):\n b: int",
    "attrs' base": "@attrs.define\nclass B:\n a: LOST\n@attrs.define\nclass A(B):\n b: int",
}
#: Annotations, with the fault of each.
LOST = {
    "Nowhere": "uses 'Nowhere', a name that cannot be found.",
    "list[Nowhere]": "uses 'Nowhere', a name that cannot be found.",
    "Nowhere | None": "uses 'Nowhere', a name that cannot be found.",
    "lost.Gone": "cannot be evaluated: module 'lost' has no attribute 'Gone'.",
    "lost.Module": "needs an import that fails: No module named 'away'.",
    "lost.Circle": "cannot be evaluated: partially initialized module.",
    "list[int](3)": "cannot be evaluated: 'int' object is not iterable.",
}


def find_lazily(name: str) -> Any:
    """Stand for the attributes of a module that imports lazily."""
    if name == "Module":
        raise ModuleNotFoundError("No module named 'away'", name="away")
    if name == "Circle":
        raise AttributeError("partially initialized module")
    if name == "Ours":
        raise DeclarationError("It is written wrongly.", instead="Write it rightly.")
    raise AttributeError(f"module 'lost' has no attribute {name!r}")


@pytest.fixture(autouse=True)
def _lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a module ``lost``, and one for the classes."""
    lost: Any = types.ModuleType("lost")
    lost.__getattr__ = find_lazily
    monkeypatch.setitem(sys.modules, "lost", lost)
    monkeypatch.setitem(sys.modules, "made", types.ModuleType("made"))


def make(text: str) -> Any:
    """Return what is called ``A`` in a module of a text."""
    made = vars(sys.modules["made"])
    exec(compile(text, "made.py", "exec", dont_inherit=True), made)
    return made["A"]


def refuse(kind: Any) -> DeclarationError:
    """Return the error of a view that takes a body of a type."""

    def add_thing(thing: Any) -> None:
        """A view."""

    add_thing.__annotations__["thing"] = Annotated[kind, Body()]
    with pytest.raises(DeclarationError, match=r"in .*view .*add_thing") as caught:
        Typed(Flask("shop")).post("/")(add_thing)
    return caught.value


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(POSTPONED, id="postponed"),
        pytest.param(
            "",
            id="lazy",
            marks=pytest.mark.skipif(
                sys.version_info < (3, 14), reason="annotations are evaluated at once"
            ),
        ),
    ],
)
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("kind", KINDS)
def test_an_annotation_of_a_field_that_cannot_be_evaluated(kind: str, lost: str, head: str) -> None:
    """The error says what is wrong, and in which field of which view."""
    if kind == "TypedDict's generic base" and sys.version_info < (3, 11):  # pragma: no cover: 3.10
        pytest.skip("a TypedDict is not generic")

    error = refuse(make(head + HEAD + KINDS[kind].replace("LOST", lost)))

    assert error.what.startswith("An annotation of ")
    assert error.what.endswith(LOST[lost])
    assert error.where[0] == "field 'a'"


def test_a_name_in_quotes_that_cannot_be_found() -> None:
    """Quotes postpone one annotation alone, in an ``InitVar`` too."""
    error = refuse(make(HEAD + KINDS["dataclass with InitVar"].replace("LOST", '"Nowhere"')))
    assert error.what == "An annotation of A uses 'Nowhere', a name that cannot be found."
    assert error.where[0] == "field 'a'"


def test_a_type_in_quotes_in_an_initvar() -> None:
    """It is looked up as any other."""
    made = make(HEAD + KINDS["dataclass with InitVar"].replace("LOST", '"list[int]"'))
    app = Flask("shop")

    def add_thing(thing: Any) -> int:
        """A view."""
        x: int = thing.x
        return x

    add_thing.__annotations__["thing"] = made
    Typed(app).post("/")(add_thing)
    client = app.test_client()
    assert client.post("/", json={"x": 1, "a": [2]}).get_json() == 1
    assert client.post("/", json={"x": 1, "a": ["2"]}).get_json()["errors"] == [
        {
            "in": "body",
            "pointer": "/a/0",
            "code": "invalid_integer",
            "detail": "Not a valid integer.",
        }
    ]


def test_an_annotation_that_raises_an_error_of_ours() -> None:
    """A marker that is written wrongly says so itself."""
    made = make(POSTPONED + HEAD + "@dataclass\nclass A:\n a: Annotated[int, lost.Ours]")
    assert refuse(made).what == "It is written wrongly."


@pytest.mark.parametrize("lost", LOST)
def test_an_annotation_of_an_argument_that_cannot_be_evaluated(lost: str) -> None:
    """The view is named."""
    view = make(f"{POSTPONED}{HEAD}def A(a: {lost}) -> None: ...")
    with pytest.raises(DeclarationError, match="view A ") as caught:
        Typed(Flask("shop")).post("/")(view)
    assert caught.value.what == f"An annotation of A {LOST[lost]}"


def test_a_name_error_without_a_name() -> None:
    """One that a program raises itself may have none."""
    annotated = types.SimpleNamespace(__annotations__={"a": "fail()"})

    def fail() -> None:
        raise NameError("it is not there")

    names = {"fail": fail}
    with pytest.raises(DeclarationError, match="cannot be evaluated: it is not there"):
        resolve_hints(annotated, name="it", namespaces=(names, names))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no type parameters")
@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("T: Nowhere", "uses 'Nowhere', a name that cannot be found.", id="bound"),
        pytest.param("T: (int, lost.Module)", LOST["lost.Module"], id="constraint"),
        pytest.param(
            "T = lost.Gone",
            LOST["lost.Gone"],
            id="default",
            marks=pytest.mark.skipif(sys.version_info < (3, 13), reason="there are no defaults"),
        ),
    ],
)
def test_a_type_variable_that_cannot_be_evaluated(
    text: str, what: str
) -> None:  # pragma: no cover: Python 3.12
    """Its bound is evaluated where it is needed."""
    error = refuse(make(f"{HEAD}@dataclass\nclass A[{text}]:\n a: T"))
    assert error.what == f"The type variable T {what}"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there is no type statement")
@pytest.mark.parametrize("lost", LOST)
def test_an_alias_that_cannot_be_evaluated(lost: str) -> None:  # pragma: no cover: Python 3.12
    """It is evaluated when it is opened, however deep inside another it is."""
    error = refuse(make(f"{HEAD}type A = list[B]\ntype B = {lost}"))
    assert error.what == f"The alias B {LOST[lost]}"


@pytest.mark.skipif(sys.version_info < (3, 15), reason="imports are not lazy")
@pytest.mark.parametrize(
    ("line", "annotation", "message"),
    [
        pytest.param("import away_", "away_.Thing", "No module named 'away_'", id="module"),
        pytest.param("from away_ import Thing", "Thing", "No module named 'away_'", id="from"),
        pytest.param("from away_ import Thing", "'Thing'", "No module named 'away_'", id="quoted"),
        pytest.param("from json import No", "No", "cannot import name 'No' from 'json'", id="name"),
    ],
)
def test_a_lazy_import_that_fails(
    line: str, annotation: str, message: str
) -> None:  # pragma: no cover: Python 3.15
    """What is imported lazily is missed where a view needs it."""
    text = f"lazy {line}\n{HEAD}{KINDS['dataclass'].replace('LOST', annotation)}"
    error = refuse(make(text))
    assert error.what.startswith(f"An annotation of A needs an import that fails: {message}")
    assert error.where[0] == "field 'a'"


def test_an_attribute_that_is_evaluated() -> None:
    """What it raises is raised; only an attribute that is not there has a default."""

    class Lazy:
        @property
        def bound(self) -> Any:
            return int.nowhere  # type: ignore[attr-defined]  # as a lazy annotation does

    with pytest.raises(AttributeError, match="nowhere"):
        read_lazily(Lazy(), "bound", None)
    assert read_lazily(Lazy(), "default", 3) == 3


def test_the_annotation_whose_error_it_is() -> None:
    """Of several annotations that fail, the one with the same error is named."""

    def view(a: Gone, b: Lost) -> None:  # type: ignore[name-defined]  # noqa: F821  # not there
        ...

    def evaluate(text: str) -> None:
        raise NameError(text)

    assert find_broken_annotation(view, evaluate, NameError("Lost")) == "b"
    assert find_broken_annotation(view, evaluate, NameError("Other")) is None
