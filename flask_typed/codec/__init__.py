"""The accelerated path: from JSON bytes to the declared types and back, by msgspec.

Registration and request time. marshmallow decides about validity and messages; msgspec makes the
common case fast. If this folder accepts a value, the schema accepts it too, with an equal result.
If it rejects a value, the schema decides. From the top down:

============================ =====================================================================
``codecs`` · ``texts``       the entry points: for JSON, and for parameters, which are text
``table`` · ``families``     each class of field: how its values enter, leave, and are divided
``field_codec``              the record of one class of field
``parts`` · ``loading``      JSON bytes in; a rejected value is judged part by part
``entering`` · ``leaving``   msgspec's type for a field, for reading and for writing
``dumping`` · ``writing``    JSON bytes out: by msgspec, and by the field alone
the others                   constraints, constructors, hooks, marshmallow's own fields
============================ =====================================================================
"""
