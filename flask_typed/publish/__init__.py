"""From operations to the OpenAPI document, and the pages that show it.

Publishing time: on the first request for the document, then never again. Reads Operations; knows
nothing of how requests are served.
"""
