"""flask_typed: typed, validated, documented routes for Flask apps."""

from __future__ import annotations

from .blueprint import TypedBlueprint
from .declare.dependencies import Depends, Security, SecurityScopes
from .declare.digest import DigestCredentials, HTTPDigest
from .declare.documents import Document
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
from .declare.oauth import (
    AuthorizationCodeFlow,
    ClientCredentialsFlow,
    ImplicitFlow,
    OAuth2,
    OpenIdConnect,
    PasswordFlow,
)
from .declare.problems import Fault, Problem, RequestInvalid, raises
from .declare.replies import Accepted, Created, Link, NoContent, Reply, Returns
from .declare.schemes import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    BasicCredentials,
    HTTPBasic,
    HTTPBearer,
    MutualTLS,
)
from .declare.security import InsufficientScope, NotAuthenticated, Scheme
from .exceptions import (
    DeclarationError,
    DependencyError,
    FlaskTypedError,
    ResponseDifference,
    ResponseMismatch,
    SetupError,
    UndocumentedResponse,
    UnsupportedType,
)
from .extension import Typed
from .schemas.fields import TypedField

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "Accepted",
    "AuthorizationCodeFlow",
    "BasicCredentials",
    "Body",
    "ClientCredentialsFlow",
    "Cookie",
    "Created",
    "DeclarationError",
    "DependencyError",
    "Depends",
    "DigestCredentials",
    "Document",
    "Fault",
    "File",
    "FlaskTypedError",
    "Form",
    "HTTPBasic",
    "HTTPBearer",
    "HTTPDigest",
    "Header",
    "ImplicitFlow",
    "InsufficientScope",
    "JsonNumber",
    "Link",
    "MediaType",
    "MutualTLS",
    "NoContent",
    "NotAuthenticated",
    "OAuth2",
    "OpenIdConnect",
    "PasswordFlow",
    "Path",
    "Problem",
    "Query",
    "ReadOnly",
    "Reply",
    "RequestInvalid",
    "ResponseDifference",
    "ResponseMismatch",
    "Returns",
    "Scheme",
    "Security",
    "SecurityScopes",
    "SetupError",
    "Typed",
    "TypedBlueprint",
    "TypedField",
    "UndocumentedResponse",
    "UnsupportedType",
    "WriteOnly",
    "raises",
]
