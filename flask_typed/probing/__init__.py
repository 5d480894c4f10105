"""``flask typed check``: a server is asked what its document promises.

Development time. Everything is known from the document: the cases, and the answers that they may
have.
"""
