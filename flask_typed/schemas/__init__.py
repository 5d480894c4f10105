"""From annotations to marshmallow: hints, the registry of types, fields, models, constraints.

Registration time. Imports declare, security and the exceptions. A module imports only those further
down:

What assembles
    ``factory`` makes the field of an annotation, and the schema of a model; ``types`` is the table
    of the types that come with the package; both look types up in a ``registry``.

Tools of every type
    of annotations: ``metadata`` (what may stand in ``Annotated``), ``constraints``,
    ``parameter_styles``; of fields: ``marshmallow_fields`` (those that users wrote, held to their
    ``marshmallow_forms``), ``deep_objects`` (an object that is one query parameter),
    ``completing`` (all that is made lazily, made at once), ``faults`` (messages made flat).

Families of types
    are the modules of ``families``, each with the fields of its types.

Below the families
    of annotations: ``hints``, on ``evaluating``, ``msgspec_meta`` and ``sentinels``;
    ``docstrings``, ``deprecation``; of fields: ``fields`` (their base), ``patterns``, ``searching``
    (how many faults are looked for), ``refusals`` (errors of constructors), ``wording`` (lists in
    messages).
"""
