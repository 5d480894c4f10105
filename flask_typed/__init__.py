"""flask_typed: typed, validated, documented routes for Flask apps."""

from __future__ import annotations

from .blueprint import TypedBlueprint
from .declare.markers import (
    Body,
    Cookie,
    File,
    Form,
    Header,
    JsonNumber,
    MediaType,
    Path,
    Query,
    ReadOnly,
    WriteOnly,
)
from .declare.problems import Fault, Problem, RequestInvalid, raises
from .declare.replies import Accepted, Created, NoContent, Reply
from .exceptions import (
    DeclarationError,
    FlaskTypedError,
    ResponseMismatch,
    SetupError,
    UnsupportedType,
)
from .extension import Typed
from .schemas.fields import TypedField

__all__ = [
    "Accepted",
    "Body",
    "Cookie",
    "Created",
    "DeclarationError",
    "Fault",
    "File",
    "FlaskTypedError",
    "Form",
    "Header",
    "JsonNumber",
    "MediaType",
    "NoContent",
    "Path",
    "Problem",
    "Query",
    "ReadOnly",
    "Reply",
    "RequestInvalid",
    "ResponseMismatch",
    "SetupError",
    "Typed",
    "TypedBlueprint",
    "TypedField",
    "UnsupportedType",
    "WriteOnly",
    "raises",
]
