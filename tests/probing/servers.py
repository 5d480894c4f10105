"""Servers of the tests: in this process, and over sockets that misbehave."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from flask_typed.outside.operations import OutsideApi
from flask_typed.probing.checking import CheckOptions, check_api
from flask_typed.probing.findings import CheckReport
from flask_typed.probing.sending import InProcessSender
from werkzeug.wrappers import Request, Response

from ..outside.documents import make_document

Respond = Callable[[Request], Response]


def check(
    paths: Mapping[str, Any], respond: Respond, components: Any = None, **options: Any
) -> CheckReport:
    """Return the report of a server in this process."""
    document = make_document(paths, **(components or {}))
    app = Request.application(respond)
    options.setdefault("all_methods", True)
    return check_api(OutsideApi(document), InProcessSender(app), CheckOptions(**options))


def summarize(report: CheckReport) -> list[tuple[str, str, str, str]]:
    """Return what the findings of a report say."""
    return [(one.kind, one.case, one.came, one.expected) for one in report.findings]


@contextmanager
def listening(
    talk: Callable[[socket.socket], None], heard: list[bytes] | None = None
) -> Iterator[str]:
    """Serve connections, one after the other, and yield the URL of the server.

    :param talk: gets the socket of a connection whose request was read.
    :param heard: gets the requests.
    """
    kept: list[bytes] = [] if heard is None else heard
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):  # the end of the server
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        kept.append(connection.recv(65_536))
                        talk(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()
