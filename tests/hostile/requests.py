"""Requests at drawn routes, which nothing is wrong with yet."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from flask_typed.security.digest import make_signer

from .apps import SECRET, DrawnApp, Parameter, Route
from .drawing import write as write_text
from .values import write

#: No JSON body that the published schema decides about.
ABSENT: Any = object()
BOUNDARY = "b0undary"


@dataclass
class Request:
    """A request, until it is written.

    :ivar is_routed: whether it reaches the operation.
    :ivar is_http: whether a server has to understand it.
    :ivar is_known: whether its credentials are right.
    :ivar json: the value of the body, if it is known.
    :ivar wounds: what was done to it.
    """

    method: str
    path: str
    query: str = ""
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    body: bytes = b""
    chunks: Callable[[bytes], bytes] | None = None
    length: bytes | None = None
    is_routed: bool = True
    is_http: bool = True
    is_known: bool = True
    json: Any = ABSENT
    wounds: list[str] = field(default_factory=list)

    def set(self, name: str, value: bytes | str) -> None:
        """Set a header."""
        self.remove(name)
        text = value.encode() if isinstance(value, str) else value
        self.headers.append((name, text))

    def remove(self, name: str) -> None:
        """Remove a header."""
        self.headers = [(n, v) for n, v in self.headers if n.lower() != name.lower()]

    def write(self) -> bytes:
        """Return the bytes."""
        target = f"{self.path}?{self.query}" if self.query else self.path
        lines = [f"{self.method} {target} HTTP/1.1".encode(), b"Host: drawn.example"]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        if self.chunks is not None:
            lines.append(b"Transfer-Encoding: chunked")
        elif self.body or self.length is not None:
            length = b"%d" % len(self.body) if self.length is None else self.length
            lines.append(b"Content-Length: " + length)
        lines.append(b"Connection: close")
        body = self.body if self.chunks is None else self.chunks(self.body)
        return b"\r\n".join(lines) + b"\r\n\r\n" + body


def make_request(random: Random, app: DrawnApp, route: Route) -> Request:
    """Return a request that nothing is wrong with."""
    request = Request(route.method, write_path(random, app, route))
    given = [p for p in route.parameters if p.required or random.random() < 0.6]
    queries = [pair for p in given if p.place == "query" for pair in draw_pairs(random, p)]
    cookies = [pair for p in given if p.place == "cookie" for pair in draw_pairs(random, p)]
    for name, text in (
        pair for p in given if p.place == "header" for pair in draw_pairs(random, p)
    ):
        request.set(name, write_ascii(text))
    request.query = urlencode(queries)
    if cookies:
        request.set("Cookie", "; ".join(f'{name}="{write_ascii(text)}"' for name, text in cookies))
    add_body(random, request, route, given)
    add_credentials(request, app, route.guard)
    return request


def write_ascii(text: str) -> str:
    """Return a text as it can stand in a header, with other letters of the same number."""
    return "".join(letter if letter.isascii() and letter != " " else "x" for letter in text)


def write_path(random: Random, app: DrawnApp, route: Route) -> str:
    """Return the path of a request."""
    texts = [write_text(p.drawn.sample(random)).replace("/", "-") for p in route.at("path")]
    parts = [str(app.seed), f"r{route.number}", *(text or "x" for text in texts)]
    return "/" + "/".join(quote(part, safe="") for part in parts)


def draw_pairs(random: Random, parameter: Parameter) -> list[tuple[str, str]]:
    """Return names and texts of a parameter of one place."""
    value = parameter.drawn.sample(random)
    values = value if isinstance(value, list) else [value]
    return [(parameter.wire_name, write_text(item)) for item in values]


def add_body(random: Random, request: Request, route: Route, given: list[Parameter]) -> None:
    """Add the body."""
    bodies = [p for p in given if p.place == "body"]
    pairs = [pair for p in given if p.place == "form" for pair in draw_pairs(random, p)]
    if bodies:
        values = {p.name: p.drawn.sample(random) for p in bodies}
        set_json(request, values if route.kind == "embedded" else values["body_0"])
    elif route.kind == "form" and random.random() < 0.7:
        request.body = urlencode(pairs).encode()
        request.set("Content-Type", "application/x-www-form-urlencoded")
    elif route.kind in ("form", "files"):
        files = [("upload", b"content\r\n")] if route.kind == "files" else []
        request.body = write_multipart(pairs, files)
        request.set("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")


def set_json(request: Request, value: Any) -> None:
    """Set a body of JSON."""
    request.json, request.body = value, write(value)
    request.set("Content-Type", "application/json")


def write_multipart(fields: list[tuple[str, str]], files: list[tuple[str, bytes]]) -> bytes:
    """Return a body of parts."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields
    ]
    for name, content in files:
        head = f'form-data; name="{name}"; filename="f.txt"\r\nContent-Type: text/plain'
        parts.append(f"--{BOUNDARY}\r\nContent-Disposition: {head}\r\n\r\n".encode() + content)
        parts.append(b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def add_credentials(request: Request, app: DrawnApp, guard: str) -> None:
    """Add credentials that are right."""
    basic = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    if guard in ("basic", "both"):
        request.set("Authorization", f"Basic {basic}")
    if guard in ("bearer", "oauth", "either"):
        request.set("Authorization", f"Bearer {SECRET}")
    if guard in ("header", "both"):
        request.set("X-Key", SECRET)
    if guard == "query":
        request.query = "&".join(filter(None, [request.query, urlencode({"key": SECRET})]))
    if guard == "cookie":
        cookies = [value for name, value in request.headers if name == "Cookie"]
        request.set("Cookie", b"; ".join([*cookies, f'key="{SECRET}"'.encode()]))
    if guard in ("digest", "md5"):
        request.set("Authorization", prove(request, app, guard))


def prove(request: Request, app: DrawnApp, guard: str) -> str:
    """Return the header of HTTP Digest."""
    algorithm, digest = {"md5": ("MD5", hashlib.md5)}.get(guard, ("SHA-256", hashlib.sha256))
    with app.flask.app_context():
        nonce = make_signer().sign("nonce").decode()
    uri = f"{request.path}?{request.query}" if request.query else request.path
    secret, asked = (
        digest(text.encode()).hexdigest()
        for text in (f"ann:api:{SECRET}", f"{request.method}:{uri}")
    )
    response = digest(f"{secret}:{nonce}:1:c:auth:{asked}".encode()).hexdigest()
    parameters = {
        "username": "ann",
        "realm": "api",
        "nonce": nonce,
        "uri": uri,
        "qop": "auth",
        "nc": "1",
        "cnonce": "c",
        "algorithm": algorithm,
        "response": response,
    }
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
