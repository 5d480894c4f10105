"""What the worker stands on of gunicorn, from version 23 to 27: it has no annotations."""

from __future__ import annotations

from typing import Any

import gunicorn  # type: ignore[import-untyped]
from gunicorn.http import body, errors, message, unreader, wsgi  # type: ignore[import-untyped]
from gunicorn.workers import base_async, ggevent  # type: ignore[import-untyped]

VERSION: str = gunicorn.__version__

#: The worker, and what its loop of requests is written in.
OwnWorker: Any = ggevent.GeventWorker
AsyncWorker: Any = base_async.AsyncWorker

#: Makes the response and the environ of a request: ``create``.
server: Any = wsgi
Response: Any = wsgi.Response
ErrorsWrapper: Any = wsgi.WSGIErrorsWrapper

#: The classes of which requests and responses are not always made, or methods not always called.
USED_CLASSES: tuple[tuple[Any, str], ...] = (
    (base_async, "AsyncWorker"),
    (ggevent, "GeventWorker"),
    (message, "Message"),
    (message, "Request"),
    (wsgi, "Response"),
    (wsgi, "WSGIErrorsWrapper"),
    (body, "Body"),
)

Request: Any = message.Request
ParseException: Any = errors.ParseException
RequestBody: Any = body.Body
LengthReader: Any = body.LengthReader
SocketUnreader: Any = unreader.SocketUnreader
IterUnreader: Any = unreader.IterUnreader
