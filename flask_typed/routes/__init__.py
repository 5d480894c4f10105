"""The typed routes of one app, in two phases: they wait for a ``Typed``, and are then served.

Registration time. Imports what serves, plans and publishes. A module imports only those further
down:

``overriding``, ``converting``
    replaced providers, and functions that are called outside of requests; values in JSON's form.
``serving``
    the second phase: one record, made whole when ``Typed`` is put on the app.
``waiting``
    the first phase: routes without a ``Typed``.
``asking``
    the responses to ``OPTIONS``.
``endpoints``, ``claims``, ``guarding``
    the dispatchers of typed endpoints; names that are unique in an app; guarded views of documents.
``tools``
    makes operations of routes.
"""
