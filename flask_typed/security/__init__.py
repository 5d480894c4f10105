"""Who may come in: schemes, requirements and challenges, in one folder.

Declaration, registration and request time. Imports declare and the exceptions. A module imports
only those further down:

``challenges``
    the ``WWW-Authenticate`` headers of a 401 and a 403.
``requirements``
    the ways to be let in of an operation: what they ask together, what the document says of them,
    and which errors they cause.
``dependencies``, ``guards``
    which dependencies decide who may come in, and which objects guard a document.
``oauth``, ``http``, ``digest``, ``api_keys``, ``certificates``
    the schemes, one kind a module. A new one is a subclass of ``NamedScheme``.
``schemes``
    the base of schemes, and schemes joined by ``|`` and ``&``.
``credentials``, ``headers``, ``scheme_objects``, ``problems``
    what schemes make of a request, the headers they read and write, OpenAPI's Security Scheme
    Object, and the errors.
"""
