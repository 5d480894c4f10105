"""WSGI apps, good and bad, that a worker runs."""

from __future__ import annotations

import io
import sys
from typing import Any

TEXT = ("Content-Type", "text/plain")


def echo(environ: Any, start_response: Any) -> Any:
    """Answer with the body."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [TEXT, ("Content-Length", str(len(body) + 1))])
    return [b">", body]


def echo_lines(environ: Any, start_response: Any) -> Any:
    """Answer with the lines of the body, in reverse order."""
    body = b"".join([environ["wsgi.input"].read(3), *list(environ["wsgi.input"])[::-1]])
    start_response("201 CREATED", [("Content-Length", str(len(body))), TEXT, ("X-A", " b ")])
    return [body]


def ignore(environ: Any, start_response: Any) -> Any:
    """Do not read the body."""
    start_response("403 FORBIDDEN", [TEXT, ("Content-Length", "2"), ("Set-Cookie", "a=b")])
    return [b"no"]


def read_part(environ: Any, start_response: Any) -> Any:
    """Read a part of the body."""
    body = environ["wsgi.input"].read(2)
    start_response("200 OK", [("Content-Length", "2")])
    return [body or b"--"]


def read_as_declared(environ: Any, start_response: Any) -> Any:
    """Read as many bytes as the body has, and then more."""
    stream, length = environ["wsgi.input"], int(environ.get("CONTENT_LENGTH", "0"))
    body = stream.read(0) + stream.read(length) + stream.read(1) + stream.read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def read_more(environ: Any, start_response: Any) -> Any:
    """Read more bytes than the body has, and of a size that is no number."""
    body = environ["wsgi.input"].read(100) + environ["wsgi.input"].read(-1)
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body, environ["wsgi.input"].read("1")]


def stream(environ: Any, start_response: Any) -> Any:
    """Answer without a length."""
    start_response("200 OK", [TEXT])
    yield b"a"
    yield b""
    yield b"bc"


def answer_empty(environ: Any, start_response: Any) -> Any:
    """Answer with a status that has no body, but a body."""
    start_response("204 NO CONTENT", [("Content-Length", "2")])
    return [b"ab"]


def answer_unchanged(environ: Any, start_response: Any) -> Any:
    """Answer that nothing has changed."""
    start_response("304 NOT MODIFIED", [("ETag", '"a"')])
    return []


def answer_nothing(environ: Any, start_response: Any) -> Any:
    """Answer with a body of no bytes."""
    start_response("200 OK", [("Content-Length", "0")])
    return []


def send_too_much(environ: Any, start_response: Any) -> Any:
    """Send more than the length."""
    start_response("200 OK", [("Content-Length", "3")])
    return [b"ab", b"cd", b"ef"]


def send_too_much_at_once(environ: Any, start_response: Any) -> Any:
    """Send more than the length in the first part."""
    start_response("200 OK", [("Content-Length", "3")])
    return [b"abcd"]


def send_big(environ: Any, start_response: Any) -> Any:
    """Send a body that does not leave with its head."""
    start_response("200 OK", [("Content-Length", "100000")])
    return [b"x" * 100_000]


def send_file(environ: Any, start_response: Any) -> Any:
    """Send a file that has no descriptor."""
    start_response("200 OK", [("Content-Length", "5")])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"hello"))


def send_source(environ: Any, start_response: Any) -> Any:
    """Send a file by its descriptor."""
    start_response("200 OK", [TEXT])
    return environ["wsgi.file_wrapper"](open(__file__, "rb"))  # it closes it


def write(environ: Any, start_response: Any) -> Any:
    """Write the body by the function that WSGI has for it."""
    send = start_response("200 OK", [("Content-Length", "4")])
    send(b"ab")
    return [b"cd"]


def send_text(environ: Any, start_response: Any) -> Any:
    """Send a text where bytes are expected."""
    start_response("200 OK", [("Content-Length", "2")])
    return ["ab"]


def break_header(environ: Any, start_response: Any) -> Any:
    """Give a header with a line break."""
    start_response("200 OK", [("X-A", "a\r\nX-B: b"), ("Content-Length", "0")])


def break_header_name(environ: Any, start_response: Any) -> Any:
    """Give a header without a name."""
    start_response("200 OK", [("", "a")])


def give_number(environ: Any, start_response: Any) -> Any:
    """Give a number where a text is expected."""
    start_response("200 OK", [("X-A", 1)])


def give_list(environ: Any, start_response: Any) -> Any:
    """Give a header that has no hash."""
    start_response("200 OK", [["X-A", "a"], ("Content-Length", "1")])
    return [b"a"]


def give_letters(environ: Any, start_response: Any) -> Any:
    """Give a header with letters of Latin-1, and a known one."""
    start_response("200 OK", [("X-A", "\xe9"), ("Content-Length", "1")])
    return [b"a"]


def give_other_letters(environ: Any, start_response: Any) -> Any:
    """Give a header with letters that are not of Latin-1."""
    start_response("200 OK", [("X-A", "\u03b1"), ("Content-Length", "0")])


def close(environ: Any, start_response: Any) -> Any:
    """Give headers that are the server's own."""
    headers = [("Connection", "close"), ("Keep-Alive", "5"), ("Content-Length", "1")]
    start_response("200 OK", headers)
    return [b"a"]


