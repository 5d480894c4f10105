"""JSON bytes in and out without a schema, and the limits of their depth and size.

At any time: requests are decoded, responses and documents are encoded. Imports the exceptions
alone, so that every layer above may import it.
"""
