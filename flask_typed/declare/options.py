"""The options of route decorators, as type checkers see them.

Declaration time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from typing_extensions import TypedDict

from .caching import Cache
from .dependencies import Depends
from .idempotency import Idempotency
from .settings import PageHeaders, UnknownKeys


class RouteOptions(TypedDict, total=False):
    """The options of a route decorator: those of Flask, then those of flask_typed."""

    endpoint: str | None
    methods: Sequence[str]
    defaults: dict[str, Any]
    strict_slashes: bool
    merge_slashes: bool
    subdomain: str
    host: str
    redirect_to: str | Callable[..., str]
    alias: bool
    build_only: bool
    websocket: bool
    provide_automatic_options: bool

    status: int
    tags: Sequence[str]
    summary: str
    description: str
    operation_id: str
    deprecated: bool
    hidden: bool
    dependencies: Sequence[Depends]
    public: bool
    external_docs: Mapping[str, Any] | str
    callbacks: Mapping[str, Mapping[str, Callable[..., Any]]]
    extra: Mapping[str, Any]
    unknown_keys: UnknownKeys
    unknown_form_fields: UnknownKeys
    unknown_query_parameters: UnknownKeys
    returns: Any
    exclude_none: bool
    exclude_unset: bool
    exclude_defaults: bool
    timeout: float | None
    max_body: int
    max_concurrency: int
    page_headers: PageHeaders | None
    etag: Literal[True] | str | Callable[..., Any]
    last_modified: str | Callable[..., Any]
    require_match: bool
    cache: Cache | str
    envelope: type | None
    idempotent: bool | Idempotency
    fields: bool
