"""Authentication and authorization: security schemes, requirements and challenges.

Declaration, registration and request time. Imports declare and the exceptions. A module imports
only modules further down this list:

``challenges``
    the ``WWW-Authenticate`` headers of a 401 and a 403.
``requirements``
    the security requirements of an operation: how they combine, their part of the document and
    the errors that they cause.
``dependencies``, ``guards``
    ``Security`` and ``SecurityScopes``, and the objects that may guard a document.
``oauth``, ``http``, ``digest``, ``api_keys``, ``certificates``
    the schemes, one kind in each module. A new scheme is a subclass of ``NamedScheme``.
``schemes``
    the base classes of schemes, and schemes combined with ``|`` and ``&``.
``credentials``, ``headers``, ``scheme_objects``, ``problems``
    the credentials of a request, the headers that schemes read and write, checks of OpenAPI's
    Security Scheme Object, and the errors.
"""
