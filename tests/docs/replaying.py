"""Replays ``curl`` commands with Flask's test client, and shows the answer as curl does."""

from __future__ import annotations

import json
import re
import shlex
from argparse import ArgumentParser, Namespace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_typed.mocking.app import MockApp
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client, TestResponse

#: The part of curl that the pages use.
CURL = ArgumentParser("curl")
CURL.add_argument("url")
CURL.add_argument("-i", dest="include", action="store_true")
CURL.add_argument("-I", dest="head", action="store_true")
CURL.add_argument("-s", action="store_true")
CURL.add_argument("-N", action="store_true")
CURL.add_argument("-g", action="store_true")
CURL.add_argument("-X", dest="method")
CURL.add_argument("-H", dest="headers", action="append", default=[])
CURL.add_argument("-b", dest="cookie")
CURL.add_argument("-d", "--data-binary", dest="data", action="append", default=[])
CURL.add_argument("--json")
CURL.add_argument("-F", dest="form", action="append", default=[])

#: Where ``flask typed mock`` listens.
MOCK_PORT = 4010
URLENCODED = "application/x-www-form-urlencoded"

#: The steps of a jq filter such as ``.paths["/books"].get``.
STEP = re.compile(r'\.?\["(?P<key>[^"]+)"\]|\.(?P<name>\w+)|\[(?P<index>[0-9]+)\]')


def replay(app: Flask, command: str, shown: str) -> str:
    """Return what a command shows.

    :param shown: what the page shows; says which headers of ``curl -i`` are shown.
    """
    words = shlex.split(command)
    pipe = words.index("|") if "|" in words else len(words)
    curl = CURL.parse_args(words[1:pipe])
    with ask(app, curl) as response:
        text = response.text.replace("\r\n", "\n")
    if words[pipe:]:
        text = run_jq(json.loads(text), *words[pipe + 2 :])
    if curl.include or curl.head:
        return "\n".join([*write_head(response, shown), text]).rstrip()
    if response.status_code == 200 or f'"status": {response.status_code}' in text:
        return text.rstrip()
    return f"(nothing shows the status {response.status.upper()})"


def ask(app: Flask, curl: Namespace) -> TestResponse:
    """Send the request that curl would send."""
    url = urlsplit(curl.url)
    method = curl.method or ("HEAD" if curl.head else None)
    headers = [tuple(header.split(": ", 1)) for header in curl.headers]
    if curl.cookie:
        headers.append(("Cookie", curl.cookie))
    body = make_body(curl)
    return make_client(app, url.port).open(
        url.path,
        base_url=f"{url.scheme}://{url.netloc}",
        query_string=url.query,
        method=method or ("POST" if body else "GET"),
        headers=headers,
        **body,
    )


def make_client(app: Flask, port: int | None) -> Client:
    """Return a client of the app, or of the mock of its document."""
    if port != MOCK_PORT:
        return app.test_client(use_cookies=False)
    return Client(MockApp(app.test_client().get("/openapi.json").get_json()), use_cookies=False)


def make_body(curl: Namespace) -> dict[str, Any]:
    """Return the body and its content type as the test client takes them; empty without a body."""
    if curl.json is not None:
        return {"data": curl.json, "content_type": "application/json"}
    if curl.data:
        data = b"&".join(map(read_data, curl.data))
        named = [h for h in curl.headers if h.lower().startswith("content-type:")]
        return {"data": data} if named else {"data": data, "content_type": URLENCODED}
    form = MultiDict(map(read_part, curl.form))
    return {"data": form, "content_type": "multipart/form-data"} if form else {}


def read_data(data: str) -> bytes:
    """Return what ``curl -d`` sends; ``@`` names a file of the examples."""
    return Path(data[1:]).read_bytes() if data.startswith("@") else data.encode()


def read_part(part: str) -> tuple[str, Any]:
    """Return name and value of a part of ``curl -F``; ``@`` names a file of the examples."""
    name, _, value = part.partition(";type=")[0].partition("=")
    if not value.startswith("@"):
        return name, value
    path = Path(value[1:])
    return name, (BytesIO(path.read_bytes()), path.name)


def write_head(response: TestResponse, shown: str) -> list[str]:
    """Return the status line, and those headers that the page shows."""
    lines = shown.split("\n\n", maxsplit=1)[0].splitlines()[1:]
    names = [line.partition(":")[0] for line in lines]
    headers = [f"{name}: {response.headers.get(name, '(is not there)')}" for name in names]
    status = response.status.upper()  # as werkzeug writes it until 3.1
    return [f"HTTP/1.1 {status}", *headers, ""]


def run_jq(value: Any, path: str = ".") -> str:
    """Return what ``jq`` shows of a JSON value."""
    if STEP.sub("", path) not in ("", "."):
        raise ValueError(f"jq can do more than this: {path}")
    for step in STEP.finditer(path):
        key: Any = int(step["index"]) if step["index"] else step["key"] or step["name"]
        value = value[key]
    return json.dumps(value, indent=2, ensure_ascii=False)
