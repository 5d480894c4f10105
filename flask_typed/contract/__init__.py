"""Responses of typed routes, compared with the document that describes them.

Request time: in tests and debug mode, and for a sample of the responses in production. Uses the
documents that :mod:`..publish` makes; annotations are not read here.
"""
