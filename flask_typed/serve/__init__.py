"""A request: values are read, the view runs, its return value becomes a response.

Request time. Reads operations; the document is not used here.
"""
