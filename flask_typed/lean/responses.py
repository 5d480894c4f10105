"""The response class of an app that has Flask's: made and sent at less cost.

Request time; installed at setup.
"""

from __future__ import annotations

from abc import ABCMeta
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as BaseResponse

from ..libraries.werkzeug_responses import fill_response, find_pairs, make_headers

#: The headers that werkzeug writes anew.
REWRITTEN = ("location", "content-location")
#: The headers that werkzeug removes from a 304, or writes anew.
REMOVED = frozenset(
    (
        *("allow", "content-encoding", "content-language", "content-length", "content-location"),
        *("content-md5", "content-range", "content-type", "last-modified", "location"),
    )
)
#: The status codes of responses without a body.
BODILESS = frozenset({*range(100, 200), 204, 304})


class ResponseType(ABCMeta):
    """Counts each response of Flask's class as an instance: Flask converts no response of its own.

    Attributes that a program sets on the class of an app are set on Flask's class, so that the
    responses that views make have them, too. It is the metaclass of abstract classes, so that a
    class may inherit from both.
    """

    def __instancecheck__(cls, instance: Any) -> bool:
        if cls is LeanResponse:
            return isinstance(instance, Response)
        return super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        if cls is LeanResponse:
            return issubclass(subclass, Response)
        return super().__subclasscheck__(subclass)

    def __setattr__(cls, name: str, value: Any) -> None:
        if not is_of_flask(cls, name):
            super().__setattr__(name, value)
            return
        before = REPLACED.setdefault(name, deque(maxlen=DEPTH))
        before.append(vars(Response).get(name, ABSENT))
        setattr(Response, name, value)

    def __delattr__(cls, name: str) -> None:
        if not is_of_flask(cls, name) or not REPLACED.get(name):
            super().__delattr__(name)
            return
        before = REPLACED[name].pop()
        if before is ABSENT:
            delattr(Response, name)
        else:
            setattr(Response, name, before)


#: The earlier values of attributes that were set on Flask's class by way of the lean one. A test
#: that patches a class for a while deletes the attribute afterwards: the lean class had none.
REPLACED: dict[str, deque[Any]] = {}
#: How many earlier values of an attribute are kept.
DEPTH = 64
ABSENT = object()


def is_of_flask(cls: type, name: str) -> bool:
    """Return whether an attribute of a class is a public one that is not the lean class's own."""
    is_public = not name.startswith("_")  # Python sets others before the class has its name
    return is_public and cls is LeanResponse and name not in vars(cls)


class LeanResponse(Response, metaclass=ResponseType):
    """Flask's response. It is pickled as one."""

    def __init__(
        self,
        response: Any = None,
        status: Any = None,
        headers: Any = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        body = response.encode() if type(response) is str else response
        code = self.default_status if status is None else status
        if (
            type(body) is not bytes
            or type(code) is not int
            or headers is not None
            or direct_passthrough
            or not self.automatically_set_content_length
            or type(self) is not LeanResponse
        ):
            super().__init__(response, status, headers, mimetype, content_type, direct_passthrough)
        else:
            if mimetype is None:
                mimetype = self.default_mimetype
            fill_response(self, body, write_type_header(mimetype, content_type), code)

    def get_wsgi_headers(self, environ: dict[str, Any]) -> Headers:
        """Return the headers that are sent."""
        pairs = find_pairs(self.headers)
        if pairs is None or type(self) is not LeanResponse:
            return super().get_wsgi_headers(environ)
        names = [name.lower() for name, _ in pairs]
        if self.status_code in BODILESS:
            is_ready = self.status_code == 304 and REMOVED.isdisjoint(names)
        else:
            is_ready = "content-length" in names and not any(name in names for name in REWRITTEN)
        return make_headers(pairs.copy()) if is_ready else super().get_wsgi_headers(environ)

    def get_app_iter(self, environ: dict[str, Any]) -> Iterable[bytes]:
        """Return the body that is sent."""
        body = self.response
        if (
            type(body) is not list
            or len(body) != 1
            or type(body[0]) is not bytes
            or environ["REQUEST_METHOD"] == "HEAD"
            or self.status_code in BODILESS
            or self.direct_passthrough
            or type(self) is not LeanResponse
            or "iter_encoded" in self.__dict__
        ):
            return super().get_app_iter(environ)
        return SentBody(body, self.close)

    def __reduce_ex__(self, protocol: Any) -> Any:
        if type(self) is not LeanResponse:
            return super().__reduce_ex__(protocol)
        return Response.__new__, (Response,), vars(self)


# As which they are shown.
LeanResponse.__name__ = Response.__name__


class SentBody:
    """The parts of a body, and the function that closes its response."""

    __slots__ = ("_parts", "close")

    def __init__(self, parts: list[bytes], close: Callable[[], None]) -> None:
        self._parts = iter(parts)
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def __next__(self) -> bytes:
        return next(self._parts)


@lru_cache(maxsize=256)
def write_type_header(mimetype: str | None, content_type: str | None) -> str | None:
    """Return the header of a response, as werkzeug writes it; ``None`` for one without."""
    if mimetype is None and content_type is None:
        return None
    response = BaseResponse(mimetype=mimetype, content_type=content_type)
    return response.headers["Content-Type"]
