"""Serves a request to itself, to learn whether gunicorn is as it was when this was written.

Runs once, before a worker serves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple

from .connections import EARLY_HINTS, HOST, Peers, PlainRequest, Template
from .gunicorns import USED_CLASSES, AsyncWorker, IterUnreader, Request, server
from .plain import HeadReader

REHEARSED = (
    b"POST /a%20b/c?d=e&f HTTP/1.1\r\nHost: example.org:8080\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 4\r\nAccept: */*\r\nX-Some: a, b\r\n\r\nbody"
)
STATUS, HEADERS = (
    "200 OK",
    [("Content-Type", "text/plain"), ("X-Some", "a"), ("Content-Length", "4")],
)

#: What differs between two requests, or is compared otherwise.
OBJECTS = frozenset({"wsgi.input", "wsgi.errors", "gunicorn.socket", EARLY_HINTS})
ATTRIBUTES = frozenset({"template", "variables", "closes", "unreader", "body", "cfg"})
#: The names that the functions of gunicorn use, on which the worker stands.
USED_NAMES = {AsyncWorker.handle: {"timeout_ctx"}, AsyncWorker.handle_request: {"wsgi", "create"}}

ADDRESS, LISTENER = ("192.0.2.1", 5000), ("192.0.2.2", 80)
READER = HeadReader((), (), (len(REHEARSED), 10))


class Rehearsal(NamedTuple):
    """What is seen of a request: its attributes, its environ, and the bytes of the response."""

    request: dict[str, Any]
    environ: dict[str, Any]
    sent: bytes


class Recorder:
    """A socket that keeps what is sent."""

    def __init__(self) -> None:
        self.sent = b""

    def send(self, data: bytes) -> int:
        """Keep what is sent."""
        self.sent += data
        return len(data)

    sendall = send


def find_replacement() -> str | None:
    """Return a class or function of gunicorn's that a program has replaced by another.

    It may depend on each request, in a way that is not seen in one.
    """
    for module, name in USED_CLASSES:
        used = getattr(module, name)
        if used.__module__ != module.__name__:
            return f"{module.__name__}.{name} was replaced"
        for attribute, value in vars(used).items():
            function = getattr(value, "__func__", value)
            if callable(function) and not was_written_in(module, function):
                return f"{name}.{attribute} was replaced"
    return None if was_written_in(server, server.create) else "create was replaced"


def was_written_in(module: Any, function: Any) -> bool:
    """Return whether a function was written in a module; what wraps it was not."""
    return type(function) is FunctionType and function.__globals__ is vars(module)


def find_difference(cfg: Any, create: Callable[..., Any]) -> str | None:
    """Return what gunicorn does otherwise than it was known to do.

    :param cfg: a configuration without limits that are smaller than gunicorn's own.
    :param create: what makes the response and the environ of a plain request.
    """
    for function, names in USED_NAMES.items():
        if not names <= set(function.__code__.co_names):
            return f"{function.__qualname__} does not use {' and '.join(sorted(names))}"
    try:
        theirs = answer(cfg, Request(cfg, IterUnreader([REHEARSED]), ADDRESS), server.create)
        for _ in range(2):  # the second time, headers are known
            difference = find_change(theirs, answer(cfg, read_plain(cfg), create))
            if difference is not None:
                return difference
    except Exception as error:  # whatever a later version raises
        return f"{type(error).__name__}: {error}"
    return None


def read_plain(cfg: Any) -> PlainRequest:
    """Return the request as the worker reads it."""
    head: Any = READER.read(REHEARSED)
    fields, peers = head.fields, Peers(Recorder(), ADDRESS, LISTENER)
    template = Template(cfg, peers, fields.environ[HOST], "")
    variables = {**template.environ, **fields.environ}
    return PlainRequest(template, head, variables, REHEARSED[head.size :], None)


def answer(cfg: Any, request: Any, create: Callable[..., Any]) -> Rehearsal:
    """Return what an app, a hook and a client see of a request."""
    client = Recorder()
    response, environ = create(request, client, ADDRESS, LISTENER, cfg)
    response.start_response(STATUS, HEADERS)
    response.write(environ["wsgi.input"].read())
    response.close()
    sent = re.sub(rb"Date: [^\r]*", b"Date:", client.sent)
    attributes = {name: v for name, v in vars(request).items() if name not in ATTRIBUTES}
    variables = {name: name in OBJECTS or value for name, value in environ.items()}
    return Rehearsal({**attributes, "closes": response.should_close()}, variables, sent)


def find_change(theirs: Rehearsal, ours: Rehearsal) -> str | None:
    """Return what differs."""
    for name in find_differing(theirs.request, ours.request):
        return f"{name} of the request"
    for name in find_differing(theirs.environ, ours.environ):
        return f"{name} of the environ"
    return None if theirs.sent == ours.sent else "the bytes of the response"


def find_differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the names of values that differ."""
    absent = object()
    names = sorted({*one, *other})
    return [name for name in names if one.get(name, absent) != other.get(name, absent)]
