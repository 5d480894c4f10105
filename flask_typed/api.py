"""The names that `flask_typed` exports."""

from __future__ import annotations

from .blueprint import TypedBlueprint
from .declare.background import (
    BackgroundStats,
    BackgroundTask,
    BackgroundTasks,
    BackgroundTasksFull,
)
from .declare.bulk import Done, Failed, MultiStatus
from .declare.caching import Cache
from .declare.deadlines import DeadlineExceeded, RequestTimedOut, ServiceTimedOut
from .declare.dependencies import PROVIDED, Depends
from .declare.etags import ETag
from .declare.files import FileResponse
from .declare.filtering import Where
from .declare.idempotency import (
    Idempotency,
    IdempotencyStore,
    KeyClaim,
    StoredResponse,
    UsedKey,
)
from .declare.key_problems import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    RequestInProgress,
)
from .declare.markers import (
    AssumeUTC,
    Body,
    Cookie,
    File,
    Form,
    Header,
    Json,
    JsonNumber,
    MediaType,
    Path,
    Query,
    ReadOnly,
    WriteOnly,
)
from .declare.models import Extra, computed, model
from .declare.observing import ObservedRequest, Observer, RequestWatch
from .declare.overload import Overloaded
from .declare.patches import JsonPatch, Patch, PatchConflict
from .declare.preconditions import (
    IfMatch,
    MatchRequired,
    PreconditionNotMet,
    Preconditions,
)
from .declare.problems import Fault, Problem, RequestInvalid, raises
from .declare.provided import ProvidedArgument, make_provider
from .declare.replies import Accepted, Created, Link, NoContent, Reply, Returns
from .declare.streams import Event, EventStream
from .exceptions import (
    DataFault,
    DataInvalid,
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
from .messages.recognizing import FaultMessage
from .publish.declared import Document
from .resources.cursors import Cursor
from .resources.filters import Filters
from .resources.pages import CursorPage, Page, PagedList, Slice
from .resources.paging import NumberedPaging, Paging
from .resources.sizes import PageSize
from .resources.sorting import Sort
from .schemas.fields import TypedField
from .security.api_keys import APIKeyCookie, APIKeyHeader, APIKeyQuery
from .security.certificates import MutualTLS
from .security.credentials import BasicCredentials, DigestCredentials
from .security.dependencies import Security, SecurityScopes
from .security.digest import HTTPDigest
from .security.http import HTTPBasic, HTTPBearer
from .security.oauth import (
    AuthorizationCodeFlow,
    ClientCredentialsFlow,
    ImplicitFlow,
    OAuth2,
    OpenIdConnect,
    PasswordFlow,
)
from .security.problems import InsufficientScope, NotAuthenticated
from .security.schemes import Scheme

__all__ = [
    "PROVIDED",
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "Accepted",
    "AssumeUTC",
    "AuthorizationCodeFlow",
    "BackgroundStats",
    "BackgroundTask",
    "BackgroundTasks",
    "BackgroundTasksFull",
    "BasicCredentials",
    "Body",
    "Cache",
    "ClientCredentialsFlow",
    "Cookie",
    "Created",
    "Cursor",
    "CursorPage",
    "DataFault",
    "DataInvalid",
    "DeadlineExceeded",
    "DeclarationError",
    "DependencyError",
    "Depends",
    "DigestCredentials",
    "Document",
    "Done",
    "ETag",
    "Event",
    "EventStream",
    "Extra",
    "Failed",
    "Fault",
    "FaultMessage",
    "File",
    "FileResponse",
    "Filters",
    "FlaskTypedError",
    "Form",
    "HTTPBasic",
    "HTTPBearer",
    "HTTPDigest",
    "Header",
    "Idempotency",
    "IdempotencyKeyMissing",
    "IdempotencyKeyReused",
    "IdempotencyStore",
    "IfMatch",
    "ImplicitFlow",
    "InsufficientScope",
    "Json",
    "JsonNumber",
    "JsonPatch",
    "KeyClaim",
    "Link",
    "MatchRequired",
    "MediaType",
    "MultiStatus",
    "MutualTLS",
    "NoContent",
    "NotAuthenticated",
    "NumberedPaging",
    "OAuth2",
    "ObservedRequest",
    "Observer",
    "OpenIdConnect",
    "Overloaded",
    "Page",
    "PageSize",
    "PagedList",
    "Paging",
    "PasswordFlow",
    "Patch",
    "PatchConflict",
    "Path",
    "PreconditionNotMet",
    "Preconditions",
    "Problem",
    "ProvidedArgument",
    "Query",
    "ReadOnly",
    "Reply",
    "RequestInProgress",
    "RequestInvalid",
    "RequestTimedOut",
    "RequestWatch",
    "ResponseDifference",
    "ResponseMismatch",
    "Returns",
    "Scheme",
    "Security",
    "SecurityScopes",
    "ServiceTimedOut",
    "SetupError",
    "Slice",
    "Sort",
    "StoredResponse",
    "Typed",
    "TypedBlueprint",
    "TypedField",
    "UndocumentedResponse",
    "UnsupportedType",
    "UsedKey",
    "Where",
    "WriteOnly",
    "computed",
    "make_provider",
    "model",
    "raises",
]
