"""The private names of other libraries stay in the modules of ``libraries``, or have a reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import flask_typed
import pytest

PACKAGE = Path(flask_typed.__file__).parent
PRIVATE = re.compile(r"_[A-Za-z]\w*")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Names with an underscore that their libraries document.
DOCUMENTED = {
    "_current_frames": "sys",
    "_field_defaults": "typing.NamedTuple, as the next three",
    "_fields": "",
    "_make": "",
    "_replace": "",
    "_get_current_object": "werkzeug and Flask, for whoever needs the object behind a proxy",
    "_name_": "enum, as the next",
    "_value_": "",
    "_thread": "a module of the standard library",
}
#: Hooks that marshmallow documents for subclasses: a subclass calls its base's.
HOOKS = {"_deserialize", "_serialize"}
#: Names that libraries have, and classes of ours too: who gives one is not known from the name.
SHARED = {*HOOKS, "_context", "_run", "_validate"}
#: What else is read, and where.
ALLOWED = {
    # asyncio's loop as a greenlet: asyncio's internals are the subject of the module.
    "bridge/hub.py": {
        "_UnixSubprocessTransport",
        "_check_thread",
        "_csock",
        "_enter_task",
        "_get_running_loop",
        "_leave_task",
        "_make_subprocess_transport",
        "_proc",
        "_process_exited",
        "_selector",
        "_set_running_loop",
        "_ssock",
        "_write_to_self",
    },
    # An attribute of ours, on Flask's options of a rule.
    "blueprint.py": {"_typed_details"},
    # The name of a module in C.
    "doctor/drivers.py": {"_mysql_connector"},
    # The locks inside of threading's classes: whether they are native is the subject of the module.
    "doctor/originals.py": {"_cond", "_lock"},
    # An argument of pydantic_core: a validator of its own, not that of the class.
    "pydantic/offsets.py": {"_use_prebuilt"},
    # The name of a module of the standard library.
    "schemas/deprecation.py": {"_py_warnings"},
    # The name of attrs' function for frozen classes: until attrs 25.4, nothing else tells them.
    "schemas/patch_plans.py": {"_frozen_setattrs"},
    # The hook of a base that is not the next one, called as super()'s would be.
    "schemas/families/containers.py": {"_deserialize"},
    # The fields that have it are ours.
    "schemas/fields.py": {"_serialize"},
    # The mark of inspect.markcoroutinefunction, which can be set, and not taken away.
    "serve/dispatch.py": {"_is_coroutine"},
    # An attribute of ours, on a request.
    "serve/making.py": {"_flask_typed_running"},
    # A method of our own class, called by super(); OpenTelemetry's name for methods that HTTP does
    # not know.
    "serve/observing.py": {"_OTHER", "_handle"},
    "telemetry/opentelemetry.py": {"_OTHER"},
    # Methods of our own classes, called by super().
    "serve/tasks.py": {"_accept", "_run"},
}


def find_own(module: ast.Module) -> Iterator[str]:
    """Yield the names that a module gives to functions, attributes and slots."""
    for node in ast.walk(module):
        if isinstance(node, FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if name_holder(node) in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__slots__":
            yield from find_texts(node)


def name_holder(node: ast.Attribute) -> str:
    """Return the name of the object whose attribute is read; ``super()`` for a call of it."""
    value = node.value
    called = value.func if isinstance(value, ast.Call) and not value.args else value
    name: str = getattr(called, "id", "")
    return name if called is value else f"{name}()"


def find_texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a source which are not parts of others."""
    parts = {id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def find_read(module: ast.Module, known: set[str]) -> Iterator[str]:
    """Yield the names that a module reads: attributes, imports, and texts that may be names.

    :param known: the names that the package gives, which methods read of their own objects.
    """
    own = {*find_own(module)}
    of_self, of_others = known | own, own - SHARED
    ours = {"self": of_self, "cls": of_self, "super()": HOOKS}
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            if node.attr not in ours.get(name_holder(node), of_others):
                yield node.attr
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (alias.name for alias in node.names)
    yield from {*find_texts(module)} - own


def find_private(module: ast.Module, known: set[str]) -> set[str]:
    """Return the private names of others that a module reads, but for those with documentation."""
    return {name for name in find_read(module, known) if PRIVATE.fullmatch(name)} - {*DOCUMENTED}


def read_modules() -> dict[str, ast.Module]:
    """Return the modules of the package by their paths."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_bytes()) for path in paths}


def test_private_names_of_libraries() -> None:
    """Outside of the modules of libraries, what is read has a reason; and each reason is needed."""
    modules = read_modules()
    known = {name for module in modules.values() for name in find_own(module)}
    found = {
        path: names
        for path, module in modules.items()
        if not path.startswith("libraries/") and (names := find_private(module, known))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("rule._trace", id="an attribute"),
        pytest.param("rule._trace = ()", id="an attribute that is set"),
        pytest.param("class A(B):\n def f(self): return self._trace", id="a base's attribute"),
        pytest.param("class A(B):\n def f(self): return super()._trace()", id="a base's method"),
        pytest.param("getattr(rule, '_trace', None)", id="a name in a text"),
        pytest.param("from werkzeug.routing.rules import _trace", id="an import"),
    ],
)
def test_ways_to_read(source: str) -> None:
    """A private name is found in whichever way it is read."""
    assert find_private(ast.parse(source), set()) == {"_trace"}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("def f(self): self._a = 1\ndef g(other): return other._a", id="the module's"),
        pytest.param("def f(self): return self._known", id="the package's"),
        pytest.param("def f(self): return super()._serialize(1)", id="a documented hook"),
        pytest.param("class A:\n __slots__ = ('_a',)", id="a slot"),
        pytest.param("f'{name}_docs'", id="a part of a text"),
        pytest.param("from . import _a", id="an import from the package"),
        pytest.param("point._replace(x=1)", id="a documented name"),
    ],
)
def test_names_that_are_no_others(source: str) -> None:
    """What a module or the package has given, and what is documented, may be read."""
    assert find_private(ast.parse(source), {"_known"}) == set()


def test_modules_name_versions() -> None:
    """Each module of a library says against which versions it was checked."""
    homes = [path for path in (PACKAGE / "libraries").glob("*.py") if path.stem != "__init__"]
    checked = re.compile(r"Checked\s+against\s+\S+\s+\d[\d.]*\s+to\s+\d")
    docstrings = {path.name: ast.get_docstring(ast.parse(path.read_bytes())) for path in homes}
    assert [name for name, text in docstrings.items() if not checked.search(text or "")] == []
