"""Reviews of OpenAPI documents: changes between two of them, and problems for consumers.

Development time. Reads any OpenAPI 3 document, not only those of flask_typed, and imports nothing
from the rest of the package.
"""
