"""From annotations to marshmallow: hints, the registry of types, fields, models, constraints.

Registration time. Imports declare, security and the exceptions. A module imports only modules
further down this list:

Assembly
    ``factory`` makes the field of an annotation and the schema of a model. ``types`` is the table
    of the built-in types. ``registry`` holds such a table.

Tools for all types
    For annotations: ``metadata`` (the objects allowed in ``Annotated``), ``constraints``,
    ``parameter_styles``. For fields: ``marshmallow_fields`` (strict versions of the users' fields,
    on ``marshmallow_forms``), ``deep_objects`` (an object that is one query parameter),
    ``completing`` (makes lazy parts in advance), ``faults`` (flattens messages).

Families of types
    The modules of ``families``, each with the fields of its types.

Below the families
    For annotations: ``hints``, on ``evaluating``, ``msgspec_meta`` and ``sentinels``;
    ``docstrings``, ``deprecation``. For fields: ``fields`` (their base class), ``patterns``,
    ``searching`` (the limit on faults), ``refusals`` (errors of constructors), ``wording`` (lists
    in messages).
"""
