"""``flask typed mock``: an API that exists only as a document.

Development time. Valid requests get the examples of the document, and others the documented
refusals.
"""
