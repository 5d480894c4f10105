"""The accelerated path: from JSON bytes to the declared types and back, by msgspec.

Registration and request time. marshmallow decides what is valid, and what its messages are; this
folder makes the common case fast. Whatever it accepts, the schemas accept with an equal value, and
whatever it refuses goes to them. From the top down:

============================ =====================================================================
``codecs`` · ``texts``       the doors: for JSON, and for parameters that come as text
``table`` · ``families``     each class of field: how its values enter, leave, and are divided
``field_codec``              the record of one class of field
``parts`` · ``loading``      JSON bytes in; what is refused is judged part by part
``entering`` · ``leaving``   a field's type for msgspec, in either direction
``dumping`` · ``writing``    JSON bytes out: by msgspec, and by the field alone
the rest                     constraints, constructors, hooks, and which fields are known
============================ =====================================================================
"""
