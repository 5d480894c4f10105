"""The stores of idempotency keys. Each module is imported by the apps that use it.

Request time.
"""
