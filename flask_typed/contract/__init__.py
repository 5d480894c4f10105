"""Answers of typed routes, compared with the document that describes them.

Request time, in tests and debug mode, and for a sample of the answers in production. Uses the
documents that :mod:`..publish` makes, and knows nothing of annotations.
"""
