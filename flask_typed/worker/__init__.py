"""A gevent worker of gunicorn's that serves plain requests in less time.

``gunicorn -k flask_typed.worker.GeventWorker`` runs any WSGI app. Imports nothing of the rest of
the package, and nothing that gunicorn's own gevent worker does not import: gunicorn imports it
before gevent has patched the standard library.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from gevent import getcurrent

from .connections import Connection, Service
from .gunicorns import OwnWorker
from .settings import make_service

__all__ = ["GeventWorker"]


class GeventWorker(OwnWorker):  # type: ignore[misc]  # gunicorn has no annotations
    """gunicorn's gevent worker; a request that is provably plain takes a shorter way.

    No connection is served twice while others wait.
    """

    @cached_property
    def _service(self) -> Service:
        return make_service(self)

    @cached_property
    def _connections(self) -> dict[Any, Connection]:
        """The connections by their greenlets."""
        return {}

    def run(self) -> None:
        """Serve until the worker ends; a gunicorn that is not known is logged before."""
        _ = self._service
        super().run()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection."""
        connection = Connection(self._service, listener, client, addr)
        key = getcurrent()
        self._connections[key] = connection
        try:
            super().handle(listener, client, addr)
        finally:
            del self._connections[key]
            connection.close()

    def timeout_ctx(self) -> Any:
        """Serve plain requests, and return how long gunicorn waits for another one."""
        return self._connections[getcurrent()].serve()

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        """Answer a request that is not plain."""
        self._connections[getcurrent()].left = req
        return super().handle_request(listener_name, req, sock, addr)
