"""The page "WebSockets" shows what the program sends."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
import websocket
from werkzeug.serving import make_server

from ..patience import PATIENCE
from .loading import load_app
from .pages import DOCS

ROW = re.compile(r"    \* - ``(.+)``\n      - ``(.+)``")


@pytest.fixture
def address() -> Iterator[str]:
    """Serve the program, and return the address of its WebSocket."""
    server = make_server("127.0.0.1", 0, load_app("cookbook/websockets"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"ws://127.0.0.1:{server.server_port}/chat"
    server.shutdown()
    thread.join()
    server.server_close()


def test_messages(address: str) -> None:
    """Each message is answered as the page shows."""
    rows = ROW.findall((DOCS / "cookbook" / "websockets.rst").read_text(encoding="utf-8"))
    client = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
    for sent, received in rows:
        client.send(sent)
        assert client.recv() == received
    client.close()
    assert len(rows) == 3


def test_another_site(address: str) -> None:
    """A page of another site cannot connect."""
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(address, timeout=PATIENCE, origin="https://other.example")
