"""A first program, run against the installed wheel: routes, the document and the package data."""

import re

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)


@Typed(app).get("/")
def repeat(times: int = 2) -> list[str]:
    """Repeat a word."""
    return ["typed"] * times


def check() -> None:
    """Compare the responses with those that a user expects."""
    client = app.test_client()
    assert client.get("/?times=3").json == ["typed"] * 3
    assert client.get("/?times=x").status_code == 422
    assert list(client.get("/openapi.json").get_json()["paths"]) == ["/"]
    files = re.findall(r'(?:href|src)="([^"]+)"', client.get("/docs").text)
    for file in files:
        with client.get(file) as response:
            assert response.status_code == 200, file


if __name__ == "__main__":  # pragma: no cover: the release check runs it
    check()
