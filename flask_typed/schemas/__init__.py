"""From annotations to marshmallow: hints, the registry of types, fields, models, constraints.

Registration time. Imports :mod:`flask_typed.declare` and :mod:`flask_typed.exceptions`.
"""
