"""Endpoints under real servers: requests overlap, whatever their resolvers wait for."""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from ..bridge.served.serving import Server, serving
from ..patience import PATIENCE

COUNT = 20
QUERY = "query($id: Int!) { sync(id: $id) item(id: $id) { nested loaded } }"


def post(server: Server, path: str, query: str, accept: str = "*/*", **variables: Any) -> Any:
    """Return the status code and the text of a response."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    body = json.dumps({"query": query, "variables": variables})
    headers = {"Content-Type": "application/json", "Accept": accept}
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


@pytest.mark.parametrize("worker", [["gevent"], ["gthread", "--threads", "24"]], ids=lambda w: w[0])
def test_overlapping_requests(tmp_path: Path, worker: list[str]) -> None:
    """Each resolver goes on only if those of all other requests have come as far."""
    with serving(tmp_path, "gunicorn", "-k", *worker, module="graph") as server:
        with ThreadPoolExecutor(COUNT) as clients:
            found = clients.map(lambda n: post(server, "/graphql", QUERY, id=n), range(COUNT))
            assert [(status, json.loads(text)) for status, text in found] == [
                (200, {"data": {"sync": n, "item": {"nested": n, "loaded": n}}})
                for n in range(COUNT)
            ], server.read_log()
        for name in ("count", "items"):
            selection = " { id }" if name == "items" else ""
            query = f"subscription {{ {name}(to: 3){selection} }}"
            status, text = post(server, "/graphql", query, "text/event-stream")
            assert (status, text.count("event: next")) == (200, 3)
            assert text.endswith("event: complete\ndata: \n\n")
        is_gevent = worker[0] == "gevent"
        names = ["slow", *(["slowSync", "slowNested { slow }"] if is_gevent else [])]
        for name in names:
            status, text = post(server, "/short", f"{{ {name} }}")
            assert (status, json.loads(text)["type"]) == (504, "urn:flask-typed:deadline-exceeded")
        assert "Traceback" not in server.read_log()
