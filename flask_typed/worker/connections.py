"""Serves the plain requests of a connection, and leaves the others to gunicorn.

Runs in a request. gunicorn asks for the time limit of each next request before it reads it: until
then, plain requests are served here. Bytes are looked at before they are taken, so that a request
that is not plain is still in the socket when gunicorn reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from socket import MSG_PEEK
from time import monotonic
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple

from gevent import GreenletExit, Timeout, get_hub

from .bodies import BodyUnreader, WholeBody, make_plain_body
from .gunicorns import AsyncWorker, ErrorsWrapper, IterUnreader, ParseException, Request, server
from .plain import SIZE, Fields, Head, HeadReader, unquote_path
from .responses import Known, PlainResponse
from .turns import READABLE, Turn, Turns

#: The variables of a single request.
OF_ONE_REQUEST = frozenset(
    {
        "wsgi.input",
        "REQUEST_METHOD",
        "RAW_URI",
        "QUERY_STRING",
        "PATH_INFO",
        "HTTP_HOST",
    }
)
HOST, EARLY_HINTS = "HTTP_HOST", "wsgi.early_hints"


class PlainRequest(Request):  # type: ignore[misc]  # gunicorn has no annotations
    """A request as gunicorn's hooks and logs read it.

    :ivar template: what it shares with others.
    :ivar variables: the variables that it shares with others.
    :ivar unreader: ``None`` if it has arrived whole.
    """

    def __init__(
        self, template: Template, head: Head, variables: dict[str, Any], body: bytes, client: Any
    ) -> None:
        self.__dict__.update(template.attributes)  # gunicorn's own __init__ reads from a socket
        fields = head.fields
        self.template, self.variables = template, variables
        self.closes, self.headers = fields.closes, fields.pairs.copy()
        self.method, self.uri, self.path, query = head.target
        self.query = query or ""
        self.trailers: list[tuple[str, str]] = []
        left = fields.length - len(body)
        self.unreader = BodyUnreader(client, left) if left else None
        self.body = make_plain_body(body, self.unreader) if self.unreader else WholeBody(body)

    def make_environ(self) -> dict[str, Any]:
        """Return its variables: a new object, which may refer to the request."""
        environ = self.variables.copy()
        environ["REQUEST_METHOD"], environ["RAW_URI"] = self.method, self.uri
        environ["PATH_INFO"], environ["QUERY_STRING"] = unquote_path(self.path), self.query
        environ["wsgi.input"] = self.body
        return environ

    def should_close(self) -> bool:
        """Return whether the client, or gunicorn, wants the connection to end."""
        return bool(self.closes or self.must_close)


class Peers(NamedTuple):
    """Who speaks with whom: the socket, its peer, and the name of the socket that listens."""

    client: Any
    addr: Any
    listener_name: Any


class Template:
    """What requests of a connection share, made by gunicorn for one of them.

    :param schemes: the header lines that tell the scheme: gunicorn decides whether it trusts them.
    :raises ParseException: if gunicorn refuses them.
    :ivar attributes: of the request.
    :ivar environ: its variables.
    :ivar has_hints: whether this version of gunicorn sends early hints.
    """

    def __init__(self, cfg: Any, peers: Peers, host: str, schemes: str) -> None:
        self.cfg, self.peers = cfg, peers
        data = f"GET / HTTP/1.1\r\nHost: {host}\r\n{schemes}\r\n".encode("latin-1")
        request = Request(cfg, IterUnreader([data]), peers.addr)
        _, environ = server.create(request, *peers, cfg)
        self.attributes = vars(request)
        self.environ = {name: v for name, v in environ.items() if name not in OF_ONE_REQUEST}
        self.environ["wsgi.errors"] = OpenErrors(cfg)
        self.has_hints = self.environ.pop(EARLY_HINTS, None) is not None


class OpenErrors(ErrorsWrapper):  # type: ignore[misc]  # gunicorn has no annotations
    """``wsgi.errors`` of all requests of a connection: log files are reopened meanwhile."""

    def __init__(self, cfg: Any) -> None:
        self._cfg = cfg

    def write(self, data: Any) -> Any:
        """Write to the logs that are open now."""
        return ErrorsWrapper(self._cfg).write(data)


class Service(NamedTuple):
    """What all connections of a worker share.

    :ivar worker: gunicorn's.
    :ivar keepalive: how many seconds a connection waits for a request.
    :ivar reader: ``None`` if no request is plain.
    :ivar answer: gunicorn's ``handle_request``, for plain requests.
    """

    worker: Any
    keepalive: float
    turns: Turns
    reader: HeadReader | None
    answer: Callable[..., Any]


class Connection:
    """A connection to a client.

    :ivar left: the last request, if gunicorn has read it.
    """

    def __init__(self, service: Service, listener: Any, client: Any, addr: Any) -> None:
        self.left: Any = None
        self._service = service
        self._listener_name = listener.getsockname()
        self._client = client
        self._addr = addr
        self._turn = Turn(service.turns)
        self._watcher = get_hub().loop.io(client.fileno(), READABLE)
        self._template: Template | None = None
        self._key: tuple[str, str] | None = None
        self._last_fields: Fields | None = None
        self._variables: dict[str, Any] = {}

    def close(self) -> None:
        """Forget what it waits for."""
        self._turn.close()
        self._watcher.close()

    def serve(self) -> Timeout:
        """Serve plain requests, and return how long gunicorn waits for another one.

        :raises StopIteration: when the connection ends.
        """
        deadline = self._make_deadline()
        reader = self._service.reader
        if reader is None or not is_at_rest(self.left):
            if self.left is not None:
                self._service.turns.pause(self._turn, deadline)
            return make_time_limit(deadline)
        while self._turn.wait(self._watcher, deadline):
            head = reader.read(data := self._client.recv(SIZE, MSG_PEEK), self._last_fields)
            if head is None or not self._share(head.fields):
                break
            request = self._take(head, data)
            try:
                self._answer(request)
            except StopIteration:
                take_rest(self._client, len(data) - head.size - head.fields.length)
                raise
            deadline = self._make_deadline()
            if request.unreader is not None:
                finish(request, deadline)
        return make_time_limit(deadline)

    def _make_deadline(self) -> float:
        return monotonic() + self._service.keepalive

    def _share(self, fields: Fields) -> bool:
        """Prepare what requests with these header lines share; return whether they are plain."""
        if fields is self._last_fields:
            return True
        host = fields.environ[HOST]
        # A server at a Unix socket is named after the host.
        key = (host if isinstance(self._listener_name, str) else "", fields.schemes)
        if key != self._key:
            peers = Peers(self._client, self._addr, self._listener_name)
            try:
                self._template = Template(self._service.worker.cfg, peers, host, fields.schemes)
            except ParseException:
                return False
            self._key = key
        template: Any = self._template
        self._variables = {**template.environ, **fields.environ}
        self._last_fields = fields
        return True

    def _take(self, head: Head, data: bytes) -> PlainRequest:
        """Take a request from the socket; its body may still be on its way."""
        body = data[head.size : head.size + head.fields.length]
        take(self._client, head.size + len(body))
        template: Any = self._template
        return PlainRequest(template, head, self._variables, body, self._client)

    def _answer(self, request: PlainRequest) -> None:
        """Answer as gunicorn's worker does, which closes the connection after an error.

        :raises StopIteration: also if the request is interrupted because the worker ends. gunicorn
            waits for another request then.
        """
        worker, client, addr = self._service.worker, self._client, self._addr
        try:
            self._service.answer(worker, self._listener_name, request, client, addr)
        except (GreenletExit, SystemExit):
            if not worker.alive:
                raise StopIteration from None
        except (StopIteration, OSError):
            raise
        except BaseException as error:  # a Timeout of the app's, too
            worker.handle_error(request, client, addr, error)
            raise StopIteration from None


def make_time_limit(deadline: float) -> Timeout:
    """Return the context in which gunicorn reads a request, or gives up."""
    silent: Any = False  # gevent's stubs do not know it
    return Timeout(max(deadline - monotonic(), 0), silent)


def take(client: Any, size: int) -> None:
    """Take bytes from a socket that were seen there."""
    while size:
        size -= len(client.recv(size))


def take_rest(client: Any, size: int) -> None:
    """Take the bytes behind the last request of a connection.

    If they were still in the socket when it is closed, the client would lose the response.
    """
    if size > 0 and client.fileno() >= 0:
        take(client, size)


def finish(request: PlainRequest, deadline: float) -> None:
    """Read what the app has not read of a body.

    :raises StopIteration: if nobody knows where the next request starts.
    """
    unreader: Any = request.unreader
    if unreader.left:
        with make_time_limit(deadline):
            unreader.drain()
    if unreader.left or getattr(request.body, "failed", False):
        raise StopIteration


def is_at_rest(request: Any) -> bool:
    """Return whether nothing of a request, and nothing behind it, was read but not used."""
    if request is None:
        return True
    reader = request.body.reader
    ended = getattr(reader, "length", reader) == 0 or getattr(reader, "parser", reader) is None
    return ended and not request.unreader.buf.getvalue()


def make_answer(create: Callable[..., Any]) -> Callable[..., Any]:
    """Return gunicorn's ``handle_request``, which makes the environ and the response otherwise."""
    function = AsyncWorker.handle_request
    names = {**function.__globals__, "wsgi": SimpleNamespace(create=create)}
    made = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def make_create(known: Known) -> Callable[..., Any]:
    """Return what makes the response and the environ of a plain request."""

    def create(request: PlainRequest, client: Any, addr: Any, listener_name: Any, cfg: Any) -> Any:
        response = PlainResponse(request, client, cfg, known)
        environ = request.make_environ()
        if request.template.has_hints:
            environ[EARLY_HINTS] = partial(send_hints, request, response)
        return response, environ

    return create


def send_hints(request: PlainRequest, response: Any, headers: Any) -> None:
    """Send early hints, as gunicorn's ``wsgi.early_hints`` does, before the response."""
    if not response.headers_sent:
        template = request.template
        _, environ = server.create(request, *template.peers, template.cfg)
        environ[EARLY_HINTS](headers)
