"""What happens in a request: values are bound, the view runs, its value becomes a response.

Request time. Reads Operations; knows nothing of the document.
"""
