"""The accelerated path: from JSON bytes to the declared types and back, by msgspec.

Registration and request time. marshmallow decides what is valid and what is said of it; what is
here only hurries: whatever it accepts, the schemas accept with an equal value, and whatever it
refuses goes to them. msgspec is imported by nobody but :mod:`flask_typed.codec.codecs`' users, and
only if it is there.
"""