def upgrade(environ: Any, start_response: Any) -> Any:
    """Ask for another protocol."""
    headers = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Content-Length", "0")]
    start_response("101 SWITCHING PROTOCOLS", headers)
    return []


def start_twice(environ: Any, start_response: Any) -> Any:
    """Start the response twice."""
    start_response("200 OK", [("Content-Length", "1")])
    start_response("200 OK", [("Content-Length", "1")])


def start_again(environ: Any, start_response: Any) -> Any:
    """Start another response after an error, before the first was sent."""
    start_response("200 OK", [("Content-Length", "1"), ("X-A", "a")])
    try:
        raise ValueError("an error")
    except ValueError:
        start_response("500 OH", [("Content-Length", "2")], sys.exc_info())
    return [b"no"]


def start_again_empty(environ: Any, start_response: Any) -> Any:
    """Start a response without a body after an error, and send one."""
    start_response("200 OK", [("Content-Length", "2")])
    try:
        raise ValueError("an error")
    except ValueError:
        start_response("304 NOT MODIFIED", [], sys.exc_info())
    return [b"no"]


def fail(environ: Any, start_response: Any) -> Any:
    """Raise before the response."""
    raise ValueError("an error")


def fail_later(environ: Any, start_response: Any) -> Any:
    """Raise after a part of the response."""
    start_response("200 OK", [("Content-Length", "4")])
    yield b"ab"
    raise ValueError("an error")


def leave(environ: Any, start_response: Any) -> Any:
    """Raise what ends a program."""
    raise SystemExit(1)


def interrupt(environ: Any, start_response: Any) -> Any:
    """Raise what ends a program at the user's will."""
    raise KeyboardInterrupt


def hint(environ: Any, start_response: Any) -> Any:
    """Send early hints, if the server can."""
    send = environ.get("wsgi.early_hints", lambda headers: None)
    send([("Link", "</a.css>; rel=preload")])
    start_response("200 OK", [("Content-Length", "2")])
    yield b"a"
    send([("Link", "</late.css>; rel=preload")])
    yield b"b"


def complain(environ: Any, start_response: Any) -> Any:
    """Write to the log of errors, and change the variables."""
    environ["wsgi.errors"].write("a complaint\n")
    environ["wsgi.url_scheme"] = environ["PATH_INFO"] = "changed"
    start_response("200 OK", [("Content-Length", "1")])
    return [b"a"]


APPS = [
    echo, echo_lines, ignore, read_part, read_as_declared, read_more, stream, answer_empty,
    answer_unchanged, answer_nothing,
    send_too_much, send_too_much_at_once, send_big, send_file, send_source, write, send_text,
    break_header, break_header_name, give_number, give_list, give_letters, give_other_letters,
    close, upgrade, start_twice,
    start_again, start_again_empty, fail, fail_later, leave, interrupt, hint, complain,
]  # fmt: skip
