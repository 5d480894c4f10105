"""The view of a GraphQL endpoint.

Made at setup; request time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response
from flask.typing import ResponseReturnValue
from strawberry.schema.config import StrawberryConfig
from werkzeug.routing import Rule

from ..declare.background import BackgroundTasks
from ..exceptions import declared_in
from ..libraries.strawberry import find_core_schema
from ..routes.serving import Serving
from .attributes import install_readers
from .direct import install_resolvers
from .documents import DocumentRejected, Documents, is_subscription
from .errors import ErrorWriter
from .execution import Engine, Result, SentOperation
from .members import MemberMaker
from .options import GraphQLOptions
from .page import GraphiQLPage, make_page
from .persisted import PersistedDocuments
from .requests import GraphQLReader
from .responses import STREAM_MEDIA_TYPES, choose_accepted, choose_single, respond
from .roots import make_root
from .running import GraphQLContext
from .schema import make_schema
from .subscriptions import convert_events, respond_by_stream, stream
from .types import GraphTypes


class Endpoint:
    """Answers the requests of a GraphQL endpoint.

    :param heartbeat: of its streams, in seconds.
    """

    def __init__(
        self,
        engine: Engine,
        reader: GraphQLReader,
        heartbeat: float | None,
        page: GraphiQLPage | None,
    ) -> None:
        self._engine = engine
        self._reader = reader
        self._heartbeat = heartbeat
        self._page = page

    def answer(self, request: Request, tasks: BackgroundTasks | None) -> ResponseReturnValue:
        """Answer a request."""
        page = self._page.find(request) if self._page else None
        if page is not None:
            return page
        sent = self._reader.read(request)
        if not sent.is_batch:
            (only,) = sent.operations
            streamed = self._stream(only, request, tasks, is_safe=sent.is_safe)
            if streamed is not None:
                return streamed
        media_type = choose_single(request, is_batch=sent.is_batch)
        results = [
            self._execute(one, request, tasks, is_safe=sent.is_safe) for one in sent.operations
        ]
        return (
            respond(results, media_type) if sent.is_batch else respond_once(results[0], media_type)
        )

    def _execute(
        self,
        operation: SentOperation | DocumentRejected,
        request: Request,
        tasks: BackgroundTasks | None,
        *,
        is_safe: bool,
    ) -> Result:
        """Return the result of an operation."""
        if isinstance(operation, DocumentRejected):
            return self._engine.reject(operation)
        return self._engine.answer(operation, GraphQLContext(request, tasks), is_safe=is_safe)

    def _stream(
        self,
        operation: SentOperation | DocumentRejected,
        request: Request,
        tasks: BackgroundTasks | None,
        *,
        is_safe: bool,
    ) -> Response | None:
        """Return the response of a subscription that the client can take; else ``None``."""
        media_type = (
            choose_accepted(request, STREAM_MEDIA_TYPES) if "Accept" in request.headers else None
        )
        if media_type is None or isinstance(operation, DocumentRejected) or is_safe:
            return None
        try:
            document = self._engine.find_document(operation, is_safe=False)
        except DocumentRejected:
            return None
        if not is_subscription(document.find_operation(operation.name)):
            return None
        context = GraphQLContext(request, tasks)
        found = stream(self._engine, operation, document, context, media_type, self._heartbeat)
        if isinstance(found, Result):
            return respond_once(found, choose_single(request, is_batch=False))
        return found


def respond_once(result: Result, media_type: str) -> Response:
    """Return the response with the result of one operation."""
    if media_type in STREAM_MEDIA_TYPES:
        return respond_by_stream(result, media_type)
    return respond(result, media_type)


def make_endpoint(
    serving: Serving,
    rule: str,
    query: type,
    mutation: type | None,
    subscription: type | None,
    options: GraphQLOptions,
) -> Callable[..., Any]:
    """Return the view of an endpoint.

    :raises DeclarationError: for a schema that cannot work.
    """
    tools = serving.tools
    settings = tools.settings
    name = f"GraphQL {rule}"
    config = options.config or StrawberryConfig()
    types = GraphTypes(tools.plan.factory, config.name_converter)
    maker = MemberMaker(types, serving, Rule(rule), config, options.resolvers)
    with declared_in(name):
        kinds = {"Query": query, "Mutation": mutation, "Subscription": subscription}
        roots = {kind: make_root(cls, kind, maker) for kind, cls in kinds.items() if cls}
        made = {kind.lower(): root.kind for kind, root in roots.items()}
        schema = make_schema(
            maker,
            made.pop("query"),
            **made,
            types=options.types,
            config=config,
            scalar_overrides=types.scalars,
        )
        maker.reject_unused()
    core = find_core_schema(schema)
    install_readers(core)
    install_resolvers(core, maker.direct)
    convert_events(core, maker.event_conversions)
    introspection = settings.graphql_introspection
    values = {kind.lower(): root.value for kind, root in roots.items()}
    documents = Documents(core, options, allows_introspection=introspection)
    errors = ErrorWriter(tools.problems, name)
    engine = Engine(core, documents, errors, values, name, hides=not introspection)
    known = options.persisted if not isinstance(options.persisted, bool) else None
    persisted = PersistedDocuments(known) if options.persisted is not False else None
    reader = GraphQLReader(options, persisted)
    page = make_page(tools, rule)
    endpoint = Endpoint(engine, reader, settings.stream_heartbeat, page)
    serving.resolvers.extend(maker.plans)
    has_tasks = any(plan.has_tasks for plan in maker.plans)
    return make_graphql_view(endpoint, has_tasks=has_tasks)


def make_graphql_view(endpoint: Endpoint, *, has_tasks: bool) -> Callable[..., Any]:
    """Return the function of the endpoint, which takes the background tasks if a resolver does."""

    def graphql(request: Request) -> ResponseReturnValue:
        return endpoint.answer(request, None)

    def graphql_with_tasks(request: Request, tasks: BackgroundTasks) -> ResponseReturnValue:
        return endpoint.answer(request, tasks)

    return graphql_with_tasks if has_tasks else graphql
