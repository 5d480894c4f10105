"""Async code for sync callers: one asyncio loop per process, that requests hand coroutines to.

Request time. Under gevent the loop is a greenlet of the hub; elsewhere a native thread has it.
"""
