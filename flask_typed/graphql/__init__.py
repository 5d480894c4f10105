"""GraphQL over Strawberry, with the types, dependencies and security of typed routes.

Needs the extra ``graphql``. A request goes down once::

    endpoint        the view of the route
      ├─ requests         HTTP → operations; uploads and persisted queries        400 405 406 415
      ├─ documents        text → a parsed, bounded and validated document, kept
      ├─ execution        a document → data and errors
      │    └─ resolving        a field: security, arguments, providers, the resolver
      │         └─ running          what one request has made so far
      ├─ subscriptions    events, each executed, as a stream
      └─ responses        data and errors → HTTP

``schema`` makes the schema at setup, with ``types`` for the models of the app.
"""

from .loaders import DataLoader
from .members import field
from .running import GraphQLContext

__all__ = ["DataLoader", "GraphQLContext", "field"]
