"""Calls of an app's views over HTTP, with their own types: for tests and for other services.

Over HTTP, it needs the extra ``client``. Nothing else of flask_typed imports this package, except
:mod:`flask_typed.testing`.
"""

from .answers import Answer
from .clients import TypedClient
from .errors import ArgumentMismatch, UnexpectedResponse

__all__ = ["Answer", "ArgumentMismatch", "TypedClient", "UnexpectedResponse"]
