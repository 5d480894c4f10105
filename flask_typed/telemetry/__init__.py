"""Observers of requests, each for one library: traces, metrics, logs and errors.

Each module needs the extra of its name, except :mod:`.access_log`, which needs none.
"""
