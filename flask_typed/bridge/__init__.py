"""Async code for sync callers: requests run their coroutines on one asyncio loop per process.

Request time. Under gevent the loop is a greenlet of the hub; elsewhere it has a native thread.
"""
