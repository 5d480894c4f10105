"""Builds the OpenAPI document from operations, and serves it with the pages that show it.

Publishing time: the first request for a document builds it, and later requests get the cached
bytes. Reads operations, and does not import the code that serves them.
"""
