"""Recognizes the functions of Flask and Werkzeug that are replaced by lean ones.

Setup time. A function is recognized by the names that its code uses: a function that another
package has put in its place has other names, and so has that of a version that works otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any
from zlib import crc32

#: The checksums of the known versions: Flask 3.1.0 to 3.1.3, Werkzeug 3.1.0 to 3.1.9, and the
#: development versions of both.
CHECKSUMS: Mapping[str, frozenset[int]] = {
    "flask.app.Flask.create_url_adapter": frozenset({1844990488}),
    "flask.app.Flask.do_teardown_request": frozenset({3965424291, 3486787847}),
    "flask.app.Flask.preprocess_request": frozenset({2139990121}),
    "flask.app.Flask.process_response": frozenset({3483650804, 3518148048}),
    "flask.sessions.SecureCookieSessionInterface.open_session": frozenset({3195750781}),
    "flask.sessions.SecureCookieSessionInterface.save_session": frozenset({3953338936}),
    "flask.wrappers.Request.blueprint": frozenset({1167557538}),
    "flask.wrappers.Request.blueprints": frozenset({412611432}),
    "werkzeug.routing.map.Map.bind": frozenset({697725970}),
    "werkzeug.routing.map.Map.bind_to_environ": frozenset({3848859076, 2914528995}),
    "werkzeug.routing.matcher.StateMachineMatcher.match": frozenset({1819467106, 2255505160}),
    "werkzeug.sansio.request.Request.__init__": frozenset({1907100119}),
    "werkzeug.sansio.request.Request.args": frozenset({3209215631, 1602318433}),
    "werkzeug.sansio.response.Response.__init__": frozenset({1111840530}),
    "werkzeug.wrappers.request.Request.__init__": frozenset({1957901425}),
    "werkzeug.wrappers.request.Request.close": frozenset({99867466}),
    "werkzeug.wrappers.response.Response.__init__": frozenset({1743124745}),
    "werkzeug.wrappers.response.Response.close": frozenset({3544689314}),
    "werkzeug.wrappers.response.Response.get_app_iter": frozenset({4134525963}),
    "werkzeug.wrappers.response.Response.get_wsgi_headers": frozenset({391572673}),
    "werkzeug.wrappers.response.Response.set_data": frozenset({4210879407}),
}


def are_original(owner: type, *names: str) -> bool:
    """Return whether known versions of functions, methods or properties are those of a class."""
    return all(is_original(owner, name) for name in names)


def is_original(owner: type, name: str) -> bool:
    """Return whether a known version of a function, method or property is that of a class."""
    definer = find_definer(owner, name)
    if definer is None:
        return False
    function = find_plain_function(vars(definer)[name])
    known = CHECKSUMS.get(f"{definer.__module__}.{definer.__qualname__}.{name}", frozenset())
    return function is not None and make_checksum(function) in known


def find_definer(owner: type, name: str) -> type | None:
    """Return the class from which a class has an attribute."""
    return next((kind for kind in owner.__mro__ if name in vars(kind)), None)


def find_plain_function(attribute: Any) -> FunctionType | None:
    """Return the function of a method or property; ``None`` for any other attribute."""
    function = getattr(attribute, "fget", attribute)
    return function if type(function) is FunctionType else None


def make_checksum(function: FunctionType) -> int:
    """Return a number for the names that a function uses. It is the same on each Python."""
    return crc32(" ".join(sorted(set(iterate_names(function.__code__)))).encode())


def iterate_names(code: CodeType) -> Iterator[str]:
    """Yield the names that code uses, and those of its inner functions."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from iterate_names(constant)
