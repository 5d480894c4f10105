"""An API as its clients know it: by its OpenAPI document alone.

Development time. :mod:`..probing` and :mod:`..mocking` share what is here: the operations of a
document, valid values of its schemas, and the texts and bodies that carry them.
"""
