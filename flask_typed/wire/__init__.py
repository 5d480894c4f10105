"""JSON bytes in and out without a schema, and the limits of their depth and size.

Any time: requests are decoded, responses and documents are encoded. This folder imports only the
exceptions of the package, so every layer above may import it.
"""
